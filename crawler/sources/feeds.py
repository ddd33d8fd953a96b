"""Feeds: RSS 0.9x, 1.0 and 2.0, Atom (RFC 4287) and JSON Feed 1.1."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from bs4 import BeautifulSoup
from lxml import etree

from crawler.items import Candidate, Kind, Page
from crawler.sources.xml_entries import entries
from crawler.urls import cleaned, is_fetchable, joined

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
        """Each entry, with the promise of its title, summary or address."""
        for entry in read_feed(seen.page):
            if not is_fetchable(entry.url):
                continue
            url = cleaned(entry.url)
            yield Candidate(
                url,
                found_by=self.name,
                found_on=seen.page.url,
                title=entry.title,
                said=(entry.summary,) if entry.summary else (),
                published=entry.published,
                modified=entry.modified,
            )


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
