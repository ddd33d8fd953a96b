"""The dataset card: what the report knows of a corpus, for who finds it without the report.

The head follows the metadata that the Hugging Face Hub and its `datasets` library read:
https://huggingface.co/docs/hub/datasets-cards
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from dedupe.exports.rows import Row
from dedupe.models import Severity
from dedupe.report.model import Report
from dedupe.report.words import counted, title_of
from dedupe.terminal import UNSEEN

__all__ = ["FEATURES", "card_of", "days_of", "languages_of"]

# Column -> type, in the words of the `datasets` library; a list holds texts.
FEATURES: dict[str, str] = {
    name: {
        "authors": "list",
        "rights": "list",
        "published": "timestamp[us, tz=UTC]",
        "relevance": "float64",
    }.get(name, "string")
    for name in Row.model_fields
}
SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
LANGUAGE = re.compile(r"[a-z]{2,3}")
MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#|!~&])")


def card_of(report: Report, data: str) -> str:
    """The card of a corpus, in Markdown.

    Args:
        report: of the corpus.
        data: path of the data file, from the card.
    """
    kept = [document for document in report.documents if document.kept]
    return (
        _environment()
        .get_template("card.md.j2")
        .render(
            report=report,
            coverage=report.coverage,
            name=json.dumps(report.corpus, ensure_ascii=False),
            data=data,
            languages=languages_of(report),
            size=next((size for most, size in SIZES if len(kept) < most), "1M<n<10M"),
            features=FEATURES,
            rows=Row.model_fields,
            kept=kept,
            left_out=len(report.documents) - len(kept),
            copies=sum(len(cluster.members) - 1 for cluster in report.clusters),
            lines=sum(site.lines for site in report.furniture),
            days=days_of(report),
            words=sum(document.words for document in kept),
            findings=_findings(report),
        )
    )


def languages_of(report: Report) -> list[str]:
    """ISO 639 codes of the documents kept, the most frequent first."""
    return [bar.label for bar in report.coverage.languages if LANGUAGE.fullmatch(bar.label)]


def days_of(report: Report) -> tuple[str, str] | None:
    """First and last day of publication; None: no document has a date."""
    days = sorted(d.published[:10] for d in report.documents if d.kept and d.published)
    return (days[0], days[-1]) if days else None


def _findings(report: Report) -> list[dict[str, Any]]:
    """What is known against the documents kept, by kind; the gravest first."""
    counts: dict[str, dict[str, Any]] = {}
    for document in report.documents:
        for finding in document.findings if document.kept else ():
            row = counts.setdefault(
                finding.kind,
                {"title": title_of(finding.kind), "severity": 0, "documents": set(), "accepted": 0},
            )
            row["severity"] = max(row["severity"], int(finding.severity))
            row["documents"].add(document.id)
            row["accepted"] += finding.accepted is not None
    return sorted(counts.values(), key=lambda row: (-row["severity"], -len(row["documents"]), row["title"]))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("dedupe.exports"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 (Markdown: `plain` sees to what comes from the web)
    )
    environment.filters |= {"plain": plain, "number": lambda value: f"{value:,}", "title": title_of}
    environment.globals |= {"counted": counted, "unusable": int(Severity.UNUSABLE)}
    return environment


def plain(text: str | None) -> str:
    """A text from anywhere as words of a line of Markdown: nothing in it acts."""
    return MARKDOWN.sub(r"\\\1", " ".join(UNSEEN.sub(" ", text or "").split()))
