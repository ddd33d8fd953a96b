"""Corpora made to break the search for copies: identical, nearly identical, chained, empty and disguised documents."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from benchmarks.faults import _peers, _run
from benchmarks.faults.kit import Kit
from benchmarks.faults.row import Row

__all__ = ["peers", "rows"]

MOST_SECONDS, MOST_MIB = 60, 2048
# Twice the documents may take so many times the seconds; start-up is in both.
MOST_RATIO = 2.5
# The chain's documents: each begins 20 words behind the one before and has 300, so those 15 apart share nothing.
SHARED_NOTHING = 15
EXPECTED = {
    "all-identical": "one cluster",
    "near-identical-bucket": "one cluster",
    "empty-docs": "no document joined with another",
    "one-word-docs": "no document joined with another",
    "chain": "no cluster of documents that share nothing",
    "zero-width-copies": "one cluster",
    "one-doc-50mb": "two documents, two clusters",
    "torn-tail": "20 documents read, the torn line told",
    "null-tail": "20 documents read, the tail told",
    "interleaved": "32 documents read, the broken lines told",
    "dup-ids": "refused with the id",
}


def rows(kit: Kit, workdir: Path) -> Iterator[Row]:
    """Look for copies in each of the kit's corpora, at the scale and at half of it."""
    yield _many(kit, workdir)
    made = {}
    for part, size in (("whole", kit.scale), ("half", kit.scale / 2)):
        made[part] = workdir / part
        kit.make_hostile(made[part], "jsonl", scale=size)
    for path in sorted((made["whole"] / "jsonl").iterdir()):
        ended, clusters = _clusters(path, workdir)
        half, _ = _clusters(made["half"] / "jsonl" / path.name, workdir)
        problems = list(_problems(path.stem, ended, clusters))
        if ended.seconds > 4 and ended.seconds > MOST_RATIO * half.seconds:
            problems.append(f"{ended.seconds:.1f} s, and {half.seconds:.1f} s for half")
        seen = f"{len(set(clusters.values()))} clusters of {len(clusters)}, {ended.seconds:.1f} s, {ended.mib} MiB"
        yield Row(path.stem, EXPECTED.get(path.stem, "no crash"), "; ".join(problems) or seen, not problems)


def peers(kit: Kit, workdir: Path) -> dict[str, str]:
    """What datasketch does as its documentation shows it, on a fiftieth: identical documents cost it their square."""
    kit.make_hostile(workdir, "jsonl", scale=kit.scale / 50)
    told = _peers.read(kit, "datasketch", sorted((workdir / "jsonl").iterdir()), MOST_SECONDS, MOST_MIB)
    return {path.stem: f"of a fiftieth, {said}" for path, said in told.items()}


def _many(kit: Kit, workdir: Path) -> Row:
    """Ten times as many identical documents as the kit has: a million, at scale 1."""
    kit.make_hostile(workdir / "one", "jsonl", scale=0.00001)
    text = json.loads((workdir / "one" / "jsonl" / "all-identical.jsonl").read_text("utf-8").splitlines()[0])[
        "text"
    ]
    path, count = workdir / "many.jsonl", max(10, round(1_000_000 * kit.scale))
    with path.open("w", encoding="utf-8") as out:
        out.writelines(json.dumps({"id": f"m{number:07}", "text": text}) + "\n" for number in range(count))
    ended, clusters = _clusters(path, workdir)
    path.unlink()
    sizes = Counter(clusters.values())
    seen = f"{len(sizes)} clusters of {len(clusters)}, {ended.seconds:.1f} s, {ended.mib} MiB"
    passed = not ended.crashed and list(sizes.values()) == [count] and ended.mib <= MOST_MIB
    return Row(f"all-identical, {count:,}", f"one cluster, within {MOST_MIB} MiB", seen, passed)


def _clusters(path: Path, workdir: Path) -> tuple[_run.Ended, dict[str, str]]:
    out = workdir / "clusters.jsonl"
    out.unlink(missing_ok=True)
    ended = _run.run(_run.dedupe("duplicates", path, "-o", out), workdir / "duplicates.log")
    lines = out.read_text("utf-8").splitlines() if out.exists() else []
    return ended, {row["id"]: row["cluster"] for row in map(json.loads, lines)}


def _problems(name: str, ended: _run.Ended, clusters: dict[str, str]) -> list[str]:
    found = []
    if ended.crashed:
        found.append(f"crashed: {(ended.said.strip().splitlines() or [''])[-1][:100]}")
    if ended.seconds > MOST_SECONDS or ended.mib > MOST_MIB:
        found.append(f"{ended.seconds:.0f} s, {ended.mib} MiB")
    sizes = Counter(clusters.values())
    if name in ("all-identical", "near-identical-bucket", "zero-width-copies") and len(sizes) != 1:
        found.append(f"{len(sizes)} clusters")
    if name in ("empty-docs", "one-word-docs", "one-doc-50mb") and sizes and max(sizes.values()) > 1:
        found.append(f"{max(sizes.values())} documents in one cluster")
    if name == "chain":
        spans: dict[str, list[int]] = {}
        for document, cluster in clusters.items():
            spans.setdefault(cluster, []).append(int(document[1:]))
        widest = max(max(numbers) - min(numbers) for numbers in spans.values())
        if widest >= SHARED_NOTHING:
            found.append(
                f"a cluster reaches over {widest} documents; those {SHARED_NOTHING} apart share nothing"
            )
    if name in ("torn-tail", "null-tail", "interleaved"):
        wanted = 32 if name == "interleaved" else 20
        if len(clusters) != wanted or "skipped" not in ended.said:
            found.append(f"{len(clusters)} documents read")
    if name == "dup-ids" and (ended.code != 2 or "Two articles have the id" not in ended.said):
        found.append(f"exit code {ended.code}")
    return found
