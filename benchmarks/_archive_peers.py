"""The CC-NEWS pipelines of other tools over one WARC: `python -m benchmarks._archive_peers NAME WARC`.

Runs in the Python where the tool is installed, prints a line of JSON; nothing of Seedbed is imported here.
"""

from __future__ import annotations

import importlib
import json
import logging
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def news_please(warc: Path) -> Iterator[Any]:
    """As `newsplease.crawler.commoncrawl_extractor` goes through a file: each response to an article."""
    reader = importlib.import_module("warcio.archiveiterator").ArchiveIterator
    tool = importlib.import_module("newsplease").NewsPlease
    with warc.open("rb") as file:
        for record in reader(file):
            if record.rec_type == "response":
                try:
                    yield tool.from_warc(record, decode_errors="replace", fetch_images=False)
                except Exception as error:  # as the extractor does: the next record
                    logging.debug("%r", error)


def fundus(warc: Path) -> Iterator[Any]:
    """As its crawler of CC-NEWS goes through a file, which it takes from a server; it reads its publishers' pages."""
    line = [sys.executable, "-m", "http.server", "0", "--bind", "127.0.0.1", "-d", str(warc.parent)]
    with subprocess.Popen(
        [line[0], "-u", *line[1:]], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        try:
            assert server.stdout is not None
            port = server.stdout.readline().split(" port ")[1].split()[0]
            publishers = list(importlib.import_module("fundus").PublisherCollection)
            source = importlib.import_module("fundus.scraping.html").CCNewsSource(
                *publishers, warc_path=f"http://127.0.0.1:{port}/{warc.name}"
            )
            scraper = importlib.import_module("fundus.scraping.scraper").CCNewsScraper(source)
            requirements = importlib.import_module("fundus.scraping.filter").Requires("title", "body")
            yield from scraper.scrape(error_handling="suppress", extraction_filter=requirements)
        finally:
            server.kill()


def fastwarc(warc: Path) -> Iterator[Any]:
    """The bytes of each response, as the library unpacks and parses them; no article."""
    module = importlib.import_module("fastwarc.warc")
    with warc.open("rb") as file:
        for record in module.ArchiveIterator(file, record_types=module.WarcRecordType.response):
            yield record.reader.read()


PIPELINES = {"news-please": news_please, "fundus": fundus, "fastwarc": fastwarc}


def main(name: str, warc: str) -> None:
    """Time a pipeline, without what it takes to load it."""
    pipeline = PIPELINES[name]
    importlib.import_module({"news-please": "newsplease"}.get(name, name))
    wall, cpu = time.perf_counter(), time.process_time()
    read = sum(article is not None for article in pipeline(Path(warc)))
    told = {"read": read, "cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}
    print(json.dumps(told))


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    main(*sys.argv[1:])
