"""What other tools do in the same cases, by the kit's own adapters: their defaults, and Scrapy with its hardening."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from benchmarks.faults import _run
from benchmarks.faults.kit import Kit

__all__ = ["read", "scrapy_spider"]


def read(kit: Kit, peer: str, paths: Iterable[Path], seconds: int, mib: int) -> dict[Path, str]:
    """How a tool fares with each of some files, each in a process of its own with limits of time and memory."""
    adapter = kit.tool("peers/adapters.py", peer, "{}")
    told = {}
    for path in paths:
        probe = kit.tool("probe.py", "--cmd", shlex.join(adapter).replace("'{}'", "{}"), "--glob", path)
        probe += ["--cpu", str(seconds), "--mem-mb", str(mib)]
        done = subprocess.run(probe, cwd=_run.ROOT, capture_output=True, text=True, check=False)
        found = json.loads(done.stdout.splitlines()[0])
        if "No module named" in found["err"]:
            told[path] = f"{peer} is not installed"
        else:
            said = found["err"] or found["said"]
            told[path] = f"{peer}: {found['verdict']}, {found['cpu_s']} s, {found['rss_mb']} MiB: {said[:60]}"
    return told


def scrapy_spider(kit: Kit, start: str) -> list[str]:
    """A plain spider with what Scrapy's documentation names for safety turned on; not in this project's settings."""
    line = [
        "env",
        "-C",
        str(kit.folder / "peers"),
        sys.executable,
        "-m",
        "scrapy",
        "runspider",
        str(kit.folder / "peers" / "scrapy_toy.py"),
    ]
    return [*line, "-a", f"start={start}", "-a", "hard=1"]
