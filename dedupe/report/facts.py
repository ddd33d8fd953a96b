"""A corpus folder -> its report: a pure function of the files and the settings."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import IO

from dedupe.decisions import LEFT_OUT
from dedupe.files import record_line
from dedupe.models import Decision, Finding, Severity, Verdict
from dedupe.quality import CorpusFolder, about_checks
from dedupe.quality.assess import each_finding
from dedupe.quality.folder import corpus_digest, key_of
from dedupe.quality.measured import measured
from dedupe.quality.registry import check_names
from dedupe.report.coverage import coverage_of
from dedupe.report.documents import CameIn, Row
from dedupe.report.funnel import funnel_of
from dedupe.report.furniture import furniture_of
from dedupe.report.groups import carried_texts, cluster_facts, family_facts, groups_of
from dedupe.report.model import Bar, CheckFacts, DecisionFacts, Integrity, Report, Totals
from dedupe.report.part import MOST_CLUSTERS, MOST_SITES, most_members
from dedupe.report.rules import judge
from dedupe.report.tasks import tasks_of
from dedupe.settings import DedupeSettings

__all__ = ["Spool", "report_of"]

MOST_ON_FILES = 200  # findings on the corpus's own files that are named


class Spool:
    """All findings, as lines of `findings.jsonl` on the disk, until the report is written."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def add(self, finding: Finding) -> None:
        """Put one behind the others."""
        self._file.write(f"{record_line(finding)}\n".encode())

    def lines(self) -> Iterator[bytes]:
        """Every line, from the first."""
        self._file.seek(0)
        return iter(self._file)

    def __iter__(self) -> Iterator[Finding]:
        return map(Finding.model_validate_json, self.lines())


@dataclass
class Found:
    """What is counted of the findings as they come by."""

    by_check: Counter[str] = field(default_factory=Counter)
    worst: dict[str, Finding] = field(default_factory=dict)  # check -> the first of the gravest that asks
    on_files: list[Finding] = field(default_factory=list)  # the first of them
    on_files_count: int = 0
    accepted: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))  # by finding

    def add(self, finding: Finding, place: int | None) -> None:
        """Count one; `place`: of its document, None: it is on a file of the corpus."""
        self.by_check[finding.check] += 1
        if place is None:
            self.on_files_count += 1
            if len(self.on_files) < MOST_ON_FILES:
                self.on_files.append(finding)
        elif finding.accepted is not None:
            self.accepted[finding.id].append(place)
        elif finding.severity >= Severity.DISTORTING:
            known = self.worst.get(finding.check)
            if known is None or finding.severity > known.severity:
                self.worst[finding.check] = finding


def report_of(
    corpus: CorpusFolder, settings: DedupeSettings, spool: Spool, most_whole: int
) -> tuple[Report, CameIn]:
    """Run the checks and gather all facts.

    Args:
        corpus: the folder.
        settings: of the checks and the gate.
        spool: takes all findings.
        most_whole: documents of which each is named; of a larger corpus the report has totals, and of
            groups and sites the first.

    Returns:
        The report, whose lists name documents by their places, with none in it yet; and all documents.

    Raises:
        SettingsError: the settings name a check or a kind that is none.
    """
    quality = settings.quality
    check_names(quality)
    came_in, found = CameIn(corpus), Found()
    for finding, place in came_in.mark(each_finding(corpus, settings, came_in.look)):
        found.add(finding, place)
        spool.add(finding)
    came_in.look_at_removed()
    rows = came_in.rows
    whole = len(rows) <= most_whole
    groups = groups_of(rows)
    families, independent = family_facts(came_in, corpus.relations)
    sites = furniture_of(came_in, corpus.removed, None if whole else MOST_SITES)
    checks = _check_facts(rows, found, quality.skip)
    gathering = corpus.gathering
    coverage = coverage_of(rows, carried_texts(rows, groups), gathering, quality)
    report = Report(
        format="seedbed-report",
        version=1,
        made_by=_made_by(),
        corpus=corpus.name,
        corpus_digest=corpus_digest(corpus.digests()),
        settings_digest=settings.digest,
        settings=settings.changed,
        files=dict(corpus.digests() if whole else sorted(corpus.others.items())),
        seeds=corpus.seeds,
        topic=gathering.topic if gathering else (),
        verdict=judge(rows, [finding.reason for finding in found.on_files], checks, coverage, quality.gate),
        funnel=funnel_of(rows, gathering),
        tasks=tasks_of(corpus.name, rows, came_in.name, found.worst, sites, checks),
        documents=(),
        clusters=cluster_facts(came_in, groups)
        if whole
        else cluster_facts(came_in, groups[:MOST_CLUSTERS], most_members),
        families=families,
        independent=independent,
        furniture=sites if whole else sites[:MOST_SITES],
        coverage=coverage,
        integrity=_integrity(corpus, came_in, found),
        checks=checks,
        decisions=_decision_facts(corpus, came_in, found),
        totals=Totals(
            documents=len(rows),
            kept=came_in.kept,
            clusters=len(groups),
            copies=sum(len(members) for _, members in groups),
            sites=len(sites),
            cut_lines=sum(site.lines for site in sites),
            to_review=sum(row.kept and row.verdict is not Verdict.KEEP for row in rows),
            sampled=0,
            files=sum(1 for _ in corpus.digests()),
            lines_digest="",
        ),
    )
    return report, came_in


