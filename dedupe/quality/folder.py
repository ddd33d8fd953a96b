"""A corpus folder as the checks see it: as it is, wrong files and all.

`dedupe.corpus.read_corpus` refuses what is broken; the checks must see it to name it. Documents and
records are read when they are asked for and not kept: a folder of a million takes little memory.
"""

from __future__ import annotations

import errno
import hashlib
import heapq
import json
import os
import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import IO, Generic, TypeVar, overload
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from dedupe.corpus import (
    DECISIONS,
    GATHERING,
    MANIFEST,
    MOST_SEED_BYTES,
    RELATIONS,
    REMOVED,
    REPORT_FILES,
    digest_of,
)
from dedupe.decisions import NO_DECISIONS, Decisions, today
from dedupe.errors import CorpusFolderError
from dedupe.files import NOT_PLAIN, NotPlainError, is_plain, open_plain, read_plain, sha256_of
from dedupe.models import (
    Article,
    Decision,
    Document,
    Finding,
    Gathering,
    Relation,
    RemovedRecord,
    as_moment,
    trusted,
    well_formed,
)
from dedupe.quality.language import language_of

__all__ = [
    "Assessed",
    "CorpusFile",
    "CorpusFolder",
    "FolderFiles",
    "Keys",
    "Listing",
    "Records",
    "corpus_digest",
    "folder_digests",
    "has_wide_characters",
    "key_of",
    "read_folder",
    "repeated",
    "site_of",
]


NUL_SHARE = 0.2  # of the bytes: UTF-16 of Latin text has about half

# A file of the folder itself, or of its shards: no other path, no sign that ends a name early.
PLAIN_NAME = re.compile(r"(?:[0-9]{4,}/)?[^/\\\x00]+")
# Addresses that would act, or read a file, where somebody opens them.
ACTING_ADDRESS = re.compile(r"[\s\x00-\x1f]*(?:javascript|vbscript|data|file)\s*:", re.IGNORECASE)

RecordT = TypeVar("RecordT", bound=BaseModel)


class Listing(BaseModel):
    """One line of a manifest, read leniently: whatever is wrong in it is for a check to say."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)

    file: str
    id: str | None = None
    sha256: str | None = None
    url: str | None = None
    title: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    publisher: str | None = None
    language: str | None = None
    origin: str | None = None
    cluster: str | None = None
    family: str | None = None
    relation: str | None = None
    relevance: float | None = None
    rights: tuple[str, ...] = ()
    verdict: str | None = None


@dataclass(frozen=True)
class CorpusFile:
    """One document: a file, its line in the manifest, or both."""

    name: str
    data: bytes | None  # None: the manifest names a file that is not there
    listing: Listing | None  # None: a file that the manifest does not name

    @property
    def text(self) -> str:
        """The file's characters as they stand, line ends too; what is no UTF-8 as U+FFFD."""
        return self._decoded[0]

    @property
    def is_utf8(self) -> bool:
        """Whether the bytes are UTF-8 text: decodable, and not UTF-16 in disguise."""
        return self._decoded[1]

    @cached_property
    def _decoded(self) -> tuple[str, bool]:
        """The characters, and whether the bytes are UTF-8."""
        data = (self.data or b"").removesuffix(b"\n")
        try:
            return data.decode("utf-8"), not has_wide_characters(self.data or b"")
        except UnicodeDecodeError:
            return data.decode("utf-8", errors="replace"), False

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the file's bytes, in hexadecimal."""
        return hashlib.sha256(self.data or b"").hexdigest()

    @cached_property
    def article(self) -> Article | None:
        """The document as an article; None where its file is missing or is no UTF-8."""
        if self.data is None or not self.is_utf8:
            return None
        listing = self.listing or Listing(file=self.name)
        stem = self.name.rpartition("/")[2].removesuffix(".txt")
        told = (listing.url, listing.title, listing.publisher, listing.language)
        url, title, publisher, language = (well_formed(each) if each else None for each in told)
        return trusted(
            Article,
            _NOT_TOLD
            | {
                "id": well_formed(listing.id or stem.partition("_")[2] or stem),
                "text": self.text,
                "url": url,
                "title": title,
                "authors": tuple(map(well_formed, listing.authors)),
                "published": _moment_of(listing.published),
                "publisher": publisher,
                "language": language,
                "relevance": listing.relevance if 0 <= (listing.relevance or 0) <= 1 else None,
                "rights": listing.rights,
                "field_sources": {},
            },
        )

    @cached_property
    def language(self) -> str | None:
        """Language of the document, read from its text; None: too short or too mixed to tell."""
        return language_of(self.article.text) if self.article else None

    @property
    def site(self) -> str | None:
        """Host of the address without `www.`, else the publisher's name."""
        return site_of(self.listing.url, self.listing.publisher) if self.listing else None


