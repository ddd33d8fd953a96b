"""Regular expressions that are tried only where a text holds what they need; one pass looks for all."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dedupe.quality.needs import SHORTEST, Need, folded, needs_of

__all__ = ["Codes", "Held", "Pieces", "Sought", "expressions", "pieces"]

Codes = NDArray[np.uint32]
"""Code points of a text, shape (characters,)."""

_LENGTHS = (1, SHORTEST, 5)  # characters of the keys by which pieces are found, those they begin with
_BITS = 20  # of a key's hash: few others have the same
# Odd numbers whose bits are mixed well: Knuth, "The Art of Computer Programming", volume 3, 6.4.
_MIX = np.array([0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F, 0x165667B1], dtype=np.uint32)
_CASED = (*range(0x2600), *range(0x2C00, 0x2E00), 0x3000, *range(0xA640, 0xA800), *range(0xFB00, 0xFF60))
"""Code points below U+10000 that have another case or are blanks, and some more."""


class Held(Protocol):
    """A text of which it is known which needs it meets."""

    @property
    def text(self) -> str:
        """Its characters."""

    @property
    def held(self) -> int:
        """The bits of the needs that it meets."""


class Sought:
    """A regular expression that knows where it cannot match."""

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.pattern = re.compile(pattern, flags)
        self.mask = 0  # bits of its needs; 0 until they are looked for
        _ALL.append(self)

    def may_match(self, where: Held) -> bool:
        """Whether a text holds what the expression needs."""
        return where.held & self.mask == self.mask

    def search(self, where: Held) -> re.Match[str] | None:
        """The first match in a text; None: there is none."""
        return self.pattern.search(where.text) if where.held & self.mask == self.mask else None

    def match(self, where: Held) -> re.Match[str] | None:
        """The match at a text's beginning."""
        return self.pattern.match(where.text) if where.held & self.mask == self.mask else None

    def fullmatch(self, where: Held) -> re.Match[str] | None:
        """The match of a whole text."""
        return self.pattern.fullmatch(where.text) if where.held & self.mask == self.mask else None

    def finditer(self, where: Held) -> Iterator[re.Match[str]]:
        """All matches in a text."""
        return self.pattern.finditer(where.text) if where.held & self.mask == self.mask else iter(())


_ALL: list[Sought] = []


def expressions() -> int:
    """How many there are; a reading from before one was made knows nothing of its needs."""
    return len(_ALL)


@dataclass(frozen=True)
class Pieces:
    """The pieces that some expressions need, and the tables that find all of them in one pass."""

    bits: dict[str, int]  # piece -> bits of the needs that it meets

    @cached_property
    def _names(self) -> dict[str, int]:
        """Character of a piece -> its number, from 1."""
        return {character: n for n, character in enumerate(sorted(set("".join(self.bits))), 1)}

    @cached_property
    def _table(self) -> NDArray[np.uint16]:
        """Code point -> number of the character that it is folded to; 0: in no piece. Shape (65536,)."""
        table = np.zeros(1 << 16, dtype=np.uint16)
        for character, number in self._names.items():
            table[ord(character)] = number
        for code in _CASED:
            table[code] = self._names.get(folded(chr(code)), 0)
        return table

    @cached_property
    def _keys(self) -> tuple[dict[str, list[tuple[str, int]]], ...]:
        """For each length of keys: key -> the pieces that begin with it, in numbers, and their bits."""
        keys: tuple[defaultdict[str, list[tuple[str, int]]], ...] = tuple(defaultdict(list) for _ in _LENGTHS)
        for piece, bits in self.bits.items():
            numbers = "".join(chr(self._names[character]) for character in piece)
            place = sum(length <= len(piece) for length in _LENGTHS) - 1
            keys[place][numbers[: _LENGTHS[place]]].append((numbers, bits))
        return tuple(map(dict, keys))

    @cached_property
    def _marks(self) -> tuple[NDArray[np.bool_], ...]:
        """For each length of keys: hash of a key -> whether there is such a key. Shape (2 ** 20,)."""
        marks = tuple(np.zeros(1 << _BITS, dtype=np.bool_) for _ in _LENGTHS)
        for mark, keys in zip(marks, self._keys, strict=True):
            for key in keys:
                numbers = np.array([ord(character) for character in key], dtype=np.uint32)
                mark[_hashes(numbers, len(key))] = True
        return marks

    def found_in(self, codes: Codes) -> tuple[list[int], list[int]]:
        """Places of the pieces in a text, and the bits of the needs that each meets."""
        places: list[int] = []
        needs: list[int] = []
        numbers = self._table.take(codes, mode="clip")
        text = numbers.astype("<u2", copy=False).tobytes().decode("utf-16-le", "surrogatepass")
        wide = numbers.astype(np.uint32)
        for length, mark, keys in zip(_LENGTHS, self._marks, self._keys, strict=True):
            if not keys or len(wide) < length:
                continue
            for place in mark.take(_hashes(wide, length)).nonzero()[0].tolist():
                for piece, bits in keys.get(text[place : place + length], ()):
                    if text.startswith(piece, place):
                        places.append(place)
                        needs.append(bits)
        return places, needs


def _hashes(numbers: Codes, length: int) -> NDArray[np.uint32]:
    """Hash of each run of `length` numbers, shape (len(numbers) - length + 1,); of one number, itself."""
    if length == 1:
        return numbers
    count = len(numbers) - length + 1
    total = numbers[:count] * _MIX[0]
    for place in range(1, length):
        total += numbers[place : place + count] * _MIX[place]
    hashes: NDArray[np.uint32] = total >> np.uint32(32 - _BITS)
    return hashes


def pieces() -> Pieces:
    """The pieces that the expressions made so far need; each expression learns its bits."""
    return _pieces(expressions())


@lru_cache(maxsize=1)
def _pieces(_expressions: int) -> Pieces:
    bits: defaultdict[str, int] = defaultdict(int)
    known: dict[Need, int] = {}  # an earlier expression's bits stay what they were
    for each in _ALL:
        each.mask = 0
        for need in needs_of(each.pattern):
            bit = known.setdefault(need, 1 << len(known))
            each.mask |= bit
            for piece in need:
                bits[piece] |= bit
    return Pieces(dict(bits))
