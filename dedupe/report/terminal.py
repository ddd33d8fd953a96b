"""The report in a few lines, for the terminal."""

from __future__ import annotations

from pathlib import Path

from dedupe.report.model import Report

__all__ = ["summary"]

MOST_TASKS = 3


def summary(report: Report, folder: Path) -> str:
    """The verdict, what was cut and left out, what to do next, and where to look: ten lines or fewer."""
    kept = sum(1 for document in report.documents if document.kept)
    copies = sum(len(cluster.members) - 1 for cluster in report.clusters)
    lines = sum(site.lines for site in report.furniture)
    out = [
        f"cut      {lines:,} lines of page furniture",
        f"corpus   {kept:,} documents; {copies:,} copies of them and "
        f"{len(report.documents) - kept - copies:,} others left out, each with its reason",
        f"verdict  {report.verdict.sentence}",
    ]
    out += [f"to do    {task.title}" for task in report.tasks[:MOST_TASKS]]
    out.append(f"look at  {folder / 'report.html'}")
    return "\n".join(out)
