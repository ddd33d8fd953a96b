"""Paragraphs in another language than the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain

from dedupe.models import Article, Severity
from dedupe.quality.checks.html_remnants import REMNANT, remnants_in
from dedupe.quality.checks.lorem_ipsum import is_filler
from dedupe.quality.checks.machine_garbage import is_code
from dedupe.quality.checks.markdown_remnants import LINK
from dedupe.quality.facts import TextFacts
from dedupe.quality.furniture import furniture_in
from dedupe.quality.language import are_kin, is_of_its_grammar, is_plain, language_of, strangers
from dedupe.quality.problem import Problem
from dedupe.quality.reading import Line, Reading, reading_of
from dedupe.quality.registry import check
from dedupe.quality.text import WORD
from dedupe.settings import QualitySettings

__all__ = ["MixedLanguage", "is_wholly_in"]

LEAST_PARAGRAPH = 80  # characters; a shorter quote is a quote
MOST_CAPITALS = 0.45  # of the words; German prose has about 0.35
SMALL = 4  # letters; most words of grammar have no more
USUAL_PARAGRAPHS = 0.55  # of a document: a word in as many is of its language's grammar
USUAL_SHARE = 0.2  # of a paragraph's short words; neighbouring languages share fewer
LEAST_LANGUAGE = 2  # paragraphs in the document's own language


@check
class MixedLanguage:
    """Tells the language of each paragraph and of the whole."""

    name = "mixed_language"
    title = "Mixed languages"
    reason = "Paragraphs in another language are lost to a count, or counted for another story."
    remedy = "See whether they belong: a quote does, the teaser of another edition does not."

    def __call__(self, article: Article, settings: QualitySettings) -> Iterator[Problem]:
        """One problem a paragraph."""
        reading = _without_markup(reading_of(article.text))
        language = language_of(article.text)
        if language and is_wholly_in(language, reading):
            return
        long = reading.paragraphs(LEAST_PARAGRAPH)
        words = [_small_words(line.text) for line in long]
        usual = _usual(words)
        own = [line for line, small in zip(long, words, strict=True) if _is_usual(small, usual)]
        others = [line for line, small in zip(long, words, strict=True) if not _is_usual(small, usual)]
        if not others:
            return
        language = language_of("\n".join(line.text for line in own)) if own else None
        told = _told(others, language, reading.facts.text)
        if all(other in (None, language) for _, other in told):
            return
        sizes: Counter[str] = Counter()
        paragraphs: Counter[str] = Counter()
        for line, other in [*((line, language) for line in own), *told]:
            if other is not None:
                sizes[other] += len(line.text)
                paragraphs[other] += 1
        main = max(sizes, key=lambda language: (sizes[language], language))
        if paragraphs[main] < LEAST_LANGUAGE:
            return
        furniture = {line.span for _, line in furniture_in(article.text)}  # the teaser of another edition
        for line, other in told:
            if other is not None and not are_kin(other, main) and line.span not in furniture:
                yield Problem(
                    Severity.DISTORTING,
                    f"The paragraph is in another language ({other}) than the text ({main}).",
                    line.span,
                )


def is_wholly_in(language: str, reading: Reading) -> bool:
    """Whether no paragraph is in another language: most have its grammar, most others its letters."""
    facts, columns = reading.facts, reading.facts.columns
    own = is_of_its_grammar(language, facts.text)
    long = [place for place, text in enumerate(columns.text) if len(text) >= LEAST_PARAGRAPH]
    others = [
        number
        for number, place in enumerate(long)
        if not own or not is_plain(columns.words[place], columns.grammar[place], columns.foreign[place])
    ]
    if not others:
        return True
    odd = [facts.line(long[number]) for number in strangers([columns.text[place] for place in long], others)]
    return all(other in (None, language) for _, other in _told(odd, language, facts.text))


def _told(lines: Sequence[Line], language: str | None, facts: TextFacts) -> list[tuple[Line, str | None]]:
    """The language of each paragraph that is prose, where it can be told; most are in that of the text."""
    own = language is not None and is_of_its_grammar(language, facts)
    prose = (line for line in lines if _is_prose(line.text) and not is_code(line) and not is_filler(line))
    return [
        (line, language)
        if own and is_plain(line.words, line.grammar, line.foreign)
        else (line, language_of(line.text))
        for line in prose
    ]


def _without_markup(reading: Reading) -> Reading:
    """A text with blanks in place of its Markdown links and its tags: addresses are in no language."""
    spans = [match.span() for match in LINK.finditer(reading)] if LINK.may_match(reading) else []
    if REMNANT.may_match(reading):
        spans += [match.span() for match in remnants_in(reading.text)]
    parts, at = [], 0
    for start, end in sorted(spans):
        if start >= at:
            parts += [reading.text[at:start], " " * (end - start)]
            at = end
    return Reading("".join([*parts, reading.text[at:]])) if spans else reading


def _small_words(text: str) -> frozenset[str]:
    """The short words of a paragraph, those beside marks left out."""
    return frozenset(word for word in text.split() if len(word) <= SMALL and word.islower())


def _usual(words: Sequence[frozenset[str]]) -> frozenset[str]:
    """The short words that stand in most paragraphs: the grammar of the document's one language."""
    counts = Counter(chain.from_iterable(words))
    return frozenset(word for word, count in counts.items() if count >= USUAL_PARAGRAPHS * len(words))


def _is_usual(small: frozenset[str], usual: frozenset[str]) -> bool:
    """Whether a paragraph has enough of the document's grammar; it spares asking for its language."""
    return len(small & usual) >= USUAL_SHARE * len(small) > 0


def _is_prose(text: str) -> bool:
    """Whether most words begin small: a list of names is in no language; scripts without case are prose."""
    words: list[str] = WORD.findall(text)
    capitals = sum(word[0].isupper() for word in words)
    return capitals <= MOST_CAPITALS * len(words)
