"""What the cleaning knows of each article, kept in a file: memory holds some bytes of each.

A record is lines of JSON. The article is one of them, so that it can be read without the rest.
"""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from pydantic import TypeAdapter

from dedupe.boilerplate.cutting import REPEATED, repeated_evidence
from dedupe.choosing import LeftOut, Standing
from dedupe.models import Article, Cut, Document, Finding, Relation
from dedupe.quality.folder import Assessed
from dedupe.repair import MendedArticle
from dedupe.spool import Spool, StoredArticles, article_from, article_json

__all__ = [
    "OUR_ID",
    "AssessedDocuments",
    "Cleaned",
    "Documents",
    "FiledDocument",
    "LookedAt",
    "NumbersById",
    "article_in",
    "came_in",
    "document_from",
    "filed",
    "mended_in",
    "recounted",
]

OUR_ID = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True)
class LookedAt:
    """An article as it came in, with what the checks say of it, and as it is when that is mended."""

    article: Article
    findings: tuple[Finding, ...]
    mended: MendedArticle

    @classmethod
    def from_bytes(cls, data: bytes) -> LookedAt:
        """What `to_bytes` wrote."""
        first, findings, mended, cuts, kinds = data.split(b"\n")
        article = article_from(first)
        return cls(
            article,
            _FINDINGS.validate_json(findings),
            MendedArticle(
                article_from(mended) if mended else article,
                _CUTS.validate_json(cuts),
                _KINDS.validate_json(kinds),
            ),
        )

    def to_bytes(self) -> bytes:
        """Five lines; that of the mended article is empty where nothing was mended."""
        mended = self.mended.article
        return b"\n".join(
            [
                article_json(self.article),
                _FINDINGS.dump_json(self.findings, exclude_defaults=True),
                b"" if mended == self.article else article_json(mended),
                _CUTS.dump_json(self.mended.cuts, exclude_defaults=True),
                _KINDS.dump_json(dict(self.mended.kinds)),
            ]
        )


_FINDINGS = TypeAdapter(tuple[Finding, ...])
_CUTS = TypeAdapter(tuple[Cut, ...])
_KINDS = TypeAdapter(dict[int, tuple[str, ...]])


def mended_in(data: bytes) -> Article:
    """The mended article of what `LookedAt.to_bytes` wrote."""
    first, _, mended, _ = data.split(b"\n", 3)
    return article_from(mended or first)


def came_in(data: bytes) -> bytes:
    """The article as it came in, of what `LookedAt.to_bytes` wrote, as `article_json` gives it."""
    return data.split(b"\n", 1)[0]


@dataclass(frozen=True)
class FiledDocument:
    """A document in bytes, with the little that is asked of all documents at once."""

    data: bytes
    id: str
    is_touched: bool  # something was cut from it, or mended in it
    unwanted: LeftOut | None  # why no corpus wants it, whatever else there is

    @classmethod
    def from_bytes(cls, data: bytes) -> FiledDocument:
        """What `to_bytes` wrote."""
        data, noted = data.rsplit(b"\n", 1)
        return cls(data, *_NOTED.validate_json(noted))

    def to_bytes(self) -> bytes:
        """The document, and a line of the rest."""
        return self.data + b"\n" + _NOTED.dump_json((self.id, self.is_touched, self.unwanted))


_NOTED = TypeAdapter(tuple[str, bool, LeftOut | None])  # id, is_touched, unwanted


def filed(document: Document, unwanted: LeftOut | None = None) -> FiledDocument:
    """A document as `Documents` takes it; the text is written once where nothing of it was changed."""
    article = document.article
    if document.original == article.text:
        document = document.model_copy(update={"original": ""})
    rest = document.model_dump_json(exclude={"article"}, exclude_defaults=True).encode()
    data = article_json(article) + b"\n" + rest
    return FiledDocument(data, article.id, bool(document.cuts or document.repairs), unwanted)


def recounted(document: FiledDocument, stories: Mapping[int, int]) -> FiledDocument:
    """The same where the lines that its site repeats, by number, stand on so many stories now."""
    article, rest = document.data.split(b"\n")
    if b'"reason":"repeated_' not in rest:
        return document
    fields = json.loads(rest)
    for cut in fields.get("cuts", ()):
        if cut["reason"] in REPEATED:
            cut["evidence"] = repeated_evidence(cut["reason"], stories[cut["line"]])
    rest = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
    return replace(document, data=article + b"\n" + rest)


