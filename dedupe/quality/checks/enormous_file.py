"""A document too long for one article."""

from __future__ import annotations

from collections.abc import Iterator

from dedupe.models import Article, Severity
from dedupe.quality.problem import Problem
from dedupe.quality.registry import check
from dedupe.settings import QualitySettings

__all__ = ["EnormousFile", "is_far_too_long"]

# A text so many times longer than an article may be is looked at no further: no cut makes an article of it.
FAR_TOO_LONG = 8


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


def is_far_too_long(article: Article, settings: QualitySettings) -> bool:
    """Whether a text is so long that its length is all that counts."""
    return (
        EnormousFile.name not in settings.skip and len(article.text) > settings.most_characters * FAR_TOO_LONG
    )
