"""Short texts that are no story but a notice in its place: how many of their words notices have.

A phrase is written in a thousand ways; that a text of some lines has hardly a word but those of pages, ways
back and walls tells it whatever the phrase, since as short a story names people, places and things.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from dedupe.quality.facts import WORD
from dedupe.quality.page_words import COMMON, word_roles
from dedupe.quality.sought import Sought
from dedupe.quality.word_table import WordTable, listed_words

__all__ = [
    "LETTERS",
    "LONGEST_TIME",
    "MAY_ASK",
    "MOST_CHARACTERS",
    "MOST_WORDS",
    "TIME_WORDS",
    "Notice",
    "asks_to_read_on",
    "is_of_missing_page",
    "is_only_time",
    "is_wall",
    "notice_in",
]

MOST_WORDS = 150
MOST_CHARACTERS = 3000  # 150 words have 1,000; a word may be as long as an attacker likes
MOST_UNKNOWN = 0.3  # share of the words that neither notices nor any text may have
LEAST_TELLING, USUAL_WORDS = 0.2, 50  # share of so many words that are those of notices, each counted once
TELLING_LETTERS = 4  # of a word; a shorter one may stand in any text
LEAST_PROMPT, MOST_PROMPT = 3, 45  # words of a line that asks to read on
LEAST_READ_ON, FEW_WORDS = 2, 12  # of them, but of a line of few words
PRICE = re.compile(r"[$€£]\s?\d|\d\s?(?:[€$£]|euros?\b|eur\b|cents?\b|kr\b|zł|kč|руб|chf\b)", re.IGNORECASE)
LEAST_SAID = 3  # words of a notice that speak of it
LEAST_OF_WALL = 2


class Notice(NamedTuple):
    """Of what a short text speaks that is no story; each a set of its words."""

    gone: frozenset[str]
    object: frozenset[str]
    wall: frozenset[str]
    way_out: frozenset[str]


_TABLE = WordTable(listed_words("notice_words.toml"))
TIME_WORDS: Final = frozenset(word for word, roles in _TABLE.whole.items() if "time" in roles)
"""What stands beside the clock where a line is only a time: the day, the zone, and that it is an entry."""


CLOCK: Final = re.compile(r"(?<!\d)(?:[01]?\d|2[0-3])[:.h]\s?[0-5]\d(?!\d)")
DATE: Final = re.compile(r"\b\d{1,4}[./-]\d{1,2}[./-]\d{2,4}\b")
LETTERS: Final = re.compile(r"[^\W\d_]+")
LONGEST_TIME: Final = 48  # characters


def is_only_time(text: str) -> bool:
    """Whether a line says a time and nothing else: "Updated 7 March, 10.47 am"."""
    if len(text) > LONGEST_TIME or not any(map(str.isdecimal, text)):
        return False
    words = {word.casefold() for word in LETTERS.findall(text)}
    if not TIME_WORDS.issuperset(words):
        return False
    # "10.28" alone is a number, "5" with nothing beside it a heading.
    return DATE.search(text) is not None or (
        (CLOCK.search(text) is not None or len(words) > 1) and bool(words)
    )


class _Said(NamedTuple):
    """The words of a text by what they are for."""

    by_role: dict[str, set[str]]
    unknown: float  # share of the words that neither notices nor any text may have


def _said(words: Sequence[str]) -> _Said:
    by_role: defaultdict[str, set[str]] = defaultdict(set)
    unknown = 0
    for word in words:
        roles = _TABLE.roles(word)
        for role in roles:
            by_role[role].add(word)
        unknown += not (roles or word in COMMON or word_roles(word) or len(word) < TELLING_LETTERS)
    return _Said(by_role, unknown / max(1, len(words)))


def _words(text: str) -> list[str]:
    return [word.replace("’", "'") for word in WORD.findall(text.casefold())]


@lru_cache(maxsize=8)
def notice_in(text: str) -> Notice | None:
    """Of what a short text speaks, if nearly all its words are those of notices; None: it may be a story."""
    words = _words(text) if len(text) <= MOST_CHARACTERS else []
    if not 0 < len(words) <= MOST_WORDS:
        return None
    said = _said(words)
    notice = Notice(*(frozenset(said.by_role[role]) for role in Notice._fields))
    telling = frozenset().union(*notice)
    is_one = said.unknown <= MOST_UNKNOWN and len(telling) >= LEAST_TELLING * min(len(words), USUAL_WORDS)
    return notice if is_one else None


_TAKING: Final = sorted(
    word
    for word, roles in (*_TABLE.whole.items(), *_TABLE.begun.items())
    if "subscribe" in roles and word.isalpha()
)
MAY_ASK: Final = Sought(rf"\$|€|£|euro|cents|\b(?:{'|'.join(_TAKING)})", re.IGNORECASE)
"""What a line must have to ask so."""


def asks_to_read_on(line: str) -> bool:
    """Whether a line says that there is more to read, and what it takes: to subscribe, or a sum of money."""
    words = _words(line)
    price = PRICE.search(line) is not None
    if not LEAST_PROMPT <= len(words) <= MOST_PROMPT:
        return False
    said = _said(words)
    takes = len(said.by_role["subscribe"]) + price
    reads = said.by_role["read_on"] - said.by_role["subscribe"]
    return (
        said.unknown <= MOST_UNKNOWN
        and takes > 0
        and len(reads) >= (1 if len(words) <= FEW_WORDS else LEAST_READ_ON)
    )


def is_of_missing_page(notice: Notice) -> bool:
    """Whether a notice says that a page is not there."""
    said = notice.gone | notice.object | notice.way_out
    return bool(notice.gone and notice.object) and len(said) >= LEAST_SAID and len(notice.wall) <= len(said)


def is_wall(notice: Notice) -> bool:
    """Whether a notice is what a site shows to programs, or to readers that it does not let in."""
    return len(notice.wall) >= LEAST_OF_WALL and not is_of_missing_page(notice)
