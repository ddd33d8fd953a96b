"""A text that stops, or starts, in the middle of a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dedupe.models import Article, Severity
from dedupe.quality.problem import Problem
from dedupe.quality.registry import check
from dedupe.quality.text import Line, ends_sentence, lines
from dedupe.settings import QualitySettings

__all__ = ["Truncated"]

LEAST_PARAGRAPH = 60  # characters; a shorter last line is a byline or a caption
CUT_OFF = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\])\s*(?:\[\+\d+ \w+\])?$")
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
        """At most one problem, on the last line."""
        all_lines = list(lines(article.text))
        if not all_lines:
            return
        last = all_lines[-1]
        if COUNTER.search(last.text):
            reason = "It ends with a feed's mark for the characters left out."
        elif len(last.text) < LEAST_PARAGRAPH or LIST_BEGIN.match(last.text):
            return
        elif CUT_OFF.search(last.text):
            reason = "Its last paragraph ends in an ellipsis."
        elif OPEN_END.search(last.text) and _prose_has_marks(all_lines):
            reason = "Its last paragraph ends in the middle of a sentence."
        else:
            return
        yield Problem(Severity.DISTORTING, reason, (max(last.start, last.end - 40), last.end))


def _prose_has_marks(all_lines: list[Line]) -> bool:
    """Whether most of the text's paragraphs end with a mark: some scripts and sites write none."""
    long = [line for line in all_lines[:-1] if len(line.text) >= LEAST_PARAGRAPH]
    return bool(long) and sum(ends_sentence(line.text) for line in long) >= 0.7 * len(long)
