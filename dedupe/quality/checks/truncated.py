"""A text that stops, or starts, in the middle of a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dedupe.models import Article, Severity
from dedupe.quality.checks.html_remnants import REMNANT, may_hold_remnants
from dedupe.quality.checks.machine_garbage import code_in
from dedupe.quality.facts import Columns
from dedupe.quality.furniture import furniture_in
from dedupe.quality.problem import Problem
from dedupe.quality.reading import reading_of
from dedupe.quality.registry import check
from dedupe.quality.text import WORD, ends_sentence
from dedupe.settings import QualitySettings

__all__ = ["Truncated"]

LEAST_PARAGRAPH = 60  # characters; a shorter last line may be a byline or a caption
LEAST_PARAGRAPHS = 3  # to know how this text begins its paragraphs
LEAST_WORDS = 5  # of a shorter line that is prose
LEAST_BEGUN = 3  # words before an ellipsis
LEAST_SMALL = 0.4  # share of words that begin small, in a shorter line that is prose
MORE = (
    r"[\[(]?(?:(?:read|show|see)\smore|more|mehr(?:\slesen)?|weiter(?:lesen)?|lire\s(?:la\ssuite|plus)|"
    r"(?:leer|ver|lee)\sm[aá]s|leia\smais|leggi\s(?:tutto|di\spi[uù])|lees\s(?:meer|verder)|czytaj\sdalej|далее|далі)[\])]?"
)
CUT_OFF = re.compile(
    rf"(?:…|\.\.\.|[\[(](?:…|\.\.\.)[\])])\s*(?:\[\+\d+ \w+\]|{MORE})?$|\s[\[(](?:mehr|more|weiter)[\])]$",
    re.IGNORECASE,
)
LONGEST_REMNANT = 12  # characters of a closing tag or an entity
COUNTER = re.compile(r"\[\+\d+ \w+\]$")
OPEN_END = re.compile(r"[^\W\d_]$|[,;:–—-]$")
# The signs of authors and agencies behind the last sentence: "... / ab", "... sid/rs". Letters of one.
SIGNED = re.compile(r"[.!?…][\"'”’»“)]*\s{0,3}(?:[a-z]{1,4})?(?:\s?/\s?[a-z]{1,4}){1,3}$", re.IGNORECASE)
LONGEST_SIGN = 24  # characters
LIST_BEGIN = re.compile(r"[-*•·◦‣]|\d+[.)]")


@check
class Truncated:
    """Looks at the end of the last paragraph: prose ends with a mark, cut prose does not."""

    name = "truncated"
    title = "Cut off"
    reason = "What is missing is not counted, and the end of a story is where its sources stand."
    remedy = "Fetch the page again; leave it out where a paywall cut it."

    def __call__(self, article: Article, settings: QualitySettings) -> Iterator[Problem]:
        """At most one problem at either end."""
        left_out = {line.start for _, line in furniture_in(article.text)}
        left_out |= {line.start for line in code_in(article.text)}
        lines = reading_of(article.text).facts.columns
        places: Sequence[int] = range(len(lines.start))
        if left_out:
            places = [place for place in places if lines.start[place] not in left_out]
        yield from _missing_start(lines, places)
        if not places or _ends_in_remnant(lines.text[places[-1]]):
            return
        last, end = lines.text[places[-1]], lines.end[places[-1]]
        if last.endswith("]") and COUNTER.search(last):
            reason = "It ends with a feed's mark for the characters left out."
        elif LIST_BEGIN.match(last) or not _is_prose(last):
            return
        elif _is_cut_off(last):
            reason = "Its last paragraph ends in an ellipsis."
        elif not OPEN_END.search(last[-1:]) or ("/" in last and SIGNED.search(last[-LONGEST_SIGN:])):
            return
        elif _prose_has_marks([lines.text[place] for place in places]):
            reason = "Its last paragraph ends in the middle of a sentence."
        else:
            return
        yield Problem(Severity.DISTORTING, reason, (max(lines.start[places[-1]], end - 40), end))


def _missing_start(lines: Columns, places: Sequence[int]) -> Iterator[Problem]:
    """A problem where the first paragraph begins with a small letter, and the others do not."""
    first = next((place for place in places if len(lines.text[place]) >= LEAST_PARAGRAPH), None)
    if first is None or not lines.text[first][0].islower():
        return
    long = [lines.text[place] for place in places if len(lines.text[place]) >= LEAST_PARAGRAPH]
    if len(long) >= LEAST_PARAGRAPHS and sum(text[0].islower() for text in long) == 1:
        start = lines.start[first]
        yield Problem(
            Severity.DISTORTING,
            "Its first paragraph begins in the middle of a sentence.",
            (start, min(start + 40, lines.end[first])),
        )


def _ends_in_remnant(text: str) -> bool:
    """Whether the last characters hold an end of markup, or an entity."""
    end = text[-LONGEST_REMNANT:]
    return may_hold_remnants(end) and REMNANT.pattern.search(end) is not None


def _is_cut_off(text: str) -> bool:
    return ("…" in text or "..." in text or text[-1:] in "])") and CUT_OFF.search(text) is not None


def _is_prose(text: str) -> bool:
    """Whether a line is a paragraph, or the beginning of one: bylines and labels are short."""
    if len(text) >= LEAST_PARAGRAPH:
        return True
    words: list[str] = WORD.findall(text)
    if _is_cut_off(text):
        return len(words) >= LEAST_BEGUN
    small = sum(word[0].islower() for word in words)
    return len(words) > LEAST_WORDS and small >= LEAST_SMALL * len(words)


def _prose_has_marks(texts: list[str]) -> bool:
    """Whether most of the text's paragraphs end with a mark: some scripts and sites write none."""
    long = [text for text in texts[:-1] if len(text) >= LEAST_PARAGRAPH]
    return bool(long) and sum(map(ends_sentence, long)) >= 0.7 * len(long)
