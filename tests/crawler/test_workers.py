"""Worker processes that read pages: within limits, replaced when they are lost, gone when the crawl is."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from scrapy.settings import Settings

from crawler.items import Candidate, Outcome, Page, Visit
from crawler.reading import PageReader
from crawler.rights import RightsPolicy
from crawler.topic import Topic
from crawler.worker import Limits, ReadPage
from crawler.workers import PageUnreadableError, ReaderPool, ReadersClosedError, ReadersLostError
from dedupe.errors import SettingsError
from tests.crawler.news_web import ROOT, wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits are the system's")

RIGHTS = RightsPolicy("seedbed", frozenset())
LIMITS = Limits(seconds=1, memory=512)
TOPIC = Topic.from_texts(["The ferry Brenna Star struck the Grey Sow off the Skerrow Islands."])


class Reader(PageReader):
    """Does to itself what a page's body says."""

    def read(self, candidate: Candidate, page: Page) -> Visit:
        order, _, argument = page.body.decode().partition(" ")
        if order == "spin":
            while True:
                pass
        if order == "fill":
            held = [bytes(1024 * 1024) for _ in range(2000)]
            del held
        if order == "raise":
            raise ValueError("an odd page")
        if order == "die":
            os.kill(os.getpid(), signal.SIGSEGV)
        if order == "stop":
            os.kill(os.getpid(), signal.SIGSTOP)
        if order == "told-to-stop":
            os.kill(os.getpid(), getattr(signal, argument))
        if order == "die-once" and not Path(argument).exists():
            Path(argument).touch()
            os._exit(3)
        return Visit(candidate, Outcome.KEPT, detail=str(os.getpid()))


def page(body: str) -> Page:
    return Page("https://a.example/", 200, body.encode(), datetime(2031, 3, 1, tzinfo=UTC))


CANDIDATE = Candidate("https://a.example/")


@pytest.fixture
def pool() -> Iterator[ReaderPool]:
    pool = ReaderPool(Reader(TOPIC, [], RIGHTS), LIMITS, 1)
    yield pool
    pool.close()


def read(pool: ReaderPool, body: str) -> str:
    return pool.submit(ReadPage(CANDIDATE, page(body))).result(60).detail


@pytest.mark.parametrize(
    ("order", "says"),
    [
        ("spin", "it takes more than 1 s of processor time"),
        ("fill", "it takes more than 512 MiB of memory"),
        ("raise", "ValueError('an odd page')"),
        ("die", f"its reader was ended by signal {int(signal.SIGSEGV)}"),
        ("stop", "its reader said nothing for 6 s"),
    ],
)
def test_a_page_that_breaks_its_reader_costs_that_page_alone(pool: ReaderPool, order: str, says: str):
    """It gets a reason, and the next page is read."""
    with pytest.raises(PageUnreadableError, match=r".*") as error:
        read(pool, order)

    assert str(error.value) == says
    assert read(pool, "well").isdecimal()


def test_a_worker_lost_by_chance_does_not_cost_its_page(pool: ReaderPool, tmp_path: Path):
    """Somebody killed it: the page is read once more, by another."""
    first = read(pool, "well")

    again = read(pool, f"die-once {tmp_path / 'died'}")

    assert again.isdecimal()
    assert again != first


@pytest.mark.parametrize("stop", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_what_tells_the_crawl_to_stop_does_not_cost_the_pages_underway(pool: ReaderPool, stop: str):
    """Ctrl-C reaches the whole group of processes; only the crawl's own decides what becomes of a page."""
    visit = asyncio.run(pool.read(CANDIDATE, page(f"told-to-stop {stop}")))

    assert visit.outcome is Outcome.KEPT


def test_where_no_worker_can_be_started_no_page_is_given_up(monkeypatch: pytest.MonkeyPatch):
    """Too many processes, no memory: that is the machine's fault, and the crawl ends with its pages waiting."""

    def refuse(*_: object) -> None:
        raise OSError("Resource temporarily unavailable")

    monkeypatch.setattr("crawler.workers._Worker", refuse)
    pool = ReaderPool(Reader(TOPIC, [], RIGHTS), LIMITS, 1)

    with pytest.raises(ReadersLostError, match="No process can be started to read pages"):
        asyncio.run(pool.read(CANDIDATE, page("")))

    pool.close()


def test_workers_are_started_once_and_only_as_many_as_are_needed():
    """Three pages one after the other: one process, although two were allowed."""
    pool = ReaderPool(Reader(TOPIC, [], RIGHTS), LIMITS, 2)

    used = {read(pool, "well") for _ in range(3)}

    assert len(used) == 1
    pool.close()


def test_without_workers_pages_are_read_here_with_the_same_words():
    """SEEDBED_WORKERS=0: the same outcomes, in the crawl's own process."""
    pool = ReaderPool(Reader(TOPIC, [], RIGHTS), LIMITS, 0)

    assert read(pool, "well") == str(os.getpid())
    with pytest.raises(PageUnreadableError, match=r"ValueError\('an odd page'\)"):
        asyncio.run(pool.read(CANDIDATE, page("raise")))


def test_a_pool_that_closes_waits_for_no_page(pool: ReaderPool):
    """What is being read ends at once, without an outcome: the next run reads it."""
    underway = pool.submit(ReadPage(CANDIDATE, page("stop")))
    wait_until(lambda: bool(pool._busy))

    pool.close()

    assert isinstance(underway.exception(60), ReadersClosedError)


@pytest.mark.parametrize("given", ["-1", "many"])
def test_a_wrong_number_of_workers_is_refused(given: str):
    """With the way out."""
    with pytest.raises(SettingsError, match=f"SEEDBED_WORKERS={given}: a number of processes"):
        ReaderPool.from_settings(Reader(TOPIC, [], RIGHTS), Settings({"SEEDBED_WORKERS": given}))


CRAWL = """
import sys
from tests.crawler.test_workers import CANDIDATE, LIMITS, RIGHTS, TOPIC, Reader, page, read
from crawler.worker import ReadPage
from crawler.workers import ReaderPool
pool = ReaderPool(Reader(TOPIC, [], RIGHTS), LIMITS, 1)
print(read(pool, "well"), flush=True)
pool.submit(ReadPage(CANDIDATE, page("spin" if "busy" in sys.argv else "well")))
sys.stdin.read()
"""


@pytest.mark.parametrize("state", ["busy", "idle"])
def test_workers_end_with_a_crawl_that_is_killed(state: str):
    """SIGKILL leaves no orphan, whatever the worker was doing."""
    with subprocess.Popen(
        [sys.executable, "-c", CRAWL, state],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())

        parent.kill()

    wait_until(lambda: not is_running(worker))


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
