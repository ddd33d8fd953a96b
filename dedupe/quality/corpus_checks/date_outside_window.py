"""Documents published outside the days of the corpus."""

from __future__ import annotations

from collections.abc import Iterator

from dedupe.models import Severity, Verdict
from dedupe.quality.folder import CorpusFile
from dedupe.quality.problem import Problem
from dedupe.quality.registry import file_check
from dedupe.settings import QualitySettings

__all__ = ["DateOutsideWindow"]


@file_check
class DateOutsideWindow:
    """Compares the date of publication with the first and last day of the settings."""

    name = "date_outside_window"
    title = "Outside the time window"
    reason = "It speaks of another time, or its date is wrong."
    remedy = "Leave it out, or widen the window in the settings."

    def __call__(self, file: CorpusFile, settings: QualitySettings) -> Iterator[Problem]:
        """One problem a document; none where no window is set."""
        first, last = settings.published_from, settings.published_to
        published = file.article.published if file.article else None
        if published is None:
            return
        day = published.date()
        if (first and day < first) or (last and day > last):
            window = f"{first or '…'} to {last or '…'}"
            yield Problem(
                Severity.DISTORTING,
                f"Published on {day}; the corpus is of {window}.",
                action=Verdict.DROP,
                about=str(day),
            )
