"""What the checks cost: on documents of news length in numbers that grow, beside the duplicates stage."""

from __future__ import annotations

import gc
import math
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median

from benchmarks import _planted
from dedupe.duplicates import find_duplicates
from dedupe.models import Article
from dedupe.quality import CorpusFile, CorpusFolder, Listing, assess_corpus
from dedupe.settings import DedupeSettings

EXAMPLE = Path(__file__).parent.parent / "examples" / "seeds"
ROUNDS = 3
RANKED = 500  # documents in which the words of the invented language are counted
WORD = re.compile(r"[^\W\d_]+")


def cost(sizes: Sequence[int]) -> dict[str, float]:
    """Print CPU time a document of the checks and of the duplicates stage at each size; return the figures."""
    articles = list(documents(max(sizes)))
    _checked(articles[:50])  # tables and models are read once, however many documents come
    rows = []
    for size in sizes:
        some = articles[:size]
        checks, duplicates = (
            median(_seconds(stage, some) for _ in range(ROUNDS)) for stage in (_checked, _related)
        )
        rows.append((size, checks, duplicates))
        print(
            f"{size:7} documents: checks {1000 * checks / size:6.3f} ms a document ({size / checks:6.0f} a second), "
            f"duplicates {1000 * duplicates / size:6.3f} ms; the checks take {checks / duplicates:.1f} times as long"
        )
    (first, fewest, _), (last, most, duplicates) = rows[0], rows[-1]
    figures = {"checks: documents a second": last / most, "checks over duplicates": most / duplicates}
    if last > first:
        figures["checks: exponent of time"] = math.log(most / fewest) / math.log(last / first)
    for name, value in figures.items():
        print(f"{name:28} {value:.4f}")
    return figures


def documents(count: int) -> Iterator[Article]:
    """Planted documents with English words in the place of the most frequent invented ones, by their ranks.

    So the texts have the words of grammar in their usual numbers, and none has a sequence of words of another's
    unless it is a copy.
    """
    records = list(_planted.documents(max(count, RANKED)))
    invented = Counter(word for record in records[:RANKED] for word in _words(record["text"]))
    english = Counter(
        word for path in sorted(EXAMPLE.glob("*.txt")) for word in _words(path.read_text("utf-8"))
    )
    ranks = dict(zip(_by_rank(invented), _by_rank(english), strict=False))
    for record in records[:count]:
        text = WORD.sub(lambda match: _put(match[0], ranks), record["text"])
        yield Article(id=f"{int(record['id']):016x}", text=text)


def _words(text: str) -> list[str]:
    return WORD.findall(text.lower())


def _by_rank(words: Counter[str]) -> list[str]:
    return sorted(words, key=lambda word: (-words[word], word))


def _put(word: str, ranks: dict[str, str]) -> str:
    other = ranks.get(word.lower()) or f"{word.lower()}ing"  # a rare word, and one of no other language
    return other.capitalize() if word[0].isupper() else other


def _checked(articles: Sequence[Article]) -> None:
    """All checks, those of the corpus too, as the report runs them."""
    files = tuple(
        CorpusFile(
            f"{number:03}_{article.id}.txt",
            article.text.encode(),
            Listing(file=f"{number:03}", id=article.id),
        )
        for number, article in enumerate(articles)
    )
    assess_corpus(CorpusFolder(name="cost", files=files), DedupeSettings())


def _related(articles: Sequence[Article]) -> None:
    """The duplicates stage, with relations and their evidence."""
    clusters = find_duplicates(articles, DedupeSettings())
    assert len(clusters.relations) + len(clusters.clusters) > 0


def _seconds(stage: Callable[[Sequence[Article]], None], articles: Sequence[Article]) -> float:
    gc.collect()
    gc.freeze()  # what stands in memory already costs no stage anything
    start = time.process_time()
    stage(articles)
    return time.process_time() - start
