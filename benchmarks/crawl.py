"""The crawl on a simulated news web with known truth: focus, politeness, and the corpus it writes.

The kit serves the web, logs each request, and scores log and corpus; its baselines run beside ours with --peers.
Several webs make a figure that does not hang on one: `SEEDBED_BENCH_SEED=7,8,9`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import fmean, median

ROOT = Path(__file__).parents[1]
SEEDS = os.environ.get("SEEDBED_BENCH_SEED", "7").split(",")
EVENTS = os.environ.get("SEEDBED_BENCH_EVENTS", "E02,E09,E16").split(",")
BUDGET = 400
EARLY = 150
PORT = 8917

# Figure -> what it is to be; None: it is told beside the others.
AIMS: dict[str, tuple[str, float] | None] = {
    "recall_at_budget": (">=", 0.95),
    "story_recall_at_budget": (">=", 0.97),
    f"recall_at_{EARLY}": (">=", 0.80),
    "auc": (">=", 0.75),
    "harvest": (">=", 0.12),
    "requests": None,
    "waste": ("<=", 0.03),
    "traps": ("<=", 3),
    "robots_violations": ("<=", 0),
    "delay_violations": ("<=", 0),
    "retry_after_violations": ("<=", 0),
    "max_concurrency": ("<=", 2),
    "documents": None,
    "event_precision": (">=", 0.97),
    "story_loss": ("<=", 0.01),
    "duplicate_rate": ("<=", 0.01),
    "token_f1": (">=", 0.98),
    "boilerplate_per_doc": ("<=", 0.02),
    "paywalled_stubs": ("<=", 0),
    "format_errors": ("<=", 0),
}
OURS = "seedbed"
PEERS = {
    "breadth-first": ("bfs_spider.py", []),
    "feeds": ("feeds_spider.py", ["sitemaps=0"]),
    "and sitemaps": ("feeds_spider.py", []),
    "titles first": ("feeds_spider.py", ["order=title"]),
}

Figures = dict[str, float]


def run(kit: Path | None, predictions: Path | None, peers: bool) -> Figures:
    """Crawl for some events of some webs; a figure is the median over the webs of its means over the events."""
    if kit is None:
        raise SystemExit("crawl: --kit FOLDER names the simulated news web")
    names = [OURS, *(PEERS if peers else ())]
    with tempfile.TemporaryDirectory() as temporary:
        out = (predictions or Path(temporary)).resolve()
        webs = [one_web(kit, out / seed, seed, names) for seed in SEEDS]
    medians = {
        name: {figure: median(fmean(each[figure] for each in web[name]) for web in webs) for figure in AIMS}
        for name in names
    }
    print_table(medians)
    for seed, web in zip(SEEDS, webs, strict=True):
        print_events(seed, web[OURS])
    return medians[OURS]


def one_web(kit: Path, out: Path, seed: str, names: Sequence[str]) -> dict[str, list[Figures]]:
    """Crawler -> its figures for each event."""
    with news_web(kit, out / "web", seed) as control:
        return {
            name: [
                score(kit, out, control, event, seedbed(out, event))
                if name == OURS
                else score(kit, out, control, event, peer(kit, out, event, name), kit)
                for event in EVENTS
            ]
            for name in names
        }


def print_table(rows: dict[str, Figures]) -> None:
    """A line a figure, a column a crawler; a star marks what ours is short of."""
    print(f"\nmedian of {len(SEEDS)} webs ({', '.join(SEEDS)}) of the mean over {', '.join(EVENTS)}; "
          f"{BUDGET} requests each")  # fmt: skip
    print(f"{'':24} {'aim':>8}" + "".join(f"{name:>15}" for name in rows))
    for figure, aim in AIMS.items():
        star = "" if aim is None or reached(rows[OURS][figure], aim) else " *"
        said = f"{aim[0]} {aim[1]:g}" if aim else ""
        print(f"{figure:24} {said:>8}" + "".join(f"{each[figure]:15.3f}" for each in rows.values()) + star)


def print_events(seed: str, events: Sequence[Figures]) -> None:
    """What our crawls of one web came to, one column an event."""
    print(f"\n{OURS}, web {seed}: {', '.join(EVENTS)}")
    for figure in AIMS:
        print(f"  {figure:24} {'  '.join(f'{each[figure]:g}' for each in events)}")


def reached(value: float, aim: tuple[str, float]) -> bool:
    """Whether a figure is what it is to be."""
    way, bound = aim
    return value >= bound if way == ">=" else value <= bound


@contextmanager
def news_web(kit: Path, out: Path, seed: str) -> Iterator[str]:
    """Serve a web on loopback; yields the proxy's address."""
    line = [sys.executable, "newsweb.py", "--seed", seed, "--port", str(PORT), "--out", str(out.resolve())]
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


