"""Names for what was cut, and the sentence that says what spoke for it."""

from __future__ import annotations

from collections.abc import Sequence

from dedupe.boilerplate.asides import Aside
from dedupe.boilerplate.blocks import Block
from dedupe.boilerplate.cues import cues_in
from dedupe.boilerplate.words import ends_sentence, is_sentence, telling_words, word_count

__all__ = ["belongs_to_story", "headline_at", "reason_of"]

_LEAST_TELLING = 4
_FURNITURE = frozenset(("subscribe", "share", "legal", "comments", "related", "address"))
_MOST_DATELINE_WORDS = 14
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


def headline_at(blocks: Sequence[Block], story: Sequence[float], least: float) -> int | None:
    """Position of the headline: of the blocks right above the story, the one that shares most words with it.

    Args:
        blocks: the document.
        story: probability of each block to be story.
        least: from which probability on a block is story.
    """
    start = next((position for position, share in enumerate(story) if share >= least), 0)
    body = set().union(*(telling_words(block.text) for block in blocks[start : start + _LEAD]))
    best, most = None, _LEAST_HEADLINE_SHARE
    for position in range(max(0, start - _NEAR), start):
        text = blocks[position].text
        words = telling_words(text)
        if not 3 <= word_count(text) <= 40 or ends_sentence(text) or not words:
            continue
        share = len(words & body) / len(words)
        if share > most:
            best, most = position, share
    return best


def reason_of(
    blocks: Sequence[Block], position: int, state: str, story: float, headline: int | None, repeats: int
) -> Aside:
    """Name and evidence of a block that the model takes for furniture."""
    text = blocks[position].text
    words = word_count(text)
    stop = ends_sentence(text)
    cues = cues_in(text)
    if words > _MOST_DATELINE_WORDS:
        cues -= {"clock", "time", "byline", "menu"}
    reason = next((name for cue, name in _BY_CUE if cue in cues and len(text) <= 300), None)
    if position == headline:
        reason = "headline"
    elif reason is None:
        named = _by_place(text, words, stop, state)
        reason = "repeated_in_document" if repeats > 1 else named
    traits = [
        f"{words} words" if words != 1 else "one word",
        "a full stop at its end" if stop else "no full stop",
    ]
    if repeats > 1:
        traits.append(f"is printed {repeats} times here")
    if cues:
        traits.append("cues of " + " and ".join(sorted(cues)))
    return Aside(
        reason,
        f"It stands {_PLACES[state]}, has {', '.join(traits)}; the model gives it {story:.0%} to be story.",
    )


def _by_place(text: str, words: int, stop: bool, state: str) -> str:
    if words > _MOST_DATELINE_WORDS and text.endswith((")", "]", "）")):
        return "caption"
    if state == "aside":
        return "teaser"
    if words <= 6 and not stop:
        return "menu"
    if state in ("before", "first"):
        return "above_story"
    return "below_story"
