"""What the checks cost: on documents of news length in numbers that grow, beside the duplicates stage."""

from __future__ import annotations

import gc
import math
import random
import re
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import TypeVar

from dedupe.duplicates import find_duplicates
from dedupe.models import Article
from dedupe.quality import CorpusFile, CorpusFolder, Listing, assess_corpus
from dedupe.settings import DedupeSettings
from dedupe.spool import Chosen

EXAMPLE = Path(__file__).parent.parent / "examples" / "seeds"
ROUNDS = 3
COPIES = 0.2  # share of the articles
CHANGED = 0.05  # share of a copy's long words
WORDS = 20_000
SYLLABLES = [one + other for one in "bcdfghklmnprstvz" for other in "aeiou"]
SENTENCE = re.compile(r"[^.!?]{40,400}[.!?]+[”\"]?")
WORD = re.compile(r"[^\W\d_]+")
LONG = 5  # letters of a long word

Given = TypeVar("Given")


def cost(sizes: Sequence[int]) -> dict[str, float]:
    """Print CPU time a document of the checks and of the duplicates stage at each size; return the figures."""
    articles = list(documents(max(sizes)))
    _checked(_files_of(articles[:50]))  # tables and models are read once, however many documents come
    rows = []
    for size in sizes:
        some = articles[:size]
        # In turns: what slows the machine down for a while slows both.
        rounds = [(_seconds(_checked, _files_of(some)), _seconds(_related, some)) for _ in range(ROUNDS)]
        checks, duplicates = (median(column) for column in zip(*rounds, strict=True))
        times = median(one / other for one, other in rounds)
        rows.append((size, checks, times))
        print(
            f"{size:7} documents: checks {1000 * checks / size:6.3f} ms a document ({size / checks:6.0f} a second), "
            f"duplicates {1000 * duplicates / size:6.3f} ms; the checks take {times:.2f} times as long"
        )
    (first, fewest, _), (last, most, times) = rows[0], rows[-1]
    figures = {"checks: documents a second": last / most, "checks over duplicates": times}
    if last > first:
        figures["checks: exponent of time"] = math.log(most / fewest) / math.log(last / first)
    for name, value in figures.items():
        print(f"{name:28} {value:.4f}")
    return figures


def documents(count: int, seed: int = 7) -> Iterator[Article]:
    """Articles with the sentences of the bundled example and other words in them, a fifth of them copies.

    Long words are replaced by invented ones, most short ones by other short ones: so the texts have grammar
    and marks in their usual numbers, and only copies, with one long word in twenty changed, share much.
    """
    rng = random.Random(seed)
    lines = [line for path in sorted(EXAMPLE.glob("*.txt")) for line in path.read_text("utf-8").splitlines()]
    sentences = [sentence.strip() for line in lines for sentence in SENTENCE.findall(line)]
    short = [word for word in WORD.findall(" ".join(sentences)) if len(word) < LONG and word.islower()]
    words = ["".join(rng.choices(SYLLABLES, k=rng.randint(2, 4))) for _ in range(WORDS)]
    told: list[bytes] = []  # as UTF-8: a million take half the memory
    for number in range(count):
        if told and rng.random() < COPIES:
            text = WORD.sub(
                lambda match: _other(match[0], words, short, rng, (CHANGED, 0)), rng.choice(told).decode()
            )
        else:
            paragraphs = [
                " ".join(rng.choices(sentences, k=rng.randint(2, 4))) for _ in range(rng.randint(8, 22))
            ]
            text = WORD.sub(
                lambda match: _other(match[0], words, short, rng, (1, 0.8)), "\n".join(paragraphs)
            )
            told.append(text.encode())
        yield Article(id=f"{number:016x}", text=text)


def _other(
    word: str, long: Sequence[str], short: Sequence[str], rng: random.Random, shares: tuple[float, float]
) -> str:
    """Another word in the place of so many of the long ones and of the short ones; frequent ones are taken most."""
    if rng.random() >= shares[len(word) < LONG]:
        return word
    other = rng.choice(short) if len(word) < LONG else long[int(len(long) * rng.random() ** 3)]
    return other.capitalize() if word[0].isupper() else other


def _files_of(articles: Sequence[Article]) -> Sequence[CorpusFile]:
    """The articles as files of a corpus, each made when it is asked for and not kept, as a folder gives them.

    Kept ones would have the garbage collector go through what the checks read in them, which no report does.
    """
    names = (f"{place:03}_{article.id}.txt" for place, article in enumerate(articles))
    read = [
        (name, article.text.encode(), Listing(file=name, id=article.id))
        for name, article in zip(names, articles, strict=True)
    ]
    return Chosen(lambda place: CorpusFile(*read[place]), range(len(read)))


def _checked(files: Sequence[CorpusFile]) -> None:
    """All checks, those of the corpus too, as the report runs them."""
    assess_corpus(CorpusFolder(name="cost", files=files), DedupeSettings())


def _related(articles: Sequence[Article]) -> None:
    """The duplicates stage, with relations and their evidence."""
    clusters = find_duplicates(articles, DedupeSettings())
    assert len(clusters.relations) + len(clusters.clusters) > 0


def _seconds(stage: Callable[[Given], None], given: Given) -> float:
    gc.collect()
    gc.freeze()  # what stands in memory already costs no stage anything
    start = time.process_time()
    stage(given)
    return time.process_time() - start
