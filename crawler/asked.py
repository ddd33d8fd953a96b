"""What a crawl is asked for: the `-a` arguments, checked, with the files that they name.

Light to import: a wrong argument, or a second run of a crawl that is going on, is told before Scrapy starts.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from scrapy.settings import BaseSettings

from crawler.shards import Shard
from crawler.urls import cleaned, is_fetchable
from crawler.warc_stream import check_is_warc
from dedupe.corpus import Seed, read_seeds
from dedupe.errors import SettingsError
from dedupe.files import check_not_in_use, first_problem, sha256_of

__all__ = ["Arguments", "Asked", "Mode", "listed"]

# The spiders, by what they do.
Mode = Literal["coverage", "archive"]


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
    host_budget: int | None = Field(None, ge=1, description="most requests of one host; none: no limit")
    per_minute: int | None = Field(
        None, ge=1, description="most requests in any minute; none: as many as the hosts allow"
    )
    threshold: float | None = Field(None, ge=0, le=1, description="least relevance of a kept article")
    since: date | None = Field(None, description="first day of publication that counts, YYYY-MM-DD")
    until: date | None = Field(None, description="last day of publication that counts, YYYY-MM-DD")
    languages: str = Field(
        "", description="ISO 639-1 codes of languages that count, with commas between; none: all"
    )
    settings: Path | None = Field(None, description="TOML file of the cleaning's settings")
    shard: str | None = Field(
        None,
        description="i/N: this process is the i-th of N that share the crawl, each with sites of its own; "
        "needs exchange",
    )
    exchange: str | None = Field(
        None, description="Redis through which they share it, as redis://HOST:6379/0; the same for all N"
    )

    @field_validator("corpus")
    @classmethod
    def _a_plain_name(cls, name: str | None) -> str | None:
        if name is not None and not re.fullmatch(r"[\w.-]*\w", name):
            raise ValueError("the name of a folder under seeds/: letters, digits, '-', '_', '.'")
        return name

    @field_validator("shard")
    @classmethod
    def _a_shard(cls, text: str | None) -> str | None:
        return text if text is None else str(Shard.parse(text))

    @field_validator("exchange")
    @classmethod
    def _an_address_of_redis(cls, url: str | None) -> str | None:
        if url is not None and not re.match(r"(?:rediss?|unix)://.", url):
            raise ValueError("the address of a Redis server, as redis://127.0.0.1:6379/0")
        return url

    @model_validator(mode="after")
    def _a_shard_with_an_exchange(self) -> Arguments:
        if (self.shard is None) != (self.exchange is None):
            raise ValueError(
                "shard and exchange go together, as in -a shard=1/2 -a exchange=redis://127.0.0.1:6379/0"
            )
        if self.shard and self.per_minute and self.per_minute < Shard.parse(self.shard).of:
            raise ValueError(f"per_minute={self.per_minute} leaves nothing for some shards of {self.shard}")
        return self

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
class Asked:
    """The arguments of one crawl, and what the files hold that they name."""

    spider: Mode
    arguments: Arguments
    seeds: tuple[Seed, ...]
    seeds_folder: Path
    sites: tuple[str, ...]
    urls: tuple[str, ...]
    archive: tuple[Path, ...]
    warc: tuple[Path, ...]
    digest: str  # names a crawl by what shapes it, so that the same command goes on with the same crawl
    shard: Shard | None  # None: this process crawls alone

    @property
    def mark(self) -> str:
        """Names this process's part of the crawl."""
        return f"{self.digest}-{self.shard.number}of{self.shard.of}" if self.shard else self.digest

    @classmethod
    def read(cls, spider: Mode, values: Mapping[str, Any], settings: BaseSettings) -> Self:
        """Check the arguments as they were typed, and read the seeds and the files of addresses.

        Raises:
            SeedbedError: an argument, a seed or a file is wrong; the text names the way out.
        """
        arguments = Arguments.read(values)
        if arguments.seeds is None:
            arguments = _bundled_example(arguments, Path(settings["SEEDBED_EXAMPLE"]))
        assert arguments.seeds is not None
        seeds = tuple(read_seeds(arguments.seeds))
        sites, urls = _addresses(arguments.sites, "sites"), _addresses(arguments.urls, "urls")
        archive, warc = _warcs(arguments.archive, "archive"), _warcs(arguments.warc, "warc")
        shard = Shard.parse(arguments.shard) if arguments.shard else None
        if shard and spider == "archive":
            raise SettingsError("-a shard: files are shared out by naming each process its own: -a warc=...")
        return cls(
            spider=spider,
            arguments=arguments,
            seeds=seeds,
            seeds_folder=arguments.seeds,
            sites=sites,
            urls=urls,
            archive=archive,
            warc=warc,
            digest=_digest(spider, arguments, seeds, sites + urls, archive + warc),
            shard=shard,
        )

    def check_not_running(self, crawls: Path) -> None:
        """Make sure that this crawl is not going on already, under any topic's name.

        Raises:
            CorpusLockedError: it is; the text names the run that holds it.
        """
        for folder in sorted(crawls.glob(f"*-{self.mark}")):
            check_not_in_use(folder)


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


def _warcs(text: str, argument: str) -> tuple[Path, ...]:
    paths = tuple(Path(part) for part in listed(text))
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
        lines = listed(text)
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


def listed(text: str) -> list[str]:
    """The parts of an argument that has commas between them."""
    return [part.strip() for part in text.split(",") if part.strip()]


def _digest(
    spider: Mode,
    arguments: Arguments,
    seeds: tuple[Seed, ...],
    addresses: tuple[str, ...],
    files: tuple[Path, ...],
) -> str:
    shaping = arguments.model_dump(
        mode="json", include={"corpus", "threshold", "since", "until", "languages"}
    )
    told = [spider, repr(sorted(shaping.items())), *addresses, *(seed.article.text for seed in seeds)]
    told += map(sha256_of, files)
    if arguments.sources:
        told.append(arguments.sources)
    return hashlib.sha256("\0".join(told).encode("utf-8", "surrogatepass")).hexdigest()[:8]
