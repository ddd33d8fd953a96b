"""Edges -> components inside the engine, each named by its least number.

Large-star hangs the greater neighbours of each number under its least one, small-star the others, in turn,
until nothing changes: every component is then a star around its least number. Rounds grow with the logarithm
of the number of edges, on chains as on stars. Before the first round each partition replaces its edges by
the stars of what they connect, which leaves fewer edges than numbers there.

Kiveris, Lattanzi, Mirrokni, Rastogi, Vassilvitskii, "Connected Components in MapReduce and Beyond", 2014.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyspark.sql import DataFrame
from pyspark.sql import functions as sql

from dedupe.duplicates import shingles
from dedupe.duplicates.clusters import connected
from dedupe.duplicates.lsh import distinct
from dedupe.engines.spark.packed import EDGE, PACKED, Kind, edges_of, gathered, part_of, routed, row
from dedupe.engines.spark.session import kept

__all__ = ["stars"]

_CHECK = (1 << 48) - 1  # bits of a checksum: of many tasks they add up without an overflow
_LOW = np.uint64(0xFFFFFFFF)

Numbers = NDArray[np.int64]
Step = Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]


def stars(edges: DataFrame, parts: int) -> DataFrame:
    """Edges (number, least number of its component) in both directions, each where its `a` belongs.

    Args:
        edges: rows of `packed.PACKED` that hold edges, in any direction.
        parts: into which the work is cut.
    """
    current = kept(edges.mapInArrow(partial(_contracted, parts=parts), PACKED))
    before = _sums(current)
    while True:
        large = _moved(current, parts).mapInArrow(partial(_large_star, parts=parts), PACKED)
        following = kept(_moved(large, parts).mapInArrow(partial(_small_star, parts=parts), PACKED))
        now = _sums(following)
        current.unpersist()
        current = following
        if now == before:
            return current
        before = now


def _moved(frame: DataFrame, parts: int) -> DataFrame:
    return frame.repartition(parts, "part")


def _sums(frame: DataFrame) -> tuple[int, int]:
    """How many edges there are, and a checksum of all: equal where nothing changed."""
    found = frame.agg(sql.sum("total"), sql.sum("check")).first()
    assert found is not None
    return found[0] or 0, (found[1] or 0) & _CHECK


def _contracted(batches: Iterable[pa.RecordBatch], parts: int) -> Iterator[pa.RecordBatch]:
    a, b = edges_of(b"".join(gathered(batches).values()))
    numbers = distinct(np.concatenate([a, b]))[0]
    ties = np.stack([np.searchsorted(numbers, a), np.searchsorted(numbers, b)], axis=1)
    return _both_ways(numbers, numbers[connected(ties, len(numbers))], parts)


def _large_star(batches: Iterable[pa.RecordBatch], parts: int) -> Iterator[pa.RecordBatch]:
    a, b = edges_of(b"".join(gathered(batches).values()))
    least = np.minimum(a, _least(a, b))
    greater = b > a
    return _sent(b[greater], least[greater], parts)


def _small_star(batches: Iterable[pa.RecordBatch], parts: int) -> Iterator[pa.RecordBatch]:
    a, b = edges_of(b"".join(gathered(batches).values()))
    least = _least(a, b)
    return _both_ways(np.concatenate([a, b]), np.concatenate([least, least]), parts)


def _least(a: Numbers, b: Numbers) -> Numbers:
    """For each edge the least of all `b` that its `a` has."""
    if not len(a):
        return b
    numbers, places = np.unique(a, return_inverse=True)
    least = np.full(len(numbers), np.iinfo(np.int64).max)
    np.minimum.at(least, places, b)
    return least[places]


def _both_ways(high: Numbers, low: Numbers, parts: int) -> Iterator[pa.RecordBatch]:
    """Distinct edges, to where either end belongs, and what they sum up to."""
    codes = _codes(high, low)
    check = int(np.sum(shingles.mix(codes) & np.uint64(_CHECK), dtype=np.uint64)) & _CHECK
    yield row(Kind.STAR, 0, np.empty(0, EDGE), len(codes), check)
    high, low = (codes >> np.uint64(32)).astype(np.int64), (codes & _LOW).astype(np.int64)
    yield from _sent(high, low, parts)
    yield from _sent(low, high, parts)


def _sent(a: Numbers, b: Numbers, parts: int) -> Iterator[pa.RecordBatch]:
    edges = np.empty(len(a), EDGE)
    edges["a"], edges["b"] = a, b
    return routed(Kind.STAR, part_of(a, parts), edges)


def _codes(high: Numbers, low: Numbers) -> NDArray[np.uint64]:
    apart = high != low
    wide = high[apart].astype(np.uint64) << np.uint64(32) | low[apart].astype(np.uint64)
    return distinct(wide)[0]
