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

from dedupe.quality.characters import PLANE, Codes
from dedupe.quality.needs import SHORTEST, Need, folded, needs_of

__all__ = ["HASH_BITS", "Held", "Pieces", "Sought", "expressions", "pieces", "run_hashes"]

_LENGTHS = (1, SHORTEST, 5)  # characters of the keys by which pieces are found, those they begin with
HASH_BITS = 16  # of a key's hash: few others have the same; as in `_kernel.c`
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


class PieceTables(NamedTuple):
    """What finds the pieces, as the kernel takes it; a piece is named by its number and 1, and 0 is none."""

    characters: NDArray[np.uint16]  # code point -> number of what it is folded to; 0: in no piece
    heads: NDArray[np.uint16]  # shape (lengths of keys, 2 ** bits): hash of a key -> a piece that begins so
    begun: NDArray[np.uint8]  # of each of them a bit: whether there is such a piece
    following: NDArray[np.uint16]  # shape (pieces,): piece -> another whose key has that hash
    starts: NDArray[np.int32]  # shape (pieces + 1,): piece -> where its characters begin
    numbers: NDArray[np.uint16]  # the characters' numbers of all pieces
    needs: NDArray[np.uint64]  # shape (pieces, width): bits of the needs that it meets


@dataclass(frozen=True, eq=False)
class Pieces:
    """The pieces that some expressions need, and the tables that find all of them in one pass."""

    bits: dict[str, int]  # piece -> bits of the needs that it meets

    @cached_property
    def width(self) -> int:
        """Words of 64 bits that hold the bits of all needs."""
        return max(1, -(-max(self.bits.values(), default=0).bit_length() // 64))

    @cached_property
    def tables(self) -> PieceTables:
        """The pieces in numbers, and for each length of keys and hash of one the pieces that begin so."""
        names = {character: n for n, character in enumerate(sorted(set("".join(self.bits))), 1)}
        characters = np.zeros(PLANE, dtype=np.uint16)
        for character, number in names.items():
            characters[ord(character)] = number
        for code in _CASED:
            characters[code] = names.get(folded(chr(code)), 0)
        heads = np.zeros((len(_LENGTHS), 1 << HASH_BITS), dtype=np.uint16)
        following = np.zeros(len(self.bits), dtype=np.uint16)
        numbers = [np.array([names[character] for character in piece], np.uint16) for piece in self.bits]
        for piece, own in enumerate(numbers):
            place = sum(length <= len(own) for length in _LENGTHS) - 1
            key = int(run_hashes(own[: _LENGTHS[place]].astype(np.uint32), _LENGTHS[place])[0])
            heads[place, key], following[piece] = piece + 1, heads[place, key]
        size = self.width * 8
        return PieceTables(
            characters,
            heads,
            np.packbits(heads > 0, bitorder="little"),
            following,
            np.concatenate(([0], np.cumsum([*map(len, numbers)]))).astype(np.int32),
            np.concatenate([*numbers, np.zeros(0, np.uint16)]),
            np.frombuffer(b"".join(bits.to_bytes(size, "little") for bits in self.bits.values()), np.uint64),
        )

    def found_in(self, codes: Codes) -> tuple[list[int], list[int]]:
        """Places of the pieces in a text, in order, and the bits of the needs that each meets.

        The kernel's reading of a text finds them too: this is the definition.
        """
        tables, needs = self.tables, [*self.bits.values()]
        text = np.where(codes < PLANE, tables.characters.take(codes, mode="clip"), 0)
        found: list[tuple[int, int]] = []
        for heads, length in zip(tables.heads, _LENGTHS, strict=True):
            if len(text) < length:
                continue
            first = heads.take(run_hashes(text.astype(np.uint32), length))
            for place in ((first > 0) & (text[: len(first)] > 0)).nonzero()[0].tolist():
                piece = int(first[place])
                while piece:
                    own = tables.numbers[tables.starts[piece - 1] : tables.starts[piece]]
                    if np.array_equal(text[place : place + len(own)], own):
                        found.append((place, needs[piece - 1]))
                    piece = int(tables.following[piece - 1])
        found.sort()
        return [place for place, _ in found], [bits for _, bits in found]


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
