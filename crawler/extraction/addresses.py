"""Addresses a page gives: its canonical one, its links, its feeds, and the further pages of its story."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from urllib.parse import urljoin, urlsplit

import tldextract

from crawler.extraction.blocks import Anchor, Block, Outline
from crawler.extraction.models import Link
from crawler.extraction.structured import Declared

__all__ = [
    "base_of",
    "canonical_of",
    "feeds_of",
    "is_later_page",
    "links_of",
    "next_pages_of",
    "registrable_domain",
]

# What a link's surrounding text is cut to. Characters.
CONTEXT: Final = 240
_LONGEST_ADDRESS: Final = 2_000
# A page with more links is a directory, or a trap. Count.
_MOST_LINKS: Final = 5_000
_FEED_TYPES: Final = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/feed+json", "application/json+feed"}
)
_PAGE_NUMBER = re.compile(
    r"(?:[?&](?:page|p|pg|seite|pagina|paged|s)=|/(?:page|seite|pagina|p)[/-]?|[/_-])(\d{1,2})/?$",
    re.IGNORECASE,
)

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


def canonical_of(said: Declared, url: str | None, base: str | None) -> str | None:
    """The address the page calls its own, where that is credible; else None.

    A canonical address that names the home page, another site, or something else than og:url and JSON-LD
    agree on speaks of a template, not of the page.
    """
    link = next((_absolute(href, base) for rel, _, href in said.links if "canonical" in rel.split()), None)
    graph = _absolute(said.first("og:url"), base)
    if link and graph and link != graph and _is_home(link):
        link = None
    for address in (link, graph):
        if address and not _is_home(address) and (url is None or _same_site(address, url)):
            return address
    return None


def _is_home(address: str) -> bool:
    parts = urlsplit(address)
    return parts.path in ("", "/") and not parts.query


def _same_site(a: str, b: str) -> bool:
    return registrable_domain(urlsplit(a).hostname or "") == registrable_domain(urlsplit(b).hostname or "")


def feeds_of(said: Declared, base: str | None) -> tuple[str, ...]:
    """RSS, Atom and JSON feeds the page declares, in its order."""
    found = [
        _absolute(href, base)
        for rel, kind, href in said.links
        if "alternate" in rel.split() and kind.split(";")[0] in _FEED_TYPES
    ]
    return tuple(dict.fromkeys(address for address in found if address))


def links_of(page: Outline, story: frozenset[int], base: str | None) -> tuple[Link, ...]:
    """The page's links in reading order, each address and anchor text once."""
    found: dict[tuple[str, str], Link] = {}
    for anchor in page.anchors[:_MOST_LINKS]:
        if link := _link(anchor, page, story, base):
            known = found.get((link.url, link.text))
            if known is None or (known.place == "page" and link.place == "body"):
                found[link.url, link.text] = link
    return tuple(found.values())


def _link(anchor: Anchor, page: Outline, story: frozenset[int], base: str | None) -> Link | None:
    address = _absolute(anchor.element.get("href"), base)
    if not address:
        return None
    text = anchor.text or " ".join(
        (anchor.element.get("title") or anchor.element.get("aria-label") or "").split()
    )
    context = _around(page.blocks[anchor.block], text) if anchor.block >= 0 else ""
    rel = tuple((anchor.element.get("rel") or "").lower().split())
    return Link(address, text[:CONTEXT], rel, context, "body" if anchor.block in story else "page")


def _around(block: Block, text: str) -> str:
    """The part of a block that stands around an anchor's text."""
    middle = max(0, block.text.find(text)) + len(text) // 2
    start = max(0, min(middle - CONTEXT // 2, len(block.text) - CONTEXT))
    return block.text[start : start + CONTEXT]


def next_pages_of(said: Declared, page: Outline, url: str | None, base: str | None) -> tuple[str, ...]:
    """Further pages of the same article: rel=next, and addresses that differ in the page number alone."""
    if not url:
        return ()
    here = _stem(url)
    found: dict[str, None] = {}
    declared = [href for rel, _, href in said.links if "next" in rel.split()]
    shown = [anchor.element.get("href") for anchor in page.anchors if _turns_page(anchor)]
    for href in [*declared, *shown]:
        address = _absolute(href, base)
        if address and address != url and _stem(address) == here and _number(address) > _number(url):
            found[address] = None
    return tuple(found)


def is_later_page(address: str) -> bool:
    """Whether an address names the second or a later page of something."""
    return _number(address) > 1


def _turns_page(anchor: Anchor) -> bool:
    return anchor.text.isdigit() or "next" in (anchor.element.get("rel") or "").lower().split()


def _stem(address: str) -> str:
    return _PAGE_NUMBER.sub("", address).rstrip("/")


def _number(address: str) -> int:
    found = _PAGE_NUMBER.search(address)
    return int(found.group(1)) if found else 1
