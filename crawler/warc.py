"""Pages as WARC/1.1, one gzip member a record: written as the crawl goes, read again for a replay.

ISO 28500:2017. Response records hold what came over the wire, still compressed as it was.
"""

from __future__ import annotations

import gzip
import io
import logging
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import IO, Any, NamedTuple
from urllib.parse import urlsplit

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.guard import numbers_of, why_not_public
from crawler.items import RawResponse
from crawler.urls import address_key, is_web_address
from crawler.warc_stream import (
    HEADER_END,
    MOST_BYTES,
    MOST_HEADER,
    next_member,
    next_plain,
    read_members,
    read_plain,
)
from dedupe.errors import InputFormatError
from dedupe.files import write_all

__all__ = [
    "UNREADABLE",
    "ArchivedResponse",
    "Place",
    "Skipped",
    "WarcIndex",
    "WarcWriter",
    "begin_of_record",
    "parse_response",
    "read_response",
    "read_responses",
    "record_at",
    "records",
]

log = logging.getLogger(__name__)

# The body in the record is unchunked, so this header would be untrue.
NOT_KEPT = frozenset({"transfer-encoding"})
# What warcio raises on damage, and what a date, status or address that is none is told by.
UNREADABLE = (ArchiveLoadFailed, EOFError, ValueError, zlib.error, AttributeError, StopIteration)
GZIP = b"\x1f\x8b"
# Bytes read of a file at a time.
CHUNK = 1 << 18
# Places of a file that were skipped, each told in a line; of the rest, how many there are.
MOST_TOLD = 20
# How hard records are compressed (zlib). Most pages come compressed; of others level 9
# makes 5 % less in 2.6 times the time.
LEVEL = 4
# Field of a record whose address no page led to: the source that named it. A replay begins with these.
FOUND_BY = "Seedbed-Found-By"


# ISO 28500:2017, 6.7.3: a 304 answers that the page is as an earlier record has it.
UNCHANGED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"


@dataclass(frozen=True, slots=True)
class ArchivedResponse:
    """A response out of a WARC."""

    url: str
    raw: RawResponse
    fetched: datetime
    found_by: str | None = None  # the source that named the address; None: a page led to it


class WarcWriter:
    """Appends responses to a WARC, after cutting it back to the size of the last commit.

    Args:
        path: made, with a `warcinfo` record, if the size is 0.
        size: bytes that are known to be whole.
        software: what the `warcinfo` record names as the writer.
    """

    def __init__(self, path: Path, size: int, software: str) -> None:
        self._file = path.open("r+b" if path.exists() else "w+b", buffering=0)
        self._file.truncate(size)
        self._file.seek(size)
        self._record = io.BytesIO()
        self._writer = WARCWriter(self._record, gzip=False, warc_version="1.1")
        if size == 0:
            info = {"software": software, "format": "WARC File Format 1.1"}
            self._append(self._writer.create_warcinfo_record(path.name, info))

    @property
    def size(self) -> int:
        """Bytes written so far."""
        return self._file.tell()

    def write(self, url: str, raw: RawResponse, fetched: datetime, found_by: str | None = None) -> None:
        """Append one response; it has reached the operating system when this returns."""
        fields = {"WARC-Date": fetched.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}
        if found_by is not None:
            fields[FOUND_BY] = found_by
        headers = [(name, value) for name, value in raw.headers if name.lower() not in NOT_KEPT]
        is_unchanged = raw.status == 304
        if is_unchanged:
            fields["WARC-Profile"] = UNCHANGED
        record = self._writer.create_warc_record(
            url,
            "revisit" if is_unchanged else "response",
            payload=io.BytesIO(raw.body),
            length=len(raw.body),
            http_headers=StatusAndHeaders(f"{raw.status} {raw.reason}", headers, protocol="HTTP/1.1"),
            warc_headers_dict=fields,
        )
        self._append(record)

    def _append(self, record: Any) -> None:
        self._record.seek(0)
        self._record.truncate()
        self._writer.write_record(record)
        write_all(self._file, gzip.compress(self._record.getvalue(), LEVEL, mtime=0))

    def cut_back(self, size: int) -> None:
        """Forget what was written beyond a size."""
        self._file.truncate(size)
        self._file.seek(size)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def read_responses(path: Path) -> Iterator[tuple[Place, ArchivedResponse]]:
    """Yield the HTTP responses of a WARC, each with its place.

    What is damaged, cut, larger than any page, or stands under an address that no crawl would ask, is passed
    over with a warning that says where, and reading goes on at the next record.

    Raises:
        InputFormatError: the file cannot be opened.
    """
    skipped = Skipped(path)
    try:
        with path.open("rb") as file:
            for place, end, record in records(file):
                if record is None:
                    skipped.bytes(place.start, end)
                    continue
                try:
                    response = read_response(record)
                except UNREADABLE as error:
                    skipped.record(place.start, f"cannot be read: {error}")
                    continue
                if response is not None:
                    yield place, response
    except OSError as error:
        raise InputFormatError(f"{path}: cannot be read: {error.strerror or error}.") from error
    skipped.close()


