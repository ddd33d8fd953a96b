"""Regular expressions that are tried only where a text holds what they need; one pass looks for all."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, reduce
from operator import or_
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from dedupe.quality.characters import PLANE, Codes
from dedupe.quality.needs import LONGEST_OPENING, SHORTEST, Need, folded, needs_of, openings_of

__all__ = ["HASH_BITS", "AnyOf", "Pieces", "Sought", "Where", "expressions", "pieces", "run_hashes"]

_LENGTHS = (1, SHORTEST, 5)  # characters of the keys by which pieces are found, those they begin with
HASH_BITS = 16  # of a key's hash: few others have the same; as in `_kernel.c`
# Odd numbers whose bits are mixed well: Knuth, "The Art of Computer Programming", volume 3, 6.4.
_MIX = np.array([0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F, 0x165667B1], dtype=np.uint32)
_DIGITS = tuple(code for code in range(PLANE) if chr(code).isdecimal())
_CASED = (
    *_DIGITS,
    *range(0x2600),
    *range(0x2C00, 0x2E00),
    0x3000,
    *range(0xA640, 0xA800),
    *range(0xFB00, 0xFF60),
)
"""Code points below U+10000 that have another case, or are blanks or digits, and some more."""


class Where(Protocol):
    """A text of which it is known which expressions may match in it."""

    @property
    def text(self) -> str:
        """Its characters."""

    @property
    def possible(self) -> int:
        """The bits of the expressions all whose needs it meets."""


class Sought:
    """A regular expression that knows where it cannot match."""

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.pattern = re.compile(pattern, flags)
        self.bit = 1 << len(_ALL)
        _ALL.append(self)

    def may_match(self, where: Where) -> bool:
        """Whether a text holds what the expression needs."""
        return where.possible & self.bit != 0

    def search(self, where: Where) -> re.Match[str] | None:
        """The first match in a text; None: there is none."""
        return self.pattern.search(where.text) if where.possible & self.bit else None

    def match(self, where: Where) -> re.Match[str] | None:
        """The match at a text's beginning."""
        return self.pattern.match(where.text) if where.possible & self.bit else None

    def fullmatch(self, where: Where) -> re.Match[str] | None:
        """The match of a whole text."""
        return self.pattern.fullmatch(where.text) if where.possible & self.bit else None

    def finditer(self, where: Where) -> Iterator[re.Match[str]]:
        """All matches in a text."""
        return self.pattern.finditer(where.text) if where.possible & self.bit else iter(())


class AnyOf:
    """Several expressions of which each says the same."""

    def __init__(self, of: Iterable[Sought]) -> None:
        self.of = tuple(of)
        self.bits = reduce(or_, (each.bit for each in self.of), 0)
        self._by_bit = {each.bit: each for each in self.of}

    def may_match(self, where: Where) -> bool:
        """Whether a text holds what any of them needs."""
        return where.possible & self.bits != 0

    def search(self, where: Where) -> re.Match[str] | None:
        """The first match of the first of them that matches; None: none does."""
        for each in self.possible_in(where):
            if (match := each.pattern.search(where.text)) is not None:
                return match
        return None

    def possible_in(self, where: Where) -> Iterator[Sought]:
        """Those that may match in a text, in the order in which they were made."""
        left = where.possible & self.bits
        while left:
            first = left & -left
            yield self._by_bit[first]
            left ^= first


_ALL: list[Sought] = []


def expressions() -> int:
    """How many there are; a reading from before one was made knows nothing of it."""
    return len(_ALL)


class PieceTables(NamedTuple):
    """What finds the pieces, as the kernel takes it; a piece is named by its number and 1, and 0 is none."""

    characters: NDArray[np.uint16]  # code point -> number of what it is folded to; 0: in no piece
    # Shape (2, lengths of keys, 2 ** bits): hash of a key -> a piece that begins so, first of those that may
    # stand anywhere, then of those that open a line.
    heads: NDArray[np.uint16]
    begun: NDArray[np.uint8]  # of each of them a bit: whether there is such a piece
    # Shape (pieces, 4): where its characters begin, low and high, how many they are, and another piece whose
    # key has that hash.
    about: NDArray[np.uint16]
    numbers: NDArray[np.uint16]  # the characters' numbers of all pieces
    needs: NDArray[np.uint64]  # shape (pieces, width): bits of the needs that it meets
    required: NDArray[np.uint64]  # shape (expressions, width): bits of the needs that it has
    by_need: NDArray[np.uint16]  # the expressions by the lowest of their needs, last those that need nothing
    first: NDArray[np.uint16]  # shape (needs + 2,): need -> where its expressions begin there


