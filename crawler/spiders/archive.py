"""`scrapy crawl archive`: takes articles out of WARCs by their content (CC-NEWS too); follows no link."""

from __future__ import annotations

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


class ArchiveSpider(CoverageSpider):
    """Reads the responses of `-a warc=` in their order; a run that was ended goes on behind what it read."""

    name = "archive"
    mode: Literal["coverage", "archive"] = "archive"

    async def start(self) -> AsyncIterator[Any]:
        """Yield what came of each record; an address that stands there twice counts once."""
        for path in self.plan.warc:
            for _, archived in read_responses(path):
                if not self.run.frontier.is_done(archived.url):
                    yield self._visit_record(archived)

    def stop_reason(self) -> str | None:
        """A WARC has an end of its own."""
        return None

    def _visit_record(self, archived: ArchivedResponse) -> Visit:
        candidate = Candidate(archived.url, found_by=self.name)
        raw = archived.raw
        if raw.status != 200:
            outcome = Outcome.REDIRECT if 300 <= raw.status < 400 else Outcome.GONE
            return Visit(candidate, outcome, f"status {raw.status}")
        packing = self.crawler.get_downloader_middleware(HttpCompressionMiddleware)
        assert packing is not None
        response = packing.process_response(Request(archived.url), as_response(archived.url, raw))
        assert isinstance(response, Response)
        return replace(self.read(candidate, page_of(response, archived.fetched)), found=())
