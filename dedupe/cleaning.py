"""The recipe of the cleaning: cut furniture, check, relate, choose what stays, write, report."""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import chain, islice
from pathlib import Path

from dedupe.boilerplate import cut_boilerplate
from dedupe.corpus import CorpusContent, check_target, digest_of, seed_name, write_corpus
from dedupe.decisions import Decisions, read_decisions
from dedupe.duplicates import find_duplicates
from dedupe.engines import engine
from dedupe.files import run_lock
from dedupe.ids import document_id
from dedupe.models import (
    EARLIER_VERSION,
    Article,
    Cluster,
    Clusters,
    Cut,
    Document,
    Finding,
    Gathering,
    ManifestRecord,
    Relation,
    RelationKind,
    RemovedRecord,
    Verdict,
)
from dedupe.progress import Progress, silent
from dedupe.quality import assess
from dedupe.quality.checks.enormous_file import EnormousFile, is_far_too_long
from dedupe.quality.folder import Assessed
from dedupe.quality.registry import check_names
from dedupe.repair import MendedArticle, mended_article, repairs_of, taken_out
from dedupe.report import Report, write_report
from dedupe.settings import CorpusSettings, DedupeSettings

__all__ = ["clean"]

OUR_ID = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True)
class LeftOut:
    """Why a document does not stay."""

    document: Document
    reason: str
    evidence: str
    relation: Relation | None = None
    representative: str | None = None
    finding: str | None = None


def clean(
    articles: Iterable[Article],
    folder: Path,
    settings: DedupeSettings | None = None,
    *,
    gathering: Gathering | None = None,
    progress: Progress = silent,
) -> Report:
    """Write the deduplicated corpus of some articles into a folder, with its report.

    Args:
        articles: in the order in which the corpus shall number them.
        folder: new, empty, or written by an earlier run; nothing else is touched.
        gathering: what the crawl did that found them, for the report.
    Raises:
        CorpusFolderError: the folder holds what Seedbed did not write, or cannot be written.
        CorpusLockedError: another run is writing it.
        SettingsError: the settings name a check or a kind that is none.
        InputFormatError: a reviewer's decisions stand there, and cannot be read.
    """
    settings = settings or DedupeSettings()
    check_names(settings.quality)
    check_target(folder)
    decisions = read_decisions(folder)
    stream = iter(articles)
    first = list(islice(stream, 1))  # an input that cannot be read shows before anything is written
    with run_lock(folder, "dedupe clean"):
        kept = _cleaned(chain(first, stream), folder, settings, decisions, gathering, progress)
        return write_report(folder, settings, decisions.day, kept)


def _cleaned(
    articles: Iterable[Article],
    folder: Path,
    settings: DedupeSettings,
    decisions: Decisions,
    gathering: Gathering | None,
    progress: Progress,
) -> dict[str, Assessed]:
    """Write the corpus; article id -> what was found in a document that stays."""
    documents, left_out = _read(articles, settings, decisions, progress)
    usable, unusable = _usable(documents, settings.corpus)
    clusters = find_duplicates([document.article for document in progress(usable, "relate")], settings)
    kept, copies = _choose(usable, clusters, settings.corpus)
    write_corpus(folder, _content(kept, [*left_out, *unusable, *copies], clusters, gathering))
    return {document.article.id: Assessed.of(document) for document, _ in kept}


# ------------------------------------------------------------------------------------- one by one


def _read(
    articles: Iterable[Article], settings: DedupeSettings, decisions: Decisions, progress: Progress
) -> tuple[list[Document], list[LeftOut]]:
    """Cut the furniture and assess what is left.

    Left out are a second article under the same id, and one that is far too long to be read.
    """
    left_out: list[LeftOut] = []
    work = engine(settings.engine)
    taken = _taken(progress(articles, "read"), settings, left_out)
    looked_at = deque(work.map(partial(_looked_at, settings=settings, decisions=decisions), taken))
    # The cut has read all articles when it gives the first: each goes from memory as it comes back.
    cut = cut_boilerplate(progress((each.mended.article for each in looked_at), "cut"), settings)
    raw = (_with_what_is_left(looked_at.popleft(), article, cuts) for article, cuts in cut)
    assessed = work.map(partial(_assessed, settings=settings, decisions=decisions), raw)
    return list(progress(assessed, "check")), left_out


