"""Plain Spark, what ours stands beside: `python -m benchmarks._spark_reference IN.jsonl OUT MASTER`.

The job that a user of PySpark writes with our functions: workers sign texts (`mapInArrow`, our kernel), Spark explodes
the bands into rows, groups them by key, and joins edges by large-star and small-star until nothing changes. The same
keys of the same bands as ours; without anchors, comparison of the texts, relations and records.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sql

from dedupe.duplicates import find, minhash
from dedupe.settings import DuplicateSettings


def main(source: str, target: str, master: str) -> None:
    """Write each document's id with the least number of its component."""
    session = SparkSession.builder.master(master).config("spark.ui.enabled", "false")
    session = session.config("spark.log.level", "ERROR").config("spark.ui.showConsoleProgress", "false")
    session = session.config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
    spark = session.config("spark.sql.shuffle.partitions", "4").getOrCreate()  # of 200 most would be empty

    documents = spark.read.schema("id string, text string").json(source)
    documents = documents.withColumn("number", sql.monotonically_increasing_id()).persist()
    signed = documents.select("number", "text").mapInArrow(_signed, "number long, keys array<int>")
    rows = signed.select("number", sql.posexplode("keys").alias("band", "key"))
    buckets = rows.groupBy("band", "key").agg(
        sql.min("number").alias("b"), sql.collect_list("number").alias("members")
    )
    edges = buckets.where(sql.size("members") > 1).select(sql.explode("members").alias("a"), "b")
    star = _stars(edges.where("a > b").distinct().localCheckpoint())

    root = star.select(sql.col("a").alias("number"), "b")
    labels = documents.select("number", "id").join(root, "number", "left")
    labels.select("id", sql.coalesce("b", "number").alias("cluster")).write.json(target)
    spark.stop()


def _signed(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    settings = DuplicateSettings()
    for batch in batches:
        texts = batch.column(1).to_pylist()
        bands = find.room_for_keys(len(texts), settings)
        find.tidy_and_sketch(texts, minhash.NO_ANCHORS, settings, bands)
        keys = np.ascontiguousarray(bands.keys[:, : len(texts)].T).view(np.int32)
        starts = np.arange(0, keys.size + 1, keys.shape[1], dtype=np.int32)
        lists = pa.ListArray.from_arrays(starts, pa.array(keys.ravel()))
        yield pa.record_batch([batch.column(0), lists], names=["number", "keys"])


def _stars(edges: DataFrame) -> DataFrame:
    """Edges from each number to the least of its component."""
    before = None
    while True:
        both = edges.union(edges.select("b", "a"))
        near = both.groupBy("a").agg(sql.least("a", sql.min("b")).alias("least"))
        large = (
            both.join(near, "a").where("b > a").select(sql.col("b").alias("a"), sql.col("least").alias("b"))
        )
        near = large.groupBy("a").agg(sql.min("b").alias("least"))
        small = large.join(near, "a").selectExpr(
            "explode(array(struct(a, least as b), struct(b as a, least as b))) edge"
        )
        edges = small.select("edge.a", "edge.b").where("a > b").distinct().localCheckpoint()
        now = edges.agg(sql.count("*"), sql.sum(sql.xxhash64("a", "b") % (1 << 40))).first()
        if now == before:
            return edges
        before = now


if __name__ == "__main__":
    main(*sys.argv[1:])
