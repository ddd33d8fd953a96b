"""The language of a text, only where it can be told."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache

from dedupe.quality.facts import TextFacts, likeness, sampled
from dedupe.quality.grammar import LANGUAGES
from dedupe.quality.identifier import likeliest
from dedupe.quality.reading import reading_of

__all__ = [
    "LEAST_LETTERS",
    "SURELY_ALIKE",
    "are_kin",
    "is_of_its_grammar",
    "is_plain",
    "language_of",
    "same_language",
    "strangers",
]

LEAST_LETTERS = 60  # below it, names decide more than words do
LONGEST = 1_000_000  # characters of a text that is read whole; no article has as many
LETTERS = re.compile(r"[^\W\d_]+")
WIDE = re.compile(r"[\u3000-\U0010ffff]")  # such letters count twice
# Lead of the best language over the next, in log-likelihood divided by the root of the bytes (the length
# at which py3langid's own scaling keeps confidences comparable). Below it, two languages are too near.
LEAST_LEAD = 1.0
KIN = frozenset(
    map(
        frozenset,
        (
            ("da", "no"),
            ("no", "sv"),
            ("es", "gl"),
            ("gl", "pt"),
            ("ca", "es"),
            ("cs", "sk"),
            ("be", "ru"),
            ("bg", "mk"),
            ("zu", "xh"),
            ("id", "jv"),
        ),
    )
)
"""Neighbours that a paragraph is too short to tell apart."""
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


def is_of_its_grammar(language: str, facts: TextFacts) -> bool:
    """Whether a language is the one by whose grammar the lines of a text are measured."""
    return facts.language >= 0 and LANGUAGES[facts.language] == language


def is_plain(words: int, grammar: int, foreign: int) -> bool:
    """Whether a paragraph has the grammar of its text's language and hardly of another: most have."""
    enough = grammar >= LEAST_PLAIN and grammar >= LEAST_PLAIN_SHARE * words
    return enough and grammar >= LEAST_GRAMMAR_LEAD * foreign


def strangers(texts: Sequence[str], asked: Sequence[int]) -> list[int]:
    """Those of the paragraphs asked for whose beginnings have not the letters of the others' beginnings."""
    alike = likeness([text[:ALIKE_SAMPLE] for text in texts], asked)
    return [place for place, each in zip(asked, alike, strict=True) if each < SURELY_ALIKE]


def _identified(text: str) -> str | None:
    sample = " ".join(LETTERS.findall(text))
    if len(sample) + len(WIDE.findall(sample)) < LEAST_LETTERS:
        return None
    found = likeliest(sample)
    sure = found is not None and found.lead / math.sqrt(len(sample.encode("utf-8", "replace"))) >= LEAST_LEAD
    return same_language(found.best) if found and sure else None


def are_kin(one: str, other: str) -> bool:
    """Whether two languages, as `language_of` names them, are not told apart by a paragraph."""
    return one == other or frozenset((one, other)) in KIN


def same_language(code: str) -> str:
    """One code for languages that no identifier tells apart; regions (`pt-BR`) are dropped."""
    base = code.lower().replace("_", "-").partition("-")[0]
    return TWINS.get(base, base)
