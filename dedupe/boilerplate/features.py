"""Lines of text -> numbers that tell prose from furniture in any language; batches at once, no word lists.

Everything is counted over one array of code points: a class for each character, counts of the classes for
each
line, then what the neighbours and the whole document add. The cost is linear in the length of the text.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np

from dedupe.boilerplate import cues
from dedupe.boilerplate.measures import (
    CASELESS,
    CLOSER,
    COLON,
    COMMA,
    DASH,
    DIGIT,
    LOWER,
    OPENER,
    QUOTE,
    STOP,
    SYMBOL,
    UPPER,
    WIDE,
    Bools,
    Floats,
    Hashes,
    Ints,
    Lines,
    Measures,
    Values,
    measure,
)

__all__ = ["CUES_OF_SENTENCES", "FEATURES", "THRESHOLDS", "line_features"]

CUES_OF_SENTENCES = ("menu", "subscribe", "share", "legal", "related")  # short lines and sentences use them


class _Columns:
    """Collects named columns; a step feature becomes one 0/1 column a threshold."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.values: list[Floats] = []
        self.thresholds: list[list[float]] = []  # of each feature, as they are compared; a flag's is 1

    def _add(self, name: str, value: Values) -> None:
        self.names.append(name)
        self.values.append(value.astype(np.float32))

    def flag(self, name: str, value: Values) -> None:
        self._add(name, value)
        self.thresholds.append([1.0])

    def steps(self, name: str, value: Values, thresholds: tuple[float, ...]) -> None:
        for threshold in thresholds:
            self._add(f"{name}>={threshold:g}", value >= threshold)
        single = value.dtype == np.float32
        self.thresholds.append([float(np.float32(t)) if single else float(t) for t in thresholds])


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


# Fractions are summed in whole units, so that a sum is the same wherever its document stands in a batch.
_SHARE_UNIT = 2.0**38
_SCORE_UNIT = 2.0**36


def _sums(values: Floats, unit: float) -> Ints:
    """Sum of the values before each line and after the last, in units."""
    return np.concatenate(([0], np.cumsum((values.astype(np.float64) * unit).astype(np.int64))))


def _window_mean(values: Floats, before: int, after: int, first: Ints, document: Ints) -> Floats:
    """Mean over the lines from `before` above to `after` below, inside the document."""
    total = _sums(values, _SHARE_UNIT)
    here = np.arange(len(values))
    low = np.clip(here - before, first[document], first[document + 1])
    high = np.clip(here + after + 1, first[document], first[document + 1])
    mean: Floats = ((total[high] - total[low]) / _SHARE_UNIT / np.maximum(high - low, 1)).astype(np.float32)
    return mean


def _best_run(scores: Floats, first: Ints) -> tuple[Ints, Ints]:
    """First line and end (one past) of each document's contiguous run with the greatest sum of scores.

    Largest difference of two prefix sums, by running minima.
    """
    total = _sums(scores, _SCORE_UNIT)
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


def _repeats(shape: Hashes, document: Ints) -> Ints:
    """How often each line's shape stands in its document."""
    _, inverse, counts = np.unique(_in_document(shape, document), return_inverse=True, return_counts=True)
    times: Ints = counts[inverse]
    return times


@dataclass(frozen=True)
class _Kinship:
    """The telling words of a batch, each once a line, sorted by document, word and line."""

    key: Hashes  # of document and word
    line: Ints
    lines: int

    @classmethod
    def of(cls, m: Measures, repeats: Ints, document: Ints) -> _Kinship:
        """Lines that repeat in their document have no say."""
        once = repeats[m.token_line] == 1
        token, line = m.token[once], m.token_line[once]
        key = _in_document(token, document[line])
        order = np.lexsort((line, key))
        key, line = key[order], line[order]
        fresh = np.ones(len(key), bool)
        fresh[1:] = (key[1:] != key[:-1]) | (line[1:] != line[:-1])
        return cls(key[fresh], line[fresh], len(document))

    @property
    def words(self) -> Ints:
        """Number of telling words of each line."""
        number: Ints = np.bincount(self.line, minlength=self.lines)
        return number

    def near(self, reach: int) -> Floats:
        """For each line, how many of its words another line holds that is at most `reach` lines away."""
        close = (self.key[1:] == self.key[:-1]) & (self.line[1:] - self.line[:-1] <= reach)
        near = np.zeros(len(self.key), bool)
        near[1:] |= close
        near[:-1] |= close
        return np.bincount(self.line[near], minlength=self.lines).astype(np.float32)

    def taken_up(self, prose: Floats, reach: int) -> Floats:
        """For each line, how many of its words come next in a paragraph at most `reach` lines below."""
        below = (self.key[1:] == self.key[:-1]) & (self.line[1:] - self.line[:-1] <= reach)
        below &= prose[self.line[1:]] > 0
        return np.bincount(self.line[:-1][below], minlength=self.lines).astype(np.float32)


def _in_document(hashes: Hashes, document: Ints) -> Hashes:
    with np.errstate(over="ignore"):
        return hashes ^ (document.astype(np.uint64) + np.uint64(1)) * np.uint64(0xD6E8FEB86659FD93)


def _same_in_document(hashes: Hashes, counted: Bools, document: Ints) -> Ints:
    """For each line, how many of the counted lines of its document have the same hash."""
    _, inverse = np.unique(_in_document(hashes, document), return_inverse=True)
    times: Ints = np.bincount(inverse, weights=counted.astype(np.float64))[inverse].astype(np.int64)
    return times


