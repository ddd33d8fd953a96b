"""Asks a site what it reserves, where an article of it is about to be kept, and does as the settings say.

The file is asked for beside the budget, once a crawl and host, as politely as all else: while the article
waits its host is busy, and Scrapy's slot keeps the delay. It goes into the WARC, so a replay finds the same.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING, Self
from urllib.parse import urljoin

from scrapy import Request
from scrapy.exceptions import NotConfigured

from crawler.items import Candidate, Kind, Outcome, Page, PageRead, Visit
from crawler.middlewares.pace import FROM_ANSWER
from crawler.politeness import MOST_BYTES, allows, crawl_delay
from crawler.reservations import WELL_KNOWN, Rule, read_rules, signals_of
from crawler.rights import superseded
from crawler.room import leave_room
from crawler.sources.cc_news import CcNews
from crawler.spiders.coverage import page_of
from crawler.urls import host_of
from dedupe.errors import CorpusFolderError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.spiders.coverage import CoverageSpider

__all__ = ["ReservationsPipeline"]

log = logging.getLogger(__name__)


class ReservationsPipeline:
    """Adds to the rights of each kept article what its site's file says of its address."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._spider: CoverageSpider = crawler.spider  # type: ignore[assignment]
        self._run = self._spider.run
        self._plan = self._spider.plan
        self._agent: str = crawler.settings["USER_AGENT"]

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy makes it; on only where sites are asked for pages."""
        if crawler.spider.plan.spider == "archive":  # type: ignore[union-attr]
            raise NotConfigured
        return cls(crawler)

    async def process_item(self, visit: Visit) -> Visit:
        """Pass a visit on, with the rights of its article; it is left out where they are to be honoured."""
        if visit.outcome is not Outcome.KEPT or visit.article is None or visit.page is None:
            return visit
        robots = self._run.frontier.host(visit.candidate.host)
        said = robots.body if robots is not None and robots.status == 200 else b""
        if not self._plan.rights.asks_for_file(said) or _is_of_an_index(visit):
            return visit
        try:
            rules = await self._rules_of(visit.page.url)
        except (CorpusFolderError, sqlite3.Error) as error:
            self._spider.end_unsaved(error)
            return visit
        rights = superseded(signals_of(rules, visit.page.url), visit.article.rights)
        refusal = self._plan.rights.refusal(rights)
        if refusal is not None:
            detail = f"{refusal} in {WELL_KNOWN}"
            return replace(
                visit, outcome=Outcome.RESERVED, detail=detail, article=None, page=PageRead(visit.page.url)
            )
        return replace(visit, article=visit.article.model_copy(update={"rights": tuple(sorted(rights))}))

    async def _rules_of(self, url: str) -> tuple[Rule, ...]:
        """What the file of an address's site says; it is asked for where that is not known yet."""
        host = host_of(url)
        known = self._run.frontier.reservations.of(host)
        if known is not None:
            return known
        rules = await self._asked(Candidate(urljoin(url, WELL_KNOWN), Kind.RESERVATION, robots_of=host))
        if self._run.is_open:
            self._run.frontier.reservations.put(host, rules)
            self._run.frontier.commit()
        return rules

    async def _asked(self, candidate: Candidate) -> tuple[Rule, ...]:
        """Ask for a file, after redirects and at most as often as for a page; no answer is no statement."""
        while self._may_ask(candidate):
            page = await self._answer(candidate)
            if page is not None and 300 <= page.status < 400:
                target = self._spider.target_of(page)
                if target is None or candidate.hops >= self._crawler.settings.getint("SEEDBED_REDIRECTS"):
                    break
                candidate = candidate._replace(
                    url=target, robots_of=host_of(target), hops=candidate.hops + 1, tries=0
                )
            elif page is None or page.status == 429 or page.status >= 500:
                asks = page.headers.get("retry-after") if page else None
                wait, again = self._spider.rest_after(candidate, asks)
                if self._plan.is_replay:
                    break
                if not again:
                    self._spider.let_rest(candidate.host, wait)
                    break
                await asyncio.sleep(wait)
                candidate = candidate._replace(tries=candidate.tries + 1)
            else:
                return read_rules(page.body[:MOST_BYTES]) if page.status == 200 else ()
        return ()

    def _may_ask(self, candidate: Candidate) -> bool:
        """Whether the robots.txt of an address's host is known, and allows it; a replay asks no host."""
        record = self._run.frontier.host(candidate.host)
        is_allowed = record is not None and allows(record, candidate.url, self._agent)
        return self._run.is_open and (self._plan.is_replay or is_allowed)

    async def _answer(self, candidate: Candidate) -> Page | None:
        """One answer, saved as it came; None: there was none."""
        engine = self._crawler.engine
        assert engine is not None
        record = self._run.frontier.host(candidate.host)
        is_slow = record is not None and bool(crawl_delay(record, self._agent))
        request = Request(
            candidate.url,
            dont_filter=True,
            meta={"candidate": candidate, "download_slot": candidate.host, FROM_ANSWER: is_slow},
        )
        try:
            response = await engine.download_async(request)
        except Exception as error:  # whatever its site does, the article is kept
            log.info("%s: %r", candidate.url, error)
            return None
        finally:
            leave_room(request.meta)
        raw, fetched = request.meta["raw"], request.meta["fetched"]
        if self._run.is_open:
            self._run.record(Visit(candidate, Outcome.LISTING, raw=raw, fetched=fetched))
        return page_of(response, fetched)


def _is_of_an_index(visit: Visit) -> bool:
    """Whether an index handed the page over, and its site was asked for nothing; a replay can tell too."""
    is_capture = visit.raw is not None and any(
        name.lower() == "memento-datetime" for name, _ in visit.raw.headers
    )
    return is_capture or visit.candidate.found_by == CcNews.name
