"""The only reader and writer of the seed format and of corpus folders.

A seed is `NNN_<id>.txt`: a number of three or more digits, an id of 16 lowercase hex digits; UTF-8, `\\n`
line ends, one block a line. A corpus is a folder of seeds with `manifest.jsonl` and `removed.jsonl`; past
100,000 seeds they stand in numbered folders of 10,000: `0012/0123456_<id>.txt`.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path

from pydantic import ValidationError

from dedupe.errors import CorpusFolderError, CorpusNotCleanError, InputFormatError, SeedFormatError
from dedupe.files import (
    HOLDER_NAME,
    LOCK_NAME,
    FilesTogether,
    NotPlainError,
    append_records,
    is_plain,
    open_plain,
    read_plain,
    read_records,
    record_line,
    sha256_of,
    write_records,
    write_text,
    written_whole,
)
from dedupe.models import Article, Gathering, ManifestRecord, Relation, RemovedRecord, WrittenFile
from dedupe.settings import DedupeSettings
from dedupe.tables import write_table

__all__ = [
    "DECISIONS",
    "DOCUMENTS",
    "FINDINGS",
    "GATHERING",
    "MANIFEST",
    "RELATIONS",
    "REMOVED",
    "REPORT",
    "SETTINGS",
    "Corpus",
    "CorpusContent",
    "Seed",
    "check_corpus",
    "check_target",
    "corpus_settings",
    "documents_of",
    "read_corpus",
    "read_documents",
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
# The first line of settings that a cleaning keeps; a file without it is somebody's own, and never written.
KEPT_SETTINGS = "# Kept by the cleaning, which writes it anew; take this line out if you change the rest.\n"
DECISIONS = "decisions.jsonl"
FINDINGS = "findings.jsonl"
DOCUMENTS = "documents.jsonl"
REPORT = "report.json"
REPORT_FILES = (REPORT, "report.html", FINDINGS, DOCUMENTS)
# The manifest of a corpus in numbered folders, as Parquet.
MANIFEST_TABLE = "manifest.parquet"
# Names the files a run is about to put in their places, so that after a kill the next run knows them as ours.
JOURNAL = ".writing.jsonl"
MOST_JOURNAL_LINE = 1000  # bytes; a name and a digest have some 120
# Files of a folder: listing it gets slow on most systems past some ten thousands, and tools give up.
MOST_FLAT = 100_000
SHARD_FILES = 10_000

OUR_FILES = frozenset(
    {
        MANIFEST,
        MANIFEST_TABLE,
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
SEED_NAME = re.compile(r"(?:[0-9]{4,}/)?(?P<number>[0-9]{3,})_(?P<id>[0-9a-f]{16})\.txt")
SHARD_NAME = re.compile(r"[0-9]{4,}")
# What a step of a run that was killed had finished (`dedupe.stages`).
STAGE_NAME = re.compile(r"\.[a-z_]+\.stage")
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

    documents: Iterable[tuple[ManifestRecord, str]]  # each with its text, in order; all are read once
    removed: Iterable[RemovedRecord]
    relations: Iterable[Relation]
    gathering: Gathering | None = None
    settings: DedupeSettings | None = None  # that it was made with; None: what stands there stays


# ------------------------------------------------------------------------------------------- reading


def read_seeds(folder: Path) -> Iterator[Seed]:
    """Yield the seeds of a folder by number; where the folder has a manifest, with what it says of them.

    A file that cannot be read as a seed is skipped with a warning that says what to do.

    Raises:
        SeedFormatError: the folder is missing, or no file in it is a seed.
    """
    known = _manifest_by_file(folder)
    names = sorted(_seed_names(folder), key=lambda name: (_number_of(name), name))
    found = False
    for number, same in groupby(names, key=_number_of):
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


def _number_of(name: str) -> int:
    return int(name.rpartition("/")[2].split("_")[0])


def _seed_names(folder: Path) -> list[str]:
    try:
        names = list(_names_in(folder))
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
    check_corpus(folder)
    return Corpus(folder, tuple(_manifest_records(folder)))


def check_corpus(folder: Path) -> None:
    """Make sure that a folder is a corpus.

    Raises:
        CorpusFolderError: it has no manifest.
    """
    if not (folder / MANIFEST).is_file():
        raise CorpusFolderError(
            f"{folder}: not a corpus: it has no {MANIFEST}. "
            f"`dedupe clean IN -o {folder.name}` or `scrapy crawl coverage` writes one."
        )


def read_documents(folder: Path) -> Iterator[Seed]:
    """Yield the documents that the manifest of a corpus names, one at a time.

    A file that cannot be read is skipped with a warning.

    Raises:
        InputFormatError: a line of the manifest cannot be read.
    """
    return documents_of(folder, _manifest_records(folder))


def documents_of(folder: Path, records: Iterable[ManifestRecord]) -> Iterator[Seed]:
    """The documents that some lines of a corpus's manifest name, as `read_documents` yields them."""
    for record in records:
        try:
            text = read_seed_text(folder / record.file)
        except SeedFormatError as error:
            log.warning("%s", error)
            continue
        yield Seed(record.file, _as_article(record, text))


