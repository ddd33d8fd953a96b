"""Made inputs for the inner loops: whatever a page holds, they stay within their memory, and twin and kernel agree.

`.ci/sanitise` runs these under the address and undefined-behaviour sanitizers; SEEDBED_FUZZ=100 makes a hundred times
as many inputs.
"""

from __future__ import annotations

import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe.duplicates import alignment, minhash, normalise
from dedupe.duplicates._engine import kernel
from dedupe.duplicates.alignment import align
from dedupe.duplicates.minhash import NO_ANCHORS, Sketches, sketch
from dedupe.duplicates.normalise import split_words
from dedupe.settings import DuplicateSettings

pytestmark = pytest.mark.skipif(kernel is None, reason="installed without a compiler")

EXAMPLES = 20 * int(os.environ.get("SEEDBED_FUZZ", "1"))

# Characters at the edges of UTF-8's lengths and planes, marks that join or end words, and halves of characters.
EDGES = "\x00\x7f\x80\u07ff\u0800\u0fff\u2028\ud7ff\ud800\udfff\ue000\ufffd\uffff\U00010000\U0010ffff'’\".,-\n\u00ad\u0301"
word = st.one_of(
    st.sampled_from(["the", "of", "Orlavik", "14,000", "U.S.", "ferry.", "“quay”", "大桥", "สะพาน", "ALL"]),
    st.text(st.sampled_from(EDGES), min_size=1, max_size=4),
    st.text(max_size=6),
)


@st.composite
def texts_of_runs(draw: st.DrawFn) -> list[str]:
    """Texts of repeated, cut and moved runs of words: long, alike, and nothing like prose."""
    runs = draw(st.lists(st.lists(word, min_size=1, max_size=12), min_size=1, max_size=6))
    texts = []
    for _ in range(draw(st.integers(1, 4))):
        chosen = draw(st.lists(st.tuples(st.sampled_from(runs), st.integers(1, 15)), max_size=8))
        separator = draw(st.sampled_from([" ", "", "\n", ". ", ".\n"]))
        texts.append(separator.join(separator.join(run * times) for run, times in chosen))
    return texts


@settings(max_examples=EXAMPLES)
@given(
    texts=texts_of_runs(),
    words=st.integers(1, 40),
    anchor_words=st.integers(1, 9),
    mask=st.sampled_from([0, 1, 255, NO_ANCHORS]),
    slots=st.sampled_from([2, 64, 4096]),
)
def test_any_text_has_one_sketch(
    texts: list[str], words: int, anchor_words: int, mask: int, slots: int
) -> None:
    """Signatures, digests and anchors of any text, at any setting, are those of the twin."""

    def made() -> Sketches:
        return sketch(texts, words, anchor_words, mask, np.zeros((len(texts), slots), np.uint32))

    fast = made()
    with pytest.MonkeyPatch.context() as patch:
        for module in (normalise, minhash):
            patch.setattr(module, "kernel", None)
        slow = made()

    for name in ("signatures", "digests", "kept", "lengths", "anchors", "anchor_counts", "credited"):
        assert getattr(fast, name).tolist() == getattr(slow, name).tolist()


@settings(max_examples=EXAMPLES)
@given(texts=texts_of_runs(), gap=st.integers(0, 40), least=st.integers(3, 30))
def test_any_two_texts_align_one_way(texts: list[str], gap: int, least: int) -> None:
    """The counts of any two texts, at any gap and block length, are those of the twin."""
    words = split_words(texts, all_lines=True)
    pairs = np.array([(a, b) for a in range(len(texts)) for b in range(len(texts))])
    wanted = DuplicateSettings(gap_words=gap, least_block_words=least)

    fast = align(words, pairs, wanted)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alignment, "kernel", None)
        slow = align(words, pairs, wanted)

    assert fast.tolist() == slow.tolist()
