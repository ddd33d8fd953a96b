"""The only reader and writer of the seed format and of corpus folders.

A seed is `NNN_<id>.txt`: a number of three or more digits, an id of 16 lowercase hex digits; UTF-8, `\\n`
line ends, one block a line. A corpus is a folder of seeds with `manifest.jsonl` and `removed.jsonl`.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from dedupe.errors import CorpusFolderError, CorpusNotCleanError, InputFormatError, SeedFormatError
from dedupe.files import (
    HOLDER_NAME,
    LOCK_NAME,
    NotPlainError,
    is_plain,
    read_plain,
    read_records,
    sha256_of,
    write_bytes,
    write_records,
    write_text,
)
from dedupe.models import Article, Gathering, ManifestRecord, Relation, RemovedRecord

__all__ = [
    "DECISIONS",
    "FINDINGS",
    "GATHERING",
    "MANIFEST",
    "RELATIONS",
    "REMOVED",
    "SETTINGS",
    "Corpus",
    "CorpusContent",
    "Seed",
    "check_target",
    "read_corpus",
    "read_seeds",
    "seed_bytes",
    "write_corpus",
]

log = logging.getLogger(__name__)

MANIFEST = "manifest.jsonl"
REMOVED = "removed.jsonl"
RELATIONS = "relations.jsonl"
GATHERING = "gathering.json"
SETTINGS = "seedbed.toml"
DECISIONS = "decisions.jsonl"
FINDINGS = "findings.jsonl"
REPORT_FILES = ("report.json", "report.html", FINDINGS)
# Names the files a run is about to write, so that after a kill the next run knows them as ours.
JOURNAL = ".writing.json"
JOURNAL_FORMAT = TypeAdapter(dict[str, set[str]])
MOST_JOURNAL_BYTES = 1 << 30

OUR_FILES = frozenset(
    {
        MANIFEST,
        REMOVED,
        RELATIONS,
        GATHERING,
        SETTINGS,
        DECISIONS,
        *REPORT_FILES,
        JOURNAL,
        LOCK_NAME,
        HOLDER_NAME,
    }
)
SEED_NAME = re.compile(r"(?P<number>[0-9]{3,})_(?P<id>[0-9a-f]{16})\.txt")
# Bytes of a seed: as many as of a page. A book of a thousand pages has 2 MB.
MOST_SEED_BYTES = 16 * 1024 * 1024
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
PART_NAME = re.compile(r"\..+\.[0-9]+\.part")


@dataclass(frozen=True)
class Seed:
    """One article as a file in the seed format."""

    name: str
    article: Article


@dataclass(frozen=True)
class Corpus:
    """A corpus folder as its manifest describes it."""

    folder: Path
    manifest: tuple[ManifestRecord, ...]
    is_checked: bool = False  # the gate let it through: a file that is another by now is not read

    def __len__(self) -> int:
        return len(self.manifest)

    def __iter__(self) -> Iterator[Article]:
        """Yield the articles in the manifest's order, each text read from its file.

        Raises:
            SeedFormatError: a file cannot be read.
            CorpusNotCleanError: the corpus passed the gate, and a file is not the one that did.
        """
        for record in self.manifest:
            path = self.folder / record.file
            data = _seed_data(path)
            if self.is_checked and hashlib.sha256(data).hexdigest() != record.sha256:
                raise CorpusNotCleanError(
                    f"{path}: was changed since the corpus was checked. "
                    f"`dedupe check {self.folder}` says more."
                )
            yield _as_article(record, _seed_text(path, data))


@dataclass(frozen=True)
class CorpusContent:
    """Everything that `write_corpus` puts into a folder."""

    manifest: Sequence[ManifestRecord]
    texts: Sequence[str]
    removed: Iterable[RemovedRecord]  # read once
    relations: Sequence[Relation]
    gathering: Gathering | None = None


# ------------------------------------------------------------------------------------------- reading


def read_seeds(folder: Path) -> Iterator[Seed]:
    """Yield the seeds of a folder by number; where the folder has a manifest, with what it says of them.

    A file that cannot be read as a seed is skipped with a warning that says what to do.

    Raises:
        SeedFormatError: the folder is missing, or no file in it is a seed.
    """
    known = _manifest_by_file(folder)
    names = sorted(_seed_names(folder), key=lambda name: (int(name.split("_")[0]), name))
    found = False
    for number, same in groupby(names, key=lambda name: int(name.split("_")[0])):
        if len(group := list(same)) > 1:
            log.warning(
                "%s: %d seeds have the number %03d: %s; all are read.",
                folder, len(group), number, ", ".join(group[:3]),
            )  # fmt: skip
    for name in names:
        try:
            text = read_seed_text(folder / name)
        except SeedFormatError as error:
            log.warning("%s", error)
            continue
        found = True
        record = known.get(name)
        article = _as_article(record, text) if record else Article(id=name[-20:-4], text=text)
        yield Seed(name, article)
    if not found:
        raise SeedFormatError(
            f"{folder}: holds no seed that can be read. A seed is a UTF-8 text file called NNN_<16 hex>.txt, "
            f"like 000_01ab40c54927a619.txt."
        )


def _seed_names(folder: Path) -> list[str]:
    try:
        names = [entry.name for entry in folder.iterdir()]
    except OSError as error:
        raise SeedFormatError(f"{folder}: cannot be read as a folder of seeds: {error.strerror}.") from error
    for name in sorted(names):
        if name.endswith(".txt") and not SEED_NAME.fullmatch(name):
            log.warning(
                "%s: left out: a seed is called NNN_<16 hex>.txt, like 000_01ab40c54927a619.txt; rename it.",
                folder / name,
            )
    return [name for name in names if SEED_NAME.fullmatch(name)]


def read_seed_text(path: Path) -> str:
    """The text of one seed file: BOM dropped, line ends as `\\n`, nothing else changed.

    Raises:
        SeedFormatError: not a plain file, not readable, or not UTF-8.
    """
    return _seed_text(path, _seed_data(path))


def _seed_data(path: Path) -> bytes:
    try:
        return read_plain(path, MOST_SEED_BYTES)
    except NotPlainError as error:
        raise SeedFormatError(f"{path}: left out: {error.strerror}.") from error
    except OSError as error:
        raise SeedFormatError(f"{path}: left out: cannot be read: {error.strerror}.") from error


def _seed_text(path: Path, data: bytes) -> str:
    if 0 in data and not data.startswith(UTF_16):
        raise SeedFormatError(f"{path}: left out: no text: a zero stands at byte {data.index(0)}.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SeedFormatError(
            f"{path}: left out: not UTF-8 at byte {error.start}. "
            f"Convert it, as with `iconv -f WINDOWS-1252 -t UTF-8`, and run again."
        ) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_corpus(folder: Path) -> Corpus:
    """Open a corpus folder, whatever the gate says of it (`dedupe.open_corpus` asks the gate).

    Raises:
        CorpusFolderError: the folder has no manifest.
        InputFormatError: a line of the manifest cannot be read.
    """
    manifest = folder / MANIFEST
    if not manifest.is_file():
        raise CorpusFolderError(
            f"{folder}: not a corpus: it has no {MANIFEST}. "
            f"`dedupe clean IN -o {folder.name}` or `scrapy crawl coverage` writes one."
        )
    return Corpus(folder, tuple(_manifest_records(folder)))


def _manifest_records(folder: Path) -> Iterator[ManifestRecord]:
    """The lines of a manifest.

    Raises:
        InputFormatError: one cannot be read, or names a file that another line names.
    """
    named: set[str] = set()
    for number, record in enumerate(read_records(folder / MANIFEST, ManifestRecord), 1):
        if record.file in named:
            raise InputFormatError(f"{folder / MANIFEST}, line {number}: {record.file} stands there twice.")
        named.add(record.file)
        yield record


def _manifest_by_file(folder: Path) -> dict[str, ManifestRecord]:
    """Manifest records by file name; empty where there is no manifest, or one of another tool."""
    if not os.path.lexists(folder / MANIFEST):
        return {}
    try:
        return {record.file: record for record in _manifest_records(folder)}
    except InputFormatError as error:
        log.warning("%s The seeds are read without it.", error)
        return {}


def _as_article(record: ManifestRecord, text: str) -> Article:
    return Article(
        id=record.id,
        text=text.removesuffix("\n"),
        url=record.url,
        title=record.title,
        authors=record.authors,
        published=record.published,
        publisher=record.publisher,
        language=record.language,
        relevance=record.relevance,
        rights=record.rights,
    )


# ------------------------------------------------------------------------------------------- writing


def seed_bytes(text: str) -> bytes:
    """The bytes of a seed file: the text as UTF-8 with one line end at the close."""
    return (text.rstrip("\n") + "\n").encode("utf-8")


def check_target(folder: Path) -> None:
    """Make sure that a corpus may be written into a folder: it is new, empty, or an earlier run's.

    Raises:
        CorpusFolderError: it holds files that are not ours, or ours but changed by hand since.
    """
    if not folder.exists():
        above = next(parent for parent in folder.absolute().parents if parent.exists())
        if not os.access(above, os.W_OK):
            raise CorpusFolderError(
                f"{above}: cannot be written. Choose another folder, or allow writing there."
            )
        return
    if not folder.is_dir():
        raise CorpusFolderError(f"{folder}: not a folder. Choose another name for the corpus.")
    ours = _written_before(folder)
    strangers = sorted(
        entry.name
        for entry in folder.iterdir()
        if entry.name not in ours and entry.name not in OUR_FILES and not PART_NAME.fullmatch(entry.name)
    )
    if strangers:
        shown = ", ".join(strangers[:3]) + (", ..." if len(strangers) > 3 else "")
        raise CorpusFolderError(
            f"{folder}: holds {len(strangers)} file(s) that Seedbed did not write there ({shown}). "
            f"They are left alone; choose another folder for the corpus, or move them away."
        )
    changed = [name for name, digests in ours.items() if _was_changed(folder / name, digests)]
    if changed:
        raise CorpusFolderError(
            f"{folder}: {changed[0]} was changed since it was written"
            f"{f' (and {len(changed) - 1} more)' if len(changed) > 1 else ''}. "
            f"It is left alone; move it away, or choose another folder for the corpus."
        )


def write_corpus(folder: Path, content: CorpusContent) -> None:
    """Write the seeds, then what describes them; files of an earlier run that no longer belong go last.

    Raises:
        CorpusFolderError: see `check_target` and `dedupe.files.write_bytes`.
    """
    check_target(folder)
    before = _written_before(folder)
    stale = set(before) - {record.file for record in content.manifest}
    _write_journal(folder, before, content.manifest)
    for record, text in zip(content.manifest, content.texts, strict=True):
        path = folder / record.file
        if not is_plain(path) or sha256_of(path) != record.sha256:
            write_bytes(path, seed_bytes(text))
    write_records(folder / REMOVED, content.removed)
    write_records(folder / RELATIONS, content.relations)
    if content.gathering is not None:
        write_text(folder / GATHERING, content.gathering.model_dump_json(indent=2) + "\n")
    write_records(folder / MANIFEST, content.manifest)
    for name in stale:
        (folder / name).unlink(missing_ok=True)
    for part in folder.iterdir():
        if PART_NAME.fullmatch(part.name):
            part.unlink(missing_ok=True)
    (folder / JOURNAL).unlink(missing_ok=True)


def digest_of(text: str) -> str:
    """SHA-256 of the seed file that holds a text, in hexadecimal."""
    return hashlib.sha256(seed_bytes(text)).hexdigest()


def _written_before(folder: Path) -> dict[str, set[str]]:
    """Seed files that earlier runs wrote here -> the SHA-256 each may have.

    The manifest names them, and the journal of a run that was killed before it wrote its manifest.
    """
    written: dict[str, set[str]] = defaultdict(set)
    if (folder / MANIFEST).is_file():
        for record in read_records(folder / MANIFEST, ManifestRecord):
            written[record.file].add(record.sha256)
    with suppress(OSError, ValidationError):
        journal = JOURNAL_FORMAT.validate_json(read_plain(folder / JOURNAL, MOST_JOURNAL_BYTES))
        for name, digests in journal.items():
            if SEED_NAME.fullmatch(name):  # what is named here may be taken away: a path leads elsewhere
                written[name].update(digests)
    return written


def _write_journal(folder: Path, before: dict[str, set[str]], manifest: Sequence[ManifestRecord]) -> None:
    names = {name: set(digests) for name, digests in before.items()}
    for record in manifest:
        names.setdefault(record.file, set()).add(record.sha256)
    write_text(
        folder / JOURNAL, json.dumps({name: sorted(digests) for name, digests in sorted(names.items())})
    )


def _was_changed(path: Path, digests: set[str]) -> bool:
    if not os.path.lexists(path):
        return False
    return not is_plain(path) or sha256_of(path) not in digests


def seed_name(number: int, article_id: str) -> str:
    """File name of a seed: the number has three digits or more."""
    return f"{number:03d}_{article_id}.txt"


def read_removed(folder: Path) -> Iterable[RemovedRecord]:
    """The documents and blocks that were left out of a corpus; nothing where none were."""
    path = folder / REMOVED
    return read_records(path, RemovedRecord) if path.is_file() else ()
