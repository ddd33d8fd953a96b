"""Days and times as pages write them, read without guessing: what is not clear is no date."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Final

__all__ = ["date_in_address", "parse_moment"]

# News on the web is not older, and a page cannot be from the future (a day of grace for zones).
EARLIEST: Final = 1990
_ISO = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2}\b)?)?",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?)?(Z|[+-]\d{2}:?\d{2})?$")
# What each form below holds: a year, a day before a point, a clock. Most short lines of a page do not.
_MAY_BE_DATED = re.compile(r"\d{4}|\d\.\s?\d|\d:\d\d")
_EPOCH = re.compile(r"^1\d{9}(?:\d{3})?$")
_YEAR_FIRST = re.compile(r"\b((?:19|20)\d{2})[/.](\d{1,2})[/.](\d{1,2})\b")
_DAY_FIRST = re.compile(r"(?<![\d.])(\d{1,2})\.\s?(\d{1,2})\.\s?((?:19|20)?\d{2})(?![\d.])")
_SLASHED = re.compile(r"\b(\d{1,2})[/-](\d{1,2})[/-]((?:19|20)\d{2})\b")
_CJK = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]")
_CLOCK = re.compile(r"\b(\d{1,2})[:.h](\d{2})(?::(\d{2}))?\s*([ap])?\.?(?:m\b)?", re.IGNORECASE)
_IN_ADDRESS = re.compile(r"/((?:19|20)\d{2})[/-]?(\d{2})[/-]?(\d{2})(?:[/_-]|\b)")

# First letters of the months' names, enough to tell them apart, in the languages of most news sites.
_MONTHS: Final[tuple[str, ...]] = (
    "jan|januar|enero|ene|gennaio|gen|janvier|janeiro|janv|tammi|sty|leden|ledna|янв|січ|ιαν|oca|ianuarie|sije|januari|jaan",
    "feb|febr|fév|fev|fevereiro|febbraio|helmi|lut|únor|unor|фев|лют|φεβ|şub|sub|velj|veeb",
    "mar|märz|maerz|mär|mrz|marzo|mars|março|maaliskuu|maart|břez|brez|мар|берез|бер|μαρ|ožu",
    "apr|abr|avr|abril|aprile|avril|huhti|kwi|dubn|duben|апр|квіт|кві|απρ|nis|trav",
    "may|mai|mayo|maggio|maio|mei|maj|touko|kvě|kve|май|мая|трав|μαι|μαϊ|svib|mag",
    "jun|juin|juni|junio|giugno|giu|junho|kesä|cze|červn|июн|черв|ιουν|haz|lipan|lipnj|iun",
    "jul|juil|juli|julio|luglio|lug|julho|heinä|lipi|lipc|červenc|июл|лип|ιουλ|tem|srpan|srpnj|iul",
    "aug|août|aout|ago|agosto|elo|sie|srpn|srpen|авг|серп|αυγ|ağu|agu|kolo",
    "sep|sept|set|settembre|septiembre|setembro|syys|wrz|zář|zar|сен|верес|вер|σεπ|eyl|ruj",
    "oct|okt|ott|out|octubre|ottobre|outubro|loka|paź|paz|říj|rij|окт|жовт|жов|οκτ|eki",
    "nov|noviembre|novembre|novembro|marras|lis|ноя|лист|νοε|kas|studen|noi",
    "dec|dez|dic|déc|dezember|diciembre|dicembre|dezembro|joulu|gru|prosin|дек|груд|δεκ|ara",
)
_MONTH_OF: Final = {
    name: number for number, names in enumerate(_MONTHS, 1) for name in reversed(names.split("|"))
}
_WORD_DATE = re.compile(
    r"(?P<d1>\d{1,2})(?:st|nd|rd|th|er|º|\.)?\s*(?:de\s+|d'|of\s+)?(?P<m1>[^\W\d_]{3,12})\.?,?\s*(?:de\s+|del\s+)?(?P<y1>(?:19|20)\d{2})\b"
    r"|\b(?P<m2>[^\W\d_]{3,12})\.?\s+(?P<d2>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y2>(?:19|20)\d{2})\b",
    re.IGNORECASE,
)
# Hours east of Greenwich of zones that pages name by letters.
_ZONES: Final = {
    "utc": 0, "gmt": 0, "z": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "pst": -8, "pdt": -7, "cet": 1,
    "cest": 2, "bst": 1, "ist": 5.5, "jst": 9, "kst": 9, "msk": 3, "eet": 2, "eest": 3, "aest": 10,
}  # fmt: skip
_ZONE_NAME = re.compile(r"\b(" + "|".join(_ZONES) + r")\b", re.IGNORECASE)


def parse_moment(text: str | None) -> datetime | None:
    """Read a day or a time as a machine or a person wrote it; without a zone it is taken as UTC.

    Understood are ISO 8601 and its neighbours, RFC 2822, Unix times, `2.5.2026`, `2026/05/02`, a month's name
    in most European languages, and East Asian dates. `05/02/2026` is read only where one number is over 12,
    or both are the same.
    """
    text = " ".join((text or "").split())[:200]
    if not _MAY_BE_DATED.search(text):
        return None
    for read in (_iso, _compact, _epoch, _numbers, _words, _mail):
        if moment := read(text):
            return moment
    return None


def date_in_address(url: str | None) -> datetime | None:
    """The day in an address like /2026/05/02/story."""
    found = _IN_ADDRESS.search(url or "")
    if not found:
        return None
    year, month, day = map(int, found.groups())
    return _moment(year, month, day)


def _iso(text: str) -> datetime | None:
    found = _ISO.search(text)
    if not found:
        return None
    year, month, day, hour, minute, second, zone = found.groups()
    clock = (int(hour or 0), int(minute or 0), int(second or 0))
    return _moment(int(year), int(month), int(day), clock, _zone(zone))


def _compact(text: str) -> datetime | None:
    found = _COMPACT.match(text)
    if not found:
        return None
    *numbers, zone = found.groups()
    year, month, day, hour, minute, second = [int(number or 0) for number in numbers]
    return _moment(year, month, day, (hour, minute, second), _zone(zone))


def _epoch(text: str) -> datetime | None:
    if not _EPOCH.match(text):
        return None
    return datetime.fromtimestamp(int(text[:10]), UTC)


def _numbers(text: str) -> datetime | None:
    if found := _CJK.search(text) or _YEAR_FIRST.search(text):
        year, month, day = map(int, found.groups())
    elif found := _DAY_FIRST.search(text):
        day, month, year = map(int, found.groups())
        year += 2000 if year < 100 else 0
    elif found := _SLASHED.search(text):
        first, second, year = map(int, found.groups())
        if first <= 12 and second <= 12 and first != second:
            return None
        day, month = (second, first) if second > 12 else (first, second)
    else:
        return None
    return _moment(year, month, day, _clock(text[found.end() :]), _zone_name(text))


def _words(text: str) -> datetime | None:
    for found in _WORD_DATE.finditer(text):
        parts = found.groupdict()
        month = _month(parts["m1"] or parts["m2"])
        if month:
            rest = text[found.end() :] if _CLOCK.search(text[found.end() :]) else text[: found.start()]
            year, day = int(parts["y1"] or parts["y2"]), int(parts["d1"] or parts["d2"])
            return _moment(year, month, day, _clock(rest), _zone_name(text))
    return None


def _mail(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _month(word: str) -> int | None:
    word = word.lower()
    for length in range(min(len(word), 8), 2, -1):
        if month := _MONTH_OF.get(word[:length]):
            return month
    return None


def _clock(text: str) -> tuple[int, int, int]:
    found = _CLOCK.search(text[:40])
    if not found:
        return 0, 0, 0
    hour, minute, second, half = found.groups()
    hours = int(hour) % 12 + (12 if half.lower() == "p" else 0) if half else int(hour)
    return (hours, int(minute), int(second or 0)) if hours < 24 and int(minute) < 60 else (0, 0, 0)


def _zone(text: str | None) -> timezone:
    if not text or text[0] not in "+-":
        return UTC
    digits = text[1:].replace(":", "")
    minutes = int(digits[:2]) * 60 + int(digits[2:4] or 0)
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes)) if minutes < 1440 else UTC


def _zone_name(text: str) -> timezone:
    if found := re.search(r"([+-]\d{2}:?\d{2})\s*$", text):
        return _zone(found.group(1))
    found = _ZONE_NAME.search(text)
    return timezone(timedelta(hours=_ZONES[found.group(1).lower()])) if found else UTC


def _moment(
    year: int, month: int, day: int, clock: tuple[int, int, int] = (0, 0, 0), zone: timezone = UTC
) -> datetime | None:
    hour, minute, second = clock
    if year < EARLIEST:
        return None
    try:
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone)
    except ValueError:
        return None