def peer(kit: Path, out: Path, event: str, name: str) -> tuple[list[str], Path]:
    """A baseline's command line for an event, and where its corpus will be."""
    spider, options = PEERS[name]
    corpus = out / name.replace(" ", "-") / event
    line = [
        sys.executable,
        "-m",
        "scrapy",
        "runspider",
        "-s",
        "LOG_LEVEL=CRITICAL",
        str((kit / "baselines" / spider).resolve()),
    ]
    said = [f"sites={out / 'web' / 'sites.txt'}", f"budget={BUDGET}", f"corpus={corpus}", *options]
    if spider.startswith("feeds"):
        said.append(f"seeds={out / 'web' / 'seeds' / event}")
    return line + [word for each in said for word in ("-a", each)], corpus


def score(
    kit: Path, out: Path, proxy: str, event: str, job: tuple[list[str], Path], place: Path = ROOT
) -> Figures:
    """Run one crawl and score its part of the log and its corpus.

    Args:
        place: where it runs: Scrapy takes the settings of the project that it stands in.
    """
    line, corpus = job
    mark = f"{event}-{corpus.parent.name}"
    ask(proxy, f"mark?{mark}")
    subprocess.run(
        line, cwd=place, env=os.environ | {"http_proxy": proxy}, check=True, stdout=subprocess.DEVNULL
    )
    return scored(kit, out, proxy, event, mark, corpus)


def scored(kit: Path, out: Path, proxy: str, event: str, mark: str, corpus: Path) -> Figures:
    """Score what was asked for since a mark, and a corpus."""
    ask(proxy, "flush")
    truth = out / "web" / "truth.json"
    scorer = [sys.executable, "score_crawl.py", "--truth", str(truth.resolve())]
    scorer += ["--log", str((out / "web" / "requests.jsonl").resolve()), "--after", mark, "--event", event]
    early, whole = (
        json.loads(
            subprocess.run([*scorer, *more], cwd=kit, check=True, capture_output=True, text=True).stdout
        )
        for more in (
            ["--budget", str(EARLY)],
            ["--budget", str(BUDGET), "--corpus", str(corpus.resolve())],
        )
    )
    crawl, written = whole["crawl"], whole["corpus"]
    found = crawl["story_recall_at_budget"] * crawl["stories_reachable"]
    there = written["story_recall"] * stories_of(truth, event)
    own = {
        f"recall_at_{EARLY}": early["crawl"]["recall_at_budget"],
        "format_errors": len(written["format_errors"]),
        "story_loss": max(0.0, 1 - round(there) / round(found)) if round(found) else 0.0,
    }
    return {
        name: float(value)
        for name, value in (crawl | written | own).items()
        if isinstance(value, (int, float))
    }


def stories_of(truth: Path, event: str) -> int:
    """How many stories of an event the scorer expects in a corpus."""
    articles = json.loads(truth.read_text(encoding="utf-8"))["articles"].values()
    return len(
        {
            each["cluster"]
            for each in articles
            if each["event"] == event and each["allowed"] and not each["paywalled"]
        }
    )


def ask(proxy: str, what: str) -> None:
    """Tell the kit's server to mark or write out its log."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({"http": proxy}))
    opener.open(f"http://any.test/_control/{what}", timeout=30).read()
