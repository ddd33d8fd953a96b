"""Places that know of coverage: one file each, behind two small protocols.

A `Source` says where to begin (`starts`) and what a fetched page of its kind lists (`candidates`); it asks
nobody itself. An `Index` is a service outside the sites: it is asked in a thread of its own while the crawl
goes (`crawler/desk.py`), and answers with addresses, or with pages whole. The tables SEEDBED_SOURCES and
SEEDBED_ON_REQUEST in the settings name both; `docs/add_a_source.md` adds one.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from scrapy.settings import BaseSettings
from scrapy.utils.misc import load_object

from crawler.items import Candidate, Kind, Memory, Page

if TYPE_CHECKING:
    from crawler.extraction import PageReading
    from crawler.plan import Plan
    from crawler.warc import ArchivedResponse

__all__ = ["Answer", "Index", "Question", "Seen", "Source", "load_sources"]


@dataclass(frozen=True, slots=True)
class Seen:
    """A fetched page as a source reads it."""

    page: Page
    candidate: Candidate
    reading: PageReading | None = None  # of HTML pages
    relevance: float = 0.0  # of the article on the page; 0 where there is none


class Source(Protocol):
    """A place that may list coverage of a story."""

    name: str
    reads: Kind | None  # the kind of page whose listing it reads; None: it only gives starts

    def starts(self, plan: Plan) -> Iterator[Candidate]:
        """Yield where to begin; nothing rather than a guess."""

    def candidates(self, seen: Seen) -> Iterator[Candidate]:
        """Yield what a page lists, with what is said of it; nothing where the page cannot be read."""


@dataclass(frozen=True)
class Question:
    """What an index is asked, and what it may know."""

    plan: Plan
    settings: BaseSettings
    known: Mapping[str, str]  # what it remembers of earlier runs of this crawl: key -> value
    missing: Iterator[Candidate]  # promising pages that are gone, as the crawl meets them; waits for the next
    stopped: threading.Event  # set when nobody listens any more


@dataclass(frozen=True, slots=True)
class Answer:
    """One thing that an index knows; it is saved together with what the index is to remember.

    Args:
        candidates: addresses worth fetching.
        page: a page whole, in place of a request to its site.
        of: what the page is of; None: there is no page.
        is_rescue: whether the page takes the place of one that is gone; else what was read before stays.
        memory: what to know after a stop, so that nothing is asked twice.
    """

    candidates: tuple[Candidate, ...] = ()
    page: ArchivedResponse | None = None
    of: Candidate | None = None
    is_rescue: bool = False
    memory: Memory | None = None


@runtime_checkable
class Index(Protocol):
    """A service outside the sites that knows of coverage, or keeps pages."""

    name: str

    def answers(self, question: Question) -> Iterator[Answer]:
        """Yield what it knows, until all is said or `question.stopped` is set; called in a thread.

        Raises:
            IndexSilentError: the service does not answer, or not as documented; the crawl goes on without it.
        """


def load_sources(settings: BaseSettings, names: tuple[str, ...]) -> tuple[list[Source], list[Index]]:
    """The sources and the indexes of some names, in their order."""
    table = settings.getdict("SEEDBED_SOURCES") | settings.getdict("SEEDBED_ON_REQUEST")
    loaded = [load_object(table[name])() for name in names]
    indexes = [each for each in loaded if isinstance(each, Index)]
    return [each for each in loaded if each not in indexes], indexes
