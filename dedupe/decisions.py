"""A reviewer's decisions: findings that a person lets stand, documents to leave out, why, and until when.

They stand in `decisions.jsonl` of the corpus, and every run honours them: such a finding is shown, and asks
for nothing. A decision holds for the very words that it was made on (the finding's id digests them), for no
graver finding, and until its last day. A decision to leave a document out stands among them, as one on a
finding of the reviewer's own, and holds for the document whatever its words become.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path

from dedupe.corpus import DECISIONS, FINDINGS, MANIFEST, read_removed
from dedupe.errors import CorpusFolderError, DecisionError
from dedupe.files import is_plain, read_records, write_records
from dedupe.models import Decision, Finding, Severity, Verdict

__all__ = [
    "ABOUT_FILES",
    "LEFT_OUT",
    "NO_DECISIONS",
    "Decisions",
    "accept",
    "leave_out",
    "read_decisions",
    "today",
]

LEFT_OUT = "left_out"  # the kind of what a reviewer finds when leaving a document out

# What the checks find wrong with the files themselves. Nobody can let it stand: such a file was not looked
# at, or is not the one that was.
ABOUT_FILES = frozenset(
    ["hash_mismatch", "missing_file", "orphan_file", "wrong_encoding", "filename_format", "broken_record"]
)


def today() -> date:
    """The day by which decisions run out, in UTC."""
    return datetime.now(UTC).date()


@dataclass(frozen=True)
class Decisions:
    """The decisions on a corpus, on one day."""

    made: tuple[Decision, ...] = ()
    day: date = date.max  # no decision holds on the last of all days

    def honour(self, finding: Finding) -> Finding:
        """The finding, with the reviewer's reason where a decision lets it stand."""
        decision = self._standing.get(finding.id)
        if decision is None or finding.severity > decision.severity or finding.kind in ABOUT_FILES:
            return finding
        return finding.model_copy(update={"accepted": decision.because})

    def leaves_out(self, article_id: str) -> Decision | None:
        """The decision that leaves a document out; None: there is none."""
        return self._standing.get(f"{article_id}:{LEFT_OUT}")

    def on(self, article_id: str) -> Sequence[Decision]:
        """Those on a document that have not run out."""
        return self._by_article.get(article_id, ())

    @property
    def standing(self) -> tuple[Decision, ...]:
        """Those that have not run out."""
        return tuple(self._standing.values())

    @cached_property
    def _standing(self) -> dict[str, Decision]:
        return {decision.finding: decision for decision in self.made if not self.has_run_out(decision)}

    @cached_property
    def _by_article(self) -> dict[str, list[Decision]]:
        found: dict[str, list[Decision]] = {}
        for decision in self.standing:
            found.setdefault(decision.finding.partition(":")[0], []).append(decision)
        return found

    def has_run_out(self, decision: Decision) -> bool:
        """Whether a decision held until some earlier day."""
        return decision.until < self.day


NO_DECISIONS = Decisions()


def read_decisions(folder: Path, day: date | None = None) -> Decisions:
    """The decisions on a corpus; none where nobody made any.

    Args:
        folder: the corpus.
        day: on which they are asked; None: today.

    Raises:
        InputFormatError: a line of the file is no decision.
    """
    path = folder / DECISIONS
    return Decisions(tuple(read_records(path, Decision)) if os.path.lexists(path) else (), day or today())


def accept(
    folder: Path,
    names: Sequence[str],
    because: str,
    *,
    days: int,
    by: str | None = None,
    until: date | None = None,
    day: date | None = None,
) -> list[Decision]:
    """Let findings stand; a decision on one that has a decision takes its place.

    Args:
        folder: the corpus; its last report must be there.
        names: of the findings: ids; `ID:KIND` names all of that kind in a document, and the document's number
            may stand for its id.
        because: the reason.
        days: for which a decision holds where `until` is not said.
        by: who decides.
        until: the last day; None: as many days from now as the corpus's settings say.
        day: of the decision; None: today.

    Returns:
        The new decisions, in the order of the findings.

    Raises:
        DecisionError: no such finding, one that nobody can let stand, no reason, or a last day that is over.
        CorpusFolderError: the folder is no corpus, or has no report.
        InputFormatError: a line of its files cannot be read.
    """
    day = day or today()
    until = _last_day(because, days, until, day)
    findings = _all_findings(folder)
    chosen = {finding.id: finding for name in names for finding in _named(findings, name, folder)}
    return _written(folder, chosen.values(), because, by, day, until)


