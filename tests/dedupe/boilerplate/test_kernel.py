"""The compiled kernel and its twins in numpy and Python give the same bits."""

from __future__ import annotations

import os
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dedupe.boilerplate import blocks, cut_boilerplate, lines, model, reasons, repeated, traits
from dedupe.boilerplate._engine import kernel
from dedupe.boilerplate.characters import codes_of
from dedupe.boilerplate.lines import read_lines
from dedupe.boilerplate.measures import Lines
from dedupe.models import Article
from dedupe.settings import DedupeSettings
from tests.dedupe.boilerplate import texts as made

pytestmark = pytest.mark.skipif(kernel is None, reason="installed without a compiler")

EXAMPLES = int(os.environ.get("SEEDBED_FUZZ", "1"))
MODULES = (lines, model, reasons, repeated, traits)

# What the tables and the expressions tell apart, and pieces that they look for.
PIECES = (
    *"aZéßſİıΣςǅŒК日本。、ー가ไท٣५0129½²Ⅷ_ \u00a0\u3000\t\x1c\x85\u00ad\u200b\u0301\u094d'\"“”»«.!?…,;:：|@[]()<>&{}#*=~-–—©®",
    "\U0001f600", "\U00020000", "\U0001d400", "\U00010400", "\U0001f1e6", "\ud800",
    "http://a.b ", "www.x.y", "me@b.c", "![a](b)", "[a](b)", "{{", "}}", "function (", "&amp;", "<b>", "â€™",
    "2024", "May 2024", "12 May", "12:30", "7.30", "3/4/2025", "2025年", "３月", "19", " 0 ", "subscribe", "Read more: ", "login",
    "ogłoszenie", "関連記事", "สมัคร", "share on", "Harbour", "pilots", "returned", "to", "work", "Vellmark said.",
)  # fmt: skip
LINE = st.lists(st.sampled_from(PIECES), max_size=14).map("".join) | st.text(max_size=30)
LONG_LINE = st.builds(lambda line, times: line * times, LINE, st.integers(1, 40))
TEXT = st.lists(
    LINE | LONG_LINE | st.sampled_from([*made.STORY, *made.MENU, *made.FOOTER, *made.JAPANESE_STORY]),
    max_size=24,
).map(lambda found: "\n".join(line.replace("\n", " ") for line in found))
TEXTS = st.lists(TEXT, min_size=1, max_size=4)


def both(run):
    """What is found with the kernel, and without."""
    fast = run()
    patches = [patch.object(module, "kernel", None) for module in MODULES]
    for each in patches:
        each.start()
    try:
        return fast, run()
    finally:
        for each in patches:
            each.stop()


def assert_same(fast: object, slow: object) -> None:
    """Equal arrays, to the bit."""
    for name, value in vars(slow).items():
        assert np.array_equal(getattr(fast, name), value), name


def lines_of(texts: list[str]) -> Lines:
    batch = blocks.batch_of(
        [Article(id="a", text=text.encode("utf-8", "replace").decode()) for text in texts]
    )
    first = batch.first[np.concatenate(([True], np.diff(batch.first) > 0))]
    return Lines(batch.texts, first, batch.codes, batch.starts, batch.ends, batch.traits.cues)


@settings(max_examples=200 * EXAMPLES)
@given(TEXTS)
def test_lines_lie_where_they_lie_and_have_the_same_signs_and_keys(texts: list[str]):
    fast, slow = both(lambda: lines.read_lines(texts))

    assert_same(fast, slow)


@settings(max_examples=200 * EXAMPLES)
@given(st.lists(LINE | LONG_LINE, min_size=1, max_size=20))
@example(["\x00"])  # no sign that opens a rule, though C's strings end with it
def test_traits_are_what_the_expressions_say(found: list[str]):
    texts = [line for line in found if line and "\n" not in line] or ["a"]
    ends = np.cumsum([len(line) for line in texts])
    starts = ends - [len(line) for line in texts]

    fast, slow = both(lambda: traits.traits_of(texts, codes_of("".join(texts)), starts, ends))

    fast.signs[:] &= ~np.uint32(traits.UNSURE)
    assert_same(fast, slow)


@settings(max_examples=200 * EXAMPLES)
@given(TEXTS)
def test_scores_are_the_sums_of_the_weights_of_the_features(texts: list[str]):
    found = lines_of(texts)
    if found.texts:
        fast, slow = both(lambda: model.emissions_of(found, model.load()))

        assert np.array_equal(fast, slow)


