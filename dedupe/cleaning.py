"""The recipe of the cleaning: cut furniture, check, relate, choose what stays, write, report."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence, Sized
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import chain, filterfalse, islice
from operator import itemgetter
from pathlib import Path

from dedupe.boilerplate import cut_boilerplate
from dedupe.choosing import LeftOut, Standing, choose, standing_of
from dedupe.corpus import (
    CorpusContent,
    check_target,
    corpus_settings,
    digest_of,
    seed_name,
    write_corpus,
)
from dedupe.decisions import LEFT_OUT, Decisions, read_decisions
from dedupe.documents import (
    OUR_ID,
    AssessedDocuments,
    Documents,
    FiledDocument,
    LookedAt,
    NumbersById,
    Unwanted,
    filed,
    mended_in,
)
from dedupe.duplicates import find_duplicates
from dedupe.engines import engine
from dedupe.files import run_lock
from dedupe.ids import document_id
from dedupe.models import (
    EARLIER_VERSION,
    Article,
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
from dedupe.others import check_others, is_other, others
from dedupe.progress import Counted, Progress, silent
from dedupe.quality import assess
from dedupe.quality.checks.enormous_file import EnormousFile, is_far_too_long
from dedupe.quality.registry import check_names
from dedupe.repair import mended_article, repairs_of, taken_out
from dedupe.report import Report, write_report
from dedupe.settings import CorpusSettings, DedupeSettings
from dedupe.spool import Spool, StoredArticles

__all__ = ["SHARES", "clean"]

# Shares of the steps in the time of a cleaning, of 100,000 articles of 620 words on two cores.
SHARES = {
    "read": 0.18,
    "count": 0.02,
    "cut": 0.25,
    "against": 0.0,  # how large other corpora are is not known
    "tidy": 0.03,
    "sketch": 0.05,
    "compare": 0.18,
    "write": 0.07,
    "report": 0.22,
}

_IN_OTHER_CORPUS = "in_other_corpus"  # the reason, however the two relate

Gone = tuple[int, LeftOut]
"""Number of a document that does not stay, and why."""


def clean(
    articles: Iterable[Article],
    folder: Path,
    settings: DedupeSettings | None = None,
    *,
    gathering: Gathering | None = None,
    against: Sequence[Path] = (),
    progress: Progress = silent,
) -> Report:
    """Write the deduplicated corpus of some articles into a folder, with its report.

    Args:
        articles: in the order in which the corpus shall number them.
        folder: new, empty, or written by an earlier run; nothing else is touched.
        settings: of every step; None: those that stand in the folder, else the defaults. They are kept in the
            folder's `seedbed.toml`, unless one that nobody but its author writes stands there.
        gathering: what the crawl did that found them, for the report.
        against: other corpora; what stands there already does not stay here.
    Raises:
        CorpusFolderError: the folder holds what Seedbed did not write, or cannot be written; or one of the
            others is no corpus.
        CorpusLockedError: another run is writing it.
        SettingsError: the settings name a check or a kind that is none.
        InputFormatError: a reviewer's decisions stand there, and cannot be read.
    """
    settings = settings or corpus_settings(folder)
    check_names(settings.quality)
    check_target(folder)
    check_others(against, folder)
    decisions = read_decisions(folder)
    stream, known = iter(articles), len(articles) if isinstance(articles, Sized) else None
    first = list(islice(stream, 1))  # an input that cannot be read shows before anything is written
    with run_lock(folder, "dedupe clean"), Documents(folder) as documents:
        incoming = chain(first, stream)
        counted = incoming if known is None else Counted(incoming, known)
        stays = _cleaned(counted, documents, folder, settings, decisions, gathering, against, progress)
        assessed = AssessedDocuments(documents, stays)
        for last in progress([assessed], "report"):
            report = write_report(folder, settings, decisions.day, last)
        return report


def _cleaned(
    articles: Iterable[Article],
    documents: Documents,
    folder: Path,
    settings: DedupeSettings,
    decisions: Decisions,
    gathering: Gathering | None,
    against: Sequence[Path],
    progress: Progress,
) -> NumbersById:
    """Fill the documents and write the corpus; article id -> number of a document that stays."""
    left_out: list[Gone] = []
    usable, unwanted = _read(articles, documents, left_out, folder, settings, decisions, progress)
    elsewhere = others(against, folder, progress)
    clusters = find_duplicates(documents.articles(usable).with_more(elsewhere), settings, progress)
    stays, copies = _chosen(documents, usable, clusters, elsewhere, settings.corpus)
    gone = [*left_out, *unwanted, *copies]
    content = _content(documents, stays, gone, clusters, gathering, progress)
    write_corpus(folder, replace(content, settings=settings))
    return NumbersById(documents, stays)


# ------------------------------------------------------------------------------------- one by one


def _read(
    articles: Iterable[Article],
    documents: Documents,
    left_out: list[Gone],
    folder: Path,
    settings: DedupeSettings,
    decisions: Decisions,
    progress: Progress,
) -> tuple[Sequence[int], list[Gone]]:
    """Cut the furniture, assess what is left, and set apart what no corpus wants.

    Left out are a second article under the same id, and one that is far too long to be read.

    Returns:
        Numbers of the documents that are compared, and those that are not.
    """
    usable, unwanted = array("q"), list[Gone]()
    work = engine(settings.engine)
    look = partial(_looked_at, settings=settings, decisions=decisions)
    finish = partial(_finished, settings=settings, decisions=decisions)
    with Spool(folder, LookedAt.to_bytes, LookedAt.from_bytes) as looked_at:
        taken = _taken(progress(articles, "read"), documents, left_out, settings)
        for data in work.map(look, taken):
            looked_at.append_bytes(data)
        cut = cut_boilerplate(_Mended(looked_at, progress), settings)
        for document in work.map(finish, zip(looked_at.all_bytes(), cut, strict=True)):
            number = documents.add(document)
            if document.unwanted is None:
                usable.append(number)
            else:
                unwanted.append((number, _unwanted(document.unwanted)))
    return usable, unwanted


class _Mended:
    """The articles as the cut reads them, twice."""

    def __init__(self, looked_at: Spool[LookedAt], progress: Progress) -> None:
        self._looked_at = looked_at
        self._steps = iter(("count", "cut"))
        self._progress = progress

    def __iter__(self) -> Iterator[Article]:
        records = Counted(self._looked_at.all_bytes(), len(self._looked_at))
        return map(mended_in, self._progress(records, next(self._steps)))


def _taken(
    articles: Iterable[Article], documents: Documents, left_out: list[Gone], settings: DedupeSettings
) -> Iterator[Article]:
    """The articles that are looked at; the others are added to those left out."""
    fetched: dict[str, datetime | None] = {}
    for incoming in articles:
        article = _named(incoming)
        if article.id in fetched:
            number = documents.add(filed(_as_it_came(article)))
            left_out.append((number, _same_address(article, fetched[article.id])))
        elif is_far_too_long(article, settings.quality):
            number = documents.add(filed(_as_it_came(article)))
            left_out.append((number, _far_too_long(article, settings.quality.most_characters)))
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


def _as_it_came(article: Article) -> Document:
    return Document(article=article, source=article.url or article.id, original=article.text)


def _same_address(article: Article, first: datetime | None) -> LeftOut:
    """A second article of an id; `first`: when the one that stays was fetched."""
    if EARLIER_VERSION in article.notes:
        said = [f"on {when:%Y-%m-%d %H:%M}" if when else "later" for when in (article.fetched, first)]
        evidence = f"What the page said {said[0]}; what it said {said[1]} stays."
        return LeftOut(RelationKind.UPDATED_VERSION.value, evidence, representative=article.id)
    evidence = f"The id {article.id} was there already; one address counts once."
    return LeftOut("same_address", evidence, representative=article.id)


def _far_too_long(article: Article, most: int) -> LeftOut:
    evidence = (
        f"{len(article.text):,} characters; articles have at most {most:,} (quality.most_characters). "
        "So long a text is not read: split it into its articles."
    )
    return LeftOut(EnormousFile.name, evidence)


def _looked_at(article: Article, settings: DedupeSettings, decisions: Decisions) -> bytes:
    """Mend before the cut: markup in the text, or a broken letter, misleads it."""
    findings = tuple(assess(article, settings, decisions))
    return LookedAt(article, findings, mended_article(article, findings)).to_bytes()


def _finished(
    left: tuple[bytes, tuple[Article, Sequence[Cut]]], settings: DedupeSettings, decisions: Decisions
) -> FiledDocument:
    """A document out of an article that was looked at, as it is after the cut."""
    looked_at, (article, cuts) = left
    document, known = _with_what_is_left(LookedAt.from_bytes(looked_at), article, cuts)
    findings = tuple(assess(document.article, settings, decisions)) if known is None else known
    document = document.model_copy(update={"findings": findings, "verdict": _verdict(findings)})
    return filed(document, _why_unwanted(document, settings.corpus, decisions))


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


def _verdict(findings: Sequence[Finding]) -> Verdict:
    actions = {finding.action for finding in findings if finding.accepted is None}
    return next((verdict for verdict in (Verdict.DROP, Verdict.REVIEW) if verdict in actions), Verdict.KEEP)


# ----------------------------------------------------------------------------------- what stays


def _why_unwanted(document: Document, settings: CorpusSettings, decisions: Decisions) -> Unwanted | None:
    """Why no corpus wants a document, before anything is compared with it."""
    decision = decisions.leaves_out(document.article.id)
    if decision is not None:
        by = f" ({decision.by})" if decision.by else ""
        return Unwanted(LEFT_OUT, f"A reviewer{by} left it out: {decision.because}", decision.finding)
    for finding in document.findings:
        if finding.action is Verdict.DROP and finding.accepted is None:
            return Unwanted(finding.kind, finding.reason, finding.id)
    relevance = document.article.relevance
    if relevance is not None and relevance < settings.least_relevance:
        evidence = f"Relevance {relevance:.2f} to the seeds; the least is {settings.least_relevance:.2f}."
        return Unwanted("off_topic", evidence)
    return None


def _unwanted(why: Unwanted) -> LeftOut:
    return LeftOut(why.reason, why.evidence, finding=why.finding)


def _chosen(
    documents: Documents,
    usable: Sequence[int],
    clusters: Clusters,
    elsewhere: StoredArticles,
    settings: CorpusSettings,
) -> tuple[list[int], list[Gone]]:
    """Numbers of the documents that stay, in the order they came; and the others, with the evidence."""
    numbers = NumbersById(documents, usable)
    there = {name: place for place, name in enumerate(elsewhere.ids)}

    def article(name: str) -> Article:
        return elsewhere[there[name]] if name in there else documents.article(numbers[name])

    left_out = choose(clusters, article, settings)
    gone = {numbers[name]: item for name, item in left_out.items()}
    return [number for number in usable if number not in gone], sorted(gone.items(), key=itemgetter(0))


# ------------------------------------------------------------------------------------ what is written


def _content(
    documents: Documents,
    stays: Sequence[int],
    left_out: Sequence[Gone],
    clusters: Clusters,
    gathering: Gathering | None,
    progress: Progress,
) -> CorpusContent:
    def seeds() -> Iterator[tuple[ManifestRecord, str]]:
        for place, number in enumerate(progress(stays, "write")):
            document = documents[number]
            name = seed_name(place, document.article.id, len(stays))
            standing = standing_of(document.article.id, clusters)
            yield _manifest_record(name, document, standing), document.article.text

    gone = (_removed_document(item, documents[number]) for number, item in left_out)
    touched = (documents[number] for number in stays if documents.is_touched(number))
    blocks = (record for document in touched for record in _removed_blocks(document))
    return CorpusContent(
        documents=seeds(),
        removed=chain(gone, blocks),
        relations=filterfalse(_is_elsewhere, clusters.relations),
        gathering=gathering,
    )


def _is_elsewhere(relation: Relation) -> bool:
    """Whether both are documents of other corpora: of one here and one there, that of here is the first."""
    return is_other(relation.a)


def _manifest_record(name: str, document: Document, standing: Standing) -> ManifestRecord:
    article = document.article
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
        origin=standing.origin,
        cluster=standing.cluster,
        family=standing.family,
        relation=standing.why,
        relevance=article.relevance,
        rights=article.rights,
        findings=tuple(finding.id for finding in document.findings),
        verdict=document.verdict,
    )


def _removed_document(item: LeftOut, document: Document) -> RemovedRecord:
    relation = item.relation
    # When a page came and which list named it first are chances of the network; the corpus is free of them.
    article = document.article.model_copy(update={"fetched": None, "found_by": None})
    return RemovedRecord(
        what="document",
        id=article.id,
        source=document.source,
        reason=_IN_OTHER_CORPUS if item.representative and is_other(item.representative) else item.reason,
        evidence=item.evidence,
        finding=item.finding,
        representative=item.representative,
        relation=relation.relation if relation else None,
        similarity=relation.similarity if relation else None,
        text=document.original,
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
