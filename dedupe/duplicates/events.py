"""Whether two texts that share no passage tell of the same event: by the names they have in common.

Independent reports share people, places and offices, and little else. Common words and capitals at the start
of sentences do not count as names, so that a text without capitals, or all in capitals, has none.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from dedupe.duplicates.normalise import WordFlag, split_words
from dedupe.models import Evidence, trusted
from dedupe.settings import DuplicateSettings

__all__ = ["names_in", "same_event"]

Names = frozenset[int]


def names_in(texts: Sequence[str]) -> list[Names]:
    """Hashes of the words of names in each tidied text."""
    words = split_words(texts)
    edges = words.offsets.tolist()
    return [
        frozenset(words.hashes[start:end][words.flags[start:end] & WordFlag.NAME > 0].tolist())
        for start, end in pairwise(edges)
    ]


def same_event(a: Names, b: Names, settings: DuplicateSettings) -> Evidence | None:
    """What says that two texts tell of one event; None: nothing does."""
    common = len(a & b)
    share = common / max(len(a | b), 1)
    if common < settings.least_event_names or share < settings.event_names_share:
        return None
    says = f"both name {common} of the {len(a | b)} words that stand in names in either"
    return trusted(Evidence, {"name": "names_shared", "value": round(share, 4), "says": says})
