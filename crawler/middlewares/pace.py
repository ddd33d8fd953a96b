"""Counts a Crawl-delay from the end of the answer before, so that no host sees two requests closer than that.

Scrapy counts a slot's delay from when a request leaves. The host counts from arrival to arrival, and the way
there varies: a request that was held up on it is followed too soon by one that was not. An answer comes after
its request arrived, whatever held it up.
"""

from __future__ import annotations

from time import monotonic  # the clock of Scrapy's slots
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

__all__ = ["FROM_ANSWER", "PaceMiddleware"]

# In a request's meta: its host asked for a Crawl-delay. Others are given our own, which is shorter and counts
# from request to request, so that a slow host is not asked more slowly still.
FROM_ANSWER = "delay_from_answer"


class PaceMiddleware:
    """Moves what the downloader takes for a host's last request to the end of its answer."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy makes it."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """An answer came."""
        self._note(request)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:  # noqa: ARG002
        """No answer came, or one that broke off: the request may have arrived all the same."""
        self._note(request)

    def _note(self, request: Request) -> None:
        engine = self._crawler.engine
        assert engine is not None
        slot = engine.downloader.slots.get(request.meta.get("download_slot", ""))
        if slot is not None and request.meta.get(FROM_ANSWER):
            slot.lastseen = monotonic()
