"""A look at a page's bytes, before anything is parsed: how near to the topic can its article be at most?

Relevance is made of which terms of the topic an article holds, how often, and what else it names
(`crawler.topic`). An article's words stand in its page, between the tags or in what the page states of
itself; so the words that stand there at all, menus and comments included, bound what any article read from it
scores. The bound costs a twelfth of a reading. It can fall short only where a word of the article is no word
of the page: one that tags break in two, as an initial set large does. For that the settings leave a margin.
"""

from __future__ import annotations

import html
import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from scrapy.settings import BaseSettings

from crawler.extraction.addresses import page_number
from crawler.extraction.blocks import INVISIBLE
from crawler.extraction.markup import decode
from crawler.items import Page
from crawler.topic import DOUBT, MAIN_NAMES, SEED_RELEVANCE, SINGLE, Topic

if TYPE_CHECKING:
    from crawler.plan import Plan

__all__ = ["Sieve"]

# What holds no text between its tags, but for the statements in JSON-LD.
MUTE = re.compile(rb"<(script|style)\b", re.IGNORECASE)
# A sign that begins no tag is text; a CDATA section hides the JSON that is wrapped in one.
IS_TAG = re.compile(rb"[a-zA-Z/?]|!(?!\[CDATA\[)")
ESCAPED = re.compile(rb"\\(?:u([0-9a-fA-F]{4})|[nrtbf])")
# Letters and digits of ASCII, and all beyond, as they are; the rest as spaces.
WORDS = bytes(code if code > 127 or chr(code).isalnum() else 0x20 for code in range(256))
# What words are made of: each character of scripts without spaces on its own.
PIECE = re.compile(rf"{SINGLE.pattern}|[^\W_]+")


@dataclass(frozen=True, slots=True)
class _Term:
    """A term of the topic as it is looked for."""

    pieces: tuple[str, ...]
    weight: float
    is_main: bool  # one of the names that carry the story over into another language
    is_run: bool  # characters of a script without spaces, wherever they stand side by side


@dataclass(frozen=True)
class Sieve:
    """Says of a page what relevance its article can have.

    Args:
        terms: of the topic.
        unit: the topic's scale of texts, and of their names alone.
        least: pages that cannot reach it are left out; 0: none is.
    """

    terms: tuple[_Term, ...]
    unit: float
    names_unit: float
    least: float

    @classmethod
    def of(cls, topic: Topic, least: float) -> Self:
        """The sieve of a topic."""
        names = [term for term in topic.weights if term in topic.names]
        main = frozenset(names[:MAIN_NAMES])
        terms = tuple(
            _Term(
                tuple(PIECE.findall(term)),
                weight,
                term in main,
                all(map(SINGLE.fullmatch, term)),
            )
            for term, weight in topic.weights.items()
        )
        return cls(terms, topic.unit, topic.names_unit, least)

    @classmethod
    def of_crawl(cls, plan: Plan, settings: BaseSettings) -> Self:
        """The sieve of a crawl: it lets through what may reach the least relevance, short of a margin."""
        return cls.of(plan.topic, plan.threshold * settings.getfloat("SEEDBED_SIEVE"))

    def stops(self, page: Page) -> float | None:
        """The relevance that a page's article can have at most, if that is too little; None: read it.

        A further page of an article need not name the topic: what may be one by its address is read.
        """
        if self.least <= 0 or page_number(page.url) != 1:
            return None
        try:
            most = self.most(page)
        except Exception:  # whatever a page does here, it is read, and its reader says what is wrong with it
            return None
        return most if most < self.least else None

    def most(self, page: Page) -> float:
        """The relevance that an article read from a page can have at most, in [0, 1]."""
        said = _Said.of(page)
        known = spoken = names = main = ours = 0.0
        for term in self.terms:
            known += term.weight
            names += term.weight * term.is_main
            times, is_capital = said.times(term)
            if times:
                spoken += term.weight * min(1.0, 0.6 + 0.2 * times)
                main += term.weight * term.is_main
                ours += times * is_capital
        coverage = spoken / known if known else 0.0
        # A text names at least what it names of ours; one without names is measured by its coverage alone.
        raw = max(math.sqrt(coverage * ours / (ours + DOUBT)), coverage)
        names_raw = main / names if names else 0.0
        return min(1.0, SEED_RELEVANCE * max(raw / self.unit, names_raw / self.names_unit))


@dataclass(frozen=True, slots=True)
class _Said:
    """The words of a page."""

    counts: dict[str, int]
    capitals: frozenset[str]  # those that stand in capitals at least once
    runs: str  # characters of scripts without spaces, one behind the other

    @classmethod
    def of(cls, page: Page) -> Self:
        """Count the words of a page."""
        text = _text(decode(page.body, page.charset).encode("utf-8", "replace"))
        counts: dict[str, int] = {}
        capitals: set[str] = set()
        for token, times in Counter(text.encode("utf-8", "replace").translate(WORDS).split()).items():
            word = token.decode()
            for piece in (word,) if token.isascii() else PIECE.findall(word):
                lowered = piece.lower()
                counts[lowered] = counts.get(lowered, 0) + times
                if lowered != piece:
                    capitals.add(lowered)
        runs = "" if text.isascii() else "".join(SINGLE.findall(text))
        return cls(counts, frozenset(capitals), runs)

    def times(self, term: _Term) -> tuple[int, bool]:
        """How often a term may stand there, and whether it may be a name."""
        if term.is_run:
            return self.runs.count("".join(term.pieces)), False
        times = min((self.counts.get(piece, 0) for piece in term.pieces), default=0)
        return times, times > 0 and not self.capitals.isdisjoint(term.pieces)


def _text(page: bytes) -> str:
    """What stands between the tags, in a page's meta tags and in its JSON-LD, as text."""
    told: list[bytes] = []
    place = 0
    while mute := MUTE.search(page, place):
        told += _between(page[place : mute.start()])
        end = re.compile(rb"</" + mute[1], re.IGNORECASE).search(page, mute.end())
        place = end.start() if end else len(page)
        opened = page.find(b">", mute.end(), place) + 1
        if opened and b"ld+json" in page[mute.end() : opened].lower():
            told += _between(ESCAPED.sub(_unescaped, page[opened:place]))
    told += _between(page[place:])
    text = b" ".join(told).decode("utf-8", "replace")
    for _ in range(2):  # JSON-LD holds markup
        if "&" in text:
            text = html.unescape(text)
    return text if text.isascii() else INVISIBLE.sub("", text)


def _between(markup: bytes) -> list[bytes]:
    """What stands between tags, and all of a meta tag."""
    first, *pieces = markup.split(b"<")
    return [
        first,
        *(
            piece.partition(b">")[2] if IS_TAG.match(piece) and piece[:4].lower() != b"meta" else piece
            for piece in pieces
        ),
    ]


def _unescaped(escaped: re.Match[bytes]) -> bytes:
    """The character that JSON writes as an escape."""
    return chr(int(escaped[1], 16)).encode("utf-8", "replace") if escaped[1] else b" "
