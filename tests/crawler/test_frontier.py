"""The frontier: best first, one candidate a host, robots.txt first, and nothing lost at a kill."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from crawler.frontier import Frontier, HostRecord
from crawler.items import Candidate, Kind, Outcome
from crawler.promise import Promise

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
    return Candidate(f"https://{host}/{name}", priority=priority, lane="title 0.2")


def listing(host: str, name: str, lane: str = "section: news") -> Candidate:
    return Candidate(f"https://{host}/{name}", priority=0.4, lane=lane)


def titled(host: str, name: str, title: str) -> Candidate:
    return Candidate(f"https://{host}/{name}", priority=0.2, lane="title 0.2", title=title)


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


def test_nothing_is_handed_out_that_is_worth_too_little(frontier: Frontier):
    """Requests that are not expected to pay are not made."""
    know(frontier, "a.example")
    frontier.add([page("a.example", "poor", 0.04)])

    assert frontier.next(least=0.05) is None
    assert frontier.best_value() == pytest.approx(0.04)
    assert frontier.next(least=0.03) is not None


def test_a_poor_candidate_waits_while_a_busy_host_has_a_better_one(frontier: Frontier):
    """Time is cheaper than requests; what is nearly as good need not wait."""
    know(frontier, "a.example", "b.example")
    frontier.add(
        [page("a.example", "one", 0.9), page("a.example", "two", 0.8), page("b.example", "poor", 0.3)]
    )
    assert frontier.next(patience=0.5) is not None

    assert frontier.next(patience=0.5) is None

    frontier.add([page("b.example", "good", 0.5)])
    good = frontier.next(patience=0.5)
    assert good is not None
    assert good.url == "https://b.example/good"


def test_lists_that_brought_nothing_let_those_like_them_wait(frontier: Frontier):
    """A section that named nothing new makes the next section less worth, and a page of the story more so."""
    know(frontier, "a.example", "b.example")
    frontier.add([listing("a.example", "news"), listing("b.example", "news"), page("b.example", "x", 0.25)])
    first = frontier.next()
    assert first is not None
    assert first.url == "https://a.example/news"

    frontier.finish(first, Outcome.NO_ARTICLE)
    frontier.learn(first, 0.0, 0.0)

    best = frontier.next()
    assert best is not None
    assert best.url == "https://b.example/x"


def test_what_was_learned_outlives_the_run(tmp_path: Path):
    """A killed crawl goes on with the same order as one that was not."""
    path = tmp_path / "frontier.sqlite"
    first = Frontier(path)
    know(first, "a.example")
    first.add([listing("a.example", "news"), listing("a.example", "sport", "section: sport")])
    for brought in (0.0, 2.0):
        taken = first.next()
        assert taken is not None
        first.finish(taken, Outcome.NO_ARTICLE)
        first.learn(taken, brought, brought)
    worth = first.yields.value("a.example", "section: news", 0.4)
    first.close()

    again = Frontier(path)

    assert again.yields.value("a.example", "section: news", 0.4) == pytest.approx(worth)
    assert worth != pytest.approx(0.4 / 1.4)  # of which nothing is known


def test_titles_that_wait_are_valued_anew(frontier: Frontier):
    """When the crawl knows the story better, what waits is ordered by that."""
    know(frontier, "a.example")
    frontier.add([titled("a.example", "cup", "Cup final"), titled("a.example", "dam", "Dam bursts")])

    frontier.renew(lambda each: Promise(0.9 if each.title == "Dam bursts" else 0.1, "title 0.8"))

    best = frontier.next()
    assert best is not None
    assert best.url == "https://a.example/dam"


def test_what_is_added_is_told_apart_from_what_was_known(frontier: Frontier):
    """Good addresses in all, and the part of their promise that is new; poor ones do not count."""
    know(frontier, "a.example")
    frontier.add([page("a.example", "known", 0.3)])

    added = frontier.add(
        [page("a.example", "known", 0.5), page("a.example", "new", 0.9), page("a.example", "poor", 0.01)]
    )

    assert added.named == pytest.approx(1.4)
    assert added.new == pytest.approx(1.1)
    assert added.unknown == ["https://a.example/new", "https://a.example/poor"]


def test_menus_are_passed_over_without_a_look_and_nothing_differs(tmp_path: Path):
    """A law: whatever happens in between, a frontier that remembers what menus named ends as one that does not."""
    contents = []
    for remembers in (True, False):
        random = Random(7)
        frontier = Frontier(tmp_path / f"{remembers}.sqlite", Clock())
        know(frontier, "a.example")
        for _ in range(300):
            if not remembers:
                frontier._named.clear()
            action = random.choice(
                ["add", "add", "add", "next", "again", "renew", "rollback", "commit", "moved"]
            )
            lane = random.choice(["section: news", "section: news", "title 0.2"])
            each = Candidate(f"https://a.example/{random.randrange(6)}", priority=random.random(), lane=lane)
            if action == "add":
                frontier.add([each, each])
            elif action == "renew":
                frontier.renew(lambda each: Promise(len(each.url) / 1000, "title 0.2"))
            elif action == "rollback":
                frontier.commit()
                frontier.add([each])
                frontier.rollback()
            elif action == "commit":
                frontier.commit()
            elif (best := frontier.next()) is not None:
                if action == "again":
                    frontier.put_back(best, 0.0)
                elif action == "moved":
                    frontier.move(best, best._replace(url=best.url + "?utm_source=x"))
                else:
                    frontier.finish(best, Outcome.NO_ARTICLE)
        contents.append(frontier._db.execute("SELECT * FROM addresses ORDER BY id").fetchall())
        frontier.close()

    drop_time = [[(*row[:17], *row[18:]) for row in rows] for rows in contents]
    assert drop_time[0] == drop_time[1]


def test_a_killed_run_goes_on_counting_the_requests_of_each_host(tmp_path: Path):
    """Those without an answer too; a run that had ended begins anew."""
    path = tmp_path / "frontier.sqlite"
    frontier = Frontier(path)
    for _ in range(3):
        frontier.count_request("a.example")
    frontier.commit()

    again = Frontier(path)

    assert again.asked_of_hosts() == {"a.example": 3}
    again.set_fact("ended", 1)
    assert again.asked_of_hosts() == {}
    again.start_again(recheck=None)
    again.set_fact("ended", 0)
    assert again.asked_of_hosts() == {}