def parse_response(record: bytes) -> ArchivedResponse | None:
    """The HTTP response that one record holds, unpacked; None: it holds none that can be read."""
    try:
        return read_response(record)
    except UNREADABLE as error:
        log.info("a record that cannot be read, skipped: %s", error)
        return None


class Place(NamedTuple):
    """Where a record stands: the byte where its gzip member, or itself, begins; and its byte within that."""

    start: int
    inner: int = 0


def records(file: IO[bytes], start: int = 0) -> Iterator[tuple[Place, int, bytes | None]]:
    """The records of a file from a byte on where one begins: places, bytes behind them, what they hold."""
    if not _is_packed(file):
        for member in read_plain(file, start, file.seek(0, io.SEEK_END)):
            yield Place(member.start), member.end, member.record
        return
    file.seek(start)
    for member in read_members(iter(partial(file.read, CHUNK), b""), start):
        if member.record is None:
            yield Place(member.start), member.end, None
            continue
        # One record, unless the whole file was packed as one.
        for inner in read_plain(io.BytesIO(member.record), 0, len(member.record), in_member=True):
            yield Place(member.start, inner.start), member.end, inner.record


def begin_of_record(file: IO[bytes], start: int, stop: int) -> int | None:
    """Where from a byte on a record seems to begin, before another byte; None: nowhere."""
    begin = (next_member if _is_packed(file) else next_plain)(file, start, stop)
    return begin if begin < stop else None


def _is_packed(file: IO[bytes]) -> bool:
    file.seek(0)
    return file.read(len(GZIP)) == GZIP


