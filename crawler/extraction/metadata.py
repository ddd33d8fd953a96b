# ruff: noqa: E501 -- word lists: one cue a line reads better than one broken line a word
"""Title, authors, dates, publisher, section: chosen among what JSON-LD, meta tags, microdata and the page say."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from crawler.extraction.addresses import registrable_domain
from crawler.extraction.authors import authors_of
from crawler.extraction.blocks import Block, Outline
from crawler.extraction.byline_places import BylinePlaces
from crawler.extraction.cues import Cue
from crawler.extraction.published import dates_of
from crawler.extraction.structured import Declared, names_of, text_of

__all__ = ["Metadata", "add_byline", "metadata"]


@dataclass(slots=True)
class Metadata:
    """What is known of a story beside its text, and where each field was read."""

    title: str | None = None
    headline: str | None = None  # the title as the page shows it
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    modified: datetime | None = None
    publisher: str | None = None
    section: str | None = None
    description: str | None = None
    paywalled: bool | None = None
    rights: tuple[str, ...] = ()
    sources: dict[str, str] = field(default_factory=dict)


Candidates = list[tuple[str, str]]  # (source, value), best first

_TITLE: Final = int(Cue.TITLE)
# A lone first-level heading of so many words is the headline where JSON-LD names none. Count.
LEAST_HEADLINE: Final = 4
# First-level headings among which the headline is looked for; a page made of them is none of news. Count.
MOST_HEADLINES: Final = 50
_MARKS: Final = " |\u2013\u2014\u00b7\u2022\u00bb:-"
_DASHES = re.compile(r"\s+[|\u2013\u2014\u00b7\u2022\u00bb:-]+\s+|\s*[|\u00bb]\s*")


def metadata(said: Declared, page: Outline, url: str | None) -> Metadata:
    """Choose each field that does not need the story to be known; `add_byline` gives the others."""
    found = Metadata()
    found.publisher = _pick(found, "publisher", _publishers(said))
    found.headline, found.title = _titles(found, said, page, url)
    found.section = _pick(found, "section", _sections(said))
    found.description = said.first("og:description", "description", "twitter:description")
    found.paywalled = _paywalled(said)
    found.rights = _rights(said)
    return found


def add_byline(
    found: Metadata, said: Declared, page: Outline, url: str | None, story: tuple[int, ...]
) -> None:
    """Add authors and dates, which stand near the headline and the edges of the story.

    Args:
        found: what `metadata` gave; it is completed.
        said: what the page declares.
        page: its blocks.
        url: its address, which may hold a date.
        story: indices of the story's blocks.
    """
    places = BylinePlaces.of(page, _headline_at(page, found.headline), story)
    authors = authors_of(said, page, places, _outlet_keys(found.publisher, said, url))
    found.authors = authors.names
    if authors.source:
        found.sources["authors"] = authors.source
    dates = dates_of(said, page, url, places)
    found.published, found.modified = dates.published, dates.modified
    found.sources |= dates.sources


def _outlet_keys(publisher: str | None, said: Declared, url: str | None) -> set[str]:
    """The outlet's names, in full and as initials, and its domain."""
    initials = "".join(word[0] for word in (publisher or "").split())
    return _outlet_names(publisher, said, url) | ({initials.casefold()} if len(initials) > 1 else set())


def _pick(found: Metadata, name: str, candidates: Candidates) -> str | None:
    for source, value in candidates:
        if value:
            found.sources[name] = source
            return value
    return None


# ---------------------------------------------------------------------------------------------- title


def _titles(found: Metadata, said: Declared, page: Outline, url: str | None) -> tuple[str | None, str | None]:
    """The headline as the page shows it, and the title: what JSON-LD says, or the headline."""
    outlet = _outlet_names(found.publisher, said, url)
    headline = _headline(found, said, page, outlet)
    declared = _without_outlet(text_of(said.article.get("headline")) or "", outlet)
    if not _words(declared) or _key(declared) in outlet or declared.endswith(("…", "...")):
        return headline, headline
    if _key(declared) != _key(headline or ""):
        found.sources["title"] = "json-ld"
        return headline, declared
    return headline, headline


