"""Regular expressions that are tried only where a text holds what they need; one pass looks for all."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from dedupe.quality._engine import kernel
from dedupe.quality.needs import SHORTEST, Need, folded, needs_of

__all__ = ["HASH_BITS", "Codes", "Held", "Pieces", "Sought", "expressions", "pieces", "run_hashes"]

Codes = NDArray[np.uint32]
"""Code points of a text, shape (characters,)."""

ROOM = 512  # pieces; most texts hold fewer
_LENGTHS = (1, SHORTEST, 5)  # characters of the keys by which pieces are found, those they begin with
HASH_BITS = 15  # of a key's hash: few others have the same; as in `_kernel.c`
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
    def _tables(self) -> _Tables:
        """The pieces in numbers, and for each length of keys and hash of one the pieces that begin so."""
        heads = np.zeros((len(_LENGTHS), 1 << HASH_BITS), dtype=np.uint16)
        following = np.zeros(len(self.bits), dtype=np.uint16)
        numbers = [np.array([self._names[character] for character in piece]) for piece in self.bits]
        for piece, own in enumerate(numbers):
            place = sum(length <= len(own) for length in _LENGTHS) - 1
            key = int(run_hashes(own[: _LENGTHS[place]].astype(np.uint32), _LENGTHS[place])[0])
            heads[place, key], following[piece] = piece + 1, heads[place, key]
        starts = np.concatenate(([0], np.cumsum([len(own) for own in numbers]))).astype(np.int32)
        return _Tables(
            heads, following, starts, np.concatenate(numbers).astype(np.uint16), [*self.bits.values()]
        )

    def found_in(self, codes: Codes) -> tuple[list[int], list[int]]:
        """Places of the pieces in a text, in order, and the bits of the needs that each meets."""
        tables = self._tables
        room = ROOM
        while True:
            places, which = np.empty((2, room), dtype=np.int32)
            search = _found_by_numpy if kernel is None else kernel.pieces
            found = search(codes, self._table, *tables[:4], places, which)
            if found <= room:
                return places[:found].tolist(), [tables.bits[piece] for piece in which[:found].tolist()]
            room = found


class _Tables(NamedTuple):
    """What finds the pieces, as the kernel takes it; a piece is named by its number and 1, and 0 is none."""

    heads: NDArray[np.uint16]  # shape (lengths of keys, 2 ** bits): hash of a key -> a piece that begins so
    following: NDArray[np.uint16]  # shape (pieces,): piece -> another whose key has that hash
    starts: NDArray[np.int32]  # shape (pieces + 1,): piece -> where its characters begin
    numbers: NDArray[np.uint16]  # the characters' numbers of all pieces
    bits: list[int]  # piece -> bits of the needs that it meets


def _found_by_numpy(
    codes: Codes,
    table: NDArray[np.uint16],
    heads: NDArray[np.uint16],
    following: NDArray[np.uint16],
    starts: NDArray[np.int32],
    numbers: NDArray[np.uint16],
    places: NDArray[np.int32],
    which: NDArray[np.int32],
) -> int:
    """Note place and number of each piece that stands in a text, as far as there is room; count all."""
    text = np.where(codes < len(table), table.take(codes, mode="clip"), 0)
    found: list[tuple[int, int, int, int]] = []
    for order, length in enumerate(_LENGTHS):
        if len(text) < length:
            continue
        first = heads[order].take(run_hashes(text.astype(np.uint32), length))
        for place in ((first > 0) & (text[: len(first)] > 0)).nonzero()[0].tolist():
            piece = int(first[place])
            while piece:
                own = numbers[starts[piece - 1] : starts[piece]]
                if np.array_equal(text[place : place + len(own)], own):
                    found.append((place, order, len(found), piece - 1))
                piece = int(following[piece - 1])
    found.sort()
    room = min(len(found), len(places))
    places[:room] = [place for place, *_ in found[:room]]
    which[:room] = [piece for *_, piece in found[:room]]
    return len(found)


def run_hashes(numbers: Codes, length: int) -> NDArray[np.uint32]:
    """Hash of each run of `length` numbers, shape (len(numbers) - length + 1,)."""
    count = len(numbers) - length + 1
    total = numbers[:count] * _MIX[0]
    for place in range(1, length):
        total += numbers[place : place + count] * _MIX[place]
    hashes: NDArray[np.uint32] = total >> np.uint32(32 - HASH_BITS)
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
