"""Paragraphs in another language than the rest."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator

from dedupe.models import Article, Severity
from dedupe.quality.checks.lorem_ipsum import is_filler
from dedupe.quality.checks.machine_garbage import is_code
from dedupe.quality.checks.markdown_remnants import LINK
from dedupe.quality.language import language_of
from dedupe.quality.problem import Problem
from dedupe.quality.registry import check
from dedupe.quality.text import WORD, paragraphs
from dedupe.settings import QualitySettings

__all__ = ["MixedLanguage"]

LEAST_PARAGRAPH = 80  # characters; a shorter quote is a quote
MOST_CAPITALS = 0.45  # of the words; German prose has about 0.35
SMALL_WORD = re.compile(r"\b[^\W\d_A-Z]{1,4}\b")
USUAL_PARAGRAPHS = 0.55  # of a document: a word in as many is of its language's grammar
USUAL_SHARE = 0.2  # of a paragraph's short words; neighbouring languages share fewer
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
        text = LINK.sub(lambda match: " " * len(match[0]), article.text)
        long = list(paragraphs(text, LEAST_PARAGRAPH))
        usual = _small_words([line.text for line in long])
        if all(_is_usual(line.text, usual) for line in long):
            return
        told = [
            (line, language_of(line.text))
            for line in long
            if _is_prose(line.text) and not is_code(line.text) and not is_filler(line.text)
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


def _small_words(texts: Collection[str]) -> frozenset[str]:
    """The short words that stand in most paragraphs: the grammar of the document's one language."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(set(SMALL_WORD.findall(text)))
    return frozenset(word for word, count in counts.items() if count >= USUAL_PARAGRAPHS * len(texts))


def _is_usual(text: str, usual: frozenset[str]) -> bool:
    """Whether a paragraph has enough of the document's grammar; it spares asking for its language."""
    words = SMALL_WORD.findall(text)
    return sum(word in usual for word in words) >= USUAL_SHARE * len(words) > 0


def _is_prose(text: str) -> bool:
    """Whether most words begin small: a list of names is in no language; scripts without case are prose."""
    words: list[str] = WORD.findall(text)
    capitals = sum(word[0].isupper() for word in words)
    return capitals <= MOST_CAPITALS * len(words)
