"""How much of the coverage that can be found was found: an estimate, with its method.

Two parts are missing. What was left is known by address, each with the chance that it is on the topic. What
no listing named yet is estimated from how often the pages that were found had been named: if many were named
by one listing alone, more were named by none (Chao, "Nonparametric estimation of the number of classes in a
population", 1984, in its bias-corrected form). It is a lower bound on what is missing: pages that nothing
links to are not in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

__all__ = ["expected_recall", "never_named"]


def never_named(times_named: Iterable[int]) -> float:
    """Pages on the topic that no listing named, by how often those found were named."""
    counts = Counter(times_named)
    return counts[1] * (counts[1] - 1) / (2 * (counts[2] + 1))


def expected_recall(times_named: Sequence[int], chances_left: Iterable[float]) -> float | None:
    """Share of the coverage that was found, in (0, 1]; None: nothing was found to judge by.

    Args:
        times_named: of each page kept, the pages and listings that named it.
        chances_left: of each address that was left, the chance that it is on the topic.
    """
    found = len(times_named)
    if not found:
        return None
    return found / (found + never_named(times_named) + sum(chances_left))
