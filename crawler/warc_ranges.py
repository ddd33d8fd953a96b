"""A WARC read in ranges of bytes, by any number of processes: it gives what one reading in a row does.

Where a record begins within a range is a guess: packed bytes may look like a beginning. So each range says
where it began and where it ended, and it counts only if the one before ended there; else it is read again
from there. A range ends behind a whole record only: past damage the reading goes on, as its cost has a limit.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from crawler.items import Candidate, Page, Visit
from crawler.packing import TooLargeError
from crawler.pages import page_of_record
from crawler.reading import PageReader
from crawler.sieve import Sieve
from crawler.warc import UNREADABLE, Place, begin_of_record, read_response, record_at, records

__all__ = ["RANGE", "Gap", "RangeRead", "ReadRecord", "SiftRange", "Sifted", "Unreadable"]

# Bytes of a range, as packed: some dozens of pages, a small part of what a reader may take of time and room.
RANGE = 1 << 21
# Seconds of processor time after which a range is given back as far as it is read: bombs take long.
SLICE = 3.0


class Gap(NamedTuple):
    """Bytes that hold no record."""

    start: int
    end: int


class Unreadable(NamedTuple):
    """A record that is left out, and why."""

    start: int
    why: str


class Sifted(NamedTuple):
    """A response of a WARC."""

    place: Place
    page: Page  # without its body
    most: (
        float | None
    )  # the relevance that it can have at most, if that is too little; None: it is to be read


@dataclass(frozen=True, slots=True)
class RangeRead:
    """What a range holds, in order."""

    begin: int | None  # where its first record was taken to begin; None: nowhere
    end: int  # behind the last record that is told of
    found: tuple[Gap | Unreadable | Sifted, ...] = ()


@dataclass(frozen=True, slots=True)
class SiftRange:
    """The reading of the records that begin in a range, as far as it takes to tell which are to be read.

    Args:
        is_record: whether a record is known to begin at the start; else the first beginning is looked for.
        most: bytes of a page.
    """

    path: Path
    start: int
    stop: int
    is_record: bool
    most: int

    def __call__(self, reader: PageReader) -> RangeRead:
        """Read the range.

        Raises:
            OSError: the file cannot be read.
        """
        with self.path.open("rb") as file:
            begin = self.start if self.is_record else begin_of_record(file, self.start, self.stop)
            if begin is None:
                return RangeRead(None, self.start)
            late = time.process_time() + SLICE
            found: list[Gap | Unreadable | Sifted] = []
            end, is_whole = begin, True
            for place, behind, record in records(file, begin):
                # Never before the first record: a range that gives back all of itself is read for ever.
                is_behind = begin < end <= place.start
                if is_behind and is_whole and (end >= self.stop or time.process_time() > late):
                    break
                end, is_whole = behind, record is not None
                found += self._looked_at(place, behind, record, reader.sieve)
            return RangeRead(begin, end, tuple(found))

    def _looked_at(
        self, place: Place, end: int, record: bytes | None, sieve: Sieve | None
    ) -> Iterator[Gap | Unreadable | Sifted]:
        if record is None:
            yield Gap(place.start, end)
            return
        try:
            archived = read_response(record)
        except UNREADABLE as error:
            yield Unreadable(place.start, f"cannot be read: {error}")
            return
        if archived is None:
            return
        most = None
        try:
            page = page_of_record(archived, self.most)
        except TooLargeError:  # who reads it says so
            page = page_of_record(replace(archived, raw=replace(archived.raw, headers=())), self.most)
        else:
            if page.status == 200 and sieve is not None:
                most = sieve.stops(page)
        yield Sifted(place, replace(page, body=b""), most)


@dataclass(frozen=True, slots=True)
class ReadRecord:
    """The reading of one page of a WARC.

    Args:
        most: bytes of it.
    """

    candidate: Candidate
    path: Path
    place: Place
    most: int

    def __call__(self, reader: PageReader) -> Visit:
        """Read the page.

        Raises:
            Exception: whatever a page does to its readers.
        """
        return reader.read(self.candidate, page_of_record(record_at(self.path, self.place), self.most))
