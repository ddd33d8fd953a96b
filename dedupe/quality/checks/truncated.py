"""A text that stops, or starts, in the middle of a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dedupe.models import Article, Severity
from dedupe.quality.checks.html_remnants import REMNANT, may_hold_remnants
from dedupe.quality.checks.machine_garbage import code_in
from dedupe.quality.furniture import furniture_in
from dedupe.quality.problem import Problem
from dedupe.quality.reading import Line, reading_of
from dedupe.quality.registry import check
from dedupe.quality.text import WORD, ends_sentence
from dedupe.settings import QualitySettings

__all__ = ["Truncated"]

LEAST_PARAGRAPH = 60  # characters; a shorter last line may be a byline or a caption
LEAST_PARAGRAPHS = 3  # to know how this text begins its paragraphs
LEAST_WORDS = 5  # of a shorter line that is prose
LEAST_BEGUN = 3  # words before an ellipsis
LEAST_SMALL = 0.4  # share of words that begin small, in a shorter line that is prose
CUT_OFF = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\])\s*(?:\[\+\d+ \w+\])?$")
LONGEST_REMNANT = 12  # characters of a closing tag or an entity
COUNTER = re.compile(r"\[\+\d+ \w+\]$")
OPEN_END = re.compile(r"[^\W\d_]$|[,;:–—-]$")
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
        all_lines = [line for line in reading_of(article.text).lines if line.start not in left_out]
        yield from _missing_start(all_lines)
        if not all_lines or _ends_in_remnant(all_lines[-1].text):
            return
        last = all_lines[-1]
        if COUNTER.search(last.text):
            reason = "It ends with a feed's mark for the characters left out."
        elif LIST_BEGIN.match(last.text) or not _is_prose(last.text):
            return
        elif _is_cut_off(last.text):
            reason = "Its last paragraph ends in an ellipsis."
        elif OPEN_END.search(last.text[-1:]) and _prose_has_marks(all_lines):
            reason = "Its last paragraph ends in the middle of a sentence."
        else:
            return
        yield Problem(Severity.DISTORTING, reason, (max(last.start, last.end - 40), last.end))


def _missing_start(all_lines: list[Line]) -> Iterator[Problem]:
    """A problem where the first paragraph begins with a small letter, and the others do not."""
    first = next((line for line in all_lines if len(line.text) >= LEAST_PARAGRAPH), None)
    if first is None or not first.text[0].islower():
        return
    long = [line for line in all_lines if len(line.text) >= LEAST_PARAGRAPH]
    if len(long) >= LEAST_PARAGRAPHS and sum(line.text[0].islower() for line in long) == 1:
        yield Problem(
            Severity.DISTORTING,
            "Its first paragraph begins in the middle of a sentence.",
            (first.start, min(first.start + 40, first.end)),
        )


def _ends_in_remnant(text: str) -> bool:
    """Whether the last characters hold an end of markup, or an entity."""
    end = text[-LONGEST_REMNANT:]
    return may_hold_remnants(end) and REMNANT.pattern.search(end) is not None


def _is_cut_off(text: str) -> bool:
    return ("…" in text or "..." in text) and CUT_OFF.search(text) is not None


def _is_prose(text: str) -> bool:
    """Whether a line is a paragraph, or the beginning of one: bylines and labels are short."""
    if len(text) >= LEAST_PARAGRAPH:
        return True
    words: list[str] = WORD.findall(text)
    if _is_cut_off(text):
        return len(words) >= LEAST_BEGUN
    small = sum(word[0].islower() for word in words)
    return len(words) > LEAST_WORDS and small >= LEAST_SMALL * len(words)


def _prose_has_marks(all_lines: list[Line]) -> bool:
    """Whether most of the text's paragraphs end with a mark: some scripts and sites write none."""
    long = [line for line in all_lines[:-1] if len(line.text) >= LEAST_PARAGRAPH]
    return bool(long) and sum(ends_sentence(line.text) for line in long) >= 0.7 * len(long)
