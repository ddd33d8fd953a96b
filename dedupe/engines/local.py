"""This machine: one process for few documents, all cores for many."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from itertools import chain, islice
from typing import TypeVar

from dedupe.errors import WorkerError
from dedupe.settings import EngineSettings

__all__ = ["LocalEngine"]

In = TypeVar("In")
Out = TypeVar("Out")

_CHUNK = 64  # items that go to a worker at once: fewer cost more in passing on than in work
_AHEAD = 4  # chunks a worker that are under way, or wait to be taken on: memory is bounded by them


def _leave_ctrl_c_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


class LocalEngine:
    """Works in this process until there are documents enough to pay for starting others."""

    def __init__(self, settings: EngineSettings) -> None:
        self._workers = settings.workers or os.cpu_count() or 1
        self._least = settings.documents_for_workers

    def map(self, function: Callable[[In], Out], items: Iterable[In]) -> Iterator[Out]:
        """Yield `function(item)` for each item, in order, with a bounded number under way.

        Raises:
            WorkerError: a worker process died, or none could be started.
        """
        stream = iter(items)
        first = list(islice(stream, self._least))
        if self._workers == 1 or len(first) < self._least:
            yield from map(function, first)
            yield from map(function, stream)
            return
        # `spawn`: a forked child would share the open files and sockets of a crawl.
        pool = ProcessPoolExecutor(
            self._workers, multiprocessing.get_context("spawn"), _leave_ctrl_c_to_the_parent
        )
        try:
            yield from self._in_order(pool, partial(_each, function), chain(first, stream))
        except BrokenProcessPool as error:
            raise WorkerError(
                "A worker process ended before its work was done: killed, out of memory, or it could not "
                "start. Ask for fewer with `engine.workers` in the settings; a script of your own needs "
                "`if __name__ == '__main__':` around what it runs."
            ) from error
        finally:
            _end(pool)

    def _in_order(
        self, pool: ProcessPoolExecutor, work: Callable[[list[In]], list[Out]], items: Iterator[In]
    ) -> Iterator[Out]:
        """Results in order; as many chunks are handed out as the workers need not to wait."""
        chunks = iter(lambda: list(islice(items, _CHUNK)), [])
        under_way: deque[Future[list[Out]]] = deque(
            pool.submit(work, chunk) for chunk in islice(chunks, _AHEAD * self._workers)
        )
        while under_way:
            yield from under_way.popleft().result()
            under_way.extend(pool.submit(work, chunk) for chunk in islice(chunks, 1))


def _end(pool: ProcessPoolExecutor) -> None:
    """End the workers at once; where all is done they are idle."""
    workers = list((pool._processes or {}).values())  # `terminate_workers` does this from Python 3.14 on
    pool.shutdown(wait=False, cancel_futures=True)
    for worker in workers:
        worker.terminate()


def _each(function: Callable[[In], Out], items: list[In]) -> list[Out]:
    return [function(item) for item in items]
