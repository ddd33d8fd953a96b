"""Copies, relations and clusters: accuracy on a kit; speed, memory and recall on planted copies, beside peers.

Speed and memory are measured in processes of their own, one core each, in turns: each round runs every engine once,
and the medians of the rounds are compared. Rates are documents per second of CPU, so that other work on the machine
counts little; two cores are held against one by the clock.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks import _planted, _scores
from dedupe.duplicates import find_duplicates
from dedupe.kernels import kernel_names
from dedupe.models import Article, Clusters
from dedupe.settings import DedupeSettings

OURS = ("light", "default")
"""The two settings that are measured: for copies with small edits, and as they come."""

MOST = {
    "rensa": 100_000,
    "gaoya": 10_000,
    "datasketch": 2_000,
    "datasketch default": 2_000,
    "text-dedup": 2_000,
    "datatrove": 2_000,
}
"""Documents that a peer is given at most: about a minute, or what its memory allows."""

ALWAYS = ("datasketch",)
"""A dependency of the project: a peer that is there in every run."""

IDENTICAL, FORMS = 100_000, 20_000
"""Texts of the hostile corpora: one text at many addresses, and one form filled in anew."""

ROOT = Path(__file__).parent.parent


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this benchmark can be asked besides."""
    parser.add_argument(
        "--sizes", default="2000,10000,30000", help="numbers of planted documents, with commas between"
    )
    parser.add_argument(
        "--rounds", type=int, default=3, help="times that each engine is measured at each size"
    )
    parser.add_argument(
        "--corpus",
        type=Path,
        help='JSONL of {"id", "text"} and, for copies, {"of", "level"}, instead of planted ones',
    )
    parser.add_argument(
        "--peer-python",
        action="append",
        default=[],
        metavar="NAME=PYTHON",
        help="a peer that is installed in another Python; may be given several times",
    )


def run(
    kit: Path | None,
    predictions: Path | None,
    peers: bool,
    *,
    sizes: str = "2000,10000,30000",
    rounds: int = 3,
    corpus: Path | None = None,
    peer_python: Sequence[str] = (),
) -> dict[str, float]:
    """Score a kit's documents, if one is given, else measure speed and memory; print and return the figures."""
    print(f"kernel: {kernel_names()}")
    if kit is not None:
        figures = _kit(kit, predictions)
    else:
        pythons = {"": sys.executable, **dict(pair.split("=", 1) for pair in peer_python)}
        with TemporaryDirectory() as folder:
            bench = _Bench(Path(folder), pythons, rounds)
            figures = bench.planted(sorted(map(int, sizes.split(","))), corpus, peers) | bench.hostile()
    width = max(map(len, figures))
    print()
    for name, value in figures.items():
        print(f"{name:{width}} {value:,.4g}")
    return figures


# ---------------------------------------------------------------------------------------------- kit


def _kit(kit: Path, predictions: Path | None) -> dict[str, float]:
    articles = _articles(kit)
    started = time.process_time()
    found = find_duplicates(articles, DedupeSettings())
    rate = len(articles) / (time.process_time() - started)
    if predictions is not None:
        _write(found, predictions)
    figures = {"documents per cpu second": rate}
    if (kit / "truth.jsonl").exists():
        labels = {_scores.pair(row["a"], row["b"]): row["relation"] for row in _rows(kit / "pairs.jsonl")}
        figures |= _scores.against_truth(found, _rows(kit / "truth.jsonl"), labels)
    return {f"{kit.name}: {name}": value for name, value in figures.items()}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def _articles(kit: Path) -> list[Article]:
    """The documents of a kit; ids are texts."""
    return [
        Article(
            id=str(record["id"]),
            text=record["text"],
            url=record.get("url"),
            publisher=record.get("publisher") or record.get("domain"),
            published=record.get("published"),  # type: ignore[arg-type]
        )
        for record in _rows(kit / "docs.jsonl")
    ]


