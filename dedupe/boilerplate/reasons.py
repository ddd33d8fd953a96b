"""Names for what was cut, and the sentence that says what spoke for it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dedupe.boilerplate.asides import Aside
from dedupe.boilerplate.blocks import Block
from dedupe.boilerplate.cues import begins_with_cue, cues_in

__all__ = ["belongs_to_story", "headline_at", "is_prose", "reason_of"]

_WORDS = re.compile(r"\w+")
_STOP = re.compile(r"[.!?…。！？؟।۔][\"'”’»)\]]*$")
_UNSPACED = 0x0E00  # code point from which on scripts have no spaces, or few
_LEAST_SENTENCE_WORDS = 4
_LONG = 100  # characters: few menus are as long, and Thai or Lao prose has no stops
_LEAST_TELLING = 4
_FURNITURE = frozenset(("subscribe", "share", "legal", "comments", "related", "address"))
_TELLING = 5  # letters: shorter words are mostly grammar
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
    words = _telling(text)
    if len(words) < _LEAST_TELLING:
        return not cues_in(text) & _FURNITURE
    elsewhere = set().union(*map(_telling, others)) if others else set()
    return len(words & elsewhere) >= least_share * len(words)


def is_sentence(text: str) -> bool:
    """Whether a block ends like a sentence and is not too short for one."""
    return _word_count(text) >= _LEAST_SENTENCE_WORDS and bool(_STOP.search(text))


def is_prose(text: str) -> bool:
    """Whether a block is a sentence, or long enough for one in scripts that set no stops."""
    return len(text) >= _LONG or is_sentence(text)


def _word_count(text: str) -> int:
    """Words; of scripts without spaces about two characters make one."""
    return sum(1 if ord(word[0]) < _UNSPACED else max(1, len(word) // 2) for word in _WORDS.findall(text))


def headline_at(blocks: Sequence[Block], story: Sequence[float], least: float) -> int | None:
    """Position of the headline: of the blocks right above the story, the one that shares most words with it.

    Args:
        blocks: the document.
        story: probability of each block to be story.
        least: from which probability on a block is story.
    """
    start = next((position for position, share in enumerate(story) if share >= least), 0)
    body = set().union(*(_telling(block.text) for block in blocks[start : start + _LEAD]))
    best, most = None, _LEAST_HEADLINE_SHARE
    for position in range(max(0, start - _NEAR), start):
        text = blocks[position].text
        words = _telling(text)
        if not 3 <= _word_count(text) <= 40 or _STOP.search(text) or not words:
            continue
        share = len(words & body) / len(words)
        if share > most:
            best, most = position, share
    return best


def _telling(text: str) -> set[str]:
    found: set[str] = set()
    for word in _WORDS.findall(text.casefold()):
        if ord(word[0]) >= _UNSPACED and not word.isdigit():
            found.update(word[at : at + 2] for at in range(len(word) - 1))
        elif len(word) >= _TELLING:
            found.add(word)
    return found


def reason_of(
    blocks: Sequence[Block], position: int, state: str, story: float, headline: int | None, repeats: int
) -> Aside:
    """Name and evidence of a block that the model takes for furniture."""
    text = blocks[position].text
    words = _word_count(text)
    stop = bool(_STOP.search(text))
    cues = cues_in(text) | begins_with_cue(text)
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
