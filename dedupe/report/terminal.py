"""The report in a few lines, for the terminal."""

from __future__ import annotations

from pathlib import Path

from dedupe.gate import other_settings
from dedupe.report.model import Report
from dedupe.report.part import totals_of

__all__ = ["summary"]

MOST_TASKS = 3


def summary(report: Report, folder: Path) -> str:
    """The verdict, what was cut and left out, what to do next, and where to look: ten lines or fewer."""
    totals = totals_of(report)
    others = totals.documents - totals.kept - totals.copies
    out = [
        f"cut      {totals.cut_lines:,} lines of page furniture",
        f"corpus   {totals.kept:,} documents; {totals.copies:,} copies of them and "
        f"{others:,} others left out, each with its reason",
        f"verdict  {report.verdict.sentence}",
    ]
    out += [f"but      {sentence}" for sentence in other_settings(folder, report)]
    out += [f"to do    {task.title}" for task in report.tasks[:MOST_TASKS]]
    out.append(f"look at  {folder / 'report.html'}")
    return "\n".join(out)
