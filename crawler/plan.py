"""What one crawl is to do: what was asked for, with the topic learned from the seeds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from scrapy.settings import BaseSettings

from crawler.asked import Arguments, Asked, Mode, listed
from crawler.middlewares.browser import check_browser
from crawler.rights import RightsPolicy
from crawler.shards import Shard
from crawler.sources.starter_list import Choice, chosen
from crawler.topic import Topic
from dedupe.boilerplate import cut_boilerplate
from dedupe.corpus import Seed, corpus_settings
from dedupe.errors import SettingsError
from dedupe.quality.registry import check_names
from dedupe.settings import DedupeSettings

__all__ = ["Plan", "Window"]


@dataclass(frozen=True)
class Window:
    """Days of publication that count; None: open on that side."""

    since: datetime | None
    until: datetime | None

    def holds(self, moment: datetime | None) -> bool:
        """Whether a moment is inside; an unknown one is given the benefit of the doubt."""
        if moment is None:
            return True
        return (self.since is None or moment >= self.since) and (self.until is None or moment < self.until)


@dataclass(frozen=True)
class Plan:
    """A crawl, ready to start."""

    spider: Mode
    arguments: Arguments
    seeds: tuple[Seed, ...]
    topic: Topic
    sites: tuple[str, ...]
    urls: tuple[str, ...]
    sources: tuple[str, ...]
    starters: tuple[Choice, ...]
    archive: tuple[Path, ...]
    warc: tuple[Path, ...]
    window: Window
    languages: frozenset[str]
    threshold: float
    budget: int
    harvest: float
    probes: int
    stub: int
    corpus_folder: Path
    run_folder: Path
    cleaning: DedupeSettings
    rights: RightsPolicy
    digest: str
    shard: Shard | None

    @property
    def is_replay(self) -> bool:
        """Whether WARCs answer instead of the network; then nothing is spared and nothing is waited for."""
        return bool(self.archive)

    @classmethod
    def make(cls, asked: Asked, settings: BaseSettings) -> Plan:
        """Learn the topic, choose the sources and name the folders.

        Raises:
            SeedbedError: the seeds or the settings do not make a crawl; the text names the way out.
        """
        check_browser(settings)
        arguments, spider = asked.arguments, asked.spider
        cleaning = DedupeSettings.from_toml(arguments.settings) if arguments.settings else DedupeSettings()
        topic = _topic(asked, cleaning)
        name = arguments.corpus or topic.slug()
        corpus_folder = Path(settings["SEEDBED_CORPORA"]) / name
        if arguments.settings is None:
            cleaning = corpus_settings(corpus_folder)
        check_names(cleaning.quality)
        languages = frozenset(listed(arguments.languages))
        # Articles of a WARC lead nowhere: their sites are not asked.
        sources = (
            ()
            if spider == "archive"
            else _sources(arguments.sources, settings, is_told_where=bool(asked.sites or asked.urls))
        )
        plan = cls(
            spider=spider,
            arguments=arguments,
            seeds=asked.seeds,
            topic=topic,
            sites=asked.sites,
            urls=asked.urls,
            sources=sources,
            starters=_starters(topic, languages, settings) if "starter_list" in sources else (),
            archive=asked.archive,
            warc=asked.warc,
            window=_window(arguments),
            languages=languages,
            threshold=settings.getfloat("SEEDBED_THRESHOLD")
            if arguments.threshold is None
            else arguments.threshold,
            budget=arguments.budget or settings.getint("SEEDBED_BUDGET"),
            stub=settings.getint("SEEDBED_STUB"),
            harvest=settings.getfloat("SEEDBED_HARVEST"),
            probes=settings.getint("SEEDBED_PROBES"),
            corpus_folder=corpus_folder,
            run_folder=Path(settings["SEEDBED_CRAWLS"]) / f"{name}-{asked.mark}",
            cleaning=cleaning,
            rights=RightsPolicy.from_settings(settings),
            digest=asked.digest,
            shard=asked.shard,
        )
        is_told_where = plan.sites or plan.urls or _leads_anywhere(plan.sources, settings)
        if spider == "coverage" and not is_told_where:
            raise SettingsError(
                "-a sites: nowhere to look yet. Give start addresses, as in -a sites=https://news.example/,"
                "https://paper.example/ or a file with one a line, as in -a sites=sites.txt; or a source "
                f"that knows some, as in -a sources=starter_list,{','.join(plan.sources)}"
            )
        if "cc_news" in plan.sources and plan.window.since is None:
            raise SettingsError(
                "-a since: CC-NEWS grows by a gigabyte an hour, so it is read only for a window: since when? "
                "As in -a since=2031-03-01 -a until=2031-03-07"
            )
        if spider == "archive" and not plan.warc:
            raise SettingsError("-a warc: which WARC files to read? As in -a warc=CC-NEWS-20310301.warc.gz")
        return plan

    def describe(self) -> dict[str, Any]:
        """The plan as plain data, kept beside the crawl."""
        return {
            "spider": self.spider,
            "arguments": self.arguments.model_dump(mode="json", exclude={"exchange"}, exclude_none=True),
            "seeds": [seed.name for seed in self.seeds],
            "topic": self.topic.heaviest(40),
            "sites": list(self.sites),
            "sources": list(self.sources),
            "starters": {choice.site.url: choice.because for choice in self.starters},
            "threshold": self.threshold,
            "budget": self.budget,
            "host_budget": self.arguments.host_budget,
        }


def _topic(asked: Asked, cleaning: DedupeSettings) -> Topic:
    """The topic of the seeds' stories, without the furniture around them."""
    seeds = (seed.article for seed in asked.seeds)
    texts = [article.text for article, _ in cut_boilerplate(seeds, cleaning)]
    try:
        return Topic.from_texts(texts)
    except ValueError as error:
        raise SettingsError(
            f"{asked.seeds_folder}: no seed holds a story to learn the topic from: {error}."
        ) from error


def _sources(text: str, settings: BaseSettings, is_told_where: bool) -> tuple[str, ...]:
    """Names of sources, checked; none given: those of every crawl, and more where no site is given."""
    usual = list(settings.getdict("SEEDBED_SOURCES"))
    known = [*usual, *settings.getdict("SEEDBED_ON_REQUEST")]
    more = [] if is_told_where else settings.getlist("SEEDBED_WITHOUT_SITES")
    names = listed(text) or [*usual, *more]
    for name in names:
        if name not in known:
            raise SettingsError(
                f"-a sources: {name}: there is no such source. There are: {', '.join(known)}."
            )
    return tuple(dict.fromkeys(names))


def _leads_anywhere(sources: tuple[str, ...], settings: BaseSettings) -> bool:
    """Whether a source knows addresses by itself."""
    return any(name in settings.getdict("SEEDBED_ON_REQUEST") for name in sources)


def _starters(topic: Topic, languages: frozenset[str], settings: BaseSettings) -> tuple[Choice, ...]:
    most = settings.getint("SEEDBED_MOST_STARTERS")
    return chosen(topic, languages, most, settings["SEEDBED_STARTER_SITES"])


def _window(arguments: Arguments) -> Window:
    def midnight(day: date) -> datetime:
        return datetime(day.year, day.month, day.day, tzinfo=UTC)

    return Window(
        since=midnight(arguments.since) if arguments.since else None,
        until=midnight(arguments.until) + timedelta(days=1) if arguments.until else None,
    )
