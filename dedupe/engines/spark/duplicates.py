"""Clusters and relations of a corpus that no machine holds, the same as one machine would find.

1. Documents are sorted by id, so that each has a number in that order; what is counted over all of them
   (their number, the mask of anchors) is known then.
2. Workers sketch batches. Keys of bands go to a partition for each band, where equal ones make candidates;
   documents of equal words are folded to the first, in each partition and again where they meet. Anchors, of
   which a corpus of any size keeps about `duplicates.anchors`, meet in one partition.
3. Candidates make components (`components`): nothing passes from one to another.
4. Whole components go to batches, where the functions of one machine decide on them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from hashlib import blake2b
from itertools import islice
from operator import attrgetter
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyspark import TaskContext
from pyspark.sql import DataFrame
from pyspark.sql import functions as sql

from dedupe.duplicates import find, lsh, minhash, shingles
from dedupe.duplicates.lsh import distinct
from dedupe.duplicates.result import folded
from dedupe.engines.spark.components import stars
from dedupe.engines.spark.packed import EDGE, PACKED, Kind, edges_of, gathered, part_of, routed, row
from dedupe.engines.spark.reading import articles_of
from dedupe.engines.spark.session import BATCH, kept
from dedupe.errors import InputFormatError
from dedupe.models import Article, Carriage, Cluster, Clusters, Relation
from dedupe.settings import DuplicateSettings

__all__ = ["SparkDuplicates"]

_DOCUMENTS_A_PART: Final = 1 << 17  # whose numbers and edges one task holds: some megabytes
_DOCUMENTS_A_SLICE: Final = 1 << 22  # whose keys of one band one task sorts: 64 MB
_DOCUMENTS_TOGETHER: Final = 10_000  # in a batch of components that one task decides on: 100 MB with records

_EQUAL = np.dtype([("number", "<u4"), ("text", "<u8"), ("one", "<u8"), ("other", "<u8")])
_BAND = np.dtype([("key", "<u4"), ("number", "<u4"), ("fold", "<u8")])
_ANCHOR = np.dtype([("number", "<u4"), ("fold", "<u8"), ("anchor", "<u8")])

_COUNTED = "part int, documents long, characters long, twice string"
_LABEL = "number long, batch int, same long, packed binary"
_LABEL_SCHEMA = pa.schema(
    [("number", pa.int64()), ("batch", pa.int32()), ("same", pa.int64()), ("packed", pa.binary())]
)
_FOUND = "kind string, one string, other string, record string"
_FOUND_SCHEMA = pa.schema([(name, pa.string()) for name in ("kind", "one", "other", "record")])

Batches = Iterable[pa.RecordBatch]
Describe = Callable[[Clusters, Sequence[Article]], Iterator[tuple[str, str, str]]]


def _nothing(clusters: Clusters, members: Sequence[Article]) -> Iterator[tuple[str, str, str]]:  # noqa: ARG001
    return iter(())


@dataclass(frozen=True)
class _Plan:
    """What is counted over all documents, and how the work is cut up.

    Attributes:
        starts: partition -> the number of its first document.
        mask: of anchors.
        parts: into which numbers and edges are cut.
        slices: into which the keys of one band are cut, a power of two.
        batches: of components.
    """

    starts: dict[int, int]
    mask: int
    parts: int
    slices: int
    batches: int


class SparkDuplicates:
    """What there is to know of the copies of a corpus; worked out when it is first asked for.

    Args:
        articles: rows of `reading.ARTICLE` in ranges of ids, each sorted by id.
        describe: what else is to be said of the articles of whole components: rows (kind, id, record).
    """

    def __init__(
        self, articles: DataFrame, settings: DuplicateSettings, describe: Describe = _nothing
    ) -> None:
        self._context = articles.sparkSession.sparkContext
        self._articles = articles
        self._settings = settings
        self._describe = describe

    def clusters(self) -> Iterator[Cluster]:
        """All clusters, sorted by id.

        Raises:
            InputFormatError: two articles have one id.
        """
        return map(Cluster.model_validate_json, self._records("cluster"))

    def relations(self) -> Iterator[Relation]:
        """All pairs that are not unrelated, sorted.

        Raises:
            InputFormatError: as `clusters`.
        """
        return map(Relation.model_validate_json, self._records("relation"))

    def syndication(self) -> Iterator[Carriage]:
        """Who carried whom, sorted by carrier.

        Raises:
            InputFormatError: as `clusters`.
        """
        return map(Carriage.model_validate_json, self._records("carriage"))

    def said_of_each(self) -> DataFrame:
        """What `describe` said: rows (kind, one, other, record), `one` the id.

        Raises:
            InputFormatError: as `clusters`.
        """
        return self._found.where(~sql.col("kind").isin("cluster", "relation", "carriage"))

    def _records(self, kind: str) -> Iterator[str]:
        rows = self._found.where(sql.col("kind") == kind).orderBy("one", "other").select("record")
        return (found.record for found in rows.toLocalIterator())

    @cached_property
    def _found(self) -> DataFrame:
        documents = kept(self._articles)
        plan = self._plan(documents)
        self._articles.sparkSession.conf.set("spark.sql.shuffle.partitions", str(plan.parts))
        sketched = kept(
            documents.select("text").mapInArrow(
                partial(_sketched, plan=plan, settings=self._settings), PACKED
            )
        )
        equal = kept(
            _to_parts(sketched, Kind.EQUAL, plan.parts).mapInArrow(partial(_equal, parts=plan.parts), PACKED)
        )
        groups = int(equal.agg(sql.sum("total")).first()[0])
        pairs = kept(self._pairs(sketched, plan, groups))
        links = equal.where(sql.col("kind") == int(Kind.LINK))
        star = stars(pairs.unionByName(links), plan.parts)
        same = equal.where(sql.col("kind") == int(Kind.SAME))
        return kept(self._decided(documents, plan, groups, pairs.unionByName(star).unionByName(same)))

    def _plan(self, documents: DataFrame) -> _Plan:
        counted = sorted(documents.select("id", "text").mapInArrow(_counted, _COUNTED).collect())
        twice = [found.twice for found in counted if found.twice is not None]
        if twice:
            raise InputFormatError(f"Two articles have the id {min(twice)!r}. Give each its own.")
        starts, total = {}, 0
        for found in counted:
            starts[found.part] = total
            total += found.documents
        least = 2 * self._context.defaultParallelism
        return _Plan(
            starts,
            find.anchor_mask(sum(found.characters for found in counted), self._settings.anchors),
            parts=max(least, total // _DOCUMENTS_A_PART),
            slices=1 << max(0, (total // _DOCUMENTS_A_SLICE).bit_length()),
            batches=max(least, total // _DOCUMENTS_TOGETHER),
        )

    def _pairs(self, sketched: DataFrame, plan: _Plan, groups: int) -> DataFrame:
        """Pairs of groups worth comparing, each once."""
        tasks = (
            plan.parts if plan.slices == 1 else plan.slices * len(find.room_for_keys(0, self._settings).keys)
        )
        bands = _to_parts(sketched, Kind.BAND, tasks).sortWithinPartitions("part")
        anchors = _to_parts(sketched, Kind.ANCHOR, 1)
        found = bands.mapInArrow(partial(_band_pairs, parts=plan.parts), PACKED).unionByName(
            anchors.mapInArrow(
                partial(_anchor_pairs, plan=plan, groups=groups, settings=self._settings), PACKED
            )
        )
        return found.repartition(plan.parts, "part").mapInArrow(partial(_once, parts=plan.parts), PACKED)

    def _decided(self, documents: DataFrame, plan: _Plan, groups: int, edges: DataFrame) -> DataFrame:
        few = groups <= self._settings.event_texts
        batches = 1 if few else plan.batches
        settings = self._settings if few else self._settings.model_copy(update={"event_texts": 0})
        labelled = kept(
            edges.repartition(plan.parts, "part").mapInArrow(partial(_labelled, cut=batches), _LABEL)
        )
        labels = labelled.where("packed is null").select("number", "batch", "same")
        # Of each partition Spark numbers the rows from 0, behind the partition's own number.
        starts = sql.array(*(sql.lit(plan.starts[part]).cast("long") for part in range(len(plan.starts))))
        numbered = documents.withColumn("own", sql.monotonically_increasing_id()).withColumn(
            "number", starts[sql.shiftright("own", 33)] + sql.col("own").bitwiseAND((1 << 33) - 1)
        )
        numbered = numbered.withColumn("own", (sql.col("number") % batches).cast("int"))
        told = numbered.join(labels.hint("shuffle_hash"), "number", "left").select(
            sql.coalesce("batch", "own").alias("batch"),
            "number",
            "id",
            # Of equal texts one is enough: a million copies of a text weigh what their records do.
            sql.when(sql.col("same").isNull(), sql.col("text")).alias("text"),
            "facts",
            "same",
            sql.lit(None).cast("binary").alias("packed"),
        )
        pairs = labelled.where("packed is not null").selectExpr(
            "batch",
            "cast(null as long) number",
            "cast(null as string) id",
            "cast(null as string) text",
            "cast(null as string) facts",
            "cast(null as long) same",
            "packed",
        )
        moved = told.unionByName(pairs).repartition(batches, "batch")
        return moved.mapInArrow(partial(_found_in_batch, settings=settings, describe=self._describe), _FOUND)


def _to_parts(frame: DataFrame, kind: Kind, parts: int) -> DataFrame:
    return frame.where(sql.col("kind") == int(kind)).repartition(parts, "part")


# -------------------------------------------------------------------------------- documents to numbers


def _counted(batches: Batches) -> Iterator[pa.RecordBatch]:
    """How many documents and characters a partition has, and the first id that it has twice."""
    documents, characters, before, twice = 0, 0, None, None
    for batch in batches:
        ids = batch.column(0).to_pylist()
        documents += len(ids)
        characters += sum(map(len, batch.column(1).to_pylist()))
        for name in ids:
            twice = name if name == before and twice is None else twice
            before = name
    columns = {"part": [_place()], "documents": [documents], "characters": [characters], "twice": [twice]}
    schema = pa.schema(
        [("part", pa.int32()), ("documents", pa.int64()), ("characters", pa.int64()), ("twice", pa.string())]
    )
    yield pa.RecordBatch.from_pydict(columns, schema)


def _place() -> int:
    context = TaskContext.get()
    assert context is not None  # only workers ask
    return int(context.partitionId())


def _sketched(batches: Batches, plan: _Plan, settings: DuplicateSettings) -> Iterator[pa.RecordBatch]:
    """What the texts of a partition are known by, where it is compared with others."""
    first, seen = plan.starts[_place()], set[tuple[int, int]]()
    for batch in batches:
        raw = batch.column(0).to_pylist()
        bands = find.room_for_keys(len(raw), settings)
        texts, sketches = find.tidy_and_sketch(raw, plan.mask, settings, bands)
        numbers = np.arange(first, first + len(texts))
        first += len(texts)
        equal = _equal_keys(raw, numbers, sketches, settings)
        yield from routed(Kind.EQUAL, part_of(equal["one"], plan.parts), equal)
        new = _not_seen(equal, seen)
        folds = equal["one"] ^ shingles.mix(equal["other"])
        yield from _band_rows(bands.keys[:, : len(texts)], numbers, folds, new & (sketches.kept > 0), plan)
        owners = np.repeat(np.arange(len(texts)), sketches.anchor_counts)
        anchors = np.empty(len(owners), _ANCHOR)
        anchors["number"], anchors["fold"] = numbers[owners], folds[owners]
        anchors["anchor"] = sketches.anchors
        yield row(Kind.ANCHOR, 0, anchors[new[owners]])


def _equal_keys(
    raw: Sequence[str], numbers: NDArray[np.int64], sketches: minhash.Sketches, settings: DuplicateSettings
) -> NDArray[Any]:
    """Two hashes that texts share which `find.group_equal` puts into one group."""
    keys = np.empty(len(raw), _EQUAL)
    keys["number"] = numbers
    keys["text"] = [_hashed(text) for text in raw]
    keys["one"] = sketches.digests[:, 0]
    keys["other"] = shingles.mix(sketches.digests[:, 1] + shingles.mix(sketches.lengths.astype(np.uint64)))
    for place in np.flatnonzero(sketches.kept < settings.least_words).tolist():
        text = folded(Article(id="-", text=raw[place]))
        keys["other"][place] ^= np.uint64(_hashed(text or f"{numbers[place]}"))
    return keys


def _hashed(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")


def _not_seen(equal: NDArray[Any], seen: set[tuple[int, int]]) -> NDArray[np.bool_]:
    """Which documents are the first of their words in this partition."""
    new = np.ones(len(equal), bool)
    for place, key in enumerate(zip(equal["one"].tolist(), equal["other"].tolist(), strict=True)):
        new[place] = key not in seen
        seen.add(key)
    return new


def _band_rows(
    keys: NDArray[np.uint32],
    numbers: NDArray[np.int64],
    folds: NDArray[np.uint64],
    chosen: NDArray[np.bool_],
    plan: _Plan,
) -> Iterator[pa.RecordBatch]:
    """Keys of each band, to the partition of the band and of a range of keys."""
    rows = np.empty(int(chosen.sum()), _BAND)
    rows["number"], rows["fold"] = numbers[chosen], folds[chosen]
    for band, own in enumerate(keys):
        rows["key"] = own[chosen]
        slices = rows["key"].astype(np.int64) * plan.slices >> 32
        yield from routed(Kind.BAND, band * plan.slices + slices, rows)


# --------------------------------------------------------------------------------- numbers to candidates


def _equal(batches: Batches, parts: int) -> Iterator[pa.RecordBatch]:
    """Documents of equal words, each with the first of them; and how many groups there are."""
    rows = np.frombuffer(gathered(batches).get(Kind.EQUAL, b""), _EQUAL)
    rows = rows[np.lexsort((rows["number"], rows["other"], rows["one"]))]
    again = np.zeros(len(rows), bool)
    again[1:] = (rows["one"][1:] == rows["one"][:-1]) & (rows["other"][1:] == rows["other"][:-1])
    first = rows[np.maximum.accumulate(np.where(again, 0, np.arange(len(rows))))]
    yield row(Kind.EQUAL, 0, np.empty(0, EDGE), total=int((~again).sum()))
    for kind, chosen in ((Kind.LINK, again), (Kind.SAME, again & (rows["text"] == first["text"]))):
        own = _edges(rows["number"][chosen], first["number"][chosen])
        yield from routed(kind, part_of(own["a"], parts), own)


def _band_pairs(batches: Batches, parts: int) -> Iterator[pa.RecordBatch]:
    """Pairs that share a band, by the rule of `lsh.band_pairs`; rows come band after band."""
    codes = [np.empty(0, np.uint64)]
    for packed in _by_part(batches):
        rows = np.frombuffer(packed, _BAND)
        rows = rows[np.argsort(rows["number"])]
        rows = rows[_first_of(rows["fold"])]
        places = np.arange(len(rows), dtype=np.uint32)
        pairs = rows["number"][lsh.band_pairs(np.ascontiguousarray(rows["key"])[None], places)]
        codes.append(pairs[:, 0].astype(np.uint64) << np.uint64(32) | pairs[:, 1])
    yield from _sent(distinct(np.concatenate(codes))[0], parts)


def _by_part(batches: Batches) -> Iterator[bytes]:
    """What each part holds, of rows that are sorted by their part."""
    current, pieces = -1, list[bytes]()
    for batch in batches:
        for part, packed in zip(batch.column(1).to_pylist(), batch.column(2).to_pylist(), strict=True):
            if part != current:
                yield b"".join(pieces)
                current, pieces = part, []
            pieces.append(packed)
    yield b"".join(pieces)


def _first_of(folds: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Places of the first of each, rising; mostly all are different, and a plain sort tells."""
    if len(distinct(folds)[0]) == len(folds):
        return np.arange(len(folds))
    return np.sort(np.unique(folds, return_index=True)[1])


