"""The recipe of the cleaning: cut furniture, check, relate, choose what stays, write, report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Sized
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from itertools import chain, filterfalse, islice, starmap
from operator import itemgetter
from pathlib import Path

from dedupe.cache import Cache
from dedupe.choosing import LeftOut, Standing, choose, standing_of
from dedupe.corpus import (
    CorpusContent,
    check_target,
    corpus_settings,
    digest_of,
    seed_name,
    write_corpus,
)
from dedupe.decisions import Decisions, read_decisions
from dedupe.documents import (
    AssessedDocuments,
    Cleaned,
    Documents,
    NumbersById,
)
from dedupe.duplicates import find_duplicates
from dedupe.errors import SettingsError
from dedupe.files import run_lock
from dedupe.inputs import Remote, Several, estimated_count, read_articles
from dedupe.intake import Intake
from dedupe.models import (
    Article,
    Clusters,
    Document,
    Gathering,
    ManifestRecord,
    Relation,
    RemovedRecord,
)
from dedupe.others import check_others, is_other, others
from dedupe.progress import Counted, Progress, silent
from dedupe.quality.registry import check_names
from dedupe.report import Report, write_report
from dedupe.settings import CorpusSettings, DedupeSettings
from dedupe.spool import Chosen, StoredArticles, article_json
from dedupe.stages import Stages
from dedupe.stored_clusters import clusters_from, store_clusters

__all__ = ["SHARES", "clean"]

# Shares of the steps in the time of a cleaning, of 100,000 articles of 620 words on two cores.
SHARES = {
    "read": 0.13,
    "count": 0.02,
    "cut": 0.18,
    "against": 0.0,  # how large other corpora are is not known
    "tidy": 0.12,
    "sketch": 0.01,
    "compare": 0.11,
    "write": 0.14,
    "report": 0.29,
}

_IN_OTHER_CORPUS = "in_other_corpus"  # the reason, however the two relate

Gone = tuple[int, LeftOut]
"""Number of a document that does not stay, and why."""


def clean(
    articles: Iterable[Article] | Path | Remote | Several,
    folder: Path,
    settings: DedupeSettings | None = None,
    *,
    gathering: Gathering | None = None,
    against: Sequence[Path] = (),
    cache: Path | None = None,
    progress: Progress = silent,
) -> Report:
    """Write the deduplicated corpus of some articles into a folder, with its report.

    Args:
        articles: in the order in which the corpus shall number them; or the file or the folder that holds
            them, or several of these, which the engine spark has its workers read, also where only Spark
            finds it.
        folder: new, empty, or written by an earlier run; nothing else is touched.
        settings: of every step; None: those that stand in the folder, else the defaults. They are kept in the
            folder's `seedbed.toml`, unless one that nobody but its author writes stands there.
        gathering: what the crawl did that found them, for the report.
        against: other corpora; what stands there already does not stay here.
        cache: a file that keeps what was made of each article; a later run, on more articles or others,
            takes it from there where nothing that it was made from has changed. Made if it is not there.
        progress: is shown each step.

    Raises:
        CacheError: the file is no cache.
        CorpusFolderError: the folder holds what Seedbed did not write, or cannot be written; or one of the
            others is no corpus.
        CorpusLockedError: another run is writing it.
        SettingsError: the settings name a check or a kind that is none.
        InputFormatError: the articles, or a reviewer's decisions that stand there, cannot be read.
        WorkerError: a process that the work was given to died, or Spark gave up.
    """
    settings = settings or corpus_settings(folder)
    check_names(settings.quality)
    check_target(folder)
    check_others(against, folder)
    decisions = read_decisions(folder)
    if settings.engine.name == "spark":
        if cache is not None:
            raise SettingsError("--cache is a file of one machine: leave it out, or --engine spark.")
        found = _on_spark(articles, folder, settings, decisions, against, progress)
    else:
        found = _here(articles, folder, settings, decisions, against, cache, progress)
    with found as cleaned:
        content = _content(cleaned, gathering, progress)
        write_corpus(folder, replace(content, settings=settings))
        assessed = AssessedDocuments(cleaned.documents, NumbersById(cleaned.documents, cleaned.stays))
        for last in progress([assessed], "report"):
            report = write_report(folder, settings, decisions.day, last)
        return report


@contextmanager
def _here(
    articles: Iterable[Article] | Path | Remote | Several,
    folder: Path,
    settings: DedupeSettings,
    decisions: Decisions,
    against: Sequence[Path],
    cache: Path | None,
    progress: Progress,
) -> Iterator[Cleaned]:
    """All steps on this machine."""
    if isinstance(articles, Path | Remote | Several):
        about = estimated_count(articles)
        articles = Counted(read_articles(articles), about) if about else read_articles(articles)
    kept = None if cache is None else Cache(cache, decisions.day)
    stream, known = iter(articles), len(articles) if isinstance(articles, Sized) else None
    first = list(islice(stream, 1))  # an input that cannot be read shows before anything is written
    with run_lock(folder, "dedupe clean"), Stages(folder, settings, decisions) as stages:
        incoming = chain(first, stream)
        counted = incoming if known is None else Counted(incoming, known)
        with kept or nullcontext():
            documents = Intake(stages, settings, decisions, progress, kept).documents(counted)
        usable = documents.usable()
        elsewhere = others(against, folder, progress)
        clusters = _related(documents.articles(usable), elsewhere, stages, settings, progress)
        stays, copies = _chosen(documents, usable, clusters, elsewhere, settings.corpus)
        yield Cleaned(
            documents,
            stays,
            Chosen(lambda number: standing_of(documents.id(number), clusters), stays),
            ((documents[number], why) for number, why in [*documents.unwanted.items(), *copies]),
            clusters.relations,
        )


@contextmanager
def _on_spark(
    articles: Iterable[Article] | Path | Remote | Several,
    folder: Path,
    settings: DedupeSettings,
    decisions: Decisions,
    against: Sequence[Path],
    progress: Progress,
) -> Iterator[Cleaned]:
    """All steps on a cluster."""
    from dedupe.engines.spark import cleaned, spark_session

    with (
        spark_session(settings.engine.master) as session,
        cleaned(session, articles, folder, settings, decisions, against, progress) as found,
    ):
        yield found


# ----------------------------------------------------------------------------------- what stays


def _related(
    articles: StoredArticles,
    elsewhere: StoredArticles,
    stages: Stages,
    settings: DedupeSettings,
    progress: Progress,
) -> Clusters:
    """How articles relate to one another and to those of other corpora."""
    stages.input_is_also(map(article_json, elsewhere))
    finished = stages.taken_up("clusters")
    if finished is not None:
        return clusters_from(finished)
    clusters = find_duplicates(articles.with_more(elsewhere), settings, progress)
    found = stages.begin("clusters")
    store_clusters(clusters, found)
    stages.finish(found)
    return clusters


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


def _content(cleaned: Cleaned, gathering: Gathering | None, progress: Progress) -> CorpusContent:
    documents, stays = cleaned.documents, cleaned.stays

    def seeds() -> Iterator[tuple[ManifestRecord, str]]:
        numbers = enumerate(progress(stays, "write"))
        for (place, number), standing in zip(numbers, cleaned.standing, strict=True):
            document = documents[number]
            name = seed_name(place, document.article.id, len(stays))
            yield _manifest_record(name, document, standing), document.article.text

    gone = starmap(_removed_document, cleaned.gone)
    touched = (documents[number] for number in stays if documents.is_touched(number))
    blocks = (record for document in touched for record in _removed_blocks(document))
    return CorpusContent(
        documents=seeds(),
        removed=chain(gone, blocks),
        relations=filterfalse(_is_elsewhere, cleaned.relations),
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


def _removed_document(document: Document, item: LeftOut) -> RemovedRecord:
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
