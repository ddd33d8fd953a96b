"""Lines of text -> numbers that tell prose from furniture in any language; batches at once, no word lists.

Everything is counted over one array of code points: a class for each character, counts of the classes for
each
line, then what the neighbours and the whole document add. The cost is linear in the length of the text.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedupe.boilerplate import cues

__all__ = ["FEATURES", "Lines", "line_features", "measure"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]
Values = NDArray[Any]

# Classes of characters. WIDE letters (Chinese, Japanese, Korean) carry about two letters' worth each.
(
    LOWER,
    UPPER,
    CASELESS,
    WIDE,
    MARK,
    DIGIT,
    SPACE,
    STOP,
    COMMA,
    COLON,
    QUOTE,
    CLOSER,
    OPENER,
    DASH,
    SYMBOL,
    BREAK,
) = range(16)
_CLASSES = 16
_STOPS = ".!?…。！？؟।॥։።፧။᙮‼⁇⁈⁉｡．۔⸮‥"
_COMMAS = ",;،、，；؛﹐，･･"
_COLONS = ":："
_QUOTES = "\"'“”„‟‘’‚‛«»‹›「」『』《》〈〉〝〞＂｢｣"
_ASTRAL = 0xFFFF  # the slot of the table that characters beyond the basic plane share
_CJK_ASTRAL = 0xFFFE


@cache
def _class_table() -> NDArray[np.uint8]:
    """Class of each code point of the basic plane, and of two slots for those beyond it."""
    table = np.full(0x10000, SYMBOL, dtype=np.uint8)
    by_category = {
        "Ll": LOWER, "Lu": UPPER, "Lt": UPPER, "Lo": CASELESS, "Lm": CASELESS,
        "Mn": MARK, "Mc": MARK, "Me": MARK, "Nd": DIGIT, "Nl": DIGIT, "No": DIGIT,
        "Zs": SPACE, "Pd": DASH, "Ps": OPENER, "Pe": CLOSER, "Pi": QUOTE, "Pf": QUOTE,
    }  # fmt: skip
    for code in range(0x10000):
        table[code] = by_category.get(unicodedata.category(chr(code)), SYMBOL)
    for first, last in (
        (0x2E80, 0x2FDF),
        (0x3040, 0x30FF),
        (0x3400, 0x9FFF),
        (0xAC00, 0xD7AF),
        (0xF900, 0xFAFF),
    ):
        span = table[first : last + 1]
        span[span == CASELESS] = WIDE
    for marks, cls in ((_STOPS, STOP), (_COMMAS, COMMA), (_COLONS, COLON), (_QUOTES, QUOTE)):
        for mark in marks:
            table[ord(mark)] = cls
    table[ord("\n")] = BREAK
    table[ord("\t")] = SPACE
    table[_CJK_ASTRAL] = WIDE
    table[_ASTRAL] = SYMBOL
    return table


@dataclass(frozen=True)
class Lines:
    """The non-blank lines of a batch of documents, one after another.

    `first` holds where each document begins, and the number of all lines at its end: shape (documents + 1,).
    """

    texts: list[str]
    first: Ints

    @property
    def document(self) -> Ints:
        """Number of the document of each line."""
        number: Ints = np.repeat(np.arange(len(self.first) - 1), np.diff(self.first))
        return number


@dataclass(frozen=True)
class Measures:
    """What one line says by itself; every array has one value a line."""

    counts: Ints  # shape (lines, classes)
    width: Floats  # characters, wide ones counted twice
    words: Floats  # runs of letters and digits; two wide letters make one
    capitalised: Floats  # words that begin with a capital
    sentences: Floats  # stops followed by a space
    first: NDArray[np.uint8]  # class of the first character
    last: NDArray[np.uint8]  # class of the last character that closes nothing
    ellipsis: Bools
    shape: NDArray[np.uint64]  # hash of the line with every digit replaced by one and the same


_PRIME = np.uint64(0x9E3779B97F4A7C15)


@cache
def _powers(length: int) -> NDArray[np.uint64]:
    with np.errstate(over="ignore"):
        powers: NDArray[np.uint64] = np.cumprod(np.full(length, _PRIME, np.uint64), dtype=np.uint64)
    return powers


def measure(texts: list[str]) -> Measures:
    """Count the classes of characters of each line; no line is blank.

    Args:
        texts: lines without line breaks, at least one character each.
    """
    codes = np.frombuffer("\n".join([*texts, ""]).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    slots = np.where(
        codes < 0x10000, codes, np.where((codes >= 0x20000) & (codes < 0x32000), _CJK_ASTRAL, _ASTRAL)
    )
    classes = _class_table()[slots]
    ends = np.flatnonzero(classes == BREAK)
    starts = np.concatenate(([0], ends[:-1] + 1))
    lengths = ends - starts
    line = np.repeat(np.arange(len(ends)), lengths + 1)
    counts = np.bincount(line * _CLASSES + classes, minlength=len(ends) * _CLASSES).reshape(-1, _CLASSES)

    inside_word = (classes <= WIDE) | (classes == DIGIT) | (classes == MARK)
    begins = inside_word & ~np.concatenate(([False], inside_word[:-1])) & (classes != WIDE)
    words = np.bincount(line[begins], minlength=len(ends)) + counts[:, WIDE] / 2
    capital = np.bincount(line[begins & (classes == UPPER)], minlength=len(ends))
    stop_then_space = (classes[:-1] == STOP) & ((classes[1:] == SPACE) | (codes[:-1] > 0x3000))
    sentences = np.bincount(line[:-1][stop_then_space], minlength=len(ends))

    last = classes[ends - 1]
    closing = (QUOTE, CLOSER)
    for back in (2, 3):
        earlier = classes[np.maximum(ends - back, starts)]
        last = np.where(np.isin(last, closing), earlier, last)

    digits_alike = np.where(classes == DIGIT, np.uint32(0x30), codes).astype(np.uint64)
    position = np.arange(len(codes)) - np.repeat(starts, lengths + 1)
    with np.errstate(over="ignore"):
        mixed = digits_alike * _powers(4096)[position & 4095]
        shape = np.add.reduceat(mixed, starts)
    return Measures(
        counts=counts,
        width=(lengths + counts[:, WIDE]).astype(np.float32),
        words=words.astype(np.float32),
        capitalised=capital.astype(np.float32),
        sentences=sentences.astype(np.float32),
        first=classes[starts],
        last=last,
        ellipsis=(codes[ends - 1] == 0x2026)
        | ((codes[ends - 1] == 0x2E) & (codes[np.maximum(ends - 2, starts)] == 0x2E)),
        shape=shape,
    )


class _Columns:
    """Collects named columns; a step column becomes one 0/1 column a threshold."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.values: list[Floats] = []

    def flag(self, name: str, value: Values) -> None:
        self.names.append(name)
        self.values.append(value.astype(np.float32))

    def steps(self, name: str, value: Values, thresholds: tuple[float, ...]) -> None:
        for threshold in thresholds:
            self.flag(f"{name}>={threshold:g}", value >= threshold)