def _taken(
    articles: Iterable[Article], settings: DedupeSettings, left_out: list[LeftOut]
) -> Iterator[Article]:
    """The articles that are looked at; the others are added to those left out."""
    fetched: dict[str, datetime | None] = {}
    for incoming in articles:
        article = _named(incoming)
        if article.id in fetched:
            left_out.append(_same_address(article, fetched[article.id]))
        elif is_far_too_long(article, settings.quality):
            left_out.append(_far_too_long(article, settings.quality.most_characters))
        else:
            fetched[article.id] = article.fetched
            yield article


def _named(article: Article) -> Article:
    """The article with plain line ends, under an id that fits the seed format; one that does is opaque."""
    if "\r" in article.text:
        text = article.text.replace("\r\n", "\n").replace("\r", "\n")
        kinds = article.kinds if text.count("\n") == article.text.count("\n") else ()
        article = article.model_copy(update={"text": text, "kinds": kinds})
    if OUR_ID.fullmatch(article.id):
        return article
    return article.model_copy(update={"id": document_id(article.url or f"{article.id}\n{article.text}")})


def _same_address(article: Article, first: datetime | None) -> LeftOut:
    """A second article of an id; `first`: when the one that stays was fetched."""
    document = Document(article=article, source=article.url or article.id, original=article.text)
    if EARLIER_VERSION in article.notes:
        said = [f"on {when:%Y-%m-%d %H:%M}" if when else "later" for when in (article.fetched, first)]
        evidence = f"What the page said {said[0]}; what it said {said[1]} stays."
        return LeftOut(document, RelationKind.UPDATED_VERSION.value, evidence, representative=article.id)
    evidence = f"The id {article.id} was there already; one address counts once."
    return LeftOut(document, "same_address", evidence, representative=article.id)


def _far_too_long(article: Article, most: int) -> LeftOut:
    document = Document(article=article, source=article.url or article.id, original=article.text)
    evidence = (
        f"{len(article.text):,} characters; articles have at most {most:,} (quality.most_characters). "
        "So long a text is not read: split it into its articles."
    )
    return LeftOut(document, EnormousFile.name, evidence)


@dataclass(frozen=True)
class LookedAt:
    """An article as it came in, with what the checks say of it, and as it is when that is mended."""

    article: Article
    findings: tuple[Finding, ...]
    mended: MendedArticle


def _looked_at(article: Article, settings: DedupeSettings, decisions: Decisions) -> LookedAt:
    """Mend before the cut: markup in the text, or a broken letter, misleads it."""
    findings = tuple(assess(article, settings, decisions))
    return LookedAt(article, findings, mended_article(article, findings))


def _with_what_is_left(
    came: LookedAt, article: Article, cuts: Sequence[Cut]
) -> tuple[Document, tuple[Finding, ...] | None]:
    """A document with every line that was taken out or changed, as it came in.

    Returns:
        The document, and its findings where nothing was changed; None: it is to be looked at again.
    """
    original = came.article.text
    lines = original.split("\n")
    as_it_came = [cut.model_copy(update={"text": lines[cut.line]}) for cut in cuts]
    article, taken = taken_out(came.mended, article, as_it_came)
    document = Document(
        article=article,
        source=article.url or article.id,
        original=article.text if article.text == original else original,  # one string where nothing changed
        cuts=taken,
        repairs=repairs_of(original, came.mended, article.text, taken),
    )
    return document, came.findings if article == came.article else None


def _assessed(
    left: tuple[Document, tuple[Finding, ...] | None], settings: DedupeSettings, decisions: Decisions
) -> Document:
    document, known = left
    findings = tuple(assess(document.article, settings, decisions)) if known is None else known
    return document.model_copy(update={"findings": findings, "verdict": _verdict(findings)})


def _verdict(findings: Sequence[Finding]) -> Verdict:
    actions = {finding.action for finding in findings if finding.accepted is None}
    return next((verdict for verdict in (Verdict.DROP, Verdict.REVIEW) if verdict in actions), Verdict.KEEP)


# ----------------------------------------------------------------------------------- what stays


