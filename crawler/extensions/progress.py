"""A line on the terminal while the crawl goes: requests, what was kept, what waits."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Self

from scrapy import signals
from scrapy.exceptions import NotConfigured
from tqdm import tqdm

from crawler.items import Outcome, Visit

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.spiders.coverage import CoverageSpider

__all__ = ["Progress"]


class Progress:
    """Shown on standard error where that is a terminal; nothing in a pipe."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """On only where somebody can see it."""
        if not sys.stderr.isatty():
            raise NotConfigured
        progress = cls()
        crawler.signals.connect(progress.opened, signals.spider_opened)
        crawler.signals.connect(progress.visited, signals.item_scraped)
        crawler.signals.connect(progress.closed, signals.spider_closed)
        return progress

    def opened(self, spider: CoverageSpider) -> None:
        """Start the line; the budget is the end that is known."""
        plan = spider.plan
        total = None if plan.is_replay or plan.spider == "archive" else plan.budget
        self._run = spider.run
        self._kept = self._copies = 0
        self._bar = tqdm(
            desc="   gather", total=total, unit=" pages", initial=spider.run.requests, leave=False
        )

    def visited(self, item: Visit) -> None:
        """Count a visit."""
        self._kept += item.article is not None and item.outcome is Outcome.KEPT
        self._copies += item.copy_of is not None
        said = f"{self._kept} on topic, {self._copies} of them copies, now {item.candidate.host}"
        self._bar.set_postfix_str(said, refresh=False)
        self._bar.update(self._run.requests - self._bar.n)  # with what was saved beside the visits

    def closed(self) -> None:
        """Take the line away."""
        self._bar.close()
