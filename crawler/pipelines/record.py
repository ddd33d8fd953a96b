"""Saves what came of each candidate: page, article and frontier together."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Self

from crawler.items import Visit
from dedupe.errors import CorpusFolderError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.run import CrawlRun
    from crawler.spiders.coverage import CoverageSpider

__all__ = ["RecordPipeline"]

log = logging.getLogger(__name__)


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
        """Save a visit; where that fails, nothing of it is saved and the crawl ends."""
        spider: CoverageSpider = self._crawler.spider  # type: ignore[assignment]
        if not self._run.is_open or spider.failure is not None:
            return visit  # the crawl ends as it stands; the address waits for the next run
        try:
            self._run.record(visit)
        except CorpusFolderError as error:
            spider.end_unsaved(error)
            return visit
        except Exception as error:  # a record that cannot be written must not hold its host for ever
            log.warning("%s: could not be saved: %r", visit.candidate.url, error)
            visit = spider.unreadable(visit.candidate, error)
            self._run.record(visit)
        return visit