def _usable(documents: Sequence[Document], settings: CorpusSettings) -> tuple[list[Document], list[LeftOut]]:
    """Set apart what no corpus wants, before anything is compared with it."""
    usable: list[Document] = []
    left_out: list[LeftOut] = []
    for document in documents:
        drop = next(
            (each for each in document.findings if each.action is Verdict.DROP and each.accepted is None),
            None,
        )
        relevance = document.article.relevance
        if drop is not None:
            left_out.append(LeftOut(document, drop.kind, drop.reason, finding=drop.id))
        elif relevance is not None and relevance < settings.least_relevance:
            evidence = f"Relevance {relevance:.2f} to the seeds; the least is {settings.least_relevance:.2f}."
            left_out.append(LeftOut(document, "off_topic", evidence))
        else:
            usable.append(document)
    return usable, left_out


def _choose(
    documents: Sequence[Document], clusters: Clusters, settings: CorpusSettings
) -> tuple[list[tuple[Document, str]], list[LeftOut]]:
    """Choose what stays: one of each cluster, and of a family what the settings keep.

    Returns:
        The documents that stay, each with why, in the order they came; and the others, with the evidence.
    """
    by_id = {document.article.id: document for document in documents}
    between = {frozenset((relation.a, relation.b)): relation for relation in clusters.relations}
    left_out: dict[str, LeftOut] = {}
    for cluster in clusters.clusters:
        for member in cluster.members:
            if member != cluster.representative:
                left_out[member] = _copy(by_id[member], cluster, between)
    standing = {cluster.representative: by_id[cluster.representative] for cluster in clusters.clusters}
    # Old versions first: a text goes into another only where that one stays.
    _drop_old_versions(standing, left_out, clusters.relations, settings)
    _drop_contained(standing, left_out, clusters.relations, settings)
    stays = [
        (document, _why(clusters.of(document.article.id)))
        for document in documents
        if document.article.id in standing
    ]
    return stays, [
        _with_what_stays(left_out[document.article.id], left_out)
        for document in documents
        if document.article.id in left_out
    ]


def _with_what_stays(item: LeftOut, left_out: dict[str, LeftOut]) -> LeftOut:
    """Name the document that stays at the end of a chain: a copy of an old version leads to the new one."""
    last = item.representative
    while last is not None and last in left_out:
        last = left_out[last].representative
    return replace(item, representative=last)


def _copy(document: Document, cluster: Cluster, between: dict[frozenset[str], Relation]) -> LeftOut:
    relation = between.get(frozenset((document.article.id, cluster.representative)))
    if relation is None:
        evidence = f"Tied to {cluster.representative} through other copies of the cluster."
    elif relation.relation is RelationKind.EXACT:
        evidence = f"The same text as {cluster.representative}."
    else:
        evidence = (
            f"{relation.similarity:.0%} of the 5-word sequences of both are shared with "
            f"{cluster.representative}."
        )
    reason = relation.relation.value if relation else RelationKind.NEAR_DUPLICATE.value
    return LeftOut(document, reason, evidence, relation, cluster.representative)


def _drop_contained(
    standing: dict[str, Document],
    left_out: dict[str, LeftOut],
    relations: Sequence[Relation],
    settings: CorpusSettings,
) -> None:
    """Drop what another standing text carries whole, the shortest first: the largest carrier stays."""
    if settings.keep_contained:
        return
    carriers: defaultdict[str, list[tuple[str, Relation]]] = defaultdict(list)
    for relation in relations:
        if relation.relation is RelationKind.CONTAINS:
            inner, outer = sorted(
                (relation.a, relation.b), key=lambda me: (-_share_carried(relation, me), me)
            )
            carriers[inner].append((outer, relation))
    for me in sorted(standing, key=lambda me: (len(standing[me].article.text), me)):
        for other, relation in carriers[me]:
            share = _share_carried(relation, me)
            if other in standing and share >= settings.whole_share:
                evidence = f"{share:.0%} of its 5-word sequences stand in {other}."
                kind = RelationKind.CONTAINS.value
                left_out[me] = LeftOut(standing.pop(me), kind, evidence, relation, other)
                break


def _share_carried(relation: Relation, article_id: str) -> float:
    return relation.containment_a if relation.a == article_id else relation.containment_b


