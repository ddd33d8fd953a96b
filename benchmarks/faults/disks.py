"""Disks that are full, read-only or slow, and two runs at once."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.faults import _run
from benchmarks.faults._corpus import digests
from benchmarks.faults.kit import Kit
from benchmarks.faults.row import Row

__all__ = ["rows"]

# KiB of the disks; the crawl of the bundled example takes 1,300 of them in all, its cleaning 400.
CRAWL_SIZES = (40, 120, 200, 330, 500, 650, 800, 1000, 1200)
# Milliseconds of an fsync on a bad day: a worn card, a network disk.
SLOW_MS = 250
CLEAN_SIZES = (8, 40, 100, 180, 250, 320)
EXPECTED = (
    "exit code not 0, says how to go on, nothing torn; with room again the same command writes the same bytes"
)


def rows(kit: Kit, workdir: Path) -> Iterator[Row]:
    """Each command on disks of growing size; at a small scale on some of them."""
    yield from _small_disks(kit, workdir)
    yield from _slow_disk(workdir)
    yield from _two_runs(workdir)


def _small_disks(kit: Kit, workdir: Path) -> Iterator[Row]:
    disk, step = workdir / "disk", 1 if kit.scale >= 0.5 else 4
    whole = workdir / "disk-whole"
    _run.run(_run.crawl(whole), workdir / "whole.log")
    [articles] = whole.glob("crawls/*/articles.jsonl")
    articles = articles.rename(workdir / "in.jsonl")
    _run.run(_run.dedupe("clean", articles, "-o", whole / "cleaned"), workdir / "whole.log")
    commands = {
        "crawl": (_run.crawl(disk), disk / "seeds" / "story", whole / "seeds" / "story", CRAWL_SIZES),
        "clean": (
            _run.dedupe("clean", articles, "-o", disk / "cleaned"),
            disk / "cleaned",
            whole / "cleaned",
            CLEAN_SIZES,
        ),
    }
    for name, (line, corpus, expected, sizes) in commands.items():
        reference = workdir / f"{name}.ref"
        save = [sys.executable, "-m", "benchmarks.faults._corpus", "save", str(expected), str(reference)]
        _run.run(save, workdir / "save.log")
        for how, size in [*(("full", size) for size in sizes[::step]), ("read-only", 65536)]:
            inside = [
                sys.executable,
                "-m",
                "benchmarks.faults._on_small_disk",
                str(corpus),
                str(reference),
                str(disk),
                how,
                "--",
                *line,
            ]
            told = kit.on_small_disk(f"{size}k", disk, inside, workdir / "disk.log")
            yield _row(f"{name}, {how}" + (f" at {size} KiB" if how == "full" else ""), told)


def _row(case: str, told: dict[str, Any] | None) -> Row:
    if told is None:
        return Row(case, EXPECTED, "not tried: no namespaces here", None)
    if "problem" in told:
        return Row(case, EXPECTED, told["problem"], False)
    problems = [
        *(["exit code 0"] if told["first"] == 0 and told["differs"] else []),
        *(["a traceback"] if told["traceback"] else []),
        *(["says nothing of how to go on"] if told["first"] and "cannot be" not in told["said"] else []),
        *(f"torn: {name}" for name in told["torn"]),
        *([f"afterwards exit code {told['second']}"] if told["second"] else []),
        *(f"differs: {name}" for name in told["differs"][:3]),
    ]
    return Row(
        case, EXPECTED, "; ".join(problems) or f"exit code {told['first']}, then the same bytes", not problems
    )


def _slow_disk(workdir: Path) -> Iterator[Row]:
    """A disk that takes its time for each fsync: nothing gives up, nothing is written in another order."""
    expected = f"the bytes of a fast disk, where each fsync takes {SLOW_MS} ms"
    library = _run.preloaded("slow_disk", workdir)
    if library is None:
        yield Row("slow", expected, "not tried: no compiler here", None)
        return
    slow = os.environ | {"LD_PRELOAD": str(library), "SLOW_MS": str(SLOW_MS)}
    folder, whole = workdir / "slow", workdir / "disk-whole"
    for name, line, corpus, expected_corpus in (
        ("crawl", _run.crawl(folder), folder / "seeds" / "story", whole / "seeds" / "story"),
        ("clean", _run.dedupe("clean", workdir / "in.jsonl", "-o", folder / "cleaned"), folder / "cleaned", whole / "cleaned"),
    ):  # fmt: skip
        start = time.monotonic()
        ended = _run.run(line, workdir / "slow.log", env=slow)
        took = time.monotonic() - start
        same = not ended.code and digests(corpus) == digests(expected_corpus)
        seen = f"exit code {ended.code}, {'the same' if same else 'other'} bytes, {took:.0f} s by the clock"
        yield Row(f"{name}, slow", expected, seen, same)


def _two_runs(workdir: Path) -> Iterator[Row]:
    """The second of two runs at once on one folder."""
    expected = "refused within 1 s, start-up included, with the holder's name"
    folder = workdir / "twice"
    for name, line in {
        "crawl": _run.crawl(folder),
        "clean": _run.dedupe("clean", workdir / "in.jsonl", "-o", folder / "cleaned"),
    }.items():
        holder = (
            "import sys, time; from pathlib import Path; from dedupe.files import run_lock\n"
            "with run_lock(Path(sys.argv[1]), 'the first'): print('held', flush=True); time.sleep(600)"
        )
        if name == "crawl":
            _run.run(line, workdir / "first.log")
            [held] = folder.glob("crawls/*")
        else:
            held = folder / "cleaned"
        with subprocess.Popen(
            [sys.executable, "-c", holder, str(held)], cwd=_run.ROOT, stdout=subprocess.PIPE
        ) as first:
            assert first.stdout is not None
            first.stdout.readline()
            second = _run.run(line, workdir / "second.log")
            first.kill()
        problems = [
            *(["exit code 0"] if second.code == 0 else []),
            *(["no holder named"] if "in use by `the first`" not in second.said else []),
            *(["a traceback"] if second.crashed else []),
            *([f"{second.seconds:.1f} s of processor time"] if second.seconds > 1 else []),
        ]
        seen = "; ".join(problems) or f"exit code {second.code}, {second.seconds:.1f} s of processor time"
        yield Row(f"two runs at once: {name}", expected, seen, not problems)
