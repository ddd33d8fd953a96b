"""The rules of the gate, asked of the facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from dedupe.decisions import ABOUT_FILES
from dedupe.models import Severity
from dedupe.report.documents import Mark, Row
from dedupe.report.model import CheckFacts, Coverage, RuleFacts, VerdictFacts
from dedupe.report.words import counted, title_of
from dedupe.settings import GateSettings

__all__ = ["judge"]

Kept = Sequence[tuple[int, Row]]


def judge(
    documents: Sequence[Row],
    broken: Sequence[str],
    checks: Sequence[CheckFacts],
    coverage: Coverage,
    gate: GateSettings,
) -> VerdictFacts:
    """Ask every rule.

    Args:
        documents: all documents of the report.
        broken: what is wrong with the corpus's own files, in sentences.
        checks: the checks, run or not.
        coverage: of the documents that stay.
        gate: the limits.
    """
    kept = [(place, document) for place, document in enumerate(documents) if document.kept]
    rules = [
        _files(kept, broken),
        _checks_ran(checks),
        _documents(kept, gate),
        _publishers(kept, coverage, gate),
        _unusable(kept, gate),
        _to_review(kept, gate),
        _copies(kept),
        _rights(kept, gate),
        *_kinds(kept, gate),
    ]
    failed = [rule for rule in rules if not rule.passed]
    if failed:
        broken_rules = [rule for rule in failed if rule.told]
        are = "is" if len(broken_rules) == 1 else "are"
        untold = len(failed) - len(broken_rules)
        found = [f"{len(broken_rules)} of {len(rules)} rules {are} broken"] if broken_rules else []
        found += [f"{counted(untold, 'rule')} cannot be told to hold"] if untold else []
        sentence = f"Do not use this corpus yet: {', and '.join(found)}."
    else:
        sentence = (
            f"You may use this corpus: {counted(len(kept), 'document')}{_voices(coverage)}, "
            "and no rule is broken."
        )
    if accepted := sum(finding.accepted for _, document in kept for finding in document.findings):
        are = "stands" if accepted == 1 else "stand"
        sentence += f" {counted(accepted, 'finding')} {are} by a reviewer's decision."
    return VerdictFacts(
        clean=not failed, sentence=sentence, rules=tuple(sorted(rules, key=lambda rule: rule.passed))
    )


def _having(kept: Kept, wanted: Callable[[Mark], bool]) -> tuple[int, ...]:
    """Places of the documents with such a finding; what a reviewer lets stand breaks no rule."""
    return tuple(
        place
        for place, document in kept
        if any(not finding.accepted and wanted(finding) for finding in document.findings)
    )


def _voices(coverage: Coverage) -> str:
    """From how many publishers, as far as they are known."""
    if not coverage.publisher_count:
        return ", of none of which a publisher is known" if coverage.unnamed else ""
    voices = f" from {counted(coverage.publisher_count, 'publisher')}"
    return f"{voices} (not known of {coverage.unnamed:,})" if coverage.unnamed else voices


def _files(kept: Kept, broken: Sequence[str]) -> RuleFacts:
    wrong = _having(kept, lambda finding: finding.kind in ABOUT_FILES)
    says = list(broken[:3])
    if wrong:
        says.append(f"{counted(len(wrong), 'document')} not as the manifest says.")
    return RuleFacts(
        name="files",
        asks="Every file is the one that the manifest names.",
        says=" ".join(says) or "All are there, readable, and unchanged.",
        passed=not says,
        documents=wrong,
    )


def _checks_ran(checks: Sequence[CheckFacts]) -> RuleFacts:
    skipped = [check.title for check in checks if not check.ran]
    return RuleFacts(
        name="checks_ran",
        asks="Every check was run.",
        says=f"Not run: {', '.join(skipped)}." if skipped else f"All {len(checks)} were.",
        passed=not skipped,
    )


def _documents(kept: Kept, gate: GateSettings) -> RuleFacts:
    return RuleFacts(
        name="least_documents",
        asks=f"At least {counted(gate.least_documents, 'document')}.",
        says=f"{counted(len(kept), 'document')}.",
        passed=len(kept) >= gate.least_documents,
    )


def _publishers(kept: Kept, coverage: Coverage, gate: GateSettings) -> RuleFacts:
    unnamed, known = coverage.unnamed, coverage.publisher_count
    # Documents that name none may all be of one publisher, or each of another; one there is at least.
    least, most = known or min(1, unnamed), known + unnamed
    says = f"{counted(known, 'publisher')}."
    if unnamed == len(kept) > 0:
        says = f"No publisher is known of any of the {counted(unnamed, 'document')}."
    elif unnamed:
        says += f" Not known of {unnamed:,} of {counted(len(kept), 'document')}."
    passed, told = least >= gate.least_publishers, not least < gate.least_publishers <= most
    if not told:
        says += " So it cannot be told: give the articles a publisher or a url, or ask for fewer."
    return RuleFacts(
        name="least_publishers",
        asks=f"At least {counted(gate.least_publishers, 'publisher')}.",
        says=says,
        passed=passed,
        told=told,
    )


def _unusable(kept: Kept, gate: GateSettings) -> RuleFacts:
    places = _having(kept, lambda finding: finding.severity is Severity.UNUSABLE)
    return RuleFacts(
        name="most_unusable",
        asks=f"At most {counted(gate.most_unusable, 'document')} that cannot be used."
        if gate.most_unusable
        else "No document that cannot be used.",
        says=f"{counted(len(places), 'document')} with a finding of severity 3." if places else "None.",
        passed=len(places) <= gate.most_unusable,
        documents=places,
    )


def _to_review(kept: Kept, gate: GateSettings) -> RuleFacts:
    places = _having(kept, lambda finding: finding.severity is Severity.DISTORTING)
    share = len(places) / max(1, len(kept))
    return RuleFacts(
        name="most_to_review",
        asks=f"At most {gate.most_to_review:.0%} of the documents with something to review.",
        says=f"{len(places):,} of {len(kept):,} ({share:.0%}) have a finding of severity 2."
        if places
        else "None.",
        passed=share <= gate.most_to_review,
        documents=places,
    )


def _copies(kept: Kept) -> RuleFacts:
    places = _having(kept, lambda finding: finding.check == "copies_left")
    return RuleFacts(
        name="no_copies",
        asks="No two documents are copies of one text.",
        says=f"{counted(len(places), 'document')} with a copy beside it." if places else "None are.",
        passed=not places,
        documents=places,
    )


def _rights(kept: Kept, gate: GateSettings) -> RuleFacts:
    places = _having(kept, lambda finding: finding.kind == "rights_reserved")
    return RuleFacts(
        name="rights",
        asks="Documents whose rights are reserved may stay."
        if gate.rights_conflicts
        else "No document whose publisher reserved mining.",
        says=f"{counted(len(places), 'document')} with reserved rights."
        if places
        else "No reservation was found.",
        passed=gate.rights_conflicts or not places,
        documents=places,
    )


def _kinds(kept: Kept, gate: GateSettings) -> Iterator[RuleFacts]:
    counts = Counter(
        finding.kind for _, document in kept for finding in document.findings if not finding.accepted
    )
    for kind, most in sorted(gate.most_of_kind.items()):
        yield RuleFacts(
            name=f"most_of_kind.{kind}",
            asks=f"At most {most:,} of “{title_of(kind)}”.",
            says=f"{counts[kind]:,} found.",
            passed=counts[kind] <= most,
            documents=_having(kept, lambda finding, kind=kind: finding.kind == kind),  # type: ignore[misc]
        )
