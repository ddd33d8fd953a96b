"""Places that list coverage: one file each, behind one small protocol.

A source says where to begin (`starts`) and what a fetched page of its kind lists (`candidates`). The table
SEEDBED_SOURCES in the settings names those in use; `docs/add_a_source.md` adds one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from scrapy.settings import BaseSettings
from scrapy.utils.misc import load_object

from crawler.items import Candidate, Kind, Page

if TYPE_CHECKING:
    from crawler.extraction import PageReading
    from crawler.plan import Plan
    from crawler.topic import Topic

__all__ = ["Seen", "Source", "load_sources"]


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

    def candidates(self, seen: Seen, topic: Topic) -> Iterator[Candidate]:
        """Yield what a page lists, each with its promise; nothing where the page cannot be read."""


def load_sources(settings: BaseSettings) -> list[Source]:
    """The sources that the settings name, in their order."""
    return [load_object(path)() for path in settings.getdict("SEEDBED_SOURCES").values()]
