"""Packed bodies: unpacked up to a limit, and those that break off told from whole ones, whatever the packing."""

from __future__ import annotations

import gzip
import random
import zlib
from collections.abc import Callable

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.packing import MOST_MEMBERS, PACKINGS, TooLargeError, Unpacked, unpacked, zstd

PAGE = " ".join(
    random.Random(7).choices(["river", "harbour", "mayor", "ferry", "night", "town"], k=200_000)
).encode()
MOST = 4 << 20


def _raw_deflate(page: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(page) + packer.flush()


PACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "deflate, without a head": _raw_deflate,
    "br": lambda page: bytes(brotli.compress(page, quality=3)),
    "zstd": zstd.compress,
}
packings = pytest.mark.parametrize("packing", PACK)


def name(packing: str) -> str:
    return packing.partition(",")[0]


@packings
def test_a_whole_body_is_whole(packing: str):
    """Large and small; names are read in any case."""
    assert unpacked(PACK[packing](PAGE), [name(packing)], MOST) == Unpacked(PAGE)
    assert unpacked(PACK[packing](b"x"), [f" {name(packing).upper()} "], MOST) == Unpacked(b"x")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9999])
@packings
def test_of_a_body_that_breaks_off_what_came_is_given_and_it_is_not_whole(packing: str, share: float):
    """After some bytes, in the middle, and right before its end."""
    packed = PACK[packing](PAGE)

    found = unpacked(packed[: int(len(packed) * share)], [name(packing)], MOST)

    assert not found.is_whole
    assert PAGE.startswith(found.body)
    assert len(found.body) >= len(PAGE) * (share - 0.2)  # a block of zstd has 128 KiB


@packings
def test_a_damaged_body_is_not_whole(packing: str):
    """Some bytes in its middle are others."""
    packed = bytearray(PACK[packing](PAGE))
    middle = len(packed) // 2
    packed[middle : middle + 64] = random.Random(3).randbytes(64)

    assert not unpacked(bytes(packed[:-8]), [name(packing)], MOST).is_whole


@packings
def test_of_a_body_whose_beginning_is_damaged_nothing_is_left(packing: str):
    """It is not passed on as if it had never been packed."""
    packed = PACK[packing](PAGE)

    assert unpacked(packed[:10] + b"\x00\xff\x13\x37" + packed[14:], [name(packing)], MOST) == Unpacked(
        b"", is_whole=False
    )


@pytest.mark.parametrize(
    "plain",
    [
        "<html>日本語</html>".encode("iso-2022-jp"),
        "<html>plain</html>".encode("utf-16"),
        b"%PDF-1.7\x00\x01",
        gzip.compress(b"<urlset/>", mtime=0),
        "<p>\u2019</p>".encode("windows-1252"),
    ],
    ids=["iso-2022-jp", "utf-16", "pdf", "gzip", "windows-1252"],
)
def test_what_was_never_packed_so_is_told_from_damage(plain: bytes):
    """Text in any charset and files that are binary of themselves, under a header that belies them."""
    assert unpacked(plain, ["br"], MOST) == Unpacked(plain)


@packings
def test_what_grows_beyond_the_limit_is_given_up(packing: str):
    """A bomb: a gigabyte is never there, since no more than the limit is unpacked."""
    bomb = PACK[packing](bytes(MOST + 1))

    with pytest.raises(TooLargeError, match=r"holds more than 4,194,304 bytes"):
        unpacked(bomb, [name(packing)], MOST)
    assert unpacked(PACK[packing](bytes(MOST)), [name(packing)], MOST) == Unpacked(bytes(MOST))


def test_layers_are_taken_off_from_the_outside_and_each_is_bounded():
    """Named in the order in which they were put on, in one header or several."""
    twice = gzip.compress(PACK["br"](PAGE))
    bomb = gzip.compress(gzip.compress(bytes(MOST + 1)))

    assert unpacked(twice, ["br, gzip"], MOST) == unpacked(twice, ["br", "gzip"], MOST) == Unpacked(PAGE)
    with pytest.raises(TooLargeError):
        unpacked(bomb, ["gzip", "gzip"], MOST)


def test_a_layer_that_breaks_off_under_a_whole_one_is_told():
    """The outer packing is whole; what it holds is not."""
    cut = gzip.compress(gzip.compress(PAGE)[:-100])

    assert not unpacked(cut, ["gzip, gzip"], MOST).is_whole


def test_nobody_packs_a_page_two_thousand_times():
    """Each layer costs as much as the limit allows, so there are few."""
    with pytest.raises(TooLargeError, match="packed 2000 times over"):
        unpacked(gzip.compress(PAGE), [", ".join(["gzip"] * 2000)], MOST)


def test_members_and_padding_are_no_damage():
    """Some servers pack a page in pieces, or fill up the last block."""
    pieces = gzip.compress(PAGE) + gzip.compress(b"end") + b"\0" * 100
    frames = zstd.compress(PAGE) + b"\x50\x2a\x4d\x18\x05\x00\x00\x00other" + zstd.compress(b"end")

    assert unpacked(pieces, ["gzip"], MOST) == Unpacked(PAGE + b"end")
    assert unpacked(frames, ["zstd"], MOST) == Unpacked(PAGE + b"end")


def test_endless_empty_members_are_given_up():
    """Each costs time and holds nothing: what came before them is a body that is not whole."""
    found = unpacked(gzip.compress(b"x") + gzip.compress(b"") * MOST_MEMBERS, ["gzip"], MOST)

    assert found == Unpacked(b"x", is_whole=False)


def test_what_is_not_packed_is_taken_as_it_stands():
    """A plain page, also under a header that says otherwise, or says what nobody knows."""
    plain = b"<html>plain</html>"

    for encoding in ("", "identity", "utf-8", *PACKINGS):
        assert unpacked(plain, [encoding], MOST) == Unpacked(plain)
    assert unpacked(b"", ["br"], MOST) == Unpacked(b"")


@given(st.binary(max_size=3000), st.sampled_from(sorted(PACK)))
def test_packing_and_unpacking_is_the_identity(page: bytes, packing: str):
    """Whatever the bytes are."""
    assert unpacked(PACK[packing](page), [name(packing)], MOST) == Unpacked(page)


@given(st.binary(max_size=300), st.sampled_from(sorted(PACKINGS)), st.booleans())
def test_no_bytes_break_the_unpacking(body: bytes, packing: str, has_magic: bool):
    """Noise, also behind a head that promises a packing."""
    head = {"gzip": b"\x1f\x8b\x08\x00", "x-gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd"}.get(packing, b"")

    assert len(unpacked(head * has_magic + body, [packing], MOST).body) <= MOST