_NOT_TOLD = {
    name: each.get_default() for name, each in Article.model_fields.items() if not each.is_required()
}
"""What a manifest does not say of a document."""


def _moment_of(published: str | None) -> datetime | None:
    """The time of a line of a manifest; None for one that is none: the check of the manifest names it."""
    try:
        moment: datetime | None = as_moment(published)
    except ValueError:
        return None
    return moment


def has_wide_characters(data: bytes) -> bool:
    """Whether so many bytes are NUL that the text is UTF-16."""
    return 0 in data and data.count(0) > NUL_SHARE * len(data)


def site_of(url: str | None, publisher: str | None) -> str | None:
    """Host of an address without `www.`, else the publisher's name."""
    try:
        host = urlsplit(url or "").hostname
    except ValueError:
        host = None
    return (host or "").removeprefix("www.") or publisher or None


@dataclass(frozen=True)
class Assessed:
    """A document as it was when it was checked, and what was found; its text by its digest alone."""

    digest: str  # SHA-256 of the seed file that holds the text
    article: Article  # without the text
    findings: tuple[Finding, ...]

    @classmethod
    def of(cls, document: Document) -> Assessed:
        """What is to be known of a document that was checked."""
        article = document.article
        return cls(digest_of(article.text), article.model_copy(update={"text": ""}), document.findings)