def _anchor_pairs(
    batches: Batches, plan: _Plan, groups: int, settings: DuplicateSettings
) -> Iterator[pa.RecordBatch]:
    """Pairs that share anchors, by `lsh.anchor_pairs`."""
    rows = np.frombuffer(gathered(batches).get(Kind.ANCHOR, b""), _ANCHOR)
    if not len(rows):
        return
    rows = rows[np.argsort(rows["number"], kind="stable")]
    starts = np.flatnonzero(np.diff(rows["number"].astype(np.int64), prepend=-1))
    counts = np.diff(np.append(starts, len(rows)))
    chosen = np.zeros(len(starts), bool)
    chosen[_first_of(rows["fold"][starts])] = True
    numbers = rows["number"][starts[chosen]]
    anchors = np.ascontiguousarray(rows["anchor"][np.repeat(chosen, counts)])
    least = find.least_anchors(plan.mask, settings)
    pairs = numbers[lsh.anchor_pairs(anchors, counts[chosen], least, settings.meetings, corpus=groups)]
    yield from _sent(pairs[:, 0].astype(np.uint64) << np.uint64(32) | pairs[:, 1], plan.parts)


def _once(batches: Batches, parts: int) -> Iterator[pa.RecordBatch]:
    a, b = edges_of(gathered(batches).get(Kind.PAIR, b""))
    return _sent(distinct((a << 32 | b).astype(np.uint64))[0], parts)


