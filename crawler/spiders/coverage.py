"""`scrapy crawl coverage`: gathers coverage of the seeds' story, live or replayed from WARCs."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Self
from urllib.parse import urljoin

import scrapy
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.extraction import read_page
from crawler.frontier import HostRecord
from crawler.items import Candidate, Kind, Outcome, Page, Visit
from crawler.plan import Plan
from crawler.politeness import retry_after
from crawler.run import CrawlRun
from crawler.sources import Seen, load_sources
from crawler.sources.sitemaps import of_robots
from crawler.urls import cleaned, is_fetchable

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

__all__ = ["CoverageSpider", "page_of"]

CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
ROBOTS_SIGNAL = re.compile(r"[\w-]+")


class CoverageSpider(scrapy.Spider):
    """Fetches the most promising addresses first and says of each what came of it."""

    name: str = "coverage"
    mode: Literal["coverage", "archive"] = "coverage"

    def __init__(self, crawler: Crawler, run: CrawlRun | None = None, **arguments: Any) -> None:
        super().__init__(self.name)
        self.run = run or CrawlRun.open(Plan.make(self.mode, arguments, crawler.settings))
        self.plan = self.run.plan
        self.exit_code = 0
        self._settings = crawler.settings
        self._sources = load_sources(crawler.settings)
        self._since_new = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """As Scrapy makes it; `-a` arguments come as keywords."""
        spider = cls(crawler, *args, **kwargs)
        spider._set_crawler(crawler)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Put the starts of every source into the frontier, which the scheduler empties."""
        if self.run.frontier.fact("ended") and not self.plan.is_replay:
            self.run.frontier.reopen_listings()
        for source in self._sources:
            self.run.frontier.add(source.starts(self.plan))
        self.run.frontier.set_fact("ended", 0)
        self.run.frontier.commit()
        return
        yield  # an async generator that yields nothing

    # ---------------------------------------------------------------------------------- when to stop

    def stop_reason(self) -> str | None:
        """Why no further request is to be made; None: go on. A replay asks for all there is."""
        if self.plan.is_replay:
            return None
        if self.run.requests + self.run.frontier.in_flight >= self.plan.budget:
            return f"the budget of {self.plan.budget} requests is spent"
        if self._since_new >= self.plan.patience:
            return f"the last {self._since_new} articles brought nothing new on the topic"
        return None

    def noted(self, new: bool) -> None:
        """Count how many articles came since one brought something new on the topic."""
        self._since_new = 0 if new else self._since_new + 1

    # ---------------------------------------------------------------------------------- what came back

    def parse(self, response: Response) -> Iterator[Visit]:
        """Say what came of a candidate, and what it leads to."""
        visit = self._visit(response)
        if visit is not None:
            yield replace(visit, raw=response.meta.get("raw"), fetched=response.meta.get("fetched"))

    def failed(self, failure: Failure) -> Iterator[Visit]:
        """No answer, or one that broke off."""
        candidate: Candidate = failure.request.meta["candidate"]  # type: ignore[attr-defined]
        visit = self._no_answer(
            candidate, 0, f"{type(failure.value).__name__}: {failure.getErrorMessage()}", None
        )
        if visit is not None:
            yield visit

    def _visit(self, response: Response) -> Visit | None:
        candidate: Candidate = response.meta["candidate"]
        page = page_of(response, response.meta["fetched"])
        if candidate.kind is Kind.ROBOTS:
            return self._robots(candidate, page)
        if response.meta.get("not_in_archive"):
            return Visit(candidate, Outcome.NOT_IN_ARCHIVE)
        if 300 <= page.status < 400 and page.headers.get("location"):
            return self._redirect(candidate, page)
        if page.status == 429 or page.status >= 500:
            return self._no_answer(
                candidate, page.status, f"status {page.status}", page.headers.get("retry-after")
            )
        if page.status != 200:
            return Visit(candidate, Outcome.GONE, f"status {page.status}")
        return self.read(candidate, page)

    def read(self, candidate: Candidate, page: Page) -> Visit:
        """What a page holds and lists."""
        if candidate.kind is not Kind.PAGE:
            return Visit(candidate, Outcome.LISTING, found=self._found(Seen(page, candidate)))
        reading = read_page(page.body, page.url, encoding=page.charset)
        article = reading.article
        if article is None:
            found = self._found(Seen(page, candidate, reading))
            return Visit(candidate, Outcome.NO_ARTICLE, reading.reason or "", found=found)
        rights = {*article.rights, *ROBOTS_SIGNAL.findall(page.headers.get("x-robots-tag", "").lower())}
        article = article.model_copy(
            update={
                "relevance": round(self.plan.topic.score(article), 4),
                "fetched": page.fetched,
                "found_by": candidate.found_by,
                "rights": tuple(sorted(rights)),
            }
        )
        found = self._found(Seen(page, candidate, reading, article.relevance or 0.0))
        return Visit(candidate, Outcome.KEPT, article=article, found=found)

    def _found(self, seen: Seen) -> tuple[Candidate, ...]:
        found: list[Candidate] = []
        for source in self._sources:
            if source.reads is seen.candidate.kind:
                found.extend(source.candidates(seen, self.plan.topic))
        return tuple(found)

    # ----------------------------------------------------------------------- answers that are no page

    def _robots(self, candidate: Candidate, page: Page) -> Visit | None:
        location = page.headers.get("location")
        if (
            300 <= page.status < 400
            and location
            and candidate.hops < self._settings.getint("SEEDBED_REDIRECTS")
        ):
            self.run.frontier.redirect_robots(candidate.host, urljoin(page.url, location), candidate.hops + 1)
            return None
        if page.status == 429 or page.status >= 500:
            return self._no_answer(
                candidate, page.status, f"status {page.status}", page.headers.get("retry-after")
            )
        record = HostRecord(page.body, page.status, page.url)
        self.run.frontier.set_host(candidate.host, record)
        return Visit(candidate, Outcome.LISTING, found=tuple(of_robots(record, page.url)))

    def _redirect(self, candidate: Candidate, page: Page) -> Visit:
        target = urljoin(page.url, page.headers["location"])
        found: tuple[Candidate, ...] = ()
        if is_fetchable(target) and candidate.hops < self._settings.getint("SEEDBED_REDIRECTS"):
            found = (replace(candidate, url=cleaned(target), hops=candidate.hops + 1, tries=0),)
        return Visit(candidate, Outcome.REDIRECT, target, found=found)

    def _no_answer(self, candidate: Candidate, status: int, detail: str, asks: str | None) -> Visit | None:
        """Try again later, or give up after the tries that the settings allow."""
        frontier = self.run.frontier
        wait = self._settings.getfloat("SEEDBED_BACKOFF") * 2**candidate.tries
        wait = max(wait, retry_after(asks) or 0.0)
        longest = self._settings.getfloat("SEEDBED_LONGEST_DELAY")
        if candidate.kind is Kind.ROBOTS:
            # A host that does not say what it allows allows nothing (RFC 9309, 2.3.1.4).
            frontier.set_host(candidate.host, HostRecord(b"", status, candidate.url))
            return Visit(candidate, Outcome.ERROR, detail)
        if (
            candidate.tries < self._settings.getint("SEEDBED_RETRIES")
            and wait <= longest
            and not self.plan.is_replay
        ):
            frontier.put_back(candidate, wait)
            frontier.commit()
            return None
        return Visit(candidate, Outcome.ERROR, detail)


def page_of(response: Response, fetched: datetime) -> Page:
    """A page as the readers want it: header names in lower case, the charset apart."""
    headers = {
        name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")
        for name, values in response.headers.items()
    }
    content_type = headers.get("content-type", "")
    charset = CHARSET.search(content_type)
    return Page(
        url=response.url,
        status=response.status,
        body=response.body,
        fetched=fetched,
        content_type=content_type.partition(";")[0].strip().lower(),
        charset=charset[1] if charset else None,
        headers=headers,
    )
