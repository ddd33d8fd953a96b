"""Real pages as a WARC through `scrapy crawl archive`: what comes out, how fast, and that no page stops the run."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from crawler.frontier import Frontier
from crawler.items import Outcome, RawResponse
from crawler.urls import address_key
from crawler.warc import WarcWriter

ROOT = Path(__file__).parents[1]


def run(kit: Path | None, predictions: Path | None, peers: bool) -> dict[str, float]:  # noqa: ARG001
    """Read every page of an extraction kit out of one WARC; nothing is off topic here."""
    if kit is None:
        raise SystemExit("archive: --kit FOLDER names the pages (truth.jsonl and html/)")
    with tempfile.TemporaryDirectory() as temporary:
        out = predictions or Path(temporary)
        out.mkdir(parents=True, exist_ok=True)
        pages = write_warc(kit, out / "pages.warc.gz")
        line = [sys.executable, "-m", "scrapy", "crawl", "archive", "-a", f"warc={out / 'pages.warc.gz'}"]
        line += ["-a", f"seeds={ROOT / 'examples' / 'seeds'}", "-a", "threshold=0", "-a", "corpus=pages"]
        line += [
            "-s",
            f"SEEDBED_CRAWLS={out / 'crawls'}",
            "-s",
            f"SEEDBED_CORPORA={out / 'seeds'}",
            "-s",
            "SEEDBED_STUB=0",
        ]
        began = time.perf_counter()
        done = subprocess.run(line, cwd=ROOT, check=False, capture_output=True, text=True)
        seconds = time.perf_counter() - began
        if done.returncode:
            raise SystemExit(done.stderr)
        [crawl] = (out / "crawls").iterdir()
        frontier = Frontier(crawl / "frontier.sqlite")
        outcomes, without = frontier.outcomes(), frontier.details(Outcome.NO_ARTICLE)
        frontier.close()
    print(done.stdout)
    print(f"{pages} pages in, {sum(outcomes.values())} accounted for: {dict(sorted(outcomes.items()))}")
    print(
        f"without an article: {dict(sorted(without.items()))}; {pages / seconds:.1f} pages/s, the cleaning included"
    )
    return {
        "accounted_for": sum(outcomes.values()) / pages,
        "articles": outcomes[Outcome.KEPT.value] / pages,
    }


def write_warc(kit: Path, path: Path) -> int:
    """The kit's pages as responses; a second page under one address gets a number. Returns the number of addresses."""
    path.unlink(missing_ok=True)
    writer = WarcWriter(path, 0, "benchmarks")
    seen: Counter[str] = Counter()
    written: list[str] = []
    for line in (kit / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        url = row["url"]
        if not url.startswith("http"):  # no response over HTTP; a WARC would hold it as something else
            continue
        seen[url] += 1
        if seen[url] > 1:
            url += f"{'&' if '?' in url else '?'}copy={row['id']}"
        body = gzip.decompress((kit / row["html"]).read_bytes())
        written.append(url)
        writer.write(url, RawResponse(200, "OK", (("Content-Type", "text/html"),), body), datetime.now(UTC))
    writer.close()
    return len({address_key(url) for url in written})
