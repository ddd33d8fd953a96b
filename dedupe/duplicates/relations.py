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
from dedupe.models import Evidence, RelationKind, trusted
from dedupe.settings import DuplicateSettings

__all__ = [
    "CONTAINS",
    "COPY",
    "EVENT",
    "KINDS",
    "UNRELATED",
    "VERSION",
    "Decisions",
    "carriers",
    "covered_shares",
    "decide",
    "evidence",
    "share_passages",
    "shares",
    "solid",
]

KINDS: Final = tuple(RelationKind)
"""Kinds by their number in `Decisions.kinds`."""

COPY: Final[int] = KINDS.index(RelationKind.NEAR_DUPLICATE)
CONTAINS: Final[int] = KINDS.index(RelationKind.CONTAINS)
VERSION: Final[int] = KINDS.index(RelationKind.UPDATED_VERSION)
EVENT: Final[int] = KINDS.index(RelationKind.SAME_EVENT_ONLY)
UNRELATED: Final[int] = KINDS.index(RelationKind.UNRELATED)

# Shapes of the evidence that are no matter of taste; what is one is a setting.
_MOST = 0.5  # of a text: more than half
_FIFTH = 0.2  # of a text: less is a passage, not a version
_NEARLY_ALL = 0.85  # of a text: what is left is a top, or noise
_OWN_END = 0.1  # of a text, after the words in common: more is a report that goes on by itself
_OPENING_WORDS = 60  # an opening paragraph has no more ...
_OPENING = 0.12  # ... and is no more than this of its story
_PARAGRAPH = 32  # words in one piece: sentences of furniture are shorter
_MUCH = 0.7  # of the fuller text: a copy wherever the rest stands
_LED_UNCUT = 0.6  # of a text behind a lead of its own, where the other was cut here and there
_EXPLAINS = 0.8  # of what is not in common: one place has nearly all of it
_ITEM = 0.15  # of a round-up: less is an aside in a story
_WORDS_A_FIGURE = 25  # a report with other figures in fewer words than this was filled in, not corrected
_SOLID_WORDS = 80  # in common: two paragraphs of reporting
_SOLID_PASSAGE = 45  # words in one passage: a paragraph of reporting; sentences of furniture have half of it
_SOLID_SHORT = 50  # words in common of short texts


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


def shares(row: NDArray[np.int32]) -> tuple[float, float, float]:
    """Jaccard similarity of the shingles of one pair, share of a's that b has, and of b's that a has."""
    a, b, both = (int(row[c]) for c in (Count.SHINGLES_A, Count.SHINGLES_B, Count.SHINGLES_SHARED))
    return round(both / max(a + b - both, 1), 4), round(both / max(a, 1), 4), round(both / max(b, 1), 4)


