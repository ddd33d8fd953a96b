"""Sites that do not answer: named, with the way out, and never taken for an empty success."""

from __future__ import annotations

import json
import socket
from pathlib import Path

from tests.crawler.news_web import EXAMPLES, NewsWeb, command, crawl

QUICK = ["-s", "SEEDBED_BACKOFF=0.1", "-s", "SEEDBED_ALSO_REACH=127.0.0.0/8"]


def nobody() -> str:
    """An address of this machine where nothing listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{taken.getsockname()[1]}"


def test_a_site_that_does_not_answer_is_named_and_no_corpus_is_written(tmp_path: Path):
    """Exit code 2; seeds alone are no corpus that a crawl gathered."""
    host = nobody()

    done = crawl(command(tmp_path, "coverage", seeds=EXAMPLES / "seeds", sites=f"http://{host}/") + QUICK)

    assert done.returncode == 2
    assert f"{host}: robots.txt answered nothing" in done.stderr
    assert "No page could be fetched" in done.stderr
    assert not (tmp_path / "seeds").exists()


def test_a_site_that_answers_later_is_crawled_by_the_same_command(tmp_path: Path):
    """A host's silence is not remembered: the same command asks again."""
    site = "http://skerrowherald.example/"
    line = (
        command(tmp_path, "coverage", seeds=EXAMPLES / "seeds", sites=site, corpus="later", budget=15) + QUICK
    )

    first = crawl(line, f"http://{nobody()}")
    with NewsWeb() as web:
        second = crawl(line, web.proxy)

    assert (first.returncode, second.returncode) == (2, 0), first.stderr + second.stderr
    manifest = (tmp_path / "seeds" / "later" / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    assert [record for record in map(json.loads, manifest) if "skerrowherald" in (record.get("url") or "")]
