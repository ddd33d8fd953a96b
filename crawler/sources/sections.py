"""Front pages, sections, and the links on any page, articles included."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crawler.extraction.addresses import registrable_domain
from crawler.items import Candidate, Kind
from crawler.promise import (
    FEED,
    LINKED_FEED,
    LINKED_SITE,
    SITEMAP,
    START,
    has_headline,
    log_odds_of_place,
    name_of_section,
    next_of,
)
from crawler.urls import cleaned, host_of, is_fetchable, is_web_address, joined

if TYPE_CHECKING:
    from crawler.plan import Plan
    from crawler.sources import Seen

__all__ = ["Sections"]


class Sections:
    """The start sites, and what HTML pages link to or declare as feeds."""

    name = "sections"
    reads = Kind.PAGE

    def starts(self, plan: Plan) -> Iterator[Candidate]:
        """The pages of `-a sites=`."""
        for url in plan.sites:
            yield Candidate(url, Kind.PAGE, *START, found_by="sites")

    def candidates(self, seen: Seen) -> Iterator[Candidate]:
        """The page's feeds and links."""
        reading = seen.reading
        if reading is None:
            return
        here = seen.page.url
        for url in filter(is_web_address, reading.feeds):
            yield Candidate(cleaned(url), Kind.FEED, *FEED, found_by="feeds", found_on=here)
        for url in () if reading.feeds else reading.linked_feeds:
            yield Candidate(cleaned(url), Kind.FEED, *LINKED_FEED, found_by="feeds", found_on=here)
        for url in filter(is_web_address, reading.sitemaps):
            yield Candidate(url, Kind.SITEMAP, *SITEMAP, found_by="sitemaps", found_on=here)
        # The further pages of an article are asked for where the article is kept.
        further = set(reading.next_pages) if reading.article or reading.first_page else set()
        apart = {*further, *reading.sitemaps, *reading.linked_feeds, reading.single_page}
        for url in filter(is_fetchable, () if further else reading.next_pages):
            following = next_of(name_of_section(here))
            yield Candidate(cleaned(url), Kind.PAGE, *following, found_by="links", found_on=here)
        host = host_of(here)
        beside, inside = (log_odds_of_place(seen.relevance, is_inside) for is_inside in (False, True))
        for link in reading.links:
            if not is_fetchable(link.url) or "nofollow" in link.rel or link.url in apart:
                continue
            is_inside = link.place == "body"
            if is_inside and _is_elsewhere(link.url, host) and has_headline(link.url):
                yield Candidate(joined(link.url, "/") or link.url, Kind.PAGE, *LINKED_SITE, found_on=here)
            yield Candidate(
                cleaned(link.url),
                log_odds=inside if is_inside else beside,
                found_by="links",
                found_on=here,
                title=link.text or None,
                published=link.published,
            )


def _is_elsewhere(url: str, host: str) -> bool:
    """Whether an address is of another site than a host."""
    other = host_of(url)
    return other != host and registrable_domain(other) != registrable_domain(host)
