"""Duplicates on Spark by size: what is shuffled, held and computed, and from that what a size takes that does not fit.

A made-up corpus of articles of 620 words is clustered at each size by `dedupe duplicates --engine spark`. Shuffled bytes
and rounds are Spark's own (its event log), CPU time and memory those of all processes of the run, Java's included. Of the
smaller two sizes a line is made for each figure, which has to foretell the largest: `predicted over measured`. The same
lines are then drawn to --model documents, and its cost told at --price. With --peers a plain PySpark job stands beside
ours (`_spark_reference`), at the largest size, in turns.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks._quality_cost import documents
from dedupe.files import record_line

ROOT = Path(__file__).parents[1]
SIZES = (1_000, 2_000, 4_000)
PAUSE = 0.25  # seconds between two looks at the processes
EVENTS = (
    "--conf spark.eventLog.enabled=true --conf spark.eventLog.rolling.enabled=false "
    "--conf spark.eventLog.compress=false --conf spark.eventLog.dir=file://{} pyspark-shell"
)
# Steps by the place from which they are asked for: the job that begins the components brings the candidates.
STEPS = {"collect": "texts sorted", "first": "candidates", "toLocalIterator": "texts to their components"}
# Dollars for an hour of a virtual core with 4 GiB in a common cloud, bought on demand: an assumption, not a price list.
PRICE = 0.05
ROUNDS = 3  # of ours and the plain job, in turns


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Sizes, and what the model is asked."""
    parser.add_argument(
        "--sizes", default=",".join(map(str, SIZES)), help="three, in rising numbers with commas"
    )
    parser.add_argument(
        "--room", type=Path, help="folder with room for the corpora; else for temporary files"
    )
    parser.add_argument(
        "--spark-python", default=sys.executable, help="the Python where PySpark is installed"
    )
    parser.add_argument("--master", default="local[2]", help="where Spark runs, as it writes that")
    parser.add_argument("--model", type=float, default=1e9, help="documents whose cost is computed")
    parser.add_argument("--price", type=float, default=PRICE, help="dollars for an hour of a virtual core")


@dataclass(frozen=True)
class Taken:
    """What a run took."""

    size: int
    cpu: float  # seconds, of all processes
    peak: float  # bytes of memory of all processes
    shuffled: Mapping[str, int]  # step -> bytes
    rounds: int  # of the components


def run(
    kit: Path | None,  # noqa: ARG001
    predictions: Path | None,  # noqa: ARG001
    peers: bool,
    *,
    sizes: str = ",".join(map(str, SIZES)),
    room: Path | None = None,
    spark_python: str = sys.executable,
    master: str = "local[2]",
    model: float = 1e9,
    price: float = PRICE,
) -> dict[str, float]:
    """Measure each size, foretell the largest from the others, and compute what does not fit."""
    taken = []
    for size in map(int, sizes.split(",")):
        taken.append(measured(size, room, spark_python, master))
        _print(taken[-1])
    small, middle, large = taken[-3:]
    figures: dict[str, float] = {"rounds": large.rounds}
    for name, value in (("shuffled bytes", _shuffled), ("cpu seconds", _cpu)):
        foretold = _line(small.size, value(small), middle.size, value(middle), large.size)
        figures[f"{name}: predicted over measured"] = foretold / value(large)
    shuffled = _line(middle.size, _shuffled(middle), large.size, _shuffled(large), model)
    hours = _line(middle.size, middle.cpu, large.size, large.cpu, model) / 3600
    print(f"\n{model:,.0f} documents, by the line through the last two sizes:")
    print(
        f"  {shuffled / 1e12:.2f} TB shuffled, {hours:,.0f} core hours, {hours * price:,.0f} dollars at {price} a core hour"
    )
    figures |= {"shuffled bytes a document": _shuffled(large) / large.size}
    figures |= {"cpu ms a document": 1e3 * hours * 3600 / model}
    if peers:
        figures |= {"cpu over a plain PySpark job": _over_plain(large.size, room, spark_python, master)}
    for name, value in figures.items():
        print(f"{name:45} {value:.3f}")
    return figures


def _shuffled(taken: Taken) -> float:
    return sum(taken.shuffled.values())


