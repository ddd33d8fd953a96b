"""`scrapy crawl coverage`: gathers coverage of the seeds' story, live or replayed from WARCs."""

from __future__ import annotations

import asyncio
import gc
import logging
import sqlite3
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Future
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

import scrapy
from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError
from scrapy.http import Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure
from w3lib.url import safe_url_string

from crawler.asked import Asked, Mode
from crawler.desk import Desk
from crawler.downloads import HeadTooLargeError
from crawler.exchange import Exchange, ExchangeError, State
from crawler.exchange_desk import ExchangeDesk
from crawler.frontier import HostRecord
from crawler.guard import AddressRefusedError
from crawler.items import Candidate, Kind, Outcome, Page, Visit
from crawler.middlewares.browser import browser_settings
from crawler.middlewares.replay import ReplayMiddleware
from crawler.packing import TooLargeError
from crawler.pages import made_page, page_of_record
from crawler.plan import Plan
from crawler.politeness import MOST_BYTES, Delays, retry_after
from crawler.promise import RECHECK
from crawler.reading import DAMAGED, PageReader
from crawler.room import leave_room
from crawler.run import CrawlRun, cannot_be_written
from crawler.sieve import Sieve
from crawler.sources import Answer, load_sources
from crawler.sources.sitemaps import of_robots
from crawler.urls import address_key, cleaned, is_web_address, joined
from crawler.warc import ArchivedResponse
from crawler.worker import ReadPage
from crawler.workers import PageUnreadableError, ReaderPool, ReadersClosedError, ReadersLostError
from dedupe.errors import SeedbedError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

__all__ = ["CoverageSpider", "page_of"]

log = logging.getLogger(__name__)

LONGEST_DETAIL = 300
# Objects made before the collector looks for circles among them: a page makes some thousand, and few circles.
NEW_OBJECTS = 20_000
# What another try would not better: an answer that is too large or too slow, and costs as much each time.
FOR_GOOD = (TooLargeError, HeadTooLargeError, DownloadCancelledError, DownloadTimeoutError)
# Answers that speak of the moment, and not of the page.
ASKS_TO_WAIT = (429, 503)


