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
from functools import cache, cached_property, reduce
from importlib.resources import files
from operator import add

import numpy as np
from numpy.typing import NDArray

from dedupe.boilerplate._engine import kernel
from dedupe.boilerplate.characters import small_letters
from dedupe.boilerplate.cues import ALL, BITS
from dedupe.boilerplate.features import CUES_OF_SENTENCES, FEATURES, THRESHOLDS, line_features
from dedupe.boilerplate.measures import SHAPE_POWERS, Floats, Ints, Lines, class_table, powers

__all__ = ["ALLOWED", "STATES", "WEIGHT_UNIT", "Model", "emissions_of", "forward_backward", "load"]

STATES = ("before", "first", "story", "aside", "end_mark", "after")
BEFORE, FIRST, STORY, ASIDE, END_MARK, AFTER = range(len(STATES))
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


# Sums over the states are taken in their order, so that the kernel gives the same bits.


def _sum(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return reduce(add, values.T)


def _through(values: NDArray[np.float64], step: NDArray[np.float64]) -> NDArray[np.float64]:
    return reduce(add, (column[:, None] * row for column, row in zip(values.T, step, strict=True)))


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
    top, seen, step = _likelihoods(emissions, transitions)
    alpha, beta = np.empty_like(emissions), np.empty_like(emissions)
    scale = np.empty(len(emissions))
    now = BEGIN * seen[starts]
    for t in range(steps):
        rows = starts[: running[t]] + t
        if t:
            now = _through(now[: running[t]], step) * seen[rows]
        total = _sum(now)
        now = now / total[:, None]
        alpha[rows], scale[rows] = now, total
    last = starts + lengths - 1
    ended = _sum(alpha[last] * FINISH)
    later = np.empty((0, len(FINISH)))
    for t in range(steps - 1, -1, -1):
        rows = starts[: running[t]] + t
        ahead = rows[: len(later)] + 1
        here = _through(later * seen[ahead] / scale[ahead, None], step.T)
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


def _likelihoods(
    emissions: NDArray[np.float64], transitions: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Greatest emission of each line, likelihoods of its states beside it, and those of the transitions."""
    top = emissions.max(axis=1)
    return top, np.exp(emissions - top[:, None]), np.exp(transitions)


def _marginals(
    emissions: NDArray[np.float64], transitions: NDArray[np.float64], first: Ints
) -> NDArray[np.float64]:
    """Probabilities of the states of each line, shape (lines, states)."""
    if kernel is None:
        return forward_backward(emissions, transitions, first)[0]
    _, seen, step = _likelihoods(emissions, transitions)
    marginals = np.empty_like(seen)
    kernel.marginals(seen, step, BEGIN, FINISH, first, marginals)
    return marginals


WEIGHT_UNIT = 1000  # weights are whole thousandths: their sums are exact, in any order
_ROW = 8  # states, with room for a wide register, as in `_kernel.c`


@dataclass(frozen=True)
class Model:
    """Weights: `states` in thousandths, shape (features, states); `transitions` (states, states)."""

    states: NDArray[np.int32]
    transitions: NDArray[np.float64]

    def story_probability(
        self, emissions: NDArray[np.float64], first: Ints
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Marginals of the states, shape (lines, states), and of being story, shape (lines,)."""
        marginals = _marginals(emissions, self.transitions + ALLOWED, first)
        return marginals, marginals[:, FIRST] + marginals[:, STORY]

    @cached_property
    def sums(self) -> NDArray[np.int32]:
        """For each feature a row a number of thresholds passed: the sum of the weights of its columns."""
        weights = np.zeros((len(self.states), _ROW), dtype=np.int32)
        weights[:, : len(STATES)] = self.states
        ends = np.cumsum([len(thresholds) for thresholds in THRESHOLDS])
        own = np.split(weights, ends[:-1])
        none = np.zeros((1, _ROW), dtype=np.int32)
        return np.concatenate([np.concatenate((none, np.cumsum(part, axis=0))) for part in own]).astype(
            np.int32
        )


def emissions_of(lines: Lines, model: Model) -> NDArray[np.float64]:
    """How well each line goes with each state: the sum of its features' weights, shape (lines, states)."""
    if kernel is None:
        weights: Floats = model.states.astype(np.float32)  # whole numbers far below 2 ** 24: exact
        return (line_features(lines) @ weights).astype(np.float64) / WEIGHT_UNIT
    found = np.empty((len(lines.texts), _ROW), dtype=np.int32)
    long_cues = sum(BITS[kind] for kind in CUES_OF_SENTENCES)
    kernel.scores(
        lines.codes,
        lines.starts,
        lines.ends,
        lines.first,
        lines.cues,
        class_table(),
        small_letters(),
        powers(SHAPE_POWERS),
        np.array([len(ALL), long_cues], dtype=np.int32),
        np.array([threshold for own in THRESHOLDS for threshold in own]),
        np.cumsum([0, *map(len, THRESHOLDS)]).astype(np.int32),
        model.sums,
        found,
    )
    return found[:, : len(STATES)] / WEIGHT_UNIT


@cache
def load() -> Model:
    """The fitted model that ships with the package."""
    stored = json.loads(files("dedupe.boilerplate").joinpath("weights.json").read_text(encoding="utf-8"))
    weights = np.array([stored["features"][name] for name in FEATURES]) * WEIGHT_UNIT
    return Model(weights.round().astype(np.int32), np.array(stored["transitions"]))
