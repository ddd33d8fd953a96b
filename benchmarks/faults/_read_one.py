"""Reads one hostile file and says what came of it: `python -m benchmarks.faults._read_one KIND FILE`."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.faults._entry_points import FILES

if __name__ == "__main__":
    print(FILES[sys.argv[1]](Path(sys.argv[2]).read_bytes()))
