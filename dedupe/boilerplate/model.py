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

from dedupe.boilerplate.features import FEATURES
from dedupe.boilerplate.measures import Floats, Ints

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
    allowed = np.zeros(len(STATES))
    allowed[list(states)] = 1.0
    return allowed


BEGIN, FINISH = _border(MAY_BEGIN), _border(MAY_END)


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

    Sums are scaled to one at each line: Rabiner, "A tutorial on hidden Markov models", 1989, section V.
    """
    lengths = np.diff(first)
    order = np.argsort(-lengths, kind="stable")  # longest first: those still running are a prefix
    starts, lengths = first[:-1][order], lengths[order]
    steps = int(lengths[0])
    running = np.searchsorted(-lengths, -np.arange(steps), side="left")  # documents longer than t
    top = emissions.max(axis=1)
    seen = np.exp(emissions - top[:, None])
    step = np.exp(transitions)
    alpha, beta = np.empty_like(emissions), np.empty_like(emissions)
    scale = np.empty(len(emissions))
    now = BEGIN * seen[starts]
    for t in range(steps):
        rows = starts[: running[t]] + t
        if t:
            now = (now[: running[t]] @ step) * seen[rows]
        total = now.sum(axis=1)
        now = now / total[:, None]
        alpha[rows], scale[rows] = now, total
    last = starts + lengths - 1
    ended = alpha[last] @ FINISH
    later = np.empty((0, len(FINISH)))
    for t in range(steps - 1, -1, -1):
        rows = starts[: running[t]] + t
        ahead = rows[: len(later)] + 1
        here = (later * seen[ahead] / scale[ahead, None]) @ step.T
        done = np.broadcast_to(FINISH, (running[t] - len(later), len(FINISH)))
        later = np.concatenate([here, done / ended[len(later) : running[t], None]])
        beta[rows] = later
    document = np.repeat(np.arange(len(first) - 1), np.diff(first))
    inside = np.flatnonzero(document[1:] == document[:-1])
    share = np.ones(len(inside)) if weight is None else weight[document[inside]]
    coming = beta[inside + 1] * seen[inside + 1] * (share / scale[inside + 1])[:, None]
    expected: NDArray[np.float64] = step * (alpha[inside].T @ coming)
    norms = np.bincount(document, weights=np.log(scale) + top, minlength=len(first) - 1).astype(np.float64)
    norms[order] += np.log(ended)
    return alpha * beta, expected, norms


@dataclass(frozen=True)
class Model:
    """Weights: `states` has shape (features, states), `transitions` (states, states)."""

    states: Floats
    transitions: NDArray[np.float64]

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
    return Model(states, np.array(stored["transitions"]))
