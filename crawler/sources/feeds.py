"""Feeds: RSS 0.9x, 1.0 and 2.0, Atom (RFC 4287) and JSON Feed 1.1, and their older pages (RFC 5005)."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from bs4 import BeautifulSoup
from lxml import etree

from crawler.extraction import read_page
from crawler.items import Candidate, Kind, Page
from crawler.promise import LINKED_FEED, NEXT_OF_FEED
from crawler.sources.xml_entries import entries
from crawler.urls import cleaned, is_fetchable, is_web_address, joined

if TYPE_CHECKING:
    from crawler.plan import Plan
    from crawler.sources import Seen

__all__ = ["FeedEntry", "Feeds", "read_feed", "read_moment"]

log = logging.getLogger(__name__)

# Characters that are kept of a title or a summary; and of its markup, what is read to find them.
LONGEST_SUMMARY = 600
LONGEST_MARKUP = 20_000
# Feeds list what is new, a few hundred entries at most; whole archives have been seen, of some thousand. The
# larger ones are XML; JSON cannot be cut, and its objects take fifty times their length in memory.
MOST_ENTRIES = 5_000
MOST_BYTES = 16 * 1024 * 1024
MOST_JSON = 8 * 1024 * 1024
# No date is longer. Characters.
LONGEST_DATE = 100
DATE_FIELDS = ("published", "pubdate", "date", "updated")
# What stands before the first entry speaks of the feed.
ENTRY = re.compile(rb"<(?:\w+:)?(?:item|entry)[\s>]")
# RFC 5005: where older entries are, of a feed in pages (3) and of one with archives (4).
OLDER = ("next", "prev-archive")
# WordPress has every feed in pages (`paged=2`), and names none of them.
WORDPRESS = re.compile(r"\s*https?://(?:www\.)?wordpress\.(?:org|com)\b")
PAGE_NUMBER = re.compile("[1-9][0-9]{0,3}")
# What was asked for as a feed and is a page, of which some tell readers where the feeds are. Redirects on the
# way count as steps to it.
HTML = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|html)\b", re.IGNORECASE)
MOST_HOPS = 2
SUMMARY_FIELDS = ("summary", "description", "content")


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One story as a feed lists it."""

    url: str
    title: str | None
    summary: str | None
    published: datetime | None
    modified: datetime | None = None


class Feeds:
    """What feeds list; pages declare the feeds themselves (`Sections`)."""

    name = "feeds"
    reads = Kind.FEED

    def starts(self, plan: Plan) -> Iterator[Candidate]:  # noqa: ARG002
        """Nothing: a guessed feed address is mostly a 404."""
        yield from ()

    def candidates(self, seen: Seen) -> Iterator[Candidate]:
        """Each entry, with the promise of its title, summary or address, and where older ones are."""
        here = seen.page.url
        if HTML.match(seen.page.body):
            yield from _listed_on(seen)
            return
        older = older_page_of(seen.page)
        if older is not None:
            yield Candidate(older, Kind.FEED, *NEXT_OF_FEED, found_by=self.name, found_on=here)
        for entry in read_feed(seen.page):
            if not is_fetchable(entry.url):
                continue
            url = cleaned(entry.url)
            yield Candidate(
                url,
                found_by=self.name,
                found_on=here,
                title=entry.title,
                said=(entry.summary,) if entry.summary else (),
                published=entry.published,
                modified=entry.modified,
            )


def _listed_on(seen: Seen) -> Iterator[Candidate]:
    """The feeds that a page about feeds leads to; not on and on, from one such page to another."""
    if seen.candidate.hops > MOST_HOPS:
        return
    hops = seen.candidate.hops + 1
    page = seen.page
    reading = read_page(page.body, page.url, encoding=page.charset)
    for url in filter(is_web_address, reading.feeds or reading.linked_feeds):
        yield Candidate(
            cleaned(url), Kind.FEED, *LINKED_FEED, found_by=Feeds.name, found_on=page.url, hops=hops
        )


def older_page_of(page: Page) -> str | None:
    """Where a feed goes on with older entries; None: it does not say."""
    body = page.body.lstrip(b"\xef\xbb\xbf \t\r\n")
    said = _next_of_json(body) if body.startswith(b"{") else _next_of_xml(body, page.url)
    older = joined(page.url, said) if said else None
    return cleaned(older) if older and is_web_address(older) and older != page.url else None


