"""Paragraphs in another language than the rest."""

from __future__ import annotations

from collections.abc import Iterator

from dedupe.models import Article, Severity
from dedupe.quality.language import language_of
from dedupe.quality.problem import Problem
from dedupe.quality.registry import check
from dedupe.quality.text import WORD, paragraphs
from dedupe.settings import QualitySettings

__all__ = ["MixedLanguage"]

LEAST_PARAGRAPH = 100  # characters; a shorter quote is a quote
MOST_CAPITALS = 0.45  # of the words; German prose has about 0.35
LEAST_LANGUAGE = 2  # paragraphs in the document's own language


@check
class MixedLanguage:
    """Tells the language of each paragraph and of the whole."""

    name = "mixed_language"
    title = "Mixed languages"
    reason = "Paragraphs in another language are lost to a count, or counted for another story."
    remedy = "See whether they belong: a quote does, the teaser of another edition does not."

    def __call__(self, article: Article, settings: QualitySettings) -> Iterator[Problem]:
        """One problem a paragraph."""
        told = [
            (line, language_of(line.text))
            for line in paragraphs(article.text, LEAST_PARAGRAPH)
            if _is_prose(line.text)
        ]
        sizes: dict[str, int] = {}
        for line, language in told:
            if language is not None:
                sizes[language] = sizes.get(language, 0) + len(line.text)
        if len(sizes) < 2:
            return
        main = max(sizes, key=lambda language: (sizes[language], language))
        if sum(language == main for _, language in told) < LEAST_LANGUAGE:
            return
        for line, language in told:
            if language not in (None, main):
                yield Problem(
                    Severity.DISTORTING,
                    f"The paragraph is in another language ({language}) than the text ({main}).",
                    line.span,
                )


def _is_prose(text: str) -> bool:
    """Whether most words begin small: a list of names is in no language; scripts without case are prose."""
    words: list[str] = WORD.findall(text)
    capitals = sum(word[0].isupper() for word in words)
    return capitals <= MOST_CAPITALS * len(words)
