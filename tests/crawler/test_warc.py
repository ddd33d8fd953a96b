"""WARCs: what is written is read again, also after damage."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.items import RawResponse
from crawler.warc import WarcIndex, WarcWriter, check_is_warc, read_responses
from dedupe.errors import InputFormatError

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
    assert "pages.warc.gz: damaged or cut after record 4" in caplog.text


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
