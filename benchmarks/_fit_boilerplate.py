"""Fits the boilerplate model: python -m benchmarks._fit_boilerplate KIT [--out FILE] [--folds 5].

KIT is a folder with dumps.jsonl: {"id", "domain", "lines": [...], "content": [bool...]} a line. The figures
it prints are cross-validated by domain: no document is judged by weights that saw its domain. Only numbers
are written: a weight for each feature and state.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import statistics
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from dedupe.boilerplate.features import FEATURES, line_features
from dedupe.boilerplate.measures import Lines
from dedupe.boilerplate.model import (
    AFTER,
    ALLOWED,
    ASIDE,
    BEFORE,
    END_MARK,
    FIRST,
    STATES,
    STORY,
    WEIGHT_UNIT,
    Model,
    forward_backward,
)


@dataclass(frozen=True)
class Dump:
    """One labelled document."""

    name: str
    domain: str
    source: str
    lines: list[str]
    content: list[bool]


def read_dumps(kit: Path) -> list[Dump]:
    with (kit / "dumps.jsonl").open(encoding="utf-8") as stream:
        rows = [json.loads(line) for line in stream]
    return [Dump(r["id"], r["domain"], r["source"], r["lines"], r["content"]) for r in rows]


def states_of(content: list[bool]) -> list[int]:
    """The path of states that labels stand for."""
    at = [number for number, story in enumerate(content) if story]
    first, last = at[0], at[-1]
    path = []
    for number, story in enumerate(content):
        if number < first:
            path.append(BEFORE)
        elif number == first:
            path.append(FIRST)
        elif number <= last:
            path.append(STORY if story else ASIDE)
        else:
            path.append(END_MARK if number == last + 1 else AFTER)
    return path


def trimmed(dump: Dump, dice: random.Random) -> Dump:
    """The document as a tidier scraper would have left it: little before and after the story.

    What is left above and below is near the story, or far from it, or some of both.
    """
    at = [number for number, story in enumerate(dump.content) if story]
    near_above, near_below = dice.choice((0, 1, 2, 4, 8)), dice.choice((0, 0, 1, 3, 6, 12))
    far_above, far_below = dice.choice((0, 0, 4, 12)), dice.choice((0, 0, 4, 12))
    rows = [
        number
        for number in range(len(dump.lines))
        if number < min(far_above, at[0])
        or at[0] - near_above <= number <= at[-1] + near_below
        or number >= max(len(dump.lines) - far_below, at[-1] + 1)
    ]
    lines, content = [dump.lines[n] for n in rows], [dump.content[n] for n in rows]
    return Dump(dump.name, dump.domain, dump.source, lines, content)


@dataclass(frozen=True)
class Batch:
    features: NDArray[np.float32]
    first: NDArray[np.int64]
    path: NDArray[np.int64]
    weight: NDArray[np.float64]  # of each document


def batch(dumps: list[Dump], weights: list[float]) -> Batch:
    first = np.concatenate(([0], np.cumsum([len(dump.lines) for dump in dumps])))
    features = line_features(Lines.of([line for dump in dumps for line in dump.lines], first))
    path = np.concatenate([states_of(dump.content) for dump in dumps])
    return Batch(features, first, path, np.array(weights))


def fit(data: Batch, penalty: float, rounds: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weights of greatest penalised likelihood."""
    n_features, n_states = data.features.shape[1], len(STATES)
    document = np.repeat(np.arange(len(data.first) - 1), np.diff(data.first))
    line_weight = data.weight[document]
    truth = np.zeros((len(data.path), n_states))
    truth[np.arange(len(data.path)), data.path] = 1.0
    same = document[1:] == document[:-1]
    seen = np.zeros((n_states, n_states))
    np.add.at(seen, (data.path[:-1][same], data.path[1:][same]), line_weight[1:][same])
    split = n_features * n_states

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights, transitions = (
            flat[:split].reshape(n_features, n_states),
            flat[split:].reshape(n_states, n_states),
        )
        emissions = (data.features @ weights.astype(np.float32)).astype(np.float64)
        marginals, expected, norms = forward_backward(
            emissions, transitions + ALLOWED, data.first, data.weight
        )
        gold = (emissions * truth).sum(axis=1) @ line_weight + (transitions * seen).sum()
        value = norms @ data.weight - gold + penalty * (flat @ flat)
        slope = data.features.T @ ((marginals - truth) * line_weight[:, None]).astype(np.float32)
        gradient = (
            np.concatenate([slope.ravel().astype(np.float64), (expected - seen).ravel()]) + 2 * penalty * flat
        )
        return float(value), gradient

    found = minimize(
        loss, np.zeros(split + n_states**2), jac=True, method="L-BFGS-B", options={"maxiter": rounds}
    )
    return found.x[:split].reshape(n_features, n_states), found.x[split:].reshape(n_states, n_states)


def fold_of(domain: str, folds: int) -> int:
    return int(hashlib.sha256(domain.encode()).hexdigest()[:8], 16) % folds


