"""The language identifier: py3langid's model, walked by the compiled kernel or its twin."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

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
def test_the_kernel_and_its_twin_meet_the_same_features(text: str):
    """Whatever the bytes are."""
    data = np.frombuffer(text.encode("utf-8", "replace"), np.uint8)
    model = identifier._model()
    met, twin = np.empty((2, len(data)), np.int32)

    count = kernel.walk(data, model.moves, model.rows, model.features, met)

    assert identifier._walk_by_python(data, model.moves, model.rows, model.features, twin) == count
    assert met[:count].tolist() == twin[:count].tolist()


@needs_kernel
@pytest.mark.parametrize(
    ("moves", "rows", "features"), [(255, 1, 1), (256, 2, 1), (256, 1, 2)], ids=["moves", "rows", "features"]
)
def test_tables_that_do_not_fit_are_refused(moves: int, rows: int, features: int):
    """What is passed on is measured before it is read."""
    data = np.full(4, 255, np.uint8)
    with pytest.raises(ValueError, match="do not fit"):
        kernel.walk(
            data,
            np.zeros(moves, np.uint32),
            np.zeros(rows, np.int32),
            np.zeros(features, np.int32),
            np.empty(4, np.int32),
        )
    with pytest.raises(ValueError, match="do not fit"):
        kernel.walk(
            data,
            np.full(256, 9, np.uint32),
            np.zeros(1, np.int32),
            np.zeros(1, np.int32),
            np.empty(4, np.int32),
        )
