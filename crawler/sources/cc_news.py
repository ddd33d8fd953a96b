"""CC-NEWS: the pages of the world's press as Common Crawl fetches them, in WARC files of a gigabyte.

https://commoncrawl.org/blog/news-dataset-available: the files of a month are listed in
`crawl-data/CC-NEWS/YYYY/MM/warc.paths.gz`; a file's name tells when it was begun
(`CC-NEWS-20310301101500-00042.warc.gz`), and what is fetched until the next is begun goes into it. The files
are streamed: nothing of them is on disk, one record at a time in memory.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Generator, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin

import requests
from urllib3.exceptions import HTTPError

from crawler.items import Candidate, Memory
from crawler.packing import TooLargeError, unpacked
from crawler.pages import page_of_record
from crawler.plan import Window
from crawler.sieve import Sieve
from crawler.sources import Answer, Question
from crawler.sources.asking import Asker, IndexSilentError, ListenerGoneError
from crawler.urls import is_fetchable
from crawler.warc import ArchivedResponse, parse_response
from crawler.warc_stream import Member, read_members

__all__ = ["CcNews"]

log = logging.getLogger(__name__)

NAME = re.compile(r"CC-NEWS-(\d{14})-")
# A story is fetched soon after it is published; two days take in what is found late.
LAG = timedelta(days=2)
# Seconds between two requests for files that take a minute each.
INTERVAL = 1.0
CHUNK = 128 * 1024
# Records read between two notes of how far, where none of them is wanted.
NOTED_EVERY = 2000
GZIP = b"\x1f\x8b"


class CcNews:
    """Pages of CC-NEWS that may be on the topic, out of the files of the window."""

    name = "cc_news"

    def answers(self, question: Question) -> Iterator[Answer]:
        """A page whole for each record that the sieve lets through; files read before are left out."""
        base: str = question.settings["SEEDBED_CC_NEWS"]
        asker = Asker(question.settings, question.stopped, INTERVAL)
        sieve = Sieve.of_crawl(question.plan, question.settings)
        paths = _chosen(asker, base, question.plan.window)
        for path in _at_most(paths, question.settings.getint("SEEDBED_CC_NEWS_FILES")):
            said = question.known.get(path, "0")
            if said != "done":
                yield from self._pages(asker, urljoin(base, path), path, int(said), sieve)

    def _pages(self, asker: Asker, url: str, path: str, start: int, sieve: Sieve) -> Iterator[Answer]:
        """The wanted pages of a file from some byte on, each with the byte to go on from."""
        most = asker.settings.getint("DOWNLOAD_MAXSIZE")
        first_damage: int | None = None
        damaged = unnoted = 0
        for member in _members(asker, url, start):
            page = None
            if member.record is None:
                damaged += member.end - member.start
                first_damage = member.start if first_damage is None else first_damage
            else:
                page = _wanted(member.record, sieve, most)
            memory = Memory(self.name, path, str(member.end))
            unnoted += 1
            if page is not None:
                yield Answer(page=page, of=Candidate(page.url, found_by=self.name), memory=memory)
            elif unnoted >= NOTED_EVERY:
                yield Answer(memory=memory)
            else:
                continue
            unnoted = 0
        if damaged:
            log.warning(
                "cc_news: %s: %d damaged bytes were skipped, the first at byte %d; the rest was read.",
                path,
                damaged,
                first_damage,
            )
        yield Answer(memory=Memory(self.name, path, "done"))


def _wanted(record: bytes, sieve: Sieve, most: int) -> ArchivedResponse | None:
    """The page of a record; None: it has none that can be read, or none whose article can be on the topic."""
    archived = parse_response(record)
    if archived is None or archived.raw.status != 200 or not is_fetchable(archived.url):
        return None
    try:
        is_off_topic = sieve.stops(page_of_record(archived, most)) is not None
    except TooLargeError:  # who reads it says so
        is_off_topic = False
    return None if is_off_topic else archived


def _members(asker: Asker, url: str, start: int) -> Iterator[Member]:
    """The records of a file from some byte on; where the stream breaks off, it goes on with the next request.

    Raises:
        IndexSilentError: it breaks off again and again at the same record, or cannot be had.
        ListenerGoneError: the crawl ended meanwhile.
    """
    tries = 0
    while True:
        try:
            with closing(_streamed(asker, url, start)) as chunks:
                for member in read_members(chunks, start):
                    start = member.end
                    tries = 0
                    yield member
            return
        except (HTTPError, requests.RequestException, OSError) as error:
            tries += 1
            if tries > asker.retries:
                raise IndexSilentError(f"{url}: breaks off at byte {start}: {error}") from error
            log.info("cc_news: %s: broke off at byte %d: %s", url, start, error)
            asker.wait(asker.interval * 2**tries)


def _streamed(asker: Asker, url: str, start: int) -> Generator[bytes, None, None]:
    """The bytes of a file from some byte on."""
    with asker.streamed(url, headers={"Range": f"bytes={start}-"} if start else None) as response:
        if response.status_code == 416:  # the whole file was read
            return
        if response.status_code not in (200, 206):
            raise IndexSilentError(f"{url}: it answered with status {response.status_code}")
        unwanted = start if response.status_code == 200 else 0  # a server that knows no ranges
        for chunk in response.raw.stream(CHUNK, decode_content=False):
            if asker.stopped.is_set():
                raise ListenerGoneError
            if unwanted < len(chunk):
                yield chunk[unwanted:]
            unwanted = max(0, unwanted - len(chunk))


def _chosen(asker: Asker, base: str, window: Window) -> list[str]:
    """The paths of the files that hold what was fetched in the window and shortly after, oldest first."""
    assert window.since is not None
    end = min(window.until or datetime.now(UTC), datetime.now(UTC)) + LAG
    found: dict[datetime, str] = {}
    # The last file begun before the window reaches into it; it may be one of the month before.
    for year, month in _months(window.since - timedelta(days=1), end):
        for path in _listed(asker, urljoin(base, f"crawl-data/CC-NEWS/{year}/{month:02}/warc.paths.gz")):
            if name := NAME.search(path):
                found[datetime.strptime(name[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC)] = path
    before = max((moment for moment in found if moment < window.since), default=window.since)
    return [found[moment] for moment in sorted(found) if before <= moment < end]


def _listed(asker: Asker, url: str) -> list[str]:
    """The lines of a month's list; none where the month has no list yet."""
    response = asker.get(url)
    if response.status_code in (403, 404):  # the store says 403 of what it does not have
        log.info("cc_news: %s: there is no such list", url)
        return []
    if response.status_code != 200:
        raise IndexSilentError(f"{url}: it answered with status {response.status_code}")
    try:
        if not response.content.startswith(GZIP):
            raise ValueError("it is not gzipped")
        listed = unpacked(response.content, ["gzip"], asker.settings.getint("DOWNLOAD_MAXSIZE"))
        if not listed.is_whole:
            raise ValueError("it breaks off")
        return listed.body.decode("ascii").split()
    except (ValueError, TooLargeError) as error:
        raise IndexSilentError(f"{url}: no list of files: {error}") from error


def _at_most(paths: list[str], most: int) -> list[str]:
    """All, or as many as are allowed, evenly over the window; then a warning says how many are left out."""
    if len(paths) <= most:
        return paths
    log.warning(
        "cc_news: the window has %d files of a gigabyte each; %d are read, evenly over it. "
        "Narrow it with -a since= and -a until=, or allow more with -s SEEDBED_CC_NEWS_FILES=",
        len(paths),
        most,
    )
    return [paths[place * len(paths) // most] for place in range(most)]


def _months(start: datetime, end: datetime) -> Iterator[tuple[int, int]]:
    for count in range(start.year * 12 + start.month - 1, end.year * 12 + end.month):
        yield divmod(count, 12)[0], count % 12 + 1
