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
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.items import RawResponse
from crawler.urls import address_key
from dedupe.errors import InputFormatError

__all__ = ["ArchivedResponse", "WarcIndex", "WarcWriter", "check_is_warc", "parse_response", "read_responses"]

log = logging.getLogger(__name__)

# The body in the record is unchunked, so this header would be untrue.
NOT_KEPT = frozenset({"transfer-encoding"})
# What warcio raises on damage; the last on a response without an address.
UNREADABLE = (ArchiveLoadFailed, EOFError, ValueError, zlib.error, AttributeError)
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
        self._file = path.open("r+b" if path.exists() else "w+b")
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
            http_headers=StatusAndHeaders(f"{raw.status} {raw.reason}", headers, protocol="HTTP/1.1"),
            warc_headers_dict=fields,
        )
        self._append(record)
        self._file.flush()

    def _append(self, record: Any) -> None:
        self._record.seek(0)
        self._record.truncate()
        self._writer.write_record(record)
        self._file.write(gzip.compress(self._record.getvalue(), LEVEL, mtime=0))

    def cut_back(self, size: int) -> None:
        """Forget what was written beyond a size."""
        self._file.truncate(size)
        self._file.seek(size)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def read_responses(path: Path, start: int = 0) -> Iterator[tuple[int, ArchivedResponse]]:
    """Yield the HTTP responses of a WARC with the offset of each, from an offset on.

    Where the file is damaged or cut, a warning says how far it was read.

    Raises:
        InputFormatError: the file cannot be opened.
    """
    end = start
    count = 0
    problem: Exception | None = None
    try:
        with path.open("rb") as file:
            file.seek(start)
            records = ArchiveIterator(file)
            for record in records:
                response = _response(record)
                offset = start + records.get_record_offset()  # reads on to the record's end
                end = offset + records.get_record_length()
                count += 1
                if response is not None:
                    yield offset, response
    except OSError as error:
        raise InputFormatError(f"{path}: cannot be read: {error.strerror or error}.") from error
    except UNREADABLE as error:
        problem = error
    if problem is not None or end < path.stat().st_size:
        log.warning(
            "%s: damaged or cut after record %d (byte %d of %d); what stands before was read, the rest is "
            "skipped. Fetch the file again to have all of it.",
            path,
            count,
            end,
            path.stat().st_size,
        )


def parse_response(record: bytes) -> ArchivedResponse | None:
    """The HTTP response that one record holds, unpacked; None: it holds none that can be read."""
    try:
        return next(map(_response, ArchiveIterator(io.BytesIO(record))), None)
    except UNREADABLE as error:
        log.info("a record that cannot be read, skipped: %s", error)
        return None


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


def _response(record: Any) -> ArchivedResponse | None:
    url = record.rec_headers.get_header("WARC-Target-URI")
    if record.rec_type != "response" or record.http_headers is None or not url:
        return None
    chunked = (record.http_headers.get_header("Transfer-Encoding") or "").lower() == "chunked"
    body = (ChunkedDataReader(record.raw_stream) if chunked else record.raw_stream).read()
    if record.raw_stream.limit > 0:
        raise EOFError(f"the record for {url} is cut short")
    status, _, reason = record.http_headers.statusline.partition(" ")
    date = record.rec_headers.get_header("WARC-Date")
    try:
        code = int(status)
        fetched = datetime.fromisoformat(date) if date else datetime.fromtimestamp(0, UTC)
    except ValueError as error:
        log.warning("%s: a record that says nothing clear, skipped: %s", url, error)
        return None
    headers = tuple(
        (str(name), str(value)) for name, value in record.http_headers.headers if name.lower() not in NOT_KEPT
    )
    raw = RawResponse(code, reason, headers, body)
    return ArchivedResponse(url, raw, fetched, record.rec_headers.get_header(FOUND_BY))


class WarcIndex:
    """Where in some WARCs the responses of each address stand, the last one last."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._exact: dict[str, list[tuple[Path, int]]] = {}
        self._by_key: dict[str, list[tuple[Path, int]]] = {}
        self.starts: dict[str, str] = {}  # address -> the source that named it
        for path in paths:
            for offset, response in read_responses(path):
                self._exact.setdefault(response.url, []).append((path, offset))
                if response.found_by is not None:
                    self.starts[response.url] = response.found_by
                if not 300 <= response.raw.status < 400:
                    self._by_key.setdefault(address_key(response.url), []).append((path, offset))

    def __len__(self) -> int:
        return len(self._exact)

    def get(self, url: str) -> ArchivedResponse | None:
        """The last response of an address, else of another spelling of it; None: not in the archive.

        The very address comes first: where a host redirected from one spelling to the other, a replay does.
        """
        places = self._places(url)
        return _read(places[-1]) if places else None

    def earlier(self, url: str) -> list[ArchivedResponse]:
        """The pages that an address gave before its last response, in their order."""
        found = (_read(place) for place in self._places(url)[:-1])
        return [response for response in found if response.raw.status == 200]

    def _places(self, url: str) -> list[tuple[Path, int]]:
        return self._exact.get(url) or self._by_key.get(address_key(url)) or []


def _read(place: tuple[Path, int]) -> ArchivedResponse:
    path, offset = place
    _, response = next(read_responses(path, offset))
    return response
