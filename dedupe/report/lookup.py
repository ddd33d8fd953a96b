"""The documents of a corpus page by page, for the terminal: also those that a report has no room to name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dedupe.corpus import DOCUMENTS, REPORT
from dedupe.errors import CorpusFolderError
from dedupe.files import is_plain, read_records
from dedupe.models import Verdict
from dedupe.report.model import DocumentFacts, DocumentLine, Report
from dedupe.report.words import counted, title_of

__all__ = ["Wanted", "looked_up"]

A_PAGE = 20  # documents: two lines each fill a screen


@dataclass(frozen=True)
class Wanted:
    """Which documents are looked up; None: all."""

    reason: str | None = None  # why a document stays or went
    finding: str | None = None  # a kind that it has
    site: str | None = None  # host or publisher

    def __call__(self, document: DocumentLine | DocumentFacts) -> bool:
        """Whether a document is one of them."""
        kinds = [each if isinstance(each, str) else each.kind for each in document.findings]
        return (
            (self.reason is None or document.why.split(":")[0] == self.reason.split(":")[0])
            and (self.finding is None or self.finding in kinds)
            and (self.site is None or self.site in (document.site, document.publisher))
        )


def looked_up(folder: Path, wanted: Wanted, page: int) -> str:
    """One page of the documents that are wanted, in the order of the report.

    Args:
        folder: the corpus, with its report.
        wanted: which.
        page: which page of them, from 1.

    Raises:
        CorpusFolderError: there is no report that can be read.
        InputFormatError: a line of the documents cannot be read.
    """
    first, count = (page - 1) * A_PAGE, 0
    lines: list[str] = []
    for document in _documents(folder):
        if wanted(document):
            if first <= count < first + A_PAGE:
                lines += _said(document)
            count += 1
    pages = max(1, -(-count // A_PAGE))
    more = f"; --page {page + 1} has the next" if page < pages else ""
    return "\n".join([*lines, f"page {page:,} of {pages:,}, of {counted(count, 'document')}{more}"])


def _documents(folder: Path) -> Iterator[DocumentLine | DocumentFacts]:
    """All documents: the lines beside a report that names a part, else those of the report."""
    if is_plain(folder / DOCUMENTS):
        yield from read_records(folder / DOCUMENTS, DocumentLine)
        return
    try:
        yield from Report.model_validate_json((folder / REPORT).read_bytes()).documents
    except (OSError, ValueError) as error:
        raise CorpusFolderError(
            f"{folder}: has no report that can be read. `dedupe report {folder}` writes it."
        ) from error


def _said(document: DocumentLine | DocumentFacts) -> Iterator[str]:
    state = "left out" if not document.kept else "kept" if document.verdict is Verdict.KEEP else "to review"
    yield f"{document.name}  {state}: {title_of(document.why.split(':')[0])}"
    kinds = dict.fromkeys(each if isinstance(each, str) else each.kind for each in document.findings)
    facts = [
        document.title,
        document.publisher or document.site,
        document.published,
        counted(document.words, "word"),
        *map(title_of, kinds),
    ]
    yield f"    {' · '.join(fact for fact in facts if fact)}"
