"""Corpora with planted copies, made in the project itself: articles of news length in an invented language.

A line of the file is {"id", "text"}; a copy's line also has "of" (the id of its original) and "level":

- `exact`: the same text
- `light`: 3 words in 200 changed
- `medium`: the last quarter cut, a paragraph added, 1 word in 50 changed
- `heavy`: the last 45 % cut, a paragraph added, the paragraphs in another order, 3 words in 100 changed

Each page but those of exact copies stands among one to four lines that its site prints on many.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

LEVELS = ("exact", "light", "medium", "heavy")

_SHARES = (0.15, 0.35, 0.3, 0.2)  # of the levels among copies
_COPIES = 0.2  # share of the documents
_ORIGINALS = 20_000  # texts that may be copied at any time; bounds the memory
_KEPT = {"exact": 1.0, "light": 1.0, "medium": 0.75, "heavy": 0.55}
_CHANGED = {"exact": 0.0, "light": 0.015, "medium": 0.02, "heavy": 0.03}

Paragraphs = list[list[str]]


class _Language:
    """Words with the frequencies of a language (Zipf's law with Mandelbrot's offset)."""

    def __init__(self, rng: np.random.Generator, size: int = 60_000) -> None:
        syllables = [c + v for c in "bcdfghklmnprstvz" for v in "aeiou"]
        words = {
            "".join(rng.choice(syllables, rng.integers(1, 3 + (n > 500)))) + "nrst "[rng.integers(5)].strip()
            for n in range(size)
        }
        self._rng = rng
        self._words = np.array(sorted(words), dtype=object)
        rng.shuffle(self._words)
        weights = 1 / (np.arange(len(self._words)) + 2.7) ** 1.05
        self._ranks = np.cumsum(weights / weights.sum())

    def words(self, count: int) -> list[str]:
        """Words in a row, shape (count,)."""
        places = np.searchsorted(self._ranks, self._rng.random(count))
        return list(self._words[np.minimum(places, len(self._words) - 1)])

    def story(self) -> Paragraphs:
        """Paragraphs of sentences; 620 words on average, 120 to 3,000."""
        length = int(np.clip(self._rng.lognormal(6.33, 0.45), 120, 3_000))
        words, paragraphs = self._sentences(self.words(length)), []
        while words:
            size = int(self._rng.integers(25, 75))
            paragraphs.append(words[:size])
            words = words[size:]
        return paragraphs

    def paragraph(self) -> list[str]:
        """A paragraph alone."""
        return self._sentences(self.words(int(self._rng.integers(25, 60))))

    def _sentences(self, words: list[str]) -> list[str]:
        start = 0
        while start < len(words):
            end = min(len(words) - 1, start + int(self._rng.integers(8, 27)))
            words[start] = words[start].capitalize()
            words[end] += "."
            start = end + 1
        return words

    def edited(self, story: Paragraphs, level: str) -> Paragraphs:
        """A copy of a story."""
        left = int(sum(map(len, story)) * _KEPT[level])
        kept: Paragraphs = []
        for paragraph in story:
            if left > 0:
                kept.append(paragraph[:left])
            left -= len(paragraph)
        if level == "heavy":
            kept = [kept[0], *(kept[1 + place] for place in self._rng.permutation(len(kept) - 1))]
        copy = []
        for paragraph in kept:
            changed = np.flatnonzero(self._rng.random(len(paragraph)) < _CHANGED[level])
            words = list(paragraph)
            for place, word in zip(changed.tolist(), self.words(len(changed)), strict=True):
                words[place] = word
            copy.append(words)
        return [*copy, self.paragraph()] if level in ("medium", "heavy") else copy


def documents(count: int, seed: int = 7) -> Iterator[dict[str, str]]:
    """Documents, a fifth of them copies; the first n are the same for every count over n / 50 sites."""
    rng = np.random.default_rng(seed)
    language = _Language(rng)
    sites = [
        [" ".join(language.words(int(rng.integers(3, 12)))).capitalize() for _ in range(12)]
        for _ in range(200)
    ]
    originals: list[tuple[str, Paragraphs, list[str]]] = []
    for number in range(count):
        record = {"id": f"{number:07}"}
        furniture = sites[int(rng.integers(len(sites)))][: int(rng.integers(1, 5))]
        if originals and rng.random() < _COPIES:
            record["of"], story, own = originals[int(rng.integers(len(originals)))]
            record["level"] = str(rng.choice(LEVELS, p=_SHARES))
            story = language.edited(story, record["level"])
            furniture = own if record["level"] == "exact" else furniture
        else:
            story = language.story()
            place = len(originals) if len(originals) < _ORIGINALS else int(rng.integers(_ORIGINALS))
            originals[place : place + 1] = [(record["id"], story, furniture)]
        yield {**record, "text": "\n".join([*furniture, *map(" ".join, story)])}


def forms(count: int, seed: int = 7) -> Iterator[dict[str, str]]:
    """One form, filled in anew each time: all texts meet in the same buckets, and no two are copies."""
    rng = np.random.default_rng(seed)
    language = _Language(rng)
    form = language.words(300)
    for number in range(count):
        words = [str(rng.integers(1_000)) if place % 12 == 5 else word for place, word in enumerate(form)]
        yield {"id": f"{number:07}", "text": " ".join(words).capitalize() + "."}


def equal(count: int, seed: int = 7) -> Iterator[dict[str, str]]:
    """One text at many addresses."""
    text = "\n".join(map(" ".join, _Language(np.random.default_rng(seed)).story()))
    for number in range(count):
        yield {"id": f"{number:07}", "text": text}


def write(records: Iterator[dict[str, str]], path: Path) -> Path:
    """Write records as JSON lines."""
    with path.open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(record) + "\n" for record in records)
    return path
