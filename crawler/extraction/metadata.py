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
from crawler.extraction.cues import Cue
from crawler.extraction.dates import date_in_address, parse_moment
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

_PUBLISHED_META: Final = (
    "article:published_time", "og:published_time", "og:article:published_time", "datepublished", "publishdate", "publish_date",
    "publish-date", "published_time", "published", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime",
    "article.published", "article_date_original", "publication_date", "dcterms.created", "dcterms.issued", "dc.date.issued",
    "dc.date.created", "dc.date", "dcterms.date", "dc.created", "citation_online_date", "citation_publication_date", "citation_date",
    "pubdate", "pub_date", "date", "release_date", "originalpublicationdate", "ptime", "created", "datecreated", "timestamp",
    "bt:pubdate", "gentime", "rnews:datepublished", "vr:published_time", "shareaholic:article_published_time",
)  # fmt: skip
# A byline stands this close to the headline or an edge of the story. Blocks.
AFTER_HEADLINE, BEFORE_STORY, BEFORE_HEADLINE, AFTER_STORY = 10, 10, 4, 5
LONGEST_STAMP: Final = 120  # characters of a line that may hold a date
_TITLE, _DATE = int(Cue.TITLE), int(Cue.DATE)
_ELSEWHERE: Final = int(Cue.COMMENTS | Cue.RELATED | Cue.FOOTER | Cue.CAPTION | Cue.NAVIGATION | Cue.CONSENT)
_MODIFIED_META: Final = (
    "article:modified_time", "og:updated_time", "og:modified_time", "datemodified", "lastmod", "last-modified", "modified",
    "dcterms.modified", "dc.date.modified", "updated_time", "article:updated_time", "revised",
)  # fmt: skip
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
    near = _byline_places(page, _headline_at(page, found.headline), story)
    authors = authors_of(said, page, near, found.publisher)
    found.authors = authors.names
    if authors.source:
        found.sources["authors"] = authors.source
    found.published, found.modified = _dates(found, said, page, url, near)


def _byline_places(page: Outline, headline: int, story: tuple[int, ...]) -> list[int]:
    """Where a byline may stand, likeliest first: after the headline, before the story, before the headline, at its end."""
    first, last = (story[0], story[-1]) if story else (headline, headline)
    places = [
        *(range(headline + 1, headline + 1 + AFTER_HEADLINE) if headline >= 0 else ()),
        *range(first, first - BEFORE_STORY, -1),
        *(range(headline - 1, headline - 1 - BEFORE_HEADLINE, -1) if headline >= 0 else ()),
        *range(last, last + AFTER_STORY),
    ]
    return [place for place in dict.fromkeys(places) if 0 <= place < len(page.blocks) and place != headline]


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


# ---------------------------------------------------------------------------------------------- dates


def _dates(
    found: Metadata, said: Declared, page: Outline, url: str | None, near: list[int]
) -> tuple[datetime | None, datetime | None]:
    declared = [
        ("json-ld", text_of(said.article.get("datePublished")) or ""),
        ("meta", said.first(*_PUBLISHED_META) or ""),
        ("microdata", next(iter(said.items.get("datepublished", ())), "")),
    ]
    published = _first_moment(found, "published", declared) or _first_moment(found, "published", [
        *[("visible", text) for text in _visible_dates(page, near)],
        ("json-ld", text_of(said.article.get("dateCreated")) or ""),
    ])  # fmt: skip
    if published is None and (published := date_in_address(url)):
        found.sources["published"] = "address"
    modified = _first_moment(found, "modified", [
        ("json-ld", text_of(said.article.get("dateModified")) or ""),
        ("meta", said.first(*_MODIFIED_META) or ""),
        ("microdata", next(iter(said.items.get("datemodified", ())), "")),
    ])  # fmt: skip
    return published, modified


def _first_moment(found: Metadata, name: str, candidates: Candidates) -> datetime | None:
    for source, text in candidates:
        if moment := parse_moment(text):
            found.sources[name] = source
            return moment
    return None


def _visible_dates(page: Outline, near: list[int]) -> list[str]:
    """Short lines that may hold the date, likeliest first; <time datetime> before its words.

    Behind the lines near headline and story come those the page names as a date elsewhere.
    """
    named = [i for i, block in enumerate(page.blocks) if page.boxes[block.box].own & _DATE]
    found: list[str] = []
    for i in dict.fromkeys([*near, *named]):
        block = page.blocks[i]
        box = page.boxes[block.box]
        if (
            len(block.text) <= LONGEST_STAMP
            and not page.near_cues(block.box) & _ELSEWHERE
            and any(map(str.isdigit, block.text))
        ):
            found += filter(None, (box.element.get("datetime"), block.text))
    return found


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
