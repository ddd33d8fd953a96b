"""NUL characters in the text."""

from __future__ import annotations

from collections.abc import Iterator

from dedupe.models import Article, Severity
from dedupe.quality.problem import Problem
from dedupe.quality.reading import Wants, reading_of
from dedupe.quality.registry import check
from dedupe.quality.sought import Sought
from dedupe.settings import QualitySettings

__all__ = ["NulBytes"]

NUL = Sought("\\x00+")


@check
class NulBytes:
    """Finds U+0000, which many readers take for the end of the file."""

    name = "nul_bytes"
    title = "NUL characters"
    reason = "Other tools read the text up to the first of them and lose the rest."
    remedy = "Take them out; where every second byte is one, decode as UTF-16."
    wants = Wants(expressions=NUL.bit)

    def __call__(self, article: Article, settings: QualitySettings) -> Iterator[Problem]:
        """One problem a place."""
        spans = [match.span() for match in NUL.finditer(reading_of(article.text))]
        for span in spans:
            yield Problem(Severity.DISTORTING, f"{len(spans)} place(s) hold NUL.", span, quote="U+0000")
