"""What `report.json` holds: everything the page shows and the gate asks, and no more."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, JsonValue

from dedupe.models import Decision, Finding, Record, RelationKind, Verdict

__all__ = [
    "Bar",
    "CarriedFacts",
    "Change",
    "CheckFacts",
    "ClusterFacts",
    "Coverage",
    "DecisionFacts",
    "Departed",
    "DiffPart",
    "DocumentFacts",
    "DocumentLine",
    "FamilyFacts",
    "Funnel",
    "FunnelStep",
    "FurnitureLine",
    "Integrity",
    "Loss",
    "MemberFacts",
    "Report",
    "RuleFacts",
    "ShownLine",
    "Since",
    "SiteFacts",
    "Task",
    "Totals",
    "VerdictFacts",
]

Document = int  # index into Report.documents
More = Annotated[int, Field(ge=0, description="documents that are not named here; documents.jsonl has all")]


class RuleFacts(Record):
    """One rule of the gate, asked of this corpus."""

    name: str
    asks: str = Field(description="the rule as a sentence")
    says: str = Field(description="what was found, as a sentence")
    passed: bool
    told: bool = Field(True, description="false: what it asks is not known of enough documents to tell")
    documents: tuple[Document, ...] = Field((), description="those that broke it")
    more: More = 0


class VerdictFacts(Record):
    """May this corpus be used?"""

    clean: bool
    sentence: str
    rules: tuple[RuleFacts, ...] = Field(description="broken ones first")


class Loss(Record):
    """What one step left out for one reason."""

    reason: str
    title: str
    count: int = Field(ge=0)
    documents: tuple[Document, ...] = Field((), description="empty: pages that were never documents")
    more: More = 0


class FunnelStep(Record):
    """How many were left after a step, and what it left out: count = the step before - losses + added."""

    name: str
    title: str
    count: int = Field(ge=0)
    added: int = Field(0, ge=0)
    losses: tuple[Loss, ...] = ()


class Funnel(Record):
    """From what was found to what stays."""

    steps: tuple[FunnelStep, ...]


class Task(Record):
    """Something to do now."""

    title: str
    why: str
    example: str = Field("", description="what a check said of one of them")
    quote: str = ""
    command: str = Field("", description="shows one of them")
    settle: str = Field("", description="the command that lets it stand, where a reviewer may")
    leave_out: str = Field("", description="the command that leaves it out, where that is a remedy")
    documents: tuple[Document, ...] = ()
    more: More = 0
    severity: int = 2


class ShownLine(Record):
    """One line of a document as the page shows it."""

    kind: Literal["kept", "cut", "gap"]
    parts: tuple[tuple[str, str], ...] = Field(
        (), description="(text, kind of the finding that marks it, or empty)"
    )
    was: str = Field("", description="of a mended line: the part that was another, as it was")
    reason: str = Field("", description="of a cut line: the rule; of a gap: how much is not shown")


class DocumentFacts(Record):
    """One document that came in, kept or left out."""

    name: str = Field(description="file name, or where it came from if it was left out")
    id: str
    kept: bool
    verdict: Verdict
    why: str = Field(description="name of the reason why it stays or went")
    evidence: str = ""
    representative: Document | None = Field(None, description="the document that stays instead")
    relation: RelationKind | None = None
    similarity: float | None = None
    title: str | None = None
    url: str | None = None
    site: str | None = None
    publisher: str | None = None
    published: str | None = Field(None, description="ISO 8601 in UTC, to the minute")
    language: str | None = None
    words: int = 0
    origin: str | None = None
    relevance: float | None = None
    seed: bool = False
    rights: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    cut_lines: int = 0
    mended_lines: int = 0
    cut_share: float = Field(0.0, description="share of the characters that were cut as furniture")
    text: tuple[ShownLine, ...] = Field((), description="empty: only the file shows it")


class DocumentLine(Record):
    """One document that came in: one line of `documents.jsonl`, where a report does not name them all."""

    name: str = Field(description="file name, or where it came from if it was left out")
    id: str
    kept: bool
    verdict: Verdict
    why: str = Field(description="name of the reason why it stays or went")
    sha256: str | None = Field(None, description="of the file's bytes; None: it was left out")
    representative: str | None = Field(None, description="file of the document that stays instead")
    relation: RelationKind | None = None
    similarity: float | None = None
    title: str | None = None
    url: str | None = None
    site: str | None = None
    publisher: str | None = None
    published: str | None = Field(None, description="ISO 8601 in UTC, to the minute")
    language: str | None = None
    words: int = 0
    origin: str | None = None
    relevance: float | None = None
    seed: bool = False
    rights: tuple[str, ...] = ()
    findings: tuple[str, ...] = Field((), description="their kinds; findings.jsonl has them whole")
    cut_lines: int = 0
    mended_lines: int = 0


class DiffPart(Record):
    """A stretch of a comparison by words."""

    op: Literal["same", "only_kept", "only_other", "gap"]
    text: str


class MemberFacts(Record):
    """A copy in a cluster."""

    document: Document
    relation: RelationKind | None = None
    similarity: float | None = None
    behind_minutes: int | None = Field(None, description="after the first of the cluster; None: no date")
    diff: tuple[DiffPart, ...] = Field((), description="against the kept copy; empty: not shown")
    same_words: bool = False


class ClusterFacts(Record):
    """Copies of one text."""

    kept: Document
    reason: str
    origin: str | None = None
    members: tuple[MemberFacts, ...] = Field(description="by time of publication; the kept one too")
    more: More = 0


class FamilyFacts(Record):
    """Two documents that are no copies and belong together all the same."""

    a: Document
    b: Document
    relation: RelationKind
    similarity: float
    says: str = ""


class FurnitureLine(Record):
    """One line that was cut from a site's documents."""

    text: str
    reason: str
    count: int
    documents: tuple[Document, ...]
    more: More = 0
    before: str = ""
    after: str = ""


