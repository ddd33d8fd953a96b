"""Sitemaps: indexes, plain and gzipped, with the fields of news sitemaps.

https://www.sitemaps.org/protocol.html and the news extension (title, publication_date, keywords). The
protocol also takes a feed for a sitemap, and a text file with an address a line.
"""

from __future__ import annotations

import logging
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from lxml import etree

from crawler.items import Candidate, Kind, Page
from crawler.politeness import sitemaps as sitemaps_of_robots
from crawler.promise import GUESSED_SITEMAP, SITEMAP, Promise, part_of_sitemap
from crawler.sources.feeds import LONGEST_SUMMARY, read_feed, read_moment
from crawler.sources.xml_entries import entries
from crawler.urls import cleaned, is_fetchable, is_web_address, joined

if TYPE_CHECKING:
    from crawler.frontier import HostRecord
    from crawler.plan import Plan
    from crawler.sources import Seen

__all__ = ["SitemapEntry", "Sitemaps", "guessed", "of_robots", "read_sitemap"]

log = logging.getLogger(__name__)

# The protocol's limits for one sitemap, unpacked; also what keeps a bomb small.
MOST_BYTES = 50 * 1024 * 1024
MOST_ENTRIES = 50_000
# Where a sitemap stands that nothing names, the usual place first.
USUAL = ("sitemap.xml", "sitemap_index.xml", "sitemap_news.xml")
# Indexes in indexes beyond this are a loop.
MOST_HOPS = 3
# A sitemap more of whose pages changed on one day than this share, and than a few, tells of the site's
# maintenance and not of its news.
MOST_OF_A_DAY = 0.5
FEW = 3


@dataclass(frozen=True, slots=True)
class SitemapEntry:
    """One address of a sitemap."""

    url: str
    is_sitemap: bool
    title: str | None
    keywords: str | None
    published: datetime | None
    modified: datetime | None


class Sitemaps:
    """What sitemaps list; robots.txt names the sitemaps."""

    name = "sitemaps"
    reads = Kind.SITEMAP

    def starts(self, plan: Plan) -> Iterator[Candidate]:  # noqa: ARG002
        """Nothing: robots.txt names them when a host is first asked (`of_robots`)."""
        yield from ()

    def candidates(self, seen: Seen) -> Iterator[Candidate]:
        """Each address, with the promise of its title and keywords, else of its words."""
        here = seen.page.url
        hops = seen.candidate.hops + 1
        entries = list(read_sitemap(seen.page)) or _otherwise(seen.page)
        is_regular = _is_regular(entries)
        for entry in entries:
            if not (is_web_address if entry.is_sitemap else is_fetchable)(entry.url):
                continue
            if not entry.is_sitemap:
                yield self._page(entry, here, entry.published or (entry.modified if is_regular else None))
            elif hops <= MOST_HOPS:
                yield Candidate(
                    entry.url,
                    Kind.SITEMAP,
                    *part_of_sitemap(entry.url.rpartition("/")[2]),
                    found_by=self.name,
                    found_on=here,
                    hops=hops,
                )

    def _page(self, entry: SitemapEntry, here: str, published: datetime | None) -> Candidate:
        url = cleaned(entry.url)
        return Candidate(
            url,
            found_by=self.name,
            found_on=here,
            title=entry.title,
            said=(entry.keywords,) if entry.keywords else (),
            published=published,
            modified=entry.modified,
        )


def _is_regular(entries: Sequence[SitemapEntry]) -> bool:
    """Whether pages seem to be dated when they were written, and not all when the site was last rebuilt."""
    days = Counter(entry.modified.date() for entry in entries if entry.modified)
    return bool(days) and max(days.values()) <= max(FEW, MOST_OF_A_DAY * days.total())


def of_robots(host: HostRecord, found_on: str) -> Iterator[Candidate]:
    """The sitemaps that a robots.txt names."""
    for url in sitemaps_of_robots(host):
        if is_web_address(url):
            yield Candidate(url, Kind.SITEMAP, *SITEMAP, found_by=Sitemaps.name, found_on=found_on)


def guessed(site: str, told: int, after: str = "") -> Candidate | None:
    """Where a site may have a sitemap, though its robots.txt names none; None: nowhere else is usual.

    Args:
        site: an address of the site.
        told: pages on the topic that it has brought.
        after: the lane of the guess before, which was in vain.
    """
    lanes = [f"{GUESSED_SITEMAP.lane}: {name}" for name in USUAL]
    untried = lanes[lanes.index(after) + 1 :] if after else lanes
    url = joined(site, f"/{untried[0].partition(': ')[2]}") if untried else None
    if url is None:
        return None
    promise = Promise(min(SITEMAP.priority, GUESSED_SITEMAP.priority * told), untried[0])
    return Candidate(url, Kind.SITEMAP, *promise, found_by=Sitemaps.name, found_on=site)


def read_sitemap(page: Page) -> Iterator[SitemapEntry]:
    """The entries of a sitemap or an index, one at a time; up to where it can be read."""
    body = _unpacked(page.body)
    for element in entries(body, ("url", "sitemap"), page.url, MOST_ENTRIES):
        children = (child for child in element.iterdescendants() if isinstance(child.tag, str))
        fields = {etree.QName(child).localname: (child.text or "").strip() for child in children}
        address = joined(page.url, fields.get("loc", ""))
        if fields.get("loc") and address:
            yield SitemapEntry(
                url=address,
                is_sitemap=etree.QName(element).localname == "sitemap",
                title=fields.get("title", "")[:LONGEST_SUMMARY] or None,
                keywords=fields.get("keywords", "")[:LONGEST_SUMMARY] or None,
                published=read_moment(fields.get("publication_date")),
                modified=read_moment(fields.get("lastmod")),
            )


def _otherwise(page: Page) -> list[SitemapEntry]:
    """The entries of a sitemap in one of the other two forms; none where it has neither."""
    body = _unpacked(page.body)
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"{")):
        return [
            SitemapEntry(each.url, False, each.title, None, each.published, each.modified)
            for each in read_feed(replace(page, body=body))
        ]
    lines = body.removeprefix(b"\xef\xbb\xbf").split(b"\n", MOST_ENTRIES)[:MOST_ENTRIES]
    urls = (line.decode("utf-8", "replace").strip() for line in lines)
    return [SitemapEntry(url, False, None, None, None, None) for url in urls if is_web_address(url)]


def _unpacked(body: bytes) -> bytes:
    """The body, unpacked if it is gzip whatever its headers say; at most what a sitemap may have."""
    if not body.startswith(b"\x1f\x8b"):
        return body[:MOST_BYTES]
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(body, MOST_BYTES)
    except zlib.error as error:
        log.info("a gzipped sitemap that cannot be unpacked: %s", error)
        return b""
