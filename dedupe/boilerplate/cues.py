"""Words that page furniture uses about itself: subscribe, share, cookies, read more ... in many languages.

General knowledge of any reader of news sites; written down from it, not taken from a corpus. A cue is a
hint to
the model and a name for the reason of a cut; no line is cut for a cue alone, unless it holds little else.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

__all__ = ["ALL", "KINDS", "begins_with_cue", "cues_in", "find", "has_address"]

_CUES: dict[str, list[str]] = tomllib.loads(
    files("dedupe.boilerplate").joinpath("cues.toml").read_text(encoding="utf-8")
)
KINDS = tuple(_CUES)
_KEY = 3  # letters of a cue's first word by which it is found
_UNSPACED = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
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


@lru_cache(maxsize=1 << 16)
def _bits_of(text: str) -> int:
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
    for number, found in enumerate(
        (has_address(text), _has_clock(text), _has_markup(text)), start=len(KINDS)
    ):
        bits |= found << number
    return bits


def _has_clock(text: str) -> bool:
    return any(digit in text for digit in "0123456789") and bool(_CLOCK.search(text))


def _has_markup(text: str) -> bool:
    return any(sign in text for sign in "[<&{(#*_=~|-") and bool(_MARKUP.search(text))


def _bits_at(lowered: str, word: re.Match[str]) -> int:
    bits = 0
    for cue, whole, bit in _SPACED.get(word.group()[:_KEY], ()):
        if lowered.startswith(cue, word.start()):
            after = word.start() + len(cue)
            if not (whole and lowered[after : after + 1].isalnum()):
                bits |= bit
    return bits


def _names(bits: int) -> frozenset[str]:
    return frozenset(name for number, name in enumerate(ALL) if bits >> number & 1)


def has_address(text: str) -> bool:
    """Whether a line gives an address of the web, of mail, or a handle."""
    return ("@" in text or "http" in text or "www." in text) and bool(_ADDRESS.search(text))


def cues_in(text: str) -> frozenset[str]:
    """Kinds of the cues that a line holds; one longer than LONGEST is prose and has none."""
    return _names(_bits_of(text)) if len(text) <= LONGEST else frozenset()


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
    return _names(bits)


def find(texts: list[str], width: NDArray[np.float32]) -> dict[str, NDArray[np.bool_]]:
    """For each kind of cue, whether each line has it; lines wider than LONGEST are prose and have none."""
    bits = np.fromiter(
        (_bits_of(text) if wide <= LONGEST else 0 for text, wide in zip(texts, width.tolist(), strict=True)),
        dtype=np.int64,
        count=len(texts),
    )
    return {name: (bits >> number & 1).astype(bool) for number, name in enumerate(ALL)}
