"""A document without a story: empty, or a few words."""

from __future__ import annotations

from collections.abc import Iterator

from dedupe.models import Article, Severity
from dedupe.quality.problem import Problem
from dedupe.quality.reading import reading_of
from dedupe.quality.registry import check
from dedupe.settings import QualitySettings

__all__ = ["EmptyOrShort"]

# Under this share of the least words nothing of a story can be left.
UNUSABLE_SHARE = 0.5


@check
class EmptyOrShort:
    """Counts words, in any script."""

    name = "empty_or_short"
    title = "Empty or very short"
    reason = "A few words are a headline or a leftover, and count as a document all the same."
    remedy = "Leave it out, or fetch the page again."

    def __call__(self, article: Article, settings: QualitySettings) -> Iterator[Problem]:
        """One problem where the words are fewer than `least_words`."""
        words = reading_of(article.text).words
        if words < settings.least_words:
            unusable = words < settings.least_words * UNUSABLE_SHARE
            yield Problem(
                Severity.UNUSABLE if unusable else Severity.DISTORTING,
                f"It has {words} words; a document needs {settings.least_words}.",
            )
