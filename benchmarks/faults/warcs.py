"""Damaged and hostile WARCs: the good records around the damage."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.faults import _peers, _run
from benchmarks.faults.kit import Kit
from benchmarks.faults.row import Row

__all__ = ["peers", "rows"]

RECORDS = 20
# Cases of the kit that are cut: the record at the cut is gone. One holds addresses that no crawl asks, and no other.
CUT = ("truncated", "plain-torn")
REFUSED = "target-uri-evil"
MOST_SECONDS, MOST_MIB = 10, 1024


def rows(kit: Kit, workdir: Path) -> Iterator[Row]:
    """Read each of the kit's WARCs."""
    kit.make_hostile(workdir / "hostile", "warc")
    for path in sorted((workdir / "hostile" / "warc").iterdir()):
        yield _row(path, kit.scale, workdir)


def peers(kit: Kit, workdir: Path) -> dict[str, str]:
    """FastWARC, the fastest reader."""
    kit.make_hostile(workdir, "warc")
    told = _peers.read(kit, "fastwarc", sorted((workdir / "warc").iterdir()), MOST_SECONDS, MOST_MIB)
    return {path.name.partition(".")[0]: said for path, said in told.items()}


def _row(path: Path, scale: float, workdir: Path) -> Row:
    name = path.name.partition(".")[0]
    wanted = 0 if name == REFUSED else RECORDS - (name in CUT)
    # The fault is in a page, not in the file; and a small bomb is a record like the others.
    reads_all = name == "good" or name.startswith("http-") or (name == "gz-bomb-record" and scale < 0.5)
    expected = f"{wanted} of {RECORDS} good records" + ("" if reads_all else ", the fault is told")
    ended = _run.run([sys.executable, "-m", "benchmarks.faults._read_warc", str(path)], workdir / "warc.log")
    lines = ended.said.strip().splitlines()
    if ended.code:
        return Row(name, expected, f"exit code {ended.code}: {lines[-1:]}", False)
    urls = json.loads(next(line for line in lines if line.startswith("[")))
    good = {
        url
        for url in urls
        if url.startswith("http://a.test/") and url[14:].isdigit() and int(url[14:]) < RECORDS
    }
    problems = [
        *([f"{len(good)} good records"] if len(good) != wanted else []),
        *(["nothing is told"] if not reads_all and "WARNING" not in ended.said else []),
        *([f"{ended.seconds:.0f} s"] if ended.seconds > MOST_SECONDS else []),
        *([f"{ended.mib} MiB"] if ended.mib > MOST_MIB else []),
    ]
    seen = f"{len(good)} good records, {ended.seconds:.1f} s, {ended.mib} MiB"
    return Row(name, expected, "; ".join(problems) or seen, not problems)
