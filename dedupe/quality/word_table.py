"""Words by what they are for, as the files of words beside this module have them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files

__all__ = ["WordTable", "listed_words"]

NO_ROLES: frozenset[str] = frozenset()


class WordTable:
    """Whole words, and beginnings of words, with what they are for."""

    def __init__(self, words_for: Mapping[str, list[str]]) -> None:
        whole: dict[str, set[str]] = {}
        begun: dict[str, set[str]] = {}
        for role, words in words_for.items():
            for word in words:
                (begun if word.endswith("*") else whole).setdefault(word.rstrip("*"), set()).add(role)
        self.whole = {word: frozenset(roles) for word, roles in whole.items()}
        self.begun = {word: frozenset(roles) for word, roles in begun.items()}
        self._lengths = sorted({len(word) for word in begun}, reverse=True)

    def begins(self, word: str) -> frozenset[str]:
        """What the longest beginning of a word is for that is listed; empty: none is."""
        listed = (self.begun.get(word[:length]) for length in self._lengths if length <= len(word))
        return next((roles for roles in listed if roles), NO_ROLES)

    def roles(self, word: str) -> frozenset[str]:
        """What a word, in small letters, is for; empty: it is not listed."""
        return self.whole.get(word) or self.begins(word)


def listed_words(name: str) -> dict[str, list[str]]:
    """The words of a TOML file of this package, by the key they stand under; a star ends a beginning."""
    data = files("dedupe.quality").joinpath(name).read_text(encoding="utf-8")
    return {role: words.split() for role, words in tomllib.loads(data).items()}
