"""The language identifier: py3langid's model, walked by the compiled kernel or its twin."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from dedupe.quality import identifier
from dedupe.quality._engine import kernel
from dedupe.quality.identifier import likeliest
from tests.dedupe.fictional import FERRY
from tests.dedupe.quality.test_checks import ARABIC, GERMAN, JAPANESE, PERSIAN

needs_kernel = pytest.mark.skipif(kernel is None, reason="installed without a compiler")


@pytest.mark.parametrize("text", [FERRY, GERMAN, ARABIC, PERSIAN, JAPANESE, FERRY.upper(), "Å" * 30])
def test_the_model_is_asked_as_its_own_library_asks_it(text: str):
    """The same language, with the same lead but for rounding."""
    from py3langid import rank

    (best, first), (_, second) = rank(text)[:2]

    found = likeliest(text)

    assert found is not None
    assert found.best == best
    assert found.lead == pytest.approx(first - second, rel=1e-4, abs=0.05)


def test_a_text_without_a_feature_has_no_language():
    """Nothing is made of nothing."""
    assert likeliest("") is None


@needs_kernel
@given(st.text(max_size=200))
def test_the_kernel_and_its_twin_score_alike(text: str):
    """Whatever the bytes are, to the last bit."""
    data = np.frombuffer(text.encode("utf-8", "replace"), np.uint8)
    model, logs = identifier._model(), identifier._logs(len(data))
    scores, twin = np.empty((2, len(model.languages)))

    met = kernel.score(data, *model[:-1], logs, scores)

    assert identifier._score_by_python(data, *model[:-1], logs, twin) == met
    assert scores.tolist() == twin.tolist()


FITTING = {"moves": 256, "states": 2, "weights": 2, "prior": 2, "logs": 5, "scores": 2}


@needs_kernel
@pytest.mark.parametrize(
    ("table", "length"),
    [("moves", 255), ("states", 0), ("weights", 1), ("prior", 3), ("logs", 4), ("scores", 1)],
)
def test_tables_that_do_not_fit_are_refused(table: str, length: int):
    """What is passed on is measured before it is read."""
    data = np.full(4, 255, np.uint8)
    assert kernel.score(data, *_tables(FITTING)) == 1
    with pytest.raises(ValueError, match="do not fit"):
        kernel.score(data, *_tables({**FITTING, table: length}))


@needs_kernel
def test_a_way_out_of_the_tables_is_refused():
    """A state that is none."""
    moves, *others = _tables(FITTING)
    with pytest.raises(ValueError, match="do not fit"):
        kernel.score(np.full(4, 255, np.uint8), np.full_like(moves, 9), *others)


def _tables(lengths: dict[str, int]) -> list[NDArray[Any]]:
    """Tables of a model, all zeros."""
    kinds = (np.uint32, np.int32, np.float32, np.float32, np.float32, np.float64)
    return [np.zeros(length, kind) for length, kind in zip(lengths.values(), kinds, strict=True)]
