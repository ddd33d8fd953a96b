"""Articles into Spark: it reads what it can split among its workers, and the driver hands over the rest."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import partial, reduce
from itertools import islice
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
from py4j.protocol import Py4JError
from pydantic import ValidationError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sql

from dedupe.corpus import MANIFEST, documents_of
from dedupe.engines.spark.session import BATCH, kept, told
from dedupe.errors import InputFormatError
from dedupe.files import first_problem
from dedupe.inputs import (
    FIELDS,
    JSONL_SUFFIXES,
    Remote,
    Several,
    article_of,
    holds_seeds,
    parts_of,
    read_articles,
    records_among,
)
from dedupe.models import Article, ManifestRecord
from dedupe.others import each_once, named_here

__all__ = ["ARTICLE", "articles", "articles_of", "by_id", "others", "rows_of"]

log = logging.getLogger(__name__)

ARTICLE: Final = "id string, text string, facts string"
"""Columns of an article; `facts`: what else is known of it, as JSON."""
_SCHEMA = pa.schema([("id", pa.string()), ("text", pa.string()), ("facts", pa.string())])


def articles(session: SparkSession, source: Iterable[Article] | Path | Remote | Several) -> DataFrame:
    """Articles in their order, kept; JSONL and Parquet are read by the workers, all else by the driver.

    The files of a folder come in the order of their names, whatever order Spark would read them in.

    Raises:
        InputFormatError: there is no such file, or no article in it.
    """
    places = source.places if isinstance(source, Several) else (source,)
    found = []
    for place in places:
        rows = kept(_one_after_another(_frames(session, place)))
        if rows.isEmpty():
            raise InputFormatError(f"{place}: holds no article. A record needs `id` and `text`.")
        found.append(rows)
    return found[0] if len(found) == 1 else kept(_one_after_another(found))


def _frames(session: SparkSession, source: Iterable[Article] | Path | Remote) -> list[DataFrame]:
    """The articles of one place, a part of it after the other."""
    if isinstance(source, Remote):
        return [_of_remote(session, place) for place in _listed(session, source)]
    if isinstance(source, Path):
        return [_of_file(session, path) for path in _files(source)]
    return [_handed_over(session, source)]


def by_id(articles: DataFrame, *then: str) -> DataFrame:
    """Rows in ranges of ids, each sorted by id, then by other columns."""
    parallel = articles.sparkSession.sparkContext.defaultParallelism
    ranges = max(articles.rdd.getNumPartitions(), parallel)
    return articles.repartitionByRange(ranges, "id").sortWithinPartitions("id", *then)


def others(session: SparkSession, corpora: Sequence[Path]) -> list[DataFrame]:
    """The documents of other corpora, under the names that they have here; the workers read them."""
    return [
        session.read.text(_address(corpus / MANIFEST), lineSep="\n").mapInArrow(
            partial(_from_manifest, corpus=corpus, folder=corpus.absolute()), ARTICLE
        )
        for corpus in each_once(corpora)
    ]


def _files(source: Path) -> list[Path]:
    """What is read by itself: the files of records in a folder, a folder of seeds, a file."""
    if not source.exists():
        raise InputFormatError(f"{source}: there is no such file or folder.")
    return (parts_of(source) if source.is_dir() else []) or [source]


def _listed(session: SparkSession, source: Remote) -> list[str]:
    """The files of records at an address, as `parts_of` gives those of a folder."""
    files = session.read.format("binaryFile").option("recursiveFileLookup", "true")
    try:
        found = files.load(source.url).select("path").collect()
    except (PySparkException, Py4JError) as error:
        raise InputFormatError(f"{source}: Spark cannot read it: {told(error)}") from error
    places = [row.path for row in found]
    if holds_seeds(places):
        raise InputFormatError(
            f"{source}: holds seeds, which are read from a folder of this machine: give its path."
        )
    if not (records := records_among(places)):
        raise InputFormatError(f"{source}: Spark finds no .jsonl (also .gz) or .parquet there.")
    return records


def _address(path: Path) -> str:
    """A file of this machine as Spark names it."""
    return _literal(f"file://{path.absolute()}")


def _literal(place: str) -> str:
    """The name of one file, no sign of which stands for others."""
    return re.sub(r"([\[\]{}*?\\])", r"\\\1", place)


def _of_file(session: SparkSession, path: Path) -> DataFrame:
    found = _split(session, _address(path), str(path)) if path.is_file() else None
    return _handed_over(session, read_articles(path)) if found is None else found


def _of_remote(session: SparkSession, place: str) -> DataFrame:
    found = _split(session, _literal(place), place)
    if found is None:
        raise InputFormatError(f"{place}: Spark does not unpack it there: pack it as .gz, or not at all.")
    return found


def _split(session: SparkSession, address: str, name: str) -> DataFrame | None:
    """The articles of one file, which the workers read in ranges; None: of a kind that they do not."""
    if name.removesuffix(".gz").endswith(JSONL_SUFFIXES):
        lines = session.read.text(address, lineSep="\n").selectExpr("cast(value as binary) value")
        return lines.mapInArrow(partial(_from_lines, name=name), ARTICLE)
    if name.endswith(".parquet"):
        try:
            rows = _table(session, address)
        except PySparkException as error:
            raise InputFormatError(f"{name}: cannot be read as Parquet: {told(error)}") from error
        columns = rows.select([column for column in rows.columns if column in FIELDS])
        return columns.mapInArrow(partial(_from_rows, name=name), ARTICLE)
    return None


_NANOSECONDS: Final = "spark.sql.legacy.parquet.nanosAsLong"


def _table(session: SparkSession, address: str) -> DataFrame:
    """A file of Parquet. Spark knows no times of nanoseconds, as pandas writes them: they come as numbers."""
    session.conf.set(_NANOSECONDS, "false")
    try:
        return session.read.parquet(address)
    except PySparkException as error:
        if "NANOS" not in str(error):
            raise
    finally:
        session.conf.set(_NANOSECONDS, "true")  # when the file is read as well
    rows = session.read.parquet(address)
    times = {name for name, kind in rows.dtypes if kind == "bigint" and name in _TIMES}
    return rows.withColumns({name: sql.expr(f"timestamp_micros({name} div 1000)") for name in times})


_TIMES: Final = {"published", "modified", "fetched"}


def _one_after_another(frames: list[DataFrame]) -> DataFrame:
    """All rows in the order of the frames; in pairs: a long chain is planned in deep recursion."""
    while len(frames) > 1:
        pairs = [frames[start : start + 2] for start in range(0, len(frames), 2)]
        frames = [reduce(DataFrame.unionByName, pair) for pair in pairs]
    return frames[0]


def _handed_over(session: SparkSession, found: Iterable[Article]) -> DataFrame:
    batches = list(rows_of(found))
    return session.createDataFrame(pa.Table.from_batches(batches, _SCHEMA), ARTICLE)


def articles_of(ids: Sequence[str], texts: Sequence[str], facts: Sequence[str]) -> list[Article]:
    """The articles that rows hold."""
    return [
        Article.model_validate({"id": name, "text": text, **json.loads(known)})
        for name, text, known in zip(ids, texts, facts, strict=True)
    ]


def _from_lines(batches: Iterable[pa.RecordBatch], name: str) -> Iterator[pa.RecordBatch]:
    return rows_of(article for batch in batches for article in _parsed(batch.column(0).to_pylist(), name))


def _parsed(lines: Iterable[bytes], name: str) -> Iterator[Article]:
    """Articles of lines; those before them are another worker's, so a line is told by its beginning."""
    for line in lines:
        if not line.strip():
            continue
        try:
            known: object = json.loads(line)
        except (ValueError, RecursionError) as error:
            log.warning("%s, line %r: not JSON, skipped: %s", name, line[:80], error)
            continue
        yield from article_of(known, f"{name}, line {line[:80]!r}")


