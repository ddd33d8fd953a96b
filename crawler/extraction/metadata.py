# ruff: noqa: E501 -- word lists: one cue a line reads better than one broken line a word
"""Title, authors, dates, publisher, section: chosen among what JSON-LD, meta tags, microdata and the page say."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from crawler.extraction.blocks import Block, Outline
from crawler.extraction.cues import Cue
from crawler.extraction.dates import date_in_address, parse_moment
from crawler.extraction.structured import Declared, names_of, text_of
from dedupe.models import BlockKind

__all__ = ["Metadata", "metadata"]


@dataclass(slots=True)
class Metadata:
    """What is known of a story beside its text, and where each field was read."""

    title: str | None = None
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
_MODIFIED_META: Final = (
    "article:modified_time", "og:updated_time", "og:modified_time", "datemodified", "lastmod", "last-modified", "modified",
    "dcterms.modified", "dc.date.modified", "updated_time", "article:updated_time", "revised",
)  # fmt: skip
_AUTHOR_META: Final = (
    "author", "article:author", "article:author_name", "og:author", "parsely-author", "sailthru.author", "byl", "dc.creator",
    "dcterms.creator", "dc.author", "citation_author", "cxenseparse:author", "rbauthors", "creator", "vr:author",
)  # fmt: skip
_DASHES = re.compile(r"\s+[|\u2013\u2014\u00b7\u2022\u00bb:-]+\s+|\s*[|\u00bb]\s*")


def metadata(said: Declared, page: Outline, url: str | None) -> Metadata:
    """Choose each field among its candidates."""
    found = Metadata()
    found.publisher = _pick(found, "publisher", _publishers(said))
    found.title = _title(found, said, page)
    found.authors = _authors(found, said, page)
    found.published, found.modified = _dates(found, said, page, url)
    found.section = _pick(found, "section", _sections(said))
    found.description = said.first("og:description", "description", "twitter:description")
    found.paywalled = _paywalled(said)
    found.rights = _rights(said)
    return found


def _pick(found: Metadata, name: str, candidates: Candidates) -> str | None:
    for source, value in candidates:
        if value:
            found.sources[name] = source
            return value
    return None


# ---------------------------------------------------------------------------------------------- title


def _title(found: Metadata, said: Declared, page: Outline) -> str | None:
    """The headline: what machines are told, without the outlet's name behind it, and as the page shows it."""
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
    shown = [block.text for block in _headlines(page)]
    for text in shown:
        if any(value and _same_title(text, value) for _, value in candidates):
            found.sources["title"] = "headline"
            return text
    cleaned = [(source, _without_outlet(value, found.publisher, said)) for source, value in candidates]
    if title := _pick(found, "title", cleaned):
        return title
    return _pick(found, "title", [("headline", text) for text in shown[:1]])


def _headlines(page: Outline) -> list[Block]:
    """First-level headings, then headings named as titles, in reading order."""
    first = [block for block in page.blocks if block.level == 1]
    named = [
        block for block in page.blocks
        if block.level in (0, 2) and page.boxes[block.box].own & Cue.TITLE and len(block.text) < 300
    ]  # fmt: skip
    return first + named[:3]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _same_title(shown: str, declared: str) -> bool:
    """Whether a heading of the page is the declared title, perhaps with the outlet's name added to the latter."""
    a, b = _words(shown), _words(declared)
    if not a or not b:
        return False
    if a == b:
        return True
    return len(a) >= 3 and b[: len(a)] == a and len(a) >= 0.5 * len(b)


def _without_outlet(title: str, publisher: str | None, said: Declared) -> str:
    """Drop the outlet's name from the end or the start of a title."""
    outlet = {" ".join(_words(name)) for name in (publisher, said.first("og:site_name")) if name}
    parts = _DASHES.split(title)
    while len(parts) > 1 and " ".join(_words(parts[-1])) in outlet:
        title = title[: title.rindex(parts.pop())].rstrip(" |\u2013\u2014\u00b7\u2022\u00bb:-")
    if len(parts) > 1 and " ".join(_words(parts[0])) in outlet:
        title = title[len(parts[0]) :].lstrip(" |\u2013\u2014\u00b7\u2022\u00bb:-")
    return title


