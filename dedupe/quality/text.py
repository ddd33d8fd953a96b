"""What the checks ask of parts of a text: words, and ends of sentences, in any script."""

from __future__ import annotations

import re

from dedupe.quality import characters, reading
from dedupe.quality.facts import WORD

__all__ = ["UNSPACED", "WORD", "ends_sentence", "lines", "word_count"]

UNSPACED = re.compile(f"[{characters.UNSPACED}]")
# Marks that close a sentence, in any script, with quotes and brackets behind them.
LONGEST_END = 100  # characters; more marks than these end no sentence, and take the square of their number
SENTENCE_END = re.compile(r"[.!?…。！？｡؟۔।॥։።៕။｡]+[\"'”’»«›‹„“)\]）」』】\s\u200e\u200f]*(?:\[\d+\])?$")


def ends_sentence(text: str) -> bool:
    """Whether a text ends as a sentence does, in any script."""
    return SENTENCE_END.search(text.rstrip()[-LONGEST_END:]) is not None


def lines(text: str) -> tuple[reading.Line, ...]:
    """The lines of a text that are not blank, each with its place and its number of words."""
    return reading.reading_of(text).lines


def word_count(text: str) -> int:
    """Words of a text; in scripts without spaces, two letters count as one word."""
    return reading.reading_of(text).words
