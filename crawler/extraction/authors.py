# ruff: noqa: E501 -- word lists: one kind a line reads better than one broken line a word
"""Who wrote a story: declared names first, a visible byline where they are missing or name only the outlet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from crawler.extraction.blocks import Anchor, Outline
from crawler.extraction.cues import Cue
from crawler.extraction.structured import Declared, names_of

__all__ = ["LONGEST_BYLINE", "Authors", "authors_of", "is_byline", "opens_byline"]

LONGEST_NAME: Final = 60  # characters
LONGEST_BYLINE: Final = 140  # characters
MOST_NAMES: Final = 100  # that a page declares; more are an index of authors

_META: Final = (
    "author", "article:author", "article:author_name", "og:author", "parsely-author", "sailthru.author", "byl", "dc.creator",
    "dcterms.creator", "dc.author", "citation_author", "cxenseparse:author", "rbauthors", "creator", "vr:author",
)  # fmt: skip
_BY: Final = re.compile(
    r"^\W*(?:(?:geschrieben|posted|published|written|reported|story|words|text|interview|von|autor|autorin|author|автор|opinion|redacción)(?:\s+|\s*:\s+))?"
    r"(?:by|von|par|por|di|da|door|av|af|tekst|text|autor(?:in|a|es)?|author|автор|текст|interview|yazan|od|napsal|skrivet av|oleh)(?:\b|(?<=[Bb]y)(?=[A-Z]))\s*:?\s*",
    re.IGNORECASE,
)
_SURE_BY: Final = re.compile(
    r"^\W*(?:by\b|von\b|par\b|por\b|door\b|av\b|af\b|автор|autor(?:in)?\b|interview\b|(?-i:By(?=[A-Z])))(?:\s*:)?\s*(?=\S)",
    re.IGNORECASE,
)
_ALONE_BY: Final = re.compile(
    r"^\W*(?:by|von|par|por|di|door|av|af|автор|autor(?:in)?|written by|text|redacción)\W*$",
    re.IGNORECASE,
)
_STAMP: Final = re.compile(
    r"\b\d.*$|\b(?:on|am|le|el|il|in|at|um|updated?|published|posted|last|stand|veröffentlicht|publié|publicado|mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag"
    r"|january|february|march|april|may|june|july|august|september|october|november|december|januar|februar|märz|mai|juni|juli|oktober|dezember"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?\W*(?:\d.*)?$",
    re.IGNORECASE,
)
_NO_PROFILE: Final = re.compile(
    r"\d|\b(all|more|alle|mehr|zur|articles?|artikel\w*|beiträge|posts?|autorenseite|view|show|zeige|archives?|archiv)\b|[→»›]",
    re.IGNORECASE,
)
_EDGE: Final = re.compile(r"\s*[|/•·\u2013\u2014;]\s*|\s+-\s+|\s{2,}")
_COMMA: Final = re.compile(r"\s*[,、，&+]\s*")
_AND: Final = re.compile(r"\s+(?:and|und|et|y|og|och|ja|e|en|i|и|та)\s+")
_PARENTHESIS: Final = re.compile(r"\s*[(\[][^()\[\]]{0,40}[)\]]|\s*@\w+$|\S+@\S+")
_ADDRESS: Final = re.compile(r"https?:|www\.|\S@\S|[<>{}=]|^\d+$", re.IGNORECASE)
_ROLES: Final = re.compile(
    r"^(admin(istrator)?|editor|editors|editorial( staff| team)?|staff( (writer|reporter|correspondent))?|news ?desk|web ?(master|desk)|guest|author|unknown|reporter|correspondent|journalist|redakteur(in)?|autor(in)?|autoren|null|none|undefined|nachrichten|news|home|facebook|twitter|instagram|e-?mail|share|teilen|comments?|kommentare?|follow|updated?|published|associated|more|mehr|about|all articles|alle artikel|profil|bio)$",
    re.IGNORECASE,
)
_NO_BYLINE: Final = re.compile(
    r"^\W*(foto|photo|bild|image|quelle|source|getty|reuters|dpa|afp|ap\b|credit|©|lesezeit|kommentar|comment|tags?|schlagw|categor|kategorie|share|min\b|abgelegt|posted in|filed)",
    re.IGNORECASE,
)
_APART: Final = int(
    Cue.COMMENTS | Cue.RELATED | Cue.FOOTER | Cue.CAPTION | Cue.NAVIGATION | Cue.CONSENT | Cue.SHARE
)
_PROFILE: Final = re.compile(
    r"/(?:author|authors|autor|autoren|autorin|auteur|auteurs|autore|profile|profil|people|person|reporter|journalist|staff|redakteur|by|contributor|skribent|writer)s?/",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Authors:
    """Names, and where they were read."""

    names: tuple[str, ...]
    source: str  # "": none found


def authors_of(said: Declared, page: Outline, near: list[int], publisher: str | None) -> Authors:
    """Choose the names.

    Args:
        said: what the page declares.
        page: its blocks.
        near: indices of the blocks where a byline may stand, likeliest first.
        publisher: the outlet's name, which is no person's.

    The first source that names a person wins; one that names only the outlet stands in where no other does.
    """
    outlet = {_key(publisher or ""), *map(_key, said.meta.get("og:site_name", ()))}
    stand_in = Authors((), "")
    for source, names in _readings(said, page, near):
        if names and not all(_is_outlet(name, outlet) for name in names):
            return Authors(
                tuple(name for name in names if not _is_outlet(name, outlet) or source == "json-ld"), source
            )
        if names and not stand_in.names:
            stand_in = Authors(tuple(names), source)
    return stand_in


def _readings(said: Declared, page: Outline, near: list[int]) -> Iterator[tuple[str, list[str]]]:
    """What each source says, best first."""
    yield "json-ld", _declared_names(names_of(said.article.get("author"), said))
    yield "meta", _declared_names([name for key in _META for name in said.meta.get(key, ())][:6])
    yield "microdata", _declared_names(said.items.get("author", []))
    yield "author-link", _linked_names(page, near)
    yield "byline", _byline_names(page, near)


def _key(name: str) -> str:
    return "".join(re.findall(r"\w+", name.casefold()))


def _is_outlet(name: str, outlet: set[str]) -> bool:
    key = _key(name)
    return key in outlet or key in ("redaktion", "redaction", "redacción", "redazione", "redação", "redactie")


# ------------------------------------------------------------------------------------- declared names


def _declared_names(raw: list[str]) -> list[str]:
    """Names in declared fields: joint ones parted, addresses and mere roles left out, each once."""
    names: dict[str, str] = {}
    for text in raw[:MOST_NAMES]:
        text = _PARENTHESIS.sub("", text).strip()
        if _ADDRESS.search(text):
            continue
        for name in _parted(_BY.sub("", text) if _SURE_BY.match(text) else text):
            name = name.strip(" .,:-\u2013|")
            if name and len(name) <= LONGEST_NAME and not _ROLES.match(name):
                names.setdefault(_key(name), name)
    names.pop("", None)
    return list(names.values())


def _parted(text: str) -> list[str]:
    """One field's names: at marks always, at "and" only between what reads as two names."""
    parts = [part for piece in re.split(r"\s*[;|/•·]\s*", text) for part in _COMMA.split(piece)]
    names: list[str] = []
    for part in parts:
        joined = _AND.split(part)
        names += joined if len(joined) > 1 and all(_looks_like_a_name(name) for name in joined) else [part]
    return names


