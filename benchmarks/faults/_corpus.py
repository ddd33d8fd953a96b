"""Is a corpus folder whole, and is it the one that was expected? `python -m benchmarks.faults._corpus HOW FOLDER [REF]`.

`save` notes the digests of its files in REF, `same` holds them against REF, `whole` asks only that nothing is torn.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

__all__ = ["differences", "digests", "torn"]


def digests(folder: Path) -> dict[str, str]:
    """File -> SHA-256, but for the lock's."""
    files = (
        path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith(".lock")
    )
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def differences(folder: Path, reference: Path) -> list[str]:
    """Files that are others than those that were noted, missing or too many."""
    was, now = json.loads(reference.read_text()), digests(folder)
    return sorted(name for name in was.keys() | now.keys() if was.get(name) != now.get(name))


def torn(folder: Path) -> list[str]:
    """Files that hold half a record, or are not what the manifest says."""
    found = []
    for path in sorted(folder.glob("[!.]*")) if folder.exists() else ():
        data = path.read_bytes()
        try:
            for each in (
                data.splitlines() if path.suffix == ".jsonl" else [data] if path.suffix == ".json" else ()
            ):
                json.loads(each)
        except ValueError:
            found.append(path.name)
        if path.suffix in (".jsonl", ".txt") and data[-1:] not in (b"", b"\n"):
            found.append(path.name)
    manifest = folder / "manifest.jsonl"
    if manifest.exists() and not found:
        for line in manifest.read_bytes().splitlines():
            record = json.loads(line)
            file = folder / record["file"]
            if not file.exists() or hashlib.sha256(file.read_bytes()).hexdigest() != record["sha256"]:
                found.append(record["file"])
    return found


def main() -> int:
    """Check one folder; the exit code is 0 where all is well."""
    how, folder = sys.argv[1], Path(sys.argv[2])
    if how == "save":
        Path(sys.argv[3]).write_text(json.dumps(digests(folder)))
        return 0
    found = torn(folder) if how == "whole" else differences(folder, Path(sys.argv[3]))
    print(how, folder, found)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
