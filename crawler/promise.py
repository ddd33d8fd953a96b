"""How much an address promises before it is fetched: how many new pages on the topic it is expected to bring.

A page brings itself, so that its promise is a chance; a listing (front page, feed, sitemap, section, tag)
brings the pages that it names. Each promise is made in a lane: the sort of guess that it is, by which the
crawl learns how far such guesses hold (`crawler.yields`). The numbers here are what is believed before
anything was seen.

Sources say what is known of a candidate; `valued` makes a promise of it, where the crawl learns.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from crawler.headlines import Headlines
from crawler.items import Candidate
from crawler.story_time import StoryTime, goes_beyond
from crawler.urls import REMEMBERED, path_of, words_of
from dedupe.models import Article

if TYPE_CHECKING:
    from crawler.yields import Yields

__all__ = [
    "FEED",
    "GOOD",
    "GUESSED_SITEMAP",
    "LINKED_FEED",
    "LINKED_SITE",
    "LISTED",
    "NEXT",
    "NEXT_OF_FEED",
    "PART",
    "RECHECK",
    "RETRY",
    "SITEMAP",
    "START",
    "STARTER",
    "SUB_SITEMAP",
    "Promise",
    "is_listing",
    "log_odds_of_place",
    "of_page",
    "part_of_sitemap",
    "section_names",
    "valued",
]

# Lane of a candidate that is to be valued by its words.
UNVALUED = "page"
# Where a link leads may be a section or a page of the house; what feeds and sitemaps list are pages.
BY_LINK = "links"


class Promise(NamedTuple):
    """A guess: new pages on the topic that one request is expected to bring, and the lane it is made in.

    `log_odds` is what the place of a link added to the chance that its title alone would have.
    """

    priority: float
    lane: str
    log_odds: float = 0.0


LISTED = Promise(1.0, "listed")  # a person asked for this very page
PART = Promise(1.0, "part")  # the rest of an article that is kept
# A page that was kept, asked whether it changed: after the listings, which may say that it did.
RECHECK = Promise(0.06, "recheck")
# What is left of a promise after an answer that broke off or said 500: about half of them never come whole.
RETRY = 0.5
START = Promise(1.2, "start")
STARTER = Promise(0.8, "starter list")  # a well-known site of the story's countries or languages
LINKED_SITE = Promise(0.3, "linked site")  # one that a story of another site names as its source
FEED = Promise(0.5, "feed")
LINKED_FEED = Promise(0.3, "linked feed")  # a page links to it as to others, and may mean a page about feeds
SITEMAP = Promise(0.7, "sitemap")
# One that nothing names: so much for each page on the topic of its site, since most guesses are in vain.
GUESSED_SITEMAP = Promise(0.02, "guessed sitemap")
SUB_SITEMAP = Promise(0.5, "sitemap part")
# A section may list what no feed does; pages for readers' accounts and the house's own affairs list no news.
SECTION = 0.12
SECTION_LANE = "section: "
SERVICE = Promise(0.02, "service")
# A listing whose anchor names the topic: the share of its title's chance, times this.
TAG = 0.6
# Lanes of titles and of tags, by the fifth in which their chance lies.
TITLES = tuple(f"title {fifth / 5:.1f}" for fifth in range(6))
TAGS = tuple(f"tag {fifth / 5:.1f}" for fifth in range(6))
# What lanes of pages begin with.
OF_PAGES = ("page", "title", "untitled", LISTED.lane, PART.lane, RECHECK.lane)
# What the next page of a listing brings, against the one before.
NEXT_PAGE = 0.3
NEXT = Promise(0.0, "next")
NEXT_OF_FEED = Promise(0.0, "next of feed")  # of no section
# What it brings where the story is older than all that this one names.
NEXT_OLDER = 0.5

# Chance that a page with a title of this nearness is on the topic: a logistic curve, as it was measured where
# the truth is known (even chances at .34, nine of ten at .53).
STEEPNESS = 15.0
EVEN_CHANCES = 0.34
MOST = 0.95
# What a link gains, in log-odds, on a page that is wholly on the topic: anywhere there, and inside its story.
ON_STORY_PAGE = 0.8
INSIDE_STORY = 1.0
# Chance of a page of which no word is known, and of one that a story on the topic links to with no title.
UNTITLED = 0.03
UNTITLED_INSIDE_STORY = 0.55
# Log-odds of a link inside a seed's like, and inside what is just on the topic.
FULLY_INSIDE = 0.75 * (ON_STORY_PAGE + INSIDE_STORY)
MOSTLY_INSIDE = 0.5 * (ON_STORY_PAGE + INSIDE_STORY)
# Less than this is no reason to come back to the listing that named it.
GOOD = 0.1
# Fewer words than this are no title: "Read more", "Herald reported", "2".
TITLE_WORDS = 4

ARTICLE_PATH = re.compile(r"\d{4,}|(?<![^\W_])(?:[^\W_]+[-_]){2,}|\.s?html?$|=\d+")
SERVICE_PATH = re.compile(
    r"/(?:about|abo|account|advert|agb|apps?|authors?|autor(?:en|es)?|careers?|contacts?|cookies?|datenschutz|donate"
    r"|faq|help|hilfe|impressum|imprint|jobs?|kontakt|legal|log-?in|log-?out|membership|newsletters?|privacy|profile"
    r"|puzzles|redirect|register|registration|search|share|shop|sign-?in|sign-?up|store|subscri(?:be|ption)s?|suche"
    r"|support|terms|users?|weather-forecast|wp-(?:admin|login))(?:[/.]|$)",
    re.IGNORECASE,
)


@lru_cache(maxsize=REMEMBERED)
def is_listing(lane: str) -> bool:
    """Whether what is guessed in a lane brings other pages rather than itself."""
    return not lane.startswith(OF_PAGES)


def part_of_sitemap(name: str) -> Promise:
    """Promise of a sitemap that an index of sitemaps names."""
    return Promise(SUB_SITEMAP.priority, f"{SUB_SITEMAP.lane}: {name}")


def log_odds_of_place(relevance: float, inside_story: bool) -> float:
    """What the page that a link stands on, of some relevance, and the place there add to its chance."""
    return relevance * (ON_STORY_PAGE + (INSIDE_STORY if inside_story else 0.0))


def next_of(name: str) -> Promise:
    """Promise of the next page of a section of some name."""
    return Promise(NEXT.priority, f"{NEXT.lane}: {name}")


def valued(
    headlines: Headlines, yields: Yields, candidates: Iterable[Candidate], since: datetime | None = None
) -> list[Candidate]:
    """The candidates that one page named, each with its promise.

    What a source has promised stays. The next page of a listing promises by what this one names, and by how
    far back in time the story lies; nothing where this one goes back beyond the window.

    Args:
        since: where the window begins; None: anywhere.
    """
    found = [
        each.promising(*of_page(headlines, yields.time, each)) if each.lane == UNVALUED else each
        for each in candidates
    ]
    good = {
        each.url: yields.value(each.host, each.lane, each.priority)
        for each in found
        if each.priority >= GOOD and not is_listing(each.lane)
    }
    following = NEXT_PAGE * sum(good.values())
    shown = [each.published for each in found if each.published]
    if further := yields.time.listings_until(shown):
        following = max(following, NEXT_OLDER / (1 + further))
    if since is not None and goes_beyond(shown, since):
        following = 0.0
    return [each._replace(priority=following) if each.lane.startswith(NEXT.lane) else each for each in found]


def of_page(headlines: Headlines, time: StoryTime, candidate: Candidate) -> Promise:
    """Promise of an address by what is said of it: title, summary, keywords, its own words, its day."""
    url, log_odds = candidate.url, candidate.log_odds
    said = _said_of(url, candidate.title, candidate.said, candidate.found_by == BY_LINK)
    if said.role is Role.SERVICE:
        return SERVICE
    nearness = headlines.nearest(said.texts)
    if said.role is Role.SECTION:
        return _of_section(url, _chance(nearness, 0.0)) if nearness else _plain_section(url)
    if not said.has_title:
        if log_odds >= MOSTLY_INSIDE:
            chance = min(MOST, UNTITLED_INSIDE_STORY * log_odds / FULLY_INSIDE)
            return Promise(chance, "untitled in a story", log_odds)
        if not nearness:
            return Promise(UNTITLED * math.exp(time.log_odds(candidate.published)), "untitled", log_odds)
    chance = _chance(nearness, log_odds + time.log_odds(candidate.published))
    lane = TITLES[math.floor(chance * 5)]
    stranger = headlines.stranger(said.texts[0]) if chance >= GOOD else None
    return Promise(chance, f"{lane}: {stranger}" if stranger else lane, log_odds)


def _chance(nearness: float, log_odds: float) -> float:
    return MOST / (1 + math.exp(-STEEPNESS * (nearness - EVEN_CHANCES) - log_odds))


def _of_section(url: str, chance: float) -> Promise:
    if chance > SECTION:
        return Promise(TAG * chance, TAGS[math.floor(chance * 5)])
    return _plain_section(url)


@lru_cache(maxsize=REMEMBERED)
def _plain_section(url: str) -> Promise:
    return Promise(SECTION, f"{SECTION_LANE}{name_of_section(url)}")


def name_of_section(url: str) -> str:
    """What a section's address calls it; empty: a front page."""
    return path_of(url).strip("/").rpartition("/")[2].lower()


