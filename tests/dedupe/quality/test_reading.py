"""The reading of a text that the checks share, and the expressions that are tried only where they may match."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe.models import Article
from dedupe.quality.characters import Sign
from dedupe.quality.needs import needs_of, openings_of
from dedupe.quality.reading import Reading, reading_of
from dedupe.quality.registry import checks_of_documents, wants_of
from dedupe.quality.sought import Sought, pieces
from dedupe.quality.text import UNSPACED, WORD
from dedupe.settings import QualitySettings
from tests.dedupe.fictional import BRIDGE, FERRY
from tests.dedupe.quality.test_checks import ARABIC, GERMAN, JAPANESE, PERSIAN

SOUGHT = (
    Sought(r"\bsign\s?up\b|abonn\w+|訂閱", re.IGNORECASE),
    Sought(r"[(\[]\s?(?:photo|bild)\s?[:©][^)]{2,80}[)\]]"),
    Sought(r"(?:accept|refus[eé])\w*\s(?:all\s)?cookies?", re.IGNORECASE),
    Sought(r"straße|ſoon|Ωmega|KELVIN", re.IGNORECASE),
    Sought(r"\?{2,3}|\ufffd"),
    Sought(r"(?<=a)b(?=c)|(?P<x>y)(?P=x)z{2,}"),
    Sought(r"[^\W\d]{3}\d"),
    Sought(r"^[^\w\n]*(?:the\s)?(?:sign\s?up|straße|don['’]t|漢字)\b", re.IGNORECASE),
    Sought(r"^\W*\(?\d{1,2}\)?\s?(?:photo|soon)?", re.IGNORECASE),
    Sought(r"^(?:#|«)?cookies?|^\s*café", re.MULTILINE),
)
PARTS = st.sampled_from(
    (
        *("sign up", "SIGNUP ", "abonnieren", "訂閱", "(photo: A b)", "[Bild © x]", "accept all cookies"),
        *(
            "REFUSÉ  cookie",
            "STRASSE",
            "straße",
            "STRAẞE",
            "soon",
            "ſOON",
            "ωMEGA",
            "\u2126mega",
            "\u212aelvin",
        ),
        *("??", "abc", "yyzz", "one1", "\n", "\r\n", " ", "\u00a0", "\u2003", "plain words", "don't"),
        *("well-known", "漢字かな", "𝐀𝐁", "\x1f", "-", "’", "café"),
    )
)
DEFECTS = (
    *("&amp;#039;", "&nbsp;", "<br>", "[caption]", "Ã©", "â€™", "\u200b", "\ufeff", "\x00", "\x07", "\u202e"),
    *(
        "As an AI language model, I cannot ",
        "Lorem ipsum dolor sit amet consectetur ",
        "Sponsored\n",
        "\ufffd",
    ),
    *(
        "Subscribe to continue reading",
        "FOR IMMEDIATE RELEASE\n",
        "### \nMedia contact: ",
        "PRNewswire -- ",
        "\n",
    ),
)
TEXTS = st.lists(PARTS | st.text(max_size=4), max_size=12).map("".join)


@pytest.mark.parametrize(
    ("pattern", "needs"),
    [
        (r"\bsubscri\w+", [{"subscri"}]),
        (r"colou?r", [{"color", "colour"}]),
        (r"(?:read|lire)\s(?:more|la suite)", [{"read more", "read la suite", "lire more", "lire la suite"}]),
        (r"tag\W+[Ee]nd", [{"end"}, {"tag"}]),
        (r"\d{3}|word", []),
        (r"(?:word)?", []),
        (r"[a-z]+", []),
    ],
)
def test_needs_are_read_from_the_expression(pattern: str, needs: list[set[str]]):
    """Whatever an expression matches holds a piece of each need; without pieces to look for there is none."""
    found = needs_of(re.compile(pattern))

    assert sorted(map(sorted, found)) == sorted(map(sorted, needs))


@pytest.mark.parametrize(
    ("pattern", "openings"),
    [
        (r"^(?:share|send)\sthis", {"share th", "send thi"}),
        (r"^[^\w\n]*(?:the\s)?comments?\b", {"the comm", "comment", "comments"}),
        (r"^\W*\d+\sshares", {*"0123456789"}),
        (r"^(?:\W*top|\W*\(?news)", {"top", "news", "(news"}),
        (r"^(?:more\s\w+|lire)\saussi", {"more ", "lire"}),
        (r"share", None),
        (r"^[a-z]+", None),
        (r"^(?:share)?.*", None),
        (r"^share|$", None),
    ],
)
def test_openings_are_read_from_the_expression(pattern: str, openings: set[str] | None):
    """With which strings a line begins where it matches, behind signs; none where any may begin it."""
    found = openings_of(re.compile(pattern))

    assert found == openings


def test_an_expression_for_the_beginning_of_a_line_is_not_tried_amid_one():
    """Nor behind another word; signs before it do not matter."""
    shares = Sought(r"^[^\w\n]*share\sthis\b", re.IGNORECASE)

    lines = Reading("Share this\n» SHARE this story\nPlease share this\n(share) this").lines

    assert [shares.may_match(line) for line in lines] == [True, True, False, False]


@given(TEXTS)
def test_an_expression_is_never_kept_from_a_match(text: str):
    """Looking for the pieces first changes no finding."""
    reading = Reading(text)

    assert [list(map(str, each.finditer(reading))) for each in SOUGHT] == [
        list(map(str, each.pattern.finditer(text))) for each in SOUGHT
    ]
    for line in reading.lines:
        assert [each.search(line) is None for each in SOUGHT] == [
            each.pattern.search(line.text) is None for each in SOUGHT
        ]


@given(TEXTS)
def test_lines_and_words_are_those_of_the_plain_definitions(text: str):
    """Lines are what stands between line ends, without blanks; two letters of unspaced scripts are a word."""
    reading = Reading(text)

    lines = [part.strip() for part in re.split(r"[\r\n]", text)]
    assert [line.text for line in reading.lines] == [line for line in lines if line]
    assert all(text[line.start : line.end] == line.text for line in reading.lines)
    assert [line.words for line in reading.lines] == [_words(line.text) for line in reading.lines]
    assert reading.words == _words(text)


def _words(text: str) -> int:
    return len(WORD.findall(UNSPACED.sub(" ", text))) + len(UNSPACED.findall(text)) // 2


@pytest.mark.parametrize(
    ("text", "scripts"),
    [
        (FERRY, ["latin"]),
        (JAPANESE, ["han", "kana"]),
        (ARABIC, ["arabic"]),
        ("Ωmega и ა", ["latin", "greek", "cyrillic"]),
    ],
    ids=["Latin", "Japanese", "Arabic", "mixed"],
)
def test_scripts_are_counted(text: str, scripts: list[str]):
    """Each letter belongs to one script; those of scripts that are not told are left out."""
    assert sorted(Reading(text).scripts) == sorted(scripts)


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("a\x07b", Sign.CONTROL),
        ("a\u200bb", Sign.INVISIBLE),
        ("ａｂ", Sign.STYLED),
        ("𝐀", Sign.STYLED),
        ("\U000e0041", Sign.INVISIBLE),
    ],
    ids=["control", "invisible", "full width", "mathematical", "tag"],
)
def test_odd_characters_are_seen_in_any_plane(text: str, sign: int):
    """What lies beyond the tables is looked up one by one."""
    assert Reading(text).signs & sign
    assert not Reading("plain words").signs & sign


@pytest.mark.parametrize("encoding", ["cp1252", "cp1251", "latin-1", "cp1250", "mac_roman", "cp1253"])
@pytest.mark.parametrize(
    "text", [GERMAN, ARABIC, PERSIAN, JAPANESE, "Ёлка и щука — «рыба»", "café, naïve, œuvre"]
)
def test_whatever_looks_wrongly_decoded_stands_at_a_torn_place(text: str, encoding: str):
    """The detector is tried around such places alone, and must miss nothing."""
    from ftfy.badness import BADNESS_RE

    garbled = text.encode().decode(encoding, errors="replace")

    for start in range(0, len(garbled) - 8, 5):
        part = garbled[start : start + 8]
        if BADNESS_RE.search(part):
            assert Reading(part).torn, part


def test_an_expression_made_after_a_reading_is_tried_on_the_same_text():
    """A check that is registered late is not kept from the texts that were read before."""
    assert reading_of(BRIDGE).lines
    late = Sought("bridge", re.IGNORECASE)

    assert late.search(reading_of(BRIDGE))
    assert pieces().bits["bridge"]


def test_most_expressions_of_the_checks_have_needs():
    """Else each of them would be tried on each line."""
    from dedupe.quality import sought

    checks_of_documents()

    assert sum(bool(needs_of(each.pattern)) for each in sought._ALL) > 0.9 * len(sought._ALL)


@given(st.lists(PARTS | st.sampled_from(DEFECTS) | st.text(max_size=4), max_size=12).map("".join))
def test_a_check_says_nothing_of_a_text_that_has_nothing_it_wants(text: str):
    """So it need not be asked."""
    reading, article = Reading(text), Article(id="0" * 16, text=text)

    unasked = [
        each
        for each in checks_of_documents()
        if (wants := wants_of(each)) is not None and not wants.met_by(reading)
    ]

    assert [problem for each in unasked for problem in each(article, QualitySettings())] == []
