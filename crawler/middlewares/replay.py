"""Answers every request from WARCs instead of the network; 404 for what is not in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from scrapy import Request
from scrapy.exceptions import NotConfigured
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from crawler.items import RawResponse
from crawler.warc import WarcIndex

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.plan import Plan

__all__ = ["ReplayMiddleware", "as_response"]


class ReplayMiddleware:
    """Stands last before the downloader, so that a replayed response takes the same way as a live one."""

    def __init__(self, archive: WarcIndex) -> None:
        self.archive = archive

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """On only where the spider's plan names an archive."""
        plan: Plan | None = getattr(crawler.spider, "plan", None)
        if plan is None or not plan.is_replay:
            raise NotConfigured
        return cls(WarcIndex(plan.archive))

    def process_request(self, request: Request) -> Response:
        """Answer from the archive."""
        found = self.archive.get(request.url)
        if found is None:
            request.meta["not_in_archive"] = True
            return Response(request.url, status=404)
        request.meta["earlier"] = self.archive.earlier(request.url)
        request.meta["raw"] = found.raw
        request.meta["fetched"] = found.fetched
        # Under the address it was fetched by: one without a canonical address is known by that alone.
        return as_response(found.url, found.raw)


def as_response(url: str, raw: RawResponse) -> Response:
    """A response as the downloader would give it: still packed as it came."""
    headers = Headers()
    for name, value in raw.headers:
        headers.appendlist(name, value.encode("utf-8", "replace"))
    kind = responsetypes.from_args(headers=headers, url=url, body=raw.body)
    return kind(url, status=raw.status, headers=headers, body=raw.body)
