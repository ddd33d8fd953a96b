"""The lines of texts as they came in: where each lies, what may call for repair, the key of its shape."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedupe.boilerplate._engine import kernel
from dedupe.boilerplate.alphabet import character_bits
from dedupe.boilerplate.characters import Codes, Keys, codes_of, factors, folds, keys_of
from dedupe.boilerplate.repair import signs_of

__all__ = ["Ints", "RawLines", "read_lines", "shape_of"]

Ints = NDArray[np.int64]

_DIGITS = re.compile(r"\d+")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_BESIDE_NUMBER = re.compile(r"(?<![^\W\d_])[^\W\d_]{3,}(?=[.,]? 0)|(?<=0 )[^\W\d_]{3,}")
_MOST_DATELINE = 80  # characters: a longer block with a year in it is a sentence
_BREAK = ord("\n")
_NEEDS_PYTHON = 8  # sign of the kernel: the line holds letters beyond the basic plane


@dataclass(frozen=True)
class RawLines:
    """The lines of some texts, blank ones included; each array has one value a line."""

    codes: Codes  # of all texts, each with a line break behind it
    first: Ints  # shape (texts + 1,): where the lines of each text begin, and the number of all lines
    starts: Ints  # in `codes`, past the spaces that it begins with
    ends: Ints  # and before those it ends with
    signs: NDArray[np.uint8]  # what may call for repair
    keys: Keys  # of the shapes
    sizes: NDArray[np.int32]  # characters of the shapes


def read_lines(texts: Sequence[str]) -> RawLines:
    """Find the lines of some texts."""
    codes = codes_of("\n".join([*texts, ""]))
    breaks = (codes == _BREAK).nonzero()[0]
    past = np.cumsum([0, *(len(text) + 1 for text in texts)])
    count = len(breaks)
    found = RawLines(
        codes=codes,
        first=np.searchsorted(breaks, past),
        starts=np.empty(count, np.int64),
        ends=breaks.copy(),
        signs=np.empty(count, np.uint8),
        keys=np.empty(count, np.uint64),
        sizes=np.empty(count, np.int32),
    )
    columns = (found.starts, found.ends, found.signs, found.keys, found.sizes)
    if kernel is None:
        _find_lines(texts, *columns)
        return found
    kernel.lines(codes, character_bits(), *folds(), factors(), *columns)
    unread = (found.signs & _NEEDS_PYTHON).nonzero()[0]
    if len(unread):
        lines = "\n".join(texts).split("\n")
        found.signs[unread] &= ~np.uint8(_NEEDS_PYTHON)
        found.keys[unread], found.sizes[unread] = _keys([lines[number] for number in unread.tolist()])
    return found


def _find_lines(
    texts: Sequence[str],
    starts: Ints,
    ends: Ints,
    signs: NDArray[np.uint8],
    keys: Keys,
    sizes: NDArray[np.int32],
) -> None:
    lines = "\n".join(texts).split("\n")
    bare = [line.strip(" ") for line in lines]
    before = [
        len(line) - len(line.lstrip(" ")) if text else 0 for line, text in zip(lines, bare, strict=True)
    ]
    starts[:] = ends - [len(line) for line in lines] + before
    ends[:] = starts + [len(text) for text in bare]
    signs[:] = [signs_of(line) for line in lines]
    keys[:], sizes[:] = _keys(lines)


def _keys(lines: list[str]) -> tuple[Keys, list[int]]:
    shapes = [shape_of(line) for line in lines]
    return keys_of(shapes), [len(shape) for shape in shapes]


def shape_of(text: str) -> str:
    """A line without what may vary: its case, its numbers, and the months beside the numbers of a date."""
    shape = _DIGITS.sub("0", text).casefold().strip()
    if "0" in shape and len(shape) <= _MOST_DATELINE and _YEAR.search(text):
        shape = _BESIDE_NUMBER.sub("#", shape)
    return shape
