"""Well-known news sites, for a crawl that was given none: chosen by the topic's languages and places.

The list is `starter_sites.toml` beside this file; one of the same shape (SEEDBED_STARTER_SITES) adds to it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from crawler.items import Candidate, Kind
from crawler.promise import FEED, STARTER
from crawler.topic import Topic
from crawler.urls import cleaned, is_fetchable, is_web_address
from dedupe.errors import SettingsError
from dedupe.files import first_problem

if TYPE_CHECKING:
    from crawler.plan import Plan
    from crawler.sources import Seen

__all__ = ["Choice", "Site", "StarterList", "StarterSites", "chosen"]

BUNDLED = Path(__file__).parent / "starter_sites.toml"
# A country that is named among so many of the heaviest terms has to do with the story.
PLACE_TERMS = 60


class Site(BaseModel):
    """A news site: facts that do not change with the day."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = Field(description="its front page")
    name: str
    language: str = Field(pattern="^[a-z]{2}$", description="ISO 639-1")
    country: str = Field(pattern="^[A-Z]{2}$", description="ISO 3166-1: where its newsroom is")
    international: bool = Field(False, description="written for the world, not for one country")
    feeds: tuple[str, ...] = Field((), description="beside those that its pages name")


class StarterSites(BaseModel):
    """A file of sites."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sites: tuple[Site, ...] = ()
    countries: dict[str, tuple[str, ...]] = Field({}, description="country -> words by which seeds name it")

    @classmethod
    def read(cls, path: Path) -> StarterSites:
        """The sites of a file.

        Raises:
            SettingsError: it cannot be read, or is of another shape.
        """
        try:
            read = cls.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SettingsError(f"{path}: not a list of sites that can be read: {error}.") from error
        except ValidationError as error:
            raise SettingsError(f"{path}: {first_problem(error)}.") from error
        for site in read.sites:
            if not is_fetchable(site.url) or not all(map(is_web_address, site.feeds)):
                raise SettingsError(f"{path}: {site.name}: not a web address, like https://news.example/.")
        return read


@dataclass(frozen=True, slots=True)
class Choice:
    """A site, and why it was chosen."""

    site: Site
    because: str


def chosen(topic: Topic, languages: frozenset[str], most: int, own: str = "") -> tuple[Choice, ...]:
    """The sites to begin with, best first, each with its reason.

    First come those of a country that the topic names, and of these the ones in a language of the seeds; then
    what is written for the world in such a language; then all else in it.

    Args:
        languages: those that count, if not all do.
        most: sites at most.
        own: path of the user's own list; its sites come before bundled ones of the same rank.

    Raises:
        SettingsError: the user's own list cannot be read.
    """
    lists = [StarterSites.read(Path(own))] if own else []
    lists.append(StarterSites.read(BUNDLED))
    countries = _countries(topic, lists)
    ranked: dict[str, tuple[int, Choice]] = {}
    for site in (site for each in lists for site in each.sites):
        choice = _choice(site, languages or frozenset(topic.languages), bool(languages), countries)
        if choice is not None:
            ranked.setdefault(site.url, choice)
    best = sorted(ranked.values(), key=lambda ranked_choice: ranked_choice[0])
    return tuple(choice for _, choice in best[:most])


def _countries(topic: Topic, lists: list[StarterSites]) -> frozenset[str]:
    """The countries that the topic names."""
    named = set(topic.heaviest(PLACE_TERMS))
    return frozenset(
        country for each in lists for country, words in each.countries.items() if named.intersection(words)
    )


def _choice(
    site: Site, languages: frozenset[str], is_strict: bool, countries: frozenset[str]
) -> tuple[int, Choice] | None:
    """A site's rank, the lower the better, with the reason; None: it is not chosen."""
    is_known = site.language in languages
    if site.country in countries and (is_known or not is_strict):
        return (0 if is_known else 1), Choice(site, f"of {site.country}, which the seeds name")
    if not is_known:
        return None
    if site.international:
        return 2, Choice(site, f"written for the world in {site.language}, a language of the seeds")
    return 3, Choice(site, f"in {site.language}, a language of the seeds")


class StarterList:
    """The sites that the plan chose."""

    name = "starter_list"
    reads = None

    def starts(self, plan: Plan) -> Iterator[Candidate]:
        """Each site's front page, and the feeds that are known of it."""
        for place, choice in enumerate(plan.starters):
            # The order of the choice holds among the starts.
            earlier = 1 - place / 1000
            promise = STARTER.priority * earlier
            yield Candidate(cleaned(choice.site.url), Kind.PAGE, promise, STARTER.lane, found_by=self.name)
            for feed in choice.site.feeds:
                yield Candidate(
                    cleaned(feed), Kind.FEED, FEED.priority * earlier, FEED.lane, found_by=self.name
                )

    def candidates(self, seen: Seen) -> Iterator[Candidate]:  # noqa: ARG002
        """Nothing: what the sites' pages list, the others read."""
        yield from ()