def prose_score(measures: Measures) -> Floats:
    """How much a line looks like a paragraph: about -1 for a menu word, above 1 for a long sentence."""
    ends_well = (measures.last == STOP) | ((measures.last == COLON) & (measures.words >= 8))
    size = np.minimum(measures.width, 300) / 100
    return (size * np.where(ends_well, 1.0, 0.35) - 0.55).astype(np.float32)


def line_features(lines: Lines) -> Floats:
    """One row a line, one column a feature (names in FEATURES), values 0 or 1."""
    return np.stack(_columns(lines, measure(lines.texts)).values, axis=1)


def _columns(lines: Lines, m: Measures) -> _Columns:
    document = lines.document
    columns = _Columns()
    letters = m.counts[:, [LOWER, UPPER, CASELESS, WIDE]].sum(axis=1)
    cased = m.counts[:, LOWER] + m.counts[:, UPPER]
    caseless = (cased * 2 < letters) & (letters > 0)
    stop = m.last == STOP
    words = np.maximum(m.words, 1)
    capital_share = np.where(caseless, 0, np.maximum(m.capitalised - 1, 0) / np.maximum(words - 1, 1))
    # Lines wider than the longest that may hold a cue are prose.
    found = {
        name: (lines.cues >> number & 1).astype(bool) & (m.width <= cues.LONGEST)
        for number, name in enumerate(cues.ALL)
    }
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
        if name in CUES_OF_SENTENCES:
            columns.flag(f"cue_{name}*long", column & (m.width > 120))
        columns.flag(f"cue_{name}*short", column & (m.words <= 4) & ~stop)
    columns.steps("repeats", repeats, (2, 3))
    columns.flag("repeats*long", (repeats >= 2) & (m.width > 60))

    _company(columns, lines, m, prose, repeats, document)
    _neighbours(columns, m, prose, found, repeats, document)
    _places(columns, lines, score, prose, document)
    return columns


def _company(
    columns: _Columns, lines: Lines, m: Measures, prose: Floats, repeats: Ints, document: Ints
) -> None:
    """Whether the line belongs to what stands around it: shared words, shared ends, glued elements."""
    columns.steps("glued", m.glued, (1, 2))
    glued = (m.glued > 0).astype(np.float32)
    columns.flag("glued*long", (m.glued > 0) & (m.width > 80))
    columns.steps("glued[-5:5]", _window_mean(glued, 5, 5, lines.first, document), (0.1, 0.3, 0.6))
    unstopped = m.last != STOP
    first_words = np.where(m.words >= 2, m.head, m.shape)
    columns.steps(
        "same_tail",
        np.where(unstopped & (m.words >= 2), _same_in_document(m.tail, unstopped, document), 0),
        (3, 6),
    )
    columns.steps(
        "same_head", np.where(unstopped, _same_in_document(first_words, unstopped, document), 0), (3, 6)
    )
    kinship = _Kinship.of(m, repeats, document)
    _headlines(columns, lines, kinship, m, prose, document)
    for reach in (4, 15):
        number = kinship.near(reach)
        share = (number / np.maximum(kinship.words, 1)).astype(np.float32)
        columns.steps(f"cohesion{reach}", share, (0.01, 0.1, 0.2, 0.3, 0.45, 0.6))
        columns.steps(f"shared{reach}", number, (1, 2, 4, 8))
        columns.steps(f"prose*cohesion{reach}", np.where(prose > 0, share, 0), (0.1, 0.2, 0.35, 0.5))
        near = _window_mean(share * prose, 4, 4, lines.first, document)
        columns.steps(f"cohesion{reach}[-4:4]", near, (0.05, 0.1, 0.2, 0.3))
        after = _window_mean(share * prose, 0, 10, lines.first, document)
        columns.steps(f"cohesion{reach}[0:10]", after, (0.05, 0.1, 0.2, 0.3))
        before = _window_mean(share * prose, 10, 0, lines.first, document)
        columns.steps(f"cohesion{reach}[-10:0]", before, (0.05, 0.1, 0.2, 0.3))


def _headlines(
    columns: _Columns, lines: Lines, kinship: _Kinship, m: Measures, prose: Floats, document: Ints
) -> None:
    """Which short line the paragraphs below take up, and where the line stands to it."""
    words = kinship.words
    taken = kinship.taken_up(prose, 12)
    share = taken / np.maximum(words, 1)
    may_be = (m.last != STOP) & (m.words >= 3) & (m.words <= 30) & (prose == 0) & (taken >= 2)
    strength = np.where(may_be, taken * share, 0).astype(np.float32)
    columns.steps("headline", strength, (0.7, 1.5, 3, 4.5))
    above = np.zeros(len(document), np.float32)
    for by in range(1, 13):
        above = np.maximum(above, _shifted(strength, -by, document))
        if by in (3, 12):
            columns.steps(f"headline[-{by}:-1]", above, (0.7, 1.5, 3, 4.5))
    best, here = lines.first[:-1].copy(), np.arange(len(document))
    for number, (low, high) in enumerate(pairwise(lines.first.tolist())):
        if high > low:
            best[number] = low + int(np.argmax(strength[low:high]))
    has_one = strength[best[document]] > 0
    columns.steps(
        "from_headline",
        np.where(has_one, here - best[document], -1000),
        (-999, -20, -5, -1, 0, 1, 2, 3, 5, 9, 20, 60),
    )


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
def _sample() -> _Columns:
    lines = Lines.of(["One line.", "Another"], np.array([0, 2]))
    return _columns(lines, measure(lines.texts))


FEATURES = tuple(_sample().names)
THRESHOLDS = tuple(map(tuple, _sample().thresholds))
