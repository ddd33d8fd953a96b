"""Unpacks bodies, no further than is wanted, and says whether they came whole.

A packed megabyte can hold a thousand others, so a body is unpacked piece by piece and given up where it grows
beyond the limit; and what breaks off before its end, which other unpackers pass for a short page, is told
from what is whole.
"""

from __future__ import annotations

import re
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

__all__ = ["PACKINGS", "TooLargeError", "Unpacked", "unpacked"]

# Bytes taken out at a time, and put in: what stands behind the end of a member is copied for each member.
CHUNK = 1 << 16
# A body is packed once, by mistake twice; each layer may be as large as the limit.
MOST_LAYERS = 3
# Members or frames of one body: some servers pack in pieces, none in as many. Each empty one takes a
# microsecond and 20 bytes.
MOST_MEMBERS = 1000
# RFC 9659: a decoder of zstd needs 8 MB of window for the web, and need not have more.
WINDOW: dict[int, int] = {zstd.DecompressionParameter.window_log_max: 23}
GZIP = re.compile(rb"\x1f\x8b")
ZSTD = re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18")  # a frame, or one of other matter
LONGEST_MAGIC = 4
# Bytes in which what was never packed is told from what is damaged: of the bytes of a packed body one in ten
# is a control character that no text has, in whatever charset. Files that are binary of themselves begin so.
BEGINNING = 512
CONTROL = re.compile(rb"[\x00-\x08\x10-\x1a\x1c-\x1f]")
BINARY = re.compile(rb"\xff\xfe|\xfe\xff|\x1f\x8b|PK\x03\x04|%PDF|\x89PNG|\xff\xd8\xff|GIF8|RIFF")


class TooLargeError(Exception):
    """A body that holds more than is wanted; the text says how much that is."""


class _CutError(Exception):
    """A packed body that ends before its end, or is damaged."""


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A body without its packing."""

    body: bytes
    is_whole: bool = True  # whether it ended where its packing says


def unpacked(body: bytes, encodings: Iterable[str], most: int) -> Unpacked:
    """A body without its content encodings.

    A body that its header belies (a plain page under "gzip") is taken as it stands, and so is one in an
    encoding that is not known. Of one that is cut or damaged, what was there is given: nothing, if its
    beginning is.

    Args:
        body: as it came over the wire.
        encodings: values of Content-Encoding, in their order; each may list several.
        most: bytes that the body may have, and each layer on the way there.

    Raises:
        TooLargeError: it has more, or is packed more often than anybody packs.
    """
    layers = [name for value in encodings for part in value.split(",") if (name := part.strip().lower())]
    if len(layers) > MOST_LAYERS:
        raise TooLargeError(f"packed {len(layers)} times over")
    is_whole = True
    for name in reversed(layers):
        unpack = PACKINGS.get(name)
        if unpack is None or not body:
            break
        layer = _gathered(unpack(body), most)
        if layer is None or (name in WITHOUT_MAGIC and not layer.is_whole):
            if _was_plain(body):
                break
            layer = layer or Unpacked(b"", is_whole=False)
        body, is_whole = layer.body, is_whole and layer.is_whole
    return Unpacked(body, is_whole)


def _was_plain(body: bytes) -> bool:
    """Whether a body that cannot be unpacked was never packed."""
    return BINARY.match(body) is not None or CONTROL.search(body, 0, BEGINNING) is None


def _gathered(pieces: Iterator[bytes], most: int) -> Unpacked | None:
    """What comes out of a packing; None: nothing ever was packed so."""
    out = bytearray()
    is_whole = True
    try:
        for piece in pieces:
            out += piece
            if len(out) > most:
                raise TooLargeError(f"holds more than {most:,} bytes")
    except _CutError:
        is_whole = False
    except (zlib.error, zstd.ZstdError, brotli.error):
        if not out:
            return None
        is_whole = False
    return Unpacked(bytes(out), is_whole)


class _Pieces:
    """A body that is put in piece by piece, with what the member before left of its last piece."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._at = 0
        self.rest = b""

    def next(self) -> bytes:
        """What was left, or the next piece; empty at the end."""
        piece, self.rest = self.rest, b""
        if not piece:
            piece = self._body[self._at : self._at + CHUNK]
            self._at += len(piece)
        return piece

    def begins(self, magic: re.Pattern[bytes]) -> bool:
        """Whether what comes next begins so."""
        if len(self.rest) < LONGEST_MAGIC:
            more = self._body[self._at : self._at + CHUNK]
            self.rest += more
            self._at += len(more)
        return magic.match(self.rest) is not None


def _inflated(member: zlib._Decompress, pieces: _Pieces) -> Iterator[bytes]:
    """What one stream of zlib holds.

    Raises:
        _CutError: the body ends before it.
    """
    while not member.eof:
        piece = pieces.next()
        got = member.decompress(piece, CHUNK)
        yield got
        pieces.rest = member.unconsumed_tail or member.unused_data
        if not piece and not got and not member.eof:
            raise _CutError


def _gunzipped(body: bytes) -> Iterator[bytes]:
    """The members of a gzip file one after the other; padding behind the last is harmless."""
    pieces = _Pieces(body)
    if not pieces.begins(GZIP):
        raise zlib.error("no gzip")
    for _ in range(MOST_MEMBERS):
        try:
            yield from _inflated(zlib.decompressobj(zlib.MAX_WBITS | 16), pieces)
        except zlib.error as error:
            raise _CutError from error
        if not pieces.begins(GZIP):
            return
    raise _CutError


def _deflated(body: bytes) -> Iterator[bytes]:
    """What deflate holds, with zlib's head as RFC 9110 wants it, or without, as some servers send it."""
    try:
        first = next(held := _inflated(zlib.decompressobj(), _Pieces(body)), b"")
    except zlib.error:
        first = next(held := _inflated(zlib.decompressobj(-zlib.MAX_WBITS), _Pieces(body)), b"")
    yield first
    yield from held


def _unbrotlied(body: bytes) -> Iterator[bytes]:
    unpacker = brotli.Decompressor()
    pieces = _Pieces(body)
    while not unpacker.is_finished():
        is_hungry = unpacker.can_accept_more_data()
        piece = pieces.next() if is_hungry else b""
        got: bytes = unpacker.process(piece, output_buffer_limit=CHUNK)
        yield got
        if is_hungry and not piece and not got and not unpacker.is_finished():
            raise _CutError


def _unzstded(body: bytes) -> Iterator[bytes]:
    """The frames of a zstd file one after the other."""
    pieces = _Pieces(body)
    if not pieces.begins(ZSTD):
        raise zlib.error("no zstd")
    for _ in range(MOST_MEMBERS):
        frame = zstd.ZstdDecompressor(options=WINDOW)
        while not frame.eof:
            is_hungry = frame.needs_input
            piece = pieces.next() if is_hungry else b""
            got = frame.decompress(piece, CHUNK)
            yield got
            if is_hungry and not piece and not got and not frame.eof:
                raise _CutError
        pieces.rest = frame.unused_data
        if not pieces.begins(ZSTD):
            return
    raise _CutError


# What is none of these may still be unpacked for some bytes.
WITHOUT_MAGIC = ("br", "deflate")
PACKINGS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _gunzipped,
    "x-gzip": _gunzipped,
    "deflate": _deflated,
    "br": _unbrotlied,
    "zstd": _unzstded,
}
