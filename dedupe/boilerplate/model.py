"""A linear-chain model that reads a document as: furniture, story, asides within it, furniture.

Six states follow each other: BEFORE -> FIRST -> STORY <-> ASIDE, then END_MARK -> AFTER. Scores of the
states are
linear in the features of the line (dedupe.boilerplate.features), so that each decision can say what spoke
for it.

Lafferty, McCallum and Pereira, "Conditional random fields", ICML 2001. The weights are fitted by
benchmarks/_fit_boilerplate.py; they are numbers for features, and hold no words.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from dedupe.boilerplate.features import FEATURES, Floats, Ints

__all__ = ["ALLOWED", "STATES", "Model", "forward_backward", "load"]

STATES = ("before", "first", "story", "aside", "end_mark", "after")
BEFORE, FIRST, STORY, ASIDE, END_MARK, AFTER = range(len(STATES))
IN_STORY = (FIRST, STORY)
MAY_BEGIN = (BEFORE, FIRST)
MAY_END = (FIRST, STORY, END_MARK, AFTER)
_FOLLOWERS = {
    BEFORE: (BEFORE, FIRST),
    FIRST: (STORY, ASIDE, END_MARK),
    STORY: (STORY, ASIDE, END_MARK),
    ASIDE: (ASIDE, STORY),
    END_MARK: (AFTER,),
    AFTER: (AFTER,),
}
_NEVER = -1e4

ALLOWED = np.full((len(STATES), len(STATES)), _NEVER)
for _state, _next in _FOLLOWERS.items():
    ALLOWED[_state, list(_next)] = 0.0


def _border(states: tuple[int, ...]) -> NDArray[np.float64]:
    scores = np.full(len(STATES), _NEVER)
    scores[list(states)] = 0.0
    return scores


BEGIN, FINISH = _border(MAY_BEGIN), _border(MAY_END)


def _log_sum(values: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    top = values.max(axis=axis, keepdims=True)
    total: NDArray[np.float64] = np.log(np.exp(values - top).sum(axis=axis)) + top.squeeze(axis)
    return total


def forward_backward(
    emissions: NDArray[np.float64],
    transitions: NDArray[np.float64],
    first: Ints,
    weight: NDArray[np.float64] | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Probabilities of the states of each line, over all documents at once.

    Args:
        emissions: shape (lines, states).
        transitions: shape (states, states), from row to column.
        first: where each document begins, and the number of all lines: shape (documents + 1,); none is empty.
        weight: of each document in the expected counts; None: all the same.

    Returns:
        marginals, shape (lines, states); expected counts of the transitions, shape (states, states); and the
        logarithm of the sum over all paths of each document, shape (documents,).
    """
    lengths = np.diff(first)
    order = np.argsort(-lengths, kind="stable")  # longest first: those still running are a prefix
    weights = (np.ones(len(order)) if weight is None else weight)[order]
    starts, lengths = first[:-1][order], lengths[order]
    steps, states = int(lengths[0]), emissions.shape[1]
    running = np.searchsorted(-lengths, -np.arange(steps), side="left")  # documents longer than t
    alpha = np.empty_like(emissions)
    beta = np.empty_like(emissions)
    now = BEGIN + emissions[starts]
    alpha[starts] = now
    for t in range(1, steps):
        live = running[t]
        now = _log_sum(now[:live, :, None] + transitions, 1) + emissions[starts[:live] + t]
        alpha[starts[:live] + t] = now
    last = starts + lengths - 1
    norm = _log_sum(alpha[last] + FINISH, 1)
    expected = np.zeros((states, states))
    later = np.empty((0, states))
    for t in range(steps - 1, -1, -1):
        live = running[t]
        ended = np.broadcast_to(FINISH, (live - len(later), states))
        if len(later):
            rows = starts[: len(later)] + t
            ahead = later + emissions[rows + 1]
            joint = alpha[rows][:, :, None] + transitions + ahead[:, None, :] - norm[: len(later), None, None]
            expected += (np.exp(joint) * weights[: len(later), None, None]).sum(axis=0)
            here = _log_sum(transitions + ahead[:, None, :], 2)
        else:
            here = later
        later = np.concatenate([here, ended])
        beta[starts[:live] + t] = later
    norms = np.empty(len(order))
    norms[order] = norm
    document = np.repeat(np.arange(len(first) - 1), np.diff(first))
    return np.exp(alpha + beta - norms[document][:, None]), expected, norms


@dataclass(frozen=True)
class Model:
    """Weights: `states` has shape (features, states), `transitions` (states, states)."""

    states: Floats
    transitions: NDArray[np.float64]
    threshold: float

    def story_probability(
        self, features: Floats, first: Ints
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Marginals of the states, shape (lines, states), and of being story, shape (lines,)."""
        emissions = (features @ self.states).astype(np.float64)
        marginals, _, _ = forward_backward(emissions, self.transitions + ALLOWED, first)
        return marginals, marginals[:, IN_STORY].sum(axis=1)


@cache
def load() -> Model:
    """The fitted model that ships with the package."""
    stored = json.loads(files("dedupe.boilerplate").joinpath("weights.json").read_text(encoding="utf-8"))
    states = np.array([stored["features"][name] for name in FEATURES], dtype=np.float32)
    return Model(states, np.array(stored["transitions"]), stored["threshold"])