class SiteFacts(Record):
    """What was cut from one site's documents."""

    site: str
    documents: int
    cut_documents: int
    lines: int
    share: float = Field(description="of the site's characters")
    examples: tuple[FurnitureLine, ...]


class Bar(Record):
    """One bar of a picture."""

    label: str
    count: int
    share: float = 0.0
    marked: bool = Field(False, description="holds a seed; lies inside the window")
    rest: bool = Field(False, description="all that have no bar of their own")


class CarriedFacts(Record):
    """Whose texts others carried."""

    source: str = Field(description="the agency credited, else the publisher that was first")
    texts: int
    carriers: tuple[Bar, ...] = Field(description="publishers by texts carried")
    more: int = Field(0, description="carriers not named here")


class Coverage(Record):
    """Who, when, in which language, how long, how near."""

    timeline: tuple[Bar, ...]
    timeline_unit: str
    window: Literal["settings", "crawl"] | None = Field(
        None, description="who gave the window of publication that is marked in the timeline; null: nobody"
    )
    undated: int
    publishers: tuple[Bar, ...]
    publisher_count: int = Field(description="different ones, of the documents that name one")
    unnamed: int = Field(0, ge=0, description="documents of which no publisher is known")
    top_share: float = Field(description="of the largest, among the documents that name one")
    effective_publishers: float = Field(
        description="1 / sum of squared shares among these: as many equal voices; 0: none names one"
    )
    agency_share: float
    languages: tuple[Bar, ...]
    lengths: tuple[Bar, ...]
    median_words: int
    relevance: tuple[Bar, ...] = ()
    threshold: float | None = None
    expected_recall: float | None = None
    carried: tuple[CarriedFacts, ...] = ()
    carried_more: int = Field(0, ge=0, description="others whose texts were carried, not named here")


class Integrity(Record):
    """Files, manifest, rights."""

    files: int
    matching: int
    rights: tuple[Bar, ...] = ()
    findings: tuple[Finding, ...] = Field((), description="on the corpus's own files")
    more: int = Field(0, ge=0, description="findings that are not named here; findings.jsonl has all")
    last_fetched: date | None = Field(
        None, description="no document can be younger; null: not known, so no date was held against it"
    )