def _headline(found: Metadata, said: Declared, page: Outline, outlet: set[str]) -> str | None:
    """What machines are told, without the outlet's name behind it, and as the page shows it."""
    candidates: Candidates = [
        ("json-ld", text_of(said.article.get("headline")) or ""),
        ("open-graph", said.first("og:title") or ""),
        ("microdata", next(iter(said.items.get("headline", ())), "")),
        ("twitter", said.first("twitter:title") or ""),
        (
            "meta",
            said.first(
                "dc.title", "dcterms.title", "title", "parsely-title", "sailthru.title", "citation_title"
            )
            or "",
        ),
        ("title-tag", said.headline or ""),
    ]
    shown = [block.text for block in _headlines(page) if _key(block.text) not in outlet]
    for text in shown:
        if any(value and _same_title(text, value) for _, value in candidates):
            found.sources["title"] = "headline"
            return _without_outlet(text, outlet)
    parts = {_key(part) for part in _DASHES.split(said.headline or "") if len(_words(part)) >= LEAST_HEADLINE}
    for block in page.blocks:
        if len(block.text) < 300 and _key(block.text) in parts and not block.linked:
            found.sources["title"] = "headline"
            return block.text
    first = [block.text for block in page.blocks if block.level == 1 and _key(block.text) not in outlet]
    if len(first) == 1 and len(_words(first[0])) >= LEAST_HEADLINE and not candidates[0][1]:
        found.sources["title"] = "headline"
        return _without_outlet(first[0], outlet)
    cleaned = [(source, _without_outlet(value, outlet)) for source, value in candidates]
    if title := _pick(found, "title", cleaned):
        return title
    return _pick(found, "title", [("headline", text) for text in shown[:1]])


def _outlet_names(publisher: str | None, said: Declared, url: str | None) -> set[str]:
    """The outlet's names as word characters: declared ones, and those in its address."""
    names = {_key(name) for name in (publisher, *said.meta.get("og:site_name", ())) if name}
    domain = registrable_domain(urlsplit(url).hostname or "") if url else ""
    return (names | {_key(domain), _key(domain.split(".")[0])}) - {""}


def _headline_at(page: Outline, title: str | None) -> int:
    """Index of the block that shows the title: the last first-level heading that does, else any; -1: none."""
    key = _key(title or "")
    places = [i for i, block in enumerate(page.blocks) if key and _key(block.text) == key]
    headings = [i for i in places if page.blocks[i].level == 1] or [i for i in places if page.blocks[i].level]
    if headings or places:
        return (headings or places)[0]
    return next((i for i, block in enumerate(page.blocks) if block.level == 1), -1)


def _headlines(page: Outline) -> list[Block]:
    """First-level headings, then headings named as titles, in reading order."""
    first = [block for block in page.blocks if block.level == 1][:MOST_HEADLINES]
    named = [
        block for block in page.blocks
        if block.level in (0, 2) and page.boxes[block.box].own & _TITLE and len(block.text) < 300
    ]  # fmt: skip
    return first + named[:3]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _key(text: str) -> str:
    return "".join(_words(text))


def _same_title(shown: str, declared: str) -> bool:
    """Whether a heading of the page is the declared title, perhaps with the outlet's name around the latter."""
    a, b = _words(shown), _words(declared)
    if not a or not b:
        return False
    if a == b:
        return True
    return len(a) >= 3 and len(a) >= 0.5 * len(b) and (b[: len(a)] == a or b[-len(a) :] == a)


def _without_outlet(title: str, outlet: set[str]) -> str:
    """Drop the outlet's name from the end or the start of a title."""
    parts = _DASHES.split(title)
    while len(parts) > 1 and _key(parts[-1]) in outlet:
        title = title[: title.rindex(parts.pop())].rstrip(_MARKS)
    if len(parts) > 1 and _key(parts[0]) in outlet:
        title = title[len(parts[0]) :].lstrip(_MARKS)
    return title


# ---------------------------------------------------------------------------------- publisher and more


def _publishers(said: Declared) -> Candidates:
    return [
        ("json-ld", next(iter(names_of(said.article.get("publisher"), said)), "")),
        ("open-graph", said.first("og:site_name") or ""),
        (
            "meta",
            said.first(
                "application-name",
                "publisher",
                "dc.publisher",
                "dcterms.publisher",
                "apple-mobile-web-app-title",
            )
            or "",
        ),
    ]


def _sections(said: Declared) -> Candidates:
    return [
        ("json-ld", text_of(said.article.get("articleSection")) or ""),
        ("open-graph", said.first("article:section", "og:article:section") or ""),
        ("meta", said.first("section", "parsely-section", "category", "cxenseparse:section") or ""),
    ]


def _paywalled(said: Declared) -> bool | None:
    free = said.article.get("isAccessibleForFree")
    if isinstance(free, str):
        free = {"true": True, "false": False}.get(free.strip().lower())
    if isinstance(free, bool):
        return not free
    tier = (said.first("article:content_tier", "og:article:content_tier") or "").lower()
    return {"free": False, "locked": True, "metered": True}.get(tier)


_RIGHTS: Final = ("noai", "noimageai", "noarchive", "nosnippet", "nocache")


def _rights(said: Declared) -> tuple[str, ...]:
    """Signals on what may be done with the page (robots meta; TDM Reservation Protocol, W3C CG report 2024)."""
    words = {word for text in said.meta.get("robots", ()) for word in re.split(r"[,\s]+", text.lower())}
    signals = [word for word in _RIGHTS if word in words]
    if (reservation := (said.first("tdm-reservation") or "").strip()) in ("0", "1"):
        signals.append(f"tdm-reservation={reservation}")
    if policy := said.first("tdm-policy"):
        signals.append(f"tdm-policy={policy}")
    return tuple(signals)
