"""Articles in: JSONL (plain, .gz, .zst), Parquet, a folder of such files, or of seeds.

One bad record stops nothing else.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from dedupe.corpus import MANIFEST, SEED_NAME, read_seeds
from dedupe.errors import InputFormatError, MissingExtraError
from dedupe.files import first_problem, open_binary
from dedupe.models import Article

__all__ = [
    "FIELDS",
    "JSONL_SUFFIXES",
    "Remote",
    "Several",
    "article_of",
    "estimated_count",
    "holds_seeds",
    "parts_of",
    "place_of",
    "read_articles",
    "records_among",
]

log = logging.getLogger(__name__)

FIELDS = frozenset(Article.model_fields)
JSONL_SUFFIXES = (".jsonl", ".ndjson", ".json")
# Texts that are known again: some ten megabytes of a stream that is not kept.
MOST_REMEMBERED = 2000


@dataclass(frozen=True)
class Remote:
    """Articles where only Spark finds them: `s3a://bucket/articles`, `hdfs://host/2031/*.parquet`."""

    url: str

    def __str__(self) -> str:
        return self.url


@dataclass(frozen=True)
class Several:
    """Articles in more than one place, in the order of the places."""

    places: tuple[Path | Remote, ...]

    def __str__(self) -> str:
        return ", ".join(map(str, self.places))


def place_of(name: str) -> Path | Remote:
    """Where articles lie, as a command is told."""
    return Remote(name) if "://" in name else Path(name)


def read_articles(path: Path | Remote | Several) -> Iterator[Article]:
    """Yield the articles of a file or a folder, one at a time, in its order; those of several in turn.

    A folder holds seeds, or else files of records (`parts_of`), which are read one after another. Records
    need `id` and `text`; what else an `Article` has is taken where it is there, the rest ignored.
    A record that cannot be read, a torn last line included, is skipped with a warning that names it.

    Raises:
        InputFormatError: there is no such file, its kind is not known, or it holds no article at all.
        MissingExtraError: Parquet without pyarrow.
    """
    if isinstance(path, Several):
        for place in path.places:
            yield from read_articles(place)
        return
    if isinstance(path, Remote):
        raise InputFormatError(
            f"{path}: only Spark reads that: add --engine spark, or give a file or folder of this machine."
        )
    if not path.exists():
        raise InputFormatError(f"{path}: there is no such file or folder.")
    read = _reader(path)
    empty = True
    try:
        for article in read(path):
            empty = False
            yield article
    except PermissionError as error:
        raise InputFormatError(f"{path}: cannot be read: {error.strerror}.") from error
    if empty:
        raise InputFormatError(
            f"{path}: holds no article. A record needs `id` and `text`; "
            f"a seed is called NNN_<16 hex>.txt, like 000_01ab40c54927a619.txt."
        )


# Bytes of a file of records from which their mean length is taken: some hundreds of articles.
SAMPLE = 1 << 20


def estimated_count(path: Path | Remote | Several) -> int | None:
    """About how many records there are, for the time to go; None: only reading all would say."""
    if isinstance(path, Several):
        counts = [estimated_count(place) for place in path.places]
        return None if None in counts else sum(filter(None, counts))
    if isinstance(path, Remote):
        return None
    if path.is_dir():
        counts = [estimated_count(part) for part in parts_of(path)]
        return sum(filter(None, counts)) if counts and None not in counts else None
    if not path.is_file() or not path.name.endswith(JSONL_SUFFIXES):
        return None
    with path.open("rb") as file:
        sample = file.read(SAMPLE)
    lines = max(1, sample.count(b"\n"))
    return round(lines * path.stat().st_size / max(1, len(sample)))


_PACKED = (".gz", ".zst")
_RECORDS = (
    *JSONL_SUFFIXES,
    *(f"{suffix}{packed}" for suffix in JSONL_SUFFIXES for packed in _PACKED),
    ".parquet",
)
_PAGES = (".warc", *(f".warc{packed}" for packed in _PACKED))
"""How files of records end, and those of web pages, which the crawl makes articles of."""


def _reader(path: Path) -> Callable[[Path], Iterator[Article]]:
    if path.is_dir():
        return _from_folder
    if path.name.endswith(".parquet"):
        return _from_parquet
    if path.name.endswith(_RECORDS):
        return _from_jsonl
    if path.name.endswith(_PAGES):
        raise _no_articles(path)
    raise InputFormatError(
        f"{path}: not known as articles. Give .jsonl (also .gz, .zst), .parquet, or a folder of such files, "
        f"or of seeds."
    )


def _no_articles(pages: object) -> InputFormatError:
    return InputFormatError(
        f"{pages}: holds web pages, which have to be made articles first: "
        f"`scrapy crawl archive -a warc={pages} -a seeds=SEEDS` takes those on a topic, and cleans them."
    )


def parts_of(folder: Path) -> list[Path]:
    """Files of records in a folder and below it, as Spark and other tools leave them, by name.

    A folder with a manifest or a seed is one of seeds, and has no parts. What begins with a dot or an
    underscore is passed over, as everywhere where such folders are read.

    Raises:
        InputFormatError: the folder holds web pages and nothing else.
    """
    if (folder / MANIFEST).exists():
        return []
    shown = (path for path in folder.rglob("*") if not _is_hidden(path.relative_to(folder)))
    files = [path.as_posix() for path in shown if path.is_file()]
    if holds_seeds(files):
        for place in files:
            if place.endswith(_RECORDS):
                log.warning("%s: left out, since the folder holds seeds; give the file by itself.", place)
        return []
    return [Path(place) for place in records_among(files)]


def holds_seeds(places: Iterable[str]) -> bool:
    """Whether one of some files is named as a seed is."""
    return any(SEED_NAME.fullmatch(place.rpartition("/")[2]) for place in places)


def records_among(places: Iterable[str]) -> list[str]:
    """Those of some files that hold records, folder by folder in the order of their names.

    Raises:
        InputFormatError: there are web pages and nothing else.
    """
    ordered = sorted(places, key=lambda place: place.split("/"))
    records = [place for place in ordered if place.endswith(_RECORDS)]
    pages = [place for place in ordered if place.endswith(_PAGES)]
    if pages and not records:
        raise _no_articles(pages[0])
    return records


def _is_hidden(path: Path) -> bool:
    return any(name.startswith((".", "_")) for name in path.parts)


def _from_folder(folder: Path) -> Iterator[Article]:
    parts = parts_of(folder)
    for part in parts:
        yield from _reader(part)(part)
    if not parts:
        for seed in read_seeds(folder):
            yield seed.article


class _Texts:
    """One string for a text that comes again: agencies' customers, and mirrors, would fill the memory."""

    def __init__(self) -> None:
        self._seen: dict[str, str] = {}

    def shared(self, text: str) -> str:
        """The same text, and the same object while it was seen lately."""
        if len(self._seen) > MOST_REMEMBERED:
            self._seen.clear()
        return self._seen.setdefault(text, text)


