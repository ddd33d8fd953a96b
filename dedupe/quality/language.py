"""The language of a text, only where it can be told."""

from __future__ import annotations

import math
from functools import lru_cache

__all__ = ["LEAST_LETTERS", "language_of", "same_language"]

LEAST_LETTERS = 60  # below it, names decide more than words do
# Lead of the best language over the next, in log-likelihood divided by the root of the bytes (the length
# at which py3langid's own scaling keeps confidences comparable). Below it, two languages are too near.
LEAST_LEAD = 1.0
SAMPLE = 4000  # characters: more of the same text changes nothing
# Pairs that no identifier tells apart in news texts; either name stands for both.
TWINS = {"nb": "no", "nn": "no", "hr": "bs", "sr": "bs", "ms": "id"}


@lru_cache(maxsize=4096)
def language_of(text: str) -> str | None:
    """ISO 639-1 code of a text's language; None: too short or too mixed to tell.

    Letters count alone: digits, addresses and marks say nothing about a language.
    """
    from py3langid import rank  # 0.3 s to load: only where it is used

    letters = "".join(character if character.isalpha() else " " for character in text[:SAMPLE])
    sample = " ".join(letters.split())
    if sum(2 if ord(character) > 0x2FFF else 1 for character in sample) < LEAST_LETTERS:
        return None
    (best, first), (_, second) = rank(sample)[:2]
    lead = (first - second) / math.sqrt(len(sample.encode()))
    return same_language(best) if lead >= LEAST_LEAD else None


def same_language(code: str) -> str:
    """One code for languages that no identifier tells apart; regions (`pt-BR`) are dropped."""
    base = code.lower().replace("_", "-").partition("-")[0]
    return TWINS.get(base, base)
