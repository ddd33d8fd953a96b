"""One crawl on disk: `crawls/<run>/`, where a kill at any moment loses and doubles nothing.

A page's record in the WARC, its article's line and the frontier's changes belong together. They are
appended, and then one commit of the frontier saves its changes with the sizes of the two files. What a kill
leaves beyond those sizes is cut off by the next run, which fetches the pages in flight again.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, date, datetime
from operator import itemgetter
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit, urlunsplit

from crawler.frontier import Added, Frontier, HostRecord
from crawler.headlines import Headlines
from crawler.items import SITE_FILES, Candidate, Kind, Memory, Outcome, Visit
from crawler.outbox import Outbox
from crawler.plan import Plan
from crawler.politeness import sitemaps
from crawler.promise import (
    GOOD,
    GUESSED_SITEMAP,
    PART,
    RECHECK,
    RETRY,
    SECTION_LANE,
    START,
    Promise,
    is_listing,
    of_page,
    section_names,
    valued,
)
from crawler.recall import expected_recall
from crawler.revisits import News
from crawler.sources.sitemaps import guessed
from crawler.urls import address_key, cleaned, host_of, words_of
from crawler.warc import WarcWriter
from dedupe.corpus import check_target
from dedupe.errors import CorpusFolderError
from dedupe.files import record_line, run_lock, to_json, write_all, write_text
from dedupe.inputs import read_articles
from dedupe.models import EARLIER_VERSION, Article, Gathering

__all__ = ["CrawlRun", "articles_of", "cannot_be_written", "gathering_of"]

log = logging.getLogger(__name__)

ARTICLES = "articles.jsonl"
PAGES = "pages.warc.gz"
FRONTIER = "frontier.sqlite"
PLAN = "plan.json"
RUNS = "runs.jsonl"
# The fact that says when the last article was fetched, in seconds since 1970. Only what is kept counts: of
# the rest a WARC may lack a page, and a crawl's replay could not say the same.
LAST_FETCHED = "last_fetched"

# What a copy of something known is worth, against something new: it is kept for the clusters.
COPY = 0.5
# What the report tells apart; the rest was, for whatever reason, not fetched.
FETCHED = (
    Outcome.KEPT,
    Outcome.OFF_TOPIC,
    Outcome.OUTSIDE_WINDOW,
    Outcome.OTHER_LANGUAGE,
    Outcome.STUB,
    Outcome.RESERVED,
    Outcome.PART,
    Outcome.LISTING,
    Outcome.NO_ARTICLE,
    Outcome.NOT_READ,
)
ANSWERED = (*FETCHED, Outcome.REDIRECT, Outcome.GONE)
# Ended without a request.
NOT_ASKED = (Outcome.ROBOTS, Outcome.TRAP, Outcome.VARIANT, Outcome.REFUSED)
ARTICLE = (Outcome.KEPT, Outcome.OFF_TOPIC, Outcome.OUTSIDE_WINDOW, Outcome.OTHER_LANGUAGE, Outcome.STUB)
NAMED = (*ANSWERED, Outcome.ROBOTS, Outcome.REFUSED)


class CrawlRun:
    """The files of one crawl, open for writing by this process alone."""

    def __init__(self, plan: Plan, stack: ExitStack) -> None:
        self.plan = plan
        self.is_open = True
        self._stack = stack
        self.frontier = Frontier(plan.run_folder / FRONTIER)
        stack.callback(self.frontier.close)
        self.outbox = Outbox(self.frontier, plan.shard) if plan.shard else None
        self.headlines = Headlines(plan.topic, [seed.article.text for seed in plan.seeds])
        self._carriers: set[str] = set()
        self._pages = None
        self._check_size(PAGES, "pages_bytes")
        self._check_size(ARTICLES, "articles_bytes")
        if not plan.is_replay:
            self._pages = WarcWriter(plan.run_folder / PAGES, self.frontier.fact("pages_bytes"), "seedbed")
            stack.callback(self._pages.close)
        path = plan.run_folder / ARTICLES
        # Without a buffer: what a full disk refuses must not wait in one and come up again.
        self._articles = path.open("r+b" if path.exists() else "w+b", buffering=0)
        stack.callback(self._articles.close)
        self._articles.truncate(self.frontier.fact("articles_bytes"))
        self._articles.seek(0, 2)
        self._remember()

    def _check_size(self, name: str, fact: str) -> None:
        """Make sure that a file still holds what the frontier says was written to it."""
        path = self.plan.run_folder / name
        size = path.stat().st_size if path.exists() else 0
        if self.frontier.is_new and size:
            raise CorpusFolderError(
                f"{path}: stands there, but {FRONTIER}, which knows what is in it, is gone or empty. "
                f"Restore it, or move the folder {path.parent} away to start the crawl anew."
            )
        if size < self.frontier.fact(fact):
            raise CorpusFolderError(
                f"{path}: shorter than the crawl knows it ({size} of {self.frontier.fact(fact)} bytes). "
                f"Restore it, or move the folder {path.parent} away to start the crawl anew."
            )

    @classmethod
    def open(cls, plan: Plan) -> Self:
        """Open a new crawl, or go on with one that was ended or killed.

        Raises:
            CorpusLockedError: another process is at it.
            CorpusFolderError: the crawl's or the corpus's folder cannot be written or is somebody else's.
        """
        check_target(plan.corpus_folder)
        stack = ExitStack()
        try:
            with stack:
                stack.enter_context(run_lock(plan.run_folder, "scrapy crawl"))
                write_text(plan.run_folder / PLAN, to_json(plan.describe()))
                run = cls(plan, stack)
                run._stack = stack.pop_all()
        except (OSError, sqlite3.Error) as error:
            raise cannot_be_written(plan.run_folder, error) from error
        return run

    def close(self) -> None:
        """Save everything and let go of the folder.

        Raises:
            CorpusFolderError: the last changes could not be saved; what was saved before is whole.
        """
        self.is_open = False
        try:
            self._stack.close()
        except (OSError, sqlite3.Error) as error:
            raise cannot_be_written(self.plan.run_folder, error) from error

    @property
    def requests(self) -> int:
        """Answers counted against the budget: all but robots.txt and the like."""
        return self.frontier.fact("requests")

    @property
    def requests_now(self) -> int:
        """Those of this run, after the runs that ended before it."""
        return self.requests - self.frontier.fact("requests_before")

    @property
    def is_to_probe(self) -> bool:
        """Whether requests are made of which nothing is expected, because the belief may be wrong.

        An elusion test, as technology-assisted review makes before it stops.
        """
        return self._expects_nothing and self._probes_left > 0

    @property
    def is_exhausted(self) -> bool:
        """Whether nothing is expected of what waits, and the last probes bore that out."""
        return self._expects_nothing and self._probes_left <= 0

    @property
    def _expects_nothing(self) -> bool:
        """Whether no answer is awaited, and nothing that waits promises what a request must bring.

        Never in a replay, which asks for all there is.
        """
        idle = not self.plan.is_replay and not self.frontier.is_busy
        return idle and self.frontier.best_value() < self.plan.harvest

    @property
    def _probes_left(self) -> int:
        return self.plan.probes - self.frontier.fact("vain_probes")

    def is_worth_a_retry(self, candidate: Candidate) -> bool:
        """Whether an address that failed promises enough to be asked again, since it may fail for good."""
        value = self.frontier.yields.value(candidate.host, candidate.lane, candidate.priority)
        return candidate.lane == RECHECK.lane or RETRY * value >= self.plan.harvest

    def count_probe(self) -> None:
        """Note that a request is made of which nothing is expected."""
        self.frontier.set_fact("vain_probes", self.frontier.fact("vain_probes") + 1)

    def record(self, visit: Visit) -> None:
        """Save what came of one candidate, all of it or nothing.

        Raises:
            CorpusFolderError: the disk is full or broken; what was saved before is whole.
        """
        with self._whole():
            self._append(visit)
            self._note(visit)

    def record_all(self, visits: Iterable[Visit], memory: Memory) -> None:
        """Save what came of candidates that brought nothing, and what is known by that; all of it or nothing.

        Raises:
            CorpusFolderError: the disk is full or broken; what was saved before is whole.
        """
        with self._whole():
            for visit in visits:
                self._note(visit)
            self.frontier.remember(memory)

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """Commit what is done within, or take it back."""
        try:
            yield
            self.frontier.commit()
        except (OSError, sqlite3.Error) as error:
            with suppress(OSError, sqlite3.Error):  # else the next run cuts the files back to the last commit
                self._take_back()
            raise cannot_be_written(self.plan.run_folder, error) from error
        except Exception:
            self._take_back()
            raise

    def refuse(self, candidate: Candidate, reason: str) -> None:
        """End a candidate that may not be reached, and all that waits of its host.

        A host whose robots.txt stands where it may not be reached gave no rules to go by.
        """
        if candidate.kind is Kind.ROBOTS and host_of(candidate.url) != candidate.host:
            self.frontier.set_host(candidate.host, HostRecord(b"", 0, candidate.url))
        elif candidate.kind is Kind.ROBOTS:
            self.frontier.end_host(candidate.host, Outcome.REFUSED, reason)
            self.frontier.release(candidate.host)
        else:
            self.frontier.finish(candidate, Outcome.REFUSED, reason)
        self.frontier.commit()

    def _take_back(self) -> None:
        self.frontier.rollback()
        self._articles.truncate(self.frontier.fact("articles_bytes"))
        self._articles.seek(0, 2)
        if self._pages is not None:
            self._pages.cut_back(self.frontier.fact("pages_bytes"))

    def _append(self, visit: Visit) -> None:
        if self._pages is not None and visit.may_keep and visit.raw is not None and visit.fetched is not None:
            found_by = visit.candidate.found_by if visit.candidate.is_start else None
            self._pages.write(visit.candidate.url, visit.raw, visit.fetched, found_by)
            self.frontier.set_fact("pages_bytes", self._pages.size)
        if visit.outcome is Outcome.KEPT and visit.article is not None:
            self._append_article(visit.candidate.url, visit.article)

    def _append_article(self, url: str, article: Article) -> None:
        """Append an article, unless it is the same as when its address gave one last."""
        revisits = self.frontier.revisits
        if revisits.is_new_version(revisits.next_line, address_key(url), article.url or url, article.text):
            write_all(self._articles, f"{record_line(article)}\n".encode())
            self.frontier.set_fact("articles_bytes", self._articles.tell())
            if article.fetched is not None:
                moment = max(self.frontier.fact(LAST_FETCHED), int(article.fetched.timestamp()))
                self.frontier.set_fact(LAST_FETCHED, moment)

    def _note(self, visit: Visit) -> None:
        candidate = visit.candidate
        if visit.memory is not None:
            self.frontier.remember(visit.memory)
        if candidate.kind not in SITE_FILES:
            if visit.outcome not in NOT_ASKED and visit.memory is None:
                self.frontier.set_fact("requests", self.requests + 1)
            if visit.moved is not None:
                self.frontier.move(candidate, visit.moved)
                return
            if visit.unchanged:
                self.frontier.finish_unchanged(candidate)
                self._ask_for_parts(candidate.url)
                return
            self.frontier.finish(candidate, visit.outcome, visit.detail)
            if visit.raw is not None and visit.outcome in FETCHED:
                headers = {name.lower(): value for name, value in visit.raw.headers}
                self.frontier.revisits.answered(candidate.url, headers)
        if visit.part is not None:
            self.frontier.parts.put(candidate.url, visit.part)
        if candidate.kind is Kind.PART and self.frontier.parts.is_offered(candidate.url):
            self._ask_for_parts(candidate.url)
        elif visit.part is not None:
            self._follow_pages(candidate.url, visit)
        elif visit.outcome is Outcome.KEPT and visit.article is not None:
            self._follow_pages(visit.article.url or candidate.url, visit)
        added = self.add(visit.found)
        if candidate.kind is Kind.PAGE and visit.outcome in ANSWERED and not self.plan.is_replay:
            self.frontier.note_page(candidate.url, visit.page, added.unknown)
        if visit.outcome not in NOT_ASKED:
            self._learn(visit, added)

    def add(self, candidates: Iterable[Candidate]) -> Added:
        """Take in what one page or source named, each with its promise."""
        found = valued(self.headlines, self.frontier.yields, candidates, self.plan.window.since)
        for each in found:
            if each.lane.startswith(SECTION_LANE):
                self.frontier.yields.has_section(each.host, each.lane)
        return self._sort(found)

    def begin(self, starts: Iterable[Candidate]) -> None:
        """Take in where to begin: of a shard its own sites, since each shard is told the same."""
        shard = self.plan.shard
        self.add(each for each in starts if shard is None or shard.holds(each.host))

    def _sort(self, candidates: Iterable[Candidate]) -> Added:
        """Take in what is ours, and hand over what belongs to another shard."""
        if self.outbox is None or self.plan.shard is None:
            return self.frontier.add(candidates)
        ours: list[Candidate] = []
        theirs: list[Candidate] = []
        for each in candidates:
            (ours if self.plan.shard.holds(each.host) else theirs).append(each)
        here, there = self.frontier.add(ours), self.outbox.add(theirs)
        return Added(here.named + there.named, here.new + there.new, here.unknown + there.unknown)

    def _learn(self, visit: Visit, added: Added) -> None:
        """Hold what a candidate brought against what it promised."""
        candidate, article = visit.candidate, visit.article
        kept = visit.outcome is Outcome.KEPT
        if article is not None and kept:
            self.frontier.set_fact("vain_probes", 0)
            self._note_coverage(article)
            self._start_at(candidate)
            self._guess_sitemap(candidate.url)
        if article is not None and not kept and candidate.priority >= GOOD:
            self.frontier.yields.time.not_told(article.published)
        if article is not None and not visit.copy_of:
            self._note_headline(article.title or candidate.title or "", article.text, kept)
        if candidate.kind is Kind.SITEMAP:
            part = candidate.lane.partition(": ")[2]
            self.frontier.yields.time.read(
                part, [found.published for found in visit.found if found.published]
            )
        if candidate.kind in (*SITE_FILES, Kind.PART):
            return
        if candidate.lane.startswith(GUESSED_SITEMAP.lane) and visit.outcome is Outcome.GONE:
            self.frontier.learn(candidate, None, 0.0)  # it says nothing of its host
            self._guess_sitemap(candidate.url, after=candidate.lane)
            return
        if not is_listing(candidate.lane):
            worth = (COPY if visit.copy_of else 1.0) if kept else 0.0
            self.frontier.learn(candidate, worth, worth)
        elif not _only_lists_lists(visit):
            dates = (found.published for found in visit.found if found.published)
            is_later = bool(self.frontier.yields.time.listings_until(dates))
            self.frontier.learn(candidate, None if is_later else added.named, added.new)

    def _note_coverage(self, article: Article) -> None:
        """Learn from a page on the topic in which sections, and when, the story is told."""
        if article.url is not None:
            self.frontier.yields.told_in(host_of(article.url), section_names(article))
        self.frontier.yields.time.told(article.published)

    def _note_headline(self, headline: str, text: str, kept: bool) -> None:
        """Learn where a headline led; once in a while, value by it anew what waits."""
        if self.headlines.learn(headline, text, kept):
            self.frontier.renew(self._promise)

    def _remember(self) -> None:
        """Learn again from what the runs before this one read."""
        for host, lane in self.frontier.sections():
            self.frontier.yields.has_section(host, lane)
        for seed in self.plan.seeds:
            self.frontier.yields.time.told_in(seed.article.text)
        for url, title in self.frontier.off_topic():
            self.headlines.learn(title or words_of(url), "", kept=False)
        path = self.plan.run_folder / ARTICLES
        for article in read_articles(path) if path.stat().st_size else ():
            self._note_coverage(article)
            self.headlines.learn(article.title or "", article.text, kept=True)

    def _start_at(self, candidate: Candidate) -> None:
        """Start at the front page of a site that carries coverage, as at those that a person named."""
        if "sections" in self.plan.sources and candidate.host not in self._carriers:
            self._carriers.add(candidate.host)
            front = urlunsplit((*urlsplit(candidate.url)[:2], "/", "", ""))
            self._sort([Candidate(front, Kind.PAGE, *START, found_by="coverage")])

    def _guess_sitemap(self, site: str, after: str = "") -> None:
        """Look for the sitemap of a site that carries coverage, where its robots.txt names none."""
        record = self.frontier.host(host_of(site))
        if "sitemaps" in self.plan.sources and record is not None and not sitemaps(record):
            guess = guessed(site, self.frontier.yields.told_by[host_of(site)], after)
            self._sort([guess] if guess else [])

    def _promise(self, candidate: Candidate) -> Promise:
        return of_page(self.headlines, self.frontier.yields.time, candidate)

    def _follow_pages(self, url: str, visit: Visit) -> None:
        """Ask for the further pages of an article that is kept, next; for all on one where that is there."""
        parts, single = self.frontier.parts, visit.single_page and cleaned(visit.single_page)
        parts.announce(url, visit.further)
        if single and visit.article is not None:
            parts.offer(url, single, visit.article.text, visit.further)
            if not self.frontier.is_taken(single):
                self._add_parts(url, [single])
            else:
                self._ask_for_parts(single)
            return
        self._add_parts(url, visit.further)

    def _ask_for_parts(self, single: str) -> None:
        """Ask for the further pages of the articles that an address does not hold whole, though it was to."""
        for url, further in self.frontier.parts.lacking(single):
            self._add_parts(url, further)

    def _add_parts(self, url: str, further: Iterable[str]) -> None:
        self._sort(
            Candidate(cleaned(each), Kind.PART, *PART, found_by="pages", found_on=url) for each in further
        )

    def settle(self, allowed: Callable[[Candidate], bool]) -> None:
        """At the end, name what waits and its host forbids: so a crawl and its replay count alike."""
        for candidate in self.frontier.waiting():
            if not allowed(candidate):
                self.frontier.finish(candidate, Outcome.ROBOTS, "disallowed")
        self.frontier.commit()

    def found(self) -> list[tuple[Order, Article]]:
        """What was kept, with what puts it in order; of several versions of a page each is marked."""
        path = self.plan.run_folder / ARTICLES
        lines = list(read_articles(path)) if path.stat().st_size else []
        superseded = self.frontier.revisits.superseded()
        found = [
            _earlier_version(line) if number in superseded else line for number, line in enumerate(lines)
        ]
        return [(_order(article), self.frontier.parts.whole(article)) for article in found]

    def write_news(self) -> News:
        """Add what this run brought to `runs.jsonl`, a line a run, and return it."""
        news = self.frontier.revisits.news()
        path = self.plan.run_folder / RUNS
        before = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        others = [line for line in before if json.loads(line)["run"] != news.run]
        write_text(
            path, "".join(f"{line}\n" for line in [*others, json.dumps(asdict(news), ensure_ascii=False)])
        )
        return news


Order = tuple[bool, float, str, bool, int, str]


def _order(article: Article) -> Order:
    return (
        article.published is None,
        article.published.timestamp() if article.published else 0.0,
        article.id,
        EARLIER_VERSION in article.notes,
        -len(article.text),
        article.text,
    )


def articles_of(runs: Sequence[CrawlRun]) -> list[Article]:
    """The seeds in their order, then what one run or all shards kept, by date and id.

    No network disturbs that order. Two addresses of one page have one id; the fuller reading comes first, and
    the cleaning keeps it. Earlier versions of a page come after the last one.
    """
    found = sorted((pair for run in runs for pair in run.found()), key=itemgetter(0))
    seeds = [seed.article.model_copy(update={"found_by": "seed"}) for seed in runs[0].plan.seeds]
    return [*seeds, *(article for _, article in found)]


def gathering_of(runs: Sequence[CrawlRun]) -> Gathering:
    """What one run or all shards found and what became of it, for the funnel of the report.

    What was handed over is counted where it went.
    """
    plan = runs[0].plan
    outcomes = sum((run.frontier.outcomes() for run in runs), Counter[str]())
    del outcomes[Outcome.HANDED_OVER]
    shown = {outcome.value: outcomes[outcome.value] for outcome in NAMED if outcomes[outcome.value]}
    total = sum(outcomes.values())
    return Gathering(
        discovered=total,
        fetched=sum(outcomes[outcome.value] for outcome in FETCHED),
        articles=sum(outcomes[outcome.value] for outcome in ARTICLE),
        on_topic=outcomes[Outcome.KEPT.value],
        outcomes=shown | {"not_fetched": total - sum(shown.values())},
        topic=tuple(plan.topic.heaviest(20)),
        seeds=tuple(seed.name for seed in plan.seeds),
        threshold=plan.threshold,
        last_fetched=_last_fetched(runs),
        published_from=plan.arguments.since,
        published_to=plan.arguments.until,
        expected_recall=_expected_recall(runs),
    )


def _last_fetched(runs: Sequence[CrawlRun]) -> date | None:
    """None: nothing was kept, or its WARC does not say when it was fetched (0)."""
    last = max(run.frontier.fact(LAST_FETCHED) for run in runs)
    return datetime.fromtimestamp(last, UTC).date() if last else None


def _expected_recall(runs: Sequence[CrawlRun]) -> float | None:
    """Of a crawl, or the archive of one; a file of pages that nobody followed holds what it holds."""
    if runs[0].plan.spider == "archive":
        return None
    share = expected_recall(
        [times for run in runs for times in run.frontier.times_named()],
        [chance for run in runs for chance in run.frontier.chances_left()],
    )
    return None if share is None else round(share, 2)


def _earlier_version(article: Article) -> Article:
    return article.model_copy(update={"notes": (*article.notes, EARLIER_VERSION)})


def _only_lists_lists(visit: Visit) -> bool:
    """Whether a listing is an index of sitemaps, which says nothing of pages yet."""
    return bool(visit.found) and all(found.kind is Kind.SITEMAP for found in visit.found)


def cannot_be_written(folder: Path, error: OSError | sqlite3.Error) -> CorpusFolderError:
    """The error of a crawl that cannot be saved further; what is saved is whole."""
    says = error.strerror if isinstance(error, OSError) and error.strerror else error
    return CorpusFolderError(
        f"{folder}: cannot be written: {says}. Every page before is saved; make room or allow writing there."
    )
