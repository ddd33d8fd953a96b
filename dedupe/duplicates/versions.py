"""Who published what when, as far as it tells a later version from a copy.

A text that gains a paragraph is a copy where a paper adds its local lead, and a later version where the
outlet that wrote the story goes on with it: the words alone do not say which. The outlet and the time do, and
the number that agencies set before a running story ("UPDATE 2-").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dedupe.duplicates.alignment import Count
from dedupe.duplicates.normalise import may_hold
from dedupe.models import Article, Evidence, trusted
from dedupe.settings import DuplicateSettings
from dedupe.spool import Chosen

__all__ = ["Tellings", "later_versions", "version_evidence"]

_HEAD: Final = 200  # characters in which a version's number stands
_GROWN: Final = 0.1  # of an outlet's later text, its own beside the earlier one: less is an edit
_LOST: Final = 0.05  # of the earlier text, left out of the later one: more, and the story was told anew
_NUMBERED: Final = re.compile(
    r"^\W{0,3}(?:UPDATE|Update|WRAPUP|Wrapup|LEAD|Lead|RECASTS)\s?(\d{1,2})\b\s?[-–—:)]|"
    r"^[^\n]{0,120}[(\[](?:UPDATE|Update|Lead)\s?(\d{0,2})[)\]]|"
    r"^\W{0,3}(\d{1,2})(?:st|nd|rd|th)?\.?\s(?:UPDATE|Update|LEAD|Lead|Ld)\b\s?[-–—:]",
    re.MULTILINE,
)
_MARKS: Final = (
    *("UPDATE", "pdate", "WRAPUP", "rapup", "LEAD", "Lead", "RECASTS"),
    *("Ld ", "Ld\t", "Ld\n", "Ld\u00a0", "Ld-", "Ld:", "Ld–", "Ld—"),
)
"""A text that numbers itself has one of these near its beginning."""


class Tellings:
    """What is known of the publication of articles, each named by its place among them.

    Few pairs turn on it, so that it is looked up where it is asked for; several threads may ask.
    """

    def __init__(self, articles: Chosen[Article]) -> None:
        self._articles = articles
        self._numbers: dict[int, int] = {}

    def goes_on(self, earlier: int, later: int) -> bool:
        """Whether one outlet published both, the second after the first."""
        one, other = self._articles[earlier], self._articles[later]
        if not one.publisher or one.publisher != other.publisher or not one.published or not other.published:
            return False
        return one.published < other.published

    def may_be_numbered(self, texts: Sequence[int]) -> NDArray[np.bool_]:
        """Which of some texts may say that they are a version: most do not, which is seen at a glance."""
        heads = [
            f"{article.text[:_HEAD]}\n{article.title}" if article.title else article.text[:_HEAD]
            for article in self._articles.at(texts)
        ]
        return may_hold(heads, _MARKS)

    def is_numbered_after(self, earlier: int, later: int) -> bool:
        """Whether the second says that it is a version, and a later one than the first says."""
        number = self._number(later)
        return number > 0 and number > self._number(earlier)

    def _number(self, text: int) -> int:
        """The version that an article itself says it is; 0 where it says nothing."""
        number = self._numbers.get(text)
        if number is None:
            number = max(map(_number, _heads(self._articles[text])))
            self._numbers[text] = number
        return number


def _heads(article: Article) -> list[str]:
    """Where an article may say its number."""
    return [article.text[:_HEAD], article.title] if article.title else [article.text[:_HEAD]]


def _number(head: str) -> int:
    found = _NUMBERED.search(head)
    return int(found[1] or found[2] or found[3] or 1) if found else 0


def later_versions(
    counts: NDArray[np.int32], pairs: NDArray[np.int64], known: Tellings, settings: DuplicateSettings
) -> NDArray[np.bool_]:
    """Of each pair, whether one text is the same outlet's later state of the other, or says that it is one.

    Args:
        counts: of the pairs, shape (pairs, len(Count)).
        pairs: numbers of texts, shape (pairs, 2).
        known: of all texts.
        settings: words of news that make a version.
    """
    columns = ((Count.WORDS_A, Count.COVERED_A), (Count.WORDS_B, Count.COVERED_B))
    news = [counts[:, words] - counts[:, covered] for words, covered in columns]
    own = [news[side] / np.maximum(counts[:, columns[side][0]], 1) for side in (0, 1)]
    later = np.zeros(len(pairs), bool)
    for one, other in ((0, 1), (1, 0)):
        rows = np.flatnonzero((news[one] >= settings.least_news_words) & ~later)
        grown = (own[one] >= _GROWN) & (own[other] <= _LOST)
        rows = rows[known.may_be_numbered(pairs[rows, one].tolist()) | grown[rows]]
        ordered = zip(pairs[rows][:, [other, one]].tolist(), grown[rows].tolist(), strict=True)
        later[rows] = [
            known.is_numbered_after(old, new) or (grew and known.goes_on(old, new))
            for (old, new), grew in ordered
        ]
    return later


def version_evidence(row: NDArray[np.int32]) -> Evidence:
    """What makes a pair of much the same words two versions."""
    news = max(row[Count.WORDS_A] - row[Count.COVERED_A], row[Count.WORDS_B] - row[Count.COVERED_B])
    says = f"the later one, of the same outlet or numbered as an update, has {news} words of news"
    return trusted(Evidence, {"name": "later_version", "value": float(news), "says": says})
