"""Signatures -> candidate pairs: texts that are worth comparing, found without comparing all.

Two ways lead to a candidate. Bands: texts with all rows of one band equal; finds what is alike as a whole.
Anchors: texts that share several short shingles out of a sample of all; finds a short text inside a long one
and
reports that share quotes. A candidate proves nothing: only the comparison of the two texts decides.

Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets", 3.4 (bands); Broder, "On the resemblance and
containment
of documents", 1997 (hashes that are 0 modulo m as a sample for containment).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedupe.duplicates import shingles
from dedupe.duplicates.minhash import EMPTY
from dedupe.errors import SettingsError

__all__ = ["Banding", "anchor_pairs", "band_pairs", "plan_bands"]

_ALL_PAIRS = (
    8  # texts in a bucket of which all pairs are candidates; larger ones are tied to their neighbours
)
_PAIRS_IN_HAND = 1 << 22  # pairs held before repeats are dropped: 32 MB


@dataclass(frozen=True)
class Banding:
    """Slots in `bands` groups of `rows`."""

    bands: int
    rows: int

    def recall(self, similarity: float) -> float:
        """Chance that two texts of this Jaccard similarity share a band: 1 - (1 - s^rows)^bands."""
        return float(1 - (1 - similarity**self.rows) ** self.bands)


def plan_bands(similarity: float, recall: float, slots: int) -> Banding:
    """The most selective banding that still finds what is wanted.

    More rows make fewer chance candidates and need more bands for the same recall; the most rows for which
    the
    slots suffice win, and no more bands than wanted are kept.

    Raises:
        SettingsError: no banding of so few slots reaches the recall.
    """
    for rows in range(slots, 0, -1):
        bands = math.ceil(math.log(1 - recall) / math.log1p(-(similarity**rows)))
        if bands * rows <= slots:
            return Banding(bands, rows)
    raise SettingsError(
        f"{slots} slots cannot find pairs of similarity {similarity} with recall {recall}: "
        f"raise duplicates.slots, or lower duplicates.wanted_recall"
    )


def band_pairs(signatures: NDArray[np.uint32], banding: Banding) -> NDArray[np.int64]:
    """Pairs of texts that share a band.

    Args:
        signatures: shape (texts, slots); texts without words are in no bucket.
    Returns:
        shape (pairs, 2), first < second, sorted, each once.
    """
    filled = np.flatnonzero(signatures[:, 0] != EMPTY).astype(np.uint64)
    found = _Pairs()
    width = np.uint64(max(1, len(signatures)).bit_length())
    for band in range(banding.bands):
        rows = signatures[:, band * banding.rows : (band + 1) * banding.rows]
        keys = np.zeros(len(filled), np.uint64)
        for row in range(banding.rows):
            keys = shingles.mix(keys ^ rows[filled, row])
        # The text's number takes the low bits of its key: one sort groups and names at once.
        order = np.sort(keys >> width << width | filled)
        for pairs in _bucket_pairs(order, width, _ALL_PAIRS):
            found.add(pairs)
    return found.all()


def anchor_pairs(
    anchors: NDArray[np.uint64], counts: NDArray[np.int64], shared: int, budget: int
) -> NDArray[np.int64]:
    """Pairs of texts that share several anchors.

    Args:
        anchors: hashes, text after text.
        counts: anchors of each text, shape (texts,).
        shared: anchors in common that make a candidate.
        budget: meetings of two texts in one anchor that are looked at; the anchors in fewest texts come
        first,
            and those in too many texts (turns of phrase, templates) are left out.
    Returns:
        as of `band_pairs`.
    """
    width = np.uint64(max(1, len(counts)).bit_length())
    texts = np.repeat(np.arange(len(counts), dtype=np.uint64), counts)
    order = _distinct(shingles.mix(anchors) >> width << width | texts)[0]
    found = _Pairs()
    for pairs in _bucket_pairs(order, width, _largest_bucket(order, width, budget), chain=False):
        found.add(pairs)
    return found.all(shared)


def _distinct(values: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Sorted distinct values and how often each stands; numpy's own way there is slower by far."""
    values = np.sort(values)
    starts = np.flatnonzero(np.concatenate([values[:1] == values[:1], values[1:] != values[:-1]]))
    return values[starts], np.diff(np.append(starts, len(values)))