def _cpu(taken: Taken) -> float:
    return taken.cpu


def _line(one: float, at_one: float, other: float, at_other: float, place: float) -> float:
    """The value at a place of the line through two points: the start of Spark is paid once."""
    return at_one + (at_other - at_one) * (place - one) / (other - one)


def _print(taken: Taken) -> None:
    print(
        f"{taken.size:,} documents: {taken.cpu:.1f} cpu s, {taken.peak / 2**20:.0f} MiB in all, {taken.rounds} rounds"
    )
    for step, size in taken.shuffled.items():
        print(f"  {step:28}{size / 1e6:10.2f} MB shuffled {size / taken.size:8.0f} bytes a document")


def measured(size: int, room: Path | None, python: str, master: str) -> Taken:
    """Cluster a corpus of some size."""
    with TemporaryDirectory(dir=room) as name:
        folder = Path(name)
        events = folder / "events"
        events.mkdir()
        line = _ours(_corpus(size, folder), folder / "out.jsonl", master)
        cpu, peak = _taken([python, *line], {"PYSPARK_SUBMIT_ARGS": EVENTS.format(events)})
        [log] = events.iterdir()
        return Taken(size, cpu, peak, *_told(log))


def _over_plain(size: int, room: Path | None, python: str, master: str) -> float:
    """CPU time of ours over that of the plain job, the median of some rounds in turns."""
    with TemporaryDirectory(dir=room) as name:
        folder = Path(name)
        corpus, ratios = _corpus(size, folder), []
        for number in range(ROUNDS):
            target = folder / f"plain-{number}"
            plain, _ = _taken([python, "-m", "benchmarks._spark_reference", corpus, target, master])
            ours, _ = _taken([python, *_ours(corpus, folder / "out.jsonl", master)])
            print(f"{size:,} documents: {ours:.1f} cpu s, a plain PySpark job {plain:.1f}", flush=True)
            ratios.append(ours / plain)
    return median(ratios)


def _corpus(size: int, folder: Path) -> Path:
    path = folder / "in.jsonl"
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{record_line(article)}\n" for article in documents(size))
    return path


def _ours(corpus: Path, target: Path, master: str) -> list[str | Path]:
    return ["-m", "dedupe", "duplicates", corpus, "-o", target, "--engine", "spark", "--master", master]


def _taken(line: Sequence[str | Path], environment: Mapping[str, str] = {}) -> tuple[float, float]:
    """CPU seconds and bytes of memory at most, of a command and all that it starts."""
    with subprocess.Popen(line, cwd=ROOT, env=os.environ | environment, start_new_session=True) as process:
        cpu = peak = 0.0
        while process.poll() is None:
            time.sleep(PAUSE)
            now, memory = _use(process.pid)
            cpu, peak = max(cpu, now), max(peak, memory)
    if process.returncode:
        raise SystemExit(f"{' '.join(map(str, line))} ended with {process.returncode}")
    return cpu, peak


def _use(session: int) -> tuple[float, float]:
    """CPU seconds and bytes of memory of the processes of a session, those included that have ended."""
    cpu = memory = 0.0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        if int(fields[3]) == session:
            cpu += sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
            memory += int(fields[21]) * os.sysconf("SC_PAGE_SIZE")
    return cpu, memory


def _told(log: Path) -> tuple[Mapping[str, int], int]:
    """Bytes that each step shuffled, and the rounds of the components."""
    steps: dict[int, str] = {}
    shuffled: Counter[str] = Counter()
    sums = 0  # jobs that look whether a round changed anything
    for event in map(json.loads, log.open(encoding="utf-8")):
        if event["Event"] == "SparkListenerJobStart":
            place = max(event["Stage Infos"], key=lambda stage: int(stage["Stage ID"]))["Stage Name"]
            is_sum = "components.py" in place
            step = "rounds of the components" if is_sum and sums else STEPS.get(place.split()[0], "the rest")
            steps |= dict.fromkeys(event["Stage IDs"], step)
            sums += is_sum
        elif event["Event"] == "SparkListenerTaskEnd":
            shuffled[steps[event["Stage ID"]]] += event["Task Metrics"]["Shuffle Write Metrics"][
                "Shuffle Bytes Written"
            ]
    return shuffled, sums - 1
