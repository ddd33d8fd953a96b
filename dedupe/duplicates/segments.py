"""Segments of the index on disk: files of documents that are written once, looked up in place, and merged.

A segment is a row of sections, each at a multiple of 64 bytes, a JSON directory of them, and a tail of 24
bytes (where the directory starts, its length and CRC-32, the format's mark). Numbers are little-endian;
documents are named by their number, counted as they came into the index, and stand in this order.

| section | what it is |
|---|---|
| `numbers` | uint32, shape (documents,) |
| `signatures` | uint32, shape (documents, slots) |
| `bands` | uint64, shape (bands, documents with words): 32 bits of the key, the document's number; sorted |
| `anchors` | uint64: 32 bits of an anchor's hash, the document's number; sorted |
| `names` | uint64, shape (documents,): hashes of the ids, sorted |
| `named` | uint32, shape (documents,): the document's row for each of `names` |
| `starts` | uint64, shape (documents + 1,): where each record starts in `articles` |
| `articles` | an Article as JSON, packed with Zstandard, one frame a document with its checksum |

Sorted segments that are merged: O'Neil and others, "The log-structured merge-tree", 1996.
"""

from __future__ import annotations

import hashlib
import json
import struct
import sys
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from dedupe.duplicates import minhash, shingles
from dedupe.duplicates.lsh import Banding
from dedupe.duplicates.minhash import EMPTY
from dedupe.errors import IndexFormatError
from dedupe.files import record_line, written_whole
from dedupe.models import Article

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

__all__ = ["Documents", "Segment", "anchor_keys", "band_keys", "hash_of_id", "pack", "write_segment"]

_MARK = b"SBSEG\x00\x00\x01"  # the last byte is the format's number
_TAIL = struct.Struct("<QII8s")
_ALIGNED = 64  # bytes: a line of the processor's cache
_ROWS = 1 << 14  # signatures that are copied at once: 16 MB
_CHUNK = 1 << 24  # bytes that are copied or checked at once
_LINE = 16  # slots that are taken out of the signatures at once, as in `lsh`

_PACKED: dict[int, int] = {
    zstd.CompressionParameter.checksum_flag: 1,
    zstd.CompressionParameter.compression_level: 3,
}

_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)

Found = tuple[NDArray[np.int64], NDArray[np.uint32]]
"""Rows of the question and the numbers of the documents found, side by side."""


@dataclass(frozen=True)
class Documents:
    """Documents on their way into a segment: new ones, or those of an older segment that stay.

    Attributes:
        numbers: uint32, shape (documents,), ascending.
        signatures: uint32, shape (documents, slots).
        anchors: uint64, as in a segment, any order.
        names: uint64, shape (documents,): hashes of the ids, in the order of the documents.
        sizes: uint64, shape (documents,): bytes of each packed record.
        articles: the packed records in pieces of any size.
    """

    numbers: NDArray[np.uint32]
    signatures: NDArray[np.uint32]
    anchors: NDArray[np.uint64]
    names: NDArray[np.uint64]
    sizes: NDArray[np.uint64]
    articles: Iterator[bytes]


def hash_of_id(article_id: str) -> int:
    """64 bits that stand for an id; two ids that share them are told apart by their records."""
    return int.from_bytes(hashlib.blake2b(article_id.encode(), digest_size=8).digest(), "little")


def pack(article: Article) -> bytes:
    """An article as a segment keeps it; equal articles give equal bytes."""
    return zstd.compress(record_line(article).encode(), options=_PACKED)


def band_keys(signatures: NDArray[np.uint32], banding: Banding, band: int) -> NDArray[np.uint64]:
    """32 bits that stand for the rows of one band, in the high half; shape (documents,)."""
    rows = signatures[:, band * banding.rows : (band + 1) * banding.rows]
    return minhash.band_keys(rows).astype(np.uint64) << _HALF


