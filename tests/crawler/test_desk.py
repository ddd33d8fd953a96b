"""Indexes at work beside a crawl: one at a time, in threads, to the end or to the end of the crawl."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
from scrapy.settings import Settings

from crawler.desk import Desk
from crawler.frontier import Frontier, HostRecord
from crawler.items import Candidate, Kind, Memory, Outcome
from crawler.sources import Answer, Question
from crawler.sources.asking import Asker, IndexSilentError, ListenerGoneError


class Says:
    """An index whose answers are given."""

    def __init__(self, name: str, said: Callable[[Question], Iterator[Answer]]) -> None:
        self.name = name
        self._said = said

    def answers(self, question: Question) -> Iterator[Answer]:
        yield from self._said(question)


@pytest.fixture
def settings() -> Settings:
    settings = Settings()
    settings.setmodule("crawler.settings")
    return settings


@pytest.fixture
def frontier(tmp_path: Path) -> Iterator[Frontier]:
    frontier = Frontier(tmp_path / "frontier.sqlite")
    yield frontier
    frontier.close()


def all_of(
    frontier: Frontier, settings: Settings, *indexes: Says, is_over: Any = lambda: False
) -> list[Answer]:
    """What the desk hands over until all is said."""

    async def gather() -> list[Answer]:
        desk = Desk(indexes, None, settings, frontier, lambda: True, is_over)  # type: ignore[arg-type]
        async with aclosing(desk.answers()) as answers:
            found = []
            async for answer in answers:
                found.append(answer)
                if answer.memory:
                    frontier.remember(answer.memory)
            return found

    return asyncio.run(gather())


def test_all_indexes_are_heard_to_the_end(frontier: Frontier, settings: Settings):
    """Each in a thread of its own, under its name."""
    threads = []

    def said(question: Question) -> Iterator[Answer]:
        for number in range(3):
            threads.append(threading.current_thread().name)
            yield Answer((Candidate(f"https://a.example/{threads[-1]}/{number}"),))

    found = all_of(frontier, settings, Says("one", said), Says("two", said))

    urls = [candidate.url for answer in found for candidate in answer.candidates]
    assert sorted(urls) == [
        f"https://a.example/{name}/{number}" for name in ("one", "two") for number in range(3)
    ]
    assert set(threads) == {"one", "two"}


def test_an_index_works_no_further_ahead_than_its_answers_are_taken(frontier: Frontier, settings: Settings):
    """What it remembers is saved with each answer, so nothing is lost between."""
    made: list[int] = []

    def said(question: Question) -> Iterator[Answer]:
        for number in range(5):
            made.append(number)
            yield Answer()

    async def first_two() -> list[int]:
        desk = Desk([Says("one", said)], None, settings, frontier, lambda: True, lambda: False)  # type: ignore[arg-type]
        async with aclosing(desk.answers()) as answers:
            await anext(answers)
            await anext(answers)
            await asyncio.sleep(0.1)
            return list(made)

    assert asyncio.run(first_two()) == [0, 1]


@pytest.mark.parametrize("error", [IndexSilentError("it says: no"), ZeroDivisionError("oops")])
def test_an_index_that_fails_is_named_and_stops_nothing(
    frontier: Frontier, settings: Settings, caplog: pytest.LogCaptureFixture, error: Exception
):
    """One warning; what it said before counts, and the others go on."""

    def fails(question: Question) -> Iterator[Answer]:
        yield Answer((Candidate("https://a.example/1"),))
        raise error

    def works(question: Question) -> Iterator[Answer]:
        yield Answer((Candidate("https://a.example/2"),))

    with caplog.at_level(logging.WARNING):
        found = all_of(frontier, settings, Says("broken", fails), Says("sound", works))

    assert len(found) == 2
    [warning] = caplog.messages
    assert warning.startswith("broken: ")
    assert "The crawl goes on without it" in warning


def test_the_end_of_the_crawl_ends_every_index(frontier: Frontier, settings: Settings):
    """Nobody waits for an index that waits itself."""
    ended = threading.Event()

    def waits(question: Question) -> Iterator[Answer]:
        yield Answer()
        try:
            Asker(settings, question.stopped, 3600.0).wait(3600)
        except ListenerGoneError:
            ended.set()
            raise

    taken: list[int] = []

    def over() -> bool:
        taken.append(1)
        return len(taken) > 2

    all_of(frontier, settings, Says("slow", waits), is_over=over)

    assert ended.wait(10)


def test_an_index_knows_what_it_was_told_to_remember(frontier: Frontier, settings: Settings):
    """Each its own."""
    seen: dict[str, dict[str, str]] = {}

    def said(question: Question) -> Iterator[Answer]:
        seen[threading.current_thread().name] = dict(question.known)
        yield Answer(memory=Memory("one", "where", "42"))

    all_of(frontier, settings, Says("one", said))
    all_of(frontier, settings, Says("one", said), Says("two", said))

    assert seen == {"one": {"where": "42"}, "two": {}}


def gone(frontier: Frontier, name: str, promise: float, outcome: Outcome, detail: str) -> None:
    candidate = Candidate(f"https://{name}", priority=promise)
    frontier.add([candidate])
    frontier.finish(candidate, outcome, detail)


def test_pages_that_are_gone_are_handed_out_best_first_and_once(frontier: Frontier, settings: Settings):
    """404, 410 and hosts that do not answer; not what is forbidden, broken, unpromising, or asked for before."""
    gone(frontier, "a.example/fair", 0.5, Outcome.GONE, "status 404")
    gone(frontier, "a.example/best", 0.9, Outcome.GONE, "status 410")
    gone(frontier, "a.example/dull", 0.1, Outcome.GONE, "status 404")
    gone(frontier, "a.example/forbidden", 0.9, Outcome.GONE, "status 403")
    gone(frontier, "a.example/robots", 0.9, Outcome.ROBOTS, "disallowed")
    gone(frontier, "a.example/broken", 0.9, Outcome.ERROR, "status 500")
    gone(frontier, "dead.example/story", 0.7, Outcome.ERROR, "robots.txt answered nothing")
    frontier.set_host("dead.example", HostRecord(b"", 0, "https://dead.example/robots.txt"))
    frontier.set_host("a.example", HostRecord(b"", 200, "https://a.example/robots.txt"))
    frontier.add([Candidate("https://a.example/feed", Kind.FEED, 0.9)])
    frontier.finish(Candidate("https://a.example/feed", Kind.FEED), Outcome.GONE, "status 404")

    def asks(question: Question) -> Iterator[Answer]:
        for candidate in question.missing:
            yield Answer((candidate,), memory=Memory("one", candidate.url, "asked"))

    first = all_of(frontier, settings, Says("one", asks))
    gone(frontier, "a.example/later", 0.4, Outcome.GONE, "status 404")
    second = all_of(frontier, settings, Says("one", asks))

    assert [answer.candidates[0].url for answer in first] == [
        "https://a.example/best",
        "https://dead.example/story",
        "https://a.example/fair",
    ]
    assert [answer.candidates[0].url for answer in second] == ["https://a.example/later"]
