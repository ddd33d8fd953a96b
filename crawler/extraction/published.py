# ruff: noqa: E501 -- word lists: one kind a line reads better than one broken line a word
"""When a story was published: the moments a page declares, checked against the one it shows its readers.

Declarations disagree: content systems write when a record was made, copied or last saved into the fields for
publication, and give UTC where readers see their own clock. What stands under the headline decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Final
from urllib.parse import urlsplit

from lxml.etree import _Element

from crawler.extraction.blocks import Outline
from crawler.extraction.byline_places import BylinePlaces
from crawler.extraction.cues import Cue
from crawler.extraction.dates import date_in_address, parse_moment, slashed_orders
from crawler.extraction.structured import Declared, text_of

__all__ = ["Dates", "dates_of"]

_META: Final = (
    "article:published_time", "og:published_time", "og:article:published_time", "datepublished", "publishdate", "publish_date",
    "publish-date", "published_time", "published", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime",
    "article.published", "article_date_original", "publication_date", "citation_online_date", "citation_publication_date",
    "citation_date", "pubdate", "pub_date", "release_date", "originalpublicationdate", "ptime", "bt:pubdate", "gentime",
    "rnews:datepublished", "vr:published_time", "shareaholic:article_published_time",
)  # fmt: skip
# These names do not say of what they are the date: often of the record, or of its last change.
_VAGUE_META: Final = (
    "dcterms.issued", "dc.date.issued", "dcterms.created", "dc.date.created", "dc.date", "dcterms.date", "dc.created", "date",
    "created", "datecreated", "timestamp",
)  # fmt: skip
_MODIFIED_META: Final = (
    "article:modified_time", "og:updated_time", "og:modified_time", "datemodified", "lastmod", "last-modified", "modified",
    "dcterms.modified", "dc.date.modified", "updated_time", "article:updated_time", "revised",
)  # fmt: skip
LONGEST_STAMP: Final = 120  # characters of a line that may hold a date
ZONES_APART: Final = timedelta(days=1)  # that two readings of one moment may differ by
# Ends of addresses that anybody uses, or whose country writes both ways; and countries that put the month first.
_NO_COUNTRY: Final = frozenset(("ai", "ca", "cc", "co", "eu", "fm", "io", "ly", "me", "to", "tv", "ws"))
_MONTH_FIRST: Final = frozenset(("us", "ph"))
# Clocks where people read news are at most so far from UTC, by whole hours or these others.
WESTMOST, EASTMOST = timedelta(hours=-10), timedelta(hours=13)
_ODD_ZONES: Final = frozenset(
    timedelta(hours=hours) for hours in (-3.5, -2.5, 3.5, 4.5, 5.5, 5.75, 6.5, 9.5, 10.5)
)
_CHANGED = re.compile(
    r"\b(?:(?:last |first )?(?:updated?|modified|edited|changed|revised)\b|aktualisier|geändert|ergänzt|letzte änderung|mis[e]? à jour|màj\b|modifié"
    r"|(?:última )?actualiza|modificad|aggiorna|ultima modifica|atualiza|bijgewerkt|gewijzigd|uppdatera|ändrad|oppdater|opdater|endret|ændret|päivite|muokattu"
    r"|обновл|изменен|оновлен|змінен|zaktualizowan|aktualizac|aktualizován|frissít|actualizat|güncelle|kemas kini|diperbarui|cập nhật|ενημ|ažurir|posodobljen)"
    r"|更新|업데이트|수정|تحديث|עודכן|עדכון",
    re.IGNORECASE,
)
_CHANGED_NAME = re.compile(r"modif|last-?_?updat|update[d]?-?_?(?:time|date|at|on)", re.IGNORECASE)
_DATE: Final = int(Cue.DATE)


Candidate = tuple[str, datetime]  # where it was read, the moment


@dataclass(frozen=True, slots=True)
class Dates:
    """When a story was published and last changed, and where that was read."""

    published: datetime | None = None
    modified: datetime | None = None
    sources: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stamp:
    """A moment as the page shows it."""

    moment: datetime
    changed: bool  # it says when the story was changed
    close: bool  # it stands at the headline
    sure: bool = True  # its day and month cannot be taken for each other


def dates_of(said: Declared, page: Outline, url: str | None, places: BylinePlaces) -> Dates:
    """Choose both moments.

    Args:
        said: what the page declares.
        page: its blocks.
        url: its address, which may hold a day.
        places: where a byline may stand.

    Of several declarations the one that a stamp at the headline bears out is believed, else the first; one
    whose name is vague, only where no such stamp speaks against it.
    """
    stamps = list(_stamps(page, places, said, url))
    changed = [("visible", stamp.moment) for stamp in stamps if stamp.changed and stamp.sure]
    published = next(_published(said, url, [stamp for stamp in stamps if not stamp.changed]), None)
    modified = next(iter([*_declared_change(said), *changed]), None)
    chosen = {"published": published or next(iter(changed), None), "modified": modified}
    return Dates(
        **{name: found[1] for name, found in chosen.items() if found},
        sources={name: found[0] for name, found in chosen.items() if found},
    )


def _published(said: Declared, url: str | None, shown: list[Stamp]) -> Iterator[Candidate]:
    """Moments of publication, best first."""
    clear, vague = _declared(said), _moments([("meta", said.first(name)) for name in _VAGUE_META])
    for source, moment in [*clear, *vague]:
        near = (stamp.moment for stamp in shown if stamp.close)
        yield from ((source, local) for stamp in near if (local := _as_shown(moment, stamp)))
    shown = [stamp for stamp in shown if stamp.sure]
    close = [stamp.moment for stamp in shown if stamp.close]
    if _is_of_the_record(clear, _declared_change(said)):
        yield from (("visible", moment) for moment in close if moment + ZONES_APART < clear[0][1])
    day = date_in_address(url)
    for source, moment in clear:
        yield source, (day and _as_shown(moment, day)) or moment
    yield from (("visible", moment) for moment in close)
    yield from vague
    yield from (("visible", stamp.moment) for stamp in shown)
    yield from _moments([("json-ld", text_of(said.article.get("dateCreated")))])
    if day:
        yield "address", day


def _is_of_the_record(published: list[Candidate], changed: list[Candidate]) -> bool:
    """Whether the moment declared for publication is after that of the last change: then it is a copy's."""
    return bool(published and changed) and changed[0][1] < published[0][1]