class Skipped:
    """Tells what was passed over of a file: neighbours as one stretch, and no more than anyone reads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._start = self._end = -1
        self._told = 0

    def bytes(self, start: int, end: int) -> None:
        """Note a stretch that holds no record."""
        if start != self._end:
            self._tell_stretch()
            self._start = start
        self._end = end

    def record(self, start: int, why: str) -> None:
        """Tell of one record that is left out."""
        self._tell(f"the record at byte {start} {why}")

    def close(self) -> None:
        """Tell what is left to tell."""
        self._tell_stretch()
        if self._told > MOST_TOLD:
            log.warning("%s: %d further places were skipped.", self._path, self._told - MOST_TOLD)

    def _tell_stretch(self) -> None:
        if self._start >= 0:
            self._tell(
                f"bytes {self._start} to {self._end} hold no record that can be read: damaged, cut, or "
                f"larger than {MOST_BYTES >> 20} MiB"
            )
        self._start = -1

    def _tell(self, what: str) -> None:
        self._told += 1
        if self._told <= MOST_TOLD:
            log.warning("%s: %s; skipped, the rest is read.", self._path, what)


def _may_be_asked(url: str) -> bool:
    """Whether a crawl would ask for an address: on the web, in signs that can be seen, of no inner host."""
    return is_web_address(url) and url.isprintable() and not _is_inside(url)


def _is_inside(url: str) -> bool:
    """Whether the host is given by number, in any spelling, and the number is of a net that is not public.

    Loopback is let through: what was fetched there, a setting allowed (the crawls of tests).
    """
    number = numbers_of(urlsplit(url).hostname or "")
    return number is not None and not number.is_loopback and why_not_public(number) is not None


def read_response(record: bytes) -> ArchivedResponse | None:
    """The HTTP response of a record; None: it holds another thing.

    Raises:
        UNREADABLE: it is damaged.
    """
    _check_headers(record)
    parsed = next(iter(ArchiveIterator(io.BytesIO(record))))
    kind = parsed.rec_headers.get_header("Content-Type") or "application/http"
    if parsed.rec_type != "response" or not kind.startswith("application/http"):
        return None  # a note of the writer, a request, or what a name server said
    url = parsed.rec_headers.get_header("WARC-Target-URI") or ""
    if not _may_be_asked(url):
        raise ValueError(f"its address is none of the web's: {url[:200]!r}")
    chunked = (parsed.http_headers.get_header("Transfer-Encoding") or "").lower() == "chunked"
    body = (ChunkedDataReader(parsed.raw_stream) if chunked else parsed.raw_stream).read()
    if parsed.raw_stream.limit > 0:
        raise EOFError("it is cut short")
    status, _, reason = parsed.http_headers.statusline.partition(" ")
    date = parsed.rec_headers.get_header("WARC-Date")
    code = int(status)
    fetched = datetime.fromisoformat(date) if date else datetime.fromtimestamp(0, UTC)
    headers = tuple(
        (str(name), str(value)) for name, value in parsed.http_headers.headers if name.lower() not in NOT_KEPT
    )
    raw = RawResponse(code, reason, headers, body)
    return ArchivedResponse(url, raw, fetched, parsed.rec_headers.get_header(FOUND_BY))


def _check_headers(record: bytes) -> None:
    """Make sure that a record has headers of a sane size, before anything reads them by line.

    Raises:
        ValueError: it has not.
    """
    end = 0
    for whose in ("record", "response"):
        close = HEADER_END.search(record, end, end + MOST_HEADER)
        if close is None and len(record) - end > MOST_HEADER:
            raise ValueError(f"the {whose}'s header is larger than {MOST_HEADER >> 10} KiB")
        end = close.end() if close else len(record)


class WarcIndex:
    """Where in some WARCs the responses of each address stand, the last one last."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._exact: dict[str, list[tuple[Path, Place]]] = {}
        self._by_key: dict[str, list[tuple[Path, Place]]] = {}
        self.starts: dict[str, str] = {}  # address -> the source that named it
        for path in paths:
            for place, response in read_responses(path):
                self._exact.setdefault(response.url, []).append((path, place))
                if response.found_by is not None:
                    self.starts[response.url] = response.found_by
                if not 300 <= response.raw.status < 400:
                    self._by_key.setdefault(address_key(response.url), []).append((path, place))

    def __len__(self) -> int:
        return len(self._exact)

    def get(self, url: str) -> ArchivedResponse | None:
        """The last response of an address, else of another spelling of it; None: not in the archive.

        The very address comes first: where a host redirected from one spelling to the other, a replay does.
        """
        places = self._places(url)
        return record_at(*places[-1]) if places else None

    def earlier(self, url: str) -> list[ArchivedResponse]:
        """The pages that an address gave before its last response, in their order."""
        found = (record_at(*place) for place in self._places(url)[:-1])
        return [response for response in found if response.raw.status == 200]

    def _places(self, url: str) -> list[tuple[Path, Place]]:
        return self._exact.get(url) or self._by_key.get(address_key(url)) or []


def record_at(path: Path, place: Place) -> ArchivedResponse:
    """The response that stands at a place of a WARC, where one was read before."""
    with path.open("rb") as file:
        record = next(each for where, _, each in records(file, place.start) if where == place)
    response = read_response(record or b"")
    assert response is not None, "at this place a response was read"
    return response
