"""Addresses a page gives: its canonical one, its links, its feeds, and the further pages of its story."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from itertools import chain, takewhile
from typing import Final, Literal
from urllib.parse import urljoin, urlsplit

import tldextract

from crawler.extraction.blocks import Anchor, Block, Outline
from crawler.extraction.dates import date_in_address, parse_moment
from crawler.extraction.models import Link
from crawler.extraction.phrases import ON_ONE_PAGE
from crawler.extraction.structured import Declared

__all__ = [
    "base_of",
    "canonical_of",
    "feeds_of",
    "first_page_of",
    "is_later_page",
    "linked_feeds_of",
    "links_of",
    "next_pages_of",
    "page_number",
    "refresh_of",
    "registrable_domain",
    "single_page_of",
    "sitemaps_of",
]

# What a link's surrounding text is cut to. Characters.
CONTEXT: Final = 240
_LONGEST_ADDRESS: Final = 2_000
# No paragraph is longer; in what is, a link has no context. Characters.
_LONGEST_PARAGRAPH: Final = 20_000
# A page with more links is a directory, or a trap. Count.
_MOST_LINKS: Final = 5_000
# A link that offers an article on one page says no more. Characters.
_LONGEST_OFFER: Final = 60
# A line that shows the date of a link is no longer, and stands so near. Characters, blocks.
_LONGEST_DATE: Final = 60
_BLOCKS_BESIDE: Final = 3
# "Read also" between the paragraphs of a story, and right behind the last one, is no text of it, but chosen
# for it all the same. Blocks.
_BLOCKS_BEHIND: Final = 2
_DIGIT = re.compile(r"\d")
_FEED_TYPES: Final = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/feed+json", "application/json+feed"}
)
# How addresses of feeds end, and what links to them say: "RSS", "RSS feed", "Flux RSS". Characters.
_FEED_ADDRESS: Final = re.compile(
    r"(?:\.(?:rss|xml|atom)|/(?:feed|rss|atom)/?|[?&]feed=(?:rss2?|atom|rdf))$", re.I
)
_FEED_NAME: Final = re.compile(r"\b(?:RSS|Atom feed)\b", re.IGNORECASE)
_LONGEST_FEED_NAME: Final = 24
# The number of a page at the end of an address: after a word that says so, or bare, where it may as well be
# the story's own.
_NAMED_NUMBER = re.compile(
    r"(?:[?&](?:page|p|pg|pagenum|page_no|seite|pagina|strona|side|sida|paged|s)="
    r"|[/,](?:page|seite|pagina|strona|side|sida|p)[/,-]?)(\d{1,2})/?$",
    re.IGNORECASE,
)
_BARE_NUMBER = re.compile(r"[/_-](\d{1,2})$")

# RFC 8288, 3: `<address>; rel="canonical"`, with commas between; the first `rel` counts, and with an `anchor`
# the link is not one of this page.
_LINK_VALUE: Final = re.compile(r"<([^<>]*)>([^<]*)")
_LINK_RELATION: Final = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s;,\"]+))", re.IGNORECASE)
_LINK_ANCHOR: Final = re.compile(r";\s*anchor\s*=", re.IGNORECASE)
# Servers take no longer header fields themselves. Characters.
_LONGEST_HEADER: Final = 8_192

# Content of a meta refresh: seconds, and an address. Who waits longer is shown something first. Seconds.
_REFRESH: Final = re.compile(
    r"\s*(\d{1,4}(?:\.\d{1,4})?)\s*[;,]\s*(?:url\s*=)?(.+)", re.IGNORECASE | re.DOTALL
)
_AT_ONCE: Final = 5
# Pages for readers are called sitemap as well; those for programs are files.
_SITEMAP: Final = re.compile(r"sitemap[\w-]*\.xml(?:\.gz)?$", re.IGNORECASE)
# How an address names the whole of an article that is told on several pages. A print page is another thing: a
# form of the page it stands for (`crawler.spellings`).
_ALL_IN_ADDRESS: Final = re.compile(
    r"[?&](?:page|p|pg|paged|pagenum|pagenumber|currentpage|pagewanted|seite|pagina|view|show|display|mode|type)"
    r"=(?:all|full|single|whole|complete|komplett|alle|singlepage|single[_-]page|onepage|viewall|view[_-]all)(?:&|$)"
    r"|[?&](?:single|single[_-]?page|one[_-]?page|full[_-]?page|show[_-]?all|view[_-]?all|all[_-]?pages|allinone)"
    r"(?:=(?:1|true|yes|y|on))?(?:&|$)"
    r"|[/._-](?:all|full|single|single[_-]?page|one[_-]?page|view[_-]?all|show[_-]?all|allpages|komplettansicht"
    r"|komplett|completo|complet)(?:\.[a-z]{3,5})?/?$",
    re.IGNORECASE,
)
_AROUND_WORDS: Final = " \t\n\xa0»›→▶>|[]().:"
# What is added to an article's path for another form of it: one word or number, not the slug of a neighbour.
_ADDED: Final = re.compile(r"[/._-]\w+(?:-\w+)?")
_FILE_ENDING: Final = re.compile(r"\.[a-z]{3,5}$", re.IGNORECASE)

# Scheme, host and port of an address on the web.
_WEB = re.compile(r"https?://[^/?#\s\\]+", re.IGNORECASE)

_domains = tldextract.TLDExtract(suffix_list_urls=(), include_psl_private_domains=False)


@lru_cache(maxsize=8_192)
def registrable_domain(host: str) -> str:
    """example.co.uk of www.example.co.uk; the host itself where the list knows no suffix."""
    return _domains(host).top_domain_under_public_suffix or host


def base_of(tree_base: str | None, url: str | None) -> str | None:
    """The address that relative ones are read against."""
    return _absolute(tree_base, url) or url if tree_base else url


def _absolute(href: str | None, base: str | None) -> str | None:
    """An http(s) address without its fragment; None: it is none."""
    href = (href or "").strip()
    if not href or href[0] == "#" or len(href) > _LONGEST_ADDRESS:
        return None
    whole = _joined(href, base).partition("#")[0]
    return whole.replace(" ", "%20") if _WEB.match(whole) else None


def _joined(href: str, base: str | None) -> str:
    """`urljoin`, with the common cases first: it takes 40 microseconds, and a page has hundreds of links."""
    if base is None or href.startswith(("http://", "https://")):
        return href
    if href[0] == "/" and href[1:2] != "/" and "/." not in href:
        origin = _WEB.match(base)
        return origin.group(0) + href if origin else ""
    try:
        return urljoin(base, href)
    except ValueError:
        return ""


def canonical_of(said: Declared, url: str | None, base: str | None, link_header: str = "") -> str | None:
    """The address the page calls its own, where that is credible; else None.

    A canonical address that names the home page, another site, or something else than og:url and JSON-LD
    agree on speaks of a template, not of the page. What the header says counts where the page itself says
    nothing that is credible.
    """
    link = next((_absolute(href, base) for rel, _, href in said.links if "canonical" in rel.split()), None)
    graph = _absolute(said.first("og:url"), base)
    if link and graph and link != graph and _is_home(link):
        link = None
    for address in (link, graph, _canonical_in(link_header, url)):
        if address and not _is_home(address) and (url is None or _same_site(address, url)):
            return address
    return None


def _canonical_in(header: str, url: str | None) -> str | None:
    """The one canonical address that a Link header names (RFC 8288, 6596); None: it names none, or two."""
    found = set()
    for address, parameters in _LINK_VALUE.findall(header[:_LONGEST_HEADER]):
        relation = _LINK_RELATION.search(parameters)
        if relation is None or _LINK_ANCHOR.search(parameters):
            continue
        if "canonical" in (relation[1] or relation[2] or "").lower().split():
            found.add(_absolute(address, url))
    return found.pop() if len(found) == 1 else None


def _is_home(address: str) -> bool:
    parts = urlsplit(address)
    return parts.path in ("", "/") and not parts.query


def _same_site(a: str, b: str) -> bool:
    return registrable_domain(urlsplit(a).hostname or "") == registrable_domain(urlsplit(b).hostname or "")


def refresh_of(said: Declared, url: str | None, base: str | None) -> str | None:
    """Where the page leads its readers by itself, at once; None: it stays, or loads itself anew."""
    for content in said.meta.get("refresh", ()):
        found = _REFRESH.match(content[:_LONGEST_ADDRESS])
        if found and float(found[1]) <= _AT_ONCE:
            address = _absolute(found[2].strip("'\" "), base)
            return address if address != url else None
    return None


def feeds_of(said: Declared, base: str | None) -> tuple[str, ...]:
    """RSS, Atom and JSON feeds the page declares, in its order."""
    found = [
        _absolute(href, base)
        for rel, kind, href in said.links
        if "alternate" in rel.split() and kind.split(";")[0] in _FEED_TYPES
    ]
    return tuple(dict.fromkeys(address for address in found if address))


def linked_feeds_of(page: Outline, url: str | None, base: str | None) -> tuple[str, ...]:
    """Addresses of the page's site that its links name as feeds: by how they end, or in so many words."""
    found = (
        _absolute(anchor.element.get("href"), base)
        for anchor in page.anchors[:_MOST_LINKS]
        if _names_feed(anchor)
    )
    named = (each for each in found if each and each != url and (url is None or _same_site(each, url)))
    return tuple(dict.fromkeys(named))