def section_names(article: Article) -> set[str]:
    """What sections that carry an article may be called: as it says itself, and as its address does."""
    names = {part for part in urlsplit(article.url or "").path.lower().split("/")[1:-1] if part.isalpha()}
    return names | ({article.section.lower()} if article.section else set())


def has_headline(url: str) -> bool:
    """Whether an address holds the words of a headline, as those of news sites do."""
    return len(words_of(url).split()) >= TITLE_WORDS


class Role(Enum):
    """What stands at an address, as far as its path tells."""

    PAGE = "page"
    SECTION = "section"  # a section's front page rather than an article
    SERVICE = "service"  # a page for readers' accounts or of the house's own affairs


class Said(NamedTuple):
    """What is said of an address; it stays, whatever the crawl learns."""

    role: Role
    texts: tuple[str, ...]  # its title, what a listing says besides, the words of its path
    has_title: bool  # whether one of them has words enough for a title


@lru_cache(maxsize=REMEMBERED)
def _said_of(url: str, title: str | None, besides: tuple[str, ...], is_link: bool) -> Said:
    texts = tuple(text for text in (title, *besides, words_of(url)) if text)
    return Said(
        role_of(url) if is_link else Role.PAGE, texts, any(len(text.split()) >= TITLE_WORDS for text in texts)
    )


def role_of(url: str) -> Role:
    """What an address looks like."""
    path = path_of(url)
    if SERVICE_PATH.match(path):
        return Role.SERVICE
    name = path.strip("/")
    is_section = name and name.count("/") <= 1 and not urlsplit(url).query and not ARTICLE_PATH.search(path)
    return Role.SECTION if is_section else Role.PAGE
