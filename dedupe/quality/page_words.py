"""Words with which a site speaks of its page, by what they are for, as `page_words.toml` has them.

A line that has none but these says nothing of a story, whatever the phrase.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files

from dedupe.quality.grammar import grammar_words

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
SHORTEST_STEM = 3  # letters
LEAST_KNOWN = 0.45  # share of a line's words

_PART = re.compile(r"['\-]")


def _tables() -> tuple[dict[str, set[str]], dict[str, set[str]], frozenset[str], frozenset[str]]:
    """The words, and beginnings of words, with what they are for; those that call a reader; common ones."""
    whole: dict[str, set[str]] = {}
    begun: dict[str, set[str]] = {}
    data = files("dedupe.quality").joinpath("page_words.toml").read_text(encoding="utf-8")
    words_for = {role: words.split() for role, words in tomllib.loads(data).items()}
    readers, common = frozenset(words_for.pop(_READER)), frozenset(words_for.pop(_COMMON))
    for role, words in words_for.items():
        for word in words:
            (begun if word.endswith("*") else whole).setdefault(word.rstrip("*"), set()).add(role)
    return whole, begun, readers, common


_WHOLE, _BEGUN, READERS, COMMON = _tables()
LEADERS = frozenset(word for word, roles in _WHOLE.items() if LEADING in roles)
PAGE_WORDS = frozenset(word for word, roles in _WHOLE.items() if roles.isdisjoint({FILLING, OWNER}))
"""Those that tell something, but for the beginnings of words."""
OWNERS = frozenset(word for word, roles in _WHOLE.items() if OWNER in roles)
_KNOWN = frozenset(_WHOLE) | frozenset(grammar_words())
_LONGEST_STEM = max(map(len, _BEGUN))


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
    if word in _WHOLE:
        return frozenset(_WHOLE[word])
    if word.isdigit() or word in grammar_words():
        return frozenset([FILLING])
    for length in range(min(len(word), _LONGEST_STEM), SHORTEST_STEM - 1, -1):
        if word[:length] in _BEGUN:
            return frozenset(_BEGUN[word[:length]])
    parts = [part for part in _PART.split(word) if part]
    roles = [word_roles(part) for part in parts] if len(parts) > 1 else []
    return frozenset().union(*roles) if roles and all(roles) else frozenset()
