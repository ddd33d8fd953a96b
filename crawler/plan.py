"""What one crawl is to do: the `-a` arguments, checked, with the seeds read and the topic learned."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from scrapy.settings import BaseSettings

from crawler.middlewares.browser import check_browser
from crawler.rights import RightsPolicy
from crawler.sources.starter_list import Choice, chosen
from crawler.topic import Topic
from crawler.urls import cleaned, is_fetchable
from crawler.warc import check_is_warc
from dedupe.boilerplate import cut_boilerplate
from dedupe.corpus import SETTINGS, Seed, read_seeds
from dedupe.errors import SettingsError
from dedupe.files import first_problem, sha256_of
from dedupe.settings import DedupeSettings

__all__ = ["Arguments", "Plan"]


class Arguments(BaseModel):
    """The `-a` arguments of `scrapy crawl coverage` and `scrapy crawl archive`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seeds: Path | None = Field(None, description="folder of seeds; none: the bundled example")
    sites: str = Field(
        "", description="start addresses: a file with one a line, or addresses with commas between"
    )
    urls: str = Field(
        "", description="addresses of articles to fetch: a file with one a line, or with commas between"
    )
    archive: str = Field("", description="WARC files that answer instead of the network, with commas between")
    warc: str = Field("", description="WARC files (CC-NEWS too) to take articles out of, with commas between")
    sources: str = Field(
        "",
        description="where to look, with commas between: feeds, sitemaps, sections, url_lists, gdelt, "
        "wayback, cc_news, starter_list; none: the first four, and where no site is given all but cc_news",
    )
    corpus: str | None = Field(
        None, description="name of the corpus under seeds/; none: named after the topic"
    )
    budget: int | None = Field(None, ge=1, description="most requests; none: SEEDBED_BUDGET")
    threshold: float | None = Field(None, ge=0, le=1, description="least relevance of a kept article")
    since: date | None = Field(None, description="first day of publication that counts, YYYY-MM-DD")
    until: date | None = Field(None, description="last day of publication that counts, YYYY-MM-DD")
    languages: str = Field(
        "", description="ISO 639-1 codes of languages that count, with commas between; none: all"
    )
    settings: Path | None = Field(None, description="TOML file of the cleaning's settings")

    @field_validator("corpus")
    @classmethod
    def _a_plain_name(cls, name: str | None) -> str | None:
        if name is not None and not re.fullmatch(r"[\w.-]*\w", name):
            raise ValueError("the name of a folder under seeds/: letters, digits, '-', '_', '.'")
        return name

    @model_validator(mode="after")
    def _a_window_with_a_length(self) -> Arguments:
        if self.since and self.until and self.since > self.until:
            raise ValueError(f"since={self.since} is after until={self.until}")
        return self

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Arguments:
        """Check the arguments as they were typed.

        Raises:
            SettingsError: an unknown name, or a value that does not fit.
        """
        unknown = sorted(set(values) - set(cls.model_fields))
        if unknown:
            raise SettingsError(
                f"-a {unknown[0]}: there is no such argument. "
                f"There are: {', '.join(sorted(cls.model_fields))}."
            )
        try:
            return cls.model_validate(dict(values))
        except ValidationError as error:
            raise SettingsError(f"-a {first_problem(error)}.") from error


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

    spider: Literal["coverage", "archive"]
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
    stub: int
    corpus_folder: Path
    run_folder: Path
    cleaning: DedupeSettings
    rights: RightsPolicy

    @property
    def is_replay(self) -> bool:
        """Whether WARCs answer instead of the network; then nothing is spared and nothing is waited for."""
        return bool(self.archive)

    @classmethod
    def make(
        cls, spider: Literal["coverage", "archive"], values: Mapping[str, Any], settings: BaseSettings
    ) -> Plan:
        """Check the arguments, read the seeds, learn the topic and name the folders.

        Raises:
            SeedbedError: an argument, a seed or a file of addresses is wrong; the text names the way out.
        """
        arguments = Arguments.read(values)
        check_browser(settings)
        if arguments.seeds is None:
            arguments = _bundled_example(arguments, Path(settings["SEEDBED_EXAMPLE"]))
        assert arguments.seeds is not None
        cleaning = DedupeSettings.from_toml(arguments.settings) if arguments.settings else DedupeSettings()
        seeds = tuple(read_seeds(arguments.seeds))
        topic = _topic(seeds, arguments.seeds, cleaning)
        name = arguments.corpus or topic.slug()
        corpus_folder = Path(settings["SEEDBED_CORPORA"]) / name
        sites, urls = _addresses(arguments.sites, "sites"), _addresses(arguments.urls, "urls")
        archive, warc = _warcs(arguments.archive, "archive"), _warcs(arguments.warc, "warc")
        if arguments.settings is None and (corpus_folder / SETTINGS).is_file():
            cleaning = DedupeSettings.from_toml(corpus_folder / SETTINGS)
        languages = frozenset(_listed(arguments.languages))
        sources = _sources(
            arguments.sources, settings, is_told_where=spider == "archive" or bool(sites or urls)
        )
        plan = cls(
            spider=spider,
            arguments=arguments,
            seeds=seeds,
            topic=topic,
            sites=sites,
            urls=urls,
            sources=sources,
            starters=_starters(topic, languages, settings) if "starter_list" in sources else (),
            archive=archive,
            warc=warc,
            window=_window(arguments),
            languages=languages,
            threshold=settings.getfloat("SEEDBED_THRESHOLD")
            if arguments.threshold is None
            else arguments.threshold,
            budget=arguments.budget or settings.getint("SEEDBED_BUDGET"),
            stub=settings.getint("SEEDBED_STUB"),
            harvest=settings.getfloat("SEEDBED_HARVEST"),
            corpus_folder=corpus_folder,
            run_folder=Path(settings["SEEDBED_CRAWLS"])
            / f"{name}-{_digest(spider, arguments, seeds, sites + urls, archive + warc)}",
            cleaning=cleaning,
            rights=RightsPolicy.from_settings(settings),
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
            "arguments": self.arguments.model_dump(mode="json", exclude_none=True),
            "seeds": [seed.name for seed in self.seeds],
            "topic": self.topic.heaviest(40),
            "sites": list(self.sites),
            "sources": list(self.sources),
            "starters": {choice.site.url: choice.because for choice in self.starters},
            "threshold": self.threshold,
            "budget": self.budget,
        }


