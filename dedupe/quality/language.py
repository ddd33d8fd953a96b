"""The language of a text, only where it can be told."""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import cache, lru_cache

__all__ = ["LEAST_LETTERS", "is_plainly", "language_of", "same_language"]

LEAST_LETTERS = 60  # below it, names decide more than words do
# Lead of the best language over the next, in log-likelihood divided by the root of the bytes (the length
# at which py3langid's own scaling keeps confidences comparable). Below it, two languages are too near.
LEAST_LEAD = 1.0
SAMPLE = 1200  # characters, from three places of a longer text: more of the same text changes nothing
# Pairs that no identifier tells apart in news texts; either name stands for both.
TWINS = {"nb": "no", "nn": "no", "hr": "bs", "sr": "bs", "ms": "id"}

# Words of a language's grammar that none of its neighbours writes so. Where they are many and those of other
# languages few, the language is plain, and the identifier, which takes a millisecond, need not be asked.
GRAMMAR = {
    "en": "the and of that was with his by from which will they their been would were she had has have",
    "de": "und das ist nicht dem zu ein eine auf für wird sich auch dass wurde einen einer sei sind",
    "fr": "les dans qui une pour avec été sur pas aux cette ont sont plus leur mais où après selon",
    "es": "los las el y una con más según pero también desde sobre hasta había fue sus muy años",
    "it": "che della il di gli nel è più anche dei sono alla nella dal ha delle del loro essere",
    "pt": "não são em uma os pelo pela também foi mais à ao dos nas está seu sua até já",
    "nl": "een het zijn niet voor wordt bij naar deze worden werd heeft ook geen uit hij dat",
    "sv": "och är inte att från också för på har det ett som efter vid ska kommer",
    "ru": "что это его был была были из они её ее чтобы если со ему уже может который которые",
    "uk": "що від це але його під щодо після із та які також чи буде немає",
    "pl": "się jest że przez oraz dla która jego również został tym było są będzie aby już",
    "tr": "ve için ile olarak gibi çok değil kadar göre ancak olduğu tarafından",
}
GRAMMAR_SAMPLE = 600  # characters, from three places of a longer text
GRAMMAR_WORD = re.compile(r"[^\W\d_]+")
LEAST_GRAMMAR = 6  # words of the language's grammar
LEAST_PLAIN = 2  # such words, where the language is already known of the rest of the text
LEAST_PLAIN_SHARE = 0.05
LEAST_GRAMMAR_SHARE = 0.08  # of the words
LEAST_GRAMMAR_LEAD = 5  # times the words of all other languages' grammar


@lru_cache(maxsize=4096)
def language_of(text: str) -> str | None:
    """ISO 639-1 code of a text's language; None: too short or too mixed to tell.

    Letters count alone: digits, addresses and marks say nothing about a language.
    """
    return _by_grammar(_sampled(text, GRAMMAR_SAMPLE)) or _identified(_sampled(text, SAMPLE))


def _sampled(text: str, size: int) -> str:
    """Beginning, middle and end of a text, one a line; a text that is no longer than `size` as it is."""
    third, middle = size // 3, len(text) // 2
    if len(text) <= size:
        return text
    return f"{text[:third]}\n{text[middle : middle + third]}\n{text[-third:]}"


def _by_grammar(text: str) -> str | None:
    """The language whose grammar stands out; None: none does."""
    words = GRAMMAR_WORD.findall(text.lower())
    languages = _languages()
    hits = Counter(languages[word] for word in words if word in languages)
    if not hits or sum(map(len, words)) < LEAST_LETTERS:
        return None
    (best, count), *others = hits.most_common()
    enough = count >= max(LEAST_GRAMMAR, LEAST_GRAMMAR_SHARE * len(words))
    return best if enough and count >= LEAST_GRAMMAR_LEAD * sum(n for _, n in others) else None


def is_plainly(text: str, language: str) -> bool:
    """Whether a paragraph has the grammar of a language and hardly of another; most can be told so."""
    words = text.lower().split()
    hits = [*filter(None, map(_languages().get, words))]
    own = hits.count(language)
    enough = own >= max(LEAST_PLAIN, LEAST_PLAIN_SHARE * len(words))
    return enough and own >= LEAST_GRAMMAR_LEAD * (len(hits) - own)


@cache
def _languages() -> dict[str, str]:
    """Word -> the one language of which it is."""
    words = [(word, language) for language, listed in GRAMMAR.items() for word in listed.split()]
    times = Counter(word for word, _ in words)
    return {word: language for word, language in words if times[word] == 1}


def _identified(text: str) -> str | None:
    from py3langid import rank  # 0.3 s to load: only where it is used

    letters = "".join(character if character.isalpha() else " " for character in text)
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
