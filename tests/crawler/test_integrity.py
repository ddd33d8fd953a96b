"""A packed body that breaks off is told from a whole one, whatever the packing."""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable

import brotli
import pytest

from crawler.integrity import is_whole, zstd

PAGE = " ".join(
    random.Random(7).choices(["river", "harbour", "mayor", "ferry", "night", "town"], k=200_000)
).encode()
PACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "br": lambda page: bytes(brotli.compress(page, quality=3)),
    "zstd": zstd.compress,
}


@pytest.mark.parametrize("encoding", PACK)
def test_a_whole_body_is_whole(encoding: str):
    """Large and small."""
    assert is_whole(PACK[encoding](PAGE), encoding)
    assert is_whole(PACK[encoding](b"x"), f" {encoding.upper()} ")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9999])
@pytest.mark.parametrize("encoding", PACK)
def test_a_body_that_breaks_off_is_not(encoding: str, share: float):
    """After a few bytes, in the middle, and right before its end."""
    packed = PACK[encoding](PAGE)

    assert not is_whole(packed[: int(len(packed) * share)], encoding)


@pytest.mark.parametrize("encoding", PACK)
def test_a_damaged_body_is_not(encoding: str):
    """Some bytes in its middle are others."""
    packed = bytearray(PACK[encoding](PAGE))
    middle = len(packed) // 2
    packed[middle : middle + 64] = random.Random(3).randbytes(64)

    assert not is_whole(bytes(packed[:-8]), encoding)


def test_members_and_padding_of_gzip_are_no_damage():
    """Some servers pack a page in pieces, or fill up the last block."""
    assert is_whole(gzip.compress(PAGE) + gzip.compress(b"end") + b"\0" * 100, "gzip")


def test_what_is_not_packed_is_whole():
    """A plain page, also under a header that says otherwise."""
    assert is_whole(PAGE, "")
    assert is_whole(b"<html>plain</html>", "gzip")
    assert is_whole(b"", "br")