def anchor_keys(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """32 bits that stand for an anchor, in the high half."""
    return shingles.mix(hashes) >> _HALF << _HALF


# ------------------------------------------------------------------------------------------ writing


class _Writer:
    """Sections one after the other, with their checksums."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._at = 0
        self.directory: dict[str, dict[str, object]] = {}

    def add(self, name: str, shape: Sequence[int], dtype: str, pieces: Iterator[bytes]) -> None:
        """Write a section from its pieces."""
        self._put(bytes(-self._at % _ALIGNED))
        start, check = self._at, 0
        for piece in pieces:
            check = zlib.crc32(piece, check)
            self._put(piece)
        self.directory[name] = {
            "start": start,
            "bytes": self._at - start,
            "shape": list(shape) if dtype != "bytes" else [self._at - start],
            "dtype": dtype,
            "crc32": check,
        }

    def finish(self) -> int:
        """Write the directory and the tail; returns the checksum of the directory."""
        directory = json.dumps(self.directory, sort_keys=True).encode()
        start, check = self._at, zlib.crc32(directory)
        self._put(directory)
        self._put(_TAIL.pack(start, len(directory), check, _MARK))
        return check

    def _put(self, data: bytes) -> None:
        self._file.write(data)
        self._at += len(data)


def write_segment(path: Path, parts: Sequence[Documents], banding: Banding) -> int:
    """Write documents into a new file, whole or not at all.

    Args:
        parts: their numbers ascend from part to part.
    Returns:
        the checksum of the file's directory, which holds those of its sections.
    Raises:
        CorpusFolderError: the folder cannot be written or the disk is full.
    """
    numbers = np.concatenate([part.numbers for part in parts])
    names = np.concatenate([part.names for part in parts])
    order = np.argsort(names, kind="stable").astype(np.uint32)
    starts = np.zeros(len(numbers) + 1, np.uint64)
    np.cumsum(np.concatenate([part.sizes for part in parts]), out=starts[1:])
    anchors = np.sort(np.concatenate([part.anchors for part in parts]))
    filled = np.concatenate([np.asarray(part.signatures[:, 0]) != EMPTY for part in parts])
    slots = parts[0].signatures.shape[1]
    with written_whole(path) as file:
        writer = _Writer(file)
        writer.add("numbers", numbers.shape, "<u4", _pieces(numbers))
        writer.add("signatures", (len(numbers), slots), "<u4", _rows_of(parts))
        shape = (banding.bands, int(filled.sum()))
        writer.add("bands", shape, "<u8", _bands_of(parts, numbers[filled], filled, banding))
        writer.add("anchors", anchors.shape, "<u8", _pieces(anchors))
        writer.add("names", names.shape, "<u8", _pieces(names[order]))
        writer.add("named", order.shape, "<u4", _pieces(order))
        writer.add("starts", starts.shape, "<u8", _pieces(starts))
        writer.add("articles", (), "bytes", (piece for part in parts for piece in part.articles))
        return writer.finish()


def _pieces(values: NDArray[Any]) -> Iterator[bytes]:
    yield values.astype(values.dtype.newbyteorder("<"), copy=False).tobytes()


def _rows_of(parts: Sequence[Documents]) -> Iterator[bytes]:
    for part in parts:
        for start in range(0, len(part.signatures), _ROWS):
            yield from _pieces(np.asarray(part.signatures[start : start + _ROWS]))


def _bands_of(
    parts: Sequence[Documents], numbers: NDArray[np.uint32], filled: NDArray[np.bool_], banding: Banding
) -> Iterator[bytes]:
    """Each band's sorted codes; slots are taken out a line of the cache at a time."""
    at_once = max(1, _LINE // banding.rows)
    for first in range(0, banding.bands, at_once):
        bands = range(first, min(first + at_once, banding.bands))
        slots = slice(first * banding.rows, (bands[-1] + 1) * banding.rows)
        columns = np.concatenate([part.signatures[:, slots] for part in parts])[filled]
        for band in range(len(bands)):
            keys = band_keys(columns, banding, band)
            yield from _pieces(np.sort(keys | numbers))


# ------------------------------------------------------------------------------------------ reading


class Segment:
    """One file of documents, mapped into memory: only what is looked up is read.

    Args:
        removed: rows of documents that no longer count.
    Raises:
        IndexFormatError: the file is missing, of another format, or not the one that was written.
    """

    def __init__(self, path: Path, directory_check: int, removed: Sequence[int] = ()) -> None:
        self.path = path
        try:
            self._raw: NDArray[np.uint8] = np.memmap(path, np.uint8, "r")
        except (OSError, ValueError) as error:
            raise IndexFormatError(f"{path}: cannot be read: {error}. {_WAY_OUT}") from error
        self._directory = self._read_directory(directory_check)
        self.numbers: NDArray[np.uint32] = self._section("numbers")
        self.signatures: NDArray[np.uint32] = self._section("signatures")
        self._bands: NDArray[np.uint64] = self._section("bands")
        self._anchors: NDArray[np.uint64] = self._section("anchors")
        self._names: NDArray[np.uint64] = self._section("names")
        self._named: NDArray[np.uint32] = self._section("named")
        self._starts: NDArray[np.uint64] = self._section("starts")
        self._articles: NDArray[np.uint8] = self._section("articles")
        self.removed = np.zeros(len(self.numbers), bool)
        self.removed[list(removed)] = True

    def __len__(self) -> int:
        """Documents that count."""
        return len(self.numbers) - int(self.removed.sum())

    def _read_directory(self, expected: int) -> dict[str, Any]:
        size = len(self._raw)
        if size < _TAIL.size:
            raise IndexFormatError(f"{self.path}: cut short. {_WAY_OUT}")
        start, length, check, mark = _TAIL.unpack(self._raw[-_TAIL.size :].tobytes())
        if mark != _MARK:
            known = mark[:5] == _MARK[:5]
            says = f"has format {mark[7]}; this version reads {_MARK[7]}" if known else "is no whole segment"
            raise IndexFormatError(f"{self.path}: {says}. {_WAY_OUT}")
        raw = self._raw[start : start + length].tobytes()
        if start + length + _TAIL.size != size or zlib.crc32(raw) != check or check != expected:
            raise IndexFormatError(f"{self.path}: is not the file that was written. {_WAY_OUT}")
        directory: dict[str, Any] = json.loads(raw)
        return directory

    def _section(self, name: str) -> NDArray[Any]:
        entry = self._directory[name]
        dtype = np.uint8 if entry["dtype"] == "bytes" else np.dtype(entry["dtype"])
        raw = self._raw[entry["start"] : entry["start"] + entry["bytes"]]
        return raw.view(dtype).reshape(entry["shape"])

    def check(self) -> None:
        """Read everything and hold it against the checksums.

        Raises:
            IndexFormatError: a byte is not what was written.
        """
        for name, entry in self._directory.items():
            check = 0
            for start in range(entry["start"], entry["start"] + entry["bytes"], _CHUNK):
                end = min(start + _CHUNK, entry["start"] + entry["bytes"])
                check = zlib.crc32(self._raw[start:end].tobytes(), check)
            if check != entry["crc32"]:
                raise IndexFormatError(f"{self.path}: its section {name!r} is damaged. {_WAY_OUT}")

    def near_band(self, band: int, keys: NDArray[np.uint64], most: int) -> Found:
        """Documents that have a band's key, the first `most` that count for each key."""
        rows, codes = _equal(self._bands[band], keys, most if not self.removed.any() else 8 * most)
        return self._counting(rows, codes)

    def near_anchors(self, hashes: NDArray[np.uint64], most: int) -> Found:
        """Documents that have an anchor; at most `most` + 1 for each."""
        rows, codes = _equal(self._anchors, anchor_keys(hashes), most + 1)
        return self._counting(rows, codes)

    def _counting(self, rows: NDArray[np.int64], codes: NDArray[np.uint64]) -> Found:
        numbers = (codes & _LOW).astype(np.uint32)
        counts = ~self.removed[np.searchsorted(self.numbers, numbers)]
        return rows[counts], numbers[counts]

    def may_hold(self, names: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """For each hash of an id, whether a document here has it."""
        places = np.minimum(np.searchsorted(self._names, names), len(self._names) - 1)
        held: NDArray[np.bool_] = self._names[places] == names
        return held

    def row_of_id(self, article_id: str) -> int | None:
        """Row of the document with this id, if it is here and counts."""
        name = np.uint64(hash_of_id(article_id))
        place = int(np.searchsorted(self._names, name))
        while place < len(self._names) and self._names[place] == name:
            row = int(self._named[place])
            if not self.removed[row] and self.article(row).id == article_id:
                return row
            place += 1
        return None

    def packed(self, row: int) -> bytes:
        """The record of one document as it stands in the file."""
        return self._articles[int(self._starts[row]) : int(self._starts[row + 1])].tobytes()

    def article(self, row: int) -> Article:
        """The article of one document.

        Raises:
            IndexFormatError: its record is damaged.
        """
        try:
            return Article.model_validate_json(zstd.decompress(self.packed(row)))
        except (zstd.ZstdError, ValueError) as error:
            raise IndexFormatError(f"{self.path}: record {row} is damaged: {error}. {_WAY_OUT}") from error

    def documents(self) -> Documents:
        """Those that count, on their way into another segment.

        Raises:
            IndexFormatError: a byte is not what was written.
        """
        self.check()
        keep = np.flatnonzero(~self.removed)
        names = np.empty(len(self.numbers), np.uint64)
        names[self._named] = self._names
        numbers = (self._anchors & _LOW).astype(np.uint32)
        stays = ~self.removed[np.searchsorted(self.numbers, numbers)]
        return Documents(
            self.numbers[keep],
            self.signatures if len(keep) == len(self.numbers) else self.signatures[keep],
            self._anchors[stays],
            names[keep],
            np.diff(self._starts)[keep],
            self._records(keep),
        )

    def _records(self, rows: NDArray[np.int64]) -> Iterator[bytes]:
        if len(rows) == len(self.numbers):
            for start in range(0, len(self._articles), _CHUNK):
                yield self._articles[start : start + _CHUNK].tobytes()
        else:
            yield from map(self.packed, rows.tolist())


_WAY_OUT = "Restore the index from a copy, or delete its folder and make it anew from the articles."


def _equal(
    codes: NDArray[np.uint64], keys: NDArray[np.uint64], most: int
) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """For each key the first codes that have its high half: rows of `keys` beside codes.

    Keys are looked up in their order: what is not in memory yet is then read from front to back, not page
    by page.
    """
    order = np.argsort(keys)
    left = np.searchsorted(codes, keys[order])
    there = left < len(codes)
    there[there] = codes[left[there]] >> _HALF == keys[order[there]] >> _HALF
    order, left = order[there], left[there]
    sizes = np.minimum(np.searchsorted(codes, keys[order] | _LOW, side="right") - left, most)
    rows = np.repeat(order, sizes)
    inside = np.arange(len(rows)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return rows, codes[np.repeat(left, sizes) + inside]
