"""Writes the report beside a corpus: for people, for programs, and one line a finding and a document."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryFile
from types import MappingProxyType

from dedupe.corpus import DOCUMENTS, FINDINGS, REPORT
from dedupe.files import record_line, write_text, written_whole
from dedupe.quality.folder import Assessed, read_folder
from dedupe.report.documents import CameIn
from dedupe.report.facts import Spool, report_of
from dedupe.report.html import render
from dedupe.report.model import Report
from dedupe.report.part import MOST_WHOLE, part_of, renumbered
from dedupe.report.since import earlier_report, with_since
from dedupe.settings import DedupeSettings

__all__ = ["write_report"]


def write_report(
    folder: Path,
    settings: DedupeSettings,
    day: date | None = None,
    assessed: Mapping[str, Assessed] = MappingProxyType({}),
    most_whole: int = MOST_WHOLE,
) -> Report:
    """Look at a corpus folder anew and write its report beside it.

    The report depends on the folder's files and the settings, on the report that stood there before, from
    which it says what changed, and on which of its reviewers' decisions hold on the day: written twice, it is
    the same.

    Args:
        folder: the corpus.
        settings: of the checks and the gate.
        day: by which decisions run out; None: today.
        assessed: article id -> document with its findings, checked by the same settings and decisions; those
            whose text and fields still stand so in the folder are not checked again.
        most_whole: documents that came in, of which the report names each; of more it names a part, and
            `documents.jsonl` has all.

    Raises:
        CorpusFolderError: the folder is no corpus, or cannot be written.
    """
    earlier = earlier_report(folder)
    with TemporaryFile() as file:
        corpus = replace(read_folder(folder, day), assessed=assessed)
        spool = Spool(file)
        report, came_in = report_of(corpus, settings, spool, most_whole)
        report = with_since(report, came_in, earlier)
        report = _with_documents(report, came_in, spool, settings, folder, most_whole)
        with written_whole(folder / FINDINGS) as findings:
            findings.writelines(spool.lines())
    write_text(folder / "report.html", render(report))
    # Last: the gate believes what stands in it.
    write_text(folder / REPORT, report.model_dump_json(indent=1, exclude_defaults=True) + "\n")
    return report


def _with_documents(
    report: Report, came_in: CameIn, spool: Spool, settings: DedupeSettings, folder: Path, most_whole: int
) -> Report:
    """The report with its documents: all, or a part; then all are written in lines beside it."""
    shown = settings.quality.report_text
    if len(came_in.rows) <= most_whole:
        (folder / DOCUMENTS).unlink(missing_ok=True)
        documents = came_in.facts(range(len(came_in.rows)), spool, shown)
        return report.model_copy(update={"documents": documents, "totals": None})
    report, places, sampled = part_of(report, came_in)
    totals = report.totals and report.totals.model_copy(
        update={"sampled": sampled, "lines_digest": _write_lines(folder / DOCUMENTS, came_in)}
    )
    documents = came_in.facts(places, spool, shown)
    return renumbered(report, places).model_copy(update={"documents": documents, "totals": totals})


def _write_lines(path: Path, came_in: CameIn) -> str:
    """Write one line a document; SHA-256 of all."""
    digest = hashlib.sha256()

    def lines() -> Iterator[bytes]:
        for line in came_in.lines():
            data = f"{record_line(line)}\n".encode()
            digest.update(data)
            yield data

    with written_whole(path) as file:
        file.writelines(lines())
    return digest.hexdigest()
