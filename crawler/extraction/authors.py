# ruff: noqa: E501 -- word lists: one kind a line reads better than one broken line a word
"""Who wrote a story: declared names first, a visible byline where they are missing or name only the outlet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from crawler.extraction.blocks import Anchor, Outline
from crawler.extraction.byline_places import BylinePlaces
from crawler.extraction.bylines import (
    BOLD_LINE,
    LONGEST_BYLINE,
    LONGEST_NAME,
    is_role,
    looks_like_a_name,
    name_key,
    name_of_bio,
    names_alone,
    names_in,
    names_in_field,
    opens_byline,
    says_by,
)
from crawler.extraction.cues import Cue
from crawler.extraction.structured import Declared, Node, names_of, types_of

__all__ = ["Authors", "authors_of"]

MOST_NAMES: Final = 100  # that a page declares; more are an index of authors

_META: Final = (
    "author", "article:author", "article:author_name", "og:author", "parsely-author", "sailthru.author", "byl", "dc.creator",
    "dcterms.creator", "dc.author", "citation_author", "cxenseparse:author", "rbauthors", "creator", "vr:author",
)  # fmt: skip
# Cards of Twitter carry pairs of a label and what it labels.
_CARD_PAIRS: Final = (("twitter:label1", "twitter:data1"), ("twitter:label2", "twitter:data2"))
_NO_PROFILE: Final = re.compile(
    r"\d|\b(all|more|alle|mehr|zur|articles?|artikel\w*|beiträge|posts?|autorenseite|view|show|zeige|archives?|archiv)\b|[→»›]",
    re.IGNORECASE,
)
_APART: Final = int(
    Cue.COMMENTS | Cue.RELATED | Cue.FOOTER | Cue.CAPTION | Cue.NAVIGATION | Cue.CONSENT | Cue.SHARE
)
_SHARE: Final = int(Cue.SHARE)
_OTHERS: Final = int(Cue.COMMENTS | Cue.RELATED)
_PROFILE: Final = re.compile(
    r"/(?:author|authors|autor|autoren|autorin|auteur|auteurs|autore|profile|profil|people|person|reporter|journalist|staff|redakteur|by|contributor|skribent|writer)s?/",
    re.IGNORECASE,
)
# How content systems name their users: not what readers are told.
_LOGIN: Final = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)+|[a-z]+\d+")
_STAFF: Final = frozenset(("redaktion", "redaction", "redacción", "redazione", "redação", "redactie"))
# Names of elements that hold the author and nothing else.
_NAMED_AUTHOR: Final = re.compile(
    r"(?:^|[\s_-])(?:author|autor|auteur|autore|byline|writer|auth[_-]name)s?(?:$|[\s_-])|(?-i:[a-z](?:Author|Autor|Byline))s?(?:$|[\s_-])",
    re.IGNORECASE,
)
_NAMES: Final = ("class", "itemprop")
_YEAR: Final = re.compile(r"\b(?:19|20)\d{2}\b")
# A signature at the end of a story: "(Ada Moss)", "– Ada Moss".
_SIGNATURE: Final = re.compile(r"^\s*(?:[-\u2013\u2014~]\s*|\(\s*)([^()\d]{5,60}?)\s*\)?\s*\W*$")
# What somebody made for others' pages: "Ein Gastbeitrag von", "An interview by".
_GUEST: Final = re.compile(
    r"^\W*(?:an?|eine?|une?|un[ao]?|een)\s+(?:guest\s+\w+|opinion|interview|essay|column|gastbeitrag|gastkommentar|interview|kommentar|kolumne|essay|tribune|entretien|entrevista|intervista|columna)\s+(?:by|von|par|por|di|door|de)\s",
    re.IGNORECASE,
)
LONGEST_BIO: Final = 600  # characters of a line that tells who the author is


@dataclass(frozen=True, slots=True)
class Authors:
    """Names, and where they were read."""

    names: tuple[str, ...]
    source: str  # "": none found


def authors_of(said: Declared, page: Outline, places: BylinePlaces, outlet: set[str]) -> Authors:
    """Choose the names.

    Args:
        said: what the page declares.
        page: its blocks.
        places: where a byline may stand.
        outlet: the outlet's names as `name_key` gives them, which are no person's.

    The first source that names a person wins; one that names only the outlet, or a user of its content system,
    stands in where no other does. A byline that holds all the names declared, in full, and others, is believed,
    and one that says what a guest made before all.
    """
    shown = list(_shown(page, places))
    stand_in = Authors((), "")
    guests = [("byline", names) for names in _guests(page, places)]
    for source, names in [*guests, *_declared(said, outlet), *shown]:
        is_sure = any(not _is_outlet(name, outlet) and (source != "byline" or " " in name) for name in names)
        if is_sure:
            fuller = (found for found in shown if found[0] == "byline" and _says_more(found[1], names))
            source, names = next(fuller, (source, names))
            # JSON-LD may name the outlet beside a person as one more author; its domain is none
            kept = [
                name
                for name in names
                if not _is_outlet(name, outlet) or (source == "json-ld" and "." not in name)
            ]
            return Authors(tuple(kept), source)
        if names and not stand_in.names:
            stand_in = Authors(tuple(_in_full(name, page) for name in names), source)
    return stand_in if stand_in.names else _anywhere(page, places)


def _is_outlet(name: str, outlet: set[str]) -> bool:
    first = name_key(name.split()[0]) if name.split() else ""  # "Veltmoor D", "Veltmoor staff"
    return bool({name_key(name), first} & (outlet | _STAFF)) or _LOGIN.fullmatch(name) is not None


def _says_more(names: list[str], than: list[str]) -> bool:
    """Whether names are those others and more, or the same in full: a family name behind the first."""
    keys = {name_key(name) for name in names}
    firsts = {name_key(name.split()[0]) for name in names}
    known = {name_key(name) for name in than}
    return known < keys or (not known & keys and known <= firsts)


# ------------------------------------------------------------------------------------- declared names


def _declared(said: Declared, outlet: set[str]) -> Iterator[tuple[str, list[str]]]:
    """What each declaration says, best first, without the outlet's name beside a person's."""
    labelled = [
        said.first(value) or "" for label, value in _CARD_PAIRS if opens_byline(said.first(label) or "")
    ]
    meta = [name for key in _META for name in said.meta.get(key, ())][:6]
    for source, raw in (
        ("json-ld", names_of(said.article.get("author"), said)),
        ("json-ld", names_of(_page_node(said).get("author"), said)),
        ("meta", [*meta, *labelled]),
        ("microdata", said.items.get("author", [])),
    ):
        yield source, names_in_field([_without_outlet(name, outlet) for name in raw[:MOST_NAMES]])


def _page_node(said: Declared) -> Node:
    """The JSON-LD node of the page itself, which names the author where none is of a story."""
    pages = (node for node in said.nodes if any(name.endswith("Page") for name in types_of(node)))
    return next((node for node in pages if "author" in node), {})


def _without_outlet(text: str, outlet: set[str]) -> str:
    """Drop the outlet from what joins it to a name: "Veltmoor Post - Ada Moss"."""
    parts = [part for part in re.split(r"\s+[-\u2013\u2014|]\s+", text) if name_key(part) not in outlet]
    return parts[0] if len(parts) == 1 else text


# -------------------------------------------------------------------------------------- visible names


def _shown(page: Outline, places: BylinePlaces) -> Iterator[tuple[str, list[str]]]:
    """Names that the page shows, surest first."""
    sure, named, likely, told = [], [], [], []
    for i in places.near:
        block = page.blocks[i]
        box = page.boxes[block.box]
        if box.own & _APART & ~places.around:
            continue
        may_tell = (box.cues & Cue.BIO or i >= places.last) and len(block.text) <= LONGEST_BIO
        if may_tell and (name := name_of_bio(block.text)):
            told.append([name])
        elif len(block.text) > LONGEST_BYLINE or places.elsewhere(page, i) & _OTHERS:
            continue
        elif opens_byline(block.text) and i + 1 < len(page.blocks):
            if len(page.blocks[i + 1].text) <= LONGEST_BYLINE:
                sure.append(names_in(page.blocks[i + 1].text, sure=True))
        elif says_by(block.text):
            sure.append(names_in(block.text, sure=True))
        elif places.elsewhere(page, i) or page.near_cues(block.box) & _SHARE:
            continue
        elif _is_named_author(page, block.box):
            named.append(names_in(block.text, sure=True))
        elif places.is_at_story(i) and block.bold >= BOLD_LINE * len(block.text):
            named.append(names_alone(block.text))
        elif places.is_at_end(i) and (signed := _SIGNATURE.match(block.text)):
            named.append(names_alone(signed.group(1)))
        elif box.own & (Cue.BYLINE | Cue.BIO) or _YEAR.search(block.text):
            likely.append(names_in(block.text, sure=False))
    yield from (("byline", names) for names in sure if any(" " in name for name in names))
    yield "author-link", _linked_names(page, places.near)
    yield from (("byline", names) for names in [*sure, *named, *told, *likely] if names)


def _guests(page: Outline, places: BylinePlaces) -> Iterator[list[str]]:
    """The names in a line that says what a guest made: the account declared is that of who published it."""
    for i in places.near:
        text = page.blocks[i].text
        if len(text) <= LONGEST_BYLINE and i < places.last and _GUEST.match(text):
            names = names_in(text, sure=True)
            if names and all(" " in name for name in names):
                yield names


def _anywhere(page: Outline, places: BylinePlaces) -> Authors:
    """Names in elements named as the author's anywhere on the page, if they are one person's."""
    found: dict[str, str] = {}
    for block in page.blocks:
        if not 0 < len(block.text) <= LONGEST_BYLINE:
            continue
        if not page.near_cues(block.box) & _OTHERS & ~places.around and _is_named_author(page, block.box):
            found |= {name_key(name): name for name in names_in(block.text, sure=True)}
    return Authors(tuple(found.values()), "byline") if len(found) == 1 else Authors((), "")


def _in_full(name: str, page: Outline) -> str:
    """The name that a user of the content system has on the page: "ada.moss" as "Ada B. Moss"; else as it is."""
    parts = re.split(r"[._-]", name)
    if not _LOGIN.fullmatch(name) or len(parts) != 2 or not all(part.isalpha() for part in parts):
        return name
    written = re.compile(rf"\b{parts[0]}(?:\s+\S+)?\s+{parts[1]}\b", re.IGNORECASE)
    found = (match.group() for block in page.blocks if (match := written.search(block.text)))
    return next((full for full in found if looks_like_a_name(full)), name)


def _is_named_author(page: Outline, box: int) -> bool:
    """Whether one of the nearest elements is named as the author's."""
    for _ in range(3):
        if box < 0:
            break
        here = page.boxes[box]
        if here.own & Cue.BYLINE and any(_NAMED_AUTHOR.search(here.element.get(name, "")) for name in _NAMES):
            return True
        box = here.parent
    return False


def _linked_names(page: Outline, near: tuple[int, ...]) -> list[str]:
    """Anchors that say rel=author or lead to a profile, near the headline."""
    by_block: dict[int, list[str]] = {}
    places = set(near)
    for anchor in page.anchors:
        if anchor.block in places and (name := _linked_name(anchor, page)):
            by_block.setdefault(anchor.block, []).append(name)
    first = next((place for place in near if place in by_block), -1)
    together = (
        [name for place in range(first, first + 3) for name in by_block.get(place, ())] if by_block else []
    )
    return list({name_key(name): name for name in reversed(together)}.values())[::-1]


def _linked_name(anchor: Anchor, page: Outline) -> str | None:
    block = page.blocks[anchor.block]
    if not 0 < len(anchor.text) <= LONGEST_NAME or len(block.text) > LONGEST_BYLINE:
        return None
    if page.boxes[block.box].own & _APART:
        return None
    name = next(iter(names_in_field([anchor.text])), "")
    says_author = "author" in (anchor.element.get("rel") or "").lower().split()
    leads_there = _PROFILE.search(anchor.element.get("href") or "") and looks_like_a_name(name)
    if not (says_author or leads_there) or is_role(name) or _NO_PROFILE.search(name):
        return None
    return name or None
