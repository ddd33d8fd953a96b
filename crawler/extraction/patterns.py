"""Many patterns on many short texts: the letters that each needs tell at once which are worth a search."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

__all__ = ["Sieve", "alternatives"]

# Letters looked up together. Fewer say little, more miss short words.
_LETTERS: Final = 3
_PIECE = re.compile(r"\\.|\[(?:\\.|[^\]])*\]|\{[^}]*\}|.", re.DOTALL)
_SPECIAL: Final = frozenset(".^$*+?{}[]|()")
# Letters of European languages, the most frequent first: a rare one tells more.
_FREQUENT: Final = " etaoinsrhldcumfpgwybvkxjqz"
_MAY_BE_MISSING: Final = tuple("?*{")


class Sieve:
    """Which of several patterns may match a text, by letters that every match of theirs holds."""

    def __init__(self, sources: Mapping[int, str]) -> None:
        """Take patterns in lower case, each under a bit of its own."""
        self._always = 0
        self._by_letters: dict[str, int] = {}
        self._short: dict[str, int] = {}
        for bit, source in sources.items():
            for run in _needed(source):
                if not run:
                    self._always |= bit
                elif len(run) < _LETTERS:
                    self._short[run] = self._short.get(run, 0) | bit
                else:
                    letters = _rarest(run)
                    self._by_letters[letters] = self._by_letters.get(letters, 0) | bit

    def may_match(self, text: str) -> int:
        """The bits of all patterns that match a text in lower case, and of some that do not."""
        bits, known = self._always, self._by_letters.get
        for start in range(len(text) - _LETTERS + 1):
            bits |= known(text[start : start + _LETTERS], 0)
        for run, some in self._short.items():
            if run in text:
                bits |= some
        return bits


def alternatives(source: str) -> list[str]:
    """The alternatives of a pattern, parted at bars outside of brackets."""
    parts, depth, start = [], 0, 0
    for i, sign in enumerate(source):
        depth += (sign in "([") - (sign in ")]")
        if sign == "|" and depth == 0:
            parts.append(source[start:i])
            start = i + 1
    return [*parts, source[start:]]


def _needed(source: str) -> Iterator[str]:
    """Literal runs of which every match holds at least one; "": a match may hold none of them."""
    for alternative in alternatives(source):
        runs, groups = _certain(alternative)
        longest = max(runs, key=len, default="")
        within = [list(_needed(group)) for group in groups]
        best = max(within, key=lambda found: min(map(len, found)), default=[""])
        yield from best if min(map(len, best)) > len(longest) else [longest]


def _certain(alternative: str) -> tuple[list[str], list[str]]:
    """The literal runs and the groups of an alternative that none of its matches can lack."""
    runs, groups, depth, opened = [""], [], 0, 0
    pieces = list(_PIECE.finditer(alternative))
    for found, after in zip(pieces, [*[piece.group() for piece in pieces[1:]], ""], strict=True):
        piece = found.group()
        if piece == "(":
            depth += 1
            opened = found.end() if depth == 1 else opened
        elif piece == ")":
            depth -= 1
            if depth == 0 and not after.startswith(_MAY_BE_MISSING) and alternative[opened] != "?":
                groups.append(alternative[opened : found.start()])
        literal = piece[1:] if piece[0] == "\\" and not piece[1].isalnum() else piece
        if depth or len(literal) > 1 or piece in _SPECIAL or after.startswith(_MAY_BE_MISSING):
            runs.append("")
        else:
            runs[-1] += literal
            if after == "+":
                runs.append("")
    return runs, groups


def _rarest(run: str) -> str:
    """Of letters in a row, those that the fewest texts hold."""
    parts = [run[start : start + _LETTERS] for start in range(len(run) - _LETTERS + 1)]
    return max(parts, key=lambda part: sum(_FREQUENT.find(sign) % len(_FREQUENT) for sign in part))
