"""The same short line again and again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from dedupe.models import Article, Severity
from dedupe.quality.problem import Problem
from dedupe.quality.reading import Line, reading_of
from dedupe.quality.registry import check
from dedupe.settings import QualitySettings

__all__ = ["LEAST_TIMES", "RepeatedLines"]

LEAST_TIMES = 3
LONGEST = 120  # characters; a longer line is a paragraph
# Question marks and dashes as dividers are layout, not words.
LEAST_LETTERS = 2


@check
class RepeatedLines:
    """Counts equal lines without regard to case."""

    name = "repeated_lines"
    title = "Repeated lines"
    reason = "Advertisement marks and labels between the paragraphs outweigh the story's own words."
    remedy = "Cut all of them."

    def __call__(self, article: Article, settings: QualitySettings) -> Iterator[Problem]:
        """One problem a line that stands there three times or more."""
        places: defaultdict[str, list[Line]] = defaultdict(list)
        reading = reading_of(article.text)
        if sum(len(text) <= LONGEST for text in reading.facts.columns.text) < LEAST_TIMES:
            return
        for line in reading.lines:
            if len(line.text) <= LONGEST and "|" not in line.text:
                places[line.text.casefold()].append(line)
        for same in places.values():
            if len(same) >= LEAST_TIMES and _is_text(same[0].text):
                for line in same:
                    yield Problem(
                        Severity.DISTORTING, f"The same line stands {len(same)} times in the text.", line.span
                    )


def _is_text(line: str) -> bool:
    return sum(map(str.isalpha, line)) >= LEAST_LETTERS