def decide(
    counts: NDArray[np.int32], settings: DuplicateSettings, later: NDArray[np.bool_] | None = None
) -> Decisions:
    """Decide how pairs of texts relate, each on its own counts.

    Args:
        counts: shape (pairs, len(Count)).
        settings: what counts as a copy.
        later: where one text is known to be published as a later state of the other, shape (pairs,).

    Equal texts are not told from copies here: `exact` is a matter of the texts, not of their words.
    """
    sides = _Sides.of(counts)
    kinds = np.full(len(counts), UNRELATED, np.int8)
    strengths = np.ones(len(counts), np.float32)

    enough = (sides.common >= settings.least_shared_words) | (
        (sides.common >= settings.least_words) & (sides.given >= settings.copy_share)
    )
    enough &= ~_is_form(counts, settings)
    only_quotes = (sides.quoted >= settings.quoted_share) & (sides.taken < _MOST)
    own_leads = (
        (sides.lead_one >= settings.own_lead_words)
        & (sides.lead_other >= settings.own_lead_words)
        & (sides.taken < 1 - settings.stray_share)
    )
    opens = sides.head_other <= settings.opening_share

    version = enough & ~only_quotes & (sides.common >= settings.least_version_words)
    version &= (sides.taken >= _FIFTH) & (sides.given >= settings.version_share)
    # Sentences of furniture are short and stand apart; a paragraph of reporting does not.
    version &= (counts[:, Count.LONGEST] >= _PARAGRAPH) | (sides.common >= 2 * settings.least_version_words)
    kinds[version] = VERSION
    strengths[version] = np.clip(0.3 + 2.5 * (settings.both_share - sides.given[version]), 0.3, 1)

    contained = enough & ~own_leads & (sides.taken >= settings.contained_share)
    kinds[contained] = CONTAINS
    # The clearer that there is much more around it, the surer.
    strengths[contained] = np.clip(2 * (1 - sides.given[contained]) - 0.3, 0.2, 1)

    # The other's opening, after a lead of its own or before lines of its own, with the other's end cut.
    edges = sides.head_one + sides.tail_one >= _EXPLAINS * (1 - sides.taken)
    ended = sides.tail_other >= _EXPLAINS * (1 - sides.given)
    led = enough & opens & edges & (sides.taken >= np.where(ended, settings.led_share, _LED_UNCUT))
    led &= (sides.given >= settings.cut_share) & (sides.common >= settings.least_led_words)
    led &= (sides.tail_one <= _OWN_END) | (sides.taken >= settings.alike_share)
    kinds[led], strengths[led] = COPY, 0.5
    # The opening paragraph written anew, and the end cut.
    own_opening = (sides.lead_one >= settings.own_lead_words) & (sides.lead_one <= _OPENING_WORDS)
    own_opening &= sides.lead_other <= _OPENING_WORDS
    own_opening &= (sides.head_other <= _OPENING) & (sides.tail_one <= settings.opening_share) & ended
    own_opening &= enough & (sides.taken >= _MUCH) & (sides.given >= settings.cut_share)
    own_opening &= (sides.common >= settings.least_led_words) & (counts[:, Count.MOVED] == 0)
    kinds[own_opening], strengths[own_opening] = COPY, 0.5

    amid = enough & ~own_leads & (sides.taken >= settings.copy_share) & (sides.given >= settings.amid_share)
    amid &= sides.head_other <= 1 - settings.both_share
    kinds[amid], strengths[amid] = COPY, 0.4

    # Both open otherwise and have nearly all else in common: a rewritten top.
    retopped = (
        enough & own_leads & (sides.given >= settings.both_share) & (sides.taken >= settings.alike_share)
    )
    retopped |= enough & own_leads & (sides.taken >= _NEARLY_ALL) & (sides.given >= _MOST)
    kinds[retopped] = COPY
    strengths[retopped] = np.clip(0.3 + 6 * (sides.given[retopped] - settings.both_share), 0.3, 1)

    cut = enough & opens & (sides.taken >= settings.copy_share) & (sides.given >= settings.cut_share)
    alike = enough & ~own_leads & (sides.taken >= settings.alike_share) & (sides.given >= settings.both_share)
    same = enough & (sides.taken >= settings.copy_share) & (sides.given >= _MUCH)
    whole = cut | alike | same
    kinds[whole], strengths[whole] = COPY, 1

    if later is not None:
        kinds[later & (kinds == COPY)] = VERSION

    quotes = (kinds == UNRELATED) & (sides.quoted >= settings.quoted_share)
    quotes &= sides.common >= settings.least_quoted_words
    kinds[quotes] = EVENT
    several = (counts[:, Count.BLOCKS] >= 2) & (sides.common >= settings.least_shared_words)
    strengths[quotes] = np.where(several[quotes], 1, 0.3)
    return Decisions(kinds, strengths)


def _is_form(counts: NDArray[np.int32], settings: DuplicateSettings) -> NDArray[np.bool_]:
    """Whether two texts fill one form: the same words around other names and numbers."""
    differ = counts[:, Count.NUMBERS_DIFFER].astype(np.int64) + counts[:, Count.NAMES_DIFFER]
    same = counts[:, Count.NUMBERS_SAME].astype(np.int64) + counts[:, Count.NAMES_SAME]
    form = (differ >= settings.least_differing) & (same < settings.agreeing_share * (same + differ))
    # Rates and scores: the form itself names the same bodies each day, and in German each noun is a capital.
    figures = counts[:, Count.NUMBERS_DIFFER].astype(np.int64)
    other = (figures >= settings.least_differing_figures) & (figures > counts[:, Count.NUMBERS_SAME])
    dense = figures * _WORDS_A_FIGURE >= counts[:, Count.MATCHED]
    filled: NDArray[np.bool_] = form | (other & dense)
    return filled


