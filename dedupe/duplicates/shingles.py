"""Words -> 64-bit hashes of runs of words: the elements of the sets that are compared."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["hash_shingles", "mix"]

_BASES = (np.uint32(0x9E3779B1), np.uint32(0x85EBCA77))
"""Odd, so that a run with one other word has another hash; 1 and 3 modulo 4, so that their powers differ in
nearly all bits and two other words do not make up for each other in both."""


def mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Spread each value over all 64 bits (the finaliser of MurmurHash3); a bijection."""
    values = values ^ values >> np.uint64(33)
    values = values * np.uint64(0xFF51AFD7ED558CCD)
    values = values ^ values >> np.uint64(33)
    values = values * np.uint64(0xC4CEB9FE1A85EC53)
    return values ^ values >> np.uint64(33)


def hash_shingles(words: NDArray[np.uint32], k: int) -> NDArray[np.uint64]:
    """Hash every run of k words: two polynomials of its words modulo 2**32 side by side, each mixed.

    Args:
        words: shape (n,).
        k: words in a shingle, at least 1.
    Returns:
        shape (n - k + 1,), in reading order, repeats kept; a text of fewer than k words is one shingle of
        all of them; an empty text has none.
    """
    count = len(words)
    if count == 0:
        return np.empty(0, np.uint64)
    k = min(k, count)
    halves = []
    for base, length in zip(_BASES, (k, -k), strict=True):
        half = np.zeros(count - k + 1, np.uint32)
        for shift in range(k):
            half = half * base + words[shift : count - k + 1 + shift]
        halves.append(_mix_half(half + np.uint32(length & 0xFFFFFFFF)).astype(np.uint64))
    return halves[0] << np.uint64(32) | halves[1]


def _mix_half(values: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Spread each value over all 32 bits (the finaliser of MurmurHash3 for 32 bits); a bijection."""
    values = (values ^ values >> np.uint32(16)) * np.uint32(0x85EBCA6B)
    values = (values ^ values >> np.uint32(13)) * np.uint32(0xC2B2AE35)
    return values ^ values >> np.uint32(16)
