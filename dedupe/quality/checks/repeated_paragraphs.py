"""A paragraph that stands in the text twice."""

from __future__ import annotations

from collections.abc import Iterator

from dedupe.models import Article, Severity
from dedupe.quality.problem import Problem
from dedupe.quality.registry import check
from dedupe.quality.text import Line, paragraphs
from dedupe.settings import QualitySettings

__all__ = ["RepeatedParagraphs"]

LEAST_LENGTH = 100  # characters; shorter lines repeat as quotes do
LEAST_SHARED = 0.85  # share of the shorter one's words, for "the same but for a word"
MARKUP = "!|<[{#"  # what a line of markup begins with
HALF = 0.4  # share of the text


@check
class RepeatedParagraphs:
    """Compares each paragraph's words with those before it that begin or end alike."""

    name = "repeated_paragraphs"
    title = "Repeated paragraphs"
    reason = "The words of a paragraph that stands there twice are counted twice."
    remedy = "Keep the first, cut the others."

    def __call__(self, article: Article, settings: QualitySettings) -> Iterator[Problem]:
        """One problem a later paragraph that repeats an earlier one."""
        repeats: list[Line] = []
        seen: dict[tuple[str, ...], list[frozenset[str]]] = {}
        for paragraph in paragraphs(article.text, LEAST_LENGTH):
            if paragraph.text[0] in MARKUP:
                continue
            words = paragraph.text.casefold().split()
            bag = (
                frozenset(words)
                if len(words) > 5
                else frozenset(paragraph.text[i : i + 4] for i in range(len(paragraph.text)))
            )
            keys = (tuple(words[:3]), tuple(words[-3:]), (paragraph.text[:30],))
            earlier = [each for key in keys for each in seen.get(key, ())]
            if any(len(bag & each) >= LEAST_SHARED * max(len(bag), len(each)) for each in earlier):
                repeats.append(paragraph)
            for key in keys:
                seen.setdefault(key, []).append(bag)
        share = sum(len(each.text) for each in repeats) / max(1, len(article.text))
        for paragraph in repeats:
            yield Problem(
                Severity.UNUSABLE if share >= HALF else Severity.DISTORTING,
                f"The paragraph stands in the text before; repeats are {share:.0%} of it.",
                paragraph.span,
            )
