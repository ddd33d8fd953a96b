"""What the rules ask about a block's characters, found in one pass."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedupe.boilerplate._engine import kernel
from dedupe.boilerplate.alphabet import character_bits
from dedupe.boilerplate.characters import Codes, small_letters
from dedupe.boilerplate.cues import BITS, LONGEST, bits_of, has_address, has_markup, tables
from dedupe.boilerplate.lines import Ints
from dedupe.boilerplate.words import WORDS, ends_sentence, is_prose, word_count

__all__ = [
    "ADDRESS",
    "BAR",
    "COLON",
    "HEADLINE",
    "IMAGE",
    "LINK",
    "LOUD",
    "NAMES",
    "PROSE",
    "SENTENCE_END",
    "UNSURE",
    "Traits",
    "traits_of",
]

# Signs of a block, as in `_kernel.c`.
(
    SENTENCE_END,  # its last sign before closing quotes and brackets is a stop
    PROSE,  # it is a sentence, or long enough for one in scripts that set no stops
    HEADLINE,  # it may be one: a few words and no stop
    NAMES,  # it is a few names and no sentence; only scripts with capitals show that
    LOUD,  # a few words, all capitals
    COLON,
    BAR,
    IMAGE,  # it may hold the markup of a picture
    LINK,  # it may hold the markup of a link, or be one
    ADDRESS,  # it may give an address
    _MARKUP,  # it may hold markup of other kinds
) = (1 << bit for bit in range(11))
UNSURE = 1 << 11  # of the kernel alone: what the letters are depends on more than its tables

_MOST_HEADLINE = 180  # characters
_LEAST_HEADLINE_WORDS = 4
_MOST_NAMES = 120  # characters
_MOST_NAMES_WORDS = 10
_MOST_LOUD_WORDS = 12
_MARKUP_BEGINS = tuple("#*_=~|-")
_CALL = re.compile(r"function\s*\(")


@dataclass(frozen=True)
class Traits:
    """One value a block in each array."""

    signs: NDArray[np.uint32]
    words: NDArray[np.int32]  # of scripts without spaces about two characters make one
    cues: NDArray[np.uint32]  # bits of the kinds of cues it holds; a long one is prose and has none


def traits_of(texts: Sequence[str], codes: Codes, starts: Ints, ends: Ints) -> Traits:
    """Look at blocks, which lie between `starts` and `ends` in `codes`; none is empty."""
    signs, cues = np.empty((2, len(texts)), dtype=np.uint32)
    words = np.empty(len(texts), dtype=np.int32)
    traits = Traits(signs, words, cues)
    if kernel is None:
        _look_at(texts, range(len(texts)), traits)
        return traits
    clock = np.array([BITS["clock"]], dtype=np.uint32)
    kernel.traits(
        codes, starts, ends, character_bits(), small_letters(), clock, *tables(), signs, words, cues
    )
    # What its tables cannot say, and what is rare enough for the expressions themselves.
    unsure = (signs & UNSURE).nonzero()[0]
    _look_at(texts, unsure.tolist(), traits)
    signs[unsure] |= UNSURE
    for number in (signs & (ADDRESS | _MARKUP)).nonzero()[0].tolist():
        text = texts[number]
        if len(text) <= LONGEST:
            cues[number] |= BITS["address"] * has_address(text) | BITS["markup"] * has_markup(text)
    return traits


def _look_at(texts: Sequence[str], which: Sequence[int], traits: Traits) -> None:
    for number in which:
        text = texts[number]
        traits.signs[number] = _signs_of(text)
        traits.words[number] = word_count(text)
        traits.cues[number] = bits_of(text) if len(text) <= LONGEST else 0


def _signs_of(text: str) -> int:
    stop = ends_sentence(text)
    words = WORDS.findall(text)
    loud = text.isupper()
    capitals = sum(word[0].isupper() for word in words)
    found = {
        SENTENCE_END: stop,
        PROSE: is_prose(text),
        HEADLINE: len(text) <= _MOST_HEADLINE and not stop and len(words) >= _LEAST_HEADLINE_WORDS,
        NAMES: len(text) <= _MOST_NAMES
        and not (stop or loud or ":" in text)
        and 2 <= len(words) <= _MOST_NAMES_WORDS
        and capitals * 2 > len(words),
        LOUD: loud and len(words) <= _MOST_LOUD_WORDS,
        COLON: ":" in text or "：" in text,
        BAR: "|" in text,
        IMAGE: "![" in text,
        LINK: "](" in text or text.startswith(("http", "www.")),
        ADDRESS: "@" in text or "://" in text or "www." in text,
        _MARKUP: any(sign in text for sign in ("](", "<", "&", "{{", "}}"))
        or text.lstrip()[:1] in _MARKUP_BEGINS
        or _CALL.search(text) is not None,
    }
    return sum(sign for sign, holds in found.items() if holds)