@dataclass(frozen=True, eq=False)
class Pieces:
    """The pieces that some expressions need, and the tables that find all of them in one pass."""

    bits: dict[str, int]  # piece -> bits of the needs that it meets, wherever it stands
    required: tuple[int, ...] = ()  # of each expression the bits of its needs
    openings: dict[str, int] = field(default_factory=dict)  # the same, where it opens a line but for signs

    def possible(self, held: int) -> int:
        """Bits of the expressions all of whose needs are among those that are met."""
        return sum(1 << n for n, required in enumerate(self.required) if required & ~held == 0)

    @cached_property
    def width(self) -> int:
        """Words of 64 bits that hold the bits of all needs."""
        needs = reduce(or_, (*self.bits.values(), *self.openings.values(), *self.required), 0)
        return max(1, -(-needs.bit_length() // 64))

    @cached_property
    def tables(self) -> PieceTables:
        """The pieces in numbers, and for each length of keys and hash of one the pieces that begin so."""
        pieces = [*self.bits, *self.openings]
        names = {character: n for n, character in enumerate(sorted(set("".join(pieces))), 1)}
        characters = np.zeros(PLANE, dtype=np.uint16)
        for character, number in names.items():
            characters[ord(character)] = number
        for code in _CASED:
            characters[code] = names.get(folded(chr(code)), 0)
        heads = np.zeros((2, len(_LENGTHS), 1 << HASH_BITS), dtype=np.uint16)
        following = np.zeros(len(pieces), dtype=np.uint16)
        numbers = [np.array([names[character] for character in piece], np.uint16) for piece in pieces]
        for piece, own in enumerate(numbers):
            place = sum(length <= len(own) for length in _LENGTHS) - 1
            key = int(run_hashes(own[: _LENGTHS[place]].astype(np.uint32), _LENGTHS[place])[0])
            first = (int(piece >= len(self.bits)), place, key)
            heads[first], following[piece] = piece + 1, heads[first]
        starts = np.concatenate(([0], np.cumsum([*map(len, numbers)]))).astype(np.uint32)
        sizes = np.array([*map(len, numbers)], np.uint16)
        return PieceTables(
            characters,
            heads,
            np.packbits(heads > 0, bitorder="little"),
            np.column_stack([starts[:-1] & 0xFFFF, starts[:-1] >> 16, sizes, following]).astype(np.uint16),
            np.concatenate([*numbers, np.zeros(0, np.uint16)]),
            self._as_words([*self.bits.values(), *self.openings.values()]),
            self._as_words(self.required),
            *self._by_need(),
        )

    def _by_need(self) -> tuple[NDArray[np.uint16], NDArray[np.uint16]]:
        """The expressions in the order of the lowest of their needs, and how many come before each need."""
        most = 64 * self.width
        lowest = [(bits & -bits).bit_length() - 1 if bits else most for bits in self.required]
        before = np.searchsorted(sorted(lowest), range(most + 2))
        return np.argsort(lowest, kind="stable").astype(np.uint16), before.astype(np.uint16)

    def _as_words(self, bits: Iterable[int]) -> NDArray[np.uint64]:
        """The bits in words, shape (len(bits), width)."""
        size = self.width * 8
        words = np.frombuffer(b"".join(each.to_bytes(size, "little") for each in bits), np.uint64)
        return words.reshape(-1, self.width)

    def found_in(self, codes: Codes) -> tuple[list[int], list[int]]:
        """Places of the pieces in a text, in order, and the bits of the needs that each meets.

        The kernel's reading of a text finds them too: this is the definition.
        """
        tables, needs = self.tables, [*self.bits.values()]
        text = np.where(codes < PLANE, tables.characters.take(codes, mode="clip"), 0)
        found: list[tuple[int, int]] = []
        for heads, length in zip(tables.heads[0], _LENGTHS, strict=True):
            if len(text) < length:
                continue
            first = heads.take(run_hashes(text.astype(np.uint32), length))
            for place in ((first > 0) & (text[: len(first)] > 0)).nonzero()[0].tolist():
                piece = int(first[place])
                while piece:
                    low, high, size, following = map(int, tables.about[piece - 1])
                    start = high << 16 | low
                    if np.array_equal(text[place : place + size], tables.numbers[start : start + size]):
                        found.append((place, needs[piece - 1]))
                    piece = following
        found.sort()
        return [place for place, _ in found], [bits for _, bits in found]

    def met_by_opening(self, line: str, most: int) -> int:
        """Bits of the needs that a line's beginning meets: what stands at its first places, up to `most`."""
        text = "".join(map(folded, line[: most + LONGEST_OPENING]))
        met = 0
        for place in range(min(most + 1, len(line))):
            ends = range(place + 1, place + 1 + LONGEST_OPENING)
            met |= reduce(or_, (self.openings.get(text[place:end], 0) for end in ends), 0)
        return met


def run_hashes(numbers: Codes, length: int) -> NDArray[np.uint32]:
    """Hash of each run of `length` numbers, shape (len(numbers) - length + 1,)."""
    count = len(numbers) - length + 1
    total = numbers[:count] * _MIX[0]
    for place in range(1, length):
        total += numbers[place : place + count] * _MIX[place]
    hashes: NDArray[np.uint32] = total >> np.uint32(32 - HASH_BITS)
    return hashes


def pieces() -> Pieces:
    """The pieces that the expressions made so far need."""
    return _pieces(expressions())


@lru_cache(maxsize=1)
def _pieces(_expressions: int) -> Pieces:
    bits: defaultdict[str, int] = defaultdict(int)
    openings: defaultdict[str, int] = defaultdict(int)
    known: dict[tuple[Need, bool], int] = {}
    required = []
    for each in _ALL:
        opening = openings_of(each.pattern)
        needs = needs_of(each.pattern) if opening is None else (opening,)
        own = {known.setdefault((need, opening is None), 1 << len(known)): need for need in needs}
        for bit, need in own.items():
            for piece in need:
                (bits if opening is None else openings)[piece] |= bit
        required.append(sum(own))
    return Pieces(dict(bits), tuple(required), dict(openings))
