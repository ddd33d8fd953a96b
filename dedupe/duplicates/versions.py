"""Who published what when, as far as it tells a later version from a copy.

A text that gains a paragraph is a copy where a paper adds its local lead, and a later version where the
outlet that wrote the story goes on with it: the words alone do not say which. The outlet and the time do, and
the number that agencies set before a running story ("UPDATE 2-").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dedupe.duplicates.alignment import Count
from dedupe.models import Article, Evidence, trusted
from dedupe.settings import DuplicateSettings

__all__ = ["Tellings", "later_versions", "tellings", "version_evidence"]

_HEAD: Final = 200  # characters in which a version's number stands
_GROWN: Final = 0.1  # of an outlet's later text, its own beside the earlier one: less is an edit
_LOST: Final = 0.05  # of the earlier text, left out of the later one: more, and the story was told anew
_NUMBERED: Final = re.compile(
    r"^\W{0,3}(?:UPDATE|Update|WRAPUP|Wrapup|LEAD|Lead|RECASTS)\s?(\d{1,2})\b\s?[-–—:)]|"
    r"^[^\n]{0,120}[(\[](?:UPDATE|Update|Lead)\s?(\d{0,2})[)\]]|"
    r"^\W{0,3}(\d{1,2})(?:st|nd|rd|th)?\.?\s(?:UPDATE|Update|LEAD|Lead|Ld)\b\s?[-–—:]",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Tellings:
    """What is known of the publication of texts.

    Attributes:
        outlets: int64, shape (texts,): texts of one outlet have one number; -1 where none is known.
        times: float64, shape (texts,): seconds; nan where none is known.
        numbers: int64, shape (texts,): the version that the text itself says it is; 0 where it says nothing.
    """

    outlets: NDArray[np.int64]
    times: NDArray[np.float64]
    numbers: NDArray[np.int64]


def tellings(articles: Sequence[Article]) -> Tellings:
    """What is known of the publication of articles, in their order."""
    names: dict[str, int] = {}
    outlets = [names.setdefault(each.publisher, len(names)) if each.publisher else -1 for each in articles]
    times = [each.published.timestamp() if each.published else np.nan for each in articles]
    numbers = [max(_number(each.title) if each.title else 0, _number(each.text[:_HEAD])) for each in articles]
    return Tellings(np.array(outlets, np.int64), np.array(times, np.float64), np.array(numbers, np.int64))


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
        numbered = known.numbers[texts[one]] > known.numbers[texts[other]]
        later |= (grown | numbered) & (news[one] >= settings.least_news_words)
    return later


def version_evidence(row: NDArray[np.int32]) -> Evidence:
    """What makes a pair of much the same words two versions."""
    news = max(row[Count.WORDS_A] - row[Count.COVERED_A], row[Count.WORDS_B] - row[Count.COVERED_B])
    says = f"the later one, of the same outlet or numbered as an update, has {news} words of news"
    return trusted(Evidence, {"name": "later_version", "value": float(news), "says": says})
