"""One crawl in a folder of its own that goes when it ends: `python -m benchmarks.faults._crawl_once START REPORT`.

The kit's server judges by what was asked; REPORT, a file of JSON lines, gets the outcome of each address as well, and
the most memory that the crawl's own process took.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Requests: more than the start, its good articles, and what a trap may take of them.
BUDGET = 200
QUICK = {
    "SEEDBED_DELAY": "0",
    "SEEDBED_DELAY_MARGIN": "0",
    "SEEDBED_BACKOFF": "0.5",
    "SEEDBED_HARVEST": "0",  # the kit's stories are no coverage of anything: all is fetched
}


def main() -> int:
    """Crawl, note what became of each address, and end with the crawl's exit code."""
    start, report = sys.argv[1:3]
    with tempfile.TemporaryDirectory() as folder:
        line = [
            sys.executable,
            "-m",
            "scrapy",
            "crawl",
            "coverage",
            "-a",
            f"seeds={ROOT / 'examples' / 'seeds'}",
        ]
        line += ["-a", f"sites={start}", "-a", f"budget={BUDGET}", "-a", "corpus=story"]
        places = {"SEEDBED_CRAWLS": f"{folder}/crawls", "SEEDBED_CORPORA": f"{folder}/seeds"}
        for name, value in (QUICK | places | json.loads(os.environ.get("SEEDBED_FAULTS", "{}"))).items():
            line += ["-s", f"{name}={value}"]
        with subprocess.Popen(line, cwd=ROOT) as crawl:
            signal.signal(signal.SIGTERM, lambda *_: crawl.kill())
            _, status, used = os.wait4(crawl.pid, 0)
            crawl.returncode = os.waitstatus_to_exitcode(status)
        with Path(report).open("a", encoding="utf-8") as out:
            out.write(
                json.dumps({"start": start, "outcomes": outcomes(Path(folder)), "kib": used.ru_maxrss}) + "\n"
            )
    return crawl.returncode


def outcomes(folder: Path) -> list[list[str | None]]:
    """Address, outcome and detail of all that was found."""
    found = []
    for path in folder.glob("crawls/*/frontier.sqlite"):
        with closing(sqlite3.connect(path)) as frontier:
            found += frontier.execute("SELECT url, outcome, detail FROM addresses ORDER BY id").fetchall()
    return [list(row) for row in found]


if __name__ == "__main__":
    sys.exit(main())
