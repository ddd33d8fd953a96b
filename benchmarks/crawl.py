"""The crawl on a simulated news web with known truth: focus, politeness, and the corpus it writes.

The kit serves the web, logs each request, and scores log and corpus; its baselines run beside ours with --peers.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import fmean

ROOT = Path(__file__).parents[1]
SEED = os.environ.get("SEEDBED_BENCH_SEED", "7")
EVENTS = os.environ.get("SEEDBED_BENCH_EVENTS", "E02,E09,E16").split(",")
BUDGET = 400
PORT = 8917

CRAWL = ("recall_at_budget", "story_recall_at_budget", "auc", "harvest", "waste", "traps", "robots_violations",
         "delay_violations", "retry_after_violations", "max_concurrency")  # fmt: skip
CORPUS = ("documents", "event_precision", "story_recall", "duplicate_rate", "token_f1", "boilerplate_per_doc",
          "paywalled_stubs", "format_errors")  # fmt: skip
PEERS = {
    "breadth-first Scrapy": ("bfs_spider.py", []),
    "feeds and sitemaps, titles first": ("feeds_spider.py", ["-a", "order=title"]),
}


def run(kit: Path | None, predictions: Path | None, peers: bool) -> dict[str, float]:
    """Crawl for some events of one web; the figures are means over the events."""
    if kit is None:
        raise SystemExit("crawl: --kit FOLDER names the simulated news web")
    with tempfile.TemporaryDirectory() as temporary:
        out = predictions or Path(temporary)
        with news_web(kit, out / "web") as control:
            ours = [score(kit, out, control, event, seedbed(out, event)) for event in EVENTS]
            rows = {"seedbed": ours}
            for name, (spider, options) in PEERS.items() if peers else ():
                rows[name] = [
                    score(kit, out, control, event, peer(kit, out, event, spider, options))
                    for event in EVENTS
                ]
    for name, scores in rows.items():
        print(f"\n{name}, seed {SEED}, events {', '.join(EVENTS)}, {BUDGET} requests")
        for figure in (*CRAWL, *CORPUS):
            values = [each[figure] for each in scores]
            print(f"  {figure:26} {fmean(values):8.3f}   {'  '.join(f'{value:g}' for value in values)}")
    return {figure: fmean(each[figure] for each in ours) for figure in (*CRAWL, *CORPUS)} | {
        "no_violations": float(
            not any(
                each[name]
                for each in ours
                for name in ("robots_violations", "delay_violations", "retry_after_violations")
            )
        )
    }


@contextmanager
def news_web(kit: Path, out: Path) -> Iterator[str]:
    """Serve the web on loopback; yields the proxy's address."""
    line = [sys.executable, "newsweb.py", "--seed", SEED, "--port", str(PORT), "--out", str(out.resolve())]
    with subprocess.Popen(line, cwd=kit, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            if '"ready"' not in server.stdout.readline():
                raise SystemExit("crawl: the simulated web did not start")
            yield f"http://127.0.0.1:{PORT}"
        finally:
            server.terminate()


def seedbed(out: Path, event: str, web: Path | None = None) -> tuple[list[str], Path]:
    """Our command line for an event, and where its corpus will be; None: the web is served from there too."""
    web = web or out / "web"
    line = [
        sys.executable,
        "-m",
        "scrapy",
        "crawl",
        "coverage",
        "-a",
        f"seeds={web / 'seeds' / event}",
    ]
    line += ["-a", f"sites={web / 'sites.txt'}", "-a", f"budget={BUDGET}", "-a", f"corpus={event}"]
    line += ["-s", f"SEEDBED_CRAWLS={out / 'crawls'}", "-s", f"SEEDBED_CORPORA={out / 'seeds'}"]
    return line, out / "seeds" / event


def peer(kit: Path, out: Path, event: str, spider: str, options: list[str]) -> tuple[list[str], Path]:
    """A baseline's command line for an event, and where its corpus will be."""
    corpus = out / spider / event
    line = [sys.executable, "-m", "scrapy", "runspider", str((kit / "baselines" / spider).resolve())]
    line += [
        "-a",
        f"sites={out / 'web' / 'sites.txt'}",
        "-a",
        f"budget={BUDGET}",
        "-a",
        f"corpus={corpus}",
        *options,
    ]
    return line + (["-a", f"seeds={out / 'web' / 'seeds' / event}"] if "feeds" in spider else []), corpus


def score(kit: Path, out: Path, proxy: str, event: str, job: tuple[list[str], Path]) -> dict[str, float]:
    """Run one crawl and score its part of the log and its corpus."""
    line, corpus = job
    mark = f"{event}-{corpus.parent.name}"
    ask(proxy, f"mark?{mark}")
    subprocess.run(
        line, cwd=ROOT, env=os.environ | {"http_proxy": proxy}, check=True, stdout=subprocess.DEVNULL
    )
    return scored(kit, out, proxy, event, mark, corpus)


def scored(kit: Path, out: Path, proxy: str, event: str, mark: str, corpus: Path) -> dict[str, float]:
    """Score what was asked for since a mark, and a corpus."""
    ask(proxy, "flush")
    scorer = [sys.executable, "score_crawl.py", "--truth", str((out / "web" / "truth.json").resolve())]
    scorer += ["--log", str((out / "web" / "requests.jsonl").resolve()), "--after", mark]
    scorer += ["--event", event, "--budget", str(BUDGET), "--corpus", str(corpus.resolve())]
    scored = json.loads(subprocess.run(scorer, cwd=kit, check=True, capture_output=True, text=True).stdout)
    corpus_figures = scored["corpus"] | {"format_errors": len(scored["corpus"]["format_errors"])}
    return {
        name: float(value)
        for name, value in (scored["crawl"] | corpus_figures).items()
        if isinstance(value, (int, float))
    }


def ask(proxy: str, what: str) -> None:
    """Tell the kit's server to mark or write out its log."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({"http": proxy}))
    opener.open(f"http://any.test/_control/{what}", timeout=30).read()