@settings(max_examples=100 * EXAMPLES)
@given(
    st.lists(st.integers(1, 30), min_size=1, max_size=6),
    st.integers(0, 2**32),
    st.sampled_from([0.1, 1, 30, 800]),
)
def test_probabilities_are_the_same_to_the_bit(sizes: list[int], seed: int, spread: float):
    first = np.cumsum([0, *sizes])
    emissions = np.random.default_rng(seed).normal(0, spread, (first[-1], len(model.STATES)))

    with np.errstate(all="ignore"):
        fast, slow = both(lambda: model.load().story_probability(emissions, first))

    assert np.array_equal(fast[0], slow[0], equal_nan=True)


@settings(max_examples=100 * EXAMPLES)
@given(TEXTS, st.data())
def test_headlines_are_the_same(texts: list[str], data: st.DataObject):
    articles = [Article(id="a", text=text.encode("utf-8", "replace").decode()) for text in texts]
    batch = blocks.batch_of(articles)
    stories = np.array([data.draw(st.integers(-1, len(batch.texts))) for _ in articles])

    fast, slow = both(lambda: reasons.headlines(batch, stories))

    assert fast == slow


@settings(max_examples=100 * EXAMPLES)
@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 40), st.sampled_from([0, 5, 30, 90])), max_size=30),
        min_size=1,
        max_size=30,
    ),
    st.sampled_from([0.1, 0.6, 1.0]),
)
def test_stories_are_counted_alike(documents: list[list[tuple[int, int]]], share: float):
    """A shape has one size; a table that is full is made anew."""
    sizes = {}
    rows = [[(key, sizes.setdefault(key, size)) for key, size in rows] for rows in documents]
    first = np.cumsum([0, *map(len, rows)])
    keys = np.array(
        [key * 0x9E3779B97F4A7C15 + 1 & 2**64 - 1 for row in rows for key, _ in row], dtype=np.uint64
    )
    of_keys = np.array([size for row in rows for _, size in row], dtype=np.int32)
    with patch.object(repeated, "_ROOM", 4):
        fast, slow = repeated.KernelTally(), repeated.PythonTally()
    for low in range(0, len(rows), 5):
        part = first[low : low + 6]
        span = slice(part[0], part[-1])
        counted = [tally.add(keys[span], of_keys[span], part - part[0], share) for tally in (fast, slow)]
        assert counted[0] == counted[1]

    assert np.array_equal(fast.counts(keys), slow.counts(keys))
    often = [dict(zip(*map(np.ndarray.tolist, tally.often(2)), strict=True)) for tally in (fast, slow)]
    numbers = dict(zip(keys.tolist(), fast.counts(keys).tolist(), strict=True))
    assert often[0] == often[1] == {key: number for key, number in numbers.items() if number > 1}


@settings(max_examples=50 * EXAMPLES)
@given(TEXTS)
def test_articles_are_cut_alike(texts: list[str]):
    articles = [
        Article(
            id=str(number),
            text=text.encode("utf-8", "replace").decode(),
            url=f"https://{number % 2}.example/",
        )
        for number, text in enumerate(texts)
    ]

    fast, slow = both(lambda: list(cut_boilerplate(articles, DedupeSettings())))

    assert fast == slow


def test_arrays_that_do_not_fit_are_refused():
    """What is passed on is measured before it is read."""
    none = np.zeros(1)
    for name, count in (
        ("lines", 10), ("count", 9), ("regrow", 4), ("counts", 4), ("traits", 16), ("scores", 13), ("marginals", 6), ("headlines", 12),
    ):  # fmt: skip
        with pytest.raises(ValueError, match="do not fit"):
            getattr(kernel, name)(*[none] * count)
        with pytest.raises(TypeError, match="does not fit"):
            getattr(kernel, name)(none)


@settings(max_examples=50 * EXAMPLES)
@given(TEXTS)
def test_what_was_counted_elsewhere_says_the_same(texts: list[str]):
    """Of the lines that stand on many stories only the keys and the numbers are handed on."""
    articles = [
        Article(id=str(number), text=text.encode("utf-8", "replace").decode())
        for number, text in enumerate(texts)
    ]
    lines, raw = repeated.site_lines(articles), read_lines([article.text for article in articles])
    counting = repeated.Repetition()
    counting.add(lines, 1.0)

    counts = counting.stories(articles, raw.keys, raw.first)

    elsewhere = repeated.Counted(*counting.often(2)).stories(articles, raw.keys, raw.first)
    assert elsewhere.tolist() == [count if count > 1 else 0 for count in counts.tolist()]
