"""The crawl's books: every address has one outcome, they add up, and each can be asked for its reason."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from crawler.account import Account
from crawler.frontier import Frontier, HostRecord
from crawler.items import Candidate, Outcome
from tests.crawler.news_web import ROOT, command, crawl

FRONT, FLOOD = "https://a.example/", "https://a.example/2031/flood-in-corrin"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A crawl that read a front page and one of the three stories that it lists."""
    (tmp_path / "plan.json").write_text(json.dumps({"budget": 2, "topic": ["corrin", "ferry"]}))
    frontier = Frontier(tmp_path / "frontier.sqlite")
    frontier.set_host("a.example", HostRecord(b"", 404, ""))
    frontier.add([Candidate(FRONT, priority=2.0, found_by="sites")])
    front = frontier.next()
    assert front is not None
    frontier.finish(front, Outcome.NO_ARTICLE, "index_page")
    titles = {
        FLOOD: "Flood in Corrin",
        "https://a.example/2031/b": "Ferry\x1b[31m",
        "https://a.example/c": None,
    }
    for number, (url, title) in enumerate(titles.items()):
        frontier.add([Candidate(url, priority=0.9 - number / 10, found_on=FRONT, title=title)])
    story = frontier.next()
    assert story is not None
    frontier.finish(story, Outcome.OFF_TOPIC, "relevance 0.31; the least is 0.50")
    frontier.next()
    frontier.set_fact("requests", 2)
    frontier.close()
    return tmp_path


def why(folder: Path, url: str) -> str:
    with closing(Account(folder)) as account:
        return "\n".join(account.why(url))


def test_an_address_that_ended_says_how_it_was_found_and_why_it_ended_so(folder: Path):
    """Outcome with reason, the way back to the start, and what its promise was made of."""
    said = why(folder, f"{FLOOD}?utm_source=mail")

    assert f"address   known as {FLOOD}" in said
    assert "outcome   off_topic: relevance 0.31; the least is 0.50" in said
    assert re.search(rf"found     by links on {FRONT}, \d{{4}}-\d\d-\d\d \d\d:\d\d UTC\n +by sites", said)
    assert "title     Flood in Corrin" in said
    assert "promise   0.900 as 'page' (page); in its title and address the topic's corrin;" in said
    assert "the page that names it: no_article: index_page" in said


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("https://a.example/2031/b", "in flight: the next run of the crawl asks for it again"),
        (
            "https://a.example/c",
            "waiting: not fetched; 0 that wait promise more, 0 of them at its host; 2",
        ),
        ("https://a.example/never", "never seen: nothing that this crawl read names it"),
        ("https://b.example/never", "b.example: 0 addresses known; robots.txt was not asked for"),
    ],
)
def test_every_state_of_an_address_has_an_answer(folder: Path, url: str, says: str):
    """In flight, left over at the end of the budget, never seen, and of a host that nobody met."""
    assert says in why(folder, url)


def test_what_a_page_wrote_does_not_act_on_the_terminal(folder: Path):
    """Titles come from strangers."""
    assert "\x1b" not in why(folder, "https://a.example/2031/b")


def test_asking_changes_nothing(folder: Path):
    """What is in flight stays so: the crawl may be running."""
    why(folder, FLOOD)

    assert "in flight" in why(folder, "https://a.example/2031/b")


def test_all_outcomes_sum_to_the_addresses_of_the_report(tmp_path: Path):
    """The bundled example: the books, the report's funnel and the rows of the frontier say the same."""
    done = crawl(command(tmp_path, "coverage"))
    assert done.returncode == 0, done.stderr
    [run] = (tmp_path / "crawls").iterdir()
    [corpus] = (tmp_path / "seeds").iterdir()
    funnel = json.loads((corpus / "gathering.json").read_text(encoding="utf-8"))

    with closing(Account(run)) as account:
        outcomes = account.outcomes()

    assert sum(outcomes.values()) == funnel["discovered"] == sum(funnel["outcomes"].values())
    assert outcomes["kept"] == funnel["on_topic"]
    assert set(outcomes) <= {outcome.value for outcome in Outcome} | {"waiting"}
    line = [sys.executable, "-m", "scrapy", "why", "-s", f"SEEDBED_CRAWLS={tmp_path / 'crawls'}"]
    said = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert f"{funnel['discovered']:,}  addresses in all" in said
    asked = subprocess.run(
        [*line, "https://nowhere.example/"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (asked.returncode, "never seen" in asked.stdout) == (1, True)


def test_a_budget_that_errors_spent_is_named(folder: Path):
    """Requests count, whether anything answered or not."""
    (folder / "plan.json").write_text(json.dumps({"budget": 9, "topic": [], "host_budget": 2}))
    with closing(Frontier(folder / "frontier.sqlite")) as frontier:
        frontier.count_request("a.example")
        frontier.count_request("a.example")

    assert "the budget of 2 requests a host is spent there" in why(folder, "https://a.example/c")


def test_where_there_is_no_crawl_it_says_so(tmp_path: Path):
    """Exit code 2, and how to name one."""
    line = [sys.executable, "-m", "scrapy", "why", "-s", f"SEEDBED_CRAWLS={tmp_path}", FRONT]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert "holds no crawl. Name one with --in" in done.stderr
