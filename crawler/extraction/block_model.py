"""The model that tells a story's blocks from furniture: boosted decision trees over `features.py`.

The trees were fitted on labelled pages with `python -m benchmarks._fit_extraction KIT`; the file beside this
module holds their numbers alone. Evaluation needs numpy only.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from crawler.extraction.features import NAMES, Rows

__all__ = ["Forest", "forest"]

WEIGHTS: Final = "block_model.npz"
# Format of the file; a change of the features or the arrays raises it.
FORMAT: Final = 1
_ARRAYS: Final = ("column", "threshold", "left", "right", "value", "roots")
# Rows measured at once: bounds the memory a page of a million blocks takes.
_AT_ONCE: Final = 512


@dataclass(frozen=True, slots=True)
class Forest:
    """Decision trees whose leaves add up to the log odds of "story"."""

    column: NDArray[np.int16]  # of each node: the feature it asks; -1: a leaf
    threshold: NDArray[np.float32]  # goes left where the feature is not above
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.float32]  # of a leaf
    roots: NDArray[np.int32]
    depth: int
    baseline: float

    @classmethod
    def load(cls) -> Self:
        """Read the weights that ship with the package."""
        with files("crawler.extraction").joinpath(WEIGHTS).open("rb") as stream, np.load(stream) as arrays:
            if int(arrays["format"]) != FORMAT or tuple(arrays["names"].tolist()) != NAMES:
                raise RuntimeError(
                    f"{WEIGHTS} was fitted for other features; run python -m benchmarks._fit_extraction"
                )
            column, threshold, left, right, value, roots = (arrays[name] for name in _ARRAYS)
            depth, baseline = int(arrays["depth"]), float(arrays["baseline"])
            return cls(column, threshold, left, right, value, roots, depth, baseline)

    def probabilities(self, rows: Rows) -> NDArray[np.float64]:
        """How likely each block is a part of the story.

        Args:
            rows: shape (blocks, len(NAMES)).

        Returns:
            shape (blocks,), in [0, 1].
        """
        parts = [self._log_odds(rows[start : start + _AT_ONCE]) for start in range(0, len(rows), _AT_ONCE)]
        odds = np.concatenate(parts) if parts else np.zeros(0)
        return 1 / (1 + np.exp(-odds))

    def _log_odds(self, rows: Rows) -> NDArray[np.float64]:
        """All trees at once: each step moves every (block, tree) pair one node down."""
        flat, trees = np.ascontiguousarray(rows).ravel(), len(self.roots)
        offset = np.repeat(np.arange(len(rows), dtype=np.int32) * rows.shape[1], trees)
        node = np.tile(self.roots, len(rows))
        column = np.maximum(self.column, 0).astype(np.int32)
        children = np.stack([self.left, self.right], axis=1).ravel()
        for _ in range(self.depth):  # take() on flat arrays, not indexing: half the time
            seen = flat.take(offset + column.take(node))
            node = children.take(2 * node + (seen > self.threshold.take(node)))
        leaves = self.value.take(node).reshape(len(rows), trees)
        total: NDArray[np.float64] = leaves.sum(axis=1, dtype=np.float64) + self.baseline
        return total


@lru_cache(maxsize=1)
def forest() -> Forest:
    """The shipped trees, read once a process."""
    return Forest.load()
