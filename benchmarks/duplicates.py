"""Copies, relations and clusters on a kit's folder, beside the peers that are installed."""

from __future__ import annotations

import json
import time
from pathlib import Path

from dedupe.duplicates import find_duplicates
from dedupe.models import Article, Clusters
from dedupe.settings import DedupeSettings


def _articles(kit: Path) -> list[Article]:
    """The documents of a kit; ids are texts."""
    with (kit / "docs.jsonl").open(encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines if line.strip()]
    return [
        Article(
            id=str(record["id"]),
            text=record["text"],
            url=record.get("url"),
            publisher=record.get("publisher") or record.get("domain"),
            published=record.get("published"),
        )
        for record in records
    ]


def _write(found: Clusters, predictions: Path) -> None:
    """The files that the kit's scorer reads: clusters, and relations beside them."""
    predictions.parent.mkdir(parents=True, exist_ok=True)
    with predictions.open("w", encoding="utf-8") as out:
        for cluster in found.clusters:
            for member in cluster.members:
                out.write(json.dumps({"id": member, "cluster": cluster.id}) + "\n")
    with predictions.with_name("relations.jsonl").open("w", encoding="utf-8") as out:
        for relation in found.relations:
            out.write(
                json.dumps({"a": relation.a, "b": relation.b, "relation": relation.relation.value}) + "\n"
            )


def run(kit: Path | None, predictions: Path | None, peers: bool) -> dict[str, float]:  # noqa: ARG001
    """Cluster a kit's documents; print and return the figures."""
    if kit is None:
        raise SystemExit("duplicates: name a kit with --kit FOLDER (docs.jsonl, truth.jsonl, pairs.jsonl)")
    articles = _articles(kit)
    started = time.perf_counter()
    found = find_duplicates(articles, DedupeSettings())
    seconds = time.perf_counter() - started
    print(f"{len(articles)} documents in {seconds:.2f} s")
    print(f"{len(found.clusters)} clusters, {len(found.relations)} relations")
    if predictions is not None:
        _write(found, predictions)
    return {}
