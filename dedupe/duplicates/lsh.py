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
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from dedupe.duplicates import shingles
from dedupe.duplicates._engine import kernel
from dedupe.duplicates._parallel import cores, in_threads
from dedupe.errors import SettingsError

__all__ = ["Banding", "anchor_pairs", "band_pairs", "distinct", "plan_bands", "united"]

Whole = TypeVar("Whole", np.uint64, np.int64)

_ALL_PAIRS = (
    8  # texts in a bucket of which all pairs are candidates; larger ones are tied to their neighbours
)
_BANDS_AT_ONCE = 16  # bands that one core looks through


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
        chance = similarity**rows  # 0 where so many rows are past what a float holds
        bands = math.log(1 - recall) / math.log1p(-chance) if chance else math.inf
        if bands <= slots // rows:
            return Banding(math.ceil(bands), rows)
    raise SettingsError(
        f"{slots} slots cannot find pairs of similarity {similarity} with recall {recall}: "
        f"raise duplicates.slots, or lower duplicates.wanted_recall"
    )


def band_pairs(keys: NDArray[np.uint32], texts: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Pairs of texts that share a band.

    Args:
        keys: one of each band of each text, shape (bands, all texts).
        texts: the texts that are looked at, in rising order.
    Returns:
        shape (pairs, 2), first < second, sorted, each once.
    """
    starts = range(0, len(keys), _BANDS_AT_ONCE)
    found = in_threads(lambda start: _band_codes(keys[start : start + _BANDS_AT_ONCE], texts), starts)
    return _decoded(distinct(np.concatenate([*found, np.empty(0, np.uint64)]))[0])


def _band_codes(keys: NDArray[np.uint32], texts: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """Codes (first << 32 | second) of pairs of texts that share one of a few bands."""
    if kernel is not None:
        return np.frombuffer(kernel.band_pairs(keys, keys.shape[1], texts, _ALL_PAIRS), np.uint64)
    width = np.uint64(32)
    codes = [np.empty(0, np.uint64)]
    for band in keys:
        # The text's number takes the low bits: one sort groups and names at once.
        codes += _bucket_pairs(np.sort(band[texts].astype(np.uint64) << width | texts), width, _ALL_PAIRS)
    return distinct(np.concatenate(codes))[0]


def united(one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.int64]:
    """Pairs of both, sorted, each once."""
    both = np.concatenate([one, other])
    codes, _ = distinct((both[:, 0] << 32 | both[:, 1]).astype(np.uint64))
    return _decoded(codes)


def _decoded(codes: NDArray[np.uint64]) -> NDArray[np.int64]:
    return np.stack([codes >> np.uint64(32), codes & np.uint64(0xFFFFFFFF)], axis=1).astype(np.int64)


def anchor_pairs(
    anchors: NDArray[np.uint64], counts: NDArray[np.int64], shared: int, budget: int, corpus: int = 0
) -> NDArray[np.int64]:
    """Pairs of texts that share several anchors.

    Args:
        anchors: hashes, text after text.
        counts: anchors of each text, shape (texts,).
        shared: anchors in common that make a candidate.
        budget: meetings of two texts in one anchor that are looked at; the anchors in fewest texts come
            first, and those in too many texts (turns of phrase, templates) are left out.
        corpus: texts in all, where those without an anchor are not among these.
    Returns:
        as of `band_pairs`.
    """
    width = max(1, len(counts), corpus).bit_length()
    if kernel is not None:
        return _anchor_pairs(anchors, counts, width, shared, budget)
    wide = np.uint64(width)
    texts = np.repeat(np.arange(len(counts), dtype=np.uint64), counts)
    order = distinct(shingles.mix(anchors) >> wide << wide | texts)[0]
    largest = _largest_bucket(np.bincount(_buckets(order, wide)[1], minlength=1), budget)
    codes, meetings = distinct(
        np.concatenate([*_bucket_pairs(order, wide, largest, chain=False), np.empty(0, np.uint64)])
    )
    return _decoded(codes[meetings >= shared])


def _anchor_pairs(
    anchors: NDArray[np.uint64], counts: NDArray[np.int64], width: int, shared: int, budget: int
) -> NDArray[np.int64]:
    """The same by the kernel: each core takes a share of the anchors, then one of the pairs."""
    shares = range(cores())
    sizes = np.zeros((len(shares), len(counts) + 1), np.int64)

    def groups(share: int) -> bytes:
        found: bytes = kernel.anchor_groups(anchors, counts, width, share, len(shares), budget, sizes[share])
        return found

    grouped = list(in_threads(groups, shares))
    largest = _largest_bucket(sizes.sum(axis=0), budget)
    found = in_threads(
        lambda share: kernel.anchor_meetings(grouped, len(counts), largest, share, len(shares), shared),
        shares,
    )
    return _decoded(np.sort(np.concatenate([np.frombuffer(part, np.uint64) for part in found])))


def distinct(values: NDArray[Whole]) -> tuple[NDArray[Whole], NDArray[np.int64]]:
    """Sorted distinct values and how often each stands; numpy's own way there is slower by far."""
    values = np.sort(values)
    starts = np.flatnonzero(np.concatenate([values[:1] == values[:1], values[1:] != values[:-1]]))
    return values[starts], np.diff(np.append(starts, len(values)))


def _largest_bucket(sizes: NDArray[np.int64], budget: int) -> int:
    """Most texts that an anchor may stand in, so that all meetings stay within the budget.

    Args:
        sizes: how many anchors stand in each number of texts, shape (most texts + 1,).
        budget: meetings of two texts.
    """
    lengths = np.flatnonzero(sizes)
    within = np.cumsum(sizes[lengths] * (lengths * (lengths - 1) // 2)) <= budget
    return int(lengths[within][-1]) if within.any() else 1


def _buckets(order: NDArray[np.uint64], width: np.uint64) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Start and size of each run of two or more equal keys in sorted codes."""
    keys = order >> width
    equal = np.concatenate([[False], keys[1:] == keys[:-1], [False]])
    edges = np.flatnonzero(equal[1:] != equal[:-1])
    starts, ends = edges[0::2], edges[1::2]
    return starts, ends - starts + 1


def _bucket_pairs(
    order: NDArray[np.uint64], width: np.uint64, largest: int, *, chain: bool = True
) -> Iterator[NDArray[np.uint64]]:
    """Codes (first << 32 | second) of pairs of texts in one bucket.

    A bucket of more than `largest` texts gives each text's pairs with the first and the next one (`chain`),
    so that equal and hostile texts stay linear, or nothing.
    """
    starts, sizes = _buckets(order, width)
    mask = (np.uint64(1) << width) - np.uint64(1)
    for size in np.unique(sizes[sizes <= largest]).tolist():
        first, second = np.triu_indices(size, 1)
        members = order[starts[sizes == size, None] + np.arange(size)] & mask
        yield (members[:, first] << np.uint64(32) | members[:, second]).ravel()
    if chain and (sizes > largest).any():
        texts = order & mask
        large = np.flatnonzero(sizes > largest)
        inside = np.repeat(starts[large], sizes[large])
        places = np.concatenate([np.arange(starts[b], starts[b] + sizes[b]) for b in large])
        rest = places > inside
        yield texts[inside[rest]] << np.uint64(32) | texts[places[rest]]
        yield texts[places[rest] - 1] << np.uint64(32) | texts[places[rest]]
