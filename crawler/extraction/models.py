"""What one reading of a page gives: the article, or why there is none, and where the page leads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from dedupe.models import Article

__all__ = ["Link", "NoArticle", "PageReading"]


class NoArticle(StrEnum):
    """Why a page holds no article."""

    EMPTY = "empty"  # no bytes, or nothing to read in them
    NOT_HTML = "not_html"  # JSON, XML, a script, a picture, an archive
    INDEX_PAGE = "index_page"  # a list of stories
    SOFT_404 = "soft_404"  # an error told in words, with a status of 200
    STUB = "stub"  # too little text to be a story
    BOT_WALL = "bot_wall"  # asks whether the reader is a person
    ENORMOUS = "enormous"  # more text than any story has: a book, a log, or an attack
    CONSENT_WALL = "consent_wall"  # asks for consent to cookies before it shows anything


@dataclass(frozen=True, slots=True)
class Link:
    """One address a page points to."""

    url: str  # absolute, without fragment
    text: str  # anchor text
    rel: tuple[str, ...]  # "nofollow", "author", "tag", ... lower case
    context: str  # the text around the anchor, at most CONTEXT characters
    # Between the first and the last line of the story or right behind it, or elsewhere on the page.
    place: Literal["body", "page"]
    published: datetime | None = None  # the day that its address or the page beside it says


@dataclass(frozen=True, slots=True)
class PageReading:
    """All that one parse of a page says."""

    article: Article | None
    reason: str | None  # a NoArticle value where there is no article
    canonical: str | None  # the address the page gives itself, where credible
    robots: tuple[str, ...] = ()  # meta robots: "noindex", "nofollow", "noai", ... lower case
    language: str | None = None  # ISO 639-1
    next_pages: tuple[str, ...] = ()  # further pages of the same article
    single_page: str | None = None  # where all of it may stand on one page, if this is the first of several
    first_page: str | None = None  # the first page of the article, where this is a later one
    links: tuple[Link, ...] = ()
    refresh: str | None = None  # where the page leads its readers at once, by a meta refresh
    sitemaps: tuple[str, ...] = ()  # of its site, that the page declares or links to
    feeds: tuple[str, ...] = ()  # RSS, Atom and JSON feeds the page declares
    linked_feeds: tuple[str, ...] = ()  # of its site, that it only links to