def _bundled_example(arguments: Arguments, folder: Path) -> Arguments:
    """No seeds given: the bundled example, replayed from its WARC."""
    if not (folder / "seeds").is_dir():
        raise SettingsError("-a seeds: which folder holds the seeds? As in -a seeds=my-seeds")
    defaults = {
        "seeds": folder / "seeds",
        "archive": str(folder / "web.warc.gz"),
        "sites": str(folder / "sites.txt"),
    }
    given = {name: getattr(arguments, name) for name in arguments.model_fields_set}
    return Arguments.model_validate(defaults | given)


def _topic(seeds: tuple[Seed, ...], folder: Path, cleaning: DedupeSettings) -> Topic:
    """The topic of the seeds' stories, without the furniture around them."""
    texts = [article.text for article, _ in cut_boilerplate((seed.article for seed in seeds), cleaning)]
    try:
        return Topic.from_texts(texts)
    except ValueError as error:
        raise SettingsError(f"{folder}: no seed holds a story to learn the topic from: {error}.") from error


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _sources(text: str, settings: BaseSettings, is_told_where: bool) -> tuple[str, ...]:
    """Names of sources, checked; none given: those of every crawl, and more where no site is given."""
    usual = list(settings.getdict("SEEDBED_SOURCES"))
    known = [*usual, *settings.getdict("SEEDBED_ON_REQUEST")]
    more = [] if is_told_where else settings.getlist("SEEDBED_WITHOUT_SITES")
    names = _listed(text) or [*usual, *more]
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


def _warcs(text: str, argument: str) -> tuple[Path, ...]:
    paths = tuple(Path(part) for part in _listed(text))
    for path in paths:
        if not path.is_file():
            raise SettingsError(f"-a {argument}: {path}: there is no such file.")
        check_is_warc(path)
    return paths


def _addresses(text: str, argument: str) -> tuple[str, ...]:
    """Addresses given directly, or one a line in a file (`#` starts a comment)."""
    if not text:
        return ()
    if "://" in text:
        lines = _listed(text)
    else:
        try:
            lines = Path(text).read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(
                f"-a {argument}: {text}: neither an address (https://...) nor a file to read: {error}."
            ) from error
    found = [address for line in lines if (address := line.partition("#")[0].strip())]
    for address in found:
        if not is_fetchable(address):
            raise SettingsError(f"-a {argument}: {address}: not a web address, like https://news.example/.")
    if not found:
        raise SettingsError(f"-a {argument}: {text}: holds no address.")
    return tuple(dict.fromkeys(cleaned(address) for address in found))


def _window(arguments: Arguments) -> Window:
    def midnight(day: date) -> datetime:
        return datetime(day.year, day.month, day.day, tzinfo=UTC)

    return Window(
        since=midnight(arguments.since) if arguments.since else None,
        until=midnight(arguments.until) + timedelta(days=1) if arguments.until else None,
    )


def _digest(
    spider: str,
    arguments: Arguments,
    seeds: tuple[Seed, ...],
    addresses: tuple[str, ...],
    files: tuple[Path, ...],
) -> str:
    """Names a crawl by what shapes it, so that the same command goes on with the same crawl."""
    shaping = arguments.model_dump(mode="json", include={"threshold", "since", "until", "languages"})
    told = [spider, repr(sorted(shaping.items())), *addresses, *(seed.article.text for seed in seeds)]
    told += map(sha256_of, files)
    if arguments.sources:
        told.append(arguments.sources)
    return hashlib.sha256("\0".join(told).encode("utf-8", "surrogatepass")).hexdigest()[:8]
