"""Kills at random moments, bursts too, and stops: in the crawl, the cleaning and the report."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.faults import _run
from benchmarks.faults.row import Row

__all__ = ["rows"]

# Kills, and stops, of each command at scale 1.
KILLS, STOPS = 100, 20


def rows(kit: Path, scale: float, workdir: Path) -> Iterator[Row]:
    """Kill each command again and again; what it writes at last is held against an unkilled run's."""
    whole, articles = workdir / "whole", workdir / "in.jsonl"
    _run.run(_run.crawl(whole), workdir / "whole.log")
    [found] = whole.glob("crawls/*/articles.jsonl")
    shutil.copy(found, articles)
    _run.run(_run.dedupe("clean", articles, "-o", whole / "cleaned"), workdir / "whole.log")
    again = workdir / "again"
    commands = {
        "crawl": (_run.crawl(again), again / "seeds" / "story", whole / "seeds" / "story", [str(again)]),
        "clean": (_run.dedupe("clean", articles, "-o", again / "cleaned"), again / "cleaned", whole / "cleaned", [str(again)]),
        "report": (
            _run.dedupe("report", again / "cleaned"), again / "cleaned", whole / "cleaned",
            [str(again / "cleaned" / name) for name in ("report.html", "report.json", "findings.jsonl")],
        ),
    }  # fmt: skip
    for name, (line, folder, expected, reset) in commands.items():
        reference = workdir / f"{name}.ref"
        _run.run(
            [sys.executable, "-m", "benchmarks.faults._corpus", "save", str(expected), str(reference)],
            workdir / "save.log",
        )
        for signal, count in (("KILL", KILLS), ("INT", STOPS), ("TERM", STOPS)):
            if name == "report" and signal == "KILL":
                _run.run(_run.dedupe("clean", articles, "-o", again / "cleaned"), workdir / "whole.log")
            line_of_killer = [
                sys.executable, str(kit / "killer.py"), "--kills", str(max(3, round(count * scale))), "--signal", signal,
                "--seed", str(len(name)), "--cmd", shlex.join(line), "--reset", shlex.join(["rm", "-rf", *reset]),
                "--check", shlex.join(_check("same", folder, reference)), "--invariant", shlex.join(_check("whole", folder)),
                "--log", str(workdir / f"{name}-{signal}.log"), *(["--burst"] if signal == "KILL" else []),
            ]  # fmt: skip
            done = subprocess.run(
                line_of_killer, cwd=_run.ROOT, stdout=subprocess.PIPE, text=True, check=False
            )
            yield _row(f"{name}, SIG{signal}", signal, json.loads(done.stdout.splitlines()[-1]))


def _check(how: str, *paths: Path) -> list[str]:
    return [sys.executable, "-m", "benchmarks.faults._corpus", how, *map(str, paths)]


def _row(case: str, signal: str, told: dict[str, object]) -> Row:
    expected = "nothing lost, torn or doubled; the corpus of an unkilled run, byte for byte"
    if signal != "KILL":
        expected += "; ends in 10 s"
    if "error" in told:
        return Row(case, expected, str(told["error"]), False)
    counts = ("rounds_lost", "invariant_broken", "restart_failed", "hangs", "stop_too_slow", "stop_code_bad")
    broken = [f"{name} {told[name]}" for name in counts if told[name]]
    seen = f"{told['kills']} in {told['rounds']} rounds: {', '.join(broken) or 'nothing'}"
    return Row(case, expected, seen, bool(told["survived"]))
