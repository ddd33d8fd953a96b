"""`scrapy crawl archive`: takes articles out of WARCs by their content (CC-NEWS too); follows no link."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import AsyncIterator, Iterable
from concurrent.futures import Future
from dataclasses import replace
from typing import Any, NamedTuple

from crawler.asked import Mode
from crawler.items import Candidate, Outcome, Visit
from crawler.middlewares.replay import as_response
from crawler.spiders.coverage import CoverageSpider, page_of
from crawler.urls import address_key
from crawler.warc import ArchivedResponse, read_responses

__all__ = ["ArchiveSpider"]

log = logging.getLogger(__name__)

# Records that are underway for each worker: enough that none waits for the disk.
READ_AHEAD = 4


class _Record(NamedTuple):
    """A record whose page is being read."""

    candidate: Candidate
    visit: Future[Visit]

    @property
    def key(self) -> str:
        return address_key(self.candidate.url)


class ArchiveSpider(CoverageSpider):
    """Reads the responses of `-a warc=` in their order; a run that was ended goes on behind what it read."""

    name = "archive"
    mode: Mode = "archive"
    follows = False

    async def start(self) -> AsyncIterator[Any]:
        """Yield what came of each record, in their order; an address that stands there twice counts once."""
        underway: deque[_Record] = deque()
        for path in self.plan.warc:
            for _, archived in read_responses(path):
                if self.failure is not None:
                    return
                if self._is_known(archived.url, underway):
                    continue
                if record := self._begun(archived):
                    underway.append(record)
                if len(underway) > READ_AHEAD * self.readers.size and (
                    visit := await self.end_record(*underway.popleft())
                ):
                    yield replace(visit, found=())
        while underway:
            if visit := await self.end_record(*underway.popleft()):
                yield replace(visit, found=())

    def stop_reason(self) -> str | None:
        """A WARC has an end of its own."""
        return None

    def _is_known(self, url: str, underway: Iterable[_Record]) -> bool:
        key = address_key(url)
        return self.run.frontier.is_done(url) or any(record.key == key for record in underway)

    def _begun(self, archived: ArchivedResponse) -> _Record | None:
        """A record that is being read; None: it redirects to another spelling, which has its own record."""
        candidate = Candidate(archived.url, found_by=self.name)
        visit = self._without_reading(archived, candidate)
        if visit is None:
            return _Record(candidate, self.begin_record(archived, candidate))
        if visit.moved:
            return None
        record = _Record(candidate, Future())
        record.visit.set_result(visit)
        return record

    def _without_reading(self, archived: ArchivedResponse, candidate: Candidate) -> Visit | None:
        """What came of a record that is no page; None: it is one."""
        raw = archived.raw
        if 300 <= raw.status < 400:
            return self._redirect(candidate, page_of(as_response(archived.url, raw), archived.fetched))
        if raw.status != 200:
            return Visit(candidate, Outcome.GONE, f"status {raw.status}")
        return None
