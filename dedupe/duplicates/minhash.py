"""Shingles -> signatures: numbers in, numbers out.

One permutation: a shingle's hash names a slot (its high bits) and a value (the 32 bits below them); a slot
keeps its
least value. An empty slot borrows from a filled one which a fixed sequence of probes finds, so that two texts
borrow alike and the share of equal slots still estimates the Jaccard similarity of the two sets.

Li, Owen, Zhang, "One Permutation Hashing", 2012. Shrivastava, "Optimal Densification for Fast and Accurate
Minwise Hashing", 2017.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dedupe.duplicates import normalise, shingles
from dedupe.duplicates._engine import kernel
from dedupe.errors import EmptyDocumentError

__all__ = ["EMPTY", "BandKeys", "Sketches", "band_keys", "sign", "sketch"]

EMPTY = 0xFFFFFFFF
"""Value of a slot of a text without a word; no filled slot has it."""

CREDIT_BYTES = 16384  # a bit for the low half of a word's hash, and one for the high half
CREDIT_WORDS = 100  # at either end of a text among which its credit_bits stand; kept in step with `_kernel.c`
NO_ANCHORS = 0xFFFFFFFFFFFFFFFF


@dataclass(frozen=True)
class BandKeys:
    """Place for a key of each band of each text: equal rows of a band have equal keys.

    Attributes:
        rows: slots of a band.
        keys: uint32, shape (bands, texts).
    """

    rows: int
    keys: NDArray[np.uint32]


NO_KEYS = BandKeys(1, np.empty((0, 0), np.uint32))


@dataclass(frozen=True)
class Sketches:
    """What is kept of each text while candidates are looked for.

    Attributes:
        signatures: uint32, shape (texts, slots); all `EMPTY` for a text without words.
        digests: uint64, shape (texts, 2): of all words in their order, and of the shingles of those that take
            part; texts with equal words have equal digests.
        kept: int64, shape (texts,): words that take part.
        lengths: int64, shape (texts,): words with those in lines that are no prose.
        anchors: uint64: the sampled short shingles of text after text.
        anchor_counts: int64, shape (texts,): how many of them each text has.
        credited: uint8, shape (texts,): 1 where a word near either end may begin a credit.
    """

    signatures: NDArray[np.uint32]
    digests: NDArray[np.uint64]
    kept: NDArray[np.int64]
    lengths: NDArray[np.int64]
    anchors: NDArray[np.uint64]
    anchor_counts: NDArray[np.int64]
    credited: NDArray[np.uint8]


def sign(hashes: NDArray[np.uint64], slots: int) -> NDArray[np.uint32]:
    """Summarise a set so that the share of equal slots estimates Jaccard similarity.

    Args:
        hashes: 64-bit hashes, shape (n,), n >= 1, any order, repeats allowed.
        slots: a power of two.
    Returns:
        shape (slots,).
    Raises:
        EmptyDocumentError: n is 0; else all empty texts would be copies of each other.

    The standard error at similarity s is at most sqrt(s * (1 - s) / slots) where a text has more shingles
    than
    slots: 0.027 at s = 0.25 and 256 slots.
    """
    if len(hashes) == 0:
        raise EmptyDocumentError("a text without a word has no signature; leave it out of the comparison")
    bits = np.uint64(slots.bit_length() - 1)
    places = hashes >> (np.uint64(64) - bits)
    values = np.minimum((hashes >> (np.uint64(32) - bits)) & np.uint64(EMPTY), np.uint64(EMPTY - 1))
    signature = np.full(slots, EMPTY, np.uint32)
    np.minimum.at(signature, places, values.astype(np.uint32))
    return _densify(signature, bits)


def band_keys(rows: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """One key for the rows of a band of each text; shape (texts, rows) -> (texts,)."""
    keys = np.zeros(len(rows), np.uint64)
    for row in range(0, rows.shape[1], 2):
        pair = rows[:, row].astype(np.uint64)
        if row + 1 < rows.shape[1]:
            pair |= rows[:, row + 1].astype(np.uint64) << np.uint64(32)
        keys = shingles.mix(keys ^ pair)
    return (keys >> np.uint64(32)).astype(np.uint32)


def _densify(signature: NDArray[np.uint32], bits: np.uint64) -> NDArray[np.uint32]:
    """Let each empty slot borrow from the first filled slot among its probes."""
    filled = signature != EMPTY
    empty = np.flatnonzero(~filled).astype(np.uint64)
    out = signature.copy()
    probe = 1
    while len(empty):
        donors = shingles.mix(empty << np.uint64(32) | np.uint64(probe)) >> (np.uint64(64) - bits)
        found = filled[donors]
        out[empty[found]] = signature[donors[found]]
        empty = empty[~found]
        probe += 1
    return out


def sketch(
    texts: Sequence[str],
    shingle_words: int,
    anchor_words: int,
    anchor_mask: int,
    signatures: NDArray[np.uint32],
    credit_bits: NDArray[np.uint8] | None = None,
    bands: BandKeys = NO_KEYS,
    first: int = 0,
) -> Sketches:
    """Signatures, digests and anchors of tidied texts.

    Args:
        texts: a batch; nothing of one text changes what comes out for another.
        shingle_words: length of the shingles that the signature and the digest stand on.
        anchor_words: length of the short shingles that are sampled as anchors.
        anchor_mask: a shingle is an anchor where its hash has none of these bits; `NO_ANCHORS`: none is.
        signatures: filled, shape (texts, slots), or shape (0, slots): not wanted; slots is a power of two
            from 2 to 4096.
        credit_bits: bits `hash & 0xFFFF` and `0x10000 | hash >> 16` are set for each word that a credit may
            begin with, shape (16384,).
        bands: its columns from `first` on are filled with the texts' keys.
    """
    count, slots = len(texts), signatures.shape[1]
    digests = np.empty((count, 4), np.uint64)
    counts, credited = np.zeros(count, np.int64), np.zeros(count, np.uint8)
    if credit_bits is None:
        credit_bits = np.zeros(CREDIT_BYTES, np.uint8)
    if kernel is None:
        kept = signatures if len(signatures) else np.empty((count, slots), np.uint32)
        own = (kept, digests, counts, credited)
        found = _sketch(texts, shingle_words, anchor_words, anchor_mask, credit_bits, *own)
        for band in range(len(bands.keys)):
            own_rows = kept[:, band * bands.rows : (band + 1) * bands.rows]
            bands.keys[band, first : first + count] = band_keys(own_rows)
        return replace(found, signatures=signatures)
    raw = normalise.as_bytes(texts)
    room = 0 if anchor_mask == NO_ANCHORS else sum(map(len, raw))
    anchors = np.empty(room, np.uint64)
    used = kernel.signatures(
        raw, normalise.table_for(raw), normalise.LINE_WORDS, normalise.SENTENCE_WORDS, shingle_words,
        slots, signatures, digests, anchor_words, anchor_mask, anchors, counts, credit_bits, credited,
        bands.rows, bands.keys, bands.keys.shape[1], first,
    )  # fmt: skip
    return _sketches(signatures, digests, anchors[:used].copy(), counts, credited)


def _sketch(
    texts: Sequence[str],
    shingle_words: int,
    anchor_words: int,
    anchor_mask: int,
    credit_bits: NDArray[np.uint8],
    signatures: NDArray[np.uint32],
    digests: NDArray[np.uint64],
    counts: NDArray[np.int64],
    credited: NDArray[np.uint8],
) -> Sketches:
    """The twin of the kernel."""
    words = normalise.split_words(texts)
    everything = normalise.split_words(texts, all_lines=True)
    anchors = []
    for text in range(len(texts)):
        own = words.of(text)
        hashes = shingles.hash_shingles(own, shingle_words)
        signatures[text] = sign(hashes, signatures.shape[1]) if len(hashes) else EMPTY
        products = (hashes >> np.uint64(32)) * (hashes & np.uint64(0xFFFFFFFF))
        total = int(np.sum(products, dtype=np.uint64)) + int(words.lengths[text])
        digests[text] = (words.digests[text], total & 0xFFFFFFFFFFFFFFFF, len(own), words.lengths[text])
        ends = everything.of(text)
        if len(ends) > 2 * CREDIT_WORDS:
            ends = np.concatenate([ends[:CREDIT_WORDS], ends[-CREDIT_WORDS:]])
        halves = (ends & 0xFFFF, 0x10000 | ends >> 16)
        low, high = (credit_bits[half >> 3] >> (half & 7) & 1 for half in halves)
        credited[text] = (low & high).any()
        if anchor_mask != NO_ANCHORS:
            short = shingles.hash_shingles(own, anchor_words)
            anchors.append(short[short & np.uint64(anchor_mask) == 0])
            counts[text] = len(anchors[-1])
    together = np.concatenate(anchors) if anchors else np.empty(0, np.uint64)
    return _sketches(signatures, digests, together, counts, credited)


def _sketches(
    signatures: NDArray[np.uint32],
    digests: NDArray[np.uint64],
    anchors: NDArray[np.uint64],
    counts: NDArray[np.int64],
    credited: NDArray[np.uint8],
) -> Sketches:
    sizes = digests[:, 2:].astype(np.int64)
    return Sketches(signatures, digests[:, :2], sizes[:, 0], sizes[:, 1], anchors, counts, credited)
