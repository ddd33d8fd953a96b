"""Crawls that ask an index, as a person runs them: live, and replayed without it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.crawler.news_web import EXAMPLES, NewsWeb, command, crawl, files

TRUTH = json.loads((EXAMPLES / "truth.json").read_text(encoding="utf-8"))["articles"]
STORIES = sorted(url for url, known in TRUTH.items() if known["kind"] == "original")[:4]
FAST = ["-s", "SEEDBED_DELAY=0", "-s", "SEEDBED_DELAY_MARGIN=0", "-s", "SEEDBED_BACKOFF=0.1"]
GDELT = ["-s", "SEEDBED_GDELT=http://gdelt.example/doc", "-s", "SEEDBED_GDELT_INTERVAL=0"]


def as_gdelt(url: str) -> tuple[str, bytes] | None:
    """Lists some of the example's stories."""
    if not url.startswith("http://gdelt.example/"):
        return None
    listed = [{"url": story.replace("https://", "http://"), "title": ""} for story in STORIES]
    return "application/json", json.dumps({"articles": listed}).encode()


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


def test_an_index_that_does_not_answer_stops_nothing(tmp_path: Path):
    """It is named with what it said, and the sites are crawled."""
    sites = tmp_path / "sites.txt"
    sites.write_text((EXAMPLES / "sites.txt").read_text().replace("https://", "http://"))
    with NewsWeb(service=lambda url: ("text/html", b"Maintenance") if "gdelt" in url else None) as web:
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
        "-a sources: gdlet: there is no such source. There are: feeds, sitemaps, sections, url_lists, gdelt"
        in (done.stderr)
    )