def _sent(codes: NDArray[np.uint64], parts: int) -> Iterator[pa.RecordBatch]:
    pairs = _edges(codes >> np.uint64(32), codes & np.uint64(0xFFFFFFFF))
    return routed(Kind.PAIR, part_of(pairs["a"], parts), pairs)


def _edges(a: NDArray[Any], b: NDArray[Any]) -> NDArray[Any]:
    edges = np.empty(len(a), EDGE)
    edges["a"], edges["b"] = a, b
    return edges


# ------------------------------------------------------------------------------- components to relations


def _labelled(batches: Batches, cut: int) -> Iterator[pa.RecordBatch]:
    """The batch of each document that something ties to another, and the candidates of each batch."""
    found = gathered(batches)
    numbers, roots = edges_of(found.get(Kind.STAR, b""))
    outer = numbers > roots
    order = np.argsort(numbers[outer])
    numbers, roots = numbers[outer][order], roots[outer][order]
    same = np.full(len(numbers), -1)
    copies, firsts = edges_of(found.get(Kind.SAME, b""))
    same[np.searchsorted(numbers, copies)] = firsts
    columns = [
        pa.array(numbers),
        pa.array((roots % cut).astype(np.int32)),
        pa.array(same, mask=same < 0),
        pa.nulls(len(numbers), pa.binary()),
    ]
    yield pa.record_batch(columns, schema=_LABEL_SCHEMA)
    a, b = edges_of(found.get(Kind.PAIR, b""))
    own = np.append(roots, -1)[np.searchsorted(numbers, a)]
    own = np.where(np.append(numbers, -1)[np.searchsorted(numbers, a)] == a, own, a)
    for sent in routed(Kind.PAIR, own % cut, _edges(a, b)):
        none = pa.nulls(sent.num_rows, pa.int64())
        yield pa.record_batch([none, sent.column(1), none, sent.column(2)], schema=_LABEL_SCHEMA)