class CoverageSpider(scrapy.Spider):
    """Fetches the most promising addresses first and says of each what came of it."""

    name: str = "coverage"
    mode: Mode = "coverage"
    follows = True  # what pages lead to

    def __init__(
        self,
        crawler: Crawler,
        run: CrawlRun | None = None,
        exchange: Exchange | None = None,
        **arguments: Any,
    ) -> None:
        super().__init__(self.name)
        self.run = run or CrawlRun.open(
            Plan.make(Asked.read(self.mode, arguments, crawler.settings), crawler.settings)
        )
        self.plan = self.run.plan
        self.exit_code: int | None = None  # None: the crawl was not closed
        self.failure: SeedbedError | None = None
        self.delays = Delays(
            crawler.settings.getfloat("SEEDBED_DELAY"), crawler.settings.getfloat("SEEDBED_BACKOFF")
        )
        shard = self.plan.shard
        self._settings = shard.part_of(crawler.settings) if shard else crawler.settings
        self._sources, indexes = load_sources(crawler.settings, self.plan.sources)
        self._indexes = [index for index in indexes if shard is None or shard.asks(index.name)]
        self._indexes_asked = not self._indexes or self.plan.is_replay
        reader = PageReader(
            self.plan.topic,
            [source for source in self._sources if source.reads] if self.follows else [],
            self.plan.rights,
            Sieve.of_crawl(self.plan, crawler.settings),
        )
        self.readers = ReaderPool.from_settings(reader, crawler.settings)
        self.exchange = exchange
        self._others: ExchangeDesk | None = None
        if exchange is not None:
            self._others = ExchangeDesk(
                exchange,
                self.run,
                fetching=self._fetching,
                is_over=lambda: self.failure is not None,
                wake=self._wake,
                patience=crawler.settings.getfloat("SEEDBED_EXCHANGE_PATIENCE"),
            )

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Say in the user agent whom a site may write to, and turn the browser on, where asked to."""
        super().update_settings(settings)
        if contact := settings.get("SEEDBED_CONTACT"):
            settings.set("USER_AGENT", f"{settings['USER_AGENT']} (+{contact})", priority="spider")
        settings.update(browser_settings(settings), priority="spider")

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """As Scrapy makes it; `-a` arguments come as keywords."""
        spider = cls(crawler, *args, **kwargs)
        spider._set_crawler(crawler)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Put the starts of every source into the frontier, which the scheduler empties."""
        try:
            async for visit in self._begin():
                yield visit
        except sqlite3.Error as error:
            self.end_unsaved(error)

    async def _begin(self) -> AsyncIterator[Visit]:
        if self.run.frontier.fact("ended") and not self.plan.is_replay:
            recheck = RECHECK if self._settings.getbool("SEEDBED_RECHECK") else None
            self.run.frontier.start_again(recheck=recheck)
        for source in self._sources:
            self.run.begin(source.starts(self.plan))
        if self.plan.is_replay:
            self.run.begin(self._named_in_archive())
        self.run.frontier.set_fact("ended", 0)
        self.run.frontier.commit()
        gc.freeze()  # what is loaded by now stays to the end: the collector need not go through it again
        gc.set_threshold(NEW_OBJECTS)
        others = asyncio.ensure_future(self._with_others()) if self._others else None
        try:
            if not self._indexes_asked:
                async for visit in self._from_indexes():
                    yield visit
                self._indexes_asked = True
            if others:
                await others
        finally:
            if others:
                others.cancel()

    async def _with_others(self) -> None:
        """Keep in touch with the other shards until the whole crawl is over, or this process is to end."""
        assert self._others is not None
        try:
            await self._others.work()
        except (ExchangeError, sqlite3.Error) as error:
            self.end_unsaved(error)

    def _fetching(self) -> State:
        """Whether this shard has something to fetch, now or once the budget allows."""
        reason = self.stop_reason()
        if self._has_in_hand() or not self._indexes_asked:
            return State.WORKING
        if not self.run.frontier.has_waiting or self.run.is_exhausted:
            return State.IDLE
        return State.WORKING if reason is None else State.HUNGRY

    def _wake(self) -> None:
        """Have Scrapy look for requests now, and not at its next heartbeat."""
        engine = self.crawler.engine
        if engine is not None and engine._slot is not None:
            engine._slot.nextcall.schedule()

    def _named_in_archive(self) -> Iterator[Candidate]:
        """What an index or a list named when the archive was made."""
        replay = self.crawler.get_downloader_middleware(ReplayMiddleware)
        assert replay is not None
        for url, found_by in replay.archive.starts.items():
            yield Candidate(url, found_by=found_by)

    async def _from_indexes(self) -> AsyncIterator[Visit]:
        """Save what the indexes answer; yield what came of each page that they hand over."""
        desk = Desk(
            self._indexes,
            self.plan,
            self._settings,
            self.run.frontier,
            is_idle=self._is_idle,
            is_over=lambda: self.stop_reason() is not None,
        )
        async with aclosing(desk.answers()) as answers:
            async for answer in answers:
                self.run.add(answer.candidates)
                if self._is_wanted(answer):
                    assert answer.page is not None
                    assert answer.of is not None
                    page, of = answer.page, answer.of
                    visit = await self.end_record(of, self.begin_record(page, of))
                    if visit is None:
                        return
                    yield replace(visit, raw=page.raw, fetched=page.fetched, memory=answer.memory)
                elif answer.memory is not None:
                    self.run.frontier.remember(answer.memory)
                self.run.frontier.commit()

    def _is_wanted(self, answer: Answer) -> bool:
        """Whether an answer brings a page that was not read yet, and is not being fetched now."""
        if answer.page is None or answer.of is None:
            return False
        return answer.is_rescue or not self.run.frontier.is_taken(answer.page.url)

    def _is_idle(self) -> bool:
        """Whether nothing is left to fetch, and nothing in hand."""
        return not self._has_in_hand() and (not self.run.frontier.has_waiting or self.run.is_exhausted)

    def _has_in_hand(self) -> bool:
        """Whether an answer is awaited, or one is being read."""
        engine = self.crawler.engine
        assert engine is not None
        assert engine.scraper.slot is not None
        return bool(engine.downloader.active) or not engine.scraper.slot.is_idle()

    # ---------------------------------------------------------------------------------- when to stop

    def end_unsaved(self, error: SeedbedError | sqlite3.Error) -> None:
        """End the crawl because nothing can be saved any more: no page is given up for it."""
        if isinstance(error, sqlite3.Error):
            error = cannot_be_written(self.plan.run_folder, error)
        self.failure = self.failure or error

    def stop_reason(self) -> str | None:
        """Why no further request is to be made; None: go on. A replay asks for all there is."""
        if self.failure is not None:
            return "it could not be saved"
        if self.plan.is_replay:
            return None
        if self._indexes_asked and self.run.is_exhausted:
            return f"no request is expected to bring {self.plan.harvest:g} new pages on the topic"
        allowed = self._others.granted if self._others else self.plan.budget
        if self.run.requests_now + self.run.frontier.in_flight >= allowed:
            return f"the budget of {self.plan.budget} requests is spent"
        return None

    def end_reason(self) -> str | None:
        """Why the crawl is over, or a shard's part of it; None: nothing is left to fetch."""
        return self.stop_reason() if self._others is None or self.run.frontier.has_waiting else None

    # ---------------------------------------------------------------------------------- what came back

    async def parse(self, response: Response) -> AsyncIterator[Visit]:
        """Say what came of a candidate, and what it leads to; nothing if the crawl ends meanwhile."""
        candidate: Candidate = response.meta["candidate"]
        if candidate.kind is not Kind.ROBOTS:
            for earlier in response.meta.get("earlier", ()):  # of a replay: what the address gave before
                was = await self.end_record(candidate, self.begin_record(earlier, candidate))
                if was is not None:
                    yield replace(was, raw=earlier.raw, fetched=earlier.fetched)
        visit: Visit | None
        try:
            visit = await self._visit(response)
        except ReadersClosedError:
            return
        except (ReadersLostError, sqlite3.Error) as error:
            self.end_unsaved(error)
            return
        except Exception as error:  # whatever a page does to its readers, its host must become free again
            visit = self.unreadable(candidate, error)
            log.warning("%s: %s", response.url, visit.detail)
        finally:
            leave_room(response.meta)
        if visit is not None:
            yield replace(visit, raw=response.meta.get("raw"), fetched=response.meta.get("fetched"))

    def failed(self, failure: Failure) -> Iterator[Visit]:
        """No answer, or one that broke off."""
        candidate: Candidate = failure.request.meta["candidate"]  # type: ignore[attr-defined]
        said = f"{type(failure.value).__name__}: {failure.getErrorMessage()}"[:LONGEST_DETAIL]
        if isinstance(failure.value, FOR_GOOD):
            candidate = candidate._replace(tries=self._settings.getint("SEEDBED_RETRIES"))
        try:
            if isinstance(failure.value, AddressRefusedError):
                self.run.refuse(candidate, str(failure.value))
                return
            visit = self._no_answer(candidate, 0, said, None)
        except sqlite3.Error as error:
            self.end_unsaved(error)
            return
        if visit is not None:
            yield visit

    def unreadable(self, candidate: Candidate, error: Exception) -> Visit:
        """What came of a page that broke its reader."""
        if candidate.kind is Kind.ROBOTS:
            self.run.frontier.set_host(candidate.host, HostRecord(b"", 0, candidate.url))
        said = str(error) if isinstance(error, PageUnreadableError) else repr(error)
        return Visit(candidate, Outcome.ERROR, f"could not be read: {said}"[:LONGEST_DETAIL])

    async def _visit(self, response: Response) -> Visit | None:
        candidate: Candidate = response.meta["candidate"]
        page = page_of(response, response.meta["fetched"], is_whole=response.meta.get("came_whole", True))
        if candidate.kind is Kind.ROBOTS:
            return self._robots(candidate, page)
        if response.meta.get("not_in_archive"):
            return Visit(candidate, Outcome.NOT_IN_ARCHIVE)
        if page.status == 304:
            return Visit(candidate, Outcome.KEPT, unchanged=True)
        if 300 <= page.status < 400 and page.headers.get("location"):
            return self._redirect(candidate, page)
        if page.status == 429 or page.status >= 500:
            return self._no_answer(
                candidate, page.status, f"status {page.status}", page.headers.get("retry-after")
            )
        if page.status != 200:
            return Visit(candidate, Outcome.GONE, f"status {page.status}")
        is_to_try_again = (
            candidate.tries < self._settings.getint("SEEDBED_RETRIES")
            and not self.plan.is_replay
            and self.run.is_worth_a_retry(candidate)
        )
        if not page.is_whole and is_to_try_again:
            return self._no_answer(candidate, page.status, DAMAGED, None)
        visit = await self.readers.read(candidate, page)
        if visit.refresh is None:
            return visit
        return self._sent_on(
            candidate, visit.refresh if is_web_address(visit.refresh) else None, visit.refresh
        )

    def begin_record(self, archived: ArchivedResponse, candidate: Candidate) -> Future[Visit]:
        """Have a page out of an archive read: it holds and lists the same as if its site had sent it."""
        try:
            page = page_of_record(archived, self._settings.getint("DOWNLOAD_MAXSIZE"))
            return self.readers.submit(ReadPage(candidate, page))
        except Exception as error:
            broken: Future[Visit] = Future()
            broken.set_exception(error)
            return broken

    async def end_record(self, candidate: Candidate, reading: Future[Visit]) -> Visit | None:
        """What came of a page out of an archive; None: the crawl ends meanwhile."""
        try:
            return await asyncio.wrap_future(reading)
        except ReadersClosedError:
            return None
        except ReadersLostError as error:
            self.end_unsaved(error)
            return None
        except Exception as error:  # one record must not end the reading of a million
            visit = self.unreadable(candidate, error)
            log.warning("%s: %s", candidate.url, visit.detail)
            return visit

    # ----------------------------------------------------------------------- answers that are no page

    def _robots(self, candidate: Candidate, page: Page) -> Visit | None:
        target = self.target_of(page) if 300 <= page.status < 400 else None
        if target and candidate.hops < self._settings.getint("SEEDBED_REDIRECTS"):
            self.run.frontier.redirect_robots(candidate.host, target, candidate.hops + 1)
            return Visit(candidate, Outcome.REDIRECT, target)
        if page.status == 429 or page.status >= 500:
            return self._no_answer(
                candidate, page.status, f"status {page.status}", page.headers.get("retry-after")
            )
        record = HostRecord(
            page.body[:MOST_BYTES], page.status if page.status < 300 else max(page.status, 400), page.url
        )
        self.run.frontier.set_host(candidate.host, record)
        return Visit(candidate, Outcome.LISTING, found=tuple(of_robots(record, page.url)))

    def _redirect(self, candidate: Candidate, page: Page) -> Visit:
        return self._sent_on(candidate, self.target_of(page), page.headers["location"])

    def _sent_on(self, candidate: Candidate, target: str | None, said: str) -> Visit:
        """An address that leads elsewhere; to what can be fetched it is followed."""
        if target is None or candidate.hops >= self._settings.getint("SEEDBED_REDIRECTS"):
            return Visit(candidate, Outcome.REDIRECT, target or said[:LONGEST_DETAIL])
        follow = candidate._replace(url=cleaned(target), hops=candidate.hops + 1, tries=0)
        if address_key(follow.url) == address_key(candidate.url):  # http to https, www, a slash
            return Visit(candidate, Outcome.REDIRECT, target, moved=follow)
        return Visit(candidate, Outcome.REDIRECT, target, found=(follow,))

    def target_of(self, page: Page) -> str | None:
        """Where a redirect leads; None: to nothing that can be fetched. Bytes beyond ASCII are UTF-8."""
        location = safe_url_string(page.headers.get("location", "").encode("latin-1", "replace"))
        target = joined(page.url, location)
        return target if target and is_web_address(target) else None

    def _no_answer(self, candidate: Candidate, status: int, detail: str, asks: str | None) -> Visit | None:
        """Try again later, or give up after the tries that the settings allow; the host rests anyway."""
        frontier = self.run.frontier
        if status == 429:
            self.delays.double(candidate.host)
        wait, again = self.rest_after(candidate, asks)
        if candidate.kind is Kind.ROBOTS:
            if again and not self.plan.is_replay:
                frontier.retry_robots(candidate.host, wait)
                return None
            frontier.set_host(candidate.host, HostRecord(b"", status, candidate.url))
            return Visit(candidate, Outcome.ERROR, detail)
        if self.plan.is_replay:
            return Visit(candidate, Outcome.ERROR, detail)
        if again and (status in ASKS_TO_WAIT or self.run.is_worth_a_retry(candidate)):
            frontier.put_back(candidate, wait)
            frontier.commit()
            return None
        self.let_rest(candidate.host, wait)
        return Visit(candidate, Outcome.ERROR, detail)

    def rest_after(self, candidate: Candidate, asks: str | None) -> tuple[float, bool]:
        """Seconds that a host is to rest after a try that failed, and whether another one is made then.

        Args:
            asks: its Retry-After.
        """
        wait = max(self._settings.getfloat("SEEDBED_BACKOFF") * 2**candidate.tries, retry_after(asks) or 0.0)
        is_left = candidate.tries < self._settings.getint("SEEDBED_RETRIES")
        return wait, is_left and wait <= self._settings.getfloat("SEEDBED_LONGEST_DELAY")

    def let_rest(self, host: str, wait: float) -> None:
        """Ask nothing of a host for some seconds; for good if it wants more than we wait."""
        if wait > self._settings.getfloat("SEEDBED_LONGEST_DELAY"):
            self.run.frontier.end_host(host, Outcome.ERROR, f"the host asks for a rest of {wait:g} s")
        else:
            self.run.frontier.rest(host, wait)


def page_of(response: Response, fetched: datetime, *, is_whole: bool = True) -> Page:
    """A page as the readers want it: header names in lower case, the charset apart."""
    headers = {
        name.decode("latin-1").lower(): [value.decode("latin-1") for value in values]
        for name, values in response.headers.items()
    }
    return made_page(response.url, response.status, headers, response.body, fetched, is_whole=is_whole)