def corpus_settings(folder: Path) -> DedupeSettings:
    """A corpus's own settings: those of its `seedbed.toml`; where there is none, the defaults.

    Raises:
        SettingsError: the file cannot be read.
    """
    path = folder / SETTINGS
    return DedupeSettings.from_toml(path) if path.exists() else DedupeSettings()


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
        name
        for name in _names_in(folder)
        if name not in ours
        and name not in OUR_FILES
        and not PART_NAME.fullmatch(name.rpartition("/")[2])
        and not STAGE_NAME.fullmatch(name)
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

    Nothing of the content is held in memory but what belongs to the documents of one numbered folder, and
    of their texts a single one.

    Raises:
        CorpusFolderError: see `check_target` and `dedupe.files.written_whole`.
    """
    check_target(folder)
    stale = _written_before(folder)
    write_records(folder / JOURNAL, _as_written(stale))
    with written_whole(folder / MANIFEST) as manifest:
        documents = iter(content.documents)
        while some := _write_seeds(folder, islice(documents, SHARD_FILES)):
            for record in some:
                stale.pop(record.file, None)
            manifest.writelines(f"{record_line(record)}\n".encode() for record in some)
        write_records(folder / REMOVED, content.removed)
        write_records(folder / RELATIONS, content.relations)
        if content.gathering is not None:
            write_text(folder / GATHERING, content.gathering.model_dump_json(indent=2) + "\n")
        if content.settings is not None:
            _keep_settings(folder / SETTINGS, content.settings)
        (folder / MANIFEST_TABLE).unlink(missing_ok=True)  # it is that of the manifest before
    _clear_away(folder, stale)
    if any(_shards(folder)):
        _write_manifest_table(folder)


def _keep_settings(path: Path, settings: DedupeSettings) -> None:
    """Write settings that are not the defaults beside their corpus, unless somebody's own stand there."""
    if os.path.lexists(path):
        with suppress(OSError, UnicodeDecodeError):
            if not path.read_text(encoding="utf-8").startswith(KEPT_SETTINGS):
                return
    if said := settings.to_toml():
        write_text(path, KEPT_SETTINGS + said)
    else:
        path.unlink(missing_ok=True)


def _write_seeds(folder: Path, documents: Iterable[tuple[ManifestRecord, str]]) -> list[ManifestRecord]:
    """Write the seeds of some documents; before one takes its place, the journal says that it is ours."""
    records = []
    with FilesTogether() as files:
        for record, text in documents:
            records.append(record)
            path = folder / record.file
            if not is_plain(path) or sha256_of(path) != record.sha256:
                files.add(path, seed_bytes(text))
        if records:
            files.sync()
            named = (WrittenFile(file=record.file, sha256=record.sha256) for record in records)
            append_records(folder / JOURNAL, named)
            files.place()
    return records


