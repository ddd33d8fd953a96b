"""A look at a page's bytes, before anything is parsed: how near to the topic can its article be at most?

Relevance is made of which terms of the topic an article holds, how often, and what else it names
(`crawler.topic`). An article's words stand in its page, between the tags or in what the page states of
itself; so the words that stand there at all, menus included, bound what any article read from it scores. That
can fall short only where a word of the article is no word of the page: one that tags break in two, as an
initial set large does. For that the settings leave a margin.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Self

import numpy as np
from scrapy.settings import BaseSettings

from crawler.extraction.addresses import page_number
from crawler.items import Page
from crawler.sieve.words import Vocabulary, as_utf8, pieces_of
from crawler.topic import DOUBT, MAIN_NAMES, SEED_RELEVANCE, Topic

if TYPE_CHECKING:
    from crawler.plan import Plan

__all__ = ["Sieve"]


class Sieve:
    """Says of a page what relevance its article can have.

    Args:
        topic: what relevance is measured against.
        least: pages that cannot reach it are left out; 0: none is.
    """

    def __init__(self, topic: Topic, least: float) -> None:
        pieces = [pieces_of(term) for term in topic.weights]
        self._vocabulary = Vocabulary(piece for term in pieces for piece in term)
        numbers = self._vocabulary.numbers
        self._numbers = np.array([numbers[piece] for term in pieces for piece in term], np.intp)
        self._starts = np.cumsum([0, *map(len, pieces)])[:-1]  # of each term's among the numbers
        self._weights = list(topic.weights.values())
        names = [term for term in topic.weights if term in topic.names]
        main = frozenset(names[:MAIN_NAMES])
        self._is_main = [term in main for term in topic.weights]
        self._known = sum(self._weights)
        self._known_names = sum(
            weight for weight, is_main in zip(self._weights, self._is_main, strict=True) if is_main
        )
        self._units = topic.unit, topic.names_unit
        # A term of which no word is looked for may stand in any page.
        self._least = least if all(pieces) else 0.0

    @classmethod
    def of_crawl(cls, plan: Plan, settings: BaseSettings) -> Self:
        """The sieve of a crawl: it lets through what may reach the least relevance, short of a margin."""
        return cls(plan.topic, plan.threshold * settings.getfloat("SEEDBED_SIEVE"))

    def stops(self, page: Page) -> float | None:
        """The relevance that a page's article can have at most, if that is too little; None: read it.

        A further page of an article need not name the topic: what may be one by its address is read.
        """
        if self._least <= 0 or page_number(page.url) != 1:
            return None
        try:
            most = self.most(page)
        except Exception:  # whatever a page does here, it is read, and its reader says what is wrong with it
            return None
        return most if most < self._least else None

    def most(self, page: Page) -> float:
        """The relevance that an article read from a page can have at most, in [0, 1]."""
        counts = self._vocabulary.counts(as_utf8(page.body, page.charset))
        times = np.minimum.reduceat(counts.times[self._numbers], self._starts)
        # It may be written as a name if any of its words is.
        capital = np.maximum.reduceat(counts.capital[self._numbers], self._starts)
        ours = float(times[capital > 0].sum())
        spoken = main = 0.0
        for term in np.flatnonzero(times).tolist():
            spoken += self._weights[term] * min(1.0, 0.6 + 0.2 * int(times[term]))
            main += self._weights[term] * self._is_main[term]
        coverage = spoken / self._known if self._known else 0.0
        # A text names at least what it names of ours; one without names is measured by its coverage alone.
        raw = max(math.sqrt(coverage * ours / (ours + DOUBT)), coverage)
        names_raw = main / self._known_names if self._known_names else 0.0
        unit, names_unit = self._units
        return min(1.0, SEED_RELEVANCE * max(raw / unit, names_raw / names_unit))
