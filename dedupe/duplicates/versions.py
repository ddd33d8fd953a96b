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
from dedupe.models import Article, Evidence, trusted
from dedupe.settings import DuplicateSettings

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


class Tellings:
    """What is known of the publication of articles, each named by its place among them.

    Attributes:
        outlets: int64, shape (articles,): articles of one outlet have one number; -1 where none is known.
        times: float64, shape (articles,): seconds; nan where none is known.
    """

    def __init__(self, articles: Sequence[Article]) -> None:
        names: dict[str, int] = {}
        publishers = [article.publisher for article in articles]
        outlets = [names.setdefault(name, len(names)) if name else -1 for name in publishers]
        times = [each.published.timestamp() if each.published else np.nan for each in articles]
        self.outlets = np.array(outlets, np.int64)
        self.times = np.array(times, np.float64)
        self._articles = articles
        self._numbers: dict[int, int] = {}

    def numbers(self, texts: NDArray[np.int64]) -> NDArray[np.int64]:
        """The versions that articles themselves say they are, of `texts`' shape; 0 where one says nothing."""
        asked = texts.tolist()
        for text in asked:
            if text not in self._numbers:
                article = self._articles[text]
                self._numbers[text] = max(_number(article.title or ""), _number(article.text[:_HEAD]))
        return np.array([self._numbers[text] for text in asked], np.int64)


def _number(head: str) -> int:
    # Plain searches, one by one, pass over most texts at a tenth of what the pattern costs.
    if not (
        ("pdate" in head or "UPDATE" in head or "Lead" in head or "LEAD" in head)
        or ("Ld" in head or "rapup" in head or "WRAPUP" in head or "RECASTS" in head)
    ):
        return 0
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
    texts, columns = (
        (pairs[:, 0], pairs[:, 1]),
        ((Count.WORDS_A, Count.COVERED_A), (Count.WORDS_B, Count.COVERED_B)),
    )
    news = [counts[:, words] - counts[:, covered] for words, covered in columns]
    own = [news[side] / np.maximum(counts[:, columns[side][0]], 1) for side in (0, 1)]
    one_outlet = (known.outlets[texts[0]] == known.outlets[texts[1]]) & (known.outlets[texts[0]] >= 0)
    later = np.zeros(len(pairs), bool)
    for one, other in ((0, 1), (1, 0)):
        grown = one_outlet & (known.times[texts[one]] > known.times[texts[other]])
        grown &= (own[one] >= _GROWN) & (own[other] <= _LOST)
        has_news = news[one] >= settings.least_news_words
        later |= grown & has_news
        rows = np.flatnonzero(has_news & ~later)
        later[rows] = known.numbers(texts[one][rows]) > known.numbers(texts[other][rows])
    return later


def version_evidence(row: NDArray[np.int32]) -> Evidence:
    """What makes a pair of much the same words two versions."""
    news = max(row[Count.WORDS_A] - row[Count.COVERED_A], row[Count.WORDS_B] - row[Count.COVERED_B])
    says = f"the later one, of the same outlet or numbered as an update, has {news} words of news"
    return trusted(Evidence, {"name": "later_version", "value": float(news), "says": says})
