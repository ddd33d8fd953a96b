"""A paragraph that goes round in circles: the same few words again and again."""

from __future__ import annotations

from collections.abc import Iterator

from dedupe.models import Article, Severity
from dedupe.quality.facts import PHRASE
from dedupe.quality.problem import Problem
from dedupe.quality.reading import reading_of
from dedupe.quality.registry import check
from dedupe.settings import QualitySettings

__all__ = ["RepeatedPhrases"]

LEAST_WORDS = 24  # of a paragraph; shorter ones repeat as speech does
MOST_DISTINCT = 0.6  # share of its words that differ; prose of that length has 0.65 to 0.95
MOST_COVERED = 0.4  # share of the words that stand in a phrase again; a chorus or a prayer stays below
HALF = 0.5  # of the text's words


@check
class RepeatedPhrases:
    """Counts the words of a paragraph that stand in a run of four which the paragraph had before.

    Rae and others, "Scaling Language Models: Methods, Analysis & Insights from Training Gopher", 2021, drop
    documents by the share of repeated runs of words; here the place is told.
    """

    name = "repeated_phrases"
    title = "Phrases in circles"
    reason = "A broken page or a program wrote the same words many times; each is counted."
    remedy = "Fetch the page again; leave it out where nothing else is there."

    def __call__(self, article: Article, settings: QualitySettings) -> Iterator[Problem]:
        """One problem a paragraph."""
        reading = reading_of(article.text)
        if reading.facts.text.again < MOST_COVERED * LEAST_WORDS:
            return
        found = []
        for line in reading.lines:
            words = line.text.split()
            share = line.again / len(words)
            enough = len(words) >= LEAST_WORDS <= line.words
            if enough and share >= MOST_COVERED and len(set(words)) <= MOST_DISTINCT * len(words):
                found.append((line, share))
        whole = sum(line.words for line, _ in found) >= HALF * max(1, reading.words)
        for line, share in found:
            yield Problem(
                Severity.UNUSABLE if whole else Severity.DISTORTING,
                f"{share:.0%} of its words repeat a run of {PHRASE} words; the limit is {MOST_COVERED:.0%}.",
                line.span,
            )
