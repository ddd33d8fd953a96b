"""How the families run this project's commands."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

__all__ = ["ROOT", "Ended", "crawl", "dedupe", "preloaded", "run"]

ROOT = Path(__file__).parents[2]
# Seconds by the clock after which a command hangs, and the address space it may take.
LIMIT, SPACE = 600, 8 << 30


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int  # -9 where it was ended for taking too long
    said: str  # both streams
    seconds: float  # of processor time
    mib: int  # most memory at once

    @property
    def crashed(self) -> bool:
        """Whether it ended by a signal or with a traceback."""
        return self.code < 0 or "Traceback (most recent call last)" in self.said


def dedupe(*arguments: object) -> list[str]:
    """A `dedupe` command."""
    return [sys.executable, "-m", "dedupe", *map(str, arguments)]


def crawl(folder: Path, *arguments: str, spider: str = "coverage") -> list[str]:
    """A `scrapy crawl` whose crawls and corpora go into a folder; the bundled example, if no argument is given."""
    line = [sys.executable, "-m", "scrapy", "crawl", spider]
    line += ["-s", f"SEEDBED_CRAWLS={folder / 'crawls'}", "-s", f"SEEDBED_CORPORA={folder / 'seeds'}"]
    return [*line, *arguments, "-a", "corpus=story"]


def preloaded(name: str, workdir: Path) -> Path | None:
    """A library for LD_PRELOAD, built from `_<name>.c`; None: there is no compiler here."""
    library = workdir / f"{name}.so"
    line = ["cc", "-shared", "-fPIC", "-o", str(library), str(Path(__file__).with_name(f"_{name}.c")), "-ldl"]
    if shutil.which("cc") is None or subprocess.run(line, check=False).returncode:
        return None
    return library


def run(line: list[str], log: Path, limit: float = LIMIT, env: Mapping[str, str] = os.environ) -> Ended:
    """Run a command to its end, its output going to a log file."""

    def limits() -> None:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (SPACE, SPACE))

    with log.open("wb") as out:
        process = subprocess.Popen(
            ["timeout", "-s", "KILL", str(limit), *line], cwd=ROOT, stdout=out, stderr=out, preexec_fn=limits,
            env={**env, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    code = -9 if process.returncode == 137 else process.returncode
    return Ended(code, log.read_text("utf-8", "replace"), used.ru_utime + used.ru_stime, used.ru_maxrss >> 10)
