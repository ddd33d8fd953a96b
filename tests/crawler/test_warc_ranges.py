"""A WARC in ranges gives what it gives in one go: whatever the ranges, the damage, and the moment of a kill."""

from __future__ import annotations

import asyncio
import random
import signal
import sqlite3
import subprocess
import zlib
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from scrapy.settings import Settings

from crawler.account import Account
from crawler.items import RawResponse
from crawler.reading import PageReader
from crawler.rights import RightsPolicy
from crawler.spiders.archive import ArchiveSpider
from crawler.topic import Topic
from crawler.urls import address_key
from crawler.warc import WarcWriter, read_responses
from crawler.warc_ranges import Gap, Sifted, SiftRange, Unreadable
from crawler.warc_stream import read_members
from crawler.worker import Limits
from crawler.workers import ReaderPool
from tests.crawler.news_web import EXAMPLES, ROOT, command, wait_until

MOMENT = datetime(2031, 3, 1, tzinfo=UTC)
READER = PageReader(
    Topic.from_texts(["The ferry Brenna Star struck the Grey Sow."]), [], RightsPolicy("s", frozenset())
)


def write(path: Path, packed: bool) -> bytes:
    """A WARC of 40 pages, some of which hold bytes that look like the beginning of a record."""
    noise = random.Random(5)
    writer = WarcWriter(path, 0, "test")
    for number in range(40):
        trap = b"\x1f\x8b\x08WARC/1.0\r\n" if number % 3 == 0 else b""
        body = b"<p>" + trap + noise.randbytes(noise.randrange(2000))
        writer.write(f"https://a.example/{number}", RawResponse(200, "OK", (), body), MOMENT)
    writer.close()
    if not packed:
        import gzip

        path.write_bytes(gzip.decompress(path.read_bytes()))
    return path.read_bytes()


def in_ranges(path: Path, size: int, start: int = 0) -> tuple[list[str], list[object]]:
    """The addresses that a file gives, read in ranges of some size; and what was passed over."""
    spider = object.__new__(ArchiveSpider)
    frontier = SimpleNamespace(memories=lambda _: {str(path): str(start)})
    spider.run = SimpleNamespace(frontier=frontier)
    spider._settings = Settings({"DOWNLOAD_MAXSIZE": 1 << 24})
    spider.readers = ReaderPool(READER, Limits(10, 512), 0)

    async def all_ranges() -> list[object]:
        return [found async for read in spider._ranges(path) for found in read.found]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("crawler.spiders.archive.RANGE", size)
        found = asyncio.run(all_ranges())
    pages = [each.page.url for each in found if isinstance(each, Sifted)]
    return pages, [each for each in found if isinstance(each, Gap | Unreadable)]


@pytest.mark.parametrize("packed", [True, False], ids=["gzip", "plain"])
@pytest.mark.parametrize("damage", [0, 1, 6])
def test_ranges_of_any_size_give_what_one_reading_gives(tmp_path: Path, packed: bool, damage: int):
    """The same pages in the same order, and the same places are passed over."""
    path = tmp_path / "pages.warc.gz"
    whole = bytearray(write(path, packed))
    noise = random.Random(damage)
    for _ in range(damage):
        place = noise.randrange(len(whole))
        whole[place : place + 40] = noise.randbytes(40)
    path.write_bytes(whole)

    expected = in_ranges(path, 1 << 30)

    assert expected[0] == [response.url for _, response in read_responses(path)]
    assert len(expected[0]) >= 40 - 2 * damage
    for size in (100, 777, 4096, 20_000):
        assert in_ranges(path, size) == expected


@pytest.mark.parametrize("damage", [None, 1500, 9000, 20_000])
def test_isal_unpacks_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: int | None):
    """Records, their places and what is passed over, on damaged files too."""
    isal_zlib = pytest.importorskip("isal.isal_zlib")
    data = bytearray(write(tmp_path / "pages.warc.gz", packed=True))
    if damage is not None:
        data[damage : damage + 30] = b"x" * 30
    read = []
    for unpacker in (zlib, isal_zlib):
        monkeypatch.setattr("crawler.warc_stream.zlib", unpacker)

        read.append(list(read_members([bytes(data)])))

    assert read[0] == read[1]


def test_a_range_that_takes_long_is_given_back_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """One record at a time if need be; nothing is lost."""
    path = tmp_path / "pages.warc.gz"
    write(path, packed=True)
    monkeypatch.setattr("crawler.warc_ranges.SLICE", -1.0)

    first = SiftRange(path, 0, path.stat().st_size, True, 1 << 24)(READER)

    assert 0 < first.end < path.stat().st_size
    assert len(in_ranges(path, 1 << 30)[0]) == 40


def test_reading_goes_on_at_a_record(tmp_path: Path):
    """Where the run before had saved everything."""
    path = tmp_path / "pages.warc.gz"
    write(path, packed=True)
    place = [place for place, _ in read_responses(path)][25]

    assert in_ranges(path, 1000, place.start)[0] == [f"https://a.example/{n}" for n in range(25, 40)]


def test_a_killed_run_goes_on_without_loss_or_doubling(tmp_path: Path):
    """Wherever the kill falls: the same articles in the same order, each address with one outcome."""
    path = EXAMPLES / "web.warc.gz"
    line = command(tmp_path, "archive", seeds=EXAMPLES / "seeds", warc=path, corpus="story")
    other = tmp_path / "other"
    other.mkdir()
    undisturbed = command(other, "archive", seeds=EXAMPLES / "seeds", warc=path, corpus="story")
    subprocess.run(undisturbed, cwd=ROOT, check=True, capture_output=True)

    for lines in (1, 12):
        _killed_after(lines, line, tmp_path)
    subprocess.run(line, cwd=ROOT, check=True, capture_output=True)

    assert _articles(tmp_path) == _articles(other)
    [ours], [theirs] = (list((folder / "crawls").iterdir()) for folder in (tmp_path, other))
    assert Account(ours).outcomes() == Account(theirs).outcomes()


def test_no_site_of_a_warc_is_asked(tmp_path: Path):
    """A kept article is no reason to look at its site's front page or sitemaps: all that is told of is in the file."""
    path = EXAMPLES / "web.warc.gz"
    line = command(tmp_path, "archive", seeds=EXAMPLES / "seeds", warc=path, corpus="story")

    subprocess.run(line, cwd=ROOT, check=True, capture_output=True)

    [run] = (tmp_path / "crawls").iterdir()
    with closing(sqlite3.connect(run / "frontier.sqlite")) as database:
        asked = {url for (url,) in database.execute("SELECT url FROM addresses")}
        robots = database.execute("SELECT count(*) FROM hosts").fetchone()[0]
    assert asked <= {address_key(archived.url) for _, archived in read_responses(path)} | {
        archived.url for _, archived in read_responses(path)
    }
    assert robots == 0


def _articles(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in (folder / "crawls").glob("*/articles.jsonl"))


def _killed_after(lines: int, line: list[str], folder: Path) -> None:
    """Run a crawl until it has kept some articles."""
    with subprocess.Popen(line, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as crawl:
        wait_until(lambda: _articles(folder).count(b"\n") >= lines or crawl.poll() is not None)
        crawl.send_signal(signal.SIGKILL)
