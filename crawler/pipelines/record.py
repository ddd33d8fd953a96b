"""Saves what came of each candidate: page, article and frontier together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from crawler.items import Outcome, Visit

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.run import CrawlRun

__all__ = ["RecordPipeline"]


class RecordPipeline:
    """The last pipeline: after it nothing of a visit can be lost."""

    def __init__(self, run: CrawlRun, crawler: Crawler) -> None:
        self._run = run
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy makes it."""
        return cls(crawler.spider.run, crawler)  # type: ignore[union-attr]

    def process_item(self, visit: Visit) -> Visit:
        """Save a visit."""
        self._run.record(visit)
        if visit.article is not None:
            new = visit.outcome is Outcome.KEPT and visit.copy_of is None
            self._crawler.spider.noted(new)  # type: ignore[union-attr]
        return visit
