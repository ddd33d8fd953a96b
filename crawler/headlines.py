"""What a headline says of its page, before the page is fetched; known better from page to page.

A headline has few words, and what seeds say often is not what tells their story from the next one. So the
words are weighed by two things more than the topic's weights: pages kept since count as further seeds, and a
word whose headlines led to other stories so far loses weight, as in relevance feedback (Robertson and Sparck
Jones, "Relevance weighting of search terms", 1976). What is kept is still decided by the seeds alone
(`crawler.topic`), so that the crawl cannot drift.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from statistics import fmean
from typing import NamedTuple

from crawler.topic import Topic, read_terms, terms_of, weights_of

__all__ = ["Headlines"]

# Best terms of a headline that count; a full score has as many of the weightiest.
TERMS = 3
# What a name that the topic does not know takes from a headline's score.
STRANGE = 0.25
# A headline of the topic as its seeds have them scores this, on the mean.
TYPICAL = 0.6
# Seeds whose headlines say little must not make those of other stories look near: the least that a typical
# headline is taken to hold of what the weightiest terms could.
LEAST_TYPICAL = 0.25
# A headline is a line of so many words and characters at most, no sentence, among a text's first lines.
HEADLINE_WORDS = range(4, 21)
HEADLINE_LENGTH = 120
FIRST_LINES = 8
# Two words or more that begin with capitals, with but a space between them.
CAPITALS = re.compile(r"\b[^\W\d_a-z][\w’'\-]{0,60}+(?: [^\W\d_a-z][\w’'\-]{0,60}+)+")
# In title case so many of the words beyond so many characters begin with capitals.
TITLE_CASE = 0.8
SHORT_WORD = 3
REMEMBERED = 8192  # menus stand on every page of a site
# Kept texts learned from; more say nothing new and cost time.
MOST_TEXTS = 30


class Shared(NamedTuple):
    """What a headline shares with the topic: all of its score that does not change from page to page."""

    terms: tuple[str, ...]
    strange: int = 0  # names that the topic does not know
    # Of runs of capitals with a strange name among them: their terms, and how many the topic knows.
    runs: tuple[tuple[tuple[str, ...], int], ...] = ()


class Headlines:
    """Scores headlines for one crawl, and learns from what they led to."""

    def __init__(self, topic: Topic, seeds: Sequence[str]) -> None:
        self._texts = [read_terms(seed) for seed in seeds]
        self._known = len(seeds)  # texts that the weights were learned from
        self._most = len(seeds) + MOST_TEXTS
        self._led_to: dict[str, list[int]] = {}  # term -> pages kept, pages fetched
        self._titles = [[read_terms(line).counts for line in _headlines_of(seed)] for seed in seeds]
        self._weigh(topic.weights)

    def learn(self, headline: str, text: str, kept: bool) -> bool:
        """Note where a headline led; True: the weights changed so much that old scores are worth renewing."""
        for term in read_terms(headline).counts:
            if term in self._weights:
                tally = self._led_to.setdefault(term, [0, 0])
                tally[0] += kept
                tally[1] += 1
                self._worth[term] = self._worth_of(term)
        if kept and len(self._texts) < self._most:
            self._texts.append(read_terms(text))
        # Renewed at each half as many texts more: seldom, and most often while it matters most.
        if 2 * len(self._texts) < 3 * self._known:
            return False
        self._known = len(self._texts)
        self._weigh(weights_of(self._texts))
        return True

    def score(self, text: str) -> float:
        """Nearness of a title, an anchor or an address to the topic, in [0, 1]: its best terms count."""
        return self.nearest((text,))

    def nearest(self, texts: tuple[str, ...]) -> float:
        """Nearness of the one of some texts that is nearest; 0: none shares a word with the topic."""
        return max(map(self._score, self._shared(texts)), default=0.0)

    def _score(self, shared: Shared) -> float:
        if shared.runs:
            found = {term: self._worth[term] for term in shared.terms}
            for run, ours in shared.runs:
                found |= {term: found[term] * ours / len(run) for term in run if term in found}
            best = _best(found.values())
        else:
            best = _best([self._worth[term] for term in shared.terms])
        return min(1.0, best / self._full) / (1 + STRANGE * shared.strange)

    def stranger(self, text: str) -> str | None:
        """The longest name in a headline that the topic does not know: what another story may be about."""
        names = [name for name in read_terms(text).names if name not in self._weights]
        return max(names, key=lambda name: (len(name), name), default=None)

    def _weigh(self, weights: Mapping[str, float]) -> None:
        self._weights = weights
        self._worth = {term: self._worth_of(term) for term in weights}
        self._terms = frozenset(weights)
        # Menus stand on every page of a site.
        self._shared = lru_cache(maxsize=REMEMBERED)(self._shared_by_all)
        most = _best(weights.values())
        best = (
            max((_best(self._weights_in(title)) for title in titles), default=0.0) for titles in self._titles
        )
        typical = [score for score in best if score]
        self._full = max(LEAST_TYPICAL * most, fmean(typical)) / TYPICAL if typical else most

    def _weights_in(self, terms: Iterable[str]) -> list[float]:
        return [self._weights[term] for term in terms if term in self._weights]

    def _shared_by_all(self, texts: tuple[str, ...]) -> tuple[Shared, ...]:
        """What each of some texts shares with the topic; those that share nothing are left out."""
        return tuple(filter(None, map(self._shared_by, texts)))

    def _shared_by(self, text: str) -> Shared | None:
        """What a text shares with the topic; None: nothing."""
        known = self._terms
        terms = tuple(known.intersection(terms_of(text)))
        # Without capitals there are no names, and in title case it cannot be seen which words are.
        if not terms or text.islower() or in_title_case(text):
            return Shared(terms) if terms else None
        names = read_terms(text).names
        strange = names - known
        runs = phrases(text) if strange else ()
        return Shared(
            terms,
            len(strange),
            tuple((run, sum(term in known for term in run)) for run in runs if not strange.isdisjoint(run)),
        )

    def _worth_of(self, term: str) -> float:
        """A term's weight, times the share of its headlines that led to the topic, against even chances."""
        kept, fetched = self._led_to.get(term, (0, 0))
        return self._weights[term] * 2 * (kept + 1) / (fetched + 2)


def phrases(text: str) -> tuple[tuple[str, ...], ...]:
    """Words in capitals that follow each other: the "Group" of "Tarn Group" is not that of "Venn Group"."""
    return tuple(tuple(read_terms(run[0]).counts) for run in CAPITALS.finditer(text) if not run[0].islower())


def in_title_case(text: str) -> bool:
    """Whether All Longer Words of a Headline Begin Like Names."""
    words = [word for word in text.split() if len(word) > SHORT_WORD and word[0].isalpha()]
    return len(words) >= TERMS and sum(word[0].isupper() for word in words) >= TITLE_CASE * len(words)


def _best(weights: Iterable[float]) -> float:
    return sum(sorted(weights, reverse=True)[:TERMS])


def _headlines_of(seed: str) -> list[str]:
    """Lines of a seed that may be its headline; dumps begin with menus, so the first one need not be."""
    lines = (line.strip() for line in seed.splitlines())
    short = (
        line
        for line in lines
        if 0 < len(line) <= HEADLINE_LENGTH
        and len(line.split()) in HEADLINE_WORDS
        and not line.endswith((".", "。"))
    )
    return list(islice(short, FIRST_LINES))
