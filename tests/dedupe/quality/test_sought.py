"""Pieces of text found in one pass: the compiled kernel, its twin, and a plain search agree."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe.quality import sought
from dedupe.quality._engine import kernel
from dedupe.quality.sought import Pieces

needs_kernel = pytest.mark.skipif(kernel is None, reason="installed without a compiler")


@needs_kernel
@given(
    st.lists(st.text("ab ñ中\U0001f600", min_size=1, max_size=8), min_size=1, max_size=30, unique=True),
    st.text("abAB ñÑ中\U0001f600\ud800", max_size=300),
)
def test_pieces_stand_where_they_stand(names: list[str], text: str):
    """For the kernel, its twin, and a search for one piece after the other; a table that is full is made anew."""
    needed = Pieces(
        {name: 1 << number for number, name in enumerate(names) if max(name) < "\U00010000"} or {"a": 1}
    )
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    folded = [sought.folded(character) if character < "\ud800" else "\0" for character in text]

    found = sorted(zip(*needed.found_in(codes), strict=True))

    assert found == sorted(
        (place, bits)
        for piece, bits in needed.bits.items()
        for place in range(len(text) - len(piece) + 1)
        if folded[place : place + len(piece)] == list(piece)
    )
    twin = np.empty((2, len(found) + 1), dtype=np.int32)
    assert sought._found_by_numpy(codes, needed._table, *needed._tables[:4], *twin) == len(found)
    ordered = zip(
        twin[0].tolist(), [needed._tables.bits[piece] for piece in twin[1, : len(found)]], strict=False
    )
    assert sorted(ordered) == found


@needs_kernel
def test_tables_of_pieces_that_do_not_fit_are_refused():
    """What is passed on is measured before it is read."""
    tables = Pieces({"said": 1})._tables
    room = np.empty((2, 8), dtype=np.int32)
    codes = np.zeros(4, dtype=np.uint32)
    with pytest.raises(ValueError, match="do not fit"):
        kernel.pieces(codes, np.zeros(7, dtype=np.uint16), *tables[:4], *room)