def _check_facts(documents: Sequence[Row], found: Found, skip: Sequence[str]) -> tuple[CheckFacts, ...]:
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, document in enumerate(documents):
        for name in {each.check for each in document.findings}:
            places[name].append(place)
    facts = []
    for check in about_checks():
        figures = measured().get(check.name)
        facts.append(
            CheckFacts(
                name=check.name,
                title=check.title,
                reason=check.reason,
                remedy=check.remedy,
                ran=check.name not in skip,
                findings=found.by_check[check.name],
                documents=tuple(places[check.name]),
                precision=figures.precision if figures else None,
                recall=figures.recall if figures else None,
                false_alarms=figures.false_alarms if figures else None,
                planted=figures.planted if figures else 0,
            )
        )
    return tuple(facts)


def _decision_facts(corpus: CorpusFolder, came_in: CameIn, found: Found) -> tuple[DecisionFacts, ...]:
    """What has become of each decision."""
    waiting: defaultdict[int, list[int]] = defaultdict(list)  # key of an article that a decision is about
    wanted = set(came_in.left_out_by.values())
    for place in range(came_in.kept, len(came_in.rows)) if wanted else ():
        if came_in.ids[place] in wanted:
            waiting[came_in.ids[place]].append(place)
    facts = []
    for decision in sorted(corpus.decisions.made, key=lambda decision: decision.finding):
        gone = waiting.get(came_in.left_out_by.get(decision.finding, -1), [])
        honoured = gone if decision.kind == LEFT_OUT else found.accepted.get(decision.finding, [])
        where = honoured or gone or _to_leave_out(decision, came_in)
        facts.append(
            DecisionFacts(
                decision=decision,
                state="run_out"
                if corpus.decisions.has_run_out(decision)
                else "honoured"
                if honoured
                else "waiting"
                if where
                else "gone",
                documents=tuple(where),
            )
        )
    return tuple(facts)


def _to_leave_out(decision: Decision, came_in: CameIn) -> list[int]:
    """Where the document stands that the next cleaning is to leave out; a finding has no such place."""
    article_id, _, kind = decision.finding.rpartition(":")
    if kind != LEFT_OUT:
        return []
    return [place for place in range(came_in.kept) if came_in.ids[place] == key_of(article_id)]


def _integrity(corpus: CorpusFolder, came_in: CameIn, found: Found) -> Integrity:
    signals = Counter(signal for row in came_in.rows if row.kept for signal in row.rights)
    return Integrity(
        files=came_in.kept,
        matching=came_in.matching,
        rights=tuple(Bar(label=label, count=count) for label, count in sorted(signals.items())),
        findings=tuple(found.on_files),
        more=found.on_files_count - len(found.on_files),
        last_fetched=corpus.latest,
    )


def _made_by() -> str:
    try:
        return f"Seedbed {version('seedbed')}"
    except PackageNotFoundError:
        return "Seedbed, from its sources"
