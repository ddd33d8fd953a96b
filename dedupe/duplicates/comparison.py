"""Candidate pairs -> compared pairs: what each says by itself, and what only all of them together can say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from dedupe.duplicates import relations
from dedupe.duplicates._parallel import in_threads
from dedupe.duplicates.alignment import Count, align
from dedupe.duplicates.clusters import Pair, connected, groups_of
from dedupe.duplicates.lsh import distinct
from dedupe.duplicates.normalise import split_words
from dedupe.duplicates.relations import CONTAINS, COPY, UNRELATED
from dedupe.duplicates.versions import Tellings, later_versions
from dedupe.progress import Counted, Progress, silent
from dedupe.settings import DuplicateSettings
from dedupe.spool import Chosen

__all__ = ["Comparison", "compare"]

_PAIR_BATCH = 256  # pairs compared at once: their words stay in the cache of a core
_FURNISHED = 1.5  # words for each word of prose from which a text's other lines must have their say as well


def compare(texts: Sequence[str], pairs: NDArray[np.int64], settings: DuplicateSettings) -> NDArray[np.int32]:
    """Counts of pairs of texts.

    Where lines that are no prose make up much of both texts, all lines are compared as well, and the
    comparison in which less is common counts: equal menus make no copies of two items, nor an equal notice of
    two tables.
    """
    words = split_words(texts)
    counts = align(words, pairs, settings)
    furnished = words.lengths > np.diff(words.offsets) * _FURNISHED
    if furnished.any():
        doubtful = np.flatnonzero(furnished[pairs].all(axis=1) & (counts[:, Count.BLOCKS] > 0))
        full = align(split_words(texts, all_lines=True), pairs[doubtful], settings)
        less = _common_share(full) < _common_share(counts[doubtful])
        counts[doubtful[less]] = full[less]
    return counts


def _common_share(counts: NDArray[np.int32]) -> NDArray[np.float64]:
    words = np.maximum(counts[:, [Count.WORDS_A, Count.WORDS_B]], 1)
    share: NDArray[np.float64] = (counts[:, [Count.COVERED_A, Count.COVERED_B]] / words).max(axis=1)
    return share


class Comparison:
    """Pairs of texts that were compared, and what was decided on each by itself.

    Attributes:
        rows: pair (less, greater) -> its row in what follows.
        pairs: int64, shape (pairs, 2).
        counts: shape (pairs, len(Count)).
        kinds: numbers of `relations.KINDS`, shape (pairs,).
        strengths: how clear each case is, 0 to 1, shape (pairs,).
    """

    def __init__(self, texts: Chosen[str], known: Tellings, settings: DuplicateSettings) -> None:
        self._texts = texts
        self._known = known
        self._settings = settings
        self.rows: dict[Pair, int] = {}
        self.pairs = np.empty((0, 2), np.int64)
        self.counts = np.empty((0, len(Count)), np.int32)
        self.kinds = np.empty(0, np.int64)
        self.strengths = np.empty(0, np.float64)

    def add(self, pairs: NDArray[np.int64], progress: Progress = silent) -> None:
        """Compare pairs that were not compared before; shape (pairs, 2), the less first."""
        if not len(pairs):
            return
        batches = [pairs[start : start + _PAIR_BATCH] for start in range(0, len(pairs), _PAIR_BATCH)]
        aligned = Counted(in_threads(self._align, batches), len(batches))
        done = list(progress(aligned, "compare"))
        counts = np.concatenate([counts for counts, _ in done])
        decisions = relations.decide(counts, self._settings, np.concatenate([later for _, later in done]))
        start = len(self.counts)
        self.rows.update(zip(map(tuple, pairs.tolist()), range(start, start + len(pairs)), strict=True))
        self.pairs = np.concatenate([self.pairs, pairs])
        self.counts = np.concatenate([self.counts, counts])
        self.kinds = np.concatenate([self.kinds, decisions.kinds])
        self.strengths = np.concatenate([self.strengths, decisions.strengths])

    def _align(self, pairs: NDArray[np.int64]) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
        """Counts of a batch of pairs, and where one text is a later version of the other."""
        used = distinct(pairs.ravel())[0]
        local = np.searchsorted(used, pairs)
        counts = compare(self._texts.at(used.tolist()), local, self._settings)
        return counts, later_versions(counts, pairs, self._known, self._settings)

    def add_missing(self, pairs: Iterable[Pair]) -> None:
        """Compare those of the pairs that were not yet."""
        missing = sorted({pair for pair in pairs if pair not in self.rows})
        if missing:
            self.add(np.array(missing, np.int64))

    @property
    def texts(self) -> Sequence[str]:
        """The texts that pairs are made of."""
        return self._texts

    def complete(self) -> None:
        """Compare all pairs inside what copies tie together, so that no chain goes unseen."""
        copies = self.pairs[self.kinds == COPY]
        groups = groups_of(connected(copies, len(self._texts)))
        few = [group for group in groups if 2 < len(group) <= self._settings.listed_pairs]
        self.add_missing(pair for group in few for pair in combinations(group, 2))

    def part_round_ups(self) -> None:
        """Tell round-ups, which carry texts that have nothing in common, from copies with a longer end."""
        carried: defaultdict[int, list[Pair]] = defaultdict(list)
        carriers = relations.carriers(self.counts, self._settings)
        tied = relations.share_passages(self.counts, self._settings).tolist()
        carries = (carriers >= 0) & np.isin(self.kinds, (COPY, CONTAINS))
        for pair, side in zip(self.pairs[carries].tolist(), carriers[carries].tolist(), strict=True):
            carried[pair[side]].append((pair[0], pair[1]))
        for longer, pairs in carried.items():
            others = sorted((a if b == longer else b, (a, b)) for a, b in pairs)[
                : self._settings.listed_pairs
            ]
            for (x, pair_x), (y, pair_y) in combinations(others, 2):
                between = self.rows.get((x, y))
                if between is None or (self.kinds[between] == UNRELATED and not tied[between]):
                    for pair in (pair_x, pair_y):
                        self.kinds[self.rows[pair]], self.strengths[self.rows[pair]] = CONTAINS, 1.0
