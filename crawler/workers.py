"""Pages are read in processes of their own: off the event loop, on all cores, and within limits.

A page that takes too long, too much, or that kills its reader costs that page alone: the worker is replaced
and the crawl goes on. A thread waits for each worker, so as many pages are underway as there are workers; the
rest waits in Scrapy, which fetches no more until there is room (SCRAPER_SLOT_MAX_ACTIVE_SIZE).
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing import forkserver, resource_tracker
from multiprocessing.context import ForkServerContext, SpawnContext
from types import ModuleType

from scrapy.settings import BaseSettings

from crawler.items import Candidate, Page, Visit
from crawler.reading import PageReader
from crawler.worker import Answer, Limits, ReadPage, Result, Task, serve
from dedupe.errors import SeedbedError, SettingsError

__all__ = ["PageUnreadableError", "ReaderPool", "ReadersClosedError", "ReadersLostError", "cores"]

# A worker that was lost without any fault of the page must not cost the page: it is read once more.
TRIES = 2
# What tells a crawl to stop; Windows knows no mask for them.
STOPS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP} if sys.platform != "win32" else set()


class PageUnreadableError(Exception):
    """A page that no worker could read; the text says why."""


class ReadersClosedError(Exception):
    """The crawl ended before the page was read."""


class ReadersLostError(SeedbedError):
    """No process that reads pages can be started: no page is at fault, and none is given up for it."""


class WorkerLostError(Exception):
    """A worker that ended before it answered; the text says how."""


class ReaderPool:
    """Reads pages in some processes, which are started when they are first needed.

    Args:
        reader: what reads; each worker gets a copy.
        limits: of one page.
        workers: how many processes at most; 0: pages are read here and now, without limits.
    """

    def __init__(self, reader: PageReader, limits: Limits, workers: int) -> None:
        self.size = workers
        self.reader = reader
        self._limits = limits
        self._closed = threading.Event()
        self._idle: deque[_Worker] = deque()
        self._busy: set[_Worker] = set()
        self._starting = threading.Lock()
        if workers:
            self._context = _context()
            self._threads = ThreadPoolExecutor(workers, thread_name_prefix="reader")
            threading.Thread(target=self._watch, name="readers-watch", daemon=True).start()

    @classmethod
    def from_settings(cls, reader: PageReader, settings: BaseSettings) -> ReaderPool:
        """A pool as the settings want it.

        Raises:
            SettingsError: SEEDBED_WORKERS is no number of processes.
        """
        given = settings.get("SEEDBED_WORKERS")
        try:
            workers = cores() if given is None else int(given)
            if workers < 0:
                raise ValueError
        except ValueError as error:
            raise SettingsError(
                f"SEEDBED_WORKERS={given}: a number of processes, or 0 to read pages in the crawl's own."
            ) from error
        limits = Limits(settings.getfloat("SEEDBED_PAGE_SECONDS"), settings.getint("SEEDBED_PAGE_MEMORY"))
        return cls(reader, limits, workers)

    async def read(self, candidate: Candidate, page: Page) -> Visit:
        """What a page holds and lists.

        Raises:
            PageUnreadableError: it broke its reader, or took more than the limits allow.
            ReadersClosedError: the pool was closed meanwhile.
            ReadersLostError: no process can be started.
        """
        if not self.size:
            return self._done_here(ReadPage(candidate, page))
        return await asyncio.wrap_future(self.submit(ReadPage(candidate, page)))

    def submit(self, task: Task[Result]) -> Future[Result]:
        """Have something read, as `read` does; for who waits in an order of his own."""
        if self.size:
            return self._threads.submit(self._done_there, task)
        done: Future[Result] = Future()
        try:
            done.set_result(self._done_here(task))
        except PageUnreadableError as error:
            done.set_exception(error)
        return done

    def close(self) -> None:
        """End all workers; what they were reading is not waited for."""
        if self._closed.is_set():
            return
        self._closed.set()
        for worker in (*self._busy, *self._idle):
            worker.kill()
        if self.size:
            # Not waited for: a thread may be starting a worker, which takes seconds on a busy machine.
            self._threads.shutdown(wait=False, cancel_futures=True)
        while self._idle:
            self._idle.pop().end()

    def _done_here(self, task: Task[Result]) -> Result:
        try:
            return task(self.reader)
        except Exception as error:
            raise PageUnreadableError(repr(error)) from error

    def _done_there(self, task: Task[Result]) -> Result:
        for tries_left in reversed(range(TRIES)):
            try:
                answer = self._asked(task)
            except WorkerLostError as error:
                if not tries_left:
                    raise PageUnreadableError(str(error)) from error
            else:
                if answer.result is None:
                    raise PageUnreadableError(answer.problem)
                return answer.result
        raise AssertionError("the last try returns or raises")

    def _asked(self, task: Task[Result]) -> Answer[Result]:
        """What a worker answers; the worker is free or gone when this returns."""
        worker = self._free_worker()
        try:
            answer = worker.ask(task)
        except WorkerLostError:
            if self._closed.is_set():
                raise ReadersClosedError from None
            raise
        finally:
            self._busy.discard(worker)
        if answer.is_last:
            worker.end()
        else:
            self._idle.append(worker)
        return answer

    def _free_worker(self) -> _Worker:
        with self._starting:
            if self._closed.is_set():
                raise ReadersClosedError
            worker = self._idle.pop() if self._idle else self._started()
            self._busy.add(worker)
        if self._closed.is_set():  # while it started
            worker.kill()
        return worker

    def _started(self) -> _Worker:
        for tries_left in reversed(range(TRIES)):
            try:
                return _Worker(self._context, self.reader, self._limits)
            except (EOFError, OSError) as error:
                if self._closed.is_set():
                    raise ReadersClosedError from None
                if not tries_left:
                    raise ReadersLostError(f"No process can be started to read pages: {error!r}.") from error
        raise AssertionError("the last try returns or raises")

    def _watch(self) -> None:
        """Kill workers that are stuck: stopped by somebody, or swapped out for good."""
        while not self._closed.wait(1.0):
            for worker in tuple(self._busy):
                worker.kill_if_stuck()


class _Worker:
    """One process, as the crawl sees it."""

    def __init__(self, context: ForkServerContext | SpawnContext, reader: PageReader, limits: Limits) -> None:
        self._limits = limits
        self._asked_at = time.monotonic()
        self._was_stuck = False
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=serve, args=(theirs, reader, limits), name="seedbed-reader", daemon=True
        )
        with _undisturbed():
            self._process.start()
        theirs.close()

    def ask(self, task: Task[Result]) -> Answer[Result]:
        """What this worker answers.

        Raises:
            PageUnreadableError: the page took more time than the limits allow.
            WorkerLostError: the worker ended for another reason.
        """
        self._asked_at = time.monotonic()
        try:
            self._pipe.send(task)
            answer = self._pipe.recv()
        except (EOFError, OSError):
            self._process.join()
            code = self._process.exitcode
            self.end()
            if sys.platform != "win32" and code == -signal.SIGXCPU:
                limit = f"{self._limits.seconds:g} s of processor time"
                raise PageUnreadableError(f"it takes more than {limit}") from None
            raise WorkerLostError(self._end(code)) from None
        assert isinstance(answer, Answer)
        return answer

    def kill(self) -> None:
        """End the process at once; who waits for its answer hears of it."""
        self._process.kill()

    def kill_if_stuck(self) -> None:
        """End the process if it has been at one page for too long."""
        if time.monotonic() - self._asked_at > self._limits.patience:
            self._was_stuck = True
            self.kill()

    def end(self) -> None:
        """Close the pipe, and take leave of the process."""
        self._pipe.close()
        with suppress(ValueError):  # closed already
            self._process.kill()
            self._process.join()
            self._process.close()

    def _end(self, code: int | None) -> str:
        if self._was_stuck:
            return f"its reader said nothing for {self._limits.patience:g} s"
        if code is not None and code < 0:
            return f"its reader was ended by signal {-code}"
        return f"its reader ended with exit code {code}"


def cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _context() -> ForkServerContext | SpawnContext:
    """How workers are started. Not by plain fork: the event loop and its threads run already.

    On Linux a server that has loaded everything forks them, in a hundredth of the time that a new interpreter
    takes; it is started now, and gets ready while the first pages are fetched. macOS' own libraries do not
    survive a fork, and Windows has none.
    """
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["crawler._warm"])
    resource_tracker.ensure_running()  # it lets signals in again; the server is started after it
    with _undisturbed():
        forkserver.ensure_running()
    return context


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Start processes that run no script of the user's, and that Ctrl-C and SIGTERM do not reach.

    Both go to the whole group of processes; the crawl's own decides, and ends its readers by pipe or SIGKILL.
    Blocked signals stay blocked in what is started meanwhile: also before it can say so itself.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPS) if STOPS else None
    try:
        yield
    finally:
        sys.modules["__main__"] = main
        if before is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
