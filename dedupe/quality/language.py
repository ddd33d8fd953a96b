"""The language of a text, only where it can be told."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from dedupe.quality.sought import HASH_BITS, run_hashes

__all__ = ["LEAST_LETTERS", "SURELY_ALIKE", "is_plainly", "language_of", "likeness", "same_language"]

LEAST_LETTERS = 60  # below it, names decide more than words do
# Lead of the best language over the next, in log-likelihood divided by the root of the bytes (the length
# at which py3langid's own scaling keeps confidences comparable). Below it, two languages are too near.
LEAST_LEAD = 1.0
SAMPLE = 600  # characters, from three places of a longer text: more of the same text changes nothing
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
GRAMMAR_WORD = re.compile(r"[^\W\d_]+")
LEAST_GRAMMAR = 6  # words of the language's grammar
LEAST_PLAIN = 2  # such words, where the language is already known of the rest of the text
LEAST_PLAIN_SHARE = 0.05
LEAST_GRAMMAR_SHARE = 0.08  # of the words
LEAST_GRAMMAR_LEAD = 5  # times the words of all other languages' grammar
# Likeness of a paragraph to the others of its text. In texts of another language one of a thousand had more
# (Zulu and Xhosa, Japanese and Chinese headlines), in those of their own language six of seven.
SURELY_ALIKE = 0.44
ALIKE_SAMPLE = 240  # characters of a paragraph: of the same length, they are measured alike
TRIGRAM_BITS = 11  # of a trigram's hash
NO_LETTERS = re.compile(r"[\W\d_]+")
# Scripts of many letters, of which a text has few again (Han, Hangul, kana): a letter stands for its script.
MANY_LETTERS = ((0x3400, 0x9FFF), (0xAC00, 0xD7AF), (0x3040, 0x30FF))


@lru_cache(maxsize=4096)
def language_of(text: str) -> str | None:
    """ISO 639-1 code of a text's language; None: too short or too mixed to tell.

    Letters count alone: digits, addresses and marks say nothing about a language.
    """
    sample = _sampled(text)
    return _by_grammar(sample) or _identified(sample)


def _sampled(text: str) -> str:
    """Beginning, middle and end of a text, one a line; a short one as it is."""
    if len(text) <= SAMPLE:
        return text
    third, middle = SAMPLE // 3, len(text) // 2
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


def likeness(texts: Sequence[str]) -> NDArray[np.float32]:
    """How much the beginning of each paragraph has the letters of all others, in any language and script.

    The cosine of the square roots of their trigrams' counts. So languages are told apart since Cavnar and
    Trenkle, "N-Gram-Based Text Categorization", 1994; here none has a name, and a text is measured by itself.

    Returns:
        from 0 to 1, shape (texts,).
    """
    counts = np.stack([_trigrams(text[:ALIKE_SAMPLE]) for text in texts]).astype(np.float32)
    own, others = np.sqrt(counts), np.sqrt(counts.sum(axis=0) - counts)
    lengths = np.sqrt((own * own).sum(axis=1) * (others * others).sum(axis=1))
    alike: NDArray[np.float32] = (own * others).sum(axis=1) / np.maximum(lengths, 1)
    return alike


def _trigrams(text: str) -> NDArray[np.intp]:
    """How often each run of three letters stands in a text, all between two words as a blank; by hash."""
    letters = NO_LETTERS.sub(" ", text.lower()).encode("utf-32-le", "surrogatepass")
    codes = np.frombuffer(letters, dtype=np.uint32).copy()
    for first, last in MANY_LETTERS:
        codes[(codes >= first) & (codes <= last)] = first
    hashes = run_hashes(codes, 3) >> np.uint32(HASH_BITS - TRIGRAM_BITS)
    return np.bincount(hashes, minlength=1 << TRIGRAM_BITS)


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
