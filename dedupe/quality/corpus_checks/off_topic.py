"""Documents that speak of something else than the seeds and the rest of the corpus."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import chain
from statistics import median

from dedupe.models import Severity, Verdict
from dedupe.quality.folder import CorpusFile, CorpusFolder
from dedupe.quality.problem import Problem
from dedupe.quality.registry import corpus_check
from dedupe.quality.text import UNSPACED
from dedupe.settings import QualitySettings

__all__ = ["OffTopic"]

WORD = re.compile(r"[^\W\d_]{4,}")
STEM = 6  # letters: one stem for the forms of a word, in most languages
MOST_CHARACTERS = 20_000  # of a document
FEWEST = 8  # documents; fewer have no common topic to measure by
MOST_COMPARED = 5_000  # documents, which take 300 MB; so many tell the topic of a larger corpus
LEAST_SHARE = 0.64  # of the middle document's nearness
# Who and where tell one story from another of its kind; the words of the kind are common to both.
NAME = re.compile(r"(?<=[^\W\d_][ ,])\s?[^\W\d_]{3,}")  # inside a sentence, where a capital means something
NAME_STEM = 8  # letters: names have fewer forms
NAME_WEIGHT = 4
NAME_MARK = "^"  # sets a name apart from the same word elsewhere

Vector = Mapping[str, float]


@corpus_check
class OffTopic:
    """Compares each document with the seeds and with the half of the corpus that is nearest to them.

    Cosine of tf-idf weighted stems, names counted most: they are the same in all languages of a script. One
    step of feedback, as a topic has more words than its seeds. Rocchio, "Relevance feedback in information
    retrieval", 1971.
    """

    name = "off_topic"
    title = "Off topic"
    reason = "It counts for a topic that it does not speak of."
    remedy = "Leave it out."

    def __call__(self, corpus: CorpusFolder, settings: QualitySettings) -> Iterator[tuple[str, Problem]]:
        """One problem a document; none where no seeds are known."""
        if not corpus.seeds or not any(
            name not in corpus.seeds and listing and listing.relevance is None
            for name, listing in corpus.listings()
        ):
            return  # where the crawl measured relevance to the seeds, in any language, its word stands
        # Of a large corpus the seeds and an even part of the others tell what the topic is.
        step = -(-len(corpus.files) // MOST_COMPARED)
        names = (name for name, _ in corpus.listings())
        part = [place for place, name in enumerate(names) if place % step == 0 or name in corpus.seeds]
        files = [file for place in part if (file := corpus.files[place]).article is not None]
        if len(files) < FEWEST:
            return
        counted = [_counted(file) for file in files]
        frequency = Counter(stem for counts in counted for stem in counts)
        vectors = [_vector(counts, frequency, len(files)) for counts in counted]
        seeds = {place for place, file in enumerate(files) if file.name in corpus.seeds}
        nearness = _nearness(vectors, seeds)
        by_nearness = sorted(range(len(files)), key=lambda place: -nearness[place])
        topic = seeds | set(by_nearness[: len(files) // 2])
        nearness = _nearness(vectors, topic)
        middle = median(nearness)
        total = _total(vectors, topic)
        norm = _norm(total, {}) or 1.0
        others = (
            (file, _dot(_vector(_counted(file), frequency, len(files)), total) / norm)
            for file in _without(corpus, set(part))
        )
        for file, near in chain(zip(files, nearness, strict=True), others):
            measured = file.article is not None and file.article.relevance is not None
            if near < LEAST_SHARE * middle and file.name not in corpus.seeds and not measured:
                yield (
                    file.name,
                    Problem(
                        Severity.DISTORTING,
                        f"Nearness to the seeds and their like: {near:.2f}; half have {middle:.2f} or more.",
                        action=Verdict.REVIEW,
                    ),
                )


def _nearness(vectors: Sequence[Vector], topic: Set[int]) -> list[float]:
    """Cosine of each document with the sum of the topic's others."""
    total = _total(vectors, topic)
    nearness = []
    for place, vector in enumerate(vectors):
        others = {stem: total[stem] - (vector[stem] if place in topic else 0.0) for stem in vector}
        norm = _norm(total, vector if place in topic else {})
        nearness.append(_dot(vector, others) / norm if norm else 0.0)
    return nearness


def _without(corpus: CorpusFolder, part: Set[int]) -> Iterator[CorpusFile]:
    """The documents at other places of which nobody measured the relevance."""
    for place, (_, listing) in enumerate(corpus.listings()):
        if place not in part and (listing is None or listing.relevance is None):
            file = corpus.files[place]
            if file.article is not None:
                yield file


def _total(vectors: Sequence[Vector], topic: Set[int]) -> Counter[str]:
    total: Counter[str] = Counter()
    for place in sorted(topic):
        total.update(vectors[place])
    return total


def _norm(total: Vector, without: Vector) -> float:
    return math.sqrt(sum((weight - without.get(stem, 0.0)) ** 2 for stem, weight in total.items()))


def _dot(a: Vector, b: Vector) -> float:
    if len(b) < len(a):
        a, b = b, a
    return sum(weight * b.get(stem, 0.0) for stem, weight in a.items())


def _counted(file: CorpusFile) -> Counter[str]:
    title = file.listing.title if file.listing else ""
    return Counter(chain(_stems(f"{title} {file.text}"), _names(file.text)))


def _vector(counts: Mapping[str, int], frequency: Mapping[str, int], documents: int) -> Vector:
    """Weights of the stems that stand in several of the documents; its length is 1."""
    weights = {
        stem: (1 + math.log(count)) * _telling(stem, documents / frequency[stem])
        for stem, count in counts.items()
        if frequency.get(stem, 0) > 1
    }
    norm = _norm(weights, {}) or 1.0
    return {stem: weight / norm for stem, weight in weights.items()}


def _stems(text: str) -> Iterator[str]:
    text = text[:MOST_CHARACTERS].casefold()
    for word in WORD.findall(text):
        if UNSPACED.search(word):
            yield from (word[at : at + 2] for at in range(len(word) - 1))
        else:
            yield word[:STEM]


def _telling(stem: str, rareness: float) -> float:
    """Weight of a stem in one of `rareness` documents; names that stand in all are the topic's own."""
    return NAME_WEIGHT * math.log(1 + rareness) if stem.startswith(NAME_MARK) else math.log(rareness)


def _names(text: str) -> Iterator[str]:
    """Stems of the words that are written with a capital inside a sentence; none in scripts without case."""
    for match in NAME.finditer(text[:MOST_CHARACTERS]):
        word = match[0].strip()
        if word[0].isupper():
            yield NAME_MARK + word.casefold()[:NAME_STEM]
