"""A corpus folder as the checks see it: as it is, wrong files and all.

`dedupe.corpus.read_corpus` refuses what is broken; the checks must see it to name it.
"""

from __future__ import annotations

import errno
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, ValidationError

from dedupe.corpus import DECISIONS, GATHERING, MANIFEST, MOST_SEED_BYTES, RELATIONS, REMOVED, digest_of
from dedupe.decisions import NO_DECISIONS, Decisions, today
from dedupe.errors import CorpusFolderError
from dedupe.files import NOT_PLAIN, NotPlainError, is_plain, read_plain, sha256_of
from dedupe.models import Article, Decision, Document, Finding, Gathering, Relation, RemovedRecord
from dedupe.quality.language import language_of

__all__ = ["Assessed", "CorpusFile", "CorpusFolder", "Listing", "folder_digests", "read_folder", "site_of"]


NUL_SHARE = 0.2  # of the bytes: UTF-16 of Latin text has about half

# A file of the folder itself: no path, no sign that ends a name early.
PLAIN_NAME = re.compile(r"[^/\\\x00]+")
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
        data = self.data or b""
        return self._decoded[1] and data.count(0) <= NUL_SHARE * len(data)

    @cached_property
    def _decoded(self) -> tuple[str, bool]:
        """The characters, and whether the bytes are UTF-8."""
        data = (self.data or b"").removesuffix(b"\n")
        try:
            return data.decode("utf-8"), True
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
        stem = self.name.removesuffix(".txt")
        known: dict[str, Any] = {
            "id": listing.id or stem.partition("_")[2] or stem,
            "text": self.text,
            "url": listing.url or None,
            "title": listing.title or None,
            "authors": listing.authors,
            "publisher": listing.publisher or None,
            "language": listing.language or None,
            "relevance": listing.relevance,
            "rights": listing.rights,
        }
        try:
            return Article(**known, published=listing.published)
        except ValidationError:  # the manifest check names the date that is none
            return Article(**known)

    @cached_property
    def language(self) -> str | None:
        """Language of the document, read from its text; None: too short or too mixed to tell."""
        return language_of(self.article.text) if self.article else None

    @property
    def site(self) -> str | None:
        """Host of the address without `www.`, else the publisher's name."""
        return site_of(self.listing.url, self.listing.publisher) if self.listing else None


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


@dataclass(frozen=True)
class CorpusFolder:
    """All that stands in a corpus folder."""

    name: str
    files: tuple[CorpusFile, ...]  # by name; documents only
    removed: tuple[RemovedRecord, ...] = ()
    relations: tuple[Relation, ...] = ()
    gathering: Gathering | None = None
    broken: tuple[tuple[str, str], ...] = ()  # (file of the corpus, what is wrong in it)
    seeds: tuple[str, ...] = ()  # file names of the documents that the corpus was grown from
    latest: date | None = None  # no document can be younger; None: not known
    assessed: Mapping[str, Assessed] = field(default_factory=dict)  # article id -> as it was written
    decisions: Decisions = NO_DECISIONS
    digests: dict[str, str] = field(
        default_factory=dict
    )  # file of the folder -> sha256; the report's own not

    def file(self, name: str) -> CorpusFile | None:
        """The document of that name; None: no such document."""
        return self._by_name.get(name)

    @cached_property
    def _by_name(self) -> dict[str, CorpusFile]:
        return {file.name: file for file in self.files}

    @cached_property
    def by_id(self) -> dict[str, CorpusFile]:
        """Article id -> document, for documents that can be read."""
        return {file.article.id: file for file in self.files if file.article is not None}

    @cached_property
    def languages(self) -> Counter[str]:
        """Language -> documents, read from the texts; what is too short to tell is not counted."""
        return Counter(file.language for file in self.files if file.language is not None)


