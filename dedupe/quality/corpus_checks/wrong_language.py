"""Documents in a language that is not the corpus's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from dedupe.models import Severity
from dedupe.quality.checks.mixed_language import is_wholly_in
from dedupe.quality.folder import CorpusFile, CorpusFolder
from dedupe.quality.language import language_of, same_language
from dedupe.quality.problem import Problem
from dedupe.quality.reading import reading_of
from dedupe.quality.registry import corpus_check
from dedupe.settings import QualitySettings

__all__ = ["WrongLanguage"]

LEAST_SHARE = 0.2  # of the documents: a language with fewer is no language of the corpus
LEAST_PARAGRAPH = 80  # characters; the language of shorter ones is a guess
LEAST_OWN = 0.25  # of the text
FEWEST = 5  # documents; in a smaller corpus each language is as good as another


@corpus_check
class WrongLanguage:
    """Tells each document's language; the corpus's are the declared ones, else those of many documents."""

    name = "wrong_language"
    title = "Other language"
    reason = "Its words are not those that the rest is counted by."
    remedy = "Leave it out, or add its language to `languages` in the settings."

    def __call__(self, corpus: CorpusFolder, settings: QualitySettings) -> Iterator[tuple[str, Problem]]:
        """One problem a document."""
        counts = Counter(language for language in corpus.languages if language is not None)
        told = counts.total()
        own = {same_language(code) for code in settings.languages} or {
            language for language, count in counts.items() if count >= LEAST_SHARE * told or told < FEWEST
        }
        for place, language in enumerate(corpus.languages):
            if language is None or not own or language in own:
                continue
            file = corpus.files[place]
            if not _has_own(file, language, own):
                yield (
                    file.name,
                    Problem(
                        # Where no language was declared, nobody said that it does not belong.
                        Severity.DISTORTING if settings.languages else Severity.COSMETIC,
                        f"It is in “{language}”; the corpus is in {', '.join(sorted(own))}.",
                    ),
                )


def _has_own(file: CorpusFile, language: str, own: set[str]) -> bool:
    """Whether enough of a document is in a language of the corpus: then it is mixed, not foreign."""
    reading = reading_of(file.text)
    if is_wholly_in(language, reading):
        return False
    told = [(len(line.text), language_of(line.text)) for line in reading.paragraphs(LEAST_PARAGRAPH)]
    total = sum(size for size, language in told if language is not None)
    return sum(size for size, language in told if language in own) >= LEAST_OWN * total > 0
