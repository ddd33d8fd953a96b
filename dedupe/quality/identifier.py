"""How likely a text is in each language: py3langid's model, asked by the compiled kernel or its twin.

Its features are runs of bytes, found by an automaton of a hundred thousand states; naive Bayes weighs them.
Lui and Baldwin, "langid.py: An Off-the-shelf Language Identification Tool", 2012.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedupe.quality._engine import kernel

__all__ = ["Likeliest", "likeliest"]

_BYTES = 256  # moves of a state


class Likeliest(NamedTuple):
    """The two languages that a text is in most likely."""

    best: str
    lead: float  # of the best over the next, in log-likelihood


class _Model(NamedTuple):
    moves: NDArray[np.uint32]  # shape (rows * 256,): row of a state and byte -> next state
    rows: NDArray[np.int32]  # state -> its row
    features: NDArray[np.int32]  # state -> the feature that is met there; -1: none
    weights: NDArray[np.float32]  # shape (features, columns)
    prior: NDArray[np.float32]  # shape (columns,)
    languages: tuple[str, ...]  # of each column; one may have several, for its scripts


def likeliest(text: str) -> Likeliest | None:
    """The language of a text, however sure; None: nothing in it tells languages apart."""
    model = _model()
    text = unicodedata.normalize("NFC", text.lower() if text.isupper() else text)
    data = np.frombuffer(text.encode("utf-8", "replace"), np.uint8)
    met = np.empty(len(data), np.int32)
    walk = _walk_by_python if kernel is None else kernel.walk
    met = met[: walk(data, model.moves, model.rows, model.features, met)]
    if not len(met):
        return None
    features, counts = np.unique(met, return_counts=True)
    met_often = np.log1p(counts.astype(np.float32))
    # Not by `@`: its order of summing hangs on the machine.
    scores = np.einsum("i,ij->j", met_often, model.weights[features]) + model.prior
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
        np.asarray(read.tk_row, np.int32),
        np.asarray(read.tk_output, np.int32),
        np.asarray(read.nb_ptc, np.float32),
        np.asarray(read.nb_pc, np.float32),
        tuple(read.nb_classes),
    )


def _walk_by_python(
    data: NDArray[np.uint8],
    moves: NDArray[np.uint32],
    rows: NDArray[np.int32],
    features: NDArray[np.int32],
    met: NDArray[np.int32],
) -> int:
    """Note the features that the automaton meets in a text; count them."""
    state = count = 0
    for byte in data.tolist():
        state = int(moves[rows[state] * _BYTES + byte])
        if features[state] >= 0:
            met[count] = features[state]
            count += 1
    return count