def _names_feed(anchor: Anchor) -> bool:
    href = anchor.element.get("href") or ""
    if "sitemap" in href.lower():
        return False
    words = anchor.text or anchor.element.get("title") or anchor.element.get("aria-label") or ""
    return bool(_FEED_ADDRESS.search(href)) or (
        len(words) <= _LONGEST_FEED_NAME and bool(_FEED_NAME.search(words))
    )


def sitemaps_of(said: Declared, page: Outline, url: str | None, base: str | None) -> tuple[str, ...]:
    """Sitemaps that the page declares or links to by name, of its own site: robots.txt need not name them."""
    declared = (href for rel, _, href in said.links if "sitemap" in rel.split())
    shown = (anchor.element.get("href") or "" for anchor in page.anchors[:_MOST_LINKS])
    named = (href for href in shown if "sitemap" in href and _SITEMAP.search(href))
    found = (_absolute(href, base) for href in chain(declared, named))
    return tuple(dict.fromkeys(each for each in found if each and (url is None or _same_site(each, url))))


def links_of(page: Outline, story: frozenset[int], base: str | None) -> tuple[Link, ...]:
    """The page's links in reading order, each address and anchor text once."""
    found: dict[tuple[str, str], Link] = {}
    dates = _dates_beside(page)
    inside = range(min(story), max(story) + 1 + _BLOCKS_BEHIND) if story else range(0)
    for anchor in page.anchors[:_MOST_LINKS]:
        if link := _link(anchor, page, inside, base, dates):
            known = found.get((link.url, link.text))
            if known is None or (known.place == "page" and link.place == "body"):
                found[link.url, link.text] = link
    return tuple(found.values())


