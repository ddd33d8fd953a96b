"""Asks the indexes, each in a thread of its own, and hands their answers to the crawl one at a time.

The crawl never waits for an index, and an index works no further ahead than its last answer was taken: what
it is to remember is saved with that answer, so a stop at any moment loses none and doubles none.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from scrapy.settings import BaseSettings

from crawler.frontier import Frontier
from crawler.items import Candidate
from crawler.plan import Plan
from crawler.sources import Answer, Index, Question
from crawler.sources.asking import IndexSilentError, ListenerGoneError

__all__ = ["Desk"]

log = logging.getLogger(__name__)

# Seconds after which the desk looks around again: whether the crawl has ended, and what it misses by now.
GLANCE = 0.5


class Missing(Iterator[Candidate]):
    """Pages that are gone, handed to an index one at a time, as it asks for the next."""

    def __init__(self, stopped: threading.Event) -> None:
        self._stopped = stopped
        self._given = queue.SimpleQueue[Candidate | None]()
        self.is_wanted = threading.Event()

    def __next__(self) -> Candidate:
        """Wait for the next; it ends with the crawl."""
        self.is_wanted.set()
        while not self._stopped.is_set():
            try:
                candidate = self._given.get(timeout=GLANCE)
            except queue.Empty:
                continue
            if candidate is None:
                break
            return candidate
        raise StopIteration

    def give(self, candidate: Candidate | None) -> None:
        """Hand over the next one; None: there are no more."""
        self.is_wanted.clear()
        self._given.put(candidate)


@dataclass
class Enquiry:
    """One index at work."""

    index: Index
    missing: Missing
    taken: threading.Event = field(default_factory=threading.Event)


class Desk:
    """The indexes of one crawl.

    Args:
        is_idle: whether the crawl has nothing to fetch and nothing in hand.
        is_over: whether the crawl wants no more answers.
    """

    def __init__(
        self,
        indexes: Sequence[Index],
        plan: Plan,
        settings: BaseSettings,
        frontier: Frontier,
        is_idle: Callable[[], bool],
        is_over: Callable[[], bool],
    ) -> None:
        self._plan = plan
        self._settings = settings
        self._frontier = frontier
        self._is_idle = is_idle
        self._is_over = is_over
        self._stopped = threading.Event()
        self._enquiries = [Enquiry(index, Missing(self._stopped)) for index in indexes]
        self._inbox: asyncio.Queue[tuple[Enquiry, Answer | None]] = asyncio.Queue()
        self._handed_out: set[str] = set()

    async def answers(self) -> AsyncGenerator[Answer, None]:
        """Yield the answers of all indexes as they come, until all is said or the crawl is over."""
        loop = asyncio.get_running_loop()
        for enquiry in self._enquiries:
            question = Question(
                plan=self._plan,
                settings=self._settings,
                known=self._frontier.memories(enquiry.index.name),
                missing=enquiry.missing,
                stopped=self._stopped,
            )
            # A daemon: a service that does not answer must not keep the program from its end.
            threading.Thread(
                target=self._ask, args=(enquiry, question, loop), name=enquiry.index.name, daemon=True
            ).start()
        at_work = list(self._enquiries)
        try:
            while at_work and not self._is_over():
                self._hand_out(at_work)
                try:
                    enquiry, answer = await asyncio.wait_for(self._inbox.get(), GLANCE)
                except TimeoutError:
                    continue
                if answer is None:
                    at_work.remove(enquiry)
                    continue
                yield answer
                enquiry.taken.set()
        finally:
            self._stopped.set()

    def _ask(self, enquiry: Enquiry, question: Question, loop: asyncio.AbstractEventLoop) -> None:
        """Hand over each answer of an index, the next when the last was taken; runs in a thread."""
        name = enquiry.index.name
        try:
            for answer in enquiry.index.answers(question):
                enquiry.taken.clear()
                self._put(loop, enquiry, answer)
                while not enquiry.taken.wait(GLANCE):
                    if self._stopped.is_set():
                        return
        except ListenerGoneError:
            return
        except IndexSilentError as error:
            log.warning("%s: %s. The crawl goes on without it; the same command asks it again.", name, error)
        except Exception as error:  # whatever an index answers, the crawl goes on
            log.warning("%s: could not be read: %r. The crawl goes on without it.", name, error)
        self._put(loop, enquiry, None)

    def _put(self, loop: asyncio.AbstractEventLoop, enquiry: Enquiry, answer: Answer | None) -> None:
        if not self._stopped.is_set():
            with suppress(RuntimeError):  # the loop was closed just now
                loop.call_soon_threadsafe(self._inbox.put_nowait, (enquiry, answer))

    def _hand_out(self, at_work: Sequence[Enquiry]) -> None:
        """Give the most promising page that is gone to each index that waits for one."""
        waiting = [enquiry for enquiry in at_work if enquiry.missing.is_wanted.is_set()]
        if not waiting:
            return
        no_more = len(waiting) == len(at_work) and self._inbox.empty() and self._is_idle()
        least = self._settings.getfloat("SEEDBED_RESCUE_PROMISE")
        stubs = self._settings.getbool("SEEDBED_RESCUE_STUBS")
        for enquiry in waiting:
            missing = self._frontier.missing(enquiry.index.name, least, stubs)
            candidate = next((each for each in missing if each.url not in self._handed_out), None)
            if candidate is not None:
                self._handed_out.add(candidate.url)
                enquiry.missing.give(candidate)
            elif no_more:
                enquiry.missing.give(None)
