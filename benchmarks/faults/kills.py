"""Kills at random moments, bursts too, and stops: in the crawl, live and replayed, the cleaning and the report."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.faults import _peers, _run
from benchmarks.faults.kit import Kit
from benchmarks.faults.row import Row
from tests.crawler.news_web import EXAMPLES, NewsWeb, environment, live

__all__ = ["peers", "rows"]

# Kills, and stops, of each command at scale 1.
KILLS, STOPS = 100, 20
# What Python says where it is stopped while it still loads its own modules, before a line of ours.
NOT_BEGUN = re.compile(rb"Failed to import the site module|Could not import runpy module")


def rows(kit: Kit, workdir: Path) -> Iterator[Row]:
    """Kill each command again and again; what it writes at last is held against an unkilled run's."""
    yield from _live_crawl(kit, workdir / "live")
    whole, articles = workdir / "whole", workdir / "in.jsonl"
    _run.run(_run.crawl(whole), workdir / "whole.log")
    [found] = whole.glob("crawls/*/articles.jsonl")
    shutil.copy(found, articles)
    _run.run(_run.dedupe("clean", articles, "-o", whole / "cleaned"), workdir / "whole.log")
    again = workdir / "again"
    story, cleaned = again / "seeds" / "story", again / "cleaned"
    written = [cleaned / name for name in ("report.html", "report.json", "findings.jsonl")]
    commands = {
        "replayed crawl": (_run.crawl(again), story, whole / "seeds" / "story", [again]),
        "clean": (_run.dedupe("clean", articles, "-o", cleaned), cleaned, whole / "cleaned", [again]),
        "report": (_run.dedupe("report", cleaned), cleaned, whole / "cleaned", written),
    }
    for name, (line, folder, expected, reset) in commands.items():
        reference = _saved(expected, workdir / "reference")
        check = _corpus("same", folder, reference)
        for signal, count in (("KILL", KILLS), ("INT", STOPS), ("TERM", STOPS)):
            if name == "report" and signal == "KILL":
                _run.run(_run.dedupe("clean", articles, "-o", cleaned), workdir / "whole.log")
            told = _killed(kit, signal, _times(count, kit), line, reset, check, _corpus("whole", folder))
            yield _row(f"{name}, SIG{signal}", signal, told)


def _live_crawl(kit: Kit, folder: Path) -> Iterator[Row]:
    """A crawl of the example's web over loopback; a run after one that ended asks only for what changed."""
    expected, again = folder / "whole", folder / "again"
    with NewsWeb() as web:
        settings = environment(web.proxy)
        _run.run(live(expected), folder / "whole.log", env=settings)
        reference = _saved(expected / "seeds" / "story", folder / "reference")
        corpus = again / "seeds" / "story"
        check = [
            "sh",
            "-c",
            shlex.join(_corpus("same-texts", corpus, reference))
            + " && "
            + shlex.join(_corpus("once", again / "crawls")),
        ]
        live(again)  # its list of sites stands beside what is reset
        reset = [again / "crawls", again / "seeds"]
        for signal, count in (("KILL", KILLS), ("INT", STOPS), ("TERM", STOPS)):
            told = _killed(
                kit,
                signal,
                _times(count, kit),
                live(again),
                reset,
                check,
                _corpus("whole", corpus),
                settings,
            )
            yield _row(f"live crawl, SIG{signal}", signal, told)


def peers(kit: Kit, workdir: Path) -> dict[str, str]:
    """A plain spider that keeps its state in a JOBDIR and appends to a file of items, as Scrapy's documentation says."""
    items, state, reference = workdir / "items.jsonl", workdir / "state", workdir / "whole.jsonl"
    with NewsWeb() as web:
        settings = environment(web.proxy)
        start = next(line for line in (EXAMPLES / "sites.txt").read_text().splitlines() if "://" in line)
        spider = _peers.scrapy_spider(kit, start.strip().replace("https://", "http://"))
        _run.run([*spider, "-o", str(reference)], workdir / "whole.log", env=settings)
        line = [*spider, "-s", f"JOBDIR={state}", "-o", str(items)]
        check, no_check = _corpus("lines", items, reference), ["true"]
        told = _killed(kit, "KILL", _times(KILLS // 5, kit), line, [items, state], check, no_check, settings)
    if "error" in told:
        return {"live crawl, SIGKILL": f"Scrapy with a JOBDIR: {told['error']}"}
    return {
        "live crawl, SIGKILL": f"Scrapy with a JOBDIR: {told['rounds_lost']} of {told['rounds']} rounds lost or doubled rows"
    }


def _times(count: int, kit: Kit) -> int:
    return max(3, round(count * kit.scale))


def _saved(corpus: Path, reference: Path) -> Path:
    """A file that says what the corpus of an unkilled run is."""
    subprocess.run(_corpus("save", corpus, reference), cwd=_run.ROOT, check=True)
    return reference


def _killed(
    kit: Kit,
    signal: str,
    count: int,
    line: list[str],
    reset: list[Path],
    check: list[str],
    invariant: list[str],
    env: Mapping[str, str] = os.environ,
) -> dict[str, object]:
    """What the kit's killer says of a command."""
    with tempfile.NamedTemporaryFile() as log:
        killer = kit.tool(
            "killer.py", "--log", log.name, "--kills", count, "--signal", signal, "--seed", kit.seed + len(line),
            "--cmd", shlex.join(line), "--reset", shlex.join(["rm", "-rf", *map(str, reset)]),
            "--check", shlex.join(check), "--invariant", shlex.join(invariant), *(["--burst"] if signal == "KILL" else []),
        )  # fmt: skip
        done = subprocess.run(
            killer,
            cwd=_run.ROOT,
            env={**env, "PYTHONPATH": str(_run.ROOT)},
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        early = len(NOT_BEGUN.findall(log.read()))
    told: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return told | {"too_early": early}


def _corpus(how: str, *paths: Path) -> list[str]:
    return [sys.executable, "-m", "benchmarks.faults._corpus", how, *map(str, paths)]


def _row(case: str, signal: str, told: dict[str, object]) -> Row:
    expected = "nothing lost, torn or doubled; the corpus of an unkilled run, byte for byte"
    if signal != "KILL":
        expected += "; ends in 10 s"
    if "error" in told:
        return Row(case, expected, str(told["error"]), False)
    counts = ("rounds_lost", "invariant_broken", "restart_failed", "hangs", "stop_too_slow", "stop_code_bad")
    early = told.get("too_early", 0)
    # Stopped before it had begun, Python ends with 1, a code that the killer takes for a bad one.
    broken = [
        f"{name} {told[name]}"
        for name in counts
        if told[name] and (name, told[name]) != ("stop_code_bad", early)
    ]
    if broken:
        broken.append(str(told["failures"]))
    seen = f"{told['kills']} in {told['rounds']} rounds: {', '.join(broken) or 'nothing'}"
    if early:
        seen += f"; {early} came before Python itself had begun"
    return Row(case, expected, seen, not broken)
