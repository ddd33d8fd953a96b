"""The language of a text, only where it can be told."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dedupe.quality.facts import Line, TextFacts, sampled, trigrams
from dedupe.quality.grammar import LANGUAGES
from dedupe.quality.identifier import likeliest
from dedupe.quality.reading import reading_of

__all__ = [
    "LEAST_LETTERS",
    "SURELY_ALIKE",
    "is_plainly",
    "language_of",
    "likeness",
    "same_language",
]

LEAST_LETTERS = 60  # below it, names decide more than words do
LONGEST = 1_000_000  # characters of a text that is read whole; no article has as many
LETTERS = re.compile(r"[^\W\d_]+")
WIDE = re.compile(r"[\u3000-\U0010ffff]")  # such letters count twice
# Lead of the best language over the next, in log-likelihood divided by the root of the bytes (the length
# at which py3langid's own scaling keeps confidences comparable). Below it, two languages are too near.
LEAST_LEAD = 1.0
# Pairs that no identifier tells apart in news texts; either name stands for both.
TWINS = {"nb": "no", "nn": "no", "hr": "bs", "sr": "bs", "ms": "id"}

LEAST_GRAMMAR = 6  # words of the language's grammar
LEAST_PLAIN = 2  # such words, where the language is already known of the rest of the text
LEAST_PLAIN_SHARE = 0.05
LEAST_GRAMMAR_SHARE = 0.08  # of the words
LEAST_GRAMMAR_LEAD = 5  # times the words of all other languages' grammar
# Likeness of a paragraph to the others of its text. In texts of another language one of a thousand had more
# (Zulu and Xhosa, Japanese and Chinese headlines), in those of their own language six of seven.
SURELY_ALIKE = 0.44
ALIKE_SAMPLE = 240  # characters of a paragraph: of the same length, they are measured alike


@lru_cache(maxsize=64)
def language_of(text: str) -> str | None:
    """ISO 639-1 code of a text's language; None: too short or too mixed to tell.

    Letters count alone: digits, addresses and marks say nothing about a language.
    """
    read = text if len(text) <= LONGEST else "\n".join(sampled(text))
    return _by_grammar(reading_of(read).facts.text) or _identified("\n".join(sampled(text)))


def _by_grammar(facts: TextFacts) -> str | None:
    """The language whose grammar stands out; None: none does."""
    if facts.sample_letters < LEAST_LETTERS:
        return None
    enough = facts.own >= max(LEAST_GRAMMAR, LEAST_GRAMMAR_SHARE * facts.sample_words)
    return LANGUAGES[facts.language] if enough and facts.own >= LEAST_GRAMMAR_LEAD * facts.others else None


def is_plainly(line: Line, language: str, facts: TextFacts) -> bool:
    """Whether a paragraph has the grammar of its text's language and hardly of another: most have."""
    enough = line.grammar >= max(LEAST_PLAIN, LEAST_PLAIN_SHARE * line.words)
    own = facts.language >= 0 and LANGUAGES[facts.language] == language
    return own and enough and line.grammar >= LEAST_GRAMMAR_LEAD * line.foreign


def likeness(texts: Sequence[str], asked: Sequence[int]) -> NDArray[np.float32]:
    """How much the beginnings of some paragraphs have the letters of all others, in any language and script.

    The cosine of the square roots of their trigrams' counts. So languages are told apart since Cavnar and
    Trenkle, "N-Gram-Based Text Categorization", 1994; here none has a name, and a text is measured by itself.

    Args:
        texts: all paragraphs of a text.
        asked: places of those that are measured.

    Returns:
        from 0 to 1, shape (asked,).
    """
    counts = trigrams([text[:ALIKE_SAMPLE] for text in texts])
    some = counts[np.asarray(asked, np.intp)].astype(np.float32)
    own, others = np.sqrt(some), np.sqrt(counts.sum(axis=0, dtype=np.float32) - some)
    lengths = np.sqrt((own * own).sum(axis=1) * (others * others).sum(axis=1))
    alike: NDArray[np.float32] = (own * others).sum(axis=1) / np.maximum(lengths, 1)
    return alike


def _identified(text: str) -> str | None:
    sample = " ".join(LETTERS.findall(text))
    if len(sample) + len(WIDE.findall(sample)) < LEAST_LETTERS:
        return None
    found = likeliest(sample)
    sure = found is not None and found.lead / math.sqrt(len(sample.encode("utf-8", "replace"))) >= LEAST_LEAD
    return same_language(found.best) if found and sure else None


def same_language(code: str) -> str:
    """One code for languages that no identifier tells apart; regions (`pt-BR`) are dropped."""
    base = code.lower().replace("_", "-").partition("-")[0]
    return TWINS.get(base, base)