def _largest_bucket(order: NDArray[np.uint64], width: np.uint64, budget: int) -> int:
    """Most texts that an anchor may stand in, so that all meetings stay within the budget."""
    _, sizes = _buckets(order, width)
    lengths, counts = np.unique(sizes, return_counts=True)
    within = np.cumsum(counts * (lengths * (lengths - 1) // 2)) <= budget
    return int(lengths[within][-1]) if within.any() else 1


def _buckets(order: NDArray[np.uint64], width: np.uint64) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Start and size of each run of equal keys in sorted codes."""
    keys = order >> width
    edges = np.flatnonzero(keys[1:] != keys[:-1]) + 1
    starts = np.concatenate([np.zeros(min(1, len(order)), np.int64), edges])
    return starts, np.diff(np.append(starts, len(order)))


def _bucket_pairs(
    order: NDArray[np.uint64], width: np.uint64, largest: int, *, chain: bool = True
) -> Iterator[NDArray[np.uint64]]:
    """Codes (first << 32 | second) of pairs of texts in one bucket.

    A bucket of more than `largest` texts gives each text's pairs with the first and the next one (`chain`),
    so that
    equal and hostile texts stay linear, or nothing.
    """
    texts = order & ((np.uint64(1) << width) - np.uint64(1))
    starts, sizes = _buckets(order, width)
    for size in np.unique(sizes[(sizes > 1) & (sizes <= largest)]).tolist():
        first, second = np.triu_indices(size, 1)
        some = max(1, _PAIRS_IN_HAND // len(first))
        chosen = starts[sizes == size]
        for start in range(0, len(chosen), some):
            members = texts[chosen[start : start + some, None] + np.arange(size)]
            yield (members[:, first] << np.uint64(32) | members[:, second]).ravel()
    if chain and (sizes > largest).any():
        large = np.flatnonzero(sizes > largest)
        inside = np.repeat(starts[large], sizes[large])
        places = np.concatenate([np.arange(starts[b], starts[b] + sizes[b]) for b in large])
        rest = places > inside
        yield texts[inside[rest]] << np.uint64(32) | texts[places[rest]]
        yield texts[places[rest] - 1] << np.uint64(32) | texts[places[rest]]


class _Pairs:
    """Codes of pairs, counted, with repeats folded from time to time."""

    def __init__(self) -> None:
        self._codes = np.empty(0, np.uint64)
        self._counts = np.empty(0, np.int64)
        self._new: list[NDArray[np.uint64]] = []
        self._held = 0

    def add(self, codes: NDArray[np.uint64]) -> None:
        self._new.append(codes)
        self._held += len(codes)
        if self._held > _PAIRS_IN_HAND:
            self._fold()

    def _fold(self) -> None:
        codes, counts = _distinct(np.concatenate([*self._new, np.empty(0, np.uint64)]))
        both = np.concatenate([self._codes, codes])
        order = np.argsort(both, kind="stable")
        weights = np.concatenate([self._counts, counts])[order]
        self._codes, sizes = _distinct(both)
        ends = np.cumsum(sizes)
        sums = np.concatenate([[0], np.cumsum(weights)])
        self._counts = sums[ends] - sums[ends - sizes]
        self._new, self._held = [], 0

    def all(self, least: int = 1) -> NDArray[np.int64]:
        self._fold()
        codes = self._codes[self._counts >= least]
        return np.stack([codes >> np.uint64(32), codes & np.uint64(0xFFFFFFFF)], axis=1).astype(np.int64)