def _dates_beside(page: Outline) -> dict[int, datetime]:
    """Of each block that holds a link, the date that is shown with it: there, below it, or above it.

    Where lists show dates above their headlines, most get that of the next one: they lie near each other.
    """
    shown = {
        number: moment
        for number, block in enumerate(page.blocks)
        if len(block.text) <= _LONGEST_DATE and (moment := _moment_of(block, page))
    }
    linked = {anchor.block for anchor in page.anchors if anchor.block >= 0}
    beside: dict[int, datetime] = {}
    for number in linked if shown else ():
        below = range(number + 1, number + 1 + _BLOCKS_BESIDE)
        above = range(number - 1, number - 1 - _BLOCKS_BESIDE, -1)
        own = (takewhile(lambda other: other not in linked, side) for side in (below, above))
        near = next((shown[other] for other in chain([number], *own) if other in shown), None)
        if near is not None:
            beside[number] = near
    return beside


def _moment_of(block: Block, page: Outline) -> datetime | None:
    box = page.boxes[block.box] if block.box >= 0 else None
    said = box.element.get("datetime") if box is not None and box.tag == "time" else None
    if said:
        return parse_moment(said)
    return parse_moment(block.text) if _DIGIT.search(block.text) else None


def _link(
    anchor: Anchor, page: Outline, inside: range, base: str | None, dates: dict[int, datetime]
) -> Link | None:
    address = _absolute(anchor.element.get("href"), base)
    if not address:
        return None
    text = anchor.text or " ".join(
        (anchor.element.get("title") or anchor.element.get("aria-label") or "").split()
    )
    context = _around(page.blocks[anchor.block], text) if anchor.block >= 0 else ""
    rel = tuple((anchor.element.get("rel") or "").lower().split())
    place: Literal["body", "page"] = "body" if anchor.block in inside else "page"
    published = date_in_address(address) or (dates.get(anchor.block) if place == "page" else None)
    return Link(address, text[:CONTEXT], rel, context, place, published)


