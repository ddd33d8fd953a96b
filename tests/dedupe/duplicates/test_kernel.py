"""The compiled kernel and its twin give the same bits; laws that hold for any text."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe.duplicates import alignment, lsh, minhash, normalise
from dedupe.duplicates._engine import kernel
from dedupe.duplicates.alignment import Count, align
from dedupe.duplicates.captions import caption_marks
from dedupe.duplicates.minhash import EMPTY, BandKeys, sign, sketch
from dedupe.duplicates.normalise import WordFlag, split_words, tidy, tidy_all
from dedupe.duplicates.shingles import hash_shingles
from dedupe.errors import EmptyDocumentError
from dedupe.settings import DuplicateSettings
from tests.dedupe.duplicates.texts import INDEPENDENT, OWN_MATTER, WIRE, lines

needs_kernel = pytest.mark.skipif(kernel is None, reason="installed without a compiler")
SETTINGS = DuplicateSettings()

PIECES = [
    *lines(WIRE).split(" ")[:60],
    *["\n", "\n\n", ".\n", "-\n", "U.S.", "1,000.5", "people's", "people’s", "“", "”", '"', "É", "e\u0301"],
    *[
        "大桥",
        "ไทย",
        "한국어",
        "\U00020000",
        "\U0010ffff",
        "\ud800",
        "\u00ad",
        "\x00",
        "A.B",
        "3.4.5",
        "ALL",
        "'",
        "É’É",
    ],
]
LONG = [
    "a",
    "Harbour",
    "bridges",
    "councillors,",
    "internationalisation",
    "x" * 70,
    "end.",
    "\n",
    "-\v",
    "it's",
    "7",
    "é",
    "«",
]
"""Pieces of texts that are long enough to be read a block at a time."""
messy = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(PIECES), max_size=120).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=80).map("".join),
    st.lists(st.sampled_from(LONG), min_size=20, max_size=60).map(" ".join),
)


def words_of(text: str) -> list[int]:
    return split_words([text], all_lines=True).hashes.tolist()


@needs_kernel
@settings(max_examples=150)
@given(texts=st.lists(messy, max_size=4))
def test_kernel_and_twin_read_the_same_words(texts: list[str]) -> None:
    """Where no compiler is, nothing changes but the time."""
    with pytest.MonkeyPatch.context() as patch:
        for all_lines in (False, True):
            fast = split_words(texts, all_lines=all_lines)
            patch.setattr(normalise, "kernel", None)
            slow = split_words(texts, all_lines=all_lines)
            patch.undo()

            for name in ("hashes", "flags", "offsets", "lengths", "digests"):
                assert getattr(fast, name).tolist() == getattr(slow, name).tolist()


@needs_kernel
@settings(max_examples=60)
@given(
    texts=st.lists(messy, max_size=4),
    slots=st.sampled_from([16, 64, 256]),
    rows=st.integers(1, 5),
    words=st.integers(1, 7),
)
def test_kernel_and_twin_make_the_same_sketches(texts: list[str], slots: int, rows: int, words: int) -> None:
    """Signatures, keys of bands, digests, anchors and marks of credits agree to the bit."""
    bits = np.full(16384, 0x11, np.uint8)
    ours, theirs = (np.zeros((len(texts), slots), np.uint32) for _ in range(2))
    our_keys, their_keys = (BandKeys(rows, np.zeros((slots // rows, 6), np.uint32)) for _ in range(2))
    with pytest.MonkeyPatch.context() as patch:
        fast = sketch(texts, words, 3, 1, ours, bits, our_keys, 2)
        for module in (normalise, minhash):
            patch.setattr(module, "kernel", None)
        slow = sketch(texts, words, 3, 1, theirs, bits, their_keys, 2)

    assert our_keys.keys.tolist() == their_keys.keys.tolist()

    for name in ("signatures", "digests", "kept", "lengths", "anchors", "anchor_counts", "credited"):
        assert getattr(fast, name).tolist() == getattr(slow, name).tolist()


@needs_kernel
@settings(max_examples=100)
@given(
    texts=st.lists(
        st.lists(
            st.sampled_from([*PIECES, *caption_marks(False), "Photo: A. Lind", "(Foto: dpa)", "pаypаl"]),
            max_size=40,
        ).map(" ".join),
        max_size=4,
    )
)
def test_the_kernel_passes_over_tidy_texts_only(texts: list[str]) -> None:
    """What the kernel leaves as it is has nothing to tidy."""
    assert tidy_all(texts) == [tidy(text) for text in texts]


@needs_kernel
@settings(max_examples=100)
@given(texts=st.lists(messy, min_size=2, max_size=4))
def test_kernel_and_twin_align_alike(texts: list[str]) -> None:
    """The counts of any two texts agree."""
    words = split_words(texts, all_lines=True)
    pairs = np.array([(a, b) for a in range(len(texts)) for b in range(len(texts))])
    with pytest.MonkeyPatch.context() as patch:
        fast = align(words, pairs, SETTINGS)
        patch.setattr(alignment, "kernel", None)
        slow = align(words, pairs, SETTINGS)

    assert fast.tolist() == slow.tolist()


@needs_kernel
@settings(max_examples=60)
@given(
    seed=st.integers(0, 2**32),
    texts=st.integers(1, 400),
    values=st.sampled_from([2, 9, 60, 900, 2**32]),
    budget=st.sampled_from([0, 1, 50, 10**6]),
    cores=st.integers(1, 5),
)
def test_kernel_and_twin_find_the_same_candidates(
    seed: int, texts: int, values: int, budget: int, cores: int
) -> None:
    """Pairs that share a band and pairs that share anchors agree, in small buckets, in large ones and in none."""
    rng = np.random.default_rng(seed)
    keys = rng.integers(0, values, (20, texts + 3), np.uint32)
    some = np.flatnonzero(rng.random(texts) < 0.9).astype(np.uint32)
    counts = rng.integers(0, 9, texts)
    anchors = rng.integers(0, values, int(counts.sum()), np.uint64)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lsh, "cores", lambda: cores)
        fast = lsh.band_pairs(keys, some), lsh.anchor_pairs(anchors.copy(), counts, 2, budget)
        patch.setattr(lsh, "kernel", None)
        slow = lsh.band_pairs(keys, some), lsh.anchor_pairs(anchors.copy(), counts, 2, budget)

    for ours, theirs in zip(fast, slow, strict=True):
        assert ours.tolist() == theirs.tolist()


@settings(max_examples=60)
@given(a=messy, b=messy)
def test_counts_stay_within_the_texts(a: str, b: str) -> None:
    """No text has more in common than it has words, and a text has all in common with itself."""
    words = split_words([a, b], all_lines=True)
    row = dict(zip(Count, align(words, np.array([[0, 1]]), SETTINGS)[0].tolist(), strict=True))

    assert 0 <= row[Count.COVERED_A] <= row[Count.WORDS_A]
    assert 0 <= row[Count.COVERED_B] <= row[Count.WORDS_B]
    assert row[Count.SHINGLES_SHARED] <= min(row[Count.SHINGLES_A], row[Count.SHINGLES_B])
    # Two words where one block ends and the next begins may count in both.
    assert row[Count.MATCHED] <= row[Count.WORDS_B] + 2 * row[Count.BLOCKS]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The CITY’s Bridge", "the city's bridge"),
        ("naïve café", "naive cafe"),
        ("U.S. troops", "US troops"),
        ("14,000 cars", "14000 cars"),
        ("ｆｕｌｌ ｗｉｄｔｈ", "full width"),
        ("bro\u00adken", "broken"),
        ("develop-\nment", "development"),
        ("e\u0301t\u00e9", "\u00e9te\u0301"),
    ],
)
def test_what_reads_the_same_has_the_same_words(one: str, other: str) -> None:
    """Case, accents, marks and broken lines do not part words."""
    assert words_of(one) == words_of(other)


@pytest.mark.parametrize(
    ("one", "other"), [("3-1", "1-3"), ("12 people", "13 people"), ("bank", "banks"), ("1.5", "2.5")]
)
def test_what_reads_otherwise_has_other_words(one: str, other: str) -> None:
    """Numbers and endings are kept."""
    assert words_of(one) != words_of(other)


def test_a_wrong_charset_is_read_back() -> None:
    """UTF-8 that went through Windows-1252 has the words it had."""
    text = "Der Bürgermeister sagte: “Größe zählt nicht”, und schloß die Brücke."

    broken = text.encode().decode("cp1252", "replace")

    assert words_of(tidy(broken)) == words_of(text)
    assert tidy(text) == text


def test_menus_take_no_part_where_prose_is() -> None:
    """Short lines that are no sentences are left out; in a text of such lines alone all count."""
    menu = "Home\nNews and views\nSign in"
    prose = lines(OWN_MATTER)

    assert split_words([menu + "\n" + prose]).hashes.tolist() == split_words([prose]).hashes.tolist()
    assert len(split_words([menu]).hashes) == 6


def test_names_numbers_and_quotes_are_marked() -> None:
    """A name has a capital inside a sentence; what stands in quotation marks is quoted."""
    words = split_words(['The mayor Anselm said "no cars" to 14 people in the old harbour of the town'])

    marks = [WordFlag(flag) for flag in words.flags.tolist()]
    assert [WordFlag.NAME in mark for mark in marks[:4]] == [False, False, True, False]
    assert [WordFlag.QUOTED in mark for mark in marks[3:7]] == [False, True, True, False]
    assert WordFlag.DIGIT in marks[7]


def test_equal_slots_estimate_the_similarity() -> None:
    """The share of equal slots is the Jaccard similarity within four standard errors."""
    rng = np.random.default_rng(1)
    for shared in (100, 400, 700, 950):
        common = rng.integers(0, 2**64, shared, np.uint64)
        a, b = (np.concatenate([common, rng.integers(0, 2**64, 1000 - shared, np.uint64)]) for _ in range(2))
        truth = shared / (2000 - shared)

        estimate = float(np.mean(sign(a, 256) == sign(b, 256)))

        assert abs(estimate - truth) < 4 * (truth * (1 - truth) / 256) ** 0.5


def test_a_short_text_fills_all_slots() -> None:
    """Empty slots borrow, and alike from alike."""
    few = hash_shingles(np.arange(9, dtype=np.uint32), 5)

    assert (sign(few, 256) != EMPTY).all()
    assert sign(few, 256).tolist() == sign(few[::-1].copy(), 256).tolist()


def test_an_empty_set_has_no_signature() -> None:
    """Else all empty texts were copies of each other."""
    with pytest.raises(EmptyDocumentError):
        sign(np.empty(0, np.uint64), 64)


def test_a_passage_moved_is_still_covered() -> None:
    """Alignment does not depend on the order of passages, and counts what was moved."""
    story = lines(WIRE).split("\n")
    words = split_words(["\n".join(story), "\n".join([*story[4:], *story[:4]]), lines(INDEPENDENT)])

    moved, other = align(words, np.array([[0, 1], [0, 2]]), SETTINGS)

    assert moved[Count.COVERED_A] == moved[Count.WORDS_A]
    assert moved[Count.MOVED] == 1
    assert 0 < other[Count.COVERED_A] < 0.2 * other[Count.WORDS_A]
    assert other[Count.QUOTED] >= 0.8 * other[Count.MATCHED]


def test_hangul_syllables_stay_apart() -> None:
    """Korean words differ where their syllables do, not only where their first sounds do."""
    assert words_of("다리 항구") != words_of("도로 학교")


@needs_kernel
@pytest.mark.parametrize("groups", [[5, 1, 2], [0], [1, 7], [2, 7, 9], [2, 7, 7]])
def test_groups_that_no_kernel_made_are_refused(groups: list[int]) -> None:
    """What is passed on is measured before it is read."""
    with pytest.raises(ValueError, match="not what anchor_groups gives"):
        kernel.anchor_meetings([np.array(groups, np.uint64).tobytes()], 9, 9, 0, 1, 2)


@needs_kernel
def test_anchors_that_do_not_fit_their_texts_are_refused() -> None:
    """As many as the texts have, and room for every number of texts."""
    anchors, counts = np.zeros(4, np.uint64), np.array([2, 1], np.int64)
    with pytest.raises(ValueError, match="do not fit the anchors"):
        kernel.anchor_groups(anchors, counts, 2, 0, 1, 9, np.zeros(3, np.int64))
    with pytest.raises(ValueError, match="or the sizes the texts"):
        kernel.anchor_groups(anchors[:3], counts, 2, 0, 1, 9, np.zeros(2, np.int64))
