"""Writes `findings.jsonl`, `report.json` and `report.html` into a corpus folder."""

from __future__ import annotations

from pathlib import Path

from dedupe.files import write_records, write_text
from dedupe.quality.folder import read_folder
from dedupe.report.facts import report_of
from dedupe.report.html import render
from dedupe.report.model import Report
from dedupe.settings import DedupeSettings

__all__ = ["write_report"]


def write_report(folder: Path, settings: DedupeSettings) -> Report:
    """Look at a corpus folder anew and write its report beside it.

    The report depends on the folder's files and the settings alone: written twice, it is the same.

    Raises:
        CorpusFolderError: the folder is no corpus, or cannot be written.
    """
    report, findings = report_of(read_folder(folder), settings)
    write_records(folder / "findings.jsonl", findings)
    write_text(folder / "report.html", render(report))
    # Last: the gate believes what stands in it.
    write_text(folder / "report.json", report.model_dump_json(indent=1, exclude_defaults=True) + "\n")
    return report
