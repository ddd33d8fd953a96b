"""Scrapy's scheduler on the frontier: hands out the best candidate that its host allows now."""

from __future__ import annotations

import logging
import sqlite3
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.scheduler import BaseScheduler

from crawler.budgets import Budgets
from crawler.guard import Guard
from crawler.items import Candidate, Kind, Outcome, Visit
from crawler.middlewares.pace import FROM_ANSWER
from crawler.politeness import allows, crawl_delay
from crawler.shapes import is_named_list
from dedupe.errors import CorpusFolderError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.spiders.coverage import CoverageSpider

__all__ = ["FrontierScheduler"]

# Sources of addresses that a person named: those are fetched whatever others like them gave.
GIVEN = ("sites", "url_lists")

log = logging.getLogger(__name__)


class FrontierScheduler(BaseScheduler):
    """One request a host at a time, best first, after its robots.txt, within the budget.

    Requests that do not come from the frontier are refused: each address must have its outcome there.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._agent: str = crawler.settings["USER_AGENT"]
        self._guard = Guard.from_settings(crawler.settings)
        self._longest_delay = crawler.settings.getfloat("SEEDBED_LONGEST_DELAY")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy makes it."""
        return cls(crawler)

    def open(self, spider: CoverageSpider) -> None:  # type: ignore[override]
        """Take over the spider's crawl."""
        self._spider = spider
        self._run = spider.run
        self._frontier = spider.run.frontier
        # What a request must be worth; a replay asks for all there is, without waiting for better.
        patience = self._crawler.settings.getfloat("SEEDBED_PATIENCE")
        self._terms = (0.0, 0.0) if spider.plan.is_replay else (spider.plan.harvest, patience)
        asked = spider.plan.arguments
        per_minute = asked.per_minute
        if per_minute and spider.plan.shard:
            per_minute //= spider.plan.shard.of
        bounds = (None, None) if spider.plan.is_replay else (asked.host_budget, per_minute)
        self._budgets = Budgets(*bounds, self._frontier.asked_of_hosts())
        for host in self._budgets.spent_hosts():
            self._frontier.close_host(host)

    def has_pending_requests(self) -> bool:
        """Whether anything is left that this crawl would still fetch."""
        return not self._spider.stop_reason() and self._frontier.has_waiting

    def enqueue_request(self, request: Request) -> bool:
        """Refuse: what is to be fetched goes into the frontier."""
        log.error("%s: a request outside the frontier is not made", request.url)
        return False

    def next_request(self) -> Request | None:
        """The next request; None: no host is free, or the crawl is at its end."""
        try:
            return self._next_request()
        except (CorpusFolderError, sqlite3.Error) as error:
            self._spider.end_unsaved(error)
            return None

    def _next_request(self) -> Request | None:
        while not self._spider.stop_reason() and not self._budgets.must_wait():
            is_probe = self._run.is_to_probe
            candidate = self._frontier.next(*((0.0, 0.0) if is_probe else self._terms))
            if candidate is None and self._run.is_to_probe and not is_probe:
                continue  # what waits was worth less than it seemed
            if candidate is None:
                return None
            if (reason := self._unreachable(candidate)) is not None:
                self._run.refuse(candidate, reason)
                continue
            refused = self._refusal(candidate)
            if refused is None:
                if candidate.kind is not Kind.ROBOTS:
                    self._count(candidate, is_probe)
                return self._request(candidate)
            self._run.record(Visit(candidate, *refused))
        return None

    def _count(self, candidate: Candidate, is_probe: bool) -> None:
        """Count a request that is about to be made."""
        if is_probe:
            self._run.count_probe()
        self._budgets.spend(candidate.host)
        self._frontier.count_request(candidate.host)
        if self._budgets.is_spent(candidate.host):
            self._frontier.close_host(candidate.host)

    def _unreachable(self, candidate: Candidate) -> str | None:
        """Why an address may not be reached, as far as its spelling tells; a replay reaches nothing."""
        return None if self._run.plan.is_replay else self._guard.refusal_of(candidate.url)

    def _refusal(self, candidate: Candidate) -> tuple[Outcome, str] | None:
        """Why a candidate is not to be fetched; None: its host does not mind."""
        host = self._frontier.host(candidate.host)
        if candidate.kind is Kind.ROBOTS or host is None:
            return None
        if host.is_silent:
            return Outcome.ERROR, f"robots.txt answered {host.status or 'nothing'}"
        if not allows(host, candidate.url, self._agent):
            return Outcome.ROBOTS, "disallowed"
        delay = crawl_delay(host, self._agent) or 0.0
        if delay > self._longest_delay:
            return Outcome.ROBOTS, f"Crawl-delay of {delay:g} s"
        return self._needless(candidate)

    def _needless(self, candidate: Candidate) -> tuple[Outcome, str] | None:
        """Why a page need not be fetched; a replay fetches nothing and asks for all there is."""
        if candidate.kind is not Kind.PAGE or self._run.plan.is_replay:
            return None
        other = self._frontier.other_spelling(candidate, self._may_fetch)
        if other is not None:
            return Outcome.VARIANT, f"another address of {other}"
        if candidate.found_by in GIVEN or is_named_list(candidate.url, candidate.found_on):
            return None
        dry = self._frontier.shapes.dry(candidate.url)
        return None if dry is None else (Outcome.TRAP, f"the last pages like {dry} gave nothing")

    def _may_fetch(self, url: str) -> bool:
        """Whether nothing is known that forbids an address."""
        host = self._frontier.host(urlsplit(url).netloc.lower())
        return host is None or allows(host, url, self._agent)

    def _request(self, candidate: Candidate) -> Request:
        slot = candidate.host
        asked = self._set_delay(slot)
        return Request(
            candidate.url,
            callback=self._spider.parse,
            errback=self._spider.failed,
            dont_filter=True,
            headers=self._frontier.revisits.conditions(candidate.url)
            if candidate.kind is not Kind.ROBOTS
            else {},
            meta={
                "candidate": candidate,
                "download_slot": slot,
                "handle_httpstatus_all": True,
                FROM_ANSWER: asked > 0,
            },
        )

    def _set_delay(self, slot: str) -> float:
        """Keep a host's delay in the downloader's slot, new or there already; returns what it asked for."""
        asked = delay = 0.0
        if not self._run.plan.is_replay:
            host = self._frontier.host(slot)
            asked = (crawl_delay(host, self._agent) if host else None) or 0.0
            delay = max(self._spider.delays.of(slot), asked)
        downloader = self._crawler.engine.downloader
        downloader.per_slot_settings[slot] = {"delay": delay, "concurrency": 1, "jitter": 0.0}
        if slot in downloader.slots:
            downloader.slots[slot].delay = delay
        return asked