def leave_out(
    folder: Path,
    documents: Iterable[tuple[str, str]],
    because: str,
    *,
    days: int,
    by: str | None = None,
    until: date | None = None,
    day: date | None = None,
) -> list[Decision]:
    """Have the next cleaning leave documents out; it says the reviewer's reason of each.

    Args:
        folder: the corpus.
        documents: (article id, file name) of each.
        because: the reason.
        days: for which a decision holds where `until` is not said.
        by: who decides.
        until: the last day; None: as many days from now as the corpus's settings say.
        day: of the decision; None: today.

    Returns:
        The new decisions, in the order of the documents.

    Raises:
        DecisionError: no reason, or a last day that is over.
        InputFormatError: a line of the corpus's decisions cannot be read.
    """
    day = day or today()
    until = _last_day(because, days, until, day)
    found = [
        Finding(
            id=f"{article_id}:{LEFT_OUT}",
            file=file,
            kind=LEFT_OUT,
            severity=Severity.UNUSABLE,
            reason="A reviewer leaves the document out.",
            check=LEFT_OUT,
            action=Verdict.DROP,
        )
        for article_id, file in documents
    ]
    return _written(folder, found, because, by, day, until)


def _last_day(because: str, days: int, until: date | None, day: date) -> date:
    """The last day of a decision that has a reason."""
    until = until or day + timedelta(days=days)
    if not because.strip():
        raise DecisionError('A decision needs a reason: --because "the ministry\'s own words, quoted whole".')
    if until < day:
        raise DecisionError(f"--until {until}: that day is over; the decision would never hold.")
    return until


def _written(
    folder: Path, findings: Iterable[Finding], because: str, by: str | None, day: date, until: date
) -> list[Decision]:
    """The decisions on some findings, put beside those that the corpus has."""
    new = [
        Decision(
            finding=finding.id,
            because=because.strip(),
            by=by,
            decided=day,
            until=until,
            file=finding.file,
            kind=finding.kind,
            severity=finding.severity,
            reason=finding.reason,
            quote=finding.quote,
        )
        for finding in findings
    ]
    made = {decision.finding: decision for decision in (*read_decisions(folder, day).made, *new)}
    write_records(folder / DECISIONS, [made[finding] for finding in sorted(made)])
    return new


def _all_findings(folder: Path) -> list[Finding]:
    """The findings of the last report, and those that left a document out."""
    if not is_plain(folder / MANIFEST):
        raise CorpusFolderError(f"{folder}: not a corpus: it has no {MANIFEST}.")
    if not is_plain(folder / FINDINGS):
        raise CorpusFolderError(
            f"{folder}: has no {FINDINGS}, so nothing to accept. `dedupe report {folder}` writes it."
        )
    left_out = [
        Finding(
            id=record.finding,
            file=record.source,
            kind=record.reason,
            severity=Severity.UNUSABLE,
            reason=record.evidence,
            check=record.reason,
            action=Verdict.DROP,
        )
        for record in read_removed(folder)
        if record.finding is not None
    ]
    return [*read_records(folder / FINDINGS, Finding), *left_out]


def _named(findings: Iterable[Finding], name: str, folder: Path) -> list[Finding]:
    """The findings that go by a name."""
    found = [
        finding
        for finding in findings
        for known in (finding.id, f"{finding.file.partition('_')[0]}:{finding.id.partition(':')[2]}")
        if known == name or (known.startswith(f"{name}:") and ":" in name)
    ]
    if not found:
        raise DecisionError(
            f"{folder}: no finding is called “{name}”. `dedupe explain {folder} DOCUMENT` shows the ids of a "
            f"document's findings, and {FINDINGS} has all."
        )
    if len({finding.id.partition(":")[0] for finding in found}) > 1:  # several files have that number
        raise DecisionError(
            f"“{name}” may be a finding of any of {', '.join(sorted({each.file for each in found})[:5])}. "
            f"Give its whole id."
        )
    for finding in found:
        if finding.kind == LEFT_OUT:
            raise DecisionError(
                f"{finding.id}: a reviewer left that document out. Take the line out of "
                f"{folder / DECISIONS} to withdraw the decision; the next cleaning brings the document back."
            )
        if finding.kind in ABOUT_FILES:
            raise DecisionError(
                f"{finding.id}: cannot be accepted, for the file itself is wrong. {finding.reason} "
                f"Mend it, then run `dedupe report {folder}`."
            )
    return found