def _shifted(values: Values, by: int, document: Ints) -> Values:
    """The value of the line `by` lines further down in the same document; 0 beyond its ends."""
    moved = np.zeros_like(values)
    n = len(values)
    if abs(by) >= n:
        return moved
    if by > 0:
        moved[: n - by] = np.where(document[by:] == document[: n - by], values[by:], 0)
    else:
        moved[-by:] = np.where(document[: n + by] == document[-by:], values[: n + by], 0)
    return moved


def _window_mean(values: Floats, before: int, after: int, first: Ints, document: Ints) -> Floats:
    """Mean over the lines from `before` above to `after` below, inside the document."""
    total = np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))
    here = np.arange(len(values))
    low = np.clip(here - before, first[document], first[document + 1])
    high = np.clip(here + after + 1, first[document], first[document + 1])
    mean: Floats = ((total[high] - total[low]) / np.maximum(high - low, 1)).astype(np.float32)
    return mean


def _best_run(scores: Floats, first: Ints) -> tuple[Ints, Ints]:
    """First line and end (one past) of each document's contiguous run with the greatest sum of scores.

    Largest difference of two prefix sums, by running minima; an offset a document keeps them apart.
    """
    total = np.concatenate(([0.0], np.cumsum(scores, dtype=np.float64)))
    starts, ends = np.empty(len(first) - 1, np.int64), np.empty(len(first) - 1, np.int64)
    for number in range(len(first) - 1):
        low, high = first[number], first[number + 1]
        if low == high:
            starts[number] = ends[number] = low
            continue
        prefix = total[low : high + 1]
        least = np.minimum.accumulate(prefix[:-1])
        end = int(np.argmax(prefix[1:] - least)) + 1
        start = int(np.argmin(prefix[:end]))
        starts[number], ends[number] = low + start, low + end
    return starts, ends