def key_of(text: str) -> int:
    """64 bits that stand for a text among the others of a corpus, in an eighth of the memory."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "little")


def repeated(keys: Sequence[int], least: int) -> dict[int, int]:
    """Key -> how often it stands among some keys, for those that stand there often enough."""
    values, counts = np.unique(np.asarray(keys, np.uint64), return_counts=True)
    return dict(zip(values[counts >= least].tolist(), counts[counts >= least].tolist(), strict=True))


class Keys:
    """Where each of many keys stands; of several that are the same, the last."""

    def __init__(self, keys: Sequence[int] | NDArray[np.uint64]) -> None:
        values = np.asarray(keys, np.uint64)
        self._order = np.argsort(values, kind="stable")
        self._sorted = values[self._order]

    def place_of(self, key: int) -> int | None:
        """The place of a key; None: it is not among them."""
        at = int(np.searchsorted(self._sorted, np.uint64(key), "right")) - 1
        return int(self._order[at]) if at >= 0 and int(self._sorted[at]) == key else None

    def places_of(self, keys: Sequence[int] | NDArray[np.uint64]) -> NDArray[np.int64]:
        """The place of each of some keys; -1: it is not among them."""
        wanted = np.asarray(keys, np.uint64)
        at = np.searchsorted(self._sorted, wanted, "right") - 1
        found = np.full(len(wanted), -1, np.int64)
        if len(self._sorted):
            same = (at >= 0) & (self._sorted[at] == wanted)
            found[same] = self._order[at[same]]
        return found


class Records(Generic[RecordT]):
    """The records of a `.jsonl` file, read anew each time; lines that cannot be read are noted."""

    def __init__(self, path: Path | None, model: type[RecordT]) -> None:
        self._path, self._model = path, model
        self._broken: tuple[tuple[str, str], ...] | None = None

    def __iter__(self) -> Iterator[RecordT]:
        for _, record in self.placed():
            yield record

    def placed(self) -> Iterator[tuple[int, RecordT]]:
        """The records, each with the byte at which its line begins."""
        broken: list[tuple[str, str]] = []
        if self._path is not None and is_plain(self._path):
            with open_plain(self._path) as file:
                for number, place, line in _written_lines(file):
                    try:
                        yield place, self._read(line)
                    except (ValueError, RecursionError):
                        broken.append((self._path.name, f"cannot be read in line {number}"))
        self._broken = tuple(broken)

    def at(self, places: Iterable[int]) -> Iterator[RecordT]:
        """The records that begin at these bytes."""
        if self._path is not None and is_plain(self._path):
            with open_plain(self._path) as file:
                for place in places:
                    file.seek(place)
                    yield self._read(file.readline())

    @property
    def broken(self) -> tuple[tuple[str, str], ...]:
        """The file and what is wrong in it, for each line that cannot be read."""
        if self._broken is None:
            for _ in self.placed():
                pass
        return self._broken or ()

    def _read(self, line: bytes) -> RecordT:
        if self._model is Listing:  # numbers where texts belong are the checks' to tell
            return self._model.model_validate(json.loads(line))
        return self._model.model_validate_json(line)


def _written_lines(file: IO[bytes]) -> Iterator[tuple[int, int, bytes]]:
    """Number, first byte and bytes of each line; empty ones at the end of the file are none."""
    place, empty = 0, []
    last = 0
    for number, line in enumerate(file, 1):
        if line == b"\n":
            empty.append((number, place, b""))
        else:
            yield from empty
            empty.clear()
            yield number, place, line.rstrip(b"\n")
            last = number
        place += len(line)
    if empty and not last:  # of a file of nothing else, one
        yield empty[0]


class FolderFiles(Sequence[CorpusFile]):
    """The documents of a corpus folder by name, each read when it is asked for and not kept.

    Args:
        folder: the corpus.
        names: of all documents, sorted: files, and those that only the manifest names.
        lines: byte of the manifest at which each one's line begins; -1: it has none.
        absent: names of those that are not there.
        unread: name -> why a file is left unread.
    """

    def __init__(
        self,
        folder: Path,
        names: Sequence[str],
        lines: Sequence[int],
        absent: frozenset[str],
        unread: Mapping[str, str],
    ) -> None:
        self._folder, self.names, self._lines = folder, names, lines
        self._absent, self._unread = absent, unread
        self._listings = Records(folder / MANIFEST, Listing)
        self._digests = bytearray(len(names) * hashlib.sha256().digest_size)
        self._read = bytearray(len(names))  # 1: its digest is known

    def __len__(self) -> int:
        return len(self.names)

    @overload
    def __getitem__(self, place: int) -> CorpusFile: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[CorpusFile]: ...

    def __getitem__(self, place: int | slice) -> CorpusFile | Sequence[CorpusFile]:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        line = self._lines[place]
        return self._file(place, next(self._listings.at([line])) if line >= 0 else None)

    def __iter__(self) -> Iterator[CorpusFile]:
        for place, listing in enumerate(self.listings()):
            yield self._file(place, listing)

    def listings(self) -> Iterator[Listing | None]:
        """The line of the manifest of each document; None: it has none."""
        read = self._listings.at(line for line in self._lines if line >= 0)
        for line in self._lines:
            yield next(read) if line >= 0 else None

    def place_of(self, name: str) -> int | None:
        """Where a document stands; None: no such document."""
        place = bisect_left(self.names, name)
        return place if place < len(self.names) and self.names[place] == name else None

    def digests(self) -> Iterator[tuple[str, str]]:
        """Name and SHA-256 of each file that is there, of the bytes that were read first."""
        for place, name in enumerate(self.names):
            if name in self._unread:
                yield name, self._unread[name]
            elif name not in self._absent:
                yield name, self.digest(place) or ""

    def digest(self, place: int) -> str | None:
        """SHA-256 of the bytes of a document that were read first, in hexadecimal; None: none are."""
        if self.names[place] in self._unread or self.names[place] in self._absent:
            return None
        if not self._read[place]:
            _ = self[place]
        size = hashlib.sha256().digest_size
        return self._digests[place * size : (place + 1) * size].hex()

    def _file(self, place: int, listing: Listing | None) -> CorpusFile:
        name = self.names[place]
        data = None if name in self._absent or name in self._unread else _bytes(self._folder / name)
        file = CorpusFile(name, data, listing)
        if not self._read[place]:
            size = hashlib.sha256().digest_size
            self._digests[place * size : (place + 1) * size] = bytes.fromhex(file.sha256)
            self._read[place] = 1
        return file


class ById(Mapping[str, CorpusFile]):
    """Article id -> document, for the documents that can be read; they are read when they are asked for."""

    def __init__(self, files: Sequence[CorpusFile], keys: Keys, ids: int) -> None:
        self._files, self._keys, self._ids = files, keys, ids

    def __getitem__(self, article_id: str) -> CorpusFile:
        place = self._keys.place_of(key_of(article_id))
        if place is None or self._files[place].article is None:
            raise KeyError(article_id)
        return self._files[place]

    def __contains__(self, article_id: object) -> bool:
        return isinstance(article_id, str) and self._keys.place_of(key_of(article_id)) is not None

    def __iter__(self) -> Iterator[str]:
        return (file.article.id for file in self._files if file.article is not None)

    def __len__(self) -> int:
        return self._ids


@dataclass(frozen=True)
class CorpusFolder:
    """All that stands in a corpus folder."""

    name: str
    files: Sequence[CorpusFile]  # by name; documents only
    removed: Records[RemovedRecord] = field(default_factory=lambda: Records(None, RemovedRecord))
    relations: Iterable[Relation] = ()  # gone through more than once
    gathering: Gathering | None = None
    broken: tuple[tuple[str, str], ...] = ()  # (file of the corpus, what is wrong in it)
    seeds: tuple[str, ...] = ()  # file names of the documents that the corpus was grown from
    latest: date | None = None  # day of the last fetch: no document can be younger; None: not known
    assessed: Mapping[str, Assessed] = field(default_factory=dict)  # article id -> as it was written
    decisions: Decisions = NO_DECISIONS
    others: dict[str, str] = field(
        default_factory=dict
    )  # file that is no document -> sha256; the report's own not

    def file(self, name: str) -> CorpusFile | None:
        """The document of that name; None: no such document."""
        if isinstance(self.files, FolderFiles):
            place = self.files.place_of(name)
            return None if place is None else self.files[place]
        return self._by_name.get(name)

    @cached_property
    def _by_name(self) -> dict[str, CorpusFile]:
        return {file.name: file for file in self.files}

    def listings(self) -> Iterator[tuple[str, Listing | None]]:
        """Name of each document, and its line of the manifest; the documents are not read."""
        if isinstance(self.files, FolderFiles):
            return zip(self.files.names, self.files.listings(), strict=True)
        return ((file.name, file.listing) for file in self.files)

    def each_file(self) -> Iterator[CorpusFile]:
        """The documents by name; what checks of the corpus ask of all of them is noted on the way."""
        keys, languages = array("Q"), []
        for file in self.files:
            yield file
            # One whose text cannot be read has no id: its name cannot be one.
            keys.append(key_of(file.article.id if file.article else f"/{file.name}"))
            languages.append(file.language)
        self._noted[:] = [(keys, languages)]

    @cached_property
    def _noted(self) -> list[tuple[array[int], list[str | None]]]:
        return []

    def _told(self) -> tuple[array[int], list[str | None]]:
        if not self._noted:
            for _ in self.each_file():
                pass
        return self._noted[0]

    @cached_property
    def by_id(self) -> Mapping[str, CorpusFile]:
        """Article id -> document, for documents that can be read."""
        keys = self._told()[0]
        return ById(self.files, Keys(keys), len(keys))

    @property
    def languages(self) -> Sequence[str | None]:
        """Language of each document, read from its text; None: too short to tell."""
        return self._told()[1]

    def unreadable(self) -> Iterator[tuple[str, str]]:
        """(file of the corpus, what is wrong in it)."""
        yield from self.broken
        for records in (self.removed, self.relations):
            if isinstance(records, Records):
                yield from records.broken

    def digests(self) -> Iterator[tuple[str, str]]:
        """Name and SHA-256 of every file of the folder by name; the report's own files left out."""
        documents = self.files.digests() if isinstance(self.files, FolderFiles) else iter(())
        return heapq.merge(sorted(self.others.items()), documents)