# -------------------------------------------------------------------------------------------- authors

_BY = re.compile(
    r"^\s*(?:by|von|par|por|di|da|door|av|af|text|words|written by|reported by|автор:?)\s*:?\s+",
    re.IGNORECASE,
)
_JOINT = re.compile(
    r"\s*(?:[;|/&\u00b7\u2022]|,|\band\b|\bund\b|\bet\b|\by\b|\bwith\b|\bmit\b)\s*", re.IGNORECASE
)
_NO_NAME = re.compile(r"https?:|www\.|@|\d{2,}|[<>{}=]", re.IGNORECASE)
_GENERIC = re.compile(
    r"^(admin|administrator|editor|editorial|staff|news ?desk|redaktion|redaction|redacci[oó]n|redazione|guest|author|unknown|"
    r"web ?master|staff (writer|reporter)|null|none|undefined)$",
    re.IGNORECASE,
)
_LONGEST_NAME: Final = 60


def _authors(found: Metadata, said: Declared, page: Outline) -> tuple[str, ...]:
    groups: list[tuple[str, list[str]]] = [
        ("json-ld", names_of(said.article.get("author"), said)),
        ("meta", [name for key in _AUTHOR_META for name in said.meta.get(key, ())]),
        ("microdata", said.items.get("author", [])),
        ("byline", _bylines(page)),
    ]
    for source, raw in groups:
        names = _people(raw, found.publisher)
        if names:
            found.sources["authors"] = source
            return names
    return ()


def _people(raw: list[str], publisher: str | None) -> tuple[str, ...]:
    """The names in author fields: joint ones parted, those of outlets and roles left out, each once."""
    outlet = " ".join(_words(publisher or ""))
    names: dict[str, str] = {}
    for text in raw:
        text = _BY.sub("", text)
        if _NO_NAME.search(text):
            continue
        for name in _JOINT.split(text):
            name = name.strip(" .,:-\u2013")
            key = " ".join(_words(name))
            if not key or key == outlet or len(name) > _LONGEST_NAME or _GENERIC.match(key):
                continue
            names.setdefault(key, name)
    return tuple(names.values())


def _bylines(page: Outline) -> list[str]:
    """Lines the page names as a byline, or that open with "By" right under the headline."""
    for block in page.blocks:
        own = page.boxes[block.box].own
        if len(block.text) <= 2 * _LONGEST_NAME and own & Cue.BYLINE and _BY.match(block.text):
            return [block.text]
    return []


# ---------------------------------------------------------------------------------------------- dates


def _dates(
    found: Metadata, said: Declared, page: Outline, url: str | None
) -> tuple[datetime | None, datetime | None]:
    published = _first_moment(found, "published", [
        ("json-ld", text_of(said.article.get("datePublished")) or ""),
        ("meta", said.first(*_PUBLISHED_META) or ""),
        ("microdata", next(iter(said.items.get("datepublished", ())), "")),
        *[("visible", text) for text in _visible_dates(page)],
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


def _visible_dates(page: Outline) -> list[str]:
    """Texts near the headline that may hold a date: <time datetime>, then short lines."""
    title = next((i for i, block in enumerate(page.blocks) if block.level in (1, 2)), 0)
    near = page.blocks[max(0, title - 4) : title + 8]
    machine = [
        stamp
        for block in near
        for element in page.boxes[block.box].element.iter("time")
        if (stamp := element.get("datetime"))
    ]
    return machine[:4] + [
        block.text for block in near if len(block.text) <= 150 and block.kind is not BlockKind.CAPTION
    ]


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
    if (said.first("tdm-reservation") or "").strip() == "1":
        signals.append("tdm-reservation")
    if policy := said.first("tdm-policy"):
        signals.append(f"tdm-policy={policy}")
    return tuple(signals)
