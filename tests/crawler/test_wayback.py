"""The Wayback Machine: captures of pages that are gone, and every way in which it has none."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import responses
from scrapy.settings import Settings

from crawler.items import Candidate, Memory
from crawler.plan import Window
from crawler.sources import Answer, Question
from crawler.sources.asking import IndexSilentError
from crawler.sources.wayback import Machine, Wayback

CDX = "https://web.archive.org/cdx/search/cdx"
HEADER = ["timestamp", "original", "mimetype", "statuscode", "digest"]
STORY = Candidate("https://paper.example/2031/dam.html?id=7", priority=0.8, found_by="feeds")
HTML = b"<html><title>Dam bursts</title></html>"


@pytest.fixture
def machine() -> Iterator[responses.RequestsMock]:
    """The service, played by `responses`."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as service:
        yield service


def question(*missing: Candidate, known: dict[str, str] | None = None, **changes: Any) -> Question:
    settings = Settings()
    settings.setmodule("crawler.settings")
    settings.set("SEEDBED_WAYBACK_INTERVAL", 0)
    for name, value in changes.items():
        settings.set(name, value)
    plan = SimpleNamespace(window=Window(datetime(2031, 3, 1, tzinfo=UTC), None))
    return Question(plan, settings, known or {}, iter(missing), threading.Event())  # type: ignore[arg-type]


def answers(*missing: Candidate, **given: Any) -> list[Answer]:
    return list(Wayback().answers(question(*missing, **given)))


def row(timestamp: str, url: str = STORY.url, digest: str = "A") -> list[str]:
    return [timestamp, url, "text/html", "200", digest]


def raw(timestamp: str, url: str = STORY.url) -> str:
    return f"https://web.archive.org/web/{timestamp}id_/{url}"


def capture(machine: responses.RequestsMock, timestamp: str, body: bytes = HTML, **headers: str) -> None:
    """A capture as the Machine gives it: the page's own headers under a prefix, and of when it is."""
    said = {
        "Memento-Datetime": "Sat, 01 Mar 2031 12:00:00 GMT",
        "x-archive-orig-content-type": "text/html; charset=windows-1251",
        "x-archive-orig-x-robots-tag": "noarchive",
        "x-archive-orig-content-length": "9",
        "x-archive-src": "liveweb-20310301.warc.gz",
    }
    machine.get(raw(timestamp), body=body, headers=said | headers, content_type="text/html")


def test_a_page_that_is_gone_is_read_from_its_first_capture(machine: responses.RequestsMock):
    """As its site sent it then: body, headers, and the moment of the capture."""
    machine.get(CDX, json=[HEADER, row("20310301120000"), row("20310309000000", digest="B")])
    capture(machine, "20310301120000")

    [answer] = answers(STORY)

    assert answer.of == STORY
    assert answer.memory == Memory("wayback", STORY.url, "found")
    assert answer.page is not None
    assert (answer.page.url, answer.page.raw.status, answer.page.raw.body) == (STORY.url, 200, HTML)
    assert answer.page.fetched == datetime(2031, 3, 1, 12, tzinfo=UTC)
    assert answer.page.raw.headers == (
        ("content-type", "text/html; charset=windows-1251"),
        ("memento-datetime", "Sat, 01 Mar 2031 12:00:00 GMT"),
        ("x-robots-tag", "noarchive"),
    )


def test_the_question_is_as_documented(machine: responses.RequestsMock):
    """Only captures that hold a page, each text once, of the window, in JSON."""
    machine.get(CDX, json=[])

    answers(STORY)

    asked = parse_qs(urlsplit(str(machine.calls[0].request.url)).query)
    assert asked == {
        "url": [STORY.url],
        "output": ["json"],
        "fl": ["timestamp,original,mimetype,statuscode,digest"],
        "filter": ["statuscode:200", "mimetype:.*html.*"],
        "collapse": ["digest"],
        "limit": ["3"],
        "showResumeKey": ["true"],
        "from": ["20310301000000"],
    }


