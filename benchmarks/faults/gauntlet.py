"""The kit's hostile server, case by case: private addresses, bombs, endless answers, slow ones, leaks, traps.

Where the system allows namespaces it runs in the kit's sandbox, with the crawl's settings as they come: public, private and
metadata addresses side by side on one loopback. Elsewhere it runs on loopback, and 127.0.0.1 and .3 are allowed.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from benchmarks.faults import _peers
from benchmarks.faults.kit import Kit
from benchmarks.faults.row import Row

__all__ = ["peers", "rows"]

ROOT = Path(__file__).parents[2]
# Of the good articles that the start page names, and that lead to each other.
GOOD = 20
# Least part of the budget that is left for good pages by a trap.
TRAP_SHARE = 0.2
# MiB of the crawl's own process: what it takes when idle, and as much again.
MOST_MEMORY = 2 * 256

EXPECTED = {
    "bomb": "given up at 16 MiB, good pages kept",
    "stream": "given up at 16 MiB, a cut body flagged, good pages kept",
    "header": "given up or read, good pages kept",
    "slow": "given up after 30 s, good pages kept",
    "redirect": "at most 6 requests, good pages kept",
    "ssrf": "nothing private is asked",
    "leak": "nothing is told to another host",
    "trap": "at most a fifth of the requests, good pages kept",
    "robots": "ends, good pages of other hosts kept",
}


def rows(kit: Kit, workdir: Path, groups: Iterable[str] = EXPECTED) -> list[Row]:
    """Run the kit's gauntlet, and say how each case went."""
    report = workdir / "outcomes.jsonl"
    report.unlink(missing_ok=True)
    report.touch()
    crawl = [sys.executable, "-m", "benchmarks.faults._crawl_once", "{url}", str(report)]
    cases = _run_gauntlet(kit, workdir, crawl, groups)
    crawls = [json.loads(each) for each in report.read_text(encoding="utf-8").splitlines()]
    return list(_rows(cases, {each["start"]: each for each in crawls}))


def peers(kit: Kit, workdir: Path) -> dict[str, str]:
    """A plain spider, hardened as Scrapy's documentation says."""
    cases = _run_gauntlet(kit, workdir, _peers.scrapy_spider(kit, "{url}"), EXPECTED)
    return {
        f"{case['group']} {case['case']}": f"Scrapy: {', '.join(case['verdict'])} ({case['good']} good, {case['took_mb']} MB)"
        for case in cases
    }


def _run_gauntlet(kit: Kit, workdir: Path, crawl: list[str], groups: Iterable[str]) -> list[dict[str, Any]]:
    """What the kit's server saw of a crawler, case by case."""
    has_sandbox = not subprocess.run(["unshare", "-rnm", "true"], capture_output=True, check=False).returncode
    line = kit.tool("gauntlet.py", "--scale", kit.scale, "--cmd", shlex.join(crawl))
    line += ["--log", str(workdir / "gauntlet.log"), "--groups", ",".join(groups)]
    settings = {}
    if has_sandbox:
        line = [*kit.tool("sandbox.py", "--"), *line, "--world"]
    else:
        settings = {"SEEDBED_ALSO_REACH": "127.0.0.1/32,127.0.0.3/32,127.0.0.8/29,127.0.0.16/31"}
    environment = os.environ | {"SEEDBED_FAULTS": json.dumps(settings), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(line, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    return [json.loads(each) for each in done.stdout.splitlines() if each.startswith('{"case"')]


def _rows(cases: list[dict[str, Any]], crawls: dict[str, dict[str, Any]]) -> Iterator[Row]:
    """Each case by the kit's verdict, and by what this project promises beside it."""
    for case in cases:
        crawl = next((each for start, each in crawls.items() if start.endswith(_quoted(case["case"]))), None)
        problems = [verdict for verdict in case["verdict"] if verdict != "ok"]
        if crawl is None:
            problems.append("no outcomes")
        else:
            problems += _broken_promises(case, crawl)
        yield Row(
            f"{case['group']} {case['case']}",
            EXPECTED[case["group"]],
            ", ".join(problems) or _seen(case, crawl),
            not problems,
        )


def _broken_promises(case: dict[str, Any], crawl: dict[str, Any]) -> Iterator[str]:
    if case["took_mb"] > 2 * 16 + 8:  # what the system's buffers hold is sent and not taken
        yield f"took {case['took_mb']} MB"
    if crawl["kib"] > MOST_MEMORY * 1024:
        yield f"{crawl['kib'] // 1024} MiB"
    if case["group"] == "trap" and case["asked"] > TRAP_SHARE * 200:
        yield f"{case['asked']} requests in the trap"
    if case["group"] == "redirect" and case["asked"] > 6:
        yield f"{case['asked']} hops"
    waiting = [url for url, outcome, _ in crawl["outcomes"] if outcome is None]
    if waiting and case["group"] != "trap":
        yield f"{len(waiting)} addresses without an outcome"


def _seen(case: dict[str, Any], crawl: dict[str, Any] | None) -> str:
    """What became of the case's own address, and of what it led to."""
    assert crawl is not None
    told = [
        f"{outcome}: {detail}" if detail else str(outcome)
        for url, outcome, detail in crawl["outcomes"]
        if url.endswith(case["case"]) or outcome == "refused"
    ]
    said = "; ".join(dict.fromkeys(told)) or "not asked for"
    return f"{said[:160]} ({case['good']} good, {case['took_mb']} MB, {crawl['kib'] // 1024} MiB, {case['wall_s']} s)"


def _quoted(path: str) -> str:
    return f"path={quote(path, safe='')}"
