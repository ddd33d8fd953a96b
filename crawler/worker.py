"""A process that reads pages for the crawl, within limits that the system keeps."""

from __future__ import annotations

import contextlib
import math
import multiprocessing
import os
import signal
import sys
import threading
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from crawler.items import Candidate, Page, Visit
from crawler.reading import PageReader

if sys.platform != "win32":
    import resource

__all__ = ["Answer", "Limits", "ReadPage", "Result", "Task", "serve"]

Result = TypeVar("Result")
Answered = TypeVar("Answered", covariant=True)

MIB = 1024 * 1024
# A worker that has grown by this share of what a page may take is replaced before the next page suffers.
WORN_OUT = 0.5


@dataclass(frozen=True, slots=True)
class Limits:
    """What the reading of one page may take."""

    seconds: float  # of processor time
    memory: int  # MiB of the whole process

    @property
    def patience(self) -> float:
        """Seconds by the clock after which a worker that says nothing is taken for stuck."""
        return 6 * self.seconds


class Task(Protocol[Answered]):
    """Something to read, which goes to a worker and is done there."""

    def __call__(self, reader: PageReader) -> Answered:
        """Read it."""


@dataclass(frozen=True, slots=True)
class ReadPage:
    """The reading of one page."""

    candidate: Candidate
    page: Page

    def __call__(self, reader: PageReader) -> Visit:
        """What the page holds and lists."""
        return reader.read(self.candidate, self.page)


@dataclass(frozen=True, slots=True)
class Answer(Generic[Result]):
    """What a worker says of a task."""

    result: Result | None
    problem: str = ""  # why there is no result
    is_last: bool = False  # the worker ends after this


def serve(pipe: Connection, reader: PageReader, limits: Limits) -> None:
    """Do one task after the other until the pipe or the parent process ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    threading.Thread(target=_end_with_parent, daemon=True).start()
    room = _limit_memory(limits.memory)
    start = _address_space()
    with contextlib.suppress(EOFError, OSError):
        while True:
            task: Task[object] = pipe.recv()
            _limit_processor(limits.seconds)
            answer: Answer[object]
            try:
                answer = Answer(task(reader))
            except MemoryError:
                answer = Answer(None, f"it takes more than {limits.memory} MiB of memory", is_last=True)
            except Exception as error:
                answer = Answer(None, repr(error))
            worn_out = answer.is_last or _address_space() - start > room * WORN_OUT
            pipe.send(Answer(answer.result, answer.problem, worn_out))
            if worn_out:
                return


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(0)


def _limit_processor(seconds: float) -> None:
    """Let the system end this process when a page takes longer; the kernel counts in whole seconds."""
    if sys.platform != "win32":
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(time.process_time() + seconds), hard))


def _limit_memory(most: int) -> float:
    """Let allocations fail beyond a size of this process, in MiB.

    Only the address space can be limited, of which libraries take more than memory: so it may grow by what
    the memory in use leaves free. Where the system does not say how much that is, there is no limit.

    Returns:
        bytes the process may grow by; infinite where there is no limit.
    """
    if sys.platform != "linux":
        return math.inf
    room = max(most * MIB - _pages()[1], 64 * MIB)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (_address_space() + room, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return room


def _address_space() -> int:
    """Bytes of addresses in use; 0 where the system does not say."""
    return _pages()[0] if sys.platform == "linux" else 0


def _pages() -> tuple[int, int]:
    """Bytes of address space and of memory of this process (proc(5), statm)."""
    size, resident = Path("/proc/self/statm").read_bytes().split()[:2]
    return int(size) * resource.getpagesize(), int(resident) * resource.getpagesize()