# What the report writes itself takes no part in what it is bound to.
OWN_FILES = frozenset(REPORT_FILES)


def read_folder(folder: Path, day: date | None = None) -> CorpusFolder:
    """Read a corpus folder, however broken.

    Files whose name begins with a dot are not the corpus's (locks, parts of a write under way).

    Args:
        folder: the corpus.
        day: by which its reviewers' decisions run out; None: today.

    Raises:
        CorpusFolderError: the folder has no manifest.
    """
    if not is_plain(folder / MANIFEST):
        raise CorpusFolderError(
            f"{folder}: not a corpus: it has no {MANIFEST}. "
            f"`dedupe clean IN -o {folder.name}` or `scrapy crawl coverage` writes one."
        )
    names = _names(folder)
    unread = {name: why for name in names if (why := _why_unread(folder, name))}
    broken = [(name, f"is left {why}") for name, why in unread.items()]
    others = {name: unread.get(name) or sha256_of(folder / name) for name in names if not _is_document(name)}
    files = _documents(folder, [name for name in names if _is_document(name)], unread, broken)
    gathering = _gathering(folder / GATHERING, broken)
    decisions = Records(folder / DECISIONS, Decision)
    made = tuple(decisions)
    return CorpusFolder(
        name=folder.resolve().name,
        files=files,
        removed=Records(folder / REMOVED, RemovedRecord),
        relations=Records(folder / RELATIONS, Relation),
        gathering=gathering,
        seeds=gathering.seeds if gathering else (),
        latest=gathering.last_fetched if gathering else None,
        decisions=Decisions(made, day or today()),
        broken=(*broken, *decisions.broken),
        others=others,
    )


