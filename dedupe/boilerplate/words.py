"""Words and ends of sentences of one block, the same for the shapes and for the reasons."""

from __future__ import annotations

import re

__all__ = [
    "CLOSERS",
    "STOPS",
    "UNSPACED",
    "WORDS",
    "ends_sentence",
    "holds_sentence",
    "is_prose",
    "is_sentence",
    "telling_words",
    "word_count",
]

WORDS = re.compile(r"\w+")
UNSPACED = 0x0E00  # code point from which on scripts have no spaces, or few
STOPS = frozenset(".!?…。！？؟।۔։።")
_SENTENCE_END = re.compile(r"[.!?…؟۔](?=[\s\"'”’»)\]]|$)|[。！？।]")
CLOSERS = "\"'”’»)]」』）】〕》〉"
_TELLING = 5  # letters: shorter words are mostly grammar
_LEAST_SENTENCE_WORDS = 4
_LONG = 100  # characters: few menus are as long, and Thai or Lao prose has no stops


def ends_sentence(text: str) -> bool:
    """Whether the last sign before closing quotes and brackets is a stop."""
    return text.rstrip(CLOSERS)[-1:] in STOPS


def holds_sentence(text: str) -> bool:
    """Whether a sentence ends anywhere in the block."""
    return _SENTENCE_END.search(text) is not None


def word_count(text: str) -> int:
    """Words; of scripts without spaces about two characters make one."""
    words = WORDS.findall(text)
    if text.isascii():
        return len(words)
    return sum(1 if ord(word[0]) < UNSPACED else max(1, len(word) // 2) for word in words)


def is_sentence(text: str) -> bool:
    """Whether a block ends like a sentence and is not too short for one."""
    return ends_sentence(text) and word_count(text) >= _LEAST_SENTENCE_WORDS


def is_prose(text: str) -> bool:
    """Whether a block is a sentence, or long enough for one in scripts that set no stops."""
    return len(text) >= _LONG or is_sentence(text)


def telling_words(text: str) -> set[str]:
    """Longer words; of scripts without spaces the pairs of characters."""
    found: set[str] = set()
    for word in WORDS.findall(text.casefold()):
        if ord(word[0]) >= UNSPACED and not word.isdigit():
            found.update(word[at : at + 2] for at in range(len(word) - 1))
        elif len(word) >= _TELLING:
            found.add(word)
    return found