def _write(found: Clusters, predictions: Path) -> None:
    """The files that the kit's scorer reads: clusters, and relations beside them."""
    predictions.parent.mkdir(parents=True, exist_ok=True)
    with predictions.open("w", encoding="utf-8") as out:
        for cluster in found.clusters:
            for member in cluster.members:
                out.write(json.dumps({"id": member, "cluster": cluster.id}) + "\n")
    with predictions.with_name("relations.jsonl").open("w", encoding="utf-8") as out:
        for relation in found.relations:
            out.write(
                json.dumps({"a": relation.a, "b": relation.b, "relation": relation.relation.value}) + "\n"
            )


# ---------------------------------------------------------------------------------- speed and memory


@dataclass(frozen=True)
class _Measured:
    """One engine on one corpus: medians of the rounds, and the clusters of the last."""

    cpu: float
    wall: float
    memory: float
    groups: list[list[int]]


class _Bench:
    """Engines in processes of their own."""

    def __init__(self, folder: Path, pythons: dict[str, str], rounds: int) -> None:
        self._folder = folder
        self._pythons = pythons
        self._rounds = rounds

    def planted(self, sizes: Sequence[int], corpus: Path | None, peers: bool) -> dict[str, float]:
        """Recall, precision, rates, memory and ratios at each size, and how they grow."""
        engines = [*OURS, *(name for name in MOST if name in ALWAYS or (peers and self._installed(name)))]
        corpus = corpus or _planted.write(_planted.documents(sizes[-1]), self._folder / "planted.jsonl")
        truth = _truth(corpus, sizes[-1])
        figures: dict[str, float] = {}
        grown: defaultdict[str, list[tuple[int, _Measured]]] = defaultdict(list)
        for size in sizes:
            chosen = [name for name in engines if size <= MOST.get(name, size)]
            measured = self._in_turns([(name, 1) for name in chosen], corpus, size)
            rows = {}
            for name in chosen:
                one = measured[name, 1]
                grown[name].append((size, one))
                rows[name] = {**_found(one.groups, truth, size), **_rates(size, one)}
                rows[name] |= {f"{ours} over it": one.cpu / measured[ours, 1].cpu for ours in OURS}
            _print_table(size, rows)
            for name, row in rows.items():  # a larger size counts for more, and takes the place of a smaller
                figures |= {f"{name}: {what}": row[what] for what in row if not what.endswith("over it")}
                if name not in OURS:
                    figures |= {f"{ours} over {name}": row[f"{ours} over it"] for ours in OURS}
        for name in OURS:
            figures |= _exponents(name, grown[name])
        if hasattr(os, "sched_getaffinity") and len(os.sched_getaffinity(0)) > 1:
            both = self._in_turns([("default", 1), ("default", 2)], corpus, sizes[-1])
            figures["default: two cores over one"] = both["default", 1].wall / both["default", 2].wall
        return figures

    def hostile(self) -> dict[str, float]:
        """Corpora that fill buckets: they must cost no more a text than others do."""
        equal = _planted.write(_planted.equal(IDENTICAL), self._folder / "equal.jsonl")
        forms = _planted.write(_planted.forms(FORMS), self._folder / "forms.jsonl")
        same = self._measure("default", equal, IDENTICAL)
        half, whole = (self._measure("default", forms, size) for size in (FORMS // 2, FORMS))
        return {
            "identical texts: cpu seconds": same.cpu,
            "identical texts: clusters": float(len(same.groups)),
            "forms: copies": float(sum(map(len, whole.groups))),
            "forms: exponent of time": math.log2(whole.cpu / half.cpu),
        }

    def _in_turns(
        self, engines: Sequence[tuple[str, int]], corpus: Path, size: int
    ) -> dict[tuple[str, int], _Measured]:
        """Medians of rounds in which each (engine, cores) has its turn."""
        runs: defaultdict[tuple[str, int], list[_Measured]] = defaultdict(list)
        for _ in range(self._rounds):
            for name, cores in engines:
                runs[name, cores].append(self._measure(name, corpus, size, cores))
        return {
            engine: _Measured(
                median(one.cpu for one in of_engine),
                median(one.wall for one in of_engine),
                median(one.memory for one in of_engine),
                of_engine[-1].groups,
            )
            for engine, of_engine in runs.items()
        }

    def _measure(self, name: str, corpus: Path, size: int, cores: int = 1) -> _Measured:
        out = self._folder / "groups.jsonl"
        ran = self._engine(name, str(corpus), str(size), str(out), str(cores))
        if ran.returncode:
            raise SystemExit(f"{name} on {size} documents failed:\n{ran.stderr[-2000:]}")
        line = json.loads(ran.stdout.splitlines()[-1])
        groups = [json.loads(row) for row in out.read_text(encoding="utf-8").splitlines()]
        return _Measured(line["cpu"], line["wall"], line["memory"], groups)

    def _installed(self, name: str) -> bool:
        """Whether a peer can be asked; says why not."""
        ran = self._engine(name, "", "0", "", "1")
        if ran.returncode:
            print(f"{name} is left out: {ran.stderr.strip().splitlines()[-1]}")
        return ran.returncode == 0

    def _engine(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        python = self._pythons.get(name, self._pythons[""])
        command = [python, "-m", "benchmarks._engines", name, *arguments]
        # One thread in libraries that start their own: the cores are what is given.
        alone = {
            "OMP_NUM_THREADS": "1",
            "RAYON_NUM_THREADS": arguments[-1],
            "TOKENIZERS_PARALLELISM": "false",
        }
        return subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, env={**os.environ, **alone}, check=False
        )


def _rates(size: int, one: _Measured) -> dict[str, float]:
    return {"documents per cpu second": size / one.cpu, "MB over the texts": one.memory}


def _print_table(size: int, rows: dict[str, dict[str, float]]) -> None:
    """Engines below each other, figures beside each other."""
    columns = list(next(iter(rows.values())))
    print(f"\n{size:,} documents")
    print(
        " " * 20
        + "".join(f"{column.replace('documents per cpu second', 'docs/cpu s'):>18}" for column in columns)
    )
    for name, row in rows.items():
        print(f"{name:20}" + "".join(f"{row[column]:18,.4g}" for column in columns), flush=True)


def _truth(corpus: Path, size: int) -> list[tuple[int, str]]:
    """Of each document the number of its original, and how it was edited ("" for an original)."""
    numbers: dict[str, int] = {}
    rows = []
    with corpus.open(encoding="utf-8") as lines:
        for number, line in zip(range(size), lines, strict=False):
            record = json.loads(line)
            numbers[str(record["id"])] = number
            rows.append((numbers[str(record.get("of", record["id"]))], record.get("level", "")))
    return rows


def _found(groups: list[list[int]], truth: list[tuple[int, str]], size: int) -> dict[str, float]:
    """Recall of planted pairs by edit, the share of merged pairs that are right, and clusters of several stories."""
    cluster = {member: number for number, group in enumerate(groups) for member in group}
    levels: defaultdict[str, list[bool]] = defaultdict(list)
    for number, (original, level) in enumerate(truth[:size]):
        if level:
            levels[level].append(cluster.get(number, -1) == cluster.get(original, -2))
    right = merged = mixed = 0
    for group in groups:
        stories = Counter(truth[member][0] for member in group)
        right += sum(math.comb(count, 2) for count in stories.values())
        merged += math.comb(len(group), 2)
        mixed += len(stories) > 1
    recalls = {f"recall, {level}": sum(hits) / len(hits) for level, hits in sorted(levels.items())}
    return {**recalls, "precision": right / merged if merged else 1.0, "mixed clusters": float(mixed)}


def _exponents(name: str, sizes: Sequence[tuple[int, _Measured]]) -> dict[str, float]:
    """Powers of the number of documents by which time and memory grow, fitted from 10,000 up."""
    large = [(math.log(size), one) for size, one in sizes if size >= 10_000]
    if len(large) < 2:
        return {}
    return {
        f"{name}: exponent of time": _slope([(x, math.log(one.cpu)) for x, one in large]),
        f"{name}: exponent of memory": _slope([(x, math.log(max(one.memory, 1))) for x, one in large]),
    }


def _slope(points: Sequence[tuple[float, float]]) -> float:
    """Of the line with the least squares."""
    mean_x, mean_y = (sum(values) / len(points) for values in zip(*points, strict=True))
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points)
