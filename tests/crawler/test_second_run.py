"""A crawl that is going on already is refused before anything loads; so is a wrong argument."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from scrapy.settings import Settings

from crawler.asked import Asked
from dedupe.errors import CorpusLockedError
from dedupe.files import run_lock

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "examples" / "seeds"


def asked(**given: object) -> Asked:
    settings = Settings()
    settings.setmodule("crawler.settings")
    return Asked.read("coverage", {"seeds": SEEDS, "sites": "https://a.example/", **given}, settings)


def test_a_crawl_that_is_held_is_refused_under_any_topics_name(tmp_path: Path):
    """The folder is found by what shapes the crawl: the topic, which takes long to learn, is not needed."""
    crawl = asked()

    with (
        run_lock(tmp_path / f"some-topic-{crawl.digest}", "scrapy crawl"),
        pytest.raises(CorpusLockedError, match="in use by `scrapy crawl`"),
    ):
        crawl.check_not_running(tmp_path)


def test_a_crawl_that_ended_or_another_one_is_no_hindrance(tmp_path: Path):
    """A lock file that nobody holds says nothing; a crawl into another corpus is another crawl."""
    crawl = asked()
    with run_lock(tmp_path / f"some-topic-{crawl.digest}", "scrapy crawl"):
        asked(corpus="mine").check_not_running(tmp_path)

    crawl.check_not_running(tmp_path)


def test_the_command_says_who_holds_the_crawl_without_loading_spiders(tmp_path: Path):
    """Topics, spiders and readers take seconds to load; none of them is needed to say no."""
    crawl = asked()
    with run_lock(tmp_path / f"some-topic-{crawl.digest}", "scrapy crawl"):
        line = [
            sys.executable,
            "-X",
            "importtime",
            "-m",
            "scrapy",
            "crawl",
            "coverage",
            "-a",
            f"seeds={SEEDS}",
        ]
        line += ["-a", "sites=https://a.example/", "-s", f"SEEDBED_CRAWLS={tmp_path}"]
        ended = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)

    assert ended.returncode == 2
    assert "in use by `scrapy crawl` (process " in ended.stderr
    loaded = {line.rpartition("|")[2].strip() for line in ended.stderr.splitlines() if "import time" in line}
    assert "crawler.asked" in loaded
    assert not loaded & {"crawler.topic", "crawler.spiders.coverage", "trafilatura", "py3langid"}


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")
def test_ctrl_c_while_the_crawl_loads_ends_it_at_once(tmp_path: Path):
    """Nothing is to be saved yet; and no library that is being loaded can swallow it."""
    late = "import signal, sys; from crawler.commands.crawl import Command\n"
    late += "from scrapy.cmdline import execute; from scrapy.crawler import AsyncCrawlerProcess\n"
    late += (
        "AsyncCrawlerProcess.__init__ = lambda *_, **__: [signal.raise_signal(signal.SIGINT), sys.exit(7)]\n"
    )
    late += "execute(['scrapy', *sys.argv[1:]])"
    line = [
        sys.executable,
        "-c",
        late,
        "crawl",
        "coverage",
        "-a",
        f"seeds={SEEDS}",
        "-a",
        "sites=https://a.example/",
    ]
    line += ["-s", f"SEEDBED_CRAWLS={tmp_path}"]

    ended = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)

    assert ended.returncode == -signal.SIGINT, ended.stderr
    assert "Traceback" not in ended.stderr