def _found_in_batch(
    batches: Batches, settings: DuplicateSettings, describe: Describe
) -> Iterator[pa.RecordBatch]:
    """The clusters and relations of whole components."""
    columns = defaultdict[str, list[Any]](list)
    for batch in batches:
        for name in ("number", "id", "text", "facts", "same", "packed"):
            columns[name] += batch.column(name).to_pylist()
    places = [place for place, packed in enumerate(columns["packed"]) if packed is None]
    if not places:
        return
    places.sort(key=columns["number"].__getitem__)
    numbers = np.array([columns["number"][place] for place in places])
    a, b = edges_of(b"".join(packed for packed in columns["packed"] if packed is not None))
    members = _members(columns, places)
    del columns
    own = attrgetter("text")
    texts, sketches = find.tidy_and_sketch(members, minhash.NO_ANCHORS, settings, minhash.NO_KEYS, own)
    grouped = find.group_equal(members, sketches, settings)
    groups = grouped.groups[np.searchsorted(numbers, np.stack([a, b], axis=1))]
    pairs = groups[np.lexsort((groups[:, 1], groups[:, 0]))]
    found = find.decided(grouped, texts, pairs, settings)
    yield from _rows(("cluster", each.id, "", each.model_dump_json()) for each in found.clusters)
    yield from _rows(("relation", each.a, each.b, each.model_dump_json()) for each in found.relations)
    yield from _rows(("carriage", each.carrier, "", each.model_dump_json()) for each in found.syndication)
    yield from _rows((kind, name, "", said) for kind, name, said in describe(found, members))


def _members(columns: dict[str, list[Any]], places: Sequence[int]) -> list[Article]:
    """The articles in the order of their numbers, one string for equal texts."""
    texts = {columns["number"][place]: columns["text"][place] for place in places}
    return articles_of(
        [columns["id"][place] for place in places],
        [
            texts[columns["number"][place] if (first := columns["same"][place]) is None else first]
            for place in places
        ],
        [columns["facts"][place] for place in places],
    )


def _rows(records: Iterable[tuple[str, str, str, str]]) -> Iterator[pa.RecordBatch]:
    stream = iter(records)
    while some := list(islice(stream, BATCH)):
        columns = [pa.array(column, pa.string()) for column in zip(*some, strict=True)]
        yield pa.record_batch(columns, schema=_FOUND_SCHEMA)
