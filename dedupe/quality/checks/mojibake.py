"""UTF-8 that was read as another encoding: "Ã©" for "é"."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from ftfy import fix_encoding
from ftfy.badness import BADNESS_RE

from dedupe.models import Article, Severity, Span
from dedupe.mojibake import looks_torn, torn_in
from dedupe.quality.characters import Sign
from dedupe.quality.problem import Problem
from dedupe.quality.reading import Line, Reading, Wants, reading_of
from dedupe.quality.registry import check
from dedupe.quality.sought import Sought
from dedupe.settings import QualitySettings

__all__ = ["TWICE_ESCAPED", "Mojibake"]

MANY = 60  # places; a reader meets several in every paragraph
_CONTROLS = "".join(map(chr, range(0x80, 0xA0)))
FOREIGN = re.compile(r"[^\x00-\x7f]+")
# An apostrophe that went through two escapings: the letters of one character are spelt out.
TWICE_ESCAPED = Sought(r"(?:&amp;(?:amp;)*#(?:\d{2,6}|x[0-9a-fA-F]{2,6});)+")


@check
class Mojibake:
    """Finds sequences that no language writes, in lines that decoding anew would change.

    By ftfy's patterns (https://ftfy.readthedocs.io/en/latest/heuristic.html), and by `dedupe.mojibake`.
    """

    name = "mojibake"
    title = "Garbled characters"
    reason = "Words with garbled letters are counted as other words, and names are not found."
    remedy = "Fetch the page again, or repair the text with ftfy."
    wants = Wants(expressions=TWICE_ESCAPED.bit, signs=Sign.TORN | Sign.TORN_ALONE)

    def __call__(self, article: Article, settings: QualitySettings) -> Iterator[Problem]:
        """One problem a place."""
        reading = reading_of(article.text)
        spans = [match.span() for match in TWICE_ESCAPED.finditer(reading)]
        for line in _suspected(reading) if reading.facts.text.torn else ():
            spans += [(line.start + start, line.start + end) for start, end in _garbled(line.text)]
        severity = Severity.UNUSABLE if len(spans) > MANY else Severity.DISTORTING
        for span in sorted(spans):
            yield Problem(severity, f"{len(spans)} place(s) were decoded with the wrong encoding.", span)


def _suspected(reading: Reading) -> Iterator[Line]:
    """The lines with two halves of letters side by side."""
    places, at = reading.torn, 0
    for line in reading.lines if places else ():
        at = bisect_left(places, line.start, at)
        if at < len(places) and places[at] < line.end:
            yield line


def _garbled(line: str) -> list[Span]:
    """Where characters stand that no language writes so: as ftfy tells of the line, and one by one."""
    found = torn_in(line) if looks_torn(line) else []
    bad = [match.span() for match in BADNESS_RE.finditer(line)]
    if not bad or fix_encoding(line) == line:
        return found
    starts, ends = [start for start, _ in bad], [end for _, end in bad]
    runs = []
    for run in FOREIGN.finditer(line):
        # The first bad sequence that ends behind its start; lone controls are no letters.
        place = bisect_right(ends, run.start())
        is_bad = place < len(bad) and starts[place] < run.end()
        if is_bad and run[0].strip(_CONTROLS):
            runs.append(run.span())
    begun = [start for start, _ in runs]
    alone = [span for span in found if not _is_within(span, runs, begun)]
    return sorted([*alone, *runs])


def _is_within(span: Span, runs: list[Span], begun: list[int]) -> bool:
    """Whether a span begins in one of some runs, which are in order."""
    place = bisect_right(begun, span[0]) - 1
    return place >= 0 and span[0] < runs[place][1]
