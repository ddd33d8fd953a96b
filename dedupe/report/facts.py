"""A corpus folder -> its report: a pure function of the files and the settings."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version

from pydantic import JsonValue

from dedupe.models import Finding
from dedupe.quality import CorpusFolder, about_checks, assess_corpus
from dedupe.quality.measured import measured
from dedupe.quality.registry import check_names
from dedupe.report.coverage import coverage_of
from dedupe.report.documents import document_facts, texts_of
from dedupe.report.funnel import funnel_of
from dedupe.report.furniture import furniture_of
from dedupe.report.groups import cluster_facts, family_facts
from dedupe.report.model import Bar, CheckFacts, DecisionFacts, DocumentFacts, Integrity, Report
from dedupe.report.rules import judge
from dedupe.report.tasks import tasks_of
from dedupe.settings import DedupeSettings

__all__ = ["report_of"]


def report_of(corpus: CorpusFolder, settings: DedupeSettings) -> tuple[Report, list[Finding]]:
    """Run the checks and gather all facts.

    Returns:
        The report, and every finding: those on documents and those on the corpus's own files.

    Raises:
        SettingsError: the settings name a check or a kind that is none.
    """
    quality = settings.quality
    check_names(quality)
    findings = assess_corpus(corpus, settings)
    documents = document_facts(corpus, findings, quality.report_text)
    names = {document.name for document in documents}
    on_files = tuple(finding for finding in findings if finding.file not in names)
    texts = texts_of(corpus)
    clusters = cluster_facts(documents, texts)
    families, independent = family_facts(documents, corpus.relations)
    sites = furniture_of(documents, corpus.removed, texts)
    checks = _check_facts(documents, findings, quality.skip)
    gathering = corpus.gathering
    report = Report(
        format="seedbed-report",
        version=1,
        made_by=_made_by(),
        corpus=corpus.name,
        corpus_digest=digest_of(corpus.digests),
        settings_digest=settings.digest,
        settings=_changed(settings.model_dump(mode="json"), DedupeSettings().model_dump(mode="json")),
        files=dict(sorted(corpus.digests.items())),
        seeds=corpus.seeds,
        topic=gathering.topic if gathering else (),
        verdict=judge(documents, [finding.reason for finding in on_files], checks, quality.gate),
        funnel=funnel_of(documents, gathering),
        tasks=tasks_of(corpus.name, documents, sites, checks),
        documents=documents,
        clusters=clusters,
        families=families,
        independent=independent,
        furniture=sites,
        coverage=coverage_of(documents, clusters, gathering, quality),
        integrity=_integrity(corpus, documents, on_files),
        checks=checks,
        decisions=_decision_facts(corpus, documents),
    )
    return report, findings


def digest_of(digests: Mapping[str, str]) -> str:
    """SHA-256 over names and digests, as `sha256sum` would list them."""
    listed = "".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items()))
    return hashlib.sha256(listed.encode()).hexdigest()


def _check_facts(
    documents: Sequence[DocumentFacts], findings: Sequence[Finding], skip: Sequence[str]
) -> tuple[CheckFacts, ...]:
    places = {document.name: place for place, document in enumerate(documents)}
    facts = []
    for check in about_checks():
        found = [finding for finding in findings if finding.check == check.name]
        figures = measured().get(check.name)
        facts.append(
            CheckFacts(
                name=check.name,
                title=check.title,
                reason=check.reason,
                remedy=check.remedy,
                ran=check.name not in skip,
                findings=len(found),
                documents=tuple(sorted({places[each.file] for each in found if each.file in places})),
                precision=figures.precision if figures else None,
                recall=figures.recall if figures else None,
                false_alarms=figures.false_alarms if figures else None,
                planted=figures.planted if figures else 0,
            )
        )
    return tuple(facts)


def _decision_facts(corpus: CorpusFolder, documents: Sequence[DocumentFacts]) -> tuple[DecisionFacts, ...]:
    """What has become of each decision."""
    left_out = {record.finding: record.id for record in corpus.removed if record.finding is not None}
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, document in enumerate(documents):
        for finding in document.findings:
            if finding.accepted is not None:
                places[finding.id].append(place)
    facts = []
    for decision in sorted(corpus.decisions.made, key=lambda decision: decision.finding):
        where = places[decision.finding] or [
            place
            for place, document in enumerate(documents)
            if not document.kept and document.id == left_out.get(decision.finding)
        ]
        facts.append(
            DecisionFacts(
                decision=decision,
                state="run_out"
                if corpus.decisions.has_run_out(decision)
                else "honoured"
                if places[decision.finding]
                else "waiting"
                if where
                else "gone",
                documents=tuple(where),
            )
        )
    return tuple(facts)


def _integrity(
    corpus: CorpusFolder, documents: Sequence[DocumentFacts], on_files: tuple[Finding, ...]
) -> Integrity:
    matching = sum(
        file.data is not None and file.listing is not None and file.listing.sha256 == file.sha256
        for file in corpus.files
    )
    signals: dict[str, int] = {}
    for document in documents:
        for signal in document.rights if document.kept else ():
            signals[signal] = signals.get(signal, 0) + 1
    return Integrity(
        files=len(corpus.files),
        matching=matching,
        rights=tuple(Bar(label=label, count=count) for label, count in sorted(signals.items())),
        findings=on_files,
    )


def _changed(
    values: Mapping[str, JsonValue], defaults: Mapping[str, JsonValue], at: str = ""
) -> dict[str, JsonValue]:
    changed: dict[str, JsonValue] = {}
    for name, value in values.items():
        default = defaults[name]
        if isinstance(value, dict) and isinstance(default, dict) and default:
            changed |= _changed(value, default, f"{at}{name}.")
        elif value != default:
            changed[f"{at}{name}"] = value
    return changed


def _made_by() -> str:
    try:
        return f"Seedbed {version('seedbed')}"
    except PackageNotFoundError:
        return "Seedbed, from its sources"