def _repeats(shape: NDArray[np.uint64], document: Ints) -> Ints:
    """How often each line's shape stands in its document."""
    with np.errstate(over="ignore"):
        keys = shape ^ (document.astype(np.uint64) + np.uint64(1)) * np.uint64(0xD6E8FEB86659FD93)
    _, inverse, counts = np.unique(keys, return_inverse=True, return_counts=True)
    times: Ints = counts[inverse]
    return times


def prose_score(measures: Measures) -> Floats:
    """How much a line looks like a paragraph: about -1 for a menu word, above 1 for a long sentence."""
    ends_well = (measures.last == STOP) | ((measures.last == COLON) & (measures.words >= 8))
    size = np.minimum(measures.width, 300) / 100
    return (size * np.where(ends_well, 1.0, 0.35) - 0.55).astype(np.float32)


def line_features(lines: Lines) -> tuple[Floats, Measures]:
    """One row a line, one column a feature (names in FEATURES).

    Returns:
        shape (lines, features), values 0 or 1; and the measures they come from.
    """
    measures = measure(lines.texts)
    columns = _columns(lines, measures)
    return np.stack(columns.values, axis=1), measures


def _columns(lines: Lines, m: Measures) -> _Columns:
    document = lines.document
    columns = _Columns()
    letters = m.counts[:, [LOWER, UPPER, CASELESS, WIDE]].sum(axis=1)
    cased = m.counts[:, LOWER] + m.counts[:, UPPER]
    caseless = (cased * 2 < letters) & (letters > 0)
    stop = m.last == STOP
    words = np.maximum(m.words, 1)
    capital_share = np.where(caseless, 0, np.maximum(m.capitalised - 1, 0) / np.maximum(words - 1, 1))
    found = cues.find(lines.texts, m.width)
    repeats = _repeats(m.shape, document)
    score = prose_score(m)
    prose = ((score > 0.3) & ((m.last == STOP) | (m.width > 200))).astype(np.float32)

    columns.flag("always", np.ones(len(document)))
    columns.steps("width", m.width, (8, 15, 25, 35, 50, 65, 80, 100, 130, 170, 230, 320, 450, 700))
    columns.steps("words", m.words, (2, 3, 5, 7, 10, 14, 20, 30, 50))
    columns.flag("stop", stop)
    columns.flag("ellipsis", m.ellipsis)
    columns.flag("ends_colon", m.last == COLON)
    columns.flag("ends_comma", m.last == COMMA)
    columns.flag("ends_digit", m.last == DIGIT)
    columns.flag("ends_symbol", m.last == SYMBOL)
    columns.steps("stop*width", np.where(stop, m.width, 0), (25, 40, 60, 80, 110, 150, 220, 320))
    columns.steps("nostop*width", np.where(stop, 0, m.width), (40, 60, 80, 110, 150, 220, 320))
    columns.steps("sentences", m.sentences, (1, 2, 3, 5))
    columns.steps("commas", m.counts[:, COMMA], (1, 2, 3, 5))
    columns.steps("comma_rate", m.counts[:, COMMA] / words, (0.03, 0.1, 0.25))
    columns.steps("digit_rate", m.counts[:, DIGIT] / np.maximum(m.width, 1), (0.001, 0.05, 0.15, 0.3, 0.5))
    columns.steps("capital_share", capital_share, (0.1, 0.2, 0.35, 0.5, 0.7, 0.9))
    columns.flag("caseless", caseless)
    columns.flag("all_capitals", (m.counts[:, UPPER] >= 3) & (m.counts[:, LOWER] == 0))
    columns.flag("no_letters", letters == 0)
    columns.steps("quotes", m.counts[:, QUOTE], (1, 2, 4))
    columns.steps("symbols", m.counts[:, SYMBOL], (1, 2, 4))
    columns.flag("brackets", m.counts[:, OPENER] > 0)
    columns.flag("ends_bracket_short", (m.counts[:, CLOSER] > 0) & (m.last != STOP) & (m.width < 250))
    for name, cls in (
        ("lower", LOWER),
        ("digit", DIGIT),
        ("quote", QUOTE),
        ("dash", DASH),
        ("symbol", SYMBOL),
        ("opener", OPENER),
    ):
        columns.flag(f"begins_{name}", m.first == cls)
    for name, column in found.items():
        columns.flag(f"cue_{name}", column)
        if name in ("menu", "subscribe", "share", "legal", "related"):
            columns.flag(f"cue_{name}*long", column & (m.width > 120))
        columns.flag(f"cue_{name}*short", column & (m.words <= 4) & ~stop)
    columns.steps("repeats", repeats, (2, 3))
    columns.flag("repeats*long", (repeats >= 2) & (m.width > 60))

    _neighbours(columns, m, prose, found, repeats, document)
    _places(columns, lines, score, prose, document)
    return columns


