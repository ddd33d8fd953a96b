"""The cleaning of a corpus that no machine holds: the steps of one machine, on rows that Spark moves.

1. Articles get a place, in the order of the input, and are sorted by id: what came in under one id stands
   together, in the order in which it came.
2. Workers look at each article and mend it.
3. The lines of each site are counted by one task, in the order of the input. The lines that repeat, as
   numbers, go to all workers, which cut them, and look at what is left.
4. What is wanted is compared (`duplicates`); where whole components are decided on, what stays is chosen.
5. The driver, which holds the corpus folder, reads what stays and what goes, one document at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial, reduce
from itertools import filterfalse, islice, pairwise, starmap, tee
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import TypeAdapter
from pyspark import Broadcast
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sql

from dedupe.boilerplate.cutting import cut_counted
from dedupe.boilerplate.repeated import Counted, Repetition, SiteLines, site_key, site_lines
from dedupe.choosing import LeftOut, Standing, choose, standing_of
from dedupe.decisions import Decisions
from dedupe.documents import Cleaned, Documents, FiledDocument, article_in, document_from, filed, mended_in
from dedupe.engines.spark import reading
from dedupe.engines.spark.duplicates import SparkDuplicates
from dedupe.engines.spark.packed import part_of
from dedupe.engines.spark.reading import articles_of
from dedupe.engines.spark.session import kept
from dedupe.files import run_lock
from dedupe.inputs import Remote, Several
from dedupe.models import Article, Clusters
from dedupe.others import is_other
from dedupe.progress import Progress
from dedupe.settings import BoilerplateSettings, CorpusSettings, DedupeSettings
from dedupe.spool import Spool, article_from, article_json
from dedupe.steps import as_it_came, finish, look_at, named, sifted

__all__ = ["cleaned"]

_PLACED: Final = "id string, place long, article binary"
_PLACED_SCHEMA = pa.schema([("id", pa.string()), ("place", pa.int64()), ("article", pa.binary())])

# What a row holds; those that do not stay are told of in this order.
_NOT_READ, _UNWANTED, _COPY, _STAYS, _WANTED, _LOOKED_AT = range(6)
_TASKS_A_CORE: Final = 4  # that count lines: sites are not of one size
_TOGETHER: Final = 1024  # documents in a batch of rows: some 10 MB


class _Row(NamedTuple):
    """A document on its way; `why`: it does not stay, or where it stands."""

    id: str
    place: int
    turn: int
    document: bytes
    touched: bool = False
    why: bytes | None = None


_ROW: Final = "id string, place long, turn int, document binary, touched boolean, why binary"
_ROW_SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("place", pa.int64()),
        ("turn", pa.int32()),
        ("document", pa.binary()),
        ("touched", pa.bool_()),
        ("why", pa.binary()),
    ]
)

_LINES: Final = "part int, place long, packed binary, sizes binary"
_LINES_SCHEMA = pa.schema(
    [("part", pa.int32()), ("place", pa.int64()), ("packed", pa.binary()), ("sizes", pa.binary())]
)
_OFTEN: Final = "packed binary, counts binary"

_WHY = TypeAdapter(LeftOut)
_STANDING = TypeAdapter(Standing)

Batches = Iterable[pa.RecordBatch]


@contextmanager
def cleaned(
    session: SparkSession,
    source: Iterable[Article] | Path | Remote | Several,
    folder: Path,
    settings: DedupeSettings,
    decisions: Decisions,
    against: Sequence[Path],
    progress: Progress,
) -> Iterator[Cleaned]:
    """What a cleaning of some articles comes to; its documents lie in the file system of `folder`.

    Raises:
        CorpusLockedError: another run is writing the folder.
        InputFormatError: there is no article.
    """
    articles = reading.articles(session, source)
    with (
        run_lock(folder, "dedupe clean"),
        Spool(folder, bytes, bytes) as file,
        Spool(folder, _STANDING.dump_json, _STANDING.validate_json) as standing,
    ):
        documents = Documents(file)
        finished = _finished(
            session, _looked_at(articles, settings, decisions), settings, decisions, progress
        )
        wanted = finished.where(sql.col("turn") == _WANTED)
        texts = wanted.mapInArrow(_articles, reading.ARTICLE)
        if elsewhere := reading.others(session, against):
            texts = reading.by_id(reduce(DataFrame.unionByName, elsewhere, texts))
        found = SparkDuplicates(texts, settings.duplicates, partial(_choice, settings=settings.corpus))
        for each in progress([found], "compare"):
            fates = kept(_with_fates(wanted, each))
            for row in fates.where(sql.col("turn") == _STAYS).orderBy("place").toLocalIterator():
                documents.add(FiledDocument(bytes(row.document), row.id, row.touched, None))
                standing.append_bytes(bytes(row.why))
        gone = finished.where(sql.col("turn") != _WANTED).unionByName(fates.where(sql.col("turn") == _COPY))
        told = gone.orderBy("turn", "place").toLocalIterator()
        yield Cleaned(
            documents,
            range(len(documents)),
            standing,
            ((document_from(bytes(row.document)), _WHY.validate_json(bytes(row.why))) for row in told),
            found.relations(),
        )


def _looked_at(articles: DataFrame, settings: DedupeSettings, decisions: Decisions) -> DataFrame:
    """What `look_at` makes of the articles, in ranges of ids; and those that are not looked at."""
    placed = articles.withColumn("place", sql.monotonically_increasing_id()).mapInArrow(_named, _PLACED)
    ranges = reading.by_id(placed, "place")
    return kept(ranges.mapInArrow(partial(_look, settings=settings, decisions=decisions), _ROW))


def _finished(
    session: SparkSession,
    looked_at: DataFrame,
    settings: DedupeSettings,
    decisions: Decisions,
    progress: Progress,
) -> DataFrame:
    """All documents after the cut."""
    knobs = settings.boilerplate
    tasks = session.sparkContext.defaultParallelism * _TASKS_A_CORE
    lines = looked_at.mapInArrow(partial(_lines, tasks=tasks), _LINES)
    sites = lines.repartition(tasks, "part").sortWithinPartitions("place")
    for each in progress([sites.mapInArrow(partial(_often, knobs=knobs), _OFTEN)], "count"):
        often = each.collect()
    counted = session.sparkContext.broadcast(
        (
            np.frombuffer(b"".join(bytes(row.packed) for row in often), np.uint64),
            np.frombuffer(b"".join(bytes(row.counts) for row in often), np.uint32),
        )
    )
    return kept(
        looked_at.mapInArrow(partial(_finish, counted=counted, settings=settings, decisions=decisions), _ROW)
    )


def _with_fates(wanted: DataFrame, found: SparkDuplicates) -> DataFrame:
    """The documents, with what was chosen of each."""
    fates = found.said_of_each().select(
        sql.col("one").alias("id"),
        sql.when(sql.col("kind") == "stays", _STAYS).otherwise(_COPY).alias("turn"),
        sql.col("record").cast("binary").alias("why"),
    )
    return wanted.drop("turn", "why").join(fates, "id")


# --------------------------------------------------------------------------------------- on the workers


def _named(batches: Batches) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        articles = list(map(named, _of_batch(batch)))
        columns = [
            [article.id for article in articles],
            batch.column("place"),
            [article_json(article) for article in articles],
        ]
        yield pa.record_batch(columns, schema=_PLACED_SCHEMA)


def _of_batch(batch: pa.RecordBatch) -> list[Article]:
    return articles_of(*(batch.column(name).to_pylist() for name in ("id", "text", "facts")))


def _look(batches: Batches, settings: DedupeSettings, decisions: Decisions) -> Iterator[pa.RecordBatch]:
    """Sift the articles of a range of ids, and look at those that are wanted."""
    ours, theirs = tee(_values(batches, "place", "article"))
    articles = sifted((article_from(data) for _, data in theirs), settings)

    def rows() -> Iterator[_Row]:
        for (place, _), (article, why) in zip(ours, articles, strict=True):
            if why is None:
                yield _Row(article.id, place, _LOOKED_AT, look_at(article, settings, decisions))
            else:
                yield _of_document(filed(as_it_came(article)), place, _NOT_READ, why)

    return _batches(rows())


def _values(batches: Batches, *names: str) -> Iterator[tuple[Any, ...]]:
    for batch in batches:
        yield from zip(*(batch.column(name).to_pylist() for name in names), strict=True)


def _lines(batches: Batches, tasks: int) -> Iterator[pa.RecordBatch]:
    """The lines of each article, to the task that counts those of its site."""
    for batch in batches:
        found = batch.filter(pc.equal(batch.column("turn"), _LOOKED_AT))
        articles = [mended_in(data) for data in found.column("document").to_pylist()]
        lines = site_lines(articles)
        borders = list(pairwise(lines.first.tolist()))
        sites = np.array([site_key(article) for article in articles], np.uint64)
        columns = [
            part_of(sites, tasks).astype(np.int32),
            found.column("place"),
            [lines.keys[low:high].tobytes() for low, high in borders],
            [lines.sizes[low:high].tobytes() for low, high in borders],
        ]
        yield pa.record_batch(columns, schema=_LINES_SCHEMA)


def _often(batches: Batches, knobs: BoilerplateSettings) -> Iterator[pa.RecordBatch]:
    """The lines of some sites that stand on many stories; articles come in the order of the input."""
    repetition = Repetition()
    for batch in batches:
        keys = batch.column("packed").to_pylist()
        first = np.cumsum([0, *(len(packed) // 8 for packed in keys)])
        sizes = np.frombuffer(b"".join(batch.column("sizes").to_pylist()), np.int32)
        repetition.add(SiteLines(np.frombuffer(b"".join(keys), np.uint64), sizes, first), knobs.copy_share)
    often, counts = repetition.often(knobs.repeated_stories)
    yield pa.record_batch([[often.tobytes()], [counts.tobytes()]], names=["packed", "counts"])


def _finish(
    batches: Batches, counted: Broadcast[Any], settings: DedupeSettings, decisions: Decisions
) -> Iterator[pa.RecordBatch]:
    """Cut the articles that were looked at, and look at them again; the others pass."""
    table = Counted(*counted.value)
    for batch in batches:
        is_looked_at = pc.equal(batch.column("turn"), _LOOKED_AT)
        yield batch.filter(pc.invert(is_looked_at))
        found = batch.filter(is_looked_at)
        data = found.column("document").to_pylist()
        cut = cut_counted(map(mended_in, data), table, settings.boilerplate)
        left = (finish(each, settings, decisions) for each in zip(data, cut, strict=True))
        places = found.column("place").to_pylist()
        yield from _batches(starmap(_turned, zip(left, places, strict=True)))


def _turned(document: FiledDocument, place: int) -> _Row:
    if document.unwanted is None:
        return _of_document(document, place, _WANTED, None)
    return _of_document(document, place, _UNWANTED, document.unwanted)


def _articles(batches: Batches) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        yield from reading.rows_of(map(article_in, batch.column("document").to_pylist()))


def _choice(
    clusters: Clusters, members: Sequence[Article], settings: CorpusSettings
) -> Iterator[tuple[str, str, str]]:
    """Of each article of whole components, whether it stays."""
    articles = {article.id: article for article in members}
    left_out = choose(clusters, articles.__getitem__, settings)
    for name in filterfalse(is_other, articles):
        if name in left_out:
            yield "goes", name, _WHY.dump_json(left_out[name]).decode()
        else:
            yield "stays", name, _STANDING.dump_json(standing_of(name, clusters)).decode()


def _of_document(document: FiledDocument, place: int, turn: int, why: LeftOut | None) -> _Row:
    said = None if why is None else _WHY.dump_json(why)
    return _Row(document.id, place, turn, document.data, document.is_touched, said)


def _batches(rows: Iterable[_Row]) -> Iterator[pa.RecordBatch]:
    stream = iter(rows)
    while some := list(islice(stream, _TOGETHER)):
        yield pa.record_batch([list(column) for column in zip(*some, strict=True)], schema=_ROW_SCHEMA)
