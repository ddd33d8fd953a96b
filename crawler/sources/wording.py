"""The topic in the words that an index finds texts by."""

from __future__ import annotations

import re

from crawler.topic import Topic

__all__ = ["telling_terms"]

# Shorter ones stand in every text by chance: initials, articles, particles of names.
LEAST_LETTERS = 3
PLAIN = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def telling_terms(topic: Topic, count: int) -> list[str]:
    """The terms that tell this story from others: its names, heaviest first, then its other words.

    Scripts without capitals have no names; there the heaviest terms have to do, pairs of characters included.
    """
    plain = [term for term in topic.weights if PLAIN.fullmatch(term) and _is_long_enough(term)]
    names = [term for term in plain if term in topic.names]
    words = [term for term in plain if term not in topic.names]
    return (names + words)[:count]


def _is_long_enough(term: str) -> bool:
    return len(term) >= LEAST_LETTERS or not (term.isascii() or term.lower() != term.upper())
