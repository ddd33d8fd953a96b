"""`scrapy crawl archive`: takes articles out of WARCs by their content (CC-NEWS too); follows no link."""

from __future__ import annotations

import logging
import zlib
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, Literal

from scrapy import Request
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.http import Response

from crawler.items import Candidate, Outcome, Visit
from crawler.middlewares.replay import as_response
from crawler.spiders.coverage import CoverageSpider, page_of
from crawler.warc import ArchivedResponse, read_responses

__all__ = ["ArchiveSpider"]

log = logging.getLogger(__name__)


class ArchiveSpider(CoverageSpider):
    """Reads the responses of `-a warc=` in their order; a run that was ended goes on behind what it read."""

    name = "archive"
    mode: Literal["coverage", "archive"] = "archive"

    async def start(self) -> AsyncIterator[Any]:
        """Yield what came of each record; an address that stands there twice counts once."""
        for path in self.plan.warc:
            for _, archived in read_responses(path):
                if self.failure is not None:
                    return
                if not self.run.frontier.is_done(archived.url):
                    visit = self._try_record(archived)
                    if visit is not None:
                        yield visit

    def stop_reason(self) -> str | None:
        """A WARC has an end of its own."""
        return None

    def _try_record(self, archived: ArchivedResponse) -> Visit | None:
        """What came of a record; None: a redirect to another spelling, which has a record of its own."""
        candidate = Candidate(archived.url, found_by=self.name)
        try:
            return self._visit_record(archived, candidate)
        except Exception as error:  # one record must not end the reading of a million
            log.warning("%s: could not be read: %r", archived.url, error)
            return self.unreadable(candidate, error)

    def _visit_record(self, archived: ArchivedResponse, candidate: Candidate) -> Visit | None:
        raw = archived.raw
        if 300 <= raw.status < 400:
            visit = self._redirect(candidate, page_of(as_response(archived.url, raw), archived.fetched))
            return None if visit.moved else replace(visit, found=())
        if raw.status != 200:
            return Visit(candidate, Outcome.GONE, f"status {raw.status}")
        response = self._unpacked(as_response(archived.url, raw))
        return replace(self.read(candidate, page_of(response, archived.fetched)), found=())

    def _unpacked(self, response: Response) -> Response:
        """The response without its content encoding; as it is where the header stands on a plain body."""
        packing = self.crawler.get_downloader_middleware(HttpCompressionMiddleware)
        assert packing is not None
        try:
            plain = packing.process_response(Request(response.url), response)
        except (OSError, EOFError, ValueError, zlib.error):
            return response
        assert isinstance(plain, Response)
        return plain
