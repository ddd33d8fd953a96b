"""Two texts -> counts of what they share and where, whole numbers that `relations.py` reads.

Seeds are runs of three words that both texts hold. Seeds that follow each other within a few words on both
sides
form a block, so that a block survives damaged letters, other words and dropped clauses; a block of too few
words
is chance and does not count. Blocks may stand in any order.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dedupe.duplicates import shingles
from dedupe.duplicates._engine import kernel
from dedupe.duplicates.normalise import WordFlag, Words
from dedupe.settings import DuplicateSettings

__all__ = ["Count", "align"]

_SEED = 3  # words; two are chance, four lose texts with one damaged word in five
_STRAY = 24  # a shorter first or last passage in common, this many words ...
_APART = 30  # ... from the next, is a headline or a caption
_COMMON = 16  # a seed that stands more often than this in one text starts nothing


class Count(IntEnum):
    """Columns of the counts of a pair; kept in step with `_kernel.c`."""

    WORDS_A = 0
    WORDS_B = 1
    SHINGLES_A = 2  # distinct
    SHINGLES_B = 3
    SHINGLES_SHARED = 4
    COVERED_A = 5  # words inside blocks
    COVERED_B = 6
    MATCHED = 7  # words of b that stand in a as they are
    BLOCKS = 8
    LONGEST = 9  # words of b in the longest block
    HEAD_A = 10  # words before the first block
    TAIL_A = 11  # words after the last
    HEAD_B = 12
    TAIL_B = 13
    MOVED = 14  # blocks that stand earlier in a than the block before them in b
    NUMBERS_SAME = 15
    NUMBERS_DIFFER = 16  # a number here, another number in the same place there
    NAMES_SAME = 17
    NAMES_DIFFER = 18
    QUOTED = 19  # matched words inside quotation marks
    SHORT_LINES = 20  # matched words in lines that are no prose, on both sides
    INNER_A = 21  # widest gap between blocks
    INNER_B = 22


def align(words: Words, pairs: NDArray[np.int64], settings: DuplicateSettings) -> NDArray[np.int32]:
    """Counts of each pair of texts.

    Args:
        words: the words of all texts.
        pairs: numbers of texts in `words`, shape (pairs, 2).
        settings: length of shingles, gaps and blocks.
    Returns:
        shape (pairs, len(Count)).
    """
    counts = np.zeros((len(pairs), len(Count)), np.int32)
    shape = (settings.shingle_words, settings.gap_words, settings.least_block_words)
    if kernel is not None:
        ordered = np.ascontiguousarray(pairs, dtype=np.int64)
        kernel.align(words.hashes, words.flags, words.offsets, ordered, *shape, counts)
        return counts
    for row, (a, b) in zip(counts, pairs.tolist(), strict=True):
        _align_pair(words, a, b, *shape, row)
    return counts


# The rest is the twin of `_kernel.c`: slow, plain, the same numbers.

_Block = tuple[int, int, int, int]  # start and end in a, start and end in b


def _align_pair(words: Words, a: int, b: int, k: int, gap: int, least: int, row: NDArray[np.int32]) -> None:
    """Fill one row of counts."""
    spans = [slice(int(words.offsets[text]), int(words.offsets[text + 1])) for text in (a, b)]
    hashes_a, hashes_b = (words.hashes[span].tolist() for span in spans)
    flags_a, flags_b = (words.flags[span].tolist() for span in spans)
    row[Count.WORDS_A] = row[Count.HEAD_A] = row[Count.TAIL_A] = len(hashes_a)
    row[Count.WORDS_B] = row[Count.HEAD_B] = row[Count.TAIL_B] = len(hashes_b)
    if not hashes_a or not hashes_b:
        return
    _count_shingles(words.hashes[spans[0]], words.hashes[spans[1]], k, row)
    if len(hashes_a) < _SEED or len(hashes_b) < _SEED:
        return
    match = _match_seeds(hashes_a, hashes_b)
    _link_blocks(match, gap, _SEED + 1)
    blocks = _link_blocks(match, gap, least)
    row[Count.BLOCKS] = len(blocks)
    row[Count.LONGEST] = max((block[3] - block[2] for block in blocks), default=0)
    row[Count.MOVED] = sum(late[0] < early[0] for early, late in pairwise(blocks))
    for block in blocks:
        _count_salient(block, match, hashes_a, flags_a, hashes_b, flags_b, row)
    sides = (
        (Count.COVERED_A, Count.HEAD_A, Count.TAIL_A, Count.INNER_A, 0, len(hashes_a)),
        (Count.COVERED_B, Count.HEAD_B, Count.TAIL_B, Count.INNER_B, 2, len(hashes_b)),
    )
    for covered, head, tail, inner, edge, length in sides:
        cover = np.zeros(length, np.int8)
        for block in blocks:
            cover[block[edge] : block[edge + 1]] = 1
        inside = np.flatnonzero(cover)
        if len(inside):
            row[covered] = len(inside)
            inside = _without_strays(inside)
            row[head], row[tail] = inside[0], length - 1 - inside[-1]
            row[inner] = max(np.diff(inside), default=1) - 1


def _without_strays(inside: NDArray[np.intp]) -> NDArray[np.intp]:
    """Drop a short first or last passage far from the rest: a headline or caption with the story's words."""
    breaks = np.flatnonzero(np.diff(inside) > 1)
    if len(breaks) and breaks[0] + 1 < _STRAY and inside[breaks[0] + 1] - inside[breaks[0]] - 1 > _APART:
        inside = inside[breaks[0] + 1 :]
        breaks = np.flatnonzero(np.diff(inside) > 1)
    if len(breaks):
        last = breaks[-1] + 1
        if len(inside) - last < _STRAY and inside[last] - inside[last - 1] - 1 > _APART:
            inside = inside[:last]
    return inside


