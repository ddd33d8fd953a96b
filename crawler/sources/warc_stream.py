"""A WARC read as it comes over the wire: record by record, each with its place, past what is damaged.

In a gzipped WARC each record is a gzip member of its own (ISO 28500:2017, annex D), so a reader can begin at
any record, and after damage at the next.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

__all__ = ["Member", "read_members"]

# Bytes of a record, unpacked; pages are far smaller, and what is larger is a film or a bomb.
MOST_BYTES = 32 * 1024 * 1024
# How a gzip member begins: its magic number, and the one method of packing there is (RFC 1952, 2.3.1).
MAGIC = b"\x1f\x8b\x08"
RECORD = b"WARC/"


@dataclass(frozen=True, slots=True)
class Member:
    """One record, or a stretch that is none.

    Args:
        start: its first byte in the file, as packed.
        end: the byte behind its last; the next record begins there.
        record: the record unpacked; None: damaged, cut, or larger than any page.
    """

    start: int
    end: int
    record: bytes | None


def read_members(chunks: Iterable[bytes], start: int = 0) -> Iterator[Member]:
    """The records of a stream that begins at some byte of a file; damage comes as a member without a record.

    Holds one record at a time. Whatever the stream raises passes through: what was yielded is whole.
    """
    stream = iter(chunks)
    held = bytearray()
    while held or (chunk := next(stream, b"")):
        if not held:
            held += chunk
        record, used = _unpacked(held, stream)
        if record is None and used == 0:
            used = _next_begin(held, stream)
        yield Member(
            start, start + used, record if record is not None and record.startswith(RECORD) else None
        )
        start += used
        del held[:used]


def _unpacked(held: bytearray, stream: Iterator[bytes]) -> tuple[bytes | None, int]:
    """The first member of some bytes, and how many of them it took; more are read as needed.

    None and 0: it is damaged or cut. None and a number: it is larger than any page.
    """
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    pieces: list[bytes] = []
    size = 0
    packed = bytes(held)
    try:
        while True:
            piece = unpacker.decompress(packed, MOST_BYTES)
            size += len(piece)
            if size <= MOST_BYTES:
                pieces.append(piece)
            if unpacker.eof:
                break
            packed = unpacker.unconsumed_tail
            if not packed:
                packed = next(stream, b"")
                if not packed:
                    return None, 0
                held += packed
    except zlib.error:
        return None, 0
    used = len(held) - len(unpacker.unused_data)
    return (b"".join(pieces) if size <= MOST_BYTES else None), used


def _next_begin(held: bytearray, stream: Iterator[bytes]) -> int:
    """Where behind the first byte the next member may begin; the end, if none does."""
    searched = 1
    while (place := held.find(MAGIC, searched)) < 0:
        searched = max(1, len(held) - len(MAGIC) + 1)
        chunk = next(stream, b"")
        if not chunk:
            return len(held)
        held += chunk
    return place
