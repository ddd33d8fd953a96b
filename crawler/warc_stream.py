"""A WARC cut into its records, each with its place, past what is damaged: from a file or from the wire.

In a gzipped WARC each record is a gzip member of its own (ISO 28500:2017, annex D), so a reader can begin at
any record, and after damage at the next. In a plain one the records say how long they are; one that lies
is passed over up to where the next begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from dedupe.errors import InputFormatError

try:  # ISA-L unpacks in less than half the time
    from isal import isal_zlib as zlib
except ImportError:
    import zlib

__all__ = [
    "HEADER_END",
    "MOST_BYTES",
    "MOST_HEADER",
    "Member",
    "check_is_warc",
    "next_member",
    "next_plain",
    "read_members",
    "read_plain",
]

# Bytes of a record, unpacked; pages are far smaller, and what is larger is a film or a bomb.
MOST_BYTES = 32 * 1024 * 1024
# Bytes unpacked of a record that is larger, to find its end; a bomb's is searched for in the packed bytes.
MOST_UNPACKED = 8 * MOST_BYTES
# Bytes of a record's header, and of the HTTP header in it; servers send 16 KiB at most.
MOST_HEADER = 64 * 1024
# Bytes of a damaged stretch that may be unpacked in vain while the next record is looked for. Beyond, the
# search goes on where the last try ended, so that a file made of false beginnings is read in linear time.
MOST_VAIN = 256 * 1024 * 1024
# How a gzip member begins: its magic number, and the one method of packing there is (RFC 1952, 2.3.1).
MAGIC = b"\x1f\x8b\x08"
RECORD = b"WARC/"
# A record's end (ISO 28500:2017, 4): two line ends.
END = b"\r\n\r\n"
LENGTH = re.compile(rb"^content-length:[ \t]*([0-9]{1,18})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
HEADER_END = re.compile(rb"\r?\n\r?\n")
BEGIN = re.compile(rb"WARC/[0-9]\.[0-9]\r?\n")
LONGEST_BEGIN = 10
# Bytes handed to the unpacker: few at first, since a member may be tiny and the rest is copied back.
FIRST_BITE, BITE = 512, 1 << 16
# Bytes of a member that are enough to unpack its first few, a file's name in its head included.
LONGEST_OPENING = 1 << 12
# Bytes unpacked or searched at a time.
SCAN = 1 << 20


@dataclass(frozen=True, slots=True)
class Member:
    """One record, or a stretch that is none.

    Args:
        start: its first byte in the file, as packed.
        end: the byte behind its last; the next record begins there.
        record: the record unpacked; None: damaged, cut, empty, or larger than any page.
    """

    start: int
    end: int
    record: bytes | None


# ------------------------------------------------------------------------------------------- gzipped


def read_members(chunks: Iterable[bytes], start: int = 0) -> Iterator[Member]:
    """The records of a gzipped stream that begins at some byte of a file; damage comes without a record.

    Holds one record at a time. Whatever the stream raises passes through: what was yielded is whole.
    """
    stream = _Stream(chunks, start)
    vain = 0
    while stream.held or stream.more():
        record, used, is_whole = _unpacked(stream)
        if is_whole:
            vain = 0
        else:
            vain += used
            used = stream.find(MAGIC, 1 if vain < MOST_VAIN else max(1, used))
        stream.drop(used)
        yield Member(start, stream.place, record)
        start = stream.place


def next_member(file: IO[bytes], place: int, stop: int) -> int:
    """Where from a byte on a gzip member begins that opens like a record; `stop`: nowhere before it."""
    file.seek(place)
    held = file.read(stop - place + LONGEST_OPENING)
    found = held.find(MAGIC)
    while 0 <= found < stop - place:
        try:
            opening = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(
                held[found : found + LONGEST_OPENING], len(RECORD)
            )
        except zlib.error:
            opening = b""
        if opening == RECORD:
            return place + found
        found = held.find(MAGIC, found + 1)
    return stop


class _Stream:
    """What was read of a stream and not used yet: `held`, which begins at the byte `place`."""

    def __init__(self, chunks: Iterable[bytes], place: int) -> None:
        self._chunks = iter(chunks)
        self.place = place
        self.held = bytearray()

    def more(self) -> bool:
        """Read on; False: the stream is at its end."""
        for chunk in self._chunks:
            if chunk:
                self.held += chunk
                return True
        return False

    def drop(self, size: int) -> None:
        """Forget the first bytes that are held."""
        del self.held[:size]
        self.place += size

    def find(self, what: bytes, begin: int) -> int:
        """Where some bytes come next from a place on; the end of the stream, if they do not."""
        while (place := self.held.find(what, begin)) < 0:
            begin = max(begin, len(self.held) - len(what) + 1)
            if not self.more():
                return len(self.held)
        return place


def _unpacked(stream: _Stream) -> tuple[bytes | None, int, bool]:
    """The member that a stream begins with, the held bytes it took, and whether its end was found.

    None and True: it is empty or larger than any page, of which no more is held. None and False: it is
    damaged, cut, a bomb or no record.
    """
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    unpacked = bytearray()
    used = beyond = 0  # bytes of the held ones; bytes dropped of a record that is larger than any page
    bite = FIRST_BITE
    try:
        while not unpacker.eof:
            if used >= len(stream.held) and not stream.more():
                return None, used, False
            piece = bytes(stream.held[used : used + bite])
            unpacked += unpacker.decompress(piece, SCAN)
            # What lies behind the end, or found no room, comes back; the latter is handed in again.
            used += len(piece) - len(unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail)
            bite = BITE
            if not RECORD.startswith(bytes(unpacked[: len(RECORD)])):
                return None, used, False
            if beyond or len(unpacked) > MOST_BYTES or used > MOST_BYTES:
                beyond += len(unpacked) + used
                del unpacked[len(RECORD) :]
                stream.drop(used)
                used = 0
                if beyond > MOST_UNPACKED:
                    return None, used, False
    except zlib.error:
        return None, used, False
    return (None if beyond or not unpacked else bytes(unpacked)), used, True


# --------------------------------------------------------------------------------------------- plain


def read_plain(file: IO[bytes], start: int, size: int, *, in_member: bool = False) -> Iterator[Member]:
    """The records of a plain WARC of some size, or of an unpacked member, from a byte on.

    Reads a record at a time. A record's length is believed if two line ends follow; in a member, where no
    damage can follow them, a record or the end must.
    """
    while start < size:
        end = _end(file, start, size, in_member)
        if end is None:
            end = next_plain(file, start + 1, size)
            yield Member(start, end, None)
        elif end - start > MOST_BYTES:
            yield Member(start, end, None)
        else:
            file.seek(start)
            yield Member(start, end, file.read(end - start))
        start = end


def _end(file: IO[bytes], start: int, size: int, in_member: bool) -> int | None:
    """The byte behind a record that begins at a byte; None: none does, or it lies."""
    file.seek(start)
    head = file.read(MOST_HEADER)
    close = HEADER_END.search(head)
    length = close and LENGTH.search(head, 0, close.end())
    if not (close and length and head.startswith(RECORD)):
        return None
    if BEGIN.search(head, 1, close.end()):  # torn in its header: the length is the next record's
        return None
    body_end = start + close.end() + int(length[1])
    if body_end > size:
        return None
    file.seek(body_end)
    behind = file.read(64)
    if behind.startswith(END) and not in_member:
        return body_end + len(END)
    begin = behind.lstrip(b"\r\n")
    is_end = begin.startswith(RECORD) or (not begin and body_end + len(behind) == size)
    return body_end + len(behind) - len(begin) if is_end else None


def next_plain(file: IO[bytes], place: int, size: int) -> int:
    """Where a record begins next; the end, if none does."""
    while place < size:
        file.seek(place)
        piece = file.read(SCAN)
        found = BEGIN.search(piece)
        if found:
            return place + found.start()
        if len(piece) < SCAN:
            return size
        place += len(piece) - LONGEST_BEGIN
    return size


def check_is_warc(path: Path) -> None:
    """Make sure that a file begins as a WARC does, plain or gzipped.

    Raises:
        InputFormatError: it does not, or cannot be opened.
    """
    try:
        with path.open("rb") as file:
            begins_well = _begins_as_warc(file.read(4096))
    except OSError as error:
        raise InputFormatError(f"{path}: cannot be read: {error.strerror or error}.") from error
    if not begins_well:
        raise InputFormatError(f"{path}: not a WARC: it does not begin with a WARC record.")


def _begins_as_warc(first: bytes) -> bool:
    if first.startswith(b"\x1f\x8b"):
        try:
            first = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(first, 16)
        except zlib.error:
            return False
    return first.startswith(b"WARC/")