def _next_of_json(body: bytes) -> str | None:
    if len(body) > MOST_JSON:
        return None
    try:
        said = json.loads(body).get("next_url")
    except (ValueError, AttributeError, RecursionError):
        return None
    return said if isinstance(said, str) else None


def _next_of_xml(body: bytes, url: str) -> str | None:
    first = ENTRY.search(body)
    if first is None:
        return None
    is_wordpress = False
    for element in entries(body[: first.start()], ("link", "generator"), url, MOST_ENTRIES):
        if element.get("rel") in OLDER and element.get("href"):
            return str(element.get("href"))
        is_wordpress |= bool(WORDPRESS.match(element.get("uri") or element.text or ""))
    return _next_of_wordpress(url) if is_wordpress else None


def _next_of_wordpress(url: str) -> str:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    page = PAGE_NUMBER.fullmatch(query.get("paged", ""))
    return urlunsplit(parts._replace(query=urlencode(query | {"paged": int(page[0]) + 1 if page else 2})))


def read_feed(page: Page) -> Iterator[FeedEntry]:
    """The entries of a feed, of whatever kind it is; nothing where it cannot be read."""
    body = page.body.lstrip(b"\xef\xbb\xbf \t\r\n")
    if body.startswith(b"{"):
        yield from _json_feed(body, page.url)
    else:
        yield from _xml_feed(body, page.url)


def _json_feed(body: bytes, base: str) -> Iterator[FeedEntry]:
    if len(body) > MOST_JSON:
        log.info("%s: left out: a JSON Feed of %d bytes; the most is %d", base, len(body), MOST_JSON)
        return
    try:
        items = json.loads(body).get("items") or ()
    except (ValueError, AttributeError, RecursionError) as error:
        log.info("%s: not a JSON Feed: %s", base, error)
        return
    for item in items[:MOST_ENTRIES] if isinstance(items, list) else ():
        if not isinstance(item, dict):
            continue
        url = item.get("url") or item.get("external_url")
        if isinstance(url, str) and (address := joined(base, url)):
            yield FeedEntry(
                url=address,
                title=_plain(item.get("title")),
                summary=_plain(item.get("summary") or item.get("content_text") or item.get("content_html")),
                published=read_moment(item.get("date_published")),
                modified=read_moment(item.get("date_modified")),
            )


def _xml_feed(body: bytes, base: str) -> Iterator[FeedEntry]:
    for element in entries(body[:MOST_BYTES], ("item", "entry"), base, MOST_ENTRIES):
        fields = _fields(element)
        address = joined(base, _link(element, fields) or "")
        if address and address != base:
            yield FeedEntry(
                url=address,
                title=_plain(fields.get("title")),
                summary=_plain(_first(fields, SUMMARY_FIELDS)),
                published=read_moment(_first(fields, DATE_FIELDS)),
                modified=read_moment(fields.get("updated")),
            )


def _first(fields: dict[str, str], names: tuple[str, ...]) -> str | None:
    return next((fields[name] for name in names if name in fields), None)


def _fields(element: Any) -> dict[str, str]:
    """First text of each child, by local name in lower case."""
    fields: dict[str, str] = {}
    for child in element:
        if isinstance(child.tag, str):
            text = "".join(child.itertext()).strip()
            if text:
                fields.setdefault(etree.QName(child).localname.lower(), text)
    return fields


def _link(element: Any, fields: dict[str, str]) -> str | None:
    for link in element.iter("{*}link"):
        if link.get("href") and link.get("rel", "alternate") == "alternate":
            return str(link.get("href"))
    if fields.get("link"):
        return fields["link"]
    guid = fields.get("guid", "")
    return guid if guid.startswith(("http://", "https://")) else None


def _plain(markup: object) -> str | None:
    """The words of a title or summary, which may be HTML inside the feed."""
    if not isinstance(markup, str):
        return None
    markup = markup[:LONGEST_MARKUP]
    if re.search(r"[<&]", markup):
        markup = BeautifulSoup(markup, "lxml").get_text(" ")
    return " ".join(markup.split())[:LONGEST_SUMMARY] or None


def read_moment(value: object) -> datetime | None:
    """A date of RFC 822 or ISO 8601; without a zone it is taken for UTC; None: it is neither."""
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_DATE:
        return None
    value = value.strip()
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        try:
            moment = parsedate_to_datetime(value)
        except (ValueError, IndexError, OverflowError):
            return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