def _declared(said: Declared) -> list[Candidate]:
    """Declared moments of publication; where two are one, in the zone of the one that has any but UTC."""
    moments = _moments([
        ("json-ld", text_of(said.article.get("datePublished"))),
        *[("meta", said.first(name)) for name in _META],
        *[("microdata", text) for text in said.items.get("datepublished", ())],
    ])  # fmt: skip
    zones = {moment: moment.tzinfo for _, moment in reversed(moments) if moment.utcoffset()}
    return [(source, moment.astimezone(zones.get(moment, moment.tzinfo))) for source, moment in moments]


def _declared_change(said: Declared) -> list[Candidate]:
    return _moments([
        ("json-ld", text_of(said.article.get("dateModified"))),
        ("meta", said.first(*_MODIFIED_META)),
        *[("microdata", text) for text in said.items.get("datemodified", ())],
    ])  # fmt: skip


def _moments(candidates: list[tuple[str, str | None]]) -> list[Candidate]:
    return [(source, moment) for source, text in candidates if (moment := parse_moment(text)) is not None]


def _as_shown(moment: datetime, stamp: datetime) -> datetime | None:
    """A declared moment on the day that the page shows; None: the two are not the same.

    Where UTC was declared, the stamp tells the zone: it says so, or its clock differs by the hours of one. A
    stamp without a clock tells the nearest zone in which it is that day.
    """
    if stamp.utcoffset() and not moment.utcoffset():
        moment = moment.astimezone(stamp.tzinfo)
    elif not moment.utcoffset() and _has_clock(moment):
        if _has_clock(stamp):
            apart = stamp.replace(second=0) - moment.replace(second=0)
        else:
            midnight = moment.replace(hour=0, minute=0, second=0)
            hours = {1: 24 - moment.hour, -1: -moment.hour - 1}.get((stamp - midnight).days, 0)
            apart = timedelta(hours=hours)
        if apart and _is_zone(apart):
            moment = moment.astimezone(timezone(apart))
    return moment if stamp.date() == moment.date() else None


def _has_clock(moment: datetime) -> bool:
    return bool(moment.hour or moment.minute or moment.second)


def _is_zone(apart: timedelta) -> bool:
    """Whether clocks somewhere are so far from UTC."""
    return WESTMOST <= apart <= EASTMOST and (
        apart % timedelta(hours=1) == timedelta(0) or apart in _ODD_ZONES
    )


def _stamps(page: Outline, places: BylinePlaces, said: Declared, url: str | None) -> Iterator[Stamp]:
    """Dates in short lines, likeliest first; <time datetime> before its words.

    Behind the lines near headline and story come those the page names as a date elsewhere. What can be read with
    the day first and with the month is given in both readings, of which the page's own order alone is sure.
    """
    day_first = _day_first(page, said, url)
    orders = (True, False) if day_first is None else (day_first, not day_first)
    named = [i for i, block in enumerate(page.blocks) if page.boxes[block.box].own & _DATE]
    for i in dict.fromkeys([*places.near, *named]):
        line, element = page.blocks[i].text, page.boxes[page.blocks[i].box].element
        may_hold_one = any(map(str.isdigit, line)) or "datetime" in element.attrib
        if len(line) <= LONGEST_STAMP and may_hold_one and not places.elsewhere(page, i):
            is_clear = not all(slashed_orders(line))
            for order in orders[:1] if is_clear else orders:
                sure = is_clear or order is day_first
                yield from _stamps_in(line, element, places.is_close(i), sure=sure, day_first=order)


def _day_first(page: Outline, said: Declared, url: str | None) -> bool | None:
    """Whether the page writes the fifth of February as 05/02; None: nothing tells.

    Other dates of the page tell best, then the country of its address, then its language.
    """
    for block in page.blocks:
        if len(block.text) <= LONGEST_STAMP and "/" in block.text:
            day_first, month_first = slashed_orders(block.text)
            if day_first != month_first:
                return day_first
    country = (urlsplit(url or "").hostname or "").rpartition(".")[2]
    if len(country) == 2 and country not in _NO_COUNTRY:
        return country not in _MONTH_FIRST
    language = (said.language or said.first("og:locale", "content-language") or "").lower().replace("_", "-")
    if language[:2] not in ("", "en"):
        return True
    return {"us": False, "ph": False, "": None}.get(language[3:5], True)


def _stamps_in(
    line: str, element: _Element, is_close: bool, *, sure: bool, day_first: bool
) -> Iterator[Stamp]:
    """The moments in a line; what follows a word for change is one."""
    label = _CHANGED.search(line)
    first = parse_moment(line[: label.start()] if label else line, day_first=day_first)
    is_change = first is None if label else _CHANGED_NAME.search(element.get("class") or "") is not None
    for moment in (parse_moment(element.get("datetime")), first):
        if moment:
            yield Stamp(moment, is_change, is_close, sure)
    if label and (later := parse_moment(line[label.end() :], day_first=day_first)):
        yield Stamp(later, True, is_close, sure)
