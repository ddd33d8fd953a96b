"""The frontier: best first, one candidate a host, robots.txt first, and nothing lost at a kill."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.frontier import Frontier, HostRecord
from crawler.items import Candidate, Kind, Outcome

OPEN = HostRecord(b"", 404, "")


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def frontier(tmp_path: Path, clock: Clock) -> Frontier:
    return Frontier(tmp_path / "frontier.sqlite", clock)


def page(host: str, name: str, priority: float) -> Candidate:
    return Candidate(f"https://{host}/{name}", priority=priority)


def know(frontier: Frontier, *hosts: str) -> None:
    for host in hosts:
        frontier.set_host(host, OPEN)


def test_the_best_candidate_of_all_hosts_comes_first(frontier: Frontier):
    """Priority decides, whatever the order of discovery."""
    know(frontier, "a.example", "b.example")
    frontier.add(
        [page("a.example", "low", 0.1), page("b.example", "high", 0.9), page("a.example", "mid", 0.5)]
    )

    taken = [frontier.next(), frontier.next(), frontier.next()]

    assert [c and c.url for c in taken] == ["https://b.example/high", "https://a.example/mid", None]


def test_a_host_has_one_candidate_in_flight(frontier: Frontier):
    """The next one comes when the first has ended."""
    know(frontier, "a.example")
    frontier.add([page("a.example", "one", 0.9), page("a.example", "two", 0.8)])
    first = frontier.next()
    assert first is not None
    assert frontier.next() is None

    frontier.finish(first, Outcome.KEPT)

    second = frontier.next()
    assert second is not None
    assert second.url == "https://a.example/two"


def test_a_new_host_is_asked_for_robots_txt_first(frontier: Frontier):
    """Nothing else of a host is fetched before it said what it allows."""
    frontier.add([page("a.example", "one", 0.9)])

    asked = frontier.next()

    assert asked is not None
    assert (asked.kind, asked.url) == (Kind.ROBOTS, "https://a.example/robots.txt")
    assert frontier.next() is None
    frontier.set_host("a.example", OPEN)
    following = frontier.next()
    assert following is not None
    assert following.url == "https://a.example/one"


def test_one_address_is_taken_in_once_with_its_best_priority(frontier: Frontier):
    """A better description found later moves a waiting address up; one that ended stays ended."""
    know(frontier, "a.example", "b.example")
    frontier.add([page("a.example", "x", 0.1), page("b.example", "y", 0.5)])

    frontier.add([Candidate("http://www.a.example/x/?utm_source=b", priority=0.9, title="Ferry")])

    best = frontier.next()
    assert best is not None
    assert (best.url, best.title) == ("https://a.example/x", "Ferry")
    frontier.finish(best, Outcome.OFF_TOPIC)
    frontier.add([page("a.example", "x", 2.0)])
    left = frontier.next()
    assert left is not None
    assert left.url == "https://b.example/y"
    assert frontier.outcomes() == {"off_topic": 1, "waiting": 1}


def test_a_host_that_asked_for_time_gets_it(frontier: Frontier, clock: Clock):
    """Retry-After and backoff hold for the whole host."""
    know(frontier, "a.example")
    frontier.add([page("a.example", "one", 0.9), page("a.example", "two", 0.8)])
    first = frontier.next()
    assert first is not None

    frontier.put_back(first, wait=30)

    assert frontier.next() is None
    clock.now += 31
    again = frontier.next()
    assert again is not None
    assert (again.url, again.tries) == ("https://a.example/one", 1)


def test_what_was_in_flight_at_a_kill_waits_again(tmp_path: Path, clock: Clock):
    """Only what a commit saved as ended has ended."""
    path = tmp_path / "frontier.sqlite"
    killed = Frontier(path, clock)
    know(killed, "a.example", "b.example")
    killed.add([page("a.example", "done", 0.9), page("b.example", "flying", 0.8)])
    done, flying = killed.next(), killed.next()
    assert done is not None
    assert flying is not None
    killed.finish(done, Outcome.KEPT)
    killed.commit()

    resumed = Frontier(path, clock)

    left = resumed.next()
    assert left is not None
    assert left.url == "https://b.example/flying"
    assert resumed.is_done("https://a.example/done")


def test_a_commit_saves_facts_and_outcomes_together(tmp_path: Path, clock: Clock):
    """Without the commit neither is there."""
    path = tmp_path / "frontier.sqlite"
    killed = Frontier(path, clock)
    killed.finish(page("a.example", "one", 0.5), Outcome.GONE, "status 410")
    killed.set_fact("pages_bytes", 7)
    killed._db.rollback()

    resumed = Frontier(path, clock)

    assert (resumed.fact("pages_bytes"), dict(resumed.outcomes())) == (0, {})


def test_listings_of_an_ended_crawl_are_looked_at_again(frontier: Frontier):
    """A second run asks robots.txt, feeds, sitemaps and start pages for what is new, and no article twice."""
    know(frontier, "a.example")
    feed = Candidate("https://a.example/feed", Kind.FEED, 1.0)
    frontier.finish(feed, Outcome.LISTING)
    frontier.finish(page("a.example", "story", 0.5), Outcome.KEPT)
    assert not frontier.has_waiting

    frontier.start_again(recheck=None)

    asked = frontier.next()
    assert asked is not None
    assert asked.kind is Kind.ROBOTS
    know(frontier, "a.example")
    again = frontier.next()
    assert again is not None
    assert (again.url, again.kind) == ("https://a.example/feed", Kind.FEED)
    assert frontier.next() is None