def document_from(data: bytes) -> Document:
    """What `filed` wrote."""
    article, rest, *_ = data.split(b"\n")
    document = Document.model_validate_json(b'{"article":' + article + b"," + rest[1:])
    return document if document.original else document.model_copy(update={"original": document.article.text})


def article_in(data: bytes) -> Article:
    """The article of what `filed` wrote, with the text that is left."""
    return article_from(data.split(b"\n", 1)[0])


class Documents:
    """Documents in a file, by number; of each, memory holds what is asked of all at once.

    Args:
        file: where they are kept, each with a line of what memory holds; what is in it already is read.

    Attributes:
        unwanted: number of a document -> why no corpus wants it.
    """

    def __init__(self, file: Spool[bytes]) -> None:
        self.file = file
        self.unwanted: dict[int, LeftOut] = {}
        self._ids = array("Q")  # 16 hex digits each
        self._touched = bytearray()
        for data in file.all_bytes():
            self._note(*_NOTED.validate_json(data.rsplit(b"\n", 1)[1]))

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, document: FiledDocument) -> None:
        """Keep a document."""
        self.file.append_bytes(document.to_bytes())
        self._note(document.id, document.is_touched, document.unwanted)

    def _note(self, article_id: str, is_touched: bool, unwanted: LeftOut | None) -> None:
        if unwanted is not None:
            self.unwanted[len(self)] = unwanted
        self._ids.append(int(article_id, 16))
        self._touched.append(is_touched)

    def usable(self) -> Sequence[int]:
        """Numbers of the documents that are compared."""
        return array("q", (number for number in range(len(self)) if number not in self.unwanted))

    def __getitem__(self, number: int) -> Document:
        return document_from(self.file.bytes_of(number))

    def article(self, number: int) -> Article:
        """The article of a document, with the text that is left."""
        return article_in(self.file.bytes_of(number))

    def id(self, number: int) -> str:
        """The id of a document's article."""
        return f"{self._ids[number]:016x}"

    def is_touched(self, number: int) -> bool:
        """Whether something was cut from it, or mended in it."""
        return bool(self._touched[number])

    def articles(self, numbers: Sequence[int]) -> StoredArticles:
        """The articles of some documents."""
        return StoredArticles(
            self.article, numbers, [self.id(number) for number in numbers], self.file.folder
        )


class NumbersById(Mapping[str, int]):
    """Article id -> number, of some documents with an id of their own; 16 bytes each."""

    def __init__(self, documents: Documents, numbers: Sequence[int]) -> None:
        ids = np.array([int(documents.id(number), 16) for number in numbers], np.uint64)
        order = np.argsort(ids)
        self._ids = ids[order]
        self._numbers = np.array(numbers, np.int64)[order]

    def __getitem__(self, article_id: str) -> int:
        wanted = np.uint64(int(article_id, 16)) if OUR_ID.fullmatch(article_id) else None
        place = len(self) if wanted is None else int(np.searchsorted(self._ids, wanted))
        if place == len(self) or self._ids[place] != wanted:
            raise KeyError(article_id)
        return int(self._numbers[place])

    def __iter__(self) -> Iterator[str]:
        return (f"{number:016x}" for number in self._ids.tolist())

    def __len__(self) -> int:
        return len(self._ids)


@dataclass(frozen=True)
class Cleaned:
    """What a cleaning comes to, before it is written.

    Attributes:
        documents: those that stay, and perhaps others.
        stays: the numbers of those that stay, in the order of the corpus.
        standing: of each of these.
        gone: those that do not stay, with the reason, in the order in which they are told of; read once.
        relations: pairs that are not unrelated, sorted; read once.
    """

    documents: Documents
    stays: Sequence[int]
    standing: Sequence[Standing]
    gone: Iterable[tuple[Document, LeftOut]]
    relations: Iterable[Relation]


class AssessedDocuments(Mapping[str, Assessed]):
    """Article id -> what was found in a document, read from its file when it is asked for."""

    def __init__(self, documents: Documents, numbers: NumbersById) -> None:
        self._documents = documents
        self._numbers = numbers

    def __getitem__(self, article_id: str) -> Assessed:
        return Assessed.of(self._documents[self._numbers[article_id]])

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)
