"""Clusters as records of a stage: what was found out about copies, without comparing again."""

from __future__ import annotations

from pydantic import TypeAdapter

from dedupe.models import Cluster, Clusters, Relation
from dedupe.spool import Spool

__all__ = ["clusters_from", "store_clusters"]

_CLUSTER = TypeAdapter(Cluster)
_RELATION = TypeAdapter(Relation)
_ORIGINS = TypeAdapter(tuple[str, str])  # article id, agency or outlet


def store_clusters(clusters: Clusters, file: Spool[bytes]) -> None:
    """Append the clusters, the relations and the origins; each record begins with a sign of what it is."""
    for cluster in clusters.clusters:
        file.append_bytes(b"c" + _CLUSTER.dump_json(cluster))
    for relation in clusters.relations:
        file.append_bytes(b"r" + _RELATION.dump_json(relation))
    for origin in clusters.origins.items():
        file.append_bytes(b"o" + _ORIGINS.dump_json(origin))


def clusters_from(file: Spool[bytes]) -> Clusters:
    """What `store_clusters` appended; who carried whom is not in it."""
    clusters: list[Cluster] = []
    relations: list[Relation] = []
    origins: dict[str, str] = {}
    for record in file.all_bytes():
        sign, data = record[:1], record[1:]
        if sign == b"c":
            clusters.append(_CLUSTER.validate_json(data))
        elif sign == b"r":
            relations.append(_RELATION.validate_json(data))
        else:
            article_id, origin = _ORIGINS.validate_json(data)
            origins[article_id] = origin
    return Clusters(tuple(clusters), tuple(relations), origins)
