"""Writes `findings.jsonl`, `report.json` and `report.html` into a corpus folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import MappingProxyType

from dedupe.corpus import FINDINGS
from dedupe.files import write_records, write_text
from dedupe.quality.folder import Assessed, read_folder
from dedupe.report.facts import report_of
from dedupe.report.html import render
from dedupe.report.model import Report
from dedupe.report.since import earlier_report, with_since
from dedupe.settings import DedupeSettings

__all__ = ["write_report"]

REPORT = "report.json"


def write_report(
    folder: Path,
    settings: DedupeSettings,
    day: date | None = None,
    assessed: Mapping[str, Assessed] = MappingProxyType({}),
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

    Raises:
        CorpusFolderError: the folder is no corpus, or cannot be written.
    """
    earlier = earlier_report(folder / REPORT)
    corpus = replace(read_folder(folder, day), assessed=assessed)
    report, findings = report_of(corpus, settings)
    report = with_since(report, earlier)
    write_records(folder / FINDINGS, findings)
    write_text(folder / "report.html", render(report))
    # Last: the gate believes what stands in it.
    write_text(folder / REPORT, report.model_dump_json(indent=1, exclude_defaults=True) + "\n")
    return report