def folder_digests(folder: Path) -> Iterator[tuple[str, str]]:
    """Name and SHA-256 of every file of a corpus folder by name; the report's own and hidden ones left out.

    Links, pipes, devices and documents larger than any seed are not opened: what takes their digest's place
    says so.
    """
    for name in _names(folder):
        try:
            yield name, _why_unread(folder, name) or sha256_of(folder / name)
        except OSError as error:
            yield name, _unread(error)


def corpus_digest(digests: Iterable[tuple[str, str]]) -> str:
    """SHA-256 over names and digests in their order, as `sha256sum` would list them."""
    listed = hashlib.sha256()
    for name, digest in digests:
        listed.update(f"{digest}  {name}\n".encode("utf-8", "surrogateescape"))
    return listed.hexdigest()


def _names(folder: Path) -> list[str]:
    """All that stands in a corpus folder and its folders and is no folder, sorted."""
    names: list[str] = []
    for above, folders, files in os.walk(folder):
        place = Path(above).relative_to(folder)
        prefix = "" if place == Path() else f"{place.as_posix()}/"
        links = [name for name in folders if (Path(above) / name).is_symlink()]
        folders[:] = [name for name in folders if not name.startswith(".") and name not in links]
        names += [f"{prefix}{name}" for name in (*files, *links) if not name.startswith(".")]
    return sorted(name for name in names if name not in OWN_FILES)


def _why_unread(folder: Path, name: str) -> str:
    """What stands in the place of a digest where a file is not to be opened; empty: it is."""
    try:
        if not is_plain(folder / name):
            raise NotPlainError(errno.EINVAL, NOT_PLAIN)
        if _is_document(name) and (size := (folder / name).stat().st_size) > MOST_SEED_BYTES:
            raise NotPlainError(errno.EFBIG, f"holds {size:,} bytes; a seed has {MOST_SEED_BYTES:,} at most")
        os.close(os.open(folder / name, os.O_RDONLY))
    except OSError as error:
        return _unread(error)
    return ""


def _unread(error: OSError) -> str:
    return f"unread: {error.strerror or error}"


def _documents(
    folder: Path, present: list[str], unread: Mapping[str, str], broken: list[tuple[str, str]]
) -> FolderFiles:
    """The documents: files, and what the manifest names, for the lines that name a file of this folder."""
    lines = dict.fromkeys(present, -1)
    records = Records(folder / MANIFEST, Listing)
    for line, listing in records.placed():
        if not PLAIN_NAME.fullmatch(listing.file) or listing.file in ("..", "."):
            broken.append((MANIFEST, f"names {listing.file[:100]!r}, which is no file of this folder"))
            continue
        if lines.get(listing.file, -1) >= 0:
            broken.append((MANIFEST, f"names {listing.file} twice"))
        if ACTING_ADDRESS.match(listing.url or ""):
            broken.append((MANIFEST, f"gives {listing.file} an address that is none of the web's"))
        lines[listing.file] = line
    broken += records.broken
    names = sorted(lines)
    absent = frozenset(names) - frozenset(present) if len(names) > len(present) else frozenset()
    return FolderFiles(folder, names, array("q", [lines[name] for name in names]), absent, unread)


def _is_document(name: str) -> bool:
    """Whether a file of the folder is a document: text, or something that calls itself so."""
    return not name.endswith((".jsonl", ".json", ".toml", ".parquet", ".md")) and name not in OWN_FILES


def _bytes(path: Path) -> bytes | None:
    """What a document holds; None: it cannot be read."""
    try:
        return read_plain(path, MOST_SEED_BYTES)
    except OSError:
        return None


def _gathering(path: Path, broken: list[tuple[str, str]]) -> Gathering | None:
    if not is_plain(path):
        return None
    try:
        return Gathering.model_validate_json(path.read_bytes())
    except ValidationError:
        broken.append((path.name, "cannot be read"))
        return None