def page_figures(dump: Dump, keep: list[bool]) -> tuple[float, float, float]:
    """Line F1, character F1, both borders right: as the kit's scorer defines them."""
    f1 = []
    for weight in ([1] * len(keep), [len(line) for line in dump.lines]):
        hit = sum(w for w, t, k in zip(weight, dump.content, keep, strict=True) if t and k)
        both = sum(w * (t + k) for w, t, k in zip(weight, dump.content, keep, strict=True))
        f1.append(2 * hit / both if both else 0.0)
    truth = [n for n, t in enumerate(dump.content) if t]
    kept = [n for n, k in enumerate(keep) if k]
    return f1[0], f1[1], float(bool(kept) and (truth[0], truth[-1]) == (kept[0], kept[-1]))


def judged(dumps: list[Dump], model: Model) -> list[NDArray[np.float64]]:
    """For each document the probability of each line to be story."""
    data = batch(dumps, [1.0] * len(dumps))
    emissions = (data.features @ model.states.astype(np.float32)).astype(np.float64) / WEIGHT_UNIT
    _, story = model.story_probability(emissions, data.first)
    return np.split(story, data.first[1:-1])


# Parts of the names of features that an expert does without. Each learns what the others would have explained
# away, and their mean is steadier than one model of all features: Sutton, Sindelar and McCallum, "Reducing
# weight undertraining in structured discriminative learning", HLT-NAACL 2006.
EXPERTS: tuple[tuple[str, ...], ...] = (("headline", "cohesion", "shared"), ("headline",), ())


def fitted(dumps: list[Dump], options: argparse.Namespace) -> Model:
    """The mean of the experts, on the documents and on the same as tidier scrapers would have left them."""
    dice = random.Random(options.seed)
    tidy = [trimmed(dump, dice) for dump in dumps]
    data = batch(dumps + tidy, [1.0] * len(dumps) + [options.tidy] * len(tidy))
    states = np.zeros((len(FEATURES), len(STATES)))
    transitions = np.zeros((len(STATES), len(STATES)))
    for missing in EXPERTS:
        columns = [n for n, name in enumerate(FEATURES) if not any(part in name for part in missing)]
        own = Batch(np.ascontiguousarray(data.features[:, columns]), data.first, data.path, data.weight)
        weights, steps = fit(own, options.penalty, options.rounds)
        states[columns] += weights / len(EXPERTS)
        transitions += steps / len(EXPERTS)
    return Model((states * WEIGHT_UNIT).round().astype(np.int32), transitions)


def cross_validated(dumps: list[Dump], options: argparse.Namespace) -> None:
    """Print the figures on documents of domains that the weights have not seen."""
    figures: dict[str, list[tuple[float, float, float]]] = {}
    for fold in range(options.folds):
        seen = [dump for dump in dumps if fold_of(dump.domain, options.folds) != fold]
        new = [dump for dump in dumps if fold_of(dump.domain, options.folds) == fold]
        for dump, story in zip(new, judged(new, fitted(seen, options)), strict=True):
            figures.setdefault(dump.source, []).append(
                page_figures(dump, (story >= options.threshold).tolist())
            )
    for source, rows in sorted(figures.items()):
        line, char, ends = (statistics.fmean(column) for column in zip(*rows, strict=True))
        print(
            f"{source}: line F1 {line:.3f}  char F1 {char:.3f}  both borders {ends:.3f}"
            f"  ({len(rows)} documents)"
        )


def write(model: Model, path: Path) -> None:
    stored = {
        "format": 1,
        "states": STATES,
        "transitions": model.transitions.round(3).tolist(),
        "features": {
            name: [int(value) / WEIGHT_UNIT for value in row]
            for name, row in zip(FEATURES, model.states, strict=True)
        },
    }
    head = json.dumps({key: stored[key] for key in list(stored)[:-1]})[:-1]
    rows = ",\n".join(f"{json.dumps(name)}: {json.dumps(row)}" for name, row in stored["features"].items())
    path.write_text(f'{head}, "features": {{\n{rows}\n}}}}\n', encoding="utf-8")


def main() -> None:
    """Cross-validate, then fit on everything and write the weights."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks._fit_boilerplate", description=__doc__.split("\n")[0]
    )
    parser.add_argument("kit", type=Path)
    parser.add_argument("--out", type=Path, help="write the weights here")
    parser.add_argument("--folds", type=int, default=5, help="parts of the cross-validation; 0: none")
    parser.add_argument("--penalty", type=float, default=50.0, help="of the squared weights")
    parser.add_argument("--rounds", type=int, default=100, help="steps of the optimiser")
    parser.add_argument(
        "--tidy", type=float, default=0.5, help="weight of the documents without their margins"
    )
    parser.add_argument(
        "--threshold", type=float, default=0.5, help="least probability of a line that is kept"
    )
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    dumps = read_dumps(options.kit)
    if options.folds:
        cross_validated(dumps, options)
    if options.out:
        write(fitted(dumps, options), options.out)


if __name__ == "__main__":
    main()
