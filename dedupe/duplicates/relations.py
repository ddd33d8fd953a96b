"""A candidate pair -> how the two texts relate, with the evidence.

The question is never "how many shingles are equal" alone but what each text has of its own, and where it
stands:

- A copy takes most of its words from the other text, and what the other has beyond it was cut: from its end,
or
  here and there. A local lead before the shared opening is an edit; papers write them.
- A text that surrounds the other with matter of its own contains it.
- Two texts that each open with matter of their own and share passages further down are versions of one story.
- Two texts that share quotations only are independent reports.
- Two texts that share their wording but not their names and numbers were filled into one form: not related.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dedupe.duplicates.alignment import Count
from dedupe.models import Evidence, RelationKind
from dedupe.settings import DuplicateSettings

__all__ = ["KINDS", "Decisions", "carrier", "decide", "evidence", "is_solid", "shares"]

KINDS: Final = tuple(RelationKind)
"""Kinds by their number in `Decisions.kinds`."""

_EXACT, _COPY, _CONTAINS, _VERSION, _EVENT, _UNRELATED = range(len(KINDS))


@dataclass(frozen=True)
class Decisions:
    """What was decided on pairs of texts.

    Attributes:
        kinds: numbers of `KINDS`, int8, shape (pairs,).
        strengths: how clear each case is, 0 to 1, float32: the weight of its voice among the members of
        clusters.
    """

    kinds: NDArray[np.int8]
    strengths: NDArray[np.float32]


@dataclass(frozen=True)
class _Sides:
    """The counts of pairs, seen from the text that has more of its words in common, and from the other."""

    taken: NDArray[np.float64]  # share of the one's words that the other has
    given: NDArray[np.float64]  # share of the other's words that the one has
    common: NDArray[np.int64]  # words in common, by the text with fewer
    lead_one: NDArray[np.int64]  # words before the first in common
    lead_other: NDArray[np.int64]
    head_one: NDArray[np.float64]  # the same as a share of the text
    head_other: NDArray[np.float64]
    tail_one: NDArray[np.float64]
    tail_other: NDArray[np.float64]
    quoted: NDArray[np.float64]  # share of the words in common that are quoted

    @classmethod
    def of(cls, counts: NDArray[np.int32]) -> _Sides:
        wide = counts.astype(np.int64)
        words_a, words_b = (np.maximum(wide[:, c], 1) for c in (Count.WORDS_A, Count.WORDS_B))
        share_a, share_b = wide[:, Count.COVERED_A] / words_a, wide[:, Count.COVERED_B] / words_b
        b_is_one = (share_b > share_a) | ((share_b == share_a) & (words_b < words_a))

        def one(a: Count, b: Count) -> NDArray[np.int64]:
            return np.where(b_is_one, wide[:, b], wide[:, a])

        words_one = np.where(b_is_one, words_b, words_a)
        words_other = np.where(b_is_one, words_a, words_b)
        return cls(
            taken=np.maximum(share_a, share_b),
            given=np.minimum(share_a, share_b),
            common=np.minimum(wide[:, Count.COVERED_A], wide[:, Count.COVERED_B]),
            lead_one=one(Count.HEAD_A, Count.HEAD_B),
            lead_other=one(Count.HEAD_B, Count.HEAD_A),
            head_one=one(Count.HEAD_A, Count.HEAD_B) / words_one,
            head_other=one(Count.HEAD_B, Count.HEAD_A) / words_other,
            tail_one=one(Count.TAIL_A, Count.TAIL_B) / words_one,
            tail_other=one(Count.TAIL_B, Count.TAIL_A) / words_other,
            quoted=wide[:, Count.QUOTED] / np.maximum(wide[:, Count.MATCHED], 1),
        )


def shares(counts: NDArray[np.int32]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Jaccard similarity of the shingles, share of a's that b has, and of b's that a has, of each pair."""
    a, b, both = (
        counts[:, c].astype(np.float64) for c in (Count.SHINGLES_A, Count.SHINGLES_B, Count.SHINGLES_SHARED)
    )
    return both / np.maximum(a + b - both, 1), both / np.maximum(a, 1), both / np.maximum(b, 1)


