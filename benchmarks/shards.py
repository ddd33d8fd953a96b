"""One crawl on two processes, one of which is killed amid its work and started again, beside one process.

On the simulated news web of the crawl's kit, with a Redis of its own on loopback. What must hold: no site is asked by
two, no page is recorded twice, every address has its outcome, and what one process keeps the two keep as well.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import fmean

from benchmarks.crawl import EVENTS, PORT, ROOT, SEEDS, ask, news_web, scored, seedbed
from crawler.shards import site_of
from crawler.warc import read_responses

SHARDS = 2
# Pages that the second shard has kept in its WARC when it is killed.
KILLED_AFTER = 20
# Seconds that the web's port may be in use by somebody else's run.
TAKEN = 600


def run(kit: Path | None, predictions: Path | None, peers: bool) -> dict[str, float]:
    """Crawl for some events by one process and by two; the figures are means or sums over the events."""
    del peers
    if kit is None:
        raise SystemExit("shards: --kit FOLDER names the simulated news web")
    wait_for_port()
    with tempfile.TemporaryDirectory() as temporary:
        out = predictions or Path(temporary)
        with news_web(kit, out / "web", SEEDS[0]) as proxy, redis() as exchange:
            rows = [compared(kit, out, proxy, exchange, event) for event in EVENTS]
    print(
        f"{SHARDS} shards, one killed and started again, beside one process; seed {SEEDS[0]}, {', '.join(EVENTS)}"
    )
    for name in rows[0]:
        print(f"  {name:34} {'  '.join(f'{row[name]:g}' for row in rows)}")
    total = {name: sum(row[name] for row in rows) for name in rows[0]}
    return {
        "sites asked by two": total["sites asked by two"],
        "pages recorded twice": total["pages recorded twice"],
        "addresses without an outcome": total["addresses without an outcome"],
        "share of one's pages that two keep": total["kept by both"] / total["kept by one"],
        "recall of two less that of one": fmean(row["recall, two"] - row["recall, one"] for row in rows),
    }


def compared(kit: Path, out: Path, proxy: str, exchange: str, event: str) -> dict[str, float]:
    """One event's figures."""
    line, _ = seedbed(out / "one", event, out / "web")
    _, corpus = seedbed(out / "one", event, out / "web")
    ask(proxy, f"mark?{event}-one")
    subprocess.run(line, cwd=ROOT, env=reached(proxy), check=True, stdout=subprocess.DEVNULL)
    one = scored(kit, out, proxy, event, f"{event}-one", corpus)
    alone = folders(out / "one", event)

    line, corpus = seedbed(out / "two", event, out / "web")
    ask(proxy, f"mark?{event}-two")
    shared(line, out / "two", proxy, exchange, event)
    shards = folders(out / "two", event)
    clean = [*line[:3], "clean", *line[line.index("-s") :], *map(str, shards)]
    subprocess.run(clean, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    two = scored(kit, out, proxy, event, f"{event}-two", corpus)

    before, after = kept(alone), kept(shards)
    sites = [asked_sites(folder) for folder in shards]
    return {
        "kept by one": len(before),
        "kept by two": len(after),
        "kept by both": len(before & after),
        "recall, one": one["recall_at_budget"],
        "recall, two": two["recall_at_budget"],
        "requests, one": one["requests"],
        "requests, two": two["requests"],
        "addresses handed over": sum(outcomes(folder)["handed_over"] for folder in shards),
        "sites asked by two": len(set.intersection(*sites)),
        "pages recorded twice": twice(shards),
        "addresses without an outcome": sum(undecided(folder) for folder in shards),
        "robots and delay violations": sum(
            two[name] for name in ("robots_violations", "delay_violations", "retry_after_violations")
        ),
    }


def shared(line: list[str], out: Path, proxy: str, exchange: str, event: str) -> None:
    """Run all shards to the end of the crawl; the last one is killed on the way, and started again."""
    lines = [
        [*line, "-a", f"exchange={exchange}", "-a", f"shard={number}/{SHARDS}"]
        for number in range(1, SHARDS + 1)
    ]
    processes = [start(each, proxy) for each in lines]
    while pages(out, event) < KILLED_AFTER and processes[-1].poll() is None:
        time.sleep(0.05)
    processes[-1].kill()
    processes[-1].wait()
    processes[-1] = start(lines[-1], proxy)
    if any(process.wait() for process in processes):
        raise SystemExit("shards: a shard did not end well")


def start(line: list[str], proxy: str) -> subprocess.Popen[bytes]:
    """Start a crawl behind the web's proxy."""
    return subprocess.Popen(line, cwd=ROOT, env=reached(proxy), stdout=subprocess.DEVNULL)


def reached(proxy: str) -> dict[str, str]:
    """The environment of a crawl of the web."""
    return os.environ | {"http_proxy": proxy}


def folders(out: Path, event: str) -> list[Path]:
    """The folders of an event's crawl, of all shards."""
    return sorted((out / "crawls").glob(f"{event}-*"))


def pages(out: Path, event: str) -> int:
    """Requests that the last shard has an answer to."""
    for folder in (out / "crawls").glob(f"{event}-*-{SHARDS}of{SHARDS}"):
        if (folder / "frontier.sqlite").exists():
            return facts(folder).get("requests", 0)
    return 0


def facts(folder: Path) -> dict[str, int]:
    """The numbers that a crawl saved, which may be under way."""
    with closing(sqlite3.connect(folder / "frontier.sqlite")) as database:
        try:
            return dict(database.execute("SELECT name, value FROM facts"))
        except sqlite3.OperationalError:  # it is being made
            return {}


def outcomes(folder: Path) -> Counter[str]:
    """Outcome -> addresses."""
    with closing(sqlite3.connect(folder / "frontier.sqlite")) as database:
        return Counter(
            dict(database.execute("SELECT coalesce(outcome, 'waiting'), count(*) FROM addresses GROUP BY 1"))
        )


def undecided(folder: Path) -> int:
    """Addresses that are neither done nor waiting, or that are on their way to nobody."""
    with closing(sqlite3.connect(folder / "frontier.sqlite")) as database:
        (lost,) = database.execute("SELECT count(*) FROM addresses WHERE state IN (1, 3)").fetchone()
        (unsent,) = database.execute("SELECT count(*) FROM outbox").fetchone()
        return int(lost) + int(unsent)


def kept(crawls: list[Path]) -> set[str]:
    """Addresses of the articles that crawls kept."""
    lines = (line for folder in crawls for line in (folder / "articles.jsonl").read_bytes().splitlines())
    return {json.loads(line)["url"] for line in lines}


def asked_sites(folder: Path) -> set[str]:
    """Sites whose robots.txt a crawl asked for: nothing of a host is asked for before."""
    with closing(sqlite3.connect(folder / "frontier.sqlite")) as database:
        return {site_of(host) for (host,) in database.execute("SELECT host FROM hosts")}


def twice(crawls: list[Path]) -> int:
    """Addresses that stand in the archives more than once."""
    recorded = Counter(
        response.url for folder in crawls for _, response in read_responses(folder / "pages.warc.gz")
    )
    return sum(times > 1 for times in recorded.values())


def wait_for_port() -> None:
    """Wait while another run serves the web."""
    for _ in range(TAKEN):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", PORT))
            except OSError:
                time.sleep(1)
            else:
                return
    raise SystemExit(f"shards: port {PORT} is in use")


@contextmanager
def redis() -> Iterator[str]:
    """A Redis server of this run's own, with nothing on disk; yields its address."""
    binary = shutil.which("redis-server") or shutil.which("valkey-server")
    if binary is None:
        raise SystemExit("shards: no redis-server here: apt install redis-server")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    line = [binary, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with subprocess.Popen(line, stdout=subprocess.DEVNULL) as server:
        try:
            time.sleep(1)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()
