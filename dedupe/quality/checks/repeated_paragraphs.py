"""A paragraph that stands in the text twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from operator import itemgetter

from dedupe.models import Article, Severity
from dedupe.quality.facts import edges_of
from dedupe.quality.problem import Problem
from dedupe.quality.reading import Line, reading_of
from dedupe.quality.registry import check
from dedupe.settings import QualitySettings

__all__ = ["RepeatedParagraphs"]

LEAST_LENGTH = 100  # characters; shorter lines repeat as quotes do
LEAST_SHARED = 0.85  # share of the shorter one's words, for "the same but for a word"
MARKUP = "!|<[{#"  # what a line of markup begins with
FEW_WORDS = 5  # of a paragraph, in a script without blanks
HALF = 0.4  # share of the text
LEAST_IN_A_ROW = 2  # repeated paragraphs among which short lines that stood before are repeated with them


@check
class RepeatedParagraphs:
    """Compares each paragraph's words with those before it that begin or end alike."""

    name = "repeated_paragraphs"
    title = "Repeated paragraphs"
    reason = "The words of a paragraph that stands there twice are counted twice."
    remedy = "Keep the first, cut the others."

    def __call__(self, article: Article, settings: QualitySettings) -> Iterator[Problem]:
        """One problem a later paragraph that repeats an earlier one."""
        repeats: list[Line] = []
        seen: defaultdict[tuple[int, object], list[str]] = defaultdict(list)
        reading = reading_of(article.text)
        if not reading.facts.text.alike:
            return
        for paragraph in reading.paragraphs(LEAST_LENGTH):
            text = paragraph.text
            if text[0] in MARKUP:
                continue
            keys = [*enumerate(edges_of(text))]
            if any(_is_same(text, earlier) for key in keys for earlier in seen[key]):
                repeats.append(paragraph)
            for key in keys:
                seen[key].append(text)
        repeats = _with_what_stands_between(repeats, reading_of(article.text).lines)
        share = sum(len(each.text) for each in repeats) / max(1, len(article.text))
        for paragraph in repeats:
            yield Problem(
                Severity.UNUSABLE if share >= HALF else Severity.DISTORTING,
                f"The paragraph stands in the text before; repeats are {share:.0%} of it.",
                paragraph.span,
            )


def _with_what_stands_between(repeats: Sequence[Line], lines: Sequence[Line]) -> list[Line]:
    """The repeated paragraphs, with the short lines that were repeated together with several of them."""
    starts = {paragraph.start for paragraph in repeats}
    seen: set[str] = set()
    again = []
    for line in lines:
        again.append(line.start in starts or (line.text in seen and line.end - line.start < LEAST_LENGTH))
        seen.add(line.text)
    found: list[Line] = []
    for is_again, run in groupby(zip(again, lines, strict=True), key=itemgetter(0)):
        block = [line for _, line in run] if is_again else []
        long = [line for line in block if line.start in starts]
        found += block if len(long) >= LEAST_IN_A_ROW else long
    return found


def _is_same(text: str, earlier: str) -> bool:
    bag, other = _bag(text), _bag(earlier)
    return len(bag & other) >= LEAST_SHARED * max(len(bag), len(other))


@lru_cache(maxsize=64)
def _bag(text: str) -> frozenset[str]:
    """The words of a paragraph; of one without blanks, its runs of four characters."""
    words = text.casefold().split()
    return frozenset(words if len(words) > FEW_WORDS else (text[i : i + 4] for i in range(len(text))))
