"""Words with which a site speaks of its page, by what they are for, as `page_words.toml` has them.

A line that has none but these says nothing of a story, whatever the phrase.
"""

from __future__ import annotations

import re
from functools import lru_cache

from dedupe.quality.grammar import grammar_words
from dedupe.quality.word_table import WordTable, listed_words

__all__ = [
    "CHANNEL",
    "COMMON",
    "FILLING",
    "LEADERS",
    "LEADING",
    "OWNER",
    "OWNERS",
    "PAGE_WORDS",
    "READERS",
    "TITLES",
    "may_be_page_words",
    "word_roles",
]

FILLING = "filling"  # goes along with the others, and tells nothing
OWNER = "possessive"  # the same: whose a thing is, the reader's or the site's
LEADING = "leading"  # leads to another page, where no word beside it is the story's
CHANNEL = "channel"  # by which a paper reaches its readers
TITLES = "label"  # stands before the headline of another story; alone it may head a part of this one
_READER = "reader"  # by which nobody is called but who reads; beside it a word may have another role
_COMMON = "common"  # stands in stories of any subject; beside it a word may have another role
LEAST_KNOWN = 0.45  # share of a line's words

_PART = re.compile(r"['\-]")


_LISTED = listed_words("page_words.toml")
READERS, COMMON = frozenset(_LISTED.pop(_READER)), frozenset(_LISTED.pop(_COMMON))
_TABLE = WordTable(_LISTED)
LEADERS = frozenset(word for word, roles in _TABLE.whole.items() if LEADING in roles)
PAGE_WORDS = frozenset(word for word, roles in _TABLE.whole.items() if roles.isdisjoint({FILLING, OWNER}))
"""Those that tell something, but for the beginnings of words."""
OWNERS = frozenset(word for word, roles in _TABLE.whole.items() if OWNER in roles)
_KNOWN = frozenset(_TABLE.whole) | frozenset(grammar_words())


def may_be_page_words(text: str) -> bool:
    """Whether so many words may be the page's: a quick look, to which those with a sign behind are none."""
    words = text.casefold().split()
    return sum(map(_KNOWN.__contains__, words)) >= LEAST_KNOWN * len(words)


@lru_cache(maxsize=1 << 14)
def word_roles(word: str) -> frozenset[str]:
    """What a word, in small letters, is for; empty: it is none of the page's words.

    A number goes along with any, and a compound is for what all its parts are for.
    """
    word = word.replace("’", "'")
    if word in _TABLE.whole:
        return _TABLE.whole[word]
    if word.isdigit() or word in grammar_words():
        return frozenset([FILLING])
    if begun := _TABLE.begins(word):
        return begun
    parts = [part for part in _PART.split(word) if part]
    roles = [word_roles(part) for part in parts] if len(parts) > 1 else []
    return frozenset().union(*roles) if roles and all(roles) else frozenset()
