"""A WARC through `scrapy crawl archive`: what comes out, how fast, and that no page stops the run.

How fast is measured on a file like those of CC-NEWS: of a hundred pages one is on the topic. With --kit FOLDER the
others are the kit's pages (truth.jsonl and html/) again and again, else they are made up. Beside it stand the same
with every page read, the unpacking alone, which is the limit, and with --peers the pipelines of news-please and Fundus
(which reads the pages of its own publishers) and FastWARC, which unpacks and parses records and reads none.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from benchmarks.machinery import EXAMPLES, made_up
from crawler.frontier import Frontier
from crawler.items import Outcome, RawResponse
from crawler.urls import address_key
from crawler.warc import WarcWriter, records
from crawler.workers import cores

ROOT = Path(__file__).parents[1]
KIB = 1024  # the unit in which Linux tells the memory that a process took
READERS = ("news-please", "fundus")
UNPACKERS = ("fastwarc",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this benchmark can be asked besides."""
    parser.add_argument(
        "--pages", type=int, default=2000, help="pages of the WARC that the speed is taken on"
    )
    parser.add_argument(
        "--peer-pages", type=int, default=100, help="of these, pages that are read whole, by us and by peers"
    )
    parser.add_argument(
        "--peer-python", default=sys.executable, help="the Python where the peers are installed"
    )


def run(
    kit: Path | None,
    predictions: Path | None,
    peers: bool,
    *,
    pages: int = 2000,
    peer_pages: int = 100,
    peer_python: str = sys.executable,
) -> dict[str, float]:
    """Read the kit's pages out of one WARC, where one is given; then take the time on a large one."""
    figures = accounted(kit, predictions) if kit else {}
    with tempfile.TemporaryDirectory() as temporary:
        return figures | speed(Path(temporary), kit, pages, peer_pages, peer_python if peers else None)


def speed(folder: Path, kit: Path | None, pages: int, few: int, peer_python: str | None) -> dict[str, float]:
    """Pages and megabytes a second, in turn with the peers."""
    whole, part, one = (folder / f"{name}.warc.gz" for name in ("whole", "part", "one"))
    sizes = {path: write_large(kit, count, path) for path, count in ((whole, pages), (part, few), (one, 1))}
    start = crawled(folder, one).cpu  # what loading, and the cleaning at the end, take
    rows = {"unpacking alone": (whole, pages, unpacking(whole))}
    alone = crawled(folder, whole)
    rows["seedbed"] = (whole, pages, replace(alone, cpu=alone.cpu - start))
    every = crawled(folder, part, "-s", "SEEDBED_SIEVE=0")
    rows["seedbed, every page read"] = (part, few, replace(every, cpu=every.cpu - start))
    for name in (*READERS, *UNPACKERS) if peer_python else ():
        assert peer_python is not None
        path, count = (whole, pages) if name in UNPACKERS else (part, few)
        if cost := of_peer(peer_python, name, path):
            rows[name] = (path, count, cost)
    workers = crawled(folder, whole, "-s", f"SEEDBED_WORKERS={cores()}")
    print(f"\n{pages:,} pages, {sizes[whole] / 1e6:.0f} MB, {whole.stat().st_size / 1e6:.0f} MB packed")
    print(f"{'':26}{'pages/cpu s':>12}{'MB/cpu s':>10}{'packed MB/cpu s':>17}")
    rates = {}
    for name, (path, count, cost) in rows.items():
        rates[name] = count / cost.cpu
        mb, packed = sizes[path] / 1e6 / cost.cpu, path.stat().st_size / 1e6 / cost.cpu
        print(f"{name:26}{rates[name]:12.1f}{mb:10.1f}{packed:17.1f}")
    read = 1 - alone.outcomes.get(Outcome.NOT_READ, 0) / pages
    print(f"read: {read:.1%} of the pages; {alone.peak / 2**20:.0f} MiB at most in one process")
    print(
        f"by the clock, start and cleaning included: {pages / alone.wall:.1f} pages/s in one process, "
        f"{pages / workers.wall:.1f} with {cores()} readers"
    )
    over = {
        f"seedbed over {name}": rates["seedbed"] / rate for name, rate in rates.items() if name != "seedbed"
    }
    for name, ratio in over.items():
        print(f"{name}: {ratio:.2f}")
    return over


@dataclass(frozen=True)
class _Cost:
    """Seconds; of a crawl also what came of its pages, and the memory of its largest process in bytes."""

    cpu: float
    wall: float
    outcomes: Mapping[str, int] = field(default_factory=dict)
    peak: int = 0