class CheckFacts(Record):
    """One check and what it found."""

    name: str
    title: str
    reason: str
    remedy: str
    ran: bool
    findings: int
    documents: tuple[Document, ...] = ()
    more: More = 0
    precision: float | None = Field(None, description="measured on documents with planted defects")
    recall: float | None = None
    false_alarms: float | None = Field(None, description="share of the documents without the defect flagged")
    planted: int = Field(0, description="documents that these figures were measured on")


class Change(Record):
    """A number that an earlier report had, and what it is now."""

    title: str
    before: int
    now: int


class Departed(Record):
    """A document that an earlier corpus kept and this one does not."""

    title: str
    publisher: str | None = None
    document: Document | None = Field(None, description="None: it did not come in any more")
    why: str | None = Field(None, description="why it was left out; None: it did not come in any more")


class Since(Record):
    """What became different since the report that stood in the folder before."""

    corpus_digest: str = Field(description="of the earlier report")
    clean: bool = Field(description="whether the earlier corpus was")
    settings_changed: bool
    made_by: str | None = Field(
        None, description="the program that made the earlier one, where it was another"
    )
    newly_broken: tuple[str, ...] = Field((), description="rules that held before, as sentences")
    mended: tuple[str, ...] = Field((), description="rules that were broken before and hold now")
    measures: tuple[Change, ...]
    findings: tuple[Change, ...] = Field((), description="by check; those with as many as before left out")
    came: tuple[Document, ...] = Field((), description="kept now and not before")
    came_more: More = 0
    rewritten: tuple[Document, ...] = Field((), description="kept before and now, with other bytes")
    rewritten_more: More = 0
    departed: tuple[Departed, ...] = Field((), description="kept before and not now; the first of them")
    departed_count: int = Field(0, ge=0)


class DecisionFacts(Record):
    """A reviewer's decision, and what has become of it."""

    decision: Decision
    state: Literal["honoured", "waiting", "run_out", "gone"] = Field(
        description="waiting: the next cleaning takes the document up; gone: what it was made on is not found"
    )
    documents: tuple[Document, ...] = ()
    more: More = 0


class Totals(Record):
    """What there is of each, where the report names only a part."""

    documents: int = Field(description="that came in")
    kept: int
    clusters: int
    copies: int = Field(description="documents that another one stands for")
    sites: int = Field(description="that lost lines")
    cut_lines: int
    to_review: int = Field(description="kept documents that ask for a review or to go")
    sampled: int = Field(description="documents that are named here though nothing points to them")
    files: int = Field(description="of the folder")
    lines_digest: str = Field(description="SHA-256 of documents.jsonl")


class Report(Record):
    """The whole report."""

    format: Literal["seedbed-report"]
    version: Literal[1]
    made_by: str
    corpus: str
    corpus_digest: str = Field(description="SHA-256 of names and digests of all files")
    settings_digest: str
    settings: dict[str, JsonValue] = Field(description="those that differ from the defaults")
    files: dict[str, str] = Field(
        description="file -> SHA-256; the report's own files take no part; of a large corpus those that are "
        "no documents"
    )
    seeds: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    verdict: VerdictFacts
    funnel: Funnel
    tasks: tuple[Task, ...]
    documents: tuple[DocumentFacts, ...] = Field(
        description="kept ones by file, then those left out; of a large corpus those that something points "
        "to, and a sample of the rest"
    )
    clusters: tuple[ClusterFacts, ...]
    families: tuple[FamilyFacts, ...]
    independent: int = Field(description="pairs of kept documents that report the same event independently")
    furniture: tuple[SiteFacts, ...]
    coverage: Coverage
    integrity: Integrity
    checks: tuple[CheckFacts, ...]
    since: Since | None = Field(
        None, description="None: there was no earlier report, or none that can be read"
    )
    decisions: tuple[DecisionFacts, ...] = Field((), description="of reviewers, by finding")
    totals: Totals | None = Field(None, description="None: every document, group and site is named here")
