"""Words of languages' grammar, by which most texts tell their language."""

from __future__ import annotations

from collections import Counter
from functools import cache

__all__ = ["LANGUAGES", "grammar_words"]

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
LANGUAGES = tuple(GRAMMAR)


@cache
def grammar_words() -> dict[str, int]:
    """Word, folded -> the one language of which it is, by its place in `LANGUAGES`."""
    words = [(word, place) for place, listed in enumerate(GRAMMAR.values()) for word in listed.split()]
    times = Counter(word for word, _ in words)
    return {word.casefold(): place for word, place in words if times[word] == 1}