def _write_manifest_table(folder: Path) -> None:
    """Write the manifest as Parquet too, where pyarrow is installed."""
    with suppress(ImportError):
        write_table(folder / MANIFEST_TABLE, read_records(folder / MANIFEST, ManifestRecord), ManifestRecord)


def _clear_away(folder: Path, stale: Iterable[str]) -> None:
    """Take away what an earlier run left, and then the journal."""
    for name in stale:
        (folder / name).unlink(missing_ok=True)
    shards = list(_shards(folder))
    for place in (folder, *shards):
        for part in place.iterdir():
            if PART_NAME.fullmatch(part.name):
                part.unlink(missing_ok=True)
    for shard in shards:
        with suppress(OSError):  # it holds seeds
            shard.rmdir()
    (folder / JOURNAL).unlink(missing_ok=True)


def digest_of(text: str) -> str:
    """SHA-256 of the seed file that holds a text, in hexadecimal."""
    return hashlib.sha256(seed_bytes(text)).hexdigest()


def _shards(folder: Path) -> Iterator[Path]:
    """The numbered folders of a corpus; a link may lead anywhere, and is none."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if SHARD_NAME.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False):
                yield folder / entry.name


def _names_in(folder: Path) -> Iterator[str]:
    """What stands in a folder and its numbered folders, which are not named themselves."""
    shards = {shard.name for shard in _shards(folder)}
    for entry in folder.iterdir():
        if entry.name in shards:
            yield from (f"{entry.name}/{inner.name}" for inner in entry.iterdir())
        else:
            yield entry.name


def _written_before(folder: Path) -> dict[str, bytes]:
    """Seed files that earlier runs wrote here -> the SHA-256 each may have, one after another.

    The manifest names them, and the journal of a run that was killed before it wrote its manifest.
    """
    written: dict[str, bytes] = {}

    def add(record: WrittenFile | ManifestRecord) -> None:
        digest, known = bytes.fromhex(record.sha256), written.get(record.file, b"")
        if digest not in _digests(known):
            written[record.file] = known + digest

    if (folder / MANIFEST).is_file():
        for record in read_records(folder / MANIFEST, ManifestRecord):
            add(record)
    with suppress(OSError), open_plain(folder / JOURNAL) as journal:
        while line := journal.readline(MOST_JOURNAL_LINE):
            # What is named here may be taken away: a path leads elsewhere, and is refused.
            with suppress(ValidationError):
                add(WrittenFile.model_validate_json(line))
    return written


def _digests(known: bytes) -> list[bytes]:
    size = hashlib.sha256().digest_size
    return [known[start : start + size] for start in range(0, len(known), size)]


def _as_written(known: Mapping[str, bytes]) -> Iterator[WrittenFile]:
    for name, digests in known.items():
        for digest in _digests(digests):
            yield WrittenFile(file=name, sha256=digest.hex())


def _was_changed(path: Path, digests: bytes) -> bool:
    if not os.path.lexists(path):
        return False
    return not is_plain(path) or bytes.fromhex(sha256_of(path)) not in _digests(digests)


def seed_name(number: int, article_id: str, documents: int = 0) -> str:
    """File name of a seed: the number has three digits or more; of many documents, in a numbered folder.

    Args:
        number: of the document, from 0.
        article_id: 16 hex digits.
        documents: how many the corpus has.
    """
    if documents <= MOST_FLAT:
        return f"{number:03d}_{article_id}.txt"
    return f"{number // SHARD_FILES:04d}/{number:07d}_{article_id}.txt"


def read_removed(folder: Path) -> Iterable[RemovedRecord]:
    """The documents and blocks that were left out of a corpus; nothing where none were."""
    path = folder / REMOVED
    return read_records(path, RemovedRecord) if path.is_file() else ()