def _drop_old_versions(
    standing: dict[str, Document],
    left_out: dict[str, LeftOut],
    relations: Sequence[Relation],
    settings: CorpusSettings,
) -> None:
    """Of two versions of a story the later stays; without two dates the longer."""
    if settings.keep_versions:
        return
    for relation in relations:
        if relation.relation is not RelationKind.UPDATED_VERSION:
            continue
        if relation.a not in standing or relation.b not in standing:
            continue
        older, newer = _by_age(standing[relation.a], standing[relation.b])
        me = older.article.id
        share = _share_carried(relation, me)
        if share >= settings.version_share:
            evidence = f"{newer.article.id}, a later state of the story, carries {share:.0%} of it."
            kind = RelationKind.UPDATED_VERSION.value
            left_out[me] = LeftOut(standing.pop(me), kind, evidence, relation, newer.article.id)


def _by_age(a: Document, b: Document) -> tuple[Document, Document]:
    """The older and the newer of two; where one has no date, or both the same, the shorter and the longer."""
    dates = [document.article.modified or document.article.published for document in (a, b)]
    if dates[0] and dates[1] and dates[0] != dates[1]:
        return (a, b) if dates[0] < dates[1] else (b, a)
    older, newer = sorted((a, b), key=lambda document: (len(document.article.text), document.article.id))
    return older, newer


def _why(cluster: Cluster) -> str:
    if len(cluster.members) == 1:
        return "only_copy"
    return f"representative of {len(cluster.members)}: {cluster.reason}"


# ------------------------------------------------------------------------------------ what is written


def _content(
    kept: Sequence[tuple[Document, str]],
    left_out: Sequence[LeftOut],
    clusters: Clusters,
    gathering: Gathering | None,
) -> CorpusContent:
    records = (
        _manifest_record(seed_name(number, document.article.id, len(kept)), document, why, clusters)
        for number, (document, why) in enumerate(kept)
    )
    documents = (_removed_document(item) for item in left_out)
    blocks = (record for document, _ in kept for record in _removed_blocks(document))
    return CorpusContent(
        documents=zip(records, (document.article.text for document, _ in kept), strict=True),
        removed=chain(documents, blocks),
        relations=clusters.relations,
        gathering=gathering,
    )


def _manifest_record(name: str, document: Document, why: str, clusters: Clusters) -> ManifestRecord:
    article = document.article
    cluster = clusters.of(article.id)
    return ManifestRecord(
        file=name,
        id=article.id,
        sha256=digest_of(article.text),
        url=article.url,
        title=article.title,
        authors=article.authors,
        published=article.published,
        publisher=article.publisher,
        language=article.language,
        origin=clusters.origins.get(article.id),
        cluster=cluster.id,
        family=cluster.family,
        relation=why,
        relevance=article.relevance,
        rights=article.rights,
        findings=tuple(finding.id for finding in document.findings),
        verdict=document.verdict,
    )


def _removed_document(item: LeftOut) -> RemovedRecord:
    relation = item.relation
    # When a page came and which list named it first are chances of the network; the corpus is free of them.
    article = item.document.article.model_copy(update={"fetched": None, "found_by": None})
    return RemovedRecord(
        what="document",
        id=item.document.article.id,
        source=item.document.source,
        reason=item.reason,
        evidence=item.evidence,
        finding=item.finding,
        representative=item.representative,
        relation=relation.relation if relation else None,
        similarity=relation.similarity if relation else None,
        text=item.document.original,
        article=article,
    )


def _removed_blocks(document: Document) -> list[RemovedRecord]:
    """What was cut from a document that stays, then what was mended in it."""
    cuts = [
        RemovedRecord(
            what="block",
            id=document.article.id,
            source=document.source,
            line=cut.line,
            reason=cut.reason,
            evidence=cut.evidence,
            text=cut.text,
        )
        for cut in document.cuts
    ]
    return cuts + [
        RemovedRecord(
            what="line",
            id=document.article.id,
            source=document.source,
            line=repair.line,
            reason="repaired",
            evidence=repair.evidence,
            text=repair.before,
            mended=repair.after,
        )
        for repair in document.repairs
    ]