# What the report writes itself takes no part in what it is bound to.
OWN_FILES = frozenset({"report.json", "report.html", "findings.jsonl"})


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
    broken: list[tuple[str, str]] = []
    digests = _digests(folder, broken)
    listings = _listings(folder, broken)
    gathering = _gathering(folder / GATHERING, broken)
    names = sorted({name for name in digests if _is_document(name)} | set(listings))
    return CorpusFolder(
        name=folder.resolve().name,
        files=tuple(CorpusFile(name, _bytes(folder, name, digests), listings.get(name)) for name in names),
        removed=tuple(_lines(folder / REMOVED, RemovedRecord, broken)),
        relations=tuple(_lines(folder / RELATIONS, Relation, broken)),
        gathering=gathering,
        seeds=gathering.seeds if gathering else (),
        decisions=Decisions(tuple(_lines(folder / DECISIONS, Decision, broken)), day or today()),
        broken=tuple(broken),
        digests=digests,
    )


def folder_digests(folder: Path) -> dict[str, str]:
    """File of a corpus folder -> SHA-256 of its bytes; the report's own files and hidden ones left out.

    Links, pipes, devices and documents larger than any seed are not opened: what takes their digest's place
    says so.
    """
    return _digests(folder, [])


def _digests(folder: Path, broken: list[tuple[str, str]]) -> dict[str, str]:
    digests: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name in OWN_FILES or any(part.startswith(".") for part in name.split("/")):
            continue
        if path.is_dir() and not path.is_symlink():
            continue
        try:
            if not is_plain(path):
                raise NotPlainError(errno.EINVAL, NOT_PLAIN)
            if _is_document(name) and (size := path.stat().st_size) > MOST_SEED_BYTES:
                raise NotPlainError(
                    errno.EFBIG, f"holds {size:,} bytes; a seed has {MOST_SEED_BYTES:,} at most"
                )
            digests[name] = sha256_of(path)
        except OSError as error:
            digests[name] = f"unread: {error.strerror or error}"
            broken.append((name, f"is left unread: {error.strerror or error}"))
    return digests


def _listings(folder: Path, broken: list[tuple[str, str]]) -> dict[str, Listing]:
    """File -> its line of the manifest, for the lines that name a file of this folder."""
    listings: dict[str, Listing] = {}
    for listing in _lines(folder / MANIFEST, Listing, broken):
        if not PLAIN_NAME.fullmatch(listing.file) or listing.file in ("..", "."):
            broken.append((MANIFEST, f"names {listing.file[:100]!r}, which is no file of this folder"))
            continue
        if listing.file in listings:
            broken.append((MANIFEST, f"names {listing.file} twice"))
        if ACTING_ADDRESS.match(listing.url or ""):
            broken.append((MANIFEST, f"gives {listing.file} an address that is none of the web's"))
        listings[listing.file] = listing
    return listings


def _is_document(name: str) -> bool:
    """Whether a file of the folder is a document: text, or something that calls itself so."""
    return not name.endswith((".jsonl", ".json", ".toml", ".parquet", ".md")) and name not in OWN_FILES


def _bytes(folder: Path, name: str, digests: dict[str, str]) -> bytes | None:
    """What a document holds; None: it is not there, or was left unread."""
    if name not in digests:
        return None
    try:
        return read_plain(folder / name, MOST_SEED_BYTES)
    except OSError:
        return None


def _lines(path: Path, model: type[RecordT], broken: list[tuple[str, str]]) -> Iterable[RecordT]:
    if not is_plain(path) or not path.stat().st_size:
        return
    for number, line in enumerate(path.read_bytes().rstrip(b"\n").split(b"\n"), 1):
        try:
            yield (
                model.model_validate(json.loads(line))
                if model is Listing
                else model.model_validate_json(line)
            )
        except (ValueError, RecursionError):
            broken.append((path.name, f"cannot be read in line {number}"))


def _gathering(path: Path, broken: list[tuple[str, str]]) -> Gathering | None:
    if not is_plain(path):
        return None
    try:
        return Gathering.model_validate_json(path.read_bytes())
    except ValidationError:
        broken.append((path.name, "cannot be read"))
        return None
