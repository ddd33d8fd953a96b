"""The whole cleaning by size: time, memory of all processes, and how both grow.

A made-up corpus of articles of 620 words, a fifth of them copies (`_quality_cost.documents`), is cleaned at each size by `dedupe clean` as a process
of its own. Every quarter of a second the resident memory of the process and its children is added up; what a step takes
is told from the step under way then. With --peers the stages stand beside other tools, at the first size; with --cache a
last run adds the last tenth of the articles to the others of the last size, which were cleaned with a cache.
`--sizes 10000,100000,1000000` takes two cores about an hour and 25 GB of disk.
"""

from __future__ import annotations

import argparse
import math
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks._quality_cost import documents
from dedupe.files import record_line

SIZES = (1_000, 4_000)
PAUSE = 0.25  # seconds between two looks at the memory
PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
PROC = Path("/proc")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Sizes, and where there is room for a large corpus."""
    parser.add_argument(
        "--sizes", default=",".join(map(str, SIZES)), help="documents, in rising numbers with commas"
    )
    parser.add_argument(
        "--cache", action="store_true", help="clean the last size once more, with nine tenths in a cache"
    )
    parser.add_argument(
        "--room", type=Path, help="folder with room for the corpora; else for temporary files"
    )


def run(
    kit: Path | None,  # noqa: ARG001
    predictions: Path | None,  # noqa: ARG001
    peers: bool,
    *,
    sizes: str = ",".join(map(str, SIZES)),
    room: Path | None = None,
    cache: bool = False,
) -> dict[str, float]:
    """Clean a corpus of each size; print what the steps take and return the figures."""
    measured = []
    for size in [int(part) for part in sizes.split(",")]:
        with TemporaryDirectory(dir=room) as folder:
            corpus = Path(folder) / "in.jsonl"
            with corpus.open("w", encoding="utf-8") as file:
                file.writelines(f"{record_line(article)}\n" for article in documents(size))
            measured.append((size, corpus.stat().st_size, _cleaned(corpus, Path(folder) / "out")))
            _print(*measured[-1])
    (first, _, least), (last, _, most) = measured[0], measured[-1]
    total = most["whole"]
    figures = {"documents a cpu second": last / total["cpu"], "peak MiB": total["peak"] / 2**20}
    before = max(step["peak"] for name, step in most.items() if name not in ("whole", "report"))
    figures["peak MiB before the report"] = before / 2**20
    if last > first:
        figures["exponent of cpu time"] = _exponent(least["whole"]["cpu"], total["cpu"], last / first)
        figures["exponent of memory"] = _exponent(least["whole"]["peak"], total["peak"], last / first)
    if cache:
        with TemporaryDirectory(dir=room) as folder:
            added = _added(last, Path(folder))
        _print(last, measured[-1][1], added)
        figures["cpu time with nine tenths cached"] = added["whole"]["cpu"] / total["cpu"]
    if peers:
        # Not above: the measured process imports this file too.
        from benchmarks._scale_peers import beside

        figures |= beside(list(documents(first)))
    for name, value in figures.items():
        print(f"{name:28} {value:.3f}")
    return figures


def _added(size: int, folder: Path) -> Steps:
    """What the steps take where nine tenths of the articles were cleaned before, with a cache."""
    before, whole = folder / "before.jsonl", folder / "in.jsonl"
    lines = [f"{record_line(article)}\n" for article in documents(size)]
    before.write_text("".join(lines[: size * 9 // 10]), encoding="utf-8")
    whole.write_text("".join(lines), encoding="utf-8")
    _cleaned(before, folder / "out", folder / "cache")
    return _cleaned(whole, folder / "out", folder / "cache")


def _exponent(small: float, large: float, times: float) -> float:
    return math.log(large / small) / math.log(times)


Steps = dict[str, dict[str, float]]


def _print(size: int, characters: int, steps: Steps) -> None:
    print(f"{size} documents, {characters / 1e6:.0f} MB")
    for name, step in steps.items():
        seconds = max(step["seconds"], 1e-9)
        print(
            f"  {name:9} {step['seconds']:8.1f} s {step['cpu']:8.1f} cpu s {size / seconds:9.0f} docs/s "
            f"{characters / 1e6 / seconds:8.2f} MB/s {step['peak'] / 2**20:8.0f} MiB"
        )


def _cleaned(corpus: Path, out: Path, *cache: Path) -> Steps:
    """Step -> seconds, CPU seconds and bytes of memory at most, of the process and its children; `whole`: of all."""
    command = [sys.executable, "-m", "benchmarks.scale", *map(str, (corpus, out, *cache))]
    steps: Steps = defaultdict(lambda: {"seconds": 0.0, "cpu": 0.0, "peak": 0.0})
    told = out.with_suffix(".steps")
    with told.open("w") as file, subprocess.Popen(command, stdout=file) as process:
        known, last = 0.0, time.monotonic()
        while process.poll() is None:
            time.sleep(PAUSE)
            *_, step = ["start", *told.read_text().split()]
            now, (memory, cpu) = time.monotonic(), _use(process.pid)
            for name in (step, "whole"):
                steps[name]["seconds"] += now - last
                steps[name]["cpu"] += max(0.0, cpu - known)
                steps[name]["peak"] = max(steps[name]["peak"], memory)
            # A child's time counts as its parent's only when it has ended: between the two the sum falls.
            last, known = now, max(known, cpu)
    if process.returncode:
        raise SystemExit(f"the cleaning of {corpus} ended with {process.returncode}")
    steps["whole"] = steps.pop("whole")
    return dict(steps)


def _use(parent: int) -> tuple[float, float]:
    """Bytes of memory and CPU seconds of a process and its children."""
    memory = cpu = 0.0
    for fields in _family(parent):
        memory += int(fields[21]) * PAGE
        cpu += sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return memory, cpu


def _family(parent: int) -> Iterator[list[str]]:
    """What the system says of a process and its children: the fields behind the name in `/proc/N/stat`."""
    for path in PROC.glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        if parent in (int(path.parent.name), int(fields[1])):
            yield fields


def _clean() -> None:
    """Clean one corpus and print each step when it begins."""
    from dedupe.cleaning import clean
    from dedupe.inputs import read_articles
    from dedupe.progress import silent

    def told(items, step):  # type: ignore[no-untyped-def]
        print(step, flush=True)
        return silent(items, step)

    corpus, out, *cache = map(Path, sys.argv[1:])
    clean(read_articles(corpus), out, cache=cache[0] if cache else None, progress=told)


if __name__ == "__main__":
    _clean()
