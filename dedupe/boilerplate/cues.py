"""Words that page furniture uses about itself: subscribe, share, cookies, read more ... in many languages.

General knowledge of any reader of news sites; written down from it, not taken from a corpus. A cue is a
hint to
the model and a name for the reason of a cut; no line is cut for a cue alone, unless it holds little else.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedupe.boilerplate.characters import Codes, codes_of

__all__ = [
    "ALL",
    "BITS",
    "KINDS",
    "UNSPACED",
    "CueTables",
    "begins_with_cue",
    "bits_of",
    "cue_heads",
    "cues_in",
    "has_address",
    "has_markup",
    "names_of",
    "tables",
]

_CUES: dict[str, list[str]] = tomllib.loads(
    files("dedupe.boilerplate").joinpath("cues.toml").read_text(encoding="utf-8")
)
KINDS = tuple(_CUES)
_KEY = 3  # letters of a cue's first word by which it is found
UNSPACED = "[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
_UNSPACED = re.compile(UNSPACED)
_WORD = re.compile(r"\w+")


def _index() -> tuple[dict[str, list[tuple[str, bool, int]]], list[tuple[str, int]]]:
    """Cues of spaced scripts by their first letters, as (cue, whole word, bit); the others as (cue, bit).

    In spaced scripts a cue must begin a word, so that "ara" is not found in "para"; a short one must be a
    word.
    """
    spaced: dict[str, list[tuple[str, bool, int]]] = {}
    unspaced: list[tuple[str, int]] = []
    for number, kind in enumerate(KINDS):
        for cue in _CUES[kind]:
            if _UNSPACED.search(cue) or not _WORD.match(cue):
                unspaced.append((cue, 1 << number))
                continue
            first = _WORD.match(cue)
            assert first is not None
            whole = len(cue) <= 5 and cue[-1].isalnum()
            spaced.setdefault(first.group()[:_KEY], []).append((cue, whole, 1 << number))
    return spaced, unspaced


_SPACED, _OTHERS = _index()
_UNSPACED_CUES = [(cue, bit) for cue, bit in _OTHERS if _UNSPACED.search(cue)]
_SIGNS = [(cue, bit) for cue, bit in _OTHERS if not _UNSPACED.search(cue)]  # "©"
_ADDRESS = re.compile(r"https?://|www\.|\S@\S+\.\w|(?:^|\s)@\w")
_CLOCK = re.compile(
    r"\b\d{1,2}[:.h]\d{2}\b|\b\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\b|\b(?:19|20)\d\d\b|\d+年|\d+月"
)
_MARKUP = re.compile(
    r"!\[[^\]]*\]\(|\]\(\S+\)|</?[a-z]+[ >/]|&[a-z]{2,8};|\{\{|\}\}|function\s*\(|^\s*[#*_=~|-]{3,}"
)


LONGEST = 300  # characters; it also bounds what the expressions below can cost
ALL = (*KINDS, "address", "clock", "markup")
BITS = {kind: 1 << number for number, kind in enumerate(ALL)}


@lru_cache(maxsize=1 << 16)
def bits_of(text: str) -> int:
    """Bits of the kinds of cues in a line, in the order of ALL."""
    lowered = text.lower()
    bits = 0
    # Most words begin no cue: one look at their first letters spares the search.
    if not _SPACED.keys().isdisjoint([word[:_KEY] for word in _WORD.findall(lowered)]):
        for word in _WORD.finditer(lowered):
            bits |= _bits_at(lowered, word)
    if not text.isascii() and _UNSPACED.search(lowered):
        for cue, bit in _UNSPACED_CUES:
            if cue in lowered:
                bits |= bit
    for cue, bit in _SIGNS:
        if cue in lowered:
            bits |= bit
    for number, found in enumerate((has_address(text), _has_clock(text), has_markup(text)), start=len(KINDS)):
        bits |= found << number
    return bits


def _has_clock(text: str) -> bool:
    return any(digit in text for digit in "0123456789") and bool(_CLOCK.search(text))


def has_markup(text: str) -> bool:
    """Whether a line holds markup of a page, or is a rule of signs."""
    return any(sign in text for sign in "[<&{(#*_=~|-") and bool(_MARKUP.search(text))


def _bits_at(lowered: str, word: re.Match[str]) -> int:
    bits = 0
    for cue, whole, bit in _SPACED.get(word.group()[:_KEY], ()):
        if lowered.startswith(cue, word.start()):
            after = word.start() + len(cue)
            if not (whole and lowered[after : after + 1].isalnum()):
                bits |= bit
    return bits


@cache
def names_of(bits: int) -> frozenset[str]:
    """Kinds of cues by their bits."""
    return frozenset(name for number, name in enumerate(ALL) if bits >> number & 1)


def has_address(text: str) -> bool:
    """Whether a line gives an address of the web, of mail, or a handle."""
    return ("@" in text or "http" in text or "www." in text) and bool(_ADDRESS.search(text))


def cues_in(text: str) -> frozenset[str]:
    """Kinds of the cues that a line holds; one longer than LONGEST is prose and has none."""
    return names_of(bits_of(text)) if len(text) <= LONGEST else frozenset()


def begins_with_cue(text: str) -> frozenset[str]:
    """Kinds of the cues that a line begins with; signs before the first word do not count."""
    lowered = text.lower()
    word = _WORD.search(lowered)
    if word is None:
        return frozenset()
    bits = _bits_at(lowered, word)
    if not text.isascii():
        for cue, bit in _UNSPACED_CUES:
            if lowered.startswith(cue, word.start()):
                bits |= bit
    return names_of(bits)


class CueTables(NamedTuple):
    """The cues as the kernel takes them; a cue is named by its number and 1, and 0 is none."""

    heads: NDArray[np.uint16]  # hash of what a cue begins with -> a cue that begins so
    following: NDArray[np.uint16]  # cue -> another whose beginning has that hash
    keys: NDArray[np.uint64]  # cue -> what it begins with
    starts: NDArray[np.int32]  # shape (cues + 1,): cue -> where its characters begin
    codes: Codes  # the characters of all cues
    kinds: NDArray[np.uint32]  # cue -> the bit of its kind
    how: NDArray[np.uint8]  # cue -> _WHOLE, _IN_UNSPACED


_KEY_BITS = 12  # of a beginning's hash, as in `_kernel.c`
_WHOLE, _IN_UNSPACED = 1, 2
_MIX = 0x9E3779B97F4A7C15


@cache
def tables() -> CueTables:
    """Cues of spaced scripts by the first letters of their first word; others by their first character."""
    rows = [
        (cue, sum(ord(letter) << 21 * place for place, letter in enumerate(key)), bit, _WHOLE * whole)
        for key, cues in _SPACED.items()
        for cue, whole, bit in cues
    ]
    rows += [(cue, ord(cue[0]) | 1 << 63, bit, _IN_UNSPACED) for cue, bit in _UNSPACED_CUES]
    rows += [(cue, ord(cue[0]) | 1 << 63, bit, 0) for cue, bit in _SIGNS]
    heads = np.zeros(1 << _KEY_BITS, dtype=np.uint16)
    following = np.zeros(len(rows), dtype=np.uint16)
    for number, (_, key, _, _) in enumerate(rows):
        slot = (key * _MIX & 0xFFFFFFFFFFFFFFFF) >> 64 - _KEY_BITS
        heads[slot], following[number] = number + 1, heads[slot]
    cues, keys, kinds, how = zip(*rows, strict=True)
    return CueTables(
        heads=heads,
        following=following,
        keys=np.array(keys, dtype=np.uint64),
        starts=np.cumsum([0, *map(len, cues)]).astype(np.int32),
        codes=codes_of("".join(cues)),
        kinds=np.array(kinds, dtype=np.uint32),
        how=np.array(how, dtype=np.uint8),
    )


def cue_heads() -> str:
    """Characters with which a cue may begin in the middle of a word."""
    return "".join(cue[0] for cue, _ in _OTHERS)
