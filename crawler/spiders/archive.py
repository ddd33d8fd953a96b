"""`scrapy crawl archive`: takes articles out of WARCs by their content (CC-NEWS too); follows no link."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from crawler.asked import Mode
from crawler.items import Candidate, Memory, Outcome, Visit
from crawler.spiders.coverage import CoverageSpider
from crawler.urls import address_key
from crawler.warc import Skipped
from crawler.warc_ranges import RANGE, Gap, RangeRead, ReadRecord, Sifted, SiftRange, Unreadable
from crawler.workers import PageUnreadableError, ReadersClosedError
from dedupe.errors import InputFormatError, SeedbedError

__all__ = ["ArchiveSpider"]

log = logging.getLogger(__name__)

# Pages that are underway for each worker, and ranges of a file: enough that none waits for the disk.
READ_AHEAD = 4
RANGES_AHEAD = 2


class _Record(NamedTuple):
    """A record whose page is being read."""

    candidate: Candidate
    visit: Future[Visit]
    start: int


class ArchiveSpider(CoverageSpider):
    """Reads the responses of `-a warc=` in their order; a run that was ended goes on behind what it read.

    The workers look through ranges of a file for the pages that may be on the topic, and read those. What
    came of the others is saved here, many at once; up to which byte all is saved stands beside it.
    """

    name = "archive"
    mode: Mode = "archive"
    follows = False

    async def start(self) -> AsyncIterator[Any]:
        """Yield what came of each page that was read, in order; an address that stands there twice is one."""
        for path in self.plan.warc:
            self._underway: deque[_Record] = deque()
            self._yielded: deque[_Record] = deque()
            self._noted: list[Visit] = []
            self._keys: set[str] = set()  # of the addresses in these three
            self._skipped = Skipped(path)
            try:
                async for each in self._ranges(path):
                    async for visit in self._of_range(path, each):
                        yield visit
                while self._underway:
                    if ended := await self._ended():
                        yield ended
            except ReadersClosedError:
                return
            except SeedbedError as error:
                self.end_unsaved(error)
                return
            if self.failure is not None:
                return
            self._skipped.close()

    def stop_reason(self) -> str | None:
        """A WARC has an end of its own."""
        return None

    # -------------------------------------------------------------------------------------- the file

    async def _ranges(self, path: Path) -> AsyncIterator[RangeRead]:
        """What the ranges of a file hold, one behind the other, from where all is saved on."""
        place = start = int(self.run.frontier.memories(self.name).get(str(path), 0))
        most = self._settings.getint("DOWNLOAD_MAXSIZE")
        try:
            size = path.stat().st_size
        except OSError as error:
            raise _unreadable(path, error) from error
        ahead: deque[tuple[SiftRange, Future[RangeRead]]] = deque()
        while place < size:
            while start < size and len(ahead) <= RANGES_AHEAD * self.readers.size:
                task = SiftRange(path, start, min(start + RANGE, size), start == place, most)
                ahead.append((task, self.readers.submit(task)))
                start = task.stop
            task, reading = ahead.popleft()
            while place < task.stop:
                read = await self._sifted(task, reading)
                if read.begin == place:
                    yield read
                    place = read.end
                task = replace(task, start=place, is_record=True)
                if place < task.stop:  # it guessed wrong, or gave the rest back
                    reading = self.readers.submit(task)
            reading.cancel()

    async def _sifted(self, task: SiftRange, reading: Future[RangeRead]) -> RangeRead:
        """What a range holds; one that a worker cannot read is read here."""
        try:
            return await asyncio.wrap_future(reading)
        except PageUnreadableError as error:
            log.info("%s: bytes %d to %d: %s", task.path, task.start, task.stop, error)
        try:
            return task(self.readers.reader)
        except OSError as error:
            raise _unreadable(task.path, error) from error

    async def _of_range(self, path: Path, read: RangeRead) -> AsyncIterator[Visit]:
        for found in read.found:
            if self.failure is not None:
                return
            if isinstance(found, Gap):
                self._skipped.bytes(*found)
            elif isinstance(found, Unreadable):
                self._skipped.record(*found)
            else:
                self._take(path, found)
            if len(self._underway) > READ_AHEAD * self.readers.size and (visit := await self._ended()):
                yield visit
        self._save(path, read.end)

    # ----------------------------------------------------------------------------------- the records

    def _take(self, path: Path, found: Sifted) -> None:
        """Have a page read, or note what came of a record without that."""
        candidate = Candidate(found.page.url, found_by=self.name)
        key = address_key(candidate.url)
        if key in self._keys or self.run.frontier.is_done(candidate.url):
            return
        visit = self._without_reading(candidate, found)
        if visit is None:
            task = ReadRecord(candidate, path, found.place, self._settings.getint("DOWNLOAD_MAXSIZE"))
            self._underway.append(_Record(candidate, self.readers.submit(task), found.place.start))
        elif visit.moved:  # to another spelling, which has a record of its own
            return
        else:
            self._noted.append(visit)
        self._keys.add(key)

    def _without_reading(self, candidate: Candidate, found: Sifted) -> Visit | None:
        """What came of a record that is no page, or cannot be on the topic; None: it is to be read."""
        status = found.page.status
        if 300 <= status < 400:
            return replace(self._redirect(candidate, found.page), found=())
        if status != 200:
            return Visit(candidate, Outcome.GONE, f"status {status}")
        if found.most is not None:
            least = f"the least is {self.plan.threshold:.2f}"
            return Visit(candidate, Outcome.NOT_READ, f"relevance at most {found.most:.2f}; {least}")
        return None

    async def _ended(self) -> Visit | None:
        """What came of the page that is underway longest; None: the crawl ends meanwhile."""
        record = self._underway.popleft()
        visit = await self.end_record(record.candidate, record.visit)
        if visit is None:
            if self.failure is None:
                raise ReadersClosedError
            return None
        self._yielded.append(record)
        return replace(visit, found=())

    def _save(self, path: Path, end: int) -> None:
        """Save what was noted, and the byte up to which nothing waits to be saved."""
        while self._yielded and self.run.frontier.is_done(self._yielded[0].candidate.url):
            self._keys.discard(address_key(self._yielded.popleft().candidate.url))
        unsaved = (*self._yielded, *self._underway)
        place = unsaved[0].start if unsaved else end
        noted, self._noted = self._noted, []
        self.run.record_all(noted, Memory(self.name, str(path), str(place)))
        self._keys.difference_update(address_key(visit.candidate.url) for visit in noted)


def _unreadable(path: Path, error: OSError) -> InputFormatError:
    return InputFormatError(f"{path}: cannot be read: {error.strerror or error}.")
