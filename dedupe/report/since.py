"""What became different since the report that stood in the folder before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from dedupe.files import read_plain
from dedupe.models import Verdict
from dedupe.report.model import Change, Departed, DocumentFacts, Report, Since

__all__ = ["earlier_report", "with_since"]

MOST_BYTES = 1 << 29  # of an earlier report; 100,000 documents have a fifth of it
MOST_DEPARTED = 40  # named; the count has all


def earlier_report(path: Path) -> Report | None:
    """The report that an earlier run left; None: there is none that this version can read."""
    try:
        return Report.model_validate_json(read_plain(path, MOST_BYTES))
    except (OSError, ValueError):
        return None


def with_since(report: Report, earlier: Report | None) -> Report:
    """The report with what changed since an earlier one.

    Where it speaks of the same files under the same settings, and finds the same, it is that report written
    again: it keeps what it said of the one before.
    """
    if earlier is None:
        return report
    since = earlier.since if _is_the_same(report, earlier) else _since(report, earlier)
    return report.model_copy(update={"since": since})


def _is_the_same(report: Report, earlier: Report) -> bool:
    return (
        (report.corpus_digest, report.settings_digest, report.made_by)
        == (earlier.corpus_digest, earlier.settings_digest, earlier.made_by)
        and _broken(report) == _broken(earlier)
        and not any(_finding_changes(report, earlier))
    )


def _since(report: Report, earlier: Report) -> Since:
    were = {document.id: document for document in earlier.documents if document.kept}
    places = {document.id: place for place, document in enumerate(report.documents)}
    stay = {document.id: document for document in report.documents if document.kept}
    gone = [document for name, document in were.items() if name not in stay]
    broke, breaks = _broken(earlier), _broken(report)
    return Since(
        corpus_digest=earlier.corpus_digest,
        clean=earlier.verdict.clean,
        settings_changed=earlier.settings_digest != report.settings_digest,
        made_by=earlier.made_by if earlier.made_by != report.made_by else None,
        newly_broken=tuple(asks for name, asks in breaks.items() if name not in broke),
        mended=tuple(asks for name, asks in broke.items() if name not in breaks),
        measures=tuple(_measures(report, earlier)),
        findings=tuple(_finding_changes(report, earlier)),
        came=tuple(places[name] for name in stay if name not in were),
        rewritten=tuple(
            places[name]
            for name, document in stay.items()
            if name in were and earlier.files.get(were[name].name) != report.files.get(document.name)
        ),
        departed=tuple(_departed(document, report, places) for document in gone[:MOST_DEPARTED]),
        departed_count=len(gone),
    )


def _broken(report: Report) -> dict[str, str]:
    return {rule.name: rule.asks for rule in report.verdict.rules if not rule.passed}


def _departed(document: DocumentFacts, report: Report, places: dict[str, int]) -> Departed:
    place = places.get(document.id)
    return Departed(
        title=document.title or document.name,
        publisher=document.publisher or document.site,
        document=place,
        why=report.documents[place].why if place is not None else None,
    )


def _measures(report: Report, earlier: Report) -> Iterator[Change]:
    for title, before, now in zip(
        (
            "Documents that came in",
            "Documents kept",
            "Publishers",
            "Copies and versions left out",
            "Lines cut as page furniture",
            "Documents to review",
        ),
        _figures(earlier),
        _figures(report),
        strict=True,
    ):
        yield Change(title=title, before=before, now=now)


def _figures(report: Report) -> tuple[int, ...]:
    kept = [document for document in report.documents if document.kept]
    return (
        len(report.documents),
        len(kept),
        report.coverage.publisher_count,
        sum(document.representative is not None for document in report.documents),
        sum(site.lines for site in report.furniture),
        sum(document.verdict is not Verdict.KEEP for document in kept),
    )


def _finding_changes(report: Report, earlier: Report) -> Iterator[Change]:
    """Checks that find more or less than before, the largest change first."""
    before = Counter({check.name: check.findings for check in earlier.checks})
    changed = [
        Change(title=check.title, before=before[check.name], now=check.findings)
        for check in report.checks
        if before[check.name] != check.findings
    ]
    yield from sorted(changed, key=lambda change: (-abs(change.now - change.before), change.title))
