"""Work spread over the cores, results in the order of the work."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

__all__ = ["cores", "in_threads"]

Work = TypeVar("Work")
Done = TypeVar("Done")


def in_threads(function: Callable[[Work], Done], work: Sequence[Work]) -> Iterator[Done]:
    """Results in the order of the work, whatever the number of cores; the kernel lets threads run at once."""
    workers = min(len(work), cores())
    if workers < 2:
        yield from map(function, work)
        return
    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(function, work)


def cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
