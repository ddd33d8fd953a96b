"""`scrapy crawl coverage` without arguments: what comes of the bundled example, held against its truth."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
EVENT = "brenna-star"


def crawl(folder, *arguments):
    folders = ["-s", f"SEEDBED_CORPORA={folder / 'seeds'}", "-s", f"SEEDBED_CRAWLS={folder / 'crawls'}"]
    return subprocess.run(
        [sys.executable, "-m", "scrapy", "crawl", "coverage", "-a", "corpus=ferry", *folders, *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
    )


def lines_of(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def truth():
    return json.loads((ROOT / "examples" / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The folder of one run, and what it printed."""
    folder = tmp_path_factory.mktemp("run")
    return folder, crawl(folder)


@pytest.fixture(scope="module")
def kept(run):
    """Address -> text of the documents of the corpus."""
    corpus = run[0] / "seeds" / "ferry"
    return {
        line["url"]: (corpus / line["file"]).read_text(encoding="utf-8")
        for line in lines_of(corpus / "manifest.jsonl")
        if line.get("url")
    }


def test_the_run_ends_well_and_says_where_to_look(run):
    """Exit code 0, nothing on standard error in a pipe, and the corpus and the report are named."""
    _, done = run

    assert (done.returncode, done.stderr) == (0, "")
    assert "report.html" in done.stdout


def test_only_the_event_is_kept(kept, truth):
    """No page about another ferry, no sport, no stub, no page that is gone or that robots.txt forbids."""
    told = {url: truth["articles"].get(url) for url in kept}

    assert [url for url, article in told.items() if article is None] == []
    assert [url for url, article in told.items() if article["event"] != EVENT or not article["allowed"]] == []
    assert [url for url, article in told.items() if article["kind"] in ("stub", "soft_404")] == []


def test_every_independent_report_is_kept(kept, truth, run):
    """Each English original is in the corpus, or a text that carries it stands there instead."""
    removed = lines_of(run[0] / "seeds" / "ferry" / "removed.jsonl")
    stands_in = {
        line["article"].get("url")
        for line in removed
        if line["what"] == "document" and line.get("representative")
    }
    originals = [
        url
        for url, article in truth["articles"].items()
        if article["kind"] == "original" and article["event"] == EVENT
        if article["allowed"] and article["language"] == "en"
    ]

    assert [url for url in originals if url not in kept and url not in stands_in] == []


def test_of_copies_one_stays(kept, truth):
    """Exact, trimmed and localised copies of an agency story are one document."""
    copies = {"exact", "trimmed", "localised"}
    stories = Counter(
        truth["articles"][url]["story"]
        for url in kept
        if truth["articles"][url]["kind"] in copies | {"original"}
    )

    assert [story for story, count in stories.items() if count > 1] == []


def test_no_sentence_of_a_kept_story_is_lost(kept, truth):
    """Every paragraph of the truth stands in the document."""
    lost = {
        url: [line for line in truth["articles"][url]["text"].split("\n") if line not in text]
        for url, text in kept.items()
    }

    assert {url: lines for url, lines in lost.items() if lines} == {}


def test_the_gate_passes(run):
    """The example is a clean corpus."""
    done = subprocess.run(
        [sys.executable, "-m", "dedupe", "check", run[0] / "seeds" / "ferry"],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_a_second_run_elsewhere_gives_the_same_bytes(run, tmp_path):
    """The same seeds and pages give the same corpus, byte for byte."""
    crawl(tmp_path)

    first, second = (
        {path.name: path.read_bytes() for path in (folder / "seeds" / "ferry").iterdir() if path.is_file()}
        for folder in (run[0], tmp_path)
    )
    assert first == second
