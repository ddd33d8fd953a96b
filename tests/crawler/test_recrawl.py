"""A further run of a crawl takes what is new or changed, keeps versions as versions, and replays to the same."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.revisits import Revisits
from tests.crawler.news_web import EXAMPLES, command, crawl, files

SEEDS = EXAMPLES / "seeds"
DAY = datetime(2031, 3, 1, tzinfo=UTC)


def story() -> str:
    """The text of a seed: certainly on the topic."""
    return max(SEEDS.glob("*.txt")).read_text(encoding="utf-8")


class Paper:
    """A site with a front page that lists stories, each with a tag, and a sitemap; its editors work between runs."""

    def __init__(self) -> None:
        self.stories = {"/news/the-first-report-of-it": [story()]}
        self.tags = {"/news/the-first-report-of-it": '"one"'}
        self.dates: dict[str, str] = {}
        self.log: list[tuple[str, int]] = []
        paper = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = "/" + self.path.split("/", 3)[3]
                status, kind, body, tag = paper.answer(path, self.headers.get("If-None-Match"))
                paper.log.append((path, status))
                self.send_response(status)
                self.send_header("Content-Type", kind)
                if tag:
                    self.send_header("ETag", tag)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Stay silent."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, path: str, known: str | None) -> tuple[int, str, bytes, str | None]:
        if path == "/robots.txt":
            return 200, "text/plain", b"Sitemap: http://paper.example/map.xml", None
        if path == "/map.xml":
            rows = "".join(
                f"<url><loc>http://paper.example{p}</loc><lastmod>{d}</lastmod></url>"
                for p, d in self.dates.items()
            )
            return 200, "application/xml", f"<urlset>{rows}</urlset>".encode(), None
        if path == "/":
            links = "".join(f'<li><a href="{p}">{p[6:].replace("-", " ")}</a></li>' for p in self.stories)
            return 200, "text/html", f"<html><body><ul>{links}</ul></body></html>".encode(), None
        if path not in self.stories:
            return 404, "text/html", b"", None
        tag = self.tags.get(path)
        if tag and tag == known:
            return 304, "text/html", b"", tag
        lines = "".join(f"<p>{line}</p>" for text in self.stories[path] for line in text.split("\n") if line)
        head = '<meta property="og:type" content="article"><meta property="article:published_time" content="2025-02-06T08:00:00Z">'
        return (
            200,
            "text/html",
            f"<html><head><title>Report</title>{head}</head><body><article><h1>Report</h1>{lines}</article></body></html>".encode(),
            tag,
        )

    def run(self, folder: Path, **arguments: object) -> str:
        self.log.clear()
        fast = ["-s", "SEEDBED_DELAY=0", "-s", "SEEDBED_BACKOFF=0.1", "-s", "SEEDBED_HARVEST=0"]
        line = command(
            folder, "coverage", *fast, seeds=SEEDS, sites="http://paper.example/", corpus="story", **arguments
        )
        done = crawl(line, f"http://127.0.0.1:{self.server.server_port}")
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def paper() -> Iterator[Paper]:
    paper = Paper()
    yield paper
    paper.server.shutdown()
    paper.server.server_close()


FIRST = "/news/the-first-report-of-it"
SECOND = "/news/the-second-report-of-it"
ADDED = "A correction from the editors, added on the next day: an earlier state of this report gave another number of people."


def lines(folder: Path, name: str) -> list[dict[str, object]]:
    [run] = (folder / "crawls").iterdir()
    return [json.loads(line) for line in (run / name).read_text(encoding="utf-8").splitlines()]


def test_a_further_run_asks_whether_pages_changed_and_takes_what_is_new(paper: Paper, tmp_path: Path):
    """What is as it was answers 304 and is told as unchanged; the new article is fetched."""
    assert "since the run before" not in paper.run(tmp_path)
    paper.stories[SECOND] = [ADDED * 3, story()]

    said = paper.run(tmp_path)

    assert (FIRST, 304) in paper.log
    assert (SECOND, 200) in paper.log
    assert "1 articles and 0 later versions since the run before; 1 pages were as they had been" in said
    assert lines(tmp_path, "runs.jsonl")[-1]["new"] == [f"http://paper.example{SECOND}"]


def test_a_changed_page_is_a_later_version_of_the_same_document(paper: Paper, tmp_path: Path):
    """The last version stays; the one before it is left out with the reason, and nothing of it is lost."""
    paper.run(tmp_path)
    paper.stories[FIRST].append(ADDED)
    paper.tags[FIRST] = '"two"'

    said = paper.run(tmp_path)

    assert "0 articles and 1 later versions" in said
    assert [ADDED in str(line["text"]) for line in lines(tmp_path, "articles.jsonl")] == [False, True]
    corpus = tmp_path / "seeds" / "story"
    removed = [
        json.loads(line) for line in (corpus / "removed.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert [line["reason"] for line in removed if "What the page said" in line["evidence"]] == [
        "updated_version"
    ]


def test_a_page_that_a_sitemap_dates_anew_is_fetched_whole_under_the_same_tag(paper: Paper, tmp_path: Path):
    """Some sites keep the tag of a page whose text changed; their listings know better."""
    paper.dates[FIRST] = "2025-02-06"
    paper.run(tmp_path)
    paper.stories[FIRST].append(ADDED)
    paper.dates[FIRST] = "2025-02-08"

    paper.run(tmp_path)

    assert (FIRST, 200) in paper.log
    assert len(lines(tmp_path, "articles.jsonl")) == 2


def test_a_crawl_that_ran_twice_replays_to_the_same_corpus(paper: Paper, tmp_path: Path):
    """What only the first front page listed, the version that is gone, and the pages that were as they had been."""
    paper.stories[SECOND] = [ADDED * 3, story()]
    paper.run(tmp_path)
    gone = paper.stories.pop(SECOND)
    assert gone
    paper.stories[FIRST].append(ADDED)
    paper.tags[FIRST] = '"two"'
    paper.run(tmp_path)
    [run] = (tmp_path / "crawls").iterdir()

    paper.run(tmp_path / "again", archive=run / "pages.warc.gz")

    ours, theirs = files(tmp_path / "seeds" / "story"), files(tmp_path / "again" / "seeds" / "story")
    told_of_the_crawl = {"gathering.json", "report.json", "report.html"}
    assert {name for name in ours if ours[name] != theirs.get(name)} <= told_of_the_crawl
    texts = [
        sorted(str(line["text"]) for line in lines(folder, "articles.jsonl"))
        for folder in (tmp_path, tmp_path / "again")
    ]
    assert texts[0] == texts[1]
    assert len(texts[0]) == 3


def test_a_page_that_is_as_it_was_is_a_revisit_in_the_archive(paper: Paper, tmp_path: Path):
    """ISO 28500 has a record for it; other tools know it."""
    paper.run(tmp_path)
    paper.run(tmp_path)

    [run] = (tmp_path / "crawls").iterdir()
    with (run / "pages.warc.gz").open("rb") as file:
        kinds = [
            (record.rec_type, record.rec_headers.get_header("WARC-Profile", "").rpartition("/")[2])
            for record in ArchiveIterator(file)
            if record.rec_headers.get_header("WARC-Target-URI", "").endswith(FIRST)
        ]
    assert kinds == [("response", ""), ("revisit", "server-not-modified")]


def test_each_run_has_the_budget_to_itself(paper: Paper, tmp_path: Path):
    """A run that ended with its budget spent leaves the next one its own."""
    paper.run(tmp_path, budget=3)
    paper.stories[SECOND] = [ADDED * 3, story()]

    paper.run(tmp_path, budget=4)

    assert (SECOND, 200) in paper.log


@pytest.fixture
def revisits() -> Revisits:
    import sqlite3

    return Revisits(sqlite3.connect(":memory:"), 1)


def test_two_listings_of_one_run_that_date_a_page_differently_are_no_news(revisits: Revisits):
    """A feed knows the hour, a sitemap the day."""
    assert not revisits.listed("https://a.example/1", DAY)
    revisits.answered("https://a.example/1", {"etag": '"x"'})

    assert not revisits.listed("https://a.example/1", DAY.replace(hour=9))


def test_validators_are_sent_from_the_next_run_on_and_not_where_a_listing_knows_of_a_change(
    revisits: Revisits,
):
    """`If-None-Match` and `If-Modified-Since` as the site gave them."""
    url = "https://a.example/1"
    revisits.listed(url, DAY)
    revisits.answered(url, {"etag": '"x"', "last-modified": "Sat, 01 Mar 2031 08:00:00 GMT"})
    assert revisits.conditions(url) == {}
    revisits.run = 2

    asked = revisits.conditions(url)
    is_news = revisits.listed(url, DAY.replace(day=3))

    assert asked == {"If-None-Match": '"x"', "If-Modified-Since": "Sat, 01 Mar 2031 08:00:00 GMT"}
    assert is_news
    assert revisits.conditions(url) == {}