def test_a_gzipped_capture_is_unpacked(machine: responses.RequestsMock):
    """Headers and body agree."""
    machine.get(CDX, json=[HEADER, row("20310301120000")])
    capture(machine, "20310301120000", gzip.compress(HTML), **{"Content-Encoding": "gzip"})

    [answer] = answers(STORY)

    assert answer.page is not None
    assert answer.page.raw.body == HTML
    assert "content-encoding" not in dict(answer.page.raw.headers)


def test_a_broken_capture_gives_way_to_the_next(machine: responses.RequestsMock):
    """Not found in its store, empty, or no capture at all but a page of the Machine."""
    stamps = ["20310301120000", "20310302120000", "20310303120000"]
    machine.get(CDX, json=[HEADER, *(row(stamp, digest=stamp) for stamp in stamps)])
    machine.get(raw(stamps[0]), status=404)
    machine.get(raw(stamps[1]), body=b"Sorry", content_type="text/html")
    capture(machine, stamps[2])

    [answer] = answers(STORY)

    assert answer.page is not None
    assert answer.page.fetched == datetime(2031, 3, 3, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (200, "[]"),
        (200, ""),
        (200, json.dumps([HEADER])),
        (404, "Not Found"),
        (400, "Bad request"),
        (403, "org.archive.wayback.exception.AdministrativeAccessControlException: Blocked Site Error"),
        (200, "org.archive.wayback.exception.AdministrativeAccessControlException: Blocked Site Error"),
    ],
)
def test_a_page_that_was_never_captured_or_left_out_stays_gone(
    machine: responses.RequestsMock, status: int, said: str
):
    """That is remembered, so that it is not asked for again."""
    machine.get(CDX, body=said, status=status)

    assert answers(STORY) == [Answer(memory=Memory("wayback", STORY.url, "no capture"))]


@pytest.mark.parametrize(
    "said", ["<html>Offline</html>", '{"error": 1}', '[["timestamp"], ["2031"]]', "[1, 2]"]
)
def test_what_are_no_captures_is_said_in_its_words(machine: responses.RequestsMock, said: str):
    """An error page with status 200 is no "never captured"."""
    machine.get(CDX, body=said)

    with pytest.raises(IndexSilentError, match="something else than captures"):
        answers(STORY)


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_machine_is_asked_again_and_then_given_up(machine: responses.RequestsMock, status: int):
    """As many tries as the settings allow; after that it is left in peace."""
    machine.get(CDX, status=status, body="Too Many Requests")

    with pytest.raises(IndexSilentError, match=f"status {status}"):
        answers(STORY, SEEDBED_INDEX_RETRIES=2)

    assert len(machine.calls) == 3


def test_captures_are_read_on_where_an_answer_ends(machine: responses.RequestsMock):
    """The key after the empty row leads to the rest."""
    machine.get(
        CDX, json=[HEADER, row("20310301120000"), row("20310302120000"), [], ["org%2Cpaper%29%2F+2031"]]
    )
    machine.get(CDX, json=[HEADER, row("20310303120000")])

    found = list(Machine(question()).captures(STORY.url))

    assert [each.timestamp for each in found] == ["20310301120000", "20310302120000", "20310303120000"]
    second = parse_qs(urlsplit(str(machine.calls[1].request.url)).query)
    assert second["resumeKey"] == ["org%2Cpaper%29%2F+2031"]


def test_no_more_pages_are_asked_for_than_the_settings_allow(machine: responses.RequestsMock):
    """Those of earlier runs of the crawl count."""
    machine.get(CDX, json=[])
    pages = [Candidate(f"https://paper.example/{number}") for number in range(9)]

    found = answers(*pages, known={"https://paper.example/old": "found"}, SEEDBED_RESCUES=3)

    assert len(found) == 2


def test_a_page_larger_than_any_is_not_kept(machine: responses.RequestsMock):
    """The same limit as for pages from their sites."""
    machine.get(CDX, json=[HEADER, row("20310301120000")])
    capture(machine, "20310301120000", b"x" * 2000)

    [answer] = answers(STORY, DOWNLOAD_MAXSIZE=1000)

    assert answer.page is None
