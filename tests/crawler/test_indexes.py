"""Crawls that ask an index, as a person runs them: live, and replayed without it."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from crawler.warc import WarcIndex
from tests.crawler.news_web import EXAMPLES, NewsWeb, as_http, command, crawl, files

TRUTH = json.loads((EXAMPLES / "truth.json").read_text(encoding="utf-8"))["articles"]
STORIES = sorted(url for url, known in TRUTH.items() if known["kind"] == "original")[:4]
GONE = "http://gone.example/2025/flour-on-the-reef.html"
FAST = ["-s", "SEEDBED_DELAY=0", "-s", "SEEDBED_BACKOFF=0.1"]
GDELT = ["-s", "SEEDBED_GDELT=http://gdelt.example/doc", "-s", "SEEDBED_GDELT_INTERVAL=0"]


def as_gdelt(url: str) -> tuple[dict[str, str], bytes] | None:
    """Lists some of the example's stories."""
    if not url.startswith("http://gdelt.example/"):
        return None
    listed = [{"url": story.replace("https://", "http://"), "title": ""} for story in STORIES]
    return {"Content-Type": "application/json"}, json.dumps({"articles": listed}).encode()


def manifest(folder: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]


def test_what_an_index_names_is_fetched_and_replayed_without_it(tmp_path: Path):
    """No site is given, no link followed; the crawl's own archive gives the same corpus byte for byte."""
    asks = command(
        tmp_path, "coverage", *FAST, *GDELT, seeds=EXAMPLES / "seeds", sources="gdelt", corpus="story"
    )
    with NewsWeb(service=as_gdelt) as web:
        done = crawl(asks, web.proxy)

        assert done.returncode == 0, done.stderr
        [asked] = [url for url in web.log if "gdelt.example" in url]
        pages = [url for url in web.log if "gdelt.example" not in url and not url.endswith("/robots.txt")]
        assert sorted(pages) == sorted(story.replace("https://", "http://") for story in STORIES)
        assert "mode=ArtList" in asked
    [run] = (tmp_path / "crawls").iterdir()
    kept = [json.loads(line) for line in (run / "articles.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {article["found_by"] for article in kept} == {"gdelt"}

    again = tmp_path / "again"
    replayed = crawl(
        command(
            again,
            "coverage",
            seeds=EXAMPLES / "seeds",
            sources="gdelt",
            corpus="story",
            archive=run / "pages.warc.gz",
        )
    )

    assert replayed.returncode == 0, replayed.stderr
    assert files(again / "seeds" / "story") == files(tmp_path / "seeds" / "story")


def as_wayback(url: str) -> tuple[dict[str, str], bytes] | None:
    """Has one capture, of a page whose site is gone."""
    if url.startswith("http://wayback.example/cdx/"):
        header = ["timestamp", "original", "mimetype", "statuscode", "digest"]
        return {}, json.dumps([header, ["20251014120000", GONE, "text/html", "200", "A"]]).encode()
    if url == f"http://wayback.example/web/20251014120000id_/{GONE}":
        story = WarcIndex([EXAMPLES / "web.warc.gz"]).get(STORIES[0])
        assert story is not None
        when = {"Content-Type": "text/html", "Memento-Datetime": "Tue, 14 Oct 2025 12:00:00 GMT"}
        return when, as_http(story.raw.body)
    return None


def test_a_page_that_is_gone_is_read_from_an_archive_and_says_so(tmp_path: Path):
    """The document tells that it is a capture, and of when; so does its replay without the archive."""
    asks = {"seeds": EXAMPLES / "seeds", "urls": GONE, "sources": "url_lists,wayback", "corpus": "story"}
    wayback = ["-s", "SEEDBED_WAYBACK=http://wayback.example/", "-s", "SEEDBED_WAYBACK_INTERVAL=0"]
    with NewsWeb(service=as_wayback) as web:
        done = crawl(command(tmp_path, "coverage", *FAST, *wayback, **asks), web.proxy)

    assert done.returncode == 0, done.stderr
    [run] = (tmp_path / "crawls").iterdir()
    [kept] = [json.loads(line) for line in (run / "articles.jsonl").read_text(encoding="utf-8").splitlines()]
    assert (
        kept["notes"][-1]
        == "gone from its site: read as a web archive captured it on 2025-10-14 at 12:00 UTC"
    )
    assert kept["fetched"] == "2025-10-14T12:00:00Z"
    assert len([url for url in web.log if url == GONE]) == 1

    again = tmp_path / "again"
    replayed = crawl(command(again, "coverage", archive=run / "pages.warc.gz", **asks))

    assert replayed.returncode == 0, replayed.stderr
    assert files(again / "seeds" / "story") == files(tmp_path / "seeds" / "story")


def as_cc_news(url: str) -> tuple[dict[str, str], bytes] | None:
    """Has one file: the archive of the example."""
    path = "crawl-data/CC-NEWS/2025/10/CC-NEWS-20251015000000-00001.warc.gz"
    if url == "http://store.example/crawl-data/CC-NEWS/2025/10/warc.paths.gz":
        return {}, gzip.compress(path.encode())
    return ({}, (EXAMPLES / "web.warc.gz").read_bytes()) if url == f"http://store.example/{path}" else None


def kept_in(folder: Path) -> set[str]:
    [run] = (folder / "crawls").iterdir()
    return {
        json.loads(line)["url"] for line in (run / "articles.jsonl").read_text(encoding="utf-8").splitlines()
    }


def test_cc_news_gives_what_the_archive_spider_takes_out_of_the_same_file(tmp_path: Path):
    """No site is asked; a second run reads nothing again; the replay gives the same corpus."""
    asks = {"seeds": EXAMPLES / "seeds", "sources": "cc_news", "since": "2025-10-01", "corpus": "story"}
    line = command(tmp_path, "coverage", *FAST, "-s", "SEEDBED_CC_NEWS=http://store.example/", **asks)
    with NewsWeb(service=as_cc_news) as web:
        done = crawl(line, web.proxy)
        assert done.returncode == 0, done.stderr
        before = files(tmp_path / "seeds" / "story")
        assert {url.split("/")[2] for url in web.log} == {"store.example"}
        web.log.clear()
        again = crawl(line, web.proxy)

    assert again.returncode == 0, again.stderr
    assert [url for url in web.log if url.endswith(".warc.gz")] == []
    assert files(tmp_path / "seeds" / "story").keys() == before.keys()
    offline = tmp_path / "archive"
    warc = {"warc": EXAMPLES / "web.warc.gz", "seeds": EXAMPLES / "seeds", "since": "2025-10-01"}
    assert crawl(command(offline, "archive", **warc)).returncode == 0
    assert kept_in(tmp_path) == kept_in(offline)
    [run] = (tmp_path / "crawls").iterdir()
    replay = tmp_path / "replay"
    replayed = crawl(command(replay, "coverage", archive=run / "pages.warc.gz", **asks))
    assert replayed.returncode == 0, replayed.stderr
    assert kept_in(replay) == kept_in(tmp_path)


def test_cc_news_wants_a_window(tmp_path: Path):
    """It is too much to read whole."""
    done = crawl(command(tmp_path, "coverage", seeds=EXAMPLES / "seeds", sources="cc_news"))

    assert done.returncode == 2
    assert "-a since: CC-NEWS grows by a gigabyte an hour" in done.stderr


def test_an_index_that_does_not_answer_stops_nothing(tmp_path: Path):
    """It is named with what it said, and the sites are crawled."""
    sites = tmp_path / "sites.txt"
    sites.write_text((EXAMPLES / "sites.txt").read_text().replace("https://", "http://"))
    with NewsWeb(
        service=lambda url: ({"Content-Type": "text/html"}, b"Maintenance") if "gdelt" in url else None
    ) as web:
        done = crawl(
            command(
                tmp_path,
                "coverage",
                *FAST,
                *GDELT,
                seeds=EXAMPLES / "seeds",
                sites=sites,
                sources="feeds,sitemaps,sections,gdelt",
                corpus="story",
                budget=12,
            ),
            web.proxy,
        )

    assert done.returncode == 0, done.stderr
    assert "gdelt: it says: Maintenance. The crawl goes on without it" in done.stderr
    assert manifest(tmp_path / "seeds" / "story")


def test_a_source_that_nobody_knows_is_one_clear_message(tmp_path: Path):
    """It names those that there are."""
    done = crawl(command(tmp_path, "coverage", seeds=EXAMPLES / "seeds", sources="feeds,gdlet"))

    assert done.returncode == 2
    assert (
        "-a sources: gdlet: there is no such source. There are: feeds, sitemaps, sections, url_lists, starter_list, "
        "gdelt, cc_news, wayback." in (done.stderr)
    )
