"""What travels through a crawl until there is an Article."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from crawler.urls import host_of
from dedupe.models import Article, BlockKind

__all__ = [
    "SITE_FILES",
    "Candidate",
    "Kind",
    "Memory",
    "Outcome",
    "Page",
    "PageRead",
    "Part",
    "RawResponse",
    "Visit",
]


class Kind(StrEnum):
    """What is expected at an address, and so who reads it."""

    PAGE = "page"
    PART = "part"  # a further page of an article
    FEED = "feed"
    SITEMAP = "sitemap"
    ROBOTS = "robots"
    RESERVATION = "reservation"  # the site's file of the TDM Reservation Protocol


# Files about a whole site: the crawl asks for them by itself, they have no line in its log of addresses, and
# count against no budget.
SITE_FILES = (Kind.ROBOTS, Kind.RESERVATION)


class Outcome(StrEnum):
    """How an address ended; every address ends in exactly one of these, or waits."""

    KEPT = "kept"
    OFF_TOPIC = "off_topic"
    OUTSIDE_WINDOW = "outside_window"
    OTHER_LANGUAGE = "other_language"
    RESERVED = "reserved"  # an article that its page keeps from programs; the detail says by which word
    PART = "part"  # a further page of an article, which it was joined to
    LISTING = "listing"  # a feed or a sitemap
    STUB = "stub"  # what a paywall leaves of an article
    NO_ARTICLE = "no_article"  # a page without one; the detail says of what kind
    REDIRECT = "redirect"
    ROBOTS = "robots"
    GONE = "gone"  # 4xx
    NOT_READ = "not_read"  # a record of an archive whose words cannot make an article on the topic
    ERROR = "error"  # no answer, 5xx for good, or a page that could not be read
    TRAP = "trap"  # pages of its shape gave nothing
    REFUSED = "refused"  # an address that the crawl may not reach; the detail says what it is
    VARIANT = "variant"  # another address of a page that was read
    NOT_IN_ARCHIVE = "not_in_archive"
    HANDED_OVER = "handed_over"  # to the shard that its site belongs to; the detail says to which


class Candidate(NamedTuple):
    """An address with what is known before fetching it; a tuple, since a page names hundreds."""

    url: str
    kind: Kind = Kind.PAGE
    # New pages on the topic that one request is expected to bring, and the sort of guess that says so. A page
    # is valued by its words when it is taken in (`crawler.promise`).
    priority: float = 0.0
    lane: str = "page"
    # What the place where it was found adds to the chance of its words, in log-odds.
    log_odds: float = 0.0
    found_by: str = "links"
    found_on: str | None = None
    title: str | None = None
    said: tuple[str, ...] = ()  # what a listing says of it besides: summary, keywords
    published: datetime | None = None
    modified: datetime | None = None  # when the listing says that the page changed last
    hops: int = 0
    tries: int = 0
    # Whose file about the whole site this is; it may stand at another host after a redirect.
    robots_of: str | None = None

    def promising(self, priority: float, lane: str, log_odds: float) -> Candidate:
        """The same with a promise."""
        return Candidate(self.url, self.kind, priority, lane, log_odds, *self[5:])

    @property
    def is_start(self) -> bool:
        """Whether a source named it, and not a page."""
        return self.found_on is None and self.kind not in SITE_FILES

    @property
    def host(self) -> str:
        """Host and port: what robots.txt, delays and connections are counted by."""
        return self.robots_of or host_of(self.url)


@dataclass(frozen=True, slots=True)
class RawResponse:
    """A response as it came over the wire: what the WARC keeps."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Page:
    """What was fetched: address, headers that matter, and the unpacked body."""

    url: str
    status: int
    body: bytes
    fetched: datetime
    content_type: str = ""
    charset: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    is_whole: bool = True  # whether the body ended where its packing says


@dataclass(frozen=True, slots=True)
class PageRead:
    """What a page that was read says of its own address."""

    url: str  # where it was fetched
    canonical: str | None = None  # the address it gives itself, where credible
    text: str | None = None  # of its article, whether kept or not; None: it is a list


@dataclass(frozen=True, slots=True)
class Memory:
    """What an index is to know of its own work after a stop: how far it read, what it was asked."""

    index: str
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Part:
    """What a further page of an article holds."""

    text: str  # its blocks, one a line
    kinds: tuple[BlockKind, ...]  # of each line


@dataclass(frozen=True, slots=True)
class Visit:
    """What came of one candidate: the item that the pipelines pass on."""

    candidate: Candidate
    outcome: Outcome
    detail: str = ""
    article: Article | None = None
    found: tuple[Candidate, ...] = ()
    raw: RawResponse | None = None
    fetched: datetime | None = None
    moved: Candidate | None = None  # another spelling of the same address, to which it redirects
    may_keep: bool = True  # whether the page may be kept in the archive
    unchanged: bool = False  # the site answers that the page is as it was
    part: Part | None = None  # where a later page of an article was read
    further: tuple[str, ...] = ()  # addresses of the further pages of the article
    single_page: str | None = None  # where all of them may stand on one
    page: PageRead | None = None  # None: nothing was read
    refresh: str | None = None  # where a page that holds nothing leads its readers
    copy_of: str | None = None  # id of an article kept before whose text is much the same
    memory: Memory | None = None  # of a page that an index handed over: its site was not asked for it
