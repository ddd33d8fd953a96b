"""A document too long for one article."""

from __future__ import annotations

from collections.abc import Iterator

from dedupe.models import Article, Severity
from dedupe.quality.problem import Problem
from dedupe.quality.registry import check
from dedupe.settings import QualitySettings

__all__ = ["EnormousFile"]


@check
class EnormousFile:
    """Counts characters."""

    name = "enormous_file"
    title = "Enormous document"
    reason = "Many articles run together in one file outweigh all others in every count."
    remedy = "Leave it out, or split it into its articles."

    def __call__(self, article: Article, settings: QualitySettings) -> Iterator[Problem]:
        """One problem where the text is longer than `most_characters`."""
        if len(article.text) > settings.most_characters:
            yield Problem(
                Severity.UNUSABLE,
                f"{len(article.text):,} characters; articles have at most {settings.most_characters:,}.",
            )
