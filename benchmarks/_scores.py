"""Scores of clusters and relations against a labelled set, by the definitions of its README."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import combinations

from dedupe.models import Clusters

__all__ = ["Pair", "against_truth", "pair"]

Pair = tuple[str, str]

COPIES = ("exact", "near_duplicate")
NEUTRAL = ("contains", "updated_version")
RELATIONS = (*COPIES, *NEUTRAL, "same_event_only")


def pair(a: str, b: str) -> Pair:
    """The two in order."""
    return (a, b) if a < b else (b, a)


def against_truth(
    found: Clusters, truth: Sequence[Mapping[str, str]], labels: Mapping[Pair, str]
) -> dict[str, float]:
    """All scores of a set.

    Args:
        truth: a row {"id", "cluster", "story", "kind"} a document.
        labels: the relation of each pair that has one.
    """
    ids = [row["id"] for row in truth]
    clusters = {member: cluster.id for cluster in found.clusters for member in cluster.members}
    ours = [clusters.get(name, name) for name in ids]
    gold = [row["cluster"] for row in truth]
    merged = Counter(
        labels.get(pair(a, b), "unrelated") for c in found.clusters for a, b in combinations(c.members, 2)
    )
    right = sum(merged[kind] for kind in COPIES)
    wrong = merged.total() - right - sum(merged[kind] for kind in NEUTRAL)
    copies = sum(label in COPIES for label in labels.values())
    named = {pair(row.a, row.b): row.relation.value for row in found.relations}
    seen = {*labels.values(), *named.values()}
    by_relation = {f"F1 of {kind}": _f1(kind, labels, named) for kind in RELATIONS if kind in seen}
    return {
        "pair F1": 2 * right / max(right + wrong + copies, 1),
        "strict pair F1": 2 * right / max(merged.total() + copies, 1),
        "strict ARI": adjusted_rand(gold, ours),
        "story ARI": adjusted_rand([row.get("story", row["cluster"]) for row in truth], ours),
        "B-cubed F1": b_cubed(gold, ours),
        "relation macro-F1": sum(by_relation.values()) / max(len(by_relation), 1),
        "precision": right / max(right + wrong, 1),
        "false merges": float(wrong),
        **by_relation,
        **_recall_by_kind(truth, labels, dict(zip(ids, ours, strict=True))),
    }


def _f1(kind: str, labels: Mapping[Pair, str], named: Mapping[Pair, str]) -> float:
    both = sum(label == kind and named.get(two) == kind for two, label in labels.items())
    either = sum(label == kind for label in labels.values()) + sum(label == kind for label in named.values())
    return 2 * both / either


def _pairs_in(sizes: Iterable[int]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes)


def adjusted_rand(gold: Sequence[Hashable], ours: Sequence[Hashable]) -> float:
    """Adjusted Rand index of two labellings (Hubert, Arabie 1985)."""
    total = _pairs_in([len(gold)])
    both = _pairs_in(Counter(zip(gold, ours, strict=True)).values())
    in_gold, in_ours = _pairs_in(Counter(gold).values()), _pairs_in(Counter(ours).values())
    chance = in_gold * in_ours / max(total, 1)
    most = (in_gold + in_ours) / 2
    return 1.0 if most == chance else (both - chance) / (most - chance)


def b_cubed(gold: Sequence[Hashable], ours: Sequence[Hashable]) -> float:
    """F1 of B-cubed precision and recall (Bagga, Baldwin 1998)."""
    in_gold, in_ours, both = Counter(gold), Counter(ours), Counter(zip(gold, ours, strict=True))
    precision = sum(n * n / in_ours[mine] for (_, mine), n in both.items()) / len(gold)
    recall = sum(n * n / in_gold[theirs] for (theirs, _), n in both.items()) / len(gold)
    return 2 * precision * recall / (precision + recall)


def _recall_by_kind(
    truth: Sequence[Mapping[str, str]], labels: Mapping[Pair, str], ours: Mapping[str, str]
) -> dict[str, float]:
    """Share of the copies found, by how the documents of a pair were edited."""
    kinds = {row["id"]: row.get("kind", "") for row in truth}
    seen: defaultdict[str, list[bool]] = defaultdict(list)
    for (a, b), label in labels.items():
        if label in COPIES:
            for kind in {kinds[a], kinds[b]} - {"original"} or {"original"}:
                seen[kind].append(ours[a] == ours[b])
    return {f"recall of {kind or 'copies'}": sum(hits) / len(hits) for kind, hits in sorted(seen.items())}
