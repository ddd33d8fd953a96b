"""The recipe of the cleaning: cut furniture, check, relate, choose what stays, write, report."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence, Sized
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import chain, filterfalse, islice, starmap
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
from dedupe.decisions import Decisions, read_decisions
from dedupe.documents import (
    AssessedDocuments,
    Cleaned,
    Documents,
    LookedAt,
    NumbersById,
    filed,
    mended_in,
)
from dedupe.duplicates import find_duplicates
from dedupe.engines import engine
from dedupe.errors import SettingsError
from dedupe.files import run_lock
from dedupe.inputs import estimated_count, read_articles
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
from dedupe.spool import Chosen, Spool, StoredArticles
from dedupe.steps import as_it_came, as_left_out, finish, look_at, named, sifted

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
    articles: Iterable[Article] | Path,
    folder: Path,
    settings: DedupeSettings | None = None,
    *,
    gathering: Gathering | None = None,
    against: Sequence[Path] = (),
    progress: Progress = silent,
) -> Report:
    """Write the deduplicated corpus of some articles into a folder, with its report.

    Args:
        articles: in the order in which the corpus shall number them; or the file or the folder that holds
            them, which the engine spark has its workers read.
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
        InputFormatError: the articles, or a reviewer's decisions that stand there, cannot be read.
        WorkerError: a process that the work was given to died, or Spark gave up.
    """
    settings = settings or corpus_settings(folder)
    check_names(settings.quality)
    check_target(folder)
    check_others(against, folder)
    decisions = read_decisions(folder)
    cleaned_by = _on_spark if settings.engine.name == "spark" else _here
    with cleaned_by(articles, folder, settings, decisions, against, progress) as cleaned:
        content = _content(cleaned, gathering, progress)
        write_corpus(folder, replace(content, settings=settings))
        assessed = AssessedDocuments(cleaned.documents, NumbersById(cleaned.documents, cleaned.stays))
        for last in progress([assessed], "report"):
            report = write_report(folder, settings, decisions.day, last)
        return report


@contextmanager
def _here(
    articles: Iterable[Article] | Path,
    folder: Path,
    settings: DedupeSettings,
    decisions: Decisions,
    against: Sequence[Path],
    progress: Progress,
) -> Iterator[Cleaned]:
    """All steps on this machine."""
    if isinstance(articles, Path):
        about = estimated_count(articles)
        articles = Counted(read_articles(articles), about) if about else read_articles(articles)
    stream, known = iter(articles), len(articles) if isinstance(articles, Sized) else None
    first = list(islice(stream, 1))  # an input that cannot be read shows before anything is written
    with run_lock(folder, "dedupe clean"), Documents(folder) as documents:
        incoming = chain(first, stream)
        counted = incoming if known is None else Counted(incoming, known)
        left_out: list[Gone] = []
        usable, unwanted = _read(counted, documents, left_out, folder, settings, decisions, progress)
        elsewhere = others(against, folder, progress)
        clusters = find_duplicates(documents.articles(usable).with_more(elsewhere), settings, progress)
        stays, copies = _chosen(documents, usable, clusters, elsewhere, settings.corpus)
        yield Cleaned(
            documents,
            stays,
            Chosen(lambda number: standing_of(documents.id(number), clusters), stays),
            ((documents[number], why) for number, why in [*left_out, *unwanted, *copies]),
            clusters.relations,
        )


@contextmanager
def _on_spark(
    articles: Iterable[Article] | Path,
    folder: Path,
    settings: DedupeSettings,
    decisions: Decisions,
    against: Sequence[Path],
    progress: Progress,
) -> Iterator[Cleaned]:
    """All steps on a cluster."""
    from dedupe.engines.spark import cleaned, spark_session

    if against:
        raise SettingsError("--against is read by one machine: leave out --engine spark.")
    with (
        spark_session(settings.engine.master) as session,
        cleaned(session, articles, folder, settings, decisions, progress) as found,
    ):
        yield found


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
    look = partial(look_at, settings=settings, decisions=decisions)
    finish_one = partial(finish, settings=settings, decisions=decisions)
    with Spool(folder, LookedAt.to_bytes, LookedAt.from_bytes) as looked_at:
        taken = _taken(progress(articles, "read"), documents, left_out, settings)
        for data in work.map(look, taken):
            looked_at.append_bytes(data)
        cut = cut_boilerplate(_Mended(looked_at, progress), settings)
        for document in work.map(finish_one, zip(looked_at.all_bytes(), cut, strict=True)):
            number = documents.add(document)
            if document.unwanted is None:
                usable.append(number)
            else:
                unwanted.append((number, as_left_out(document.unwanted)))
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
    for article, why in sifted(map(named, articles), settings):
        if why is None:
            yield article
        else:
            left_out.append((documents.add(filed(as_it_came(article))), why))


# ----------------------------------------------------------------------------------- what stays


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
