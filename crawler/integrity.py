"""Whether a packed body came whole. Unpackers give what they can: a cut page would pass for a short one."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

__all__ = ["is_whole"]

# Bytes unpacked at a time: what is unpacked is thrown away.
CHUNK = 1 << 18


def is_whole(body: bytes, encoding: str) -> bool:
    """Whether a body ends where its packing says; True for what is not packed, or twice.

    Args:
        body: as it came over the wire.
        encoding: the Content-Encoding header; one that its body belies (a plain page under "gzip") is no
            damage, since the body is then read as it stands.
    """
    check = CHECKS.get(encoding.strip().lower())
    if check is None or not body:
        return True
    try:
        return check(body)
    except (zlib.error, zstd.ZstdError, brotli.error):
        return False


def _gzip_is_whole(body: bytes) -> bool:
    if not body.startswith(b"\x1f\x8b"):
        return True
    while body.startswith(b"\x1f\x8b"):  # members may follow each other; padding after the last is harmless
        member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        rest = body
        while rest and not member.eof:
            member.decompress(rest, CHUNK)
            rest = member.unconsumed_tail
        if not member.eof:
            return False
        body = member.unused_data
    return True


def _brotli_is_whole(body: bytes) -> bool:
    unpacker = brotli.Decompressor()
    for start in range(0, len(body), CHUNK):
        unpacker.process(body[start : start + CHUNK])
    return bool(unpacker.is_finished())


def _zstd_is_whole(body: bytes) -> bool:
    unpacker = zstd.ZstdDecompressor()
    unpacker.decompress(body, CHUNK)
    while not unpacker.eof and not unpacker.needs_input:
        unpacker.decompress(b"", CHUNK)
    return unpacker.eof


CHECKS: dict[str, Callable[[bytes], bool]] = {
    "gzip": _gzip_is_whole,
    "x-gzip": _gzip_is_whole,
    "br": _brotli_is_whole,
    "zstd": _zstd_is_whole,
}
