"""Pieces of text found in one pass: where a plain search finds them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedupe.quality import sought
from dedupe.quality.sought import Pieces


@given(
    st.lists(st.text("ab ñ中\U0001f600", min_size=1, max_size=8), min_size=1, max_size=30, unique=True),
    st.text("abAB ñÑ中\U0001f600\ud800", max_size=300),
)
def test_pieces_stand_where_they_stand(names: list[str], text: str):
    """By the tables, and by a search for one piece after the other."""
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
