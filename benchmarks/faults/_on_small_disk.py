"""A command on a disk that is too small, then on one with room: `... CORPUS REF DISK -- COMMAND`, inside the sandbox."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from benchmarks.faults._corpus import differences, torn


def main() -> int:
    """Say as JSON how both runs ended, what was torn between them, and whether the corpus is the one expected."""
    corpus, reference, disk, how = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4]
    line = sys.argv[6:]
    if how == "read-only":
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    first = subprocess.run(line, capture_output=True, text=True, check=False)
    broken = torn(corpus)
    subprocess.run(["mount", "-o", "remount,rw,size=64m", disk], check=True)
    second = subprocess.run(line, capture_output=True, text=True, check=False)
    said = (first.stderr.strip().splitlines() or [""])[-1]
    print(
        json.dumps(
            {
                "first": first.returncode,
                "said": said[:400],
                "traceback": "Traceback" in first.stderr,
                "torn": broken,
                "second": second.returncode,
                "differs": differences(corpus, reference) if second.returncode == 0 else ["all"],
            }
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
