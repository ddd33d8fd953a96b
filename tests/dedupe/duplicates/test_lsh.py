"""Candidates: what is alike must be found, and no bucket may cost more than its size."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from numpy.typing import NDArray

from dedupe.duplicates.index import LiveIndex
from dedupe.duplicates.lsh import Banding, anchor_pairs, band_pairs, plan_bands
from dedupe.duplicates.minhash import band_keys, sign, sketch
from dedupe.duplicates.normalise import tidy
from dedupe.errors import SettingsError
from dedupe.settings import DuplicateSettings
from tests.dedupe.duplicates.texts import INDEPENDENT, OWN_MATTER, WIRE, lines


def keyed(signatures: NDArray[np.uint32], banding: Banding) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """The keys of all bands of some signatures, and the numbers of all the texts."""
    bands = [signatures[:, band * banding.rows : (band + 1) * banding.rows] for band in range(banding.bands)]
    return np.stack([band_keys(rows) for rows in bands]), np.arange(len(signatures), dtype=np.uint32)


@pytest.mark.parametrize("similarity", [0.2, 0.25, 0.5, 0.7, 0.9])
@pytest.mark.parametrize("recall", [0.9, 0.99, 0.999])
def test_the_banding_follows_from_the_wanted_recall(similarity: float, recall: float) -> None:
    """Bands and rows reach the recall within the slots, and one more row would not."""
    banding = plan_bands(similarity, recall, 256)

    assert banding.recall(similarity) >= recall
    assert banding.bands * banding.rows <= 256
    rows = banding.rows + 1
    assert Banding(256 // rows, rows).recall(similarity) < recall


def test_the_planned_recall_is_found() -> None:
    """Pairs of the wanted similarity become candidates as often as the formula says."""
    rng = np.random.default_rng(2)
    banding = plan_bands(0.5, 0.99, 128)
    signatures = []
    for _ in range(400):
        common = rng.integers(0, 2**64, 400, np.uint64)
        signatures += [
            sign(np.concatenate([common, rng.integers(0, 2**64, 200, np.uint64)]), 128) for _ in range(2)
        ]

    pairs = {tuple(pair) for pair in band_pairs(*keyed(np.array(signatures), banding)).tolist()}

    found = np.mean([(2 * n, 2 * n + 1) in pairs for n in range(400)])
    assert found >= 0.97
    assert len(pairs) < 480


@pytest.mark.parametrize("slots", [512, 4096])
def test_long_signatures_have_a_banding_too(slots: int) -> None:
    """However long a signature is, and however small the chance of as many rows."""
    assert plan_bands(0.25, 0.999, slots).recall(0.25) >= 0.999


def test_too_few_slots_say_what_to_do() -> None:
    """An impossible wish names the settings that make it possible."""
    with pytest.raises(SettingsError, match=r"duplicates\.slots"):
        plan_bands(0.01, 0.999, 16)


@pytest.mark.parametrize("texts", [2_000, 4_000])
def test_a_bucket_of_equal_texts_stays_linear(texts: int) -> None:
    """Hostile pages that share every band give pairs in proportion to their number."""
    signatures = np.tile(np.arange(64, dtype=np.uint32), (texts, 1))

    pairs = band_pairs(*keyed(signatures, Banding(16, 4)))

    assert len(pairs) == 2 * texts - 3
    assert np.unique(pairs).tolist() == list(range(texts))


def test_texts_with_rare_shingles_in_common_meet() -> None:
    """A short text inside a long one is found; what all texts have says nothing."""
    everywhere = np.arange(100, 120, dtype=np.uint64)
    own = [np.arange(n * 1000, n * 1000 + 50, dtype=np.uint64) for n in range(1, 40)]
    texts = [np.concatenate([everywhere, some]) for some in own]
    texts.append(own[3][:20])

    counts = np.array([len(text) for text in texts])
    pairs = anchor_pairs(np.concatenate(texts), counts, shared=5, budget=500)

    assert pairs.tolist() == [[3, 39]]


def test_the_live_index_knows_a_copy_again() -> None:
    """While crawling, a reprint names the text that came first; other texts and stubs name none."""
    index = LiveIndex(DuplicateSettings())
    story = lines(WIRE)

    assert index.add("wire", story) is None
    assert index.add("other", lines(INDEPENDENT)) is None
    assert index.add("third", lines(OWN_MATTER)) is None
    assert index.add("reprint", "By Jonna Feld\n" + story) == "wire"
    assert index.add("stub", "Page not found") is None
    assert index.add("stub again", "Page not found") is None
    assert len(index) == 4


def test_the_live_index_keeps_one_of_many_equal_texts() -> None:
    """A hostile site that prints one text at every address costs linear time; the copies are still known."""
    index = LiveIndex(DuplicateSettings())
    index.add("first", lines(WIRE))

    assert {index.add(f"copy {number}", lines(WIRE)) for number in range(50)} == {"first"}
    assert len(index) == 51
    assert len(index._signatures) == 1


def test_the_live_index_and_the_cleaning_sign_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """datasketch is asked with the very slots that the cleaning bands, and estimates the same similarity."""
    from datasketch import MinHash

    stories = [lines(WIRE), "By Jonna Feld\n" + lines(OWN_MATTER) + "\n" + lines(WIRE)]
    asked: list[MinHash] = []
    index = LiveIndex(DuplicateSettings())
    query = index._lsh.query
    monkeypatch.setattr(index._lsh, "query", lambda sketch: asked.append(sketch) or query(sketch))
    for number, story in enumerate(stories):
        index.add(str(number), story)

    signatures = np.empty((2, 256), np.uint32)
    sketch([tidy(story) for story in stories], 5, 3, 0, signatures)
    assert [sketch.hashvalues.tolist() for sketch in asked] == signatures.tolist()
    assert asked[0].jaccard(asked[1]) == np.mean(signatures[0] == signatures[1])


def test_only_a_live_index_loads_datasketch() -> None:
    """datasketch imports scipy, which takes two seconds: nothing loads it that does not use it."""
    code = "import sys, dedupe, dedupe.cli, dedupe.duplicates.index; print('datasketch' in sys.modules)"

    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert run.stdout == "False\n"
