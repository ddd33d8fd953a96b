"""Fits the trees of `crawler.extraction.block_model` on labelled pages.

    python -m benchmarks._fit_extraction KIT

KIT is a folder with `truth.jsonl` and `html/` (see `benchmarks/extraction.py`). A block is a positive where
the true body holds its words, a negative where not; pages that only name segments label the blocks that hold
these. Needs scikit-learn, which the package itself does not.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crawler.extraction.block_model import FORMAT, WEIGHTS
from crawler.extraction.blocks import Outline
from crawler.extraction.features import NAMES, Rows, features, words_of
from crawler.extraction.main_text import hints_of
from crawler.extraction.reading import Page
from dedupe.models import BlockKind

Labels = NDArray[np.float64]  # 1: story, 0: furniture, -1: not known
# Blocks shorter than this are story only where their neighbours are. Word characters.
SHORT = 40
# Fitted trees: several small forests with other seeds, averaged by adding up half their leaves.
FORESTS, TREES, LEAVES, RATE = 2, 100, 12, 0.1


def main() -> None:
    """Fit and write the weights beside the model."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("kit", type=Path)
    options = parser.parse_args()
    parts = [part for record in _records(options.kit) if (part := _labelled(options.kit, record))]
    rows, labels, weights = (np.concatenate(column) for column in zip(*parts, strict=True))
    print(f"{len(parts)} pages, {int((labels == 1).sum())} story blocks, {int((labels == 0).sum())} others")
    target = Path(__file__).parents[1] / "crawler" / "extraction" / WEIGHTS
    np.savez_compressed(target, allow_pickle=False, **_fit(rows, labels, weights))
    print(f"{target.name}: {target.stat().st_size} bytes")


def _records(kit: Path) -> Iterator[dict[str, Any]]:
    with (kit / "truth.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _labelled(kit: Path, record: dict[str, Any]) -> tuple[Rows, Labels, Labels] | None:
    """A page's labelled blocks, and their weights: each page counts by the root of its blocks."""
    page = Page.parse(gzip.decompress((kit / record["html"]).read_bytes()), record["url"])
    if page is None or not page.outline.blocks:
        return None
    rows = features(page.outline, hints_of(page.said, page.about))
    if record.get("body"):
        labels = label_by_body(page.outline, record["body"])
    else:
        labels = label_by_segments(page.outline, record["must_have"] or [], record["must_not"] or [])
    known = labels >= 0
    weight = (1.0 if record.get("body") else 3.0) / max(1.0, float(known.sum())) ** 0.5
    return rows[known], labels[known], np.full(int(known.sum()), weight)


def label_by_body(page: Outline, body: str) -> Labels:
    """1 for blocks whose words the true body holds."""
    whole, lines = words_of(body), {words_of(line) for line in body.split("\n")}
    keys = [words_of(block.text) for block in page.blocks]
    labels = np.array([float(_is_in(key, whole, lines)) for key in keys])
    for i in range(1, len(keys) - 1):
        around = "".join(keys[i - 1 : i + 2])
        if keys[i] and len(keys[i]) <= SHORT and len(around) > 10 and around in whole:
            labels[i] = 1
    for i, key in enumerate(keys):  # a pull quote repeats what the body says once
        if labels[i] and page.blocks[i].kind is BlockKind.QUOTE and whole.count(key) == 1:
            labels[i] = float(not any(key in other for j, other in enumerate(keys) if labels[j] and j != i))
    long = [i for i, key in enumerate(keys) if labels[i] and len(key) > 60]
    if long:  # a menu that repeats a word of the story is no story
        for i, key in enumerate(keys):
            if labels[i] and len(key) <= 60 and not long[0] - 6 <= i <= long[-1] + 6:
                labels[i] = 0
    return labels


def _is_in(key: str, whole: str, lines: set[str]) -> bool:
    if not key or key in lines or len(key) <= 25:
        return bool(key) and key in lines
    if key in whole or len(key) <= 60:
        return key in whole
    pieces = [key[start : start + 25] for start in range(0, len(key) - 25, 25)]
    return sum(piece in whole for piece in pieces) > 0.6 * len(pieces)


def label_by_segments(page: Outline, wanted: list[str], unwanted: list[str]) -> Labels:
    """Labels for the blocks that hold a named segment; -1 for all others."""
    labels = np.full(len(page.blocks), -1.0)
    for segment in (" ".join(text.split()) for text in wanted):
        found = [
            i
            for i, block in enumerate(page.blocks)
            if segment in block.text or (len(block.text) > 15 and block.text in segment)
        ]
        for i in found:
            if len(found) == 1 or len(page.blocks[i].text) > 60:
                labels[i] = 1
    for segment in (" ".join(text.split()) for text in unwanted):
        for i, block in enumerate(page.blocks):
            if segment in block.text:
                labels[i] = -1 if labels[i] == 1 else 0
    return labels


def _fit(rows: Rows, labels: Labels, weights: Labels) -> dict[str, NDArray[Any]]:
    from sklearn.ensemble import HistGradientBoostingClassifier

    tables = []
    baseline = 0.0
    for seed in range(FORESTS):
        model = HistGradientBoostingClassifier(
            max_iter=TREES, max_leaf_nodes=LEAVES, learning_rate=RATE, l2_regularization=5.0,
            min_samples_leaf=15, max_features=0.3, max_bins=64, early_stopping=False, random_state=seed,
        )  # fmt: skip
        model.fit(rows, labels, weights * len(weights) / weights.sum())
        tables += [step[0].nodes for step in model._predictors]
        baseline += float(model._baseline_prediction.ravel()[0]) / FORESTS
    return _flat(tables, baseline)


def _flat(tables: list[NDArray[Any]], baseline: float) -> dict[str, NDArray[Any]]:
    """All trees in one set of arrays; a leaf points to itself."""
    starts = np.cumsum([0, *[len(table) for table in tables]])
    nodes = np.concatenate(tables)
    leaf = nodes["is_leaf"].astype(bool)
    base = np.repeat(starts[:-1], [len(table) for table in tables])
    itself = np.arange(len(nodes))
    return {
        "format": np.array(FORMAT),
        "names": np.array(NAMES),
        "column": np.where(leaf, -1, nodes["feature_idx"]).astype(np.int16),
        "threshold": nodes["num_threshold"].astype(np.float32),
        "left": np.where(leaf, itself, nodes["left"] + base).astype(np.int32),
        "right": np.where(leaf, itself, nodes["right"] + base).astype(np.int32),
        "value": np.where(leaf, nodes["value"] / FORESTS, 0).astype(np.float32),
        "roots": starts[:-1].astype(np.int32),
        "depth": np.array(max(int(table["depth"].max()) for table in tables)),
        "baseline": np.array(baseline),
    }


if __name__ == "__main__":
    main()