def _count_shingles(a: NDArray[np.uint32], b: NDArray[np.uint32], k: int, row: NDArray[np.int32]) -> None:
    ours, theirs = (np.unique(shingles.hash_shingles(words, k) & ~np.uint64(3)) for words in (a, b))
    row[Count.SHINGLES_A], row[Count.SHINGLES_B] = len(ours), len(theirs)
    row[Count.SHINGLES_SHARED] = len(np.intersect1d(ours, theirs, assume_unique=True))


def _match_seeds(a: list[int], b: list[int]) -> list[int]:
    """For each seed of b the place in a that it continues, or the nearest to where it would, or -1."""
    places: dict[tuple[int, ...], list[int]] = {}
    for i in range(len(a) - _SEED + 1):
        places.setdefault(tuple(a[i : i + _SEED]), []).append(i)
    match, last_a, last_b = [], -1, -1
    for j in range(len(b) - _SEED + 1):
        found = places.get(tuple(b[j : j + _SEED]), [])
        expected = -1 if last_a < 0 else last_a + j - last_b
        best = -1
        if expected in found:
            best = expected
        elif found and len(found) <= _COMMON:
            best = found[0] if last_a < 0 else min(found, key=lambda i: abs(i - expected))
        match.append(best)
        if best >= 0:
            last_a, last_b = best, j
    return match


def _runs(match: list[int], gap: int) -> Iterator[list[int]]:
    """Places in b of matches that follow each other within `gap` words on both sides."""
    run: list[int] = []
    for j, i in enumerate(match):
        if i < 0:
            continue
        if run and not (0 < i - match[run[-1]] <= gap + _SEED and j - run[-1] <= gap + _SEED):
            yield run
            run = []
        run.append(j)
    if run:
        yield run


def _link_blocks(match: list[int], gap: int, least: int) -> list[_Block]:
    """Blocks of at least `least` matched words; the matches of smaller ones are forgotten."""
    blocks = []
    for run in list(_runs(match, gap)):
        matched = _SEED + sum(min(late - early, _SEED) for early, late in pairwise(run))
        if matched >= least:
            blocks.append((match[run[0]], match[run[-1]] + _SEED, run[0], run[-1] + _SEED))
        else:
            for j in run:
                match[j] = -1
    return blocks


def _count_salient(
    block: _Block,
    match: list[int],
    a: list[int],
    flags_a: list[int],
    b: list[int],
    flags_b: list[int],
    row: NDArray[np.int32],
) -> None:
    """Count matched words, and the names and numbers that agree or differ, of one block."""
    next_a, _, next_b, end = block
    for j in range(block[2], end - _SEED + 1):
        i = match[j]
        if i < 0:
            continue
        if i > next_a and j > next_b:
            gap_a, gap_b = range(next_a, i), range(next_b, j)
            words_a, words_b = {a[x] for x in gap_a}, {b[y] for y in gap_b}
            only_a = [flags_a[x] for x in gap_a if a[x] not in words_b]
            only_b = [flags_b[y] for y in gap_b if b[y] not in words_a]
            for x in gap_a:
                if a[x] in words_b:
                    _count_flag(flags_a[x], row)
            numbers, names = zip(_salient(only_a), _salient(only_b), strict=True)
            row[Count.NUMBERS_DIFFER] += min(numbers)
            row[Count.NAMES_DIFFER] += min(names)
        for x in range(_SEED):
            if j + x < next_b:
                continue
            either, both = flags_a[i + x] | flags_b[j + x], flags_a[i + x] & flags_b[j + x]
            row[Count.MATCHED] += 1
            _count_flag(either, row)
            row[Count.QUOTED] += bool(either & WordFlag.QUOTED)
            row[Count.SHORT_LINES] += bool(both & WordFlag.SHORT_LINE)
        next_a, next_b = max(next_a, i + _SEED), max(next_b, j + _SEED)


def _count_flag(flag: int, row: NDArray[np.int32]) -> None:
    if flag & WordFlag.DIGIT:
        row[Count.NUMBERS_SAME] += 1
    elif flag & WordFlag.NAME:
        row[Count.NAMES_SAME] += 1


def _salient(flags: list[int]) -> tuple[int, int]:
    """How many are numbers, and how many are names."""
    numbers = sum(bool(flag & WordFlag.DIGIT) for flag in flags)
    return numbers, sum(bool(flag & WordFlag.CAPITAL) and not flag & WordFlag.DIGIT for flag in flags)
