"""Numbers by the thousand in one row: Spark moves few rows, numpy sees arrays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from enum import IntEnum
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dedupe.duplicates import shingles

__all__ = ["EDGE", "PACKED", "Kind", "edges_of", "gathered", "part_of", "routed", "row"]

PACKED: Final = "kind byte, part int, packed binary, total long, check long"
"""Columns: what is packed, where it goes, the array's bytes, and two numbers that are summed up."""

EDGE: Final = np.dtype([("a", "<u4"), ("b", "<u4")])


class Kind(IntEnum):
    """What a row holds."""

    EQUAL = 0
    BAND = 1
    ANCHOR = 2
    LINK = 3  # an equal document and the first of its words
    SAME = 4  # the same of those whose text is that of the first
    PAIR = 5
    STAR = 6


_COLUMNS = (
    ("kind", pa.int8()),
    ("part", pa.int32()),
    ("packed", pa.binary()),
    ("total", pa.int64()),
    ("check", pa.int64()),
)
_SCHEMA = pa.schema(_COLUMNS)


def part_of(numbers: NDArray[Any], parts: int) -> NDArray[np.int64]:
    """The part that a number belongs to: even, whatever the numbers."""
    return (shingles.mix(numbers.astype(np.uint64)) % np.uint64(parts)).astype(np.int64)


def row(kind: Kind, part: int, values: NDArray[Any], total: int = 0, check: int = 0) -> pa.RecordBatch:
    """One array as a row."""
    return pa.record_batch([[int(kind)], [part], [values.tobytes()], [total], [check]], schema=_SCHEMA)


def routed(kind: Kind, parts: NDArray[np.int64], values: NDArray[Any]) -> Iterator[pa.RecordBatch]:
    """An array cut up by the part that each value goes to."""
    order = np.argsort(parts, kind="stable")
    ordered, values = parts[order], values[order]
    edges = np.flatnonzero(np.diff(ordered, prepend=-1)).tolist()
    if not edges:
        return
    pieces = [
        values[start:end].tobytes() for start, end in zip(edges, [*edges[1:], len(values)], strict=True)
    ]
    count = len(pieces)
    columns = [[int(kind)] * count, ordered[edges].tolist(), pieces, [0] * count, [0] * count]
    yield pa.record_batch(columns, schema=_SCHEMA)


def gathered(batches: Iterable[pa.RecordBatch]) -> dict[int, bytes]:
    """All that a partition holds, by its kind; one without a row is not there."""
    found: defaultdict[int, list[bytes]] = defaultdict(list)
    for batch in batches:
        for kind, packed in zip(batch.column(0).to_pylist(), batch.column(2).to_pylist(), strict=True):
            found[kind].append(packed)
    return {kind: b"".join(pieces) for kind, pieces in found.items()}


def edges_of(packed: bytes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Both ends of packed edges."""
    edges = np.frombuffer(packed, EDGE)
    return edges["a"].astype(np.int64), edges["b"].astype(np.int64)
