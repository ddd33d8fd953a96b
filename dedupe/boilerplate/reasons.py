"""Names for what was cut, and the sentence that says what spoke for it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dedupe.boilerplate._engine import kernel
from dedupe.boilerplate.alphabet import character_bits
from dedupe.boilerplate.asides import Aside
from dedupe.boilerplate.blocks import Batch
from dedupe.boilerplate.characters import codes_of, factors, folds, mixed
from dedupe.boilerplate.cues import cues_in, names_of
from dedupe.boilerplate.lines import Ints
from dedupe.boilerplate.model import STATES
from dedupe.boilerplate.traits import SENTENCE_END, UNSURE
from dedupe.boilerplate.words import is_sentence, telling_words

__all__ = ["belongs_to_story", "headlines", "reasons_of"]

_LEAST_TELLING = 4
_FURNITURE = frozenset(("subscribe", "share", "legal", "comments", "related", "address"))
_MOST_DATELINE_WORDS = 14
_BRACKETS = codes_of(")]）")  # a long line that ends with one is mostly a caption
_NEAR = 12  # blocks above the story among which its headline is looked for
_LEAD = 6  # first blocks of the story whose words a headline uses
_LEAST_HEADLINE_SHARE = 0.34  # of a headline's telling words, found in the lead

# The first kind of cue that a block holds names it; the order is from the most to the least particular.
_BY_CUE = (
    ("markup", "markup"),
    ("subscribe", "newsletter"),
    ("legal", "consent"),
    ("comments", "comments"),
    ("share", "share"),
    ("credit", "caption"),
    ("related", "teaser"),
    ("byline", "byline"),
    ("clock", "dateline"),
    ("time", "dateline"),
    ("menu", "menu"),
)
_PLACES = {
    "before": "above the story",
    "first": "where the story begins",
    "story": "in the story",
    "aside": "between two parts of the story",
    "end_mark": "right below the story",
    "after": "below the story",
}


def belongs_to_story(text: str, others: Sequence[str], least_share: float) -> bool:
    """Whether a block that a site repeats is background of the story it stands in.

    A paragraph belongs when the rest of the document uses enough of its telling words. A sentence too short
    for that belongs unless it speaks of subscribing, sharing and the like. What is no sentence does not.
    """
    if not is_sentence(text):
        return False
    words = telling_words(text)
    if len(words) < _LEAST_TELLING:
        return not cues_in(text) & _FURNITURE
    elsewhere = set().union(*map(telling_words, others)) if others else set()
    return len(words & elsewhere) >= least_share * len(words)


def headlines(batch: Batch, stories: Ints) -> list[int | None]:
    """The headline of each article: the block right above the story that shares most words with it.

    Args:
        batch: the blocks of the articles.
        stories: the block with which the story of each article begins; one outside it: it has none.

    Returns:
        positions among the blocks of each article.
    """
    signs, words, first = batch.traits.signs, batch.traits.words, batch.first
    if kernel is None:
        return [_headline_at(batch, *place) for place in zip(first[:-1], first[1:], stories, strict=True)]
    found = np.empty(len(stories), dtype=np.int64)
    spans = (batch.codes, batch.starts, batch.ends, first)
    kernel.headlines(*spans, character_bits(), *folds(), factors(), signs, words, stories, found)
    own = (found - first[:-1]).tolist()
    result = [position if position >= 0 else None for position in own]
    for article in set((np.searchsorted(first, (signs & UNSURE).nonzero()[0], "right") - 1).tolist()):
        result[article] = _headline_at(batch, first[article], first[article + 1], stories[article])
    return result


def _headline_at(batch: Batch, low: int, high: int, story: int) -> int | None:
    if not low < story < high:
        return None
    body = set().union(*map(telling_words, batch.texts[story : min(high, story + _LEAD)]))
    best, most = None, _LEAST_HEADLINE_SHARE
    for position in range(max(low, story - _NEAR), story):
        if not 3 <= batch.traits.words[position] <= 40 or batch.traits.signs[position] & SENTENCE_END:
            continue
        words = telling_words(batch.texts[position])
        share = len(words & body) / len(words) if words else 0
        if share > most:
            best, most = int(position - low), share
    return best


def reasons_of(batch: Batch, at: Ints, states: Ints, story: NDArray[np.float64]) -> list[Aside]:
    """Name and evidence of blocks that the model takes for furniture.

    Args:
        batch: all blocks.
        at: positions in it of those that go.
        states: the likeliest of each of them.
        story: probability of each of them.
    """
    traits = batch.traits
    words = traits.words[at]
    last = batch.codes[batch.ends[at] - 1]
    columns = (
        words,
        traits.signs[at] & SENTENCE_END > 0,
        _repeats(batch)[at],
        traits.cues[at],
        np.isin(last, _BRACKETS) & (words > _MOST_DATELINE_WORDS),
        states,
        np.rint(story * 100).astype(np.int64),
    )
    return list(map(_reason_of, *(column.tolist() for column in columns)))


def _repeats(batch: Batch) -> Ints:
    """How often each block's shape stands in its article."""
    article = np.repeat(np.arange(len(batch.first) - 1, dtype=np.uint64), np.diff(batch.first))
    _, inverse, counts = np.unique(batch.keys ^ mixed(article), return_inverse=True, return_counts=True)
    times: Ints = counts[inverse]
    return times


@lru_cache(maxsize=1 << 14)
def _reason_of(
    words: int, stop: bool, repeats: int, found: int, bracketed: bool, state: int, percent: int
) -> Aside:
    by_cue, traits = _traits(words, stop, repeats, found)
    if by_cue is not None:
        reason = by_cue
    elif repeats > 1:
        reason = "repeated_in_document"
    else:
        reason = "caption" if bracketed else _by_place(words, stop, STATES[state])
    place = _PLACES[STATES[state]]
    return Aside(reason, f"It stands {place}, has {traits}; the model gives it {percent}% to be story.")


@lru_cache(maxsize=1 << 14)
def _traits(words: int, stop: bool, repeats: int, found: int) -> tuple[str | None, str]:
    """The reason that a block's cues give, None: they give none; and what it is like."""
    cues = names_of(found)
    if words > _MOST_DATELINE_WORDS:
        cues -= {"clock", "time", "byline", "menu"}
    traits = [
        f"{words} words" if words != 1 else "one word",
        "a full stop at its end" if stop else "no full stop",
    ]
    if repeats > 1:
        traits.append(f"is printed {repeats} times here")
    if cues:
        traits.append("cues of " + " and ".join(sorted(cues)))
    return next((name for cue, name in _BY_CUE if cue in cues), None), ", ".join(traits)


def _by_place(words: int, stop: bool, state: str) -> str:
    if state == "aside":
        return "teaser"
    if words <= 6 and not stop:
        return "menu"
    if state in ("before", "first"):
        return "above_story"
    return "below_story"
