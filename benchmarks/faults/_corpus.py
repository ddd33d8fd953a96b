"""Is a corpus folder whole, and is it the one that was expected? `python -m benchmarks.faults._corpus HOW FOLDER [REF]`.

`save` notes the digests of its files in REF, `same` holds them against REF, `same-texts` all but what counts requests,
`whole` asks only that nothing is torn. Of other folders and files: `once` asks of crawls that each article's line is there
once, with its page; `lines` holds the addresses of a file of JSON lines against those of REF.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from crawler.warc import read_responses

__all__ = ["differences", "digests", "doubled", "torn"]

# They count requests, which a run that was ended may make twice.
COUNTS = frozenset({"gathering.json", "report.json", "report.html"})


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


def addresses(path: Path) -> Iterator[str]:
    """The address of each line that is whole."""
    for line in path.read_bytes().splitlines():
        with suppress(ValueError):
            yield json.loads(line)["url"]


def doubled(crawls: Path) -> list[str]:
    """Articles that a crawl saved twice, or without the page that they were read from."""
    found = []
    for crawl in sorted(crawls.iterdir()):
        lines = (crawl / "articles.jsonl").read_bytes().splitlines()
        articles = [json.loads(line) for line in lines]
        times = Counter((article["url"], article["text"]) for article in articles)
        pages = {response.url for _, response in read_responses(crawl / "pages.warc.gz")}
        found += [url for (url, _), count in times.items() if count > 1]
        found += [article["url"] for article in articles if article["url"] not in pages]
    return found


def main() -> int:
    """Check one folder; the exit code is 0 where all is well."""
    how, folder = sys.argv[1], Path(sys.argv[2])
    if how == "save":
        Path(sys.argv[3]).write_text(json.dumps(digests(folder)))
        return 0
    match how:
        case "whole":
            found = torn(folder)
        case "once":
            found = doubled(folder)
        case "lines":
            now, was = (Counter(addresses(path)) for path in (folder, Path(sys.argv[3])))
            found = sorted((now - was) + (was - now))
        case "same-texts":
            found = [name for name in differences(folder, Path(sys.argv[3])) if name not in COUNTS]
        case _:
            found = differences(folder, Path(sys.argv[3]))
    print(how, folder, found)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
