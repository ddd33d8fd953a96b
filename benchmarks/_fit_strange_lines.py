"""Fit the weights of `dedupe.quality.strange_lines`: `python -m benchmarks._fit_strange_lines KIT [KIT ...]`.

Each KIT is a folder laid out like the kit's `dev`, with documents in which lines of furniture were planted: those are to be
found, the other lines of their documents to stay. Prints what five folds by text say of lines not seen (found, and
wrongly so, at some thresholds), then the weights of all, for the module.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality import read_kit_corpus
from dedupe.boilerplate.cutting import story_probability
from dedupe.quality import furniture
from dedupe.quality.reading import Line
from dedupe.quality.strange_lines import Signs, signs_in

PLANTED = frozenset(
    (
        "nav_lines",
        "newsletter_cta",
        "related_links",
        "comments_block",
        "caption_lines",
        "cookie_consent",
        "paywall_stub",
    )
)
# Documents that are no story, or of which the letters are others.
UNFIT = frozenset(
    ("machine_garbage", "soft_404", "bot_block", "list_page", "lorem_ipsum", "wrong_encoding", "enormous_file",
     "nul_bytes", "empty_or_short", "press_release", "liveblog", "mojibake", "homoglyphs", "wrong_language")
)  # fmt: skip
SMOOTHING = 2.0  # weight of the squares of the weights
STEPS = 30  # of Newton's method, which ends long before
FOLDS = 5
THRESHOLDS = (-1.0, -0.5, -0.3, 0.0, 0.5)


class Row(NamedTuple):
    """A line that may be none of the story's."""

    text: str
    is_planted: bool
    signs: Signs


def rows_of(kit: Path) -> Iterator[Row]:
    """The lines of a kit's documents, each different one once."""
    seen = set()
    for folder in sorted(path.parent for path in kit.glob("*/corpus.json")):
        corpus, _ = read_kit_corpus(folder)
        for row in map(json.loads, (kit / "truth" / f"{folder.name}.jsonl").open(encoding="utf-8")):
            file = corpus.file(row["file"])
            if file is None or not file.text or UNFIT & {defect["kind"] for defect in row["defects"]}:
                continue
            spans = [
                (low, high, defect["kind"])
                for defect in row["defects"]
                for low, high in defect.get("spans") or ()
            ]
            for line, signs in _lines(file.text):
                kinds = {kind for low, high, kind in spans if low < line.end and line.start < high}
                is_planted = bool(kinds & PLANTED)
                if kinds <= PLANTED and (line.text, is_planted) not in seen:
                    seen.add((line.text, is_planted))
                    yield Row(line.text, is_planted, signs)


def _lines(text: str) -> list[tuple[Line, Signs]]:
    """The lines of a text that the other rules leave open, with their signs."""
    left: list[tuple[Line, Signs]] = []

    def record(text, facts, kinds, few):  # type: ignore[no-untyped-def]
        found = signs_in(text, facts, kinds, few)
        likely = story_probability(text) if found else []
        if len(likely) == len(kinds):
            left.extend((facts.line(place), signs.given(likely[place])) for place, signs in found.items())

    own, furniture.name_strange_lines = furniture.name_strange_lines, record
    try:
        furniture.furniture_in.cache_clear()
        furniture.furniture_in(text)
    finally:
        furniture.name_strange_lines = own
        furniture.furniture_in.cache_clear()
    return left


def fitted(values: NDArray[np.float64], truth: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights of a logistic regression, the first that of a constant, which is not smoothed."""
    columns = np.column_stack([np.ones(len(values)), values])
    smoothing = np.diag([1e-6, *[SMOOTHING] * values.shape[1]])
    weights = np.zeros(columns.shape[1])
    for _ in range(STEPS):
        likely = 1 / (1 + np.exp(-columns @ weights))
        gradient = columns.T @ (likely - truth) + smoothing @ weights
        curve = (columns.T * (likely * (1 - likely))) @ columns + smoothing
        weights -= np.linalg.solve(curve, gradient)
    return weights


def main(kits: list[Path]) -> None:
    """Fit and print."""
    rows = [row for kit in kits for row in rows_of(kit)]
    names = list(rows[0].signs.terms)
    values = np.array([list(row.signs.terms.values()) for row in rows])
    truth = np.array([float(row.is_planted) for row in rows])
    fold = np.array([sum(row.text.encode()) % FOLDS for row in rows])
    sums = np.empty(len(rows))
    for number in range(FOLDS):
        weights = fitted(values[fold != number], truth[fold != number])
        sums[fold == number] = weights[0] + values[fold == number] @ weights[1:]
    print(f"{len(rows)} lines, {truth.sum():.0f} of them planted; in folds by text:")
    for threshold in THRESHOLDS:
        told = sums > threshold
        print(
            f"  above {threshold:4}: {(truth * told).sum():.0f} found, {((1 - truth) * told).sum():.0f} wrongly"
        )
    for name, weight in zip(["always", *names], fitted(values, truth), strict=True):
        print(f'        "{name}": {weight:.2f},')


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
