"""WARCs: what is written is read again, also after damage."""

from __future__ import annotations

import gzip
import random
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.items import RawResponse
from crawler.warc import WarcIndex, WarcWriter, read_responses
from crawler.warc_stream import check_is_warc
from dedupe.errors import InputFormatError

GOOD = [f"https://a.example/{number}" for number in range(6)]
MOMENT = datetime(2031, 3, 1, 12, 30, 5, tzinfo=UTC)


def response(body: bytes = b"<p>Hello", **headers: str) -> RawResponse:
    return RawResponse(200, "OK", tuple(headers.items()) or (("Content-Type", "text/html"),), body)


def write(path: Path, *urls: str) -> list[int]:
    writer = WarcWriter(path, 0, "test")
    sizes = []
    for url in urls:
        writer.write(url, response(f"<p>{url}".encode()), MOMENT)
        sizes.append(writer.size)
    writer.close()
    return sizes


def test_a_response_is_read_as_it_was_written(tmp_path: Path):
    """Write then read is the identity."""
    path = tmp_path / "pages.warc.gz"
    writer = WarcWriter(path, 0, "test")
    raw = RawResponse(404, "Not Found", (("Content-Type", "text/html"), ("X-A", "1")), b"\x00\xff gone")
    writer.write("https://a.example/x", raw, MOMENT)
    writer.close()

    [(_, found)] = read_responses(path)

    assert (found.url, found.raw, found.fetched) == ("https://a.example/x", raw, MOMENT)


def test_a_torn_tail_is_cut_off_and_written_over(tmp_path: Path):
    """What a kill left beyond the last commit is not there for the next run."""
    path = tmp_path / "pages.warc.gz"
    sizes = write(path, "https://a.example/1", "https://a.example/2")
    with path.open("r+b") as file:
        file.truncate(sizes[1] - 20)

    writer = WarcWriter(path, sizes[0], "test")
    writer.write("https://a.example/3", response(), MOMENT)
    writer.close()

    assert [found.url for _, found in read_responses(path)] == ["https://a.example/1", "https://a.example/3"]


