"""Takes of a robots.txt, or another file about a site, as much as counts (RFC 9309, 2.5), and hangs up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from scrapy import Request, signals
from scrapy.exceptions import StopDownload

from crawler.items import SITE_FILES
from crawler.politeness import MOST_BYTES

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

__all__ = ["ShortRobots"]


class ShortRobots:
    """A robots.txt that does not end is read as far as it counts; its host stays in the crawl."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy makes it."""
        extension = cls()
        crawler.signals.connect(extension.received, signals.bytes_received)
        return extension

    def received(self, data: bytes, request: Request) -> None:
        """Count what has come.

        Raises:
            StopDownload: that is enough; what came is the answer.
        """
        candidate = request.meta.get("candidate")
        if candidate is None or candidate.kind not in SITE_FILES:
            return
        request.meta["robots_bytes"] = request.meta.get("robots_bytes", 0) + len(data)
        if request.meta["robots_bytes"] > MOST_BYTES:
            raise StopDownload(fail=False)
