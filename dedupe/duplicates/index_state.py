"""The state of an index on disk: `index.json`, and what the numbers in its segments depend on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, ValidationError

from dedupe.duplicates import lsh, minhash
from dedupe.duplicates._parallel import in_threads
from dedupe.duplicates.normalise import tidy
from dedupe.errors import IndexFormatError, SettingsError
from dedupe.files import first_problem, to_json, write_text
from dedupe.models import Article, Record
from dedupe.settings import DuplicateSettings

__all__ = [
    "FORMAT",
    "INDEX_NAME",
    "IndexFile",
    "Layout",
    "SegmentEntry",
    "Signed",
    "layout_of",
    "read_state",
    "refuse_other_layout",
    "sign",
    "write_state",
]

INDEX_NAME = "index.json"
FORMAT = 1

_AT_ONCE = 512  # texts that go to the kernel at once
_ANCHOR_WORDS = 3  # words of an anchor, as in the search of a corpus
_ANCHOR_MASK = 15  # one in 16 short shingles is an anchor: a passage of 100 words has six

_PROBE = """\
The old ferry of Orlavik carried 1,204 people on Tuesday; "nobody was hurt", the U.S. engineer said.
Größe und Café, naïve façade: die Brücke blieb zu, und die Fähre fuhr bis in den späten Abend hinein.
大桥因裂缝关闭，渡轮每小时运送一百二十辆汽车。 Мост закрыт до осени, сообщил инженер города во вторник.
"""
"""A text whose signature says whether the code that reads words and signs is the one that made an index."""


class Layout(Record):
    """What the numbers in the segments depend on."""

    slots: int = Field(description="slots of a signature")
    shingle_words: int = Field(description="words in a shingle of the signature")
    bands: int = Field(description="bands of the signature")
    rows: int = Field(description="slots in a band")
    anchor_words: int = Field(description="words in an anchor")
    anchor_mask: int = Field(description="bits that are 0 in the hash of a shingle that is an anchor")
    probe: str = Field(
        description="SHA-256 of what the code makes of a fixed text: its signature, anchors, a key"
    )


class SegmentEntry(Record):
    """One segment that counts."""

    file: str = Field(pattern=r"^\d{6}\.segment$")
    documents: int = Field(description="in the file, with those taken out")
    check: int = Field(description="CRC-32 of the file's directory, which has those of its sections")
    removed: tuple[int, ...] = Field((), description="rows of documents that were taken out or replaced")


class IndexFile(Record):
    """`index.json`: the whole state of an index."""

    format: int = Field(description="of this file and the segments")
    layout: Layout
    next_number: int = Field(0, description="number of the next document")
    next_file: int = Field(0, description="number of the next segment's file")
    segments: tuple[SegmentEntry, ...] = Field((), description="in the order of their documents")


@dataclass(frozen=True)
class Signed:
    """Texts as they are looked up and stored.

    Attributes:
        signatures: uint32, shape (texts, slots).
        anchors: uint64: the anchors of text after text.
        anchor_counts: int64, shape (texts,): how many each has.
    """

    signatures: NDArray[np.uint32]
    anchors: NDArray[np.uint64]
    anchor_counts: NDArray[np.int64]


def layout_of(settings: DuplicateSettings) -> Layout:
    """The layout that settings ask for, by the code that runs now."""
    banding = lsh.plan_bands(settings.wanted_similarity, settings.wanted_recall, settings.slots)
    layout = Layout(
        slots=settings.slots,
        shingle_words=settings.shingle_words,
        bands=banding.bands,
        rows=banding.rows,
        anchor_words=_ANCHOR_WORDS,
        anchor_mask=_ANCHOR_MASK,
        probe="",
    )
    probe = sign([Article(id="probe", text=_PROBE)], layout)
    key = minhash.band_keys(probe.signatures[:, :3]).tobytes()
    raw = probe.signatures.astype("<u4").tobytes() + probe.anchors.astype("<u8").tobytes() + key
    return layout.model_copy(update={"probe": hashlib.sha256(raw).hexdigest()})


def read_state(folder: Path) -> IndexFile:
    """Read `index.json`.

    Raises:
        IndexFormatError: there is none, or it is not one that this version reads.
    """
    path = folder / INDEX_NAME
    try:
        raw = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise IndexFormatError(
            f"{folder}: holds no index. `dedupe duplicates IN -o OUT.jsonl --index {folder}` makes one."
        ) from None
    except (OSError, ValueError) as error:
        raise IndexFormatError(f"{path}: cannot be read: {error}. Restore it from a copy.") from error
    number = raw.get("format") if isinstance(raw, dict) else None
    if number != FORMAT:
        raise IndexFormatError(
            f"{path}: has format {number!r}; this version of Seedbed reads {FORMAT}. "
            f"Use the version that wrote it, or make the index anew in another folder."
        )
    try:
        return IndexFile.model_validate(raw)
    except ValidationError as error:
        raise IndexFormatError(f"{path}: {first_problem(error)}. Restore it from a copy.") from error


def refuse_other_layout(folder: Path, old: Layout, wanted: Layout) -> None:
    """Refuse an index that settings, or the code that signs, do not fit.

    Raises:
        SettingsError: the settings ask for another layout; the error names what differs.
        IndexFormatError: the code that runs gives other signatures.
    """
    way_out = (
        f"`dedupe index {folder} --rebuild` lays it out anew (with --settings FILE for settings of your own)"
    )
    differing = [
        f"{name} {getattr(old, name)} (now {getattr(wanted, name)})"
        for name in Layout.model_fields
        if name != "probe" and getattr(old, name) != getattr(wanted, name)
    ]
    if differing:
        raise SettingsError(
            f"{folder}: was laid out for {', '.join(differing)}. "
            f"Use the settings it was made with, or {way_out}."
        )
    if old.probe != wanted.probe:
        raise IndexFormatError(
            f"{folder}: its signatures were made by a version of Seedbed that reads words otherwise; "
            f"{way_out}."
        )


def write_state(folder: Path, state: IndexFile) -> None:
    """Replace `index.json` in one step; errors as `write_text`."""
    write_text(folder / INDEX_NAME, to_json(state.model_dump(mode="json")))


def sign(articles: Sequence[Article], layout: Layout) -> Signed:
    """Signatures and anchors of articles."""
    signatures = np.empty((len(articles), layout.slots), np.uint32)

    def sketch(start: int) -> minhash.Sketches:
        texts = [tidy(article.text) for article in articles[start : start + _AT_ONCE]]
        return minhash.sketch(
            texts,
            layout.shingle_words,
            layout.anchor_words,
            layout.anchor_mask,
            signatures[start : start + _AT_ONCE],
        )

    parts = list(in_threads(sketch, range(0, max(1, len(articles)), _AT_ONCE)))
    return Signed(
        signatures,
        np.concatenate([part.anchors for part in parts]),
        np.concatenate([part.anchor_counts for part in parts]),
    )
