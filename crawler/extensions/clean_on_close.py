"""When the crawl closes, the cleaning runs: from articles to a corpus with its report."""

from __future__ import annotations

import logging
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from scrapy import signals

from crawler.frontier import HostRecord
from crawler.politeness import allows
from crawler.revisits import News
from crawler.run import articles_of, cannot_be_written, gathering_of
from dedupe.cleaning import clean
from dedupe.errors import INTERRUPTED, SeedbedError
from dedupe.progress import on_terminal
from dedupe.report.terminal import summary
from dedupe.terminal import say

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.run import CrawlRun
    from crawler.spiders.coverage import CoverageSpider

__all__ = ["CleanOnClose"]

log = logging.getLogger(__name__)


class CleanOnClose:
    """Cleans what a finished crawl gathered; an interrupted one is only saved, to be gone on with."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy makes it."""
        extension = cls()
        crawler.signals.connect(extension.closed, signals.spider_closed)
        return extension

    def closed(self, spider: CoverageSpider, reason: str) -> None:
        """Clean, and say where to look; what goes wrong ends the command with an exit code of its own."""
        spider.exit_code = 1  # until the corpus is written, the command has not done what it was asked to
        spider.readers.close()
        try:
            try:
                spider.exit_code = self._close(spider, reason)
            except KeyboardInterrupt:
                log.warning("interrupted: what was gathered is saved; the same command cleans it again.")
                spider.exit_code = INTERRUPTED
            except (OSError, sqlite3.Error) as error:
                raise cannot_be_written(spider.plan.run_folder, error) from error
            finally:
                spider.run.close()
        except SeedbedError as error:
            log.error(
                "%s The crawl is saved in %s; the same command goes on from there.",
                error,
                spider.plan.run_folder,
            )
            spider.exit_code = error.exit_code

    def _close(self, spider: CoverageSpider, reason: str) -> int:
        run = spider.run
        if spider.failure is not None:
            raise spider.failure
        if reason != "finished":
            log.warning(
                "%s: the crawl is saved in %s; the same command goes on from there.",
                reason,
                run.plan.run_folder,
            )
            return INTERRUPTED
        agent = spider.settings["USER_AGENT"]
        run.settle(lambda candidate: _is_allowed(run.frontier.host(candidate.host), candidate.url, agent))
        run.frontier.set_fact("ended", 1)
        run.frontier.commit()
        gathering = gathering_of([run])
        silent = _silent_sites(spider)
        for host, status in silent.items():
            log.warning(
                "%s: robots.txt answered %s, so nothing of this site was fetched. See whether the address "
                "is right and the network is there, then run the same command again.",
                host,
                status or "nothing",
            )
        refused = _refused_sites(spider)
        for host, reason in refused.items():
            log.warning(
                "%s: not reached: %s. If you mean it, allow its network: -s SEEDBED_ALSO_REACH=NETWORK.",
                host,
                reason,
            )
        ended = "; ".join(filter(None, (spider.end_reason(), _held_back(run)))) or "nothing is left to fetch"
        lines = [
            f"found    {gathering.discovered:,} addresses; {gathering.fetched:,} had a page; {ended}",
            f"kept     {gathering.on_topic:,} of {gathering.articles:,} articles, near enough to the seeds"
            + _share(None if run.plan.is_replay else gathering.expected_recall),
        ]
        if run.plan.shard is not None:
            run.write_news()
            folders = f"{run.plan.run_folder.parent}/*-{run.plan.digest}-*of{run.plan.shard.of}"
            lines += [
                f"crawl    {run.plan.run_folder}: shard {run.plan.shard}",
                f"next     scrapy clean {folders}",
            ]
            say("\n".join(lines))
            return 0
        if (silent or refused) and not gathering.fetched:
            raise SeedbedError("No page could be fetched, so no corpus was written.")
        with _ctrl_c_interrupts():
            report = clean(
                articles_of([run]),
                run.plan.corpus_folder,
                run.plan.cleaning,
                gathering=gathering,
                progress=on_terminal,
            )
        news = run.write_news()
        lines += [
            *([_told(news)] if news.run > 1 else []),
            summary(report, run.plan.corpus_folder),
            f"crawl    {run.plan.run_folder}",
        ]
        say("\n".join(lines))
        return 0


def _held_back(run: CrawlRun) -> str | None:
    """At how many hosts something waits that their budget kept from being fetched."""
    hosts = run.frontier.closed_hosts
    budget = run.plan.arguments.host_budget
    return f"the budget of {budget} requests a host is spent at {hosts} of them" if hosts else None


def _share(expected_recall: float | None) -> str:
    """What part of the coverage that is, where it can be said."""
    return "" if expected_recall is None else f"; about {expected_recall:.0%} of what can be found from there"


def _told(news: News) -> str:
    """What is new since the run before, in a line."""
    return (
        f"new      {len(news.new):,} articles and {len(news.changed):,} later versions since the run before; "
        f"{news.unchanged:,} pages were as they had been"
    )


def _is_allowed(host: HostRecord | None, url: str, agent: str) -> bool:
    """Whether nothing is known that forbids an address."""
    return host is None or host.is_silent or allows(host, url, agent)


@contextmanager
def _ctrl_c_interrupts() -> Iterator[None]:
    """Let Ctrl-C and SIGTERM end what runs here; Scrapy's handlers wait for the reactor, and it for this."""
    before = {
        number: signal.signal(number, signal.default_int_handler)
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _silent_sites(spider: CoverageSpider) -> dict[str, int]:
    """Hosts of the addresses that the user gave which gave no robots.txt to go by."""
    silent = spider.run.frontier.silent_hosts()
    return {host: status for host, status in silent.items() if host in _given_hosts(spider)}


def _refused_sites(spider: CoverageSpider) -> dict[str, str]:
    """Hosts of the addresses that the user gave which may not be reached."""
    refused = spider.run.frontier.refused_hosts()
    return {host: reason for host, reason in refused.items() if host in _given_hosts(spider)}


def _given_hosts(spider: CoverageSpider) -> set[str]:
    return {urlsplit(url).netloc.lower() for url in (*spider.plan.sites, *spider.plan.urls)}
