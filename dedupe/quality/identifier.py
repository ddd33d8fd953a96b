"""How likely a text is in each language: py3langid's model, asked by the compiled kernel or its twin.

Its features are runs of bytes, found by an automaton of a hundred thousand states; naive Bayes weighs them.
Lui and Baldwin, "langid.py: An Off-the-shelf Language Identification Tool", 2012.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedupe.quality._engine import kernel

__all__ = ["Likeliest", "likeliest"]

_BYTES = 256  # moves of a state
_LOGS = 1024  # no sample of a text has a feature more often


class Likeliest(NamedTuple):
    """The two languages that a text is in most likely."""

    best: str
    lead: float  # of the best over the next, in log-likelihood


class _Model(NamedTuple):
    moves: NDArray[np.uint32]  # shape (rows * 256,): row of a state and byte -> next state
    states: NDArray[np.int32]  # shape (states, 2): its row, and the feature that is met there; -1: none
    weights: NDArray[np.float32]  # shape (features, columns)
    prior: NDArray[np.float32]  # shape (columns,)
    languages: tuple[str, ...]  # of each column; one may have several, for its scripts


def likeliest(text: str) -> Likeliest | None:
    """The language of a text, however sure; None: nothing in it tells languages apart."""
    model = _model()
    text = unicodedata.normalize("NFC", text.lower() if text.isupper() else text)
    data = np.frombuffer(text.encode("utf-8", "replace"), np.uint8)
    scores = np.empty(len(model.languages), np.float64)
    score = _score_by_python if kernel is None else kernel.score
    if not score(data, *model[:-1], _logs(len(data)), scores):
        return None
    best: dict[str, float] = {}
    for column in np.argsort(-scores, kind="stable").tolist():
        best.setdefault(model.languages[column], float(scores[column]))
        if len(best) > 1:
            break
    (language, first), (_, second) = best.items()
    return Likeliest(language, first - second)


@cache
def _model() -> _Model:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # 0.3 s to load: only where it is used

    read = LanguageIdentifier.from_model_file(MODEL_FILE)
    return _Model(
        np.asarray(read.tk_nextmove, np.uint32),
        np.column_stack([read.tk_row, read.tk_output]).astype(np.int32),
        np.asarray(read.nb_ptc, np.float32),
        np.asarray(read.nb_pc, np.float32),
        tuple(read.nb_classes),
    )


def _logs(most: int) -> NDArray[np.float32]:
    """Logarithm of one more than each number, up to `most` at least."""
    return _logs_up_to(max(_LOGS, 1 << most.bit_length()))


@lru_cache(maxsize=2)
def _logs_up_to(size: int) -> NDArray[np.float32]:
    return np.array([*map(math.log1p, range(size))], np.float32)


def _score_by_python(
    data: NDArray[np.uint8],
    moves: NDArray[np.uint32],
    states: NDArray[np.int32],
    weights: NDArray[np.float32],
    prior: NDArray[np.float32],
    logs: NDArray[np.float32],
    scores: NDArray[np.float64],
) -> int:
    """How likely a text is in the language of each column; gives how many features it has."""
    met: Counter[int] = Counter()
    state = 0
    for byte in data.tolist():
        state = int(moves[int(states[state, 0]) * _BYTES + byte])
        if states[state, 1] >= 0:
            met[int(states[state, 1])] += 1
    scores[:] = 0
    # As they are first met: a sum in floating point hangs on its order. The products are exact.
    for feature, times in met.items():
        scores += float(logs[times]) * weights[feature].astype(np.float64)
    scores += prior
    return len(met)