def decide(counts: NDArray[np.int32], settings: DuplicateSettings) -> Decisions:
    """Decide how pairs of texts relate, each on its own counts.

    Equal texts are not told from copies here: `exact` is a matter of the texts, not of their words.
    """
    sides = _Sides.of(counts)
    kinds = np.full(len(counts), _UNRELATED, np.int8)
    strengths = np.ones(len(counts), np.float32)

    enough = (sides.common >= settings.least_shared_words) | (
        (sides.common >= settings.least_words) & (sides.given >= settings.copy_share)
    )
    enough &= ~_is_form(counts, settings)
    only_quotes = (sides.quoted >= settings.quoted_share) & (sides.taken < 0.5)
    own_leads = (
        (sides.lead_one >= settings.own_lead_words)
        & (sides.lead_other >= settings.own_lead_words)
        & (sides.taken < 1 - settings.stray_share)
    )
    opens = sides.head_other <= settings.opening_share

    version = enough & ~only_quotes & (sides.common >= settings.least_version_words)
    version &= (sides.taken >= 0.2) & (sides.given >= settings.version_share)
    # Sentences of furniture are short and stand apart; a paragraph of reporting does not.
    version &= (counts[:, Count.LONGEST] >= 32) | (sides.common >= 2 * settings.least_version_words)
    kinds[version] = _VERSION
    strengths[version] = np.clip(0.3 + 2.5 * (settings.both_share - sides.given[version]), 0.3, 1)

    contained = enough & ~own_leads & (sides.taken >= settings.contained_share)
    kinds[contained] = _CONTAINS
    # The clearer that there is much more around it, the surer.
    strengths[contained] = np.clip(2 * (1 - sides.given[contained]) - 0.3, 0.2, 1)

    # The other's opening, after a lead of its own or before lines of its own, with the other's end cut.
    edges = sides.head_one + sides.tail_one >= 0.8 * (1 - sides.taken)
    ended = sides.tail_other >= 0.8 * (1 - sides.given)
    led = enough & opens & edges & (sides.taken >= np.where(ended, settings.led_share, 0.6))
    led &= (sides.given >= settings.cut_share) & (sides.common >= settings.least_led_words)
    kinds[led], strengths[led] = _COPY, 0.5

    amid = enough & ~own_leads & (sides.taken >= settings.copy_share) & (sides.given >= settings.amid_share)
    amid &= sides.head_other <= 1 - settings.both_share
    kinds[amid], strengths[amid] = _COPY, 0.4

    # Both open otherwise and have nearly all else in common: a rewritten top.
    retopped = (
        enough & own_leads & (sides.given >= settings.both_share) & (sides.taken >= settings.alike_share)
    )
    retopped |= enough & own_leads & (sides.taken >= 0.85) & (sides.given >= 0.5)
    kinds[retopped] = _COPY
    strengths[retopped] = np.clip(0.3 + 6 * (sides.given[retopped] - settings.both_share), 0.3, 1)

    cut = enough & opens & (sides.taken >= settings.copy_share) & (sides.given >= settings.cut_share)
    alike = enough & ~own_leads & (sides.taken >= settings.alike_share) & (sides.given >= settings.both_share)
    same = enough & (sides.taken >= settings.copy_share) & (sides.given >= 0.7)
    whole = cut | alike | same
    kinds[whole], strengths[whole] = _COPY, 1

    quotes = (kinds == _UNRELATED) & (sides.quoted >= settings.quoted_share)
    quotes &= sides.common >= settings.least_quoted_words
    kinds[quotes] = _EVENT
    several = (counts[:, Count.BLOCKS] >= 2) & (sides.common >= settings.least_shared_words)
    strengths[quotes] = np.where(several[quotes], 1, 0.3)
    return Decisions(kinds, strengths)