def _around(block: Block, text: str) -> str:
    """The part of a block that stands around an anchor's text."""
    if len(block.text) > _LONGEST_PARAGRAPH:  # searched once for each of its links
        return text[:CONTEXT]
    middle = max(0, block.text.find(text)) + len(text) // 2
    start = max(0, min(middle - CONTEXT // 2, len(block.text) - CONTEXT))
    return block.text[start : start + CONTEXT]


def next_pages_of(
    said: Declared, page: Outline, url: str | None, base: str | None, first: str | None
) -> tuple[str, ...]:
    """Further pages of the same article: rel=next, and addresses that differ in the page number alone.

    Args:
        first: the first page of the article, where this is a later one.
    """
    if not url:
        return ()
    found: dict[str, None] = {}
    declared = [href for rel, _, href in said.links if "next" in rel.split()]
    shown = [anchor.element.get("href") for anchor in page.anchors if _turns_page(anchor)]
    for href in [*declared, *shown]:
        address = _absolute(href, base)
        if address and _goes_on(url, address, first):
            found[address] = None
    return tuple(sorted(found, key=page_number))


def _goes_on(url: str, address: str, first: str | None) -> bool:
    """Whether one address names a later page of what the other one names."""
    (stem, number), (other_stem, other_number) = _numbered(url), _numbered(address)
    if stem == other_stem:
        return other_number > number
    if first is not None and number == 1:  # a bare number, and the page says that it is one
        stem, number = _numbered(first)[0], page_number(url)
    bare = _BARE_NUMBER.search(other_stem)
    return bare is not None and other_stem[: bare.start()] == stem and int(bare[1]) > number


def single_page_of(
    page: Outline, url: str | None, base: str | None, canonical: str | None, further: tuple[str, ...]
) -> str | None:
    """The address under which an article of several pages is told on one; None: none is offered.

    It goes on where the article's own address ends, and says in itself, or in the words of its link, that it
    holds all. Whether it does is seen when it is read.

    Args:
        further: the further pages; where there are none, nothing is to be joined.
    """
    if not url or not further or page_number(url) != 1:
        return None
    if canonical and canonical != url and _ALL_IN_ADDRESS.search(canonical) and _is_beside(url, canonical):
        return canonical
    for anchor in page.anchors[:_MOST_LINKS]:
        address = _absolute(anchor.element.get("href"), base)
        if not address or address == url or address in further or not _is_beside(url, address):
            continue
        says = len(anchor.text) <= _LONGEST_OFFER and ON_ONE_PAGE.fullmatch(anchor.text.strip(_AROUND_WORDS))
        if says or _ALL_IN_ADDRESS.search(address):
            return address
    return None


def _is_beside(url: str, address: str) -> bool:
    """Whether an address is an article's own with something added: a folder, a parameter, a mark."""
    (path, _, query), (other, _, other_query) = url.partition("?"), address.partition("?")
    stem, other_stem = (_FILE_ENDING.sub("", each.rstrip("/")) for each in (path, other))
    if _is_home(path) or urlsplit(path).netloc != urlsplit(other).netloc:
        return False
    if stem == other_stem:
        return set(query.split("&")) - {""} < set(other_query.split("&"))
    return other_stem.startswith(stem) and _ADDED.fullmatch(other_stem, len(stem)) is not None


def first_page_of(said: Declared, url: str | None, canonical: str | None, base: str | None) -> str | None:
    """The first page of the article of which this is a later one; None: it is none.

    An address that ends in a bare number is a later page only if the page names the same without it.
    """
    if not url or page_number(url) == 1:
        return None
    stem, number = _numbered(url)
    declared = [href for rel, _, href in said.links if {"prev", "previous", "first"} & set(rel.split())]
    named = [address for address in (canonical, *(_absolute(href, base) for href in declared)) if address]
    if number == 1:
        return next((address for address in named if is_later_page(url, address)), None)
    same = [address for address in named if _numbered(address)[0] == stem]
    return min((address for address in same if page_number(address) < number), key=page_number, default=None)


def is_later_page(address: str, first: str | None) -> bool:
    """Whether an address names the second or a later page of something.

    Args:
        first: the address that may name the first page; it decides where a number stands bare.
    """
    stem, number = _numbered(address)
    if number > 1:
        return True
    bare = _BARE_NUMBER.search(stem)
    return bare is not None and first is not None and stem[: bare.start()] == _numbered(first)[0]


def _turns_page(anchor: Anchor) -> bool:
    return anchor.text.isdigit() or "next" in (anchor.element.get("rel") or "").lower().split()


def _numbered(address: str) -> tuple[str, int]:
    """An address without the number of the page that it names, and the number; 1 where it names none."""
    found = _NAMED_NUMBER.search(address)
    return (address[: found.start()].rstrip("/"), int(found[1])) if found else (address.rstrip("/"), 1)


def page_number(address: str) -> int:
    """Which page an address may name; 1 where it names none."""
    stem, number = _numbered(address)
    bare = _BARE_NUMBER.search(stem)
    return int(bare[1]) if number == 1 and bare else number
