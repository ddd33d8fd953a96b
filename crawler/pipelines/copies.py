"""Recognises copies while the crawl goes: a copy is kept for the clusters, and is no new coverage.

The index is datasketch's LSH, fed with the cleaning's signatures, so that both mean the same by "similar".
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Self

from crawler.items import Outcome, Visit
from crawler.run import articles_of
from crawler.shared_index import SharedIndex
from dedupe.duplicates.index import LiveIndex
from dedupe.models import Article

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.exchange import Exchange
    from crawler.run import CrawlRun
    from crawler.spiders.coverage import CoverageSpider

__all__ = ["CopiesPipeline"]


class CopiesPipeline:
    """Names the nearest known text of each kept article, if one is near enough to be a copy."""

    def __init__(self, run: CrawlRun, exchange: Exchange | None) -> None:
        settings = run.plan.cleaning.duplicates
        self._index = SharedIndex(exchange, settings) if exchange else LiveIndex(settings)
        for article in articles_of([run]):  # the seeds, and what a run before this one kept
            self._index.add(article.id, article.text)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy makes it."""
        spider: CoverageSpider = crawler.spider  # type: ignore[assignment]
        return cls(spider.run, spider.exchange)

    async def process_item(self, visit: Visit) -> Visit:
        """Pass a visit on, with the id of the text it copies."""
        if visit.outcome is not Outcome.KEPT or visit.article is None:
            return visit
        known = await self._nearest(visit.article)
        if known is None:
            return visit
        return replace(visit, copy_of=known, detail=f"{visit.detail}; like {known}")

    async def _nearest(self, article: Article) -> str | None:
        if isinstance(self._index, LiveIndex):
            return self._index.add(article.id, article.text)
        return await asyncio.to_thread(self._index.add, article.id, article.text)
