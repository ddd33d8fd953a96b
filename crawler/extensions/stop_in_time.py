"""A crawl that was told to stop ends soon, whatever its hosts and pages do."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Self

from scrapy import signals
from scrapy.utils.asyncio import call_later

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

__all__ = ["StopInTime"]

# Seconds between two looks.
OFTEN = 0.5


class StopInTime:
    """Gives what is in flight a moment to end after Ctrl-C or SIGTERM, and then ends the crawl as it stands.

    Scrapy waits for every request, and some wait for a Crawl-delay or a slow page first. All that ended is
    saved already, with its outcome; what is cut off here waits for the next run.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._left = crawler.settings.getfloat("SEEDBED_GRACE")
        self._is_closed = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy makes it."""
        extension = cls(crawler)
        crawler.signals.connect(extension.opened, signals.spider_opened)
        crawler.signals.connect(extension.closed, signals.spider_closed)
        return extension

    def opened(self) -> None:
        """Begin to look."""
        call_later(OFTEN, self._look)

    def closed(self) -> None:
        """The crawl ended by itself."""
        self._is_closed = True

    def _look(self) -> None:
        if self._is_closed:
            return
        if not self._crawler.crawling:
            self._left -= OFTEN
        if self._left > 0:
            call_later(OFTEN, self._look)
            return
        from twisted.internet import reactor

        logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # it would name every task that is left
        self._crawler.signals.send_catch_log(
            signals.spider_closed, spider=self._crawler.spider, reason="shutdown"
        )
        reactor.stop()  # type: ignore[misc]
