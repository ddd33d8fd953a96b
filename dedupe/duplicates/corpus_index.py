"""The index of a corpus on disk: documents are added, taken out and looked up without reading the rest.

Documents come in as sorted segments (`segments.py`). Where four of like size stand at the end they are
merged into one, so that there are some ten to look through and a document is written once for each time
that the corpus grew fourfold; segments of 2^17 documents and more stay as they are, which bounds the
longest wait. What counts is what `index.json` names. It is replaced in one step, after the segments that it
names are on the disk, so that a kill at any moment leaves the index as it was before a batch or after it.

Stored are the articles and their signatures. Bands follow from the signatures and two settings, and can be
laid out anew (`rebuild`); relations are never stored: they are decided on the texts.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dedupe.duplicates.index_state import (
    FORMAT,
    INDEX_NAME,
    IndexFile,
    Layout,
    SegmentEntry,
    Signed,
    layout_of,
    read_state,
    refuse_other_layout,
    sign,
    write_state,
)
from dedupe.duplicates.lsh import Banding
from dedupe.duplicates.minhash import EMPTY
from dedupe.duplicates.segments import (
    Documents,
    Found,
    Segment,
    anchor_keys,
    band_keys,
    hash_of_id,
    pack,
    write_segment,
)
from dedupe.errors import CorpusFolderError, IndexFormatError
from dedupe.files import run_lock
from dedupe.models import Article
from dedupe.settings import DuplicateSettings

__all__ = ["CorpusIndex"]

_BATCH = 1 << 14  # documents that are added in one step: some 100 MB with their texts
_MERGED = 4  # segments of like size that become one; fewer are written more often, more are looked through
_LEAST = 1 << 10  # documents; all segments below are of like size
_FULL = 1 << 17  # documents; larger segments are left as they are: merging four takes seconds
_MOST_REMOVED = 0.25  # share of a segment's documents that are gone, from which it is written anew
_LEAST_ANCHORS = 3  # in common; fewer are chance
_MOST_WITH_ANCHOR = 32  # documents; an anchor in more of them is a turn of phrase
_PAIRS = 1 << 16  # pairs whose signatures are compared at once: 64 MB


class CorpusIndex:
    """Articles of a corpus by what they say. Any number may read at once, one writes.

    Args:
        folder: of an index; with `create` a new or empty one will do.
        settings: the cleaning's; the layout must be the one that they ask for. None: whatever it is, to look
            documents up by id, to take some out or to check.
        rebuild: lay the index out anew for the settings, in one step.
    Raises:
        IndexFormatError: the folder holds no index, one of another version, or a damaged one.
        SettingsError: the settings ask for other signatures or bands.
    """

    _state: IndexFile

    def __init__(
        self,
        folder: Path,
        settings: DuplicateSettings | None,
        *,
        create: bool = False,
        rebuild: bool = False,
    ) -> None:
        self.folder = folder
        self._settings = settings or DuplicateSettings()
        self._segments: dict[str, Segment] = {}
        if create and not (folder / INDEX_NAME).exists():
            self._create()
        self._reload()
        if rebuild:
            self._lay_out(layout_of(self._settings))
        elif settings is not None:
            refuse_other_layout(folder, self._state.layout, layout_of(settings))

    def _create(self) -> None:
        if self.folder.exists() and any(not path.name.startswith(".") for path in self.folder.iterdir()):
            raise CorpusFolderError(
                f"{self.folder}: holds files that are no index. Give a new folder, or an empty one."
            )
        state = IndexFile(format=FORMAT, layout=layout_of(self._settings))
        with run_lock(self.folder, _DOING):
            if not (self.folder / INDEX_NAME).exists():  # another run was quicker
                write_state(self.folder, state)

    def __len__(self) -> int:
        return sum(map(len, self._segments.values()))

    @property
    def state(self) -> IndexFile:
        """What `index.json` says."""
        return self._state

    # -------------------------------------------------------------------------------------- looking up

    def get(self, article_id: str) -> Article | None:
        """The article with this id; None: there is none."""
        place = self._places([article_id]).get(article_id)
        return None if place is None else self._segments[place.file].article(place.row)

    def articles(self, numbers: Sequence[int]) -> list[Article]:
        """Documents by their numbers, as `candidates` gives them."""
        return [segment.article(row) for segment, row in map(self._place, numbers)]

    def sign(self, articles: Sequence[Article]) -> Signed:
        """Signatures and anchors of articles, to be looked up or stored."""
        return sign(articles, self._state.layout)

    def candidates(self, signed: Signed) -> Found:
        """Documents worth comparing with some texts: those that share a band or several anchors.

        Returns:
            Rows of the texts and numbers of documents, side by side, sorted. For each text at most
            `listed_pairs` documents of each of the two kinds, the likest first.
        """
        codes = np.concatenate([self._by_bands(signed), self._by_anchors(signed)])
        return _pairs(np.unique(codes))

    def _by_bands(self, signed: Signed) -> NDArray[np.uint64]:
        asked = np.flatnonzero(signed.signatures[:, 0] != EMPTY)
        signatures = signed.signatures[asked]
        banding = Banding(self._state.layout.bands, self._state.layout.rows)
        most = self._settings.listed_pairs
        codes = []
        for band in range(banding.bands if len(asked) else 0):
            keys = band_keys(signatures, banding, band)
            found = [segment.near_band(band, keys, most) for segment in self._segments.values()]
            codes.append(
                _first_of_each(np.concatenate([_codes(asked[rows], n) for rows, n in found] or [_NONE]), most)
            )
        together = np.unique(np.concatenate([*codes, _NONE]))
        return _best_of_each(together, self._agreement(signed.signatures, together), most)

    def _agreement(self, signatures: NDArray[np.uint32], codes: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Equal slots of each pair."""
        agreement = np.zeros(len(codes), np.int64)
        for start in range(0, len(codes), _PAIRS):
            rows, numbers = _pairs(codes[start : start + _PAIRS])
            for segment in self._segments.values():
                inside = (numbers >= segment.numbers[0]) & (numbers <= segment.numbers[-1])
                theirs = segment.signatures[np.searchsorted(segment.numbers, numbers[inside])]
                equal = (theirs == signatures[rows[inside]]).sum(axis=1)
                agreement[start : start + _PAIRS][inside] = equal
        return agreement

    def _by_anchors(self, signed: Signed) -> NDArray[np.uint64]:
        texts = np.repeat(np.arange(len(signed.anchor_counts)), signed.anchor_counts)
        found = [
            segment.near_anchors(signed.anchors, _MOST_WITH_ANCHOR) for segment in self._segments.values()
        ]
        if not found:
            return _NONE
        rows = np.concatenate([rows for rows, _ in found])
        numbers = np.concatenate([numbers for _, numbers in found])
        rare = np.bincount(rows, minlength=len(texts))[rows] <= _MOST_WITH_ANCHOR
        anchors = signed.anchors[rows[rare]]
        # An anchor that stands twice in a text is one anchor.
        order = np.lexsort([anchors, numbers[rare], texts[rows[rare]]])
        codes, anchors = _codes(texts[rows[rare]], numbers[rare])[order], anchors[order]
        fresh = np.ones(len(codes), bool)
        fresh[1:] = (codes[1:] != codes[:-1]) | (anchors[1:] != anchors[:-1])
        codes, shared = np.unique(codes[fresh], return_counts=True)
        enough = shared >= _LEAST_ANCHORS
        return _best_of_each(codes[enough], shared[enough], self._settings.listed_pairs)

    def _place(self, number: int) -> tuple[Segment, int]:
        for segment in self._segments.values():
            if segment.numbers[0] <= number <= segment.numbers[-1]:
                return segment, int(np.searchsorted(segment.numbers, number))
        raise KeyError(number)

    def _places(self, ids: Sequence[str]) -> dict[str, _Place]:
        """Where the documents with these ids are; ids that are not here are left out."""
        names = np.array([hash_of_id(article_id) for article_id in ids], np.uint64)
        places = {}
        for file, segment in self._segments.items():
            for at in np.flatnonzero(segment.may_hold(names)).tolist():
                row = segment.row_of_id(ids[at])
                if row is not None:
                    places[ids[at]] = _Place(file, row)
        return places

    # ----------------------------------------------------------------------------------------- changing

    def add(self, articles: Iterable[Article]) -> int:
        """Take articles in, in place of those of the same id; an equal one changes nothing.

        Returns:
            How many came in.
        Raises:
            CorpusLockedError: another run is changing the index.
            CorpusFolderError: the folder cannot be written or the disk is full; what was added stays.
        """
        stream, added = iter(articles), 0
        with self._writing():
            while batch := {article.id: article for article in islice(stream, _BATCH)}:
                added += self._add(batch)
        return added

    def _add(self, batch: Mapping[str, Article]) -> int:
        packed = {article_id: pack(article) for article_id, article in batch.items()}
        places = self._places(list(batch))
        known = {
            article_id
            for article_id, place in places.items()
            if self._segments[place.file].packed(place.row) == packed[article_id]
        }
        fresh = [article for article_id, article in batch.items() if article_id not in known]
        if not fresh:
            return 0
        numbers = np.arange(self._state.next_number, self._state.next_number + len(fresh), dtype=np.uint32)
        part = _documents(fresh, [packed[article.id] for article in fresh], numbers, self._state.layout)
        replaced = [place for article_id, place in places.items() if article_id not in known]
        entries = [*_without(self._state.segments, replaced), self._write([part], self._state.next_file)]
        self._commit(
            entries, next_number=self._state.next_number + len(fresh), next_file=self._state.next_file + 1
        )
        self._tidy_up()
        return len(fresh)

    def remove(self, ids: Iterable[str]) -> int:
        """Take documents out; ids that are not here are passed over.

        Their text leaves the disk when their segment is written anew: at once where a quarter of it is
        gone, else at its next merge, or by `rebuild`.

        Returns:
            How many went.
        Raises:
            CorpusLockedError, CorpusFolderError: as `add`.
        """
        with self._writing():
            places = self._places(sorted(set(ids)))
            if places:
                self._commit(_without(self._state.segments, list(places.values())))
                self._tidy_up()
        return len(places)

    def check(self) -> None:
        """Read everything and hold it against the checksums.

        Raises:
            IndexFormatError: a byte is not what was written; the error names the file.
        """
        for segment in self._segments.values():
            segment.check()

    def _tidy_up(self) -> None:
        """Merge what is to be merged, and write anew what lost many documents."""
        while run := _to_merge(self._state.segments):
            start, end = run
            merged = [self._segments[entry.file] for entry in self._state.segments[start:end]]
            parts = [segment.documents() for segment in merged if len(segment)]
            made = [self._write(parts, self._state.next_file)] if parts else []
            entries = [*self._state.segments[:start], *made, *self._state.segments[end:]]
            self._commit(entries, next_file=self._state.next_file + 1)

    def _write(
        self, parts: Sequence[Documents], file_number: int, layout: Layout | None = None
    ) -> SegmentEntry:
        layout = layout or self._state.layout
        name = f"{file_number:06}.segment"
        check = write_segment(self.folder / name, parts, Banding(layout.bands, layout.rows))
        return SegmentEntry(file=name, documents=sum(len(part.numbers) for part in parts), check=check)

    def _commit(self, entries: Sequence[SegmentEntry], **changes: object) -> None:
        """Make these segments the ones that count, then delete the others."""
        state = self._state.model_copy(update={"segments": tuple(entries), **changes})
        write_state(self.folder, state)
        self._state = state
        self._open_segments()
        self._delete_others()

    def _delete_others(self) -> None:
        """Delete segments that do not count: merged ones, and what a killed run left."""
        for path in [*self.folder.glob("*.segment"), *self.folder.glob(".*.part")]:
            if path.name not in self._segments:
                with suppress(
                    OSError
                ):  # Windows keeps a file that another process reads; a later run deletes it
                    path.unlink()

    def _lay_out(self, layout: Layout) -> None:
        """Write all segments for another layout; what was taken out does not come along."""
        with self._writing():
            old, file, entries = self._state.layout, self._state.next_file, []
            signed_alike = layout.model_copy(update={"bands": old.bands, "rows": old.rows}) == old
            for segment in self._segments.values():
                parts = [segment.documents()] if signed_alike else _signed_anew(segment, layout)
                for part in parts:
                    if len(part.numbers):
                        entries.append(self._write([part], file, layout))
                        file += 1
            self._commit(entries, layout=layout, next_file=file)
            self._tidy_up()

    # ---------------------------------------------------------------------------------- opening, state

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Hold the index for one change, on the state as it is now."""
        with run_lock(self.folder, _DOING):
            self._reload()
            yield

    def _reload(self) -> None:
        """Take over what `index.json` says, also while another process merges segments away."""
        self._state = read_state(self.folder)
        while True:
            try:
                self._open_segments()
            except IndexFormatError:
                state = read_state(self.folder)
                if state == self._state:
                    raise
                self._state = state
            else:
                return

    def _open_segments(self) -> None:
        """Map the segments that count; those that are open and unchanged stay."""
        opened = {}
        for entry in self._state.segments:
            known = self._segments.get(entry.file)
            if known is None or np.flatnonzero(known.removed).tolist() != list(entry.removed):
                known = Segment(self.folder / entry.file, entry.check, entry.removed)
            opened[entry.file] = known
        self._segments = opened


@dataclass(frozen=True)
class _Place:
    """Where a document is."""

    file: str
    row: int


def _without(entries: Iterable[SegmentEntry], places: Iterable[_Place]) -> list[SegmentEntry]:
    """The segments after documents were taken out."""
    gone: dict[str, set[int]] = {}
    for place in places:
        gone.setdefault(place.file, set()).add(place.row)
    return [
        entry.model_copy(update={"removed": tuple(sorted({*entry.removed, *gone[entry.file]}))})
        if entry.file in gone
        else entry
        for entry in entries
    ]


def _to_merge(entries: Sequence[SegmentEntry]) -> tuple[int, int] | None:
    """Start and end of the run of segments to write as one; None: all is well."""
    for at, entry in enumerate(entries):
        if len(entry.removed) > _MOST_REMOVED * entry.documents:
            return at, at + 1
    start, tier = len(entries), _tier(entries[-1]) if entries else 0
    while start and entries[start - 1].documents < _FULL and _tier(entries[start - 1]) <= tier:
        start -= 1
    return (start, len(entries)) if len(entries) - start >= _MERGED else None


def _tier(entry: SegmentEntry) -> int:
    """Segments of one tier are of like size."""
    return int(math.log(max(entry.documents, _LEAST) / _LEAST, _MERGED))


# ---------------------------------------------------------------------------------------- documents


def _documents(
    articles: Sequence[Article], packed: Sequence[bytes], numbers: NDArray[np.uint32], layout: Layout
) -> Documents:
    signed = sign(articles, layout)
    return Documents(
        numbers,
        signed.signatures,
        anchor_keys(signed.anchors) | np.repeat(numbers, signed.anchor_counts),
        np.array([hash_of_id(article.id) for article in articles], np.uint64),
        np.array([len(record) for record in packed], np.uint64),
        iter(packed),
    )


def _signed_anew(segment: Segment, layout: Layout) -> Iterator[Documents]:
    """The documents of a segment that count, with signatures made from their texts."""
    rows = np.flatnonzero(~segment.removed)
    for start in range(0, len(rows), _BATCH):
        chosen = rows[start : start + _BATCH].tolist()
        articles = [segment.article(row) for row in chosen]
        yield _documents(articles, list(map(segment.packed, chosen)), segment.numbers[chosen], layout)


# -------------------------------------------------------------------------------------------- pairs

_DOING = "dedupe index"
_HALF = np.uint64(32)
_NONE = np.empty(0, np.uint64)


def _codes(rows: NDArray[np.int64], numbers: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """A row of the question in the high half, a document's number in the low one."""
    return rows.astype(np.uint64) << _HALF | numbers


def _pairs(codes: NDArray[np.uint64]) -> Found:
    return (codes >> _HALF).astype(np.int64), codes.astype(np.uint32)


def _first_of_each(codes: NDArray[np.uint64], most: int) -> NDArray[np.uint64]:
    """For each row the pairs with the documents that came first."""
    codes = np.sort(codes)
    return codes[_ranks(codes >> _HALF) < most]


def _best_of_each(codes: NDArray[np.uint64], values: NDArray[np.int64], most: int) -> NDArray[np.uint64]:
    """For each row the pairs of the greatest values; of equal ones the documents that came first."""
    order = np.lexsort([codes, -values, codes >> _HALF])
    codes = codes[order]
    return codes[_ranks(codes >> _HALF) < most]


def _ranks(groups: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Place of each item in its run of equal values."""
    fresh = np.ones(len(groups), bool)
    fresh[1:] = groups[1:] != groups[:-1]
    starts = np.flatnonzero(fresh)
    return np.arange(len(groups)) - np.repeat(starts, np.diff(np.append(starts, len(groups))))
