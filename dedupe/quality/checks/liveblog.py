"""A ticker: many short entries, each under its time."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dedupe.models import Article, Severity
from dedupe.quality.notices import LETTERS, LONGEST_TIME, TIME_WORDS
from dedupe.quality.problem import Problem
from dedupe.quality.reading import reading_of
from dedupe.quality.registry import check
from dedupe.settings import QualitySettings

__all__ = ["Liveblog"]

LEAST_ENTRIES = 3
MOST_STAMP_WORDS = 10
MOST_OTHER_WORDS = 2  # beside the clock
CLOCK = r"(?:[01]?\d|2[0-3])[:.h]\s?[0-5]\d(?::[0-5]\d)?(?:\s?[ap]\.?m\.?)?"
ZONE = r"(?:\s?(?:[A-Z]{2,5}|uhr|heures?|ore|horas?|time))?"
HAS_CLOCK = re.compile(rf"(?<!\d){CLOCK}(?!\d)", re.IGNORECASE)
UNIT = (
    r"(?:h|hr|hrs|m|min|mins|hours?|minutes?|std|stunden?|minuten?|heures?|horas?|minutos?)\.?\s(?:ago|zuvor)"
)
AGO = re.compile(
    rf"(?:\w{{3,14}}\s)?\d{{1,2}}\s?{UNIT}|(?:vor|il y a|hace|h[aá])\s\d{{1,2}}\s\w{{1,9}}\.?", re.IGNORECASE
)
# An entry with its time before it: a clock, a divider, and a sentence.
ENTRY = re.compile(rf"^{CLOCK}{ZONE}\s?[:–—|-]\s?(?:\S+\s){{5,}}", re.IGNORECASE)


def _is_stamp(text: str) -> bool:
    """Whether a line is only a time: a clock and words of time, or how long ago."""
    if len(text) > LONGEST_TIME or not any(map(str.isdecimal, text)):
        return False
    if AGO.fullmatch(text):
        return True
    clock = HAS_CLOCK.search(text)
    if clock is None:
        return False
    words = [word.casefold() for word in LETTERS.findall(text)]
    if TIME_WORDS.issuperset(words):
        # "10.28" alone is a number.
        return ":" in clock[0] or "h" in clock[0] or bool(words)
    # A name, a place or a zone beside a plain clock.
    return ":" in clock[0] and len(words) <= MOST_OTHER_WORDS


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
        few = [place for place, words in enumerate(facts.columns.words) if words <= MOST_STAMP_WORDS]
        short = [place for place in few if _is_stamp(texts[place])]
        entries = [
            place
            for place, text in enumerate(texts)
            if text[0].isdecimal() and ENTRY.match(text) and place not in short
        ]
        stamps = [facts.line(place) for place in (*short, *entries)]
        if len(stamps) >= (
            LEAST_ENTRIES if all(len(line.text) <= LONGEST_TIME for line in stamps) else LEAST_ENTRIES + 1
        ):
            for line in stamps:
                yield Problem(Severity.DISTORTING, f"{len(stamps)} entries stand under a time.", line.span)