def _looks_like_a_name(text: str) -> bool:
    """Two to four words, each of letters and capitalised."""
    words = text.split()
    return 2 <= len(words) <= 4 and all(
        word[0].isupper() or word.lower() in ("de", "van", "von", "der", "den", "da", "di", "la", "le", "el", "al", "bin", "dos", "du", "zu", "ten")
        for word in words
    ) and words[0][0].isupper() and not re.search(r"[\d:!?()]", text)  # fmt: skip


# -------------------------------------------------------------------------------------- visible names


def _linked_names(page: Outline, near: list[int]) -> list[str]:
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
    return list({_key(name): name for name in reversed(together)}.values())[::-1]


def _linked_name(anchor: Anchor, page: Outline) -> str | None:
    block = page.blocks[anchor.block]
    if not 0 < len(anchor.text) <= LONGEST_NAME or len(block.text) > LONGEST_BYLINE:
        return None
    if page.boxes[block.box].own & _APART:
        return None
    text = _BY.sub("", anchor.text) if _SURE_BY.match(anchor.text) else anchor.text
    name = _PARENTHESIS.sub("", text).strip(" ,.|")
    says_author = "author" in (anchor.element.get("rel") or "").lower().split()
    leads_there = _PROFILE.search(anchor.element.get("href") or "") and _looks_like_a_name(name)
    if not (says_author or leads_there) or _ROLES.match(name) or _NO_PROFILE.search(name):
        return None
    return name or None


def _byline_names(page: Outline, near: list[int]) -> list[str]:
    """The names in a line that opens with "By", stands in a box named so, or carries a date; surest first."""
    sure, likely = [], []
    for i in near:
        block = page.blocks[i]
        own = page.boxes[block.box].own
        if len(block.text) > LONGEST_BYLINE or own & _APART or _NO_BYLINE.match(block.text):
            continue
        if _ALONE_BY.match(block.text) and i + 1 < len(page.blocks):
            sure.append(_names_in(page.blocks[i + 1].text, sure=True))
        elif _SURE_BY.match(block.text):
            sure.append(_names_in(block.text, sure=True))
        elif page.near_cues(block.box) & _APART:
            continue
        elif own & (Cue.BYLINE | Cue.BIO) or _has_stamp(block.text):
            likely.append(_names_in(block.text, sure=False))
    return next(filter(None, [*sure, *likely]), [])


def is_byline(text: str) -> bool:
    """Whether a line says "By" and names, and nothing else."""
    return opens_byline(text) or (
        _SURE_BY.match(text) is not None
        and all(_looks_like_a_name(name) for name in _parted(_BY.sub("", text, count=1).strip(" ,.:|")))
    )


def opens_byline(text: str) -> bool:
    """Whether a line says "By" alone: the names are in the next."""
    return _ALONE_BY.match(text) is not None


def _has_stamp(text: str) -> bool:
    return re.search(r"\b(?:19|20)\d{2}\b", text) is not None


def _names_in(line: str, *, sure: bool) -> list[str]:
    """Names in a byline; where it does not say "by", only what looks like two or more capitalised words."""
    names: dict[str, str] = {}
    line = _BY.sub("", line, count=1)
    for piece in _EDGE.split(line):
        piece = _STAMP.sub("", _PARENTHESIS.sub("", piece)).strip(" ,.:|-")
        for name in _parted(piece):
            name = name.strip(" ,.:|-")
            fits = _looks_like_a_name(name) or (
                sure and not names and 2 < len(name) <= 25 and " " not in name
            )
            if fits and not _ROLES.match(name) and not _NO_BYLINE.match(name):
                names.setdefault(_key(name), name)
        if names:
            break
    return list(names.values())
