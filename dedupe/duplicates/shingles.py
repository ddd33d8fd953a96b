"""Words -> 64-bit hashes of runs of words: the elements of the sets that are compared."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["hash_shingles", "mix"]

_BASE = np.uint64(0xD6E8FEB86659FD93)


def mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Spread each value over all 64 bits (the finaliser of MurmurHash3); a bijection."""
    values = values ^ values >> np.uint64(33)
    values = values * np.uint64(0xFF51AFD7ED558CCD)
    values = values ^ values >> np.uint64(33)
    values = values * np.uint64(0xC4CEB9FE1A85EC53)
    return values ^ values >> np.uint64(33)


def hash_shingles(words: NDArray[np.uint32], k: int) -> NDArray[np.uint64]:
    """Hash every run of k words.

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
    wide = words.astype(np.uint64)
    hashes = wide[: count - k + 1].copy()
    for shift in range(1, k):
        hashes *= _BASE
        hashes += wide[shift : count - k + 1 + shift]
    return mix(hashes + np.uint64(k))