def _neighbours(
    columns: _Columns,
    m: Measures,
    prose: Floats,
    found: dict[str, Bools],
    repeats: Ints,
    document: Ints,
) -> None:
    """What stands above and below."""
    any_cue = np.logical_or.reduce(list(found.values()))
    for by in (-3, -2, -1, 1, 2, 3):
        width = _shifted(m.width, by, document)
        columns.steps(f"width[{by:+d}]", width, (1, 20, 40, 80, 150, 300))
        columns.flag(f"prose[{by:+d}]", _shifted(prose, by, document))
        columns.flag(f"stop[{by:+d}]", _shifted(m.last == STOP, by, document))
        if abs(by) < 3:
            columns.flag(f"any_cue[{by:+d}]", _shifted(any_cue, by, document))
            columns.flag(f"repeats[{by:+d}]", _shifted(repeats >= 2, by, document))
        if abs(by) == 1:
            for name, column in found.items():
                columns.flag(f"cue_{name}[{by:+d}]", _shifted(column, by, document))
            columns.flag(f"ends_colon[{by:+d}]", _shifted(m.last == COLON, by, document))
            columns.flag(f"begins_quote[{by:+d}]", _shifted(m.first == QUOTE, by, document))
    short = (m.width < 90) & (prose == 0)
    above, below = _shifted(prose, -1, document) > 0, _shifted(prose, 1, document) > 0
    columns.flag("short_between_prose", short & above & below)
    columns.flag("short_below_prose", short & above & ~below)
    columns.flag("short_above_prose", short & ~above & below)
    columns.flag("prose_between_prose", (prose > 0) & above & below)
    columns.flag("prose_alone", (prose > 0) & ~above & ~below)


def _places(columns: _Columns, lines: Lines, score: Floats, prose: Floats, document: Ints) -> None:
    """Where the line stands in its document, and in the run of lines that reads most like a story."""
    first = lines.first
    here = np.arange(len(document))
    size = np.diff(first)[document]
    columns.steps("from_top", here - first[document], (1, 3, 8, 20))
    columns.steps("from_end", first[document + 1] - 1 - here, (1, 3, 8, 20))
    columns.steps("place", (here - first[document]) / np.maximum(size - 1, 1), (0.1, 0.25, 0.5, 0.75, 0.9))
    columns.steps("size", size, (10, 25, 60, 150))
    for before, after in ((3, 3), (6, 0), (0, 6), (15, 0), (0, 15), (40, 0), (0, 40)):
        mean = _window_mean(prose, before, after, first, document)
        columns.steps(f"prose[-{before}:{after}]", mean, (0.02, 0.1, 0.2, 0.35, 0.5, 0.7))
    for penalty in (0.0, 0.35):
        starts, ends = _best_run(score - penalty, first)
        from_start, from_end = here - starts[document], here - (ends[document] - 1)
        tag = f"run{penalty:g}"
        columns.flag(f"{tag}_inside", (from_start >= 0) & (from_end <= 0))
        columns.steps(f"{tag}_from_start", from_start, (-30, -12, -6, -4, -3, -2, -1, 0, 1, 2, 3, 6))
        columns.steps(f"{tag}_from_end", from_end, (-5, -2, -1, 0, 1, 2, 3, 4, 6, 12, 30))


@cache
def _names() -> tuple[str, ...]:
    lines = Lines(["One line.", "Another"], np.array([0, 2]))
    return tuple(_columns(lines, measure(lines.texts)).names)


FEATURES = _names()
