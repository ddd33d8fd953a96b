"""Writes `findings.jsonl`, `report.json` and `report.html` into a corpus folder."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from dedupe.corpus import FINDINGS
from dedupe.files import write_records, write_text
from dedupe.quality.folder import read_folder
from dedupe.report.facts import report_of
from dedupe.report.html import render
from dedupe.report.model import Report
from dedupe.report.since import earlier_report, with_since
from dedupe.settings import DedupeSettings

__all__ = ["write_report"]

REPORT = "report.json"


def write_report(folder: Path, settings: DedupeSettings, day: date | None = None) -> Report:
    """Look at a corpus folder anew and write its report beside it.

    The report depends on the folder's files and the settings, on the report that stood there before, from
    which it says what changed, and on which of its reviewers' decisions hold on the day: written twice, it is
    the same.

    Args:
        folder: the corpus.
        settings: of the checks and the gate.
        day: by which decisions run out; None: today.

    Raises:
        CorpusFolderError: the folder is no corpus, or cannot be written.
    """
    earlier = earlier_report(folder / REPORT)
    report, findings = report_of(read_folder(folder, day), settings)
    report = with_since(report, earlier)
    write_records(folder / FINDINGS, findings)
    write_text(folder / "report.html", render(report))
    # Last: the gate believes what stands in it.
    write_text(folder / REPORT, report.model_dump_json(indent=1, exclude_defaults=True) + "\n")
    return report