def unpacking(path: Path) -> _Cost:
    """What it takes to inflate a file and cut it into its records."""
    wall, cpu = time.perf_counter(), time.process_time()
    with path.open("rb") as file:
        deque(records(file), maxlen=0)
    return _Cost(time.process_time() - cpu, time.perf_counter() - wall)


def crawled(folder: Path, warc: Path, *options: str) -> _Cost:
    """A crawl of its own; in one process, unless the options say otherwise, since that tells all its time."""
    out = Path(tempfile.mkdtemp(dir=folder))
    line = [sys.executable, "-m", "scrapy", "crawl", "archive", "-a", f"warc={warc}", "-a", "corpus=pages"]
    line += ["-a", f"seeds={EXAMPLES / 'seeds'}", "-s", f"SEEDBED_CRAWLS={out / 'crawls'}"]
    line += ["-s", f"SEEDBED_CORPORA={out / 'seeds'}", "-s", "SEEDBED_WORKERS=0", *options]
    wall = time.perf_counter()
    with subprocess.Popen(line, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        said = process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(said.decode())
    wall = time.perf_counter() - wall
    [crawl] = (out / "crawls").iterdir()
    frontier = Frontier(crawl / "frontier.sqlite")
    outcomes = frontier.outcomes()
    frontier.close()
    return _Cost(used.ru_utime + used.ru_stime, wall, outcomes, used.ru_maxrss * KIB)


def of_peer(python: str, name: str, warc: Path) -> _Cost | None:
    """What a peer takes; None: it is not installed there."""
    line = [python, str(ROOT / "benchmarks" / "_archive_peers.py"), name, str(warc)]
    done = subprocess.run(line, check=False, capture_output=True, text=True)
    if done.returncode:
        print(f"{name} is left out: {done.stderr.strip().splitlines()[-1]}")
        return None
    told = json.loads(done.stdout.splitlines()[-1])
    print(f"{name}: {told['read']} of the records")
    return _Cost(told["cpu"], told["wall"])


def write_large(kit: Path | None, count: int, path: Path) -> int:
    """A WARC of some pages, each under an address of its own. Returns the bytes of the pages."""
    ours = list(islice(made_up(), 20))
    others = list(pages_of(kit)) if kit else [("https://paper.example/story", page) for page in strange()]
    writer = WarcWriter(path, 0, "benchmarks")
    size = 0
    for number in range(count):
        url, body = others[number % len(others)]
        if number % 100 == 50:
            url, body = "https://ours.example/story", ours[number // 100 % len(ours)]
        size += len(body)
        url += f"{'&' if '?' in url else '?'}copy={number}"
        raw = RawResponse(200, "OK", (("Content-Type", "text/html; charset=utf-8"),), body)
        writer.write(url, raw, datetime(2031, 3, 1, tzinfo=UTC))
    writer.close()
    return size


def strange() -> Iterator[bytes]:
    """Pages as `made_up` makes them, of the same make and other words."""
    letters = str.maketrans("aeioubcdfghklmnprst", "eiouacdfghbklmnrstp")
    for page in islice(made_up(), 100):
        pieces = re.split(r"(<script>.*?</script>|<[^>]*>)", page.decode())
        yield "".join(
            piece if piece.startswith("<") else piece.translate(letters) for piece in pieces
        ).encode()


def pages_of(kit: Path) -> Iterator[tuple[str, bytes]]:
    """The addresses and pages of an extraction kit."""
    for line in (kit / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["url"].startswith("http"):  # else no response over HTTP
            yield row["url"], gzip.decompress((kit / row["html"]).read_bytes())


def accounted(kit: Path, predictions: Path | None) -> dict[str, float]:
    """Read every page of an extraction kit out of one WARC; nothing is off topic here."""
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
        outcomes = frontier.outcomes()
        frontier.close()
    print(done.stdout)
    print(f"{pages} pages in, {sum(outcomes.values())} accounted for: {dict(sorted(outcomes.items()))}")
    print(f"{pages / seconds:.1f} pages/s, the cleaning included")
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
    for url, body in pages_of(kit):
        seen[url] += 1
        if seen[url] > 1:
            url += f"{'&' if '?' in url else '?'}copy={seen[url]}"
        written.append(url)
        writer.write(url, RawResponse(200, "OK", (("Content-Type", "text/html"),), body), datetime.now(UTC))
    writer.close()
    return len({address_key(url) for url in written})
