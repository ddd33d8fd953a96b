"""The facts of a text: the compiled kernel and its twin give the same, and they are what they are called."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe.quality import facts
from dedupe.quality._engine import kernel
from dedupe.quality.facts import facts_of
from dedupe.quality.registry import checks_of_documents
from dedupe.quality.sought import Pieces, pieces
from tests.dedupe.fictional import BRIDGE, FERRY
from tests.dedupe.quality.test_checks import ARABIC, GERMAN, JAPANESE

needs_kernel = pytest.mark.skipif(kernel is None, reason="installed without a compiler")

# Pieces with needs in several words of bits, and pieces of each length of keys.
PIECES = Pieces(
    {"a": 1, "the": 1 << 70, "said": 6, "und d": 1 << 63, "ß": 8, "cookies": 1 << 130 | 1, ". ": 16},
    (1, 1 << 70, 6, 1 << 63, 8, 1 << 130 | 1, 0, 16, 1 << 70 | 16, *([32] * 60), 1 << 130, 4 | 1, 64, 128),
    {"the": 64, "a": 128, "said ": 64, "(12": 128, "ünd": 32, "не": 32, "か": 64},
)
ODD = "aA ßſİıŒœ’'-.,?\n\r\t\u2028\x85\ufffd012٣½Ⅷ中文かไทย😀𝐀𝟎\ud800éÂ€“”<[{=;/()+дЯ\x00\x1f"
WORDS = (
    "the",
    "und",
    "der",
    "ist",
    "Straße",
    "STRASSE",
    "said",
    "cookies",
    "a",
    "12",
    "2024-05",
    "don't",
    "что",
)
TEXTS = st.one_of(
    st.text(ODD, max_size=400),
    st.lists(st.sampled_from((*WORDS, "\n")), max_size=300).map(" ".join),
    st.lists(st.sampled_from((FERRY, GERMAN, JAPANESE, ARABIC, "\r\n", "?? a?b ")), max_size=4).map(
        "\n".join
    ),
)


def by_either(text: str, needed: Pieces) -> tuple[facts.Told, facts.Told]:
    """What the kernel and its twin say of a text."""
    return facts._facts_by_kernel(text, needed), facts._facts_by_python(text, needed)


@needs_kernel
@given(TEXTS)
def test_the_kernel_and_its_twin_tell_the_same(text: str):
    """Facts decide what is looked at: they may not hang on how Seedbed was installed."""
    compiled, twin = by_either(text, PIECES)

    assert compiled == twin


@needs_kernel
def test_so_they_do_of_the_pieces_that_the_checks_need():
    """And of texts longer than a block, with more lines than there is room for at first."""
    checks_of_documents()
    text = "\n".join(
        [FERRY, GERMAN, BRIDGE, *(f"{n} Sign up for our newsletter, cookies" for n in range(300))]
    )

    compiled, twin = by_either(text, pieces())

    assert compiled == twin


@needs_kernel
@given(st.lists(st.one_of(st.text(ODD, max_size=200), st.just(GERMAN), st.just(JAPANESE)), max_size=5))
def test_likeness_is_measured_alike(texts: list[str]):
    """By the kernel and by its twin, to the last bit."""
    tables, ends = facts._character_tables(), np.cumsum([*map(len, texts)], dtype=np.int64)
    asked, twin = np.arange(len(texts)), np.zeros(len(texts))
    if texts:
        facts._likeness_by_python(facts.codes_of("".join(texts)), ends, asked, *tables, twin)

    assert facts.likeness(texts, range(len(texts))) == twin.tolist()


@needs_kernel
def test_tables_that_do_not_fit_are_refused():
    """What is passed on is measured before it is read."""
    tables = facts._kernel_tables(PIECES)
    assert kernel.read("text", facts._NONE_BEYOND, *tables)[2][-1] == ("text",)
    for place in range(len(tables)):
        others = (*tables[:place], np.zeros(7, np.uint8), *tables[place + 1 :])
        with pytest.raises(ValueError, match="do not fit"):
            kernel.read("text", facts._NONE_BEYOND, *others)


@needs_kernel
@pytest.mark.parametrize(
    ("ends", "asked", "room"),
    [([2, 9], [0], 1), ([3, 2], [0], 1), ([2, 4], [2], 1), ([2, 4], [-1], 1), ([2, 4], [0], 2)],
    ids=["beyond the text", "backwards", "no such paragraph", "before the first", "room for others"],
)
def test_paragraphs_that_do_not_fit_are_refused(ends: list[int], asked: list[int], room: int):
    """Where they end, and which are asked for."""
    with pytest.raises(ValueError, match="do not fit"):
        kernel.alike(
            facts.codes_of("text"),
            np.array(ends, np.int64),
            np.array(asked, np.int64),
            *facts._character_tables(),
            np.zeros(room),
        )


@pytest.mark.parametrize(
    ("text", "alike"),
    [
        ("The ferry left Odd Harbour.\nIt reached Even Harbour.", 0),
        ("The ferry left Odd Harbour.\nTHE FERRY LEFT late.", 1),
        ("The ferry left Odd Harbour.\nIt reached Left Odd Harbour.", 1),
        ("One\n\none", 1),
        ("漢字" * 20 + "か\n" + "漢字" * 20 + "な", 1),
        ("x" * 90 + " one\n" + "y" * 90 + " one", 0),
        ("", 0),
    ],
    ids=["neither", "begin", "end", "one word", "characters", "words longer than an edge", "no line"],
)
def test_lines_that_begin_or_end_alike_are_told(text: str, alike: int):
    """Without regard to case, and to what stands between."""
    assert facts_of(text, PIECES).text.alike == alike


def test_an_expression_may_match_where_all_its_needs_are_met():
    """In a line, and in the text whose lines meet them together."""
    told = facts_of("a said\nthe end. ", Pieces({"a s": 1, "the": 2}, (1, 2, 3, 0)))

    assert told.possible == 0b1111
    assert told.columns.possible == (0b1001, 0b1010)
    assert told.places_of(0b0010) == [1]


@pytest.mark.parametrize(
    ("text", "again"),
    [("one two three four five", 0), ("one two three four " * 2, 4), ("a b c d " * 3 + "e", 8), ("", 0)],
)
def test_words_of_runs_that_stood_before_are_counted(text: str, again: int):
    """A run is four words; those that several runs share count once."""
    assert facts_of(text, PIECES).text.again == again


@pytest.mark.parametrize(
    ("text", "digits"),
    [("in 2022, 14 came", 4), ("+49 (30) 123-456", 10), ("1.2.3", 3), ("none", 0), ("12\n34", 4)],
)
def test_digits_are_counted_that_may_make_one_number(text: str, digits: int):
    """Blanks and the marks of telephone numbers part none."""
    assert facts_of(text, PIECES).text.digits == digits


def test_a_sample_tells_whose_grammar_a_text_has():
    """By words that no other language writes so."""
    told = facts_of(GERMAN, PIECES).text

    assert facts.LANGUAGES[told.language] == "de"
    assert told.own > 5 * told.others


def test_findings_are_the_same_without_the_kernel():
    """`SEEDBED_KERNEL=numpy` asks for the twin; whole texts are looked at with either."""
    script = (
        "import json, sys\n"
        "from dedupe.models import Article\n"
        "from dedupe.quality import assess\n"
        "from dedupe.settings import DedupeSettings\n"
        "for text in json.load(sys.stdin):\n"
        "    for each in assess(Article(id='0' * 16, text=text), DedupeSettings()): print(each.model_dump_json())\n"
    )
    lines = [
        GERMAN,
        FERRY,
        "Sign up for our newsletter",
        "Ã©tÃ© \u200b?? a?b",
        "{a: b; c(d)} => [x] && " * 4,
        GERMAN,
    ]
    texts = ["\n".join(pair) for pair in pairwise(lines)]

    said = [
        subprocess.run(
            [sys.executable, "-c", script],
            input=json.dumps(texts).encode(),
            env=os.environ | {"SEEDBED_KERNEL": engine},
            capture_output=True,
            check=True,
        ).stdout
        for engine in ("", "numpy")
    ]

    assert said[0] == said[1] != b""