def test_a_warc_cut_in_half_gives_what_is_whole(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    """The warning names the file, the place and the way out."""
    path = tmp_path / "pages.warc.gz"
    sizes = write(path, *(f"https://a.example/{n}" for n in range(6)))
    path.write_bytes(path.read_bytes()[: (sizes[2] + sizes[3]) // 2])

    found = [response.url for _, response in read_responses(path)]

    assert found == ["https://a.example/0", "https://a.example/1", "https://a.example/2"]
    end = path.stat().st_size
    assert f"pages.warc.gz: bytes {sizes[2]} to {end} hold no record that can be read" in caplog.text


def test_what_is_no_warc_is_an_error(tmp_path: Path):
    """The error names the file."""
    path = tmp_path / "notes.txt"
    path.write_text("not a WARC at all\n" * 9)

    with pytest.raises(InputFormatError, match=r"notes\.txt: not a WARC"):
        check_is_warc(path)


def test_the_index_finds_other_spellings_and_the_last_answer(tmp_path: Path):
    """A page fetched twice is answered as it was last."""
    path = tmp_path / "pages.warc.gz"
    writer = WarcWriter(path, 0, "test")
    writer.write("https://a.example/x", response(b"old"), MOMENT)
    writer.write("https://a.example/y", response(b"other"), MOMENT)
    writer.write("https://a.example/x", response(b"new"), MOMENT)
    writer.close()

    index = WarcIndex([path])

    found = index.get("http://www.a.example/x/?utm_source=z")
    assert found is not None
    assert (len(index), found.raw.body, index.get("https://a.example/z")) == (2, b"new", None)


def record(url: str, body: bytes = b"<p>Hello", length: str | None = None, extra: str = "") -> bytes:
    """A response record as it stands in a plain WARC."""
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body
    head = (
        "WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:0a0a0a0a-0000-0000-0000-000000000000>\r\n"
        f"WARC-Date: 2031-03-01T12:30:05Z\r\nWARC-Target-URI: {url}\r\n{extra}"
        "Content-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(http) if length is None else length}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


def flipped(packed: bytes) -> bytes:
    """Packed bytes of which some in the middle are others."""
    middle = len(packed) // 2
    return packed[:middle] + bytes(byte ^ 0x55 for byte in packed[middle : middle + 9]) + packed[middle + 9 :]


BAD = {
    "flipped bits": flipped(gzip.compress(record("https://b.example/"))),
    "noise": random.Random(1).randbytes(5000),
    "noise that begins like members": b"\x1f\x8b\x08\x00" * 900,
    "empty members": gzip.compress(b"") * 3000,
    "a record packed twice": gzip.compress(gzip.compress(record("https://b.example/", b"x" * 999))[:-9]),
    "half a member": gzip.compress(record("https://b.example/", random.Random(2).randbytes(999)))[:600],
    **{
        f"length {length[:12]}": gzip.compress(record("https://b.example/", length=length))
        for length in ("999999999999", "-5", "NaN", "40", "", "9" * 400, str(2**31))
    },
    "no length": gzip.compress(record("https://b.example/").replace(b"Content-Length", b"X-Length")),
    "a header of 3 MB": gzip.compress(record("https://b.example/", extra=f"X-A: {'a' * 3_000_000}\r\n")),
    "100,000 header lines": gzip.compress(record("https://b.example/", extra="X-A: a\r\n" * 100_000)),
    "a bomb": gzip.compress(record("https://b.example/", b"A" * 3_000_000)),
    "a date that is none": gzip.compress(
        record("https://b.example/").replace(b"2031-03-01T", b"2031-93-71T")
    ),
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_what_is_damaged_costs_no_other_record(
    bad: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    """It is passed over with a warning that says where, and every good record around it is read."""
    monkeypatch.setattr("crawler.warc_stream.MOST_BYTES", 1_000_000)
    monkeypatch.setattr("crawler.warc_stream.MOST_UNPACKED", 2_000_000)
    path = tmp_path / "pages.warc.gz"
    packed = [gzip.compress(record(url)) for url in GOOD]
    path.write_bytes(b"".join([*packed[:3], bad, *packed[3:]]))

    found = [response.url for _, response in read_responses(path)]

    assert found == GOOD
    assert "skipped, the rest is read" in caplog.text
    assert str(len(b"".join(packed[:3]))) in caplog.text


def test_a_plain_warc_is_read_past_a_torn_record_and_what_a_power_cut_leaves(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    """A record whose length leads into the next one is damaged; the next one is not."""
    path = tmp_path / "pages.warc"
    records = [record(url) for url in GOOD]
    records[2] = records[2][:-70]
    path.write_bytes(b"".join(records) + bytes(4096))

    found = [response.url for _, response in read_responses(path)]

    assert found == [*GOOD[:2], *GOOD[3:]]
    assert caplog.text.count("skipped, the rest is read") == 2


def test_a_warc_that_was_packed_as_one_is_read_and_replayed(tmp_path: Path):
    """`gzip pages.warc` makes one member of all records."""
    path = tmp_path / "pages.warc.gz"
    path.write_bytes(gzip.compress(b"".join(record(url, url.encode()) for url in GOOD)))

    index = WarcIndex([path])

    assert [response.url for _, response in read_responses(path)] == GOOD
    assert [(got := index.get(url)) and got.raw.body for url in GOOD] == [url.encode() for url in GOOD]


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "javascript:act()", "data:text/html,x", "", "http://", "ftp://a.example/x",
        "http://a.example/\x1b[2J", "http://a.example/\u202egnp.x",
        "http://169.254.169.254/x", "http://10.0.0.5/", "http://0xa000005/", "http://167772165/",
        "http://012.0.0.5/", "http://[fd00::5]/", "http://[::ffff:10.0.0.5]/", "http://[::ffff:a9fe:a9fe]/",
    ],
)  # fmt: skip
def test_a_record_under_an_address_that_no_crawl_asks_is_left_out(
    url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    """An archive comes from anywhere; what it names ends up in manifests and reports."""
    path = tmp_path / "pages.warc"
    path.write_bytes(record(GOOD[0]) + record(url) + record(GOOD[1]))

    found = [response.url for _, response in read_responses(path)]

    assert found == GOOD[:2]
    assert f"byte {len(record(GOOD[0]))} cannot be read: its address is none of the web's" in caplog.text


def test_notes_requests_and_name_lookups_are_no_damage(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    """Other crawlers write them; they are no pages."""
    path = tmp_path / "pages.warc"
    lookup = record("dns:a.example").replace(b"application/http; msgtype=response", b"text/dns")
    request = record(GOOD[1]).replace(b"Type: response", b"Type: request")
    path.write_bytes(lookup + request + record(GOOD[0]))

    assert [response.url for _, response in read_responses(path)] == GOOD[:1]
    assert not caplog.text


def test_of_many_damaged_places_only_some_are_told(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    """A log of a million lines tells nobody anything."""
    path = tmp_path / "pages.warc"
    path.write_bytes((record(GOOD[0]) + record("file:///x")) * 50)

    assert len(list(read_responses(path))) == 50
    assert caplog.text.count("cannot be read") == 20
    assert "30 further places were skipped" in caplog.text


def test_a_file_made_of_false_beginnings_is_read_in_one_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Beyond a limit of bytes unpacked in vain, the search goes on where the last try ended."""
    monkeypatch.setattr("crawler.warc_stream.MOST_VAIN", 50_000)
    tries = 0

    def counted(wbits: int) -> Any:
        nonlocal tries
        tries += 1
        return unpacker(wbits)

    unpacker = zlib.decompressobj
    monkeypatch.setattr("crawler.warc_stream.zlib.decompressobj", counted)
    # Stored blocks, each of which holds the next beginning: every one of them unpacks up to the broken end.
    false = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff" + b"\x00\xff\xff\x00\x00WARC/"
    path = tmp_path / "pages.warc.gz"
    path.write_bytes(gzip.compress(record(GOOD[0])) + false * 20_000)

    assert [response.url for _, response in read_responses(path)] == GOOD[:1]
    assert tries < 2_000
