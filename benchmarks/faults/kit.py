"""The folder with the tools that attack, and how hard they are to try."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.faults import _run

__all__ = ["Kit"]


@dataclass(frozen=True)
class Kit:
    """The kit's tools, told how large and with which seed their attacks are to be.

    A tool is a program of the folder: `killer.py`, `sandbox.py`, `make_hostile.py`, `gauntlet.py`, ...
    """

    folder: Path
    scale: float = 1.0  # 1: the sizes that the threats name
    seed: int = 0

    def tool(self, name: str, *arguments: object) -> list[str]:
        """The command of one of the tools."""
        return [sys.executable, str(self.folder / name), *map(str, arguments)]

    def make_hostile(self, folder: Path, *kinds: str, scale: float | None = None) -> None:
        """Make hostile files of some kinds: `<folder>/<kind>/<name>`."""
        line = self.tool("make_hostile.py", folder, "--scale", self.scale if scale is None else scale)
        line += ["--seed", str(self.seed), "--only", ",".join(kinds)]
        subprocess.run(line, check=True, stdout=subprocess.DEVNULL)

    def on_small_disk(self, size: str, folder: Path, line: list[str], log: Path) -> dict[str, object] | None:
        """What a command said, as JSON in its last line, on a disk of some size; None: no namespaces here."""
        ended = _run.run([*self.tool("sandbox.py", "--tmpfs", f"{folder}={size}", "--"), *line], log)
        if ended.code == 125:
            return None
        last = (ended.said.strip().splitlines() or [""])[-1]
        try:
            said: dict[str, object] = json.loads(last)
        except ValueError:
            return {"problem": f"exit code {ended.code}: {last[:200]}"}
        return said
