"""UTF-8 that was read as another encoding: "Ã©" for "é"."""

from __future__ import annotations

from collections.abc import Iterator

from ftfy import fix_encoding
from ftfy.badness import BADNESS_RE

from dedupe.models import Article, Severity
from dedupe.quality.problem import Problem
from dedupe.quality.registry import check
from dedupe.quality.text import lines
from dedupe.settings import QualitySettings

__all__ = ["Mojibake"]

MANY = 12  # places; a reader meets one in every paragraph


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
        """One problem a line, over the stretch from its first garbled character to its last."""
        found: list[tuple[int, int, int]] = []
        for line in lines(article.text):
            if line.text.isascii():
                continue
            hits = list(BADNESS_RE.finditer(line.text))
            if hits and fix_encoding(line.text) != line.text:
                found.append((line.start + hits[0].start(), line.start + hits[-1].end(), len(hits)))
        places = sum(hits for *_, hits in found)
        severity = Severity.UNUSABLE if places > MANY * 5 else Severity.DISTORTING
        for start, end, count in found:
            yield Problem(severity, f"{count} place(s) were decoded with the wrong encoding.", (start, end))