def _from_jsonl(path: Path) -> Iterator[Article]:
    texts = _Texts()
    with open_binary(path) as file:
        for number, line in enumerate(_lines(file, path), 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as error:
                torn = "" if line.endswith(b"\n") else " (the last line, cut short)"
                log.warning("%s, line %d%s: not JSON, skipped: %s", path, number, torn, error)
                continue
            yield from article_of(row, f"{path}, line {number}", texts)


def _lines(file: Iterable[bytes], path: Path) -> Iterator[bytes]:
    """Lines up to where a damaged archive breaks off."""
    try:
        yield from file
    except Exception as error:  # each packing breaks with an error class of its own
        log.warning("%s: breaks off, the rest is skipped: %s", path, error)


def _from_parquet(path: Path) -> Iterator[Article]:
    try:
        from pyarrow import parquet
    except ImportError:
        raise MissingExtraError(
            f"{path}: reading Parquet needs pyarrow: pip install 'seedbed[parquet]'"
        ) from None
    try:
        file = parquet.ParquetFile(path)
    except (OSError, ValueError) as error:
        raise InputFormatError(f"{path}: cannot be read as Parquet: {error}") from error
    columns = [name for name in file.schema_arrow.names if name in FIELDS]
    row_number, texts = 0, _Texts()
    try:
        for batch in file.iter_batches(batch_size=1024, columns=columns):
            for row in _in_moments(batch).to_pylist():
                row_number += 1
                yield from article_of(row, f"{path}, row {row_number}", texts)
    except OSError as error:
        log.warning("%s: breaks off after row %d, the rest is skipped: %s", path, row_number, error)


def _in_moments(batch: Any) -> Any:
    """The same with times as what a file holds: a moment, to the microsecond, without its writer's zone."""
    from pyarrow import schema, timestamp, types

    times = schema(
        each.with_type(timestamp("us", "UTC")) if types.is_timestamp(each.type) else each
        for each in batch.schema
    )
    return batch.cast(times, safe=False)


def article_of(row: object, place: str, texts: _Texts | None = None) -> Iterator[Article]:
    """The article of one record, or nothing and a warning."""
    if not isinstance(row, Mapping):
        log.warning("%s: not a record with `id` and `text`, skipped", place)
        return
    known: dict[str, Any] = {key: value for key, value in row.items() if key in FIELDS and value is not None}
    if isinstance(known.get("id"), int):
        known["id"] = str(known["id"])
    if texts is not None and isinstance(known.get("text"), str):
        known["text"] = texts.shared(known["text"])
    try:
        yield Article.model_validate(known)
    except ValidationError as error:
        bad = {str(problem["loc"][0]) for problem in error.errors() if problem["loc"]}
        if bad & {"id", "text"}:
            log.warning("%s: skipped: %s", place, first_problem(error))
            return
        log.warning("%s: %s left out: %s", place, ", ".join(sorted(bad)), first_problem(error))
        yield Article.model_validate({key: value for key, value in known.items() if key not in bad})
