"""UTF-8 that was read as another encoding: "Ã©" for "é"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ftfy import fix_encoding
from ftfy.badness import BADNESS_RE

from dedupe.models import Article, Severity, Span
from dedupe.quality.problem import Problem
from dedupe.quality.reading import Reading, reading_of
from dedupe.quality.registry import check
from dedupe.settings import QualitySettings

__all__ = ["TWICE_ESCAPED", "Mojibake"]

MANY = 60  # places; a reader meets several in every paragraph
LONGEST_BAD = 6  # characters of a sequence, and one to either side
FOREIGN = re.compile(r"[^\x00-\x7f]+")
# An apostrophe that went through two escapings: the letters of one character are spelt out.
TWICE_ESCAPED = re.compile(r"(?:&amp;(?:amp;)*#(?:\d{2,6}|x[0-9a-fA-F]{2,6});)+")


@check
class Mojibake:
    """Finds sequences that no language writes, in lines that decoding anew would change.

    Patterns and repair are ftfy's: https://ftfy.readthedocs.io/en/latest/heuristic.html
    """

    name = "mojibake"
    title = "Garbled characters"
    reason = "Words with garbled letters are counted as other words, and names are not found."
    remedy = "Fetch the page again, or repair the text with ftfy."

    def __call__(self, article: Article, settings: QualitySettings) -> Iterator[Problem]:
        """One problem a place."""
        spans = (
            [match.span() for match in TWICE_ESCAPED.finditer(article.text)] if "&" in article.text else []
        )
        reading = reading_of(article.text)
        for line in reading.lines if _is_bad(reading) else ():
            if not line.text.isascii() and fix_encoding(line.text) != line.text:
                spans += [(line.start + start, line.start + end) for start, end in _garbled(line.text)]
        severity = Severity.UNUSABLE if len(spans) > MANY else Severity.DISTORTING
        for span in sorted(spans):
            yield Problem(severity, f"{len(spans)} place(s) were decoded with the wrong encoding.", span)


def _is_bad(reading: Reading) -> bool:
    """What `BADNESS_RE.search` says of the text, tried only where halves of letters may stand."""
    return any(
        BADNESS_RE.search(reading.text, max(0, place - LONGEST_BAD), place + LONGEST_BAD) is not None
        for place in reading.torn
    )


def _garbled(line: str) -> Iterator[Span]:
    """Runs of characters beyond ASCII that hold a bad sequence; lone control characters are no letters."""
    bad = [match.span() for match in BADNESS_RE.finditer(line)]
    for run in FOREIGN.finditer(line):
        letters = run[0].strip("".join(map(chr, range(0x80, 0xA0))))
        if letters and any(start < run.end() and end > run.start() for start, end in bad):
            yield run.span()
