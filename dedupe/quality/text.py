"""What the checks share: lines with their places, and counts that hold for any script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["Line", "ends_sentence", "lines", "paragraphs", "scripts", "word_count"]

LINE = re.compile(r"[^\r\n]+")
WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
# Scripts that put no space between words: Han, kana, Thai, Lao, Khmer, Burmese.
UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
LETTERS_A_WORD = 2  # in unspaced scripts, about; Chinese words have 1.5 to 2 characters
# Marks that close a sentence, in any script, with quotes and brackets behind them.
LONGEST_END = 100  # characters; more marks than these end no sentence, and take the square of their number
SENTENCE_END = re.compile(r"[.!?…。！？｡؟۔।॥։።៕။｡]+[\"'”’»«›‹„“)\]）」』】\s\u200e\u200f]*(?:\[\d+\])?$")


@dataclass(frozen=True)
class Line:
    """One line that is not blank, with its place in the text."""

    text: str  # without blanks at either end
    start: int
    end: int  # not included

    @property
    def span(self) -> tuple[int, int]:
        """Its characters in the text."""
        return (self.start, self.end)


def lines(text: str) -> Iterator[Line]:
    """Yield the lines that are not blank, whatever ends them."""
    for match in LINE.finditer(text):
        stripped = match[0].strip()
        if stripped:
            start = match.start() + match[0].index(stripped)
            yield Line(stripped, start, start + len(stripped))


def paragraphs(text: str, least: int) -> Iterator[Line]:
    """Yield the lines of at least `least` characters: prose, in a news text."""
    return (line for line in lines(text) if len(line.text) >= least)


def word_count(text: str) -> int:
    """Words of a text; in scripts without spaces, two letters count as one word."""
    unspaced = len(UNSPACED.findall(text))
    return len(WORD.findall(UNSPACED.sub(" ", text))) + unspaced // LETTERS_A_WORD


def ends_sentence(text: str) -> bool:
    """Whether a text ends as a sentence does, in any script."""
    return SENTENCE_END.search(text.rstrip()[-LONGEST_END:]) is not None


# One pattern a script is much faster than asking unicodedata for each letter's name.
SCRIPTS = {
    "latin": re.compile(r"[A-Za-z\u00c0-\u024f]"),
    "cyrillic": re.compile(r"[\u0400-\u052f]"),
    "greek": re.compile(r"[\u0370-\u03ff]"),
    "arabic": re.compile(r"[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff]"),
    "hebrew": re.compile(r"[\u0590-\u05ff]"),
    "indic": re.compile(r"[\u0900-\u0dff]"),
    "han": re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]"),
    "kana": re.compile(r"[\u3040-\u30ff]"),
    "hangul": re.compile(r"[\uac00-\ud7af\u1100-\u11ff]"),
    "southeast_asian": re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]"),
}


@lru_cache(maxsize=8)
def scripts(text: str) -> dict[str, int]:
    """Script -> letters of it in the text, the most used first; scripts without a letter are left out."""
    counts = {name: len(pattern.findall(text)) for name, pattern in SCRIPTS.items()}
    return {name: n for name, n in sorted(counts.items(), key=lambda item: -item[1]) if n}
