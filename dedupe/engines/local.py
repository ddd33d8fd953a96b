"""This machine: one process for few documents, all cores for many."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import TypeVar

from dedupe.settings import EngineSettings

__all__ = ["LocalEngine"]

In = TypeVar("In")
Out = TypeVar("Out")


def _leave_ctrl_c_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


class LocalEngine:
    """Works in this process until there are documents enough to pay for starting others."""

    def __init__(self, settings: EngineSettings) -> None:
        self._workers = settings.workers or os.cpu_count() or 1
        self._least = settings.documents_for_workers

    def map(self, function: Callable[[In], Out], items: Iterable[In]) -> Iterator[Out]:
        """Yield `function(item)` for each item, in order, with a bounded number under way."""
        stream = iter(items)
        first = list(islice(stream, self._least))
        if self._workers == 1 or len(first) < self._least:
            yield from map(function, first)
            yield from map(function, stream)
            return
        # `spawn`: a forked child would share the open files and sockets of a crawl.
        with multiprocessing.get_context("spawn").Pool(
            self._workers, initializer=_leave_ctrl_c_to_the_parent
        ) as pool:
            yield from pool.imap(function, chain(first, stream), chunksize=64)
