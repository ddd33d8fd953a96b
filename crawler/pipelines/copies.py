"""Recognises copies while the crawl goes: a copy is kept for the clusters, and is no new coverage.

The index is datasketch's LSH, fed with the cleaning's signatures, so that both mean the same by "similar".
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Self

from crawler.items import Outcome, Visit
from dedupe.duplicates.index import LiveIndex

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.run import CrawlRun

__all__ = ["CopiesPipeline"]


class CopiesPipeline:
    """Names the nearest known text of each kept article, if one is near enough to be a copy."""

    def __init__(self, run: CrawlRun) -> None:
        self._index = LiveIndex(run.plan.cleaning.duplicates)
        for article in run.articles():  # the seeds, and what a run before this one kept
            self._index.add(article.id, article.text)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy makes it."""
        return cls(crawler.spider.run)  # type: ignore[union-attr]

    def process_item(self, visit: Visit) -> Visit:
        """Pass a visit on, with the id of the text it copies."""
        if visit.outcome is not Outcome.KEPT or visit.article is None:
            return visit
        known = self._index.add(visit.article.id, visit.article.text)
        if known is None:
            return visit
        return replace(visit, copy_of=known, detail=f"{visit.detail}; like {known}")