def solid(counts: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Of each pair, whether it shares more than chance, furniture or a stock paragraph can explain."""
    covered, share = _covered(counts)
    least = covered.min(axis=1)
    found: NDArray[np.bool_] = (
        (least >= _SOLID_WORDS)
        | (counts[:, Count.LONGEST] >= _SOLID_PASSAGE)
        | ((share.max(axis=1) >= _MOST) & (least >= _SOLID_SHORT))
    )
    return found


def share_passages(counts: NDArray[np.int32], settings: DuplicateSettings) -> NDArray[np.bool_]:
    """Of each pair, whether it shares a passage, long enough for a relation or not, and fills no form."""
    tied: NDArray[np.bool_] = _covered(counts)[0].min(axis=1) >= settings.least_shared_words
    return tied & ~_is_form(counts, settings)


def carriers(counts: NDArray[np.int32], settings: DuplicateSettings) -> NDArray[np.int64]:
    """Which text of each pair, 0 or 1, carries the other and has at least as much beside it; -1: neither."""
    _, share = _covered(counts)
    carries = (share.max(axis=1) >= settings.contained_share) & (share.min(axis=1) <= settings.both_share)
    carries &= share.min(axis=1) >= _ITEM
    return np.where(carries, np.where(share[:, 0] < share[:, 1], 0, 1), -1)


def covered_shares(counts: NDArray[np.int32]) -> NDArray[np.float64]:
    """Share of each text's words that stand in blocks with the other, shape (pairs, 2)."""
    return _covered(counts)[1]


def _covered(counts: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Words in common by each text, and their share of it, both shape (pairs, 2)."""
    covered = counts[:, [Count.COVERED_A, Count.COVERED_B]].astype(np.int64)
    return covered, covered / np.maximum(counts[:, [Count.WORDS_A, Count.WORDS_B]], 1)


def evidence(counts: NDArray[np.int32]) -> tuple[Evidence, ...]:
    """What one row of counts says, in sentences."""
    row = counts.tolist()
    found = []
    for side, other, covered, words in (
        ("a", "b", row[Count.COVERED_A], row[Count.WORDS_A]),
        ("b", "a", row[Count.COVERED_B], row[Count.WORDS_B]),
    ):
        share = covered / max(words, 1)
        found.append(
            _says(f"covered_{side}", share, f"{share:.0%} of {side}'s {words} words stand in {other}")
        )
    if row[Count.BLOCKS]:
        passages, longest = row[Count.BLOCKS], row[Count.LONGEST]
        found.append(_says("blocks", passages, f"{passages} passages, the longest of {longest} words"))
        for side, lead, tail in (
            ("a", row[Count.HEAD_A], row[Count.TAIL_A]),
            ("b", row[Count.HEAD_B], row[Count.TAIL_B]),
        ):
            says = f"{side} has {lead} words before them and {tail} after them"
            found.append(_says(f"own_{side}", lead, says))
    if row[Count.MOVED]:
        found.append(_says("moved", row[Count.MOVED], f"{row[Count.MOVED]} of them stand in another order"))
    if row[Count.QUOTED]:
        share = row[Count.QUOTED] / row[Count.MATCHED]
        found.append(_says("quoted", share, f"{share:.0%} of what they share is quotation"))
    for name, same, differ in (
        ("numbers", row[Count.NUMBERS_SAME], row[Count.NUMBERS_DIFFER]),
        ("names", row[Count.NAMES_SAME], row[Count.NAMES_DIFFER]),
    ):
        if same or differ:
            says = f"{same} {name} agree in shared passages, {differ} stand for others"
            found.append(_says(f"{name}_differ", differ, says))
    return tuple(found)


def _says(name: str, value: float, says: str) -> Evidence:
    return trusted(Evidence, {"name": name, "value": round(value, 4), "says": says})