def _from_manifest(batches: Iterable[pa.RecordBatch], corpus: Path, folder: Path) -> Iterator[pa.RecordBatch]:
    """`folder`: where a worker, which runs elsewhere, finds the corpus."""
    for batch in batches:
        records = (_record(corpus, line) for line in batch.column(0).to_pylist())
        yield from rows_of(named_here(corpus, documents_of(folder, records)))


def _record(corpus: Path, line: str) -> ManifestRecord:
    try:
        return ManifestRecord.model_validate_json(line)
    except ValidationError as error:
        raise InputFormatError(
            f"{corpus / MANIFEST}: a line cannot be read: {first_problem(error)}: {line[:80]}"
        ) from error


def _from_rows(batches: Iterable[pa.RecordBatch], name: str) -> Iterator[pa.RecordBatch]:
    return rows_of(
        article for batch in batches for row in batch.to_pylist() for article in _of_row(row, name)
    )


def _of_row(row: dict[str, Any], name: str) -> Iterator[Article]:
    return article_of(row, f"{name}, row with the id {row.get('id')!r}")


def rows_of(articles: Iterable[Article]) -> Iterator[pa.RecordBatch]:
    """Rows that hold some articles."""
    stream = iter(articles)
    while some := list(islice(stream, BATCH)):
        facts = [article.model_dump_json(exclude={"id", "text"}, exclude_defaults=True) for article in some]
        columns = [[article.id for article in some], [article.text for article in some], facts]
        yield pa.record_batch(columns, schema=_SCHEMA)
