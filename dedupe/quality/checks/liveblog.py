"""A ticker: many short entries, each under its time."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dedupe.models import Article, Severity
from dedupe.quality.problem import Problem
from dedupe.quality.reading import reading_of
from dedupe.quality.registry import check
from dedupe.settings import QualitySettings

__all__ = ["Liveblog"]

LEAST_ENTRIES = 3
CLOCK = r"(?:[01]?\d|2[0-3])[:.h]\s?[0-5]\d(?::[0-5]\d)?(?:\s?[ap]\.?m\.?)?"
# A line that is only a time: a clock, with a zone or a word or two; or how long ago.
ZONE = r"(?:\s?(?:[A-Z]{2,5}|uhr|heures?|ore|horas?|time))?"
BEHIND = r"(?:\W{0,4}[^\W\d]{0,12}\.?\s?\d{0,4})?"  # a month, a day, a year
UNIT = (
    r"(?:h|hr|hrs|m|min|mins|hours?|minutes?|std|stunden?|minuten?|heures?|horas?|minutos?)\.?\s(?:ago|zuvor)"
)
STAMP = re.compile(
    rf"(?:[\w,./ -]{{0,24}}\s|\W)?{CLOCK}{ZONE}{BEHIND}"
    rf"|(?:\w{{3,14}}\s)?\d{{1,2}}\s?{UNIT}"
    r"|(?:vor|il y a|hace|h[aá])\s\d{1,2}\s\w{1,9}",
    re.IGNORECASE,
)
# An entry with its time before it: a clock, a divider, and a sentence.
ENTRY = re.compile(rf"^{CLOCK}{ZONE}\s?[:–—|-]\s?(?:\S+\s){{5,}}", re.IGNORECASE)
LONGEST = 40  # characters


@check
class Liveblog:
    """Counts lines that hold nothing but a time."""

    name = "liveblog"
    title = "Live blog"
    reason = "A ticker mixes many reports and grows all day: it is no single article."
    remedy = "Decide whether the corpus takes tickers; most counts are better without."

    def __call__(self, article: Article, settings: QualitySettings) -> Iterator[Problem]:
        """One problem a time stamp, where there are three or more."""
        facts = reading_of(article.text).facts
        texts = facts.columns.text
        short = [place for place, text in enumerate(texts) if len(text) <= LONGEST and STAMP.fullmatch(text)]
        entries = [
            place
            for place, text in enumerate(texts)
            if text[0].isdecimal() and ENTRY.match(text) and place not in short
        ]
        stamps = [facts.line(place) for place in (*short, *entries)]
        if len(stamps) >= (
            LEAST_ENTRIES if all(len(line.text) <= LONGEST for line in stamps) else LEAST_ENTRIES + 1
        ):
            for line in stamps:
                yield Problem(Severity.DISTORTING, f"{len(stamps)} entries stand under a time.", line.span)
