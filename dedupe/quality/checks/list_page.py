"""An index of headlines instead of an article."""

from __future__ import annotations

from collections.abc import Iterator

from dedupe.models import Article, Severity
from dedupe.quality.problem import Problem
from dedupe.quality.reading import reading_of
from dedupe.quality.registry import check
from dedupe.quality.text import ends_sentence
from dedupe.settings import QualitySettings

__all__ = ["ListPage"]

LEAST_LINES = 8
MOST_PROSE = 0.25  # share of the words that stand in sentences of some length
MOST_SENTENCES = (
    0.6  # share of the lines that end as sentences do: short questions and answers are no headlines
)
LONGEST_MEDIAN = 22  # words of the middle line: headlines and labels
PROSE_WORDS = 12


@check
class ListPage:
    """Counts the words that stand in prose: nearly none do, on a page of headlines."""

    name = "list_page"
    title = "Index page"
    reason = "A page of headlines speaks of many stories and tells none."
    remedy = "Leave it out; its links lead to the articles."

    def __call__(self, article: Article, settings: QualitySettings) -> Iterator[Problem]:
        """One problem on the document."""
        reading = reading_of(article.text)
        words = sorted(reading.facts.columns.words)
        if len(words) < LEAST_LINES or not 2 <= words[len(words) // 2] <= LONGEST_MEDIAN:
            return
        lines = reading.lines
        in_prose = sum(line.words for line in lines if line.words >= PROSE_WORDS and ends_sentence(line.text))
        prose = in_prose / max(1, sum(words))
        sentences = sum(ends_sentence(line.text) for line in lines)
        if prose <= MOST_PROSE and sentences <= MOST_SENTENCES * len(lines):
            yield Problem(
                Severity.UNUSABLE,
                f"{prose:.0%} of its words are prose; its {len(lines)} lines are headlines and labels.",
            )