def _is_form(counts: NDArray[np.int32], settings: DuplicateSettings) -> NDArray[np.bool_]:
    """Whether two texts fill one form: the same words around other names and numbers."""
    differ = counts[:, Count.NUMBERS_DIFFER].astype(np.int64) + counts[:, Count.NAMES_DIFFER]
    same = counts[:, Count.NUMBERS_SAME].astype(np.int64) + counts[:, Count.NAMES_SAME]
    return (differ >= settings.least_differing) & (same < settings.agreeing_share * (same + differ))


def is_solid(row: NDArray[np.int32]) -> bool:
    """Whether so much is shared that chance, furniture or a stock paragraph cannot be the reason."""
    covered = (int(row[Count.COVERED_A]), int(row[Count.COVERED_B]))
    share = max(covered[0] / max(int(row[Count.WORDS_A]), 1), covered[1] / max(int(row[Count.WORDS_B]), 1))
    return min(covered) >= 80 or int(row[Count.LONGEST]) >= 45 or (share >= 0.5 and min(covered) >= 50)


def carrier(row: NDArray[np.int32], settings: DuplicateSettings) -> int | None:
    """Which of two texts, 0 or 1, carries the other and has at least as much beside it; None: neither."""
    covered_a = int(row[Count.COVERED_A]) / max(int(row[Count.WORDS_A]), 1)
    covered_b = int(row[Count.COVERED_B]) / max(int(row[Count.WORDS_B]), 1)
    taken, given = max(covered_a, covered_b), min(covered_a, covered_b)
    if taken < settings.contained_share or given > settings.both_share:
        return None
    return 0 if covered_a < covered_b else 1


def evidence(counts: NDArray[np.int32]) -> tuple[Evidence, ...]:
    """What one row of counts says, in sentences."""
    row = dict(zip(Count, counts.tolist(), strict=True))
    words_a, words_b = max(row[Count.WORDS_A], 1), max(row[Count.WORDS_B], 1)
    share_a, share_b = row[Count.COVERED_A] / words_a, row[Count.COVERED_B] / words_b
    found = [
        _says("covered_a", share_a, f"{share_a:.0%} of a's {row[Count.WORDS_A]} words stand in b"),
        _says("covered_b", share_b, f"{share_b:.0%} of b's {row[Count.WORDS_B]} words stand in a"),
    ]
    if row[Count.BLOCKS]:
        found.append(
            _says(
                "blocks",
                row[Count.BLOCKS],
                f"{row[Count.BLOCKS]} passages, the longest of {row[Count.LONGEST]} words",
            )
        )
        for side, lead, tail in (("a", Count.HEAD_A, Count.TAIL_A), ("b", Count.HEAD_B, Count.TAIL_B)):
            found.append(
                _says(
                    f"own_{side}",
                    row[lead],
                    f"{side} has {row[lead]} words before them and {row[tail]} after them",
                )
            )
    if row[Count.MOVED]:
        found.append(_says("moved", row[Count.MOVED], f"{row[Count.MOVED]} of them stand in another order"))
    if row[Count.MATCHED] and row[Count.QUOTED]:
        share = row[Count.QUOTED] / row[Count.MATCHED]
        found.append(_says("quoted", share, f"{share:.0%} of what they share is quotation"))
    for name, same, differ in (
        ("numbers", row[Count.NUMBERS_SAME], row[Count.NUMBERS_DIFFER]),
        ("names", row[Count.NAMES_SAME], row[Count.NAMES_DIFFER]),
    ):
        if same or differ:
            found.append(
                _says(
                    f"{name}_differ",
                    differ,
                    f"{same} {name} agree in shared passages, {differ} stand for others",
                )
            )
    return tuple(found)


def _says(name: str, value: float, says: str) -> Evidence:
    return Evidence.model_construct(name=name, value=round(float(value), 4), says=says)
