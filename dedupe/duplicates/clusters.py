"""Decided pairs -> clusters of copies, families around them, and the member that stands for each.

Two groups of texts become one where, over all pairs compared between them, the voices for "copies" outweigh
those
against: one mistaken pair, or a round-up that carries two stories, bridges nothing. A shared bucket has no
voice.

This is correlation clustering by greedy average linkage: Bansal, Blum, Chawla, "Correlation Clustering",
2004.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dedupe.duplicates.origin import is_publisher
from dedupe.models import Article

__all__ = ["Choice", "Voice", "choose", "connected", "join_copies"]

_COMPLETE = 0.75  # share of the longest copy's words; a shorter copy lost part of the story


@dataclass(frozen=True, slots=True)
class Voice:
    """What one compared pair says on whether two texts are copies: above 0 for, below against."""

    a: int
    b: int
    weight: float


def connected(count: int, ties: Sequence[tuple[int, int]]) -> list[int]:
    """The least number of each number's connected group, shape (count,)."""
    parent = list(range(count))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for a, b in ties:
        low, high = sorted((root(a), root(b)))
        parent[high] = low
    return [root(node) for node in range(count)]


def join_copies(count: int, voices: Sequence[Voice]) -> list[int]:
    """Group texts by the voices of compared pairs.

    Args:
        count: texts.
        voices: at most one a pair; pairs that were not compared are silent.
    Returns:
        the least number of each text's group, shape (count,).
    """
    sums: list[dict[int, tuple[float, int]]] = [{} for _ in range(count)]
    for voice in voices:
        sums[voice.a][voice.b] = sums[voice.b][voice.a] = (voice.weight, 1)
    heap = [(-voice.weight, voice.a, voice.b) for voice in voices if voice.weight > 0]
    heapq.heapify(heap)
    group = list(range(count))
    while heap:
        weight, a, b = heapq.heappop(heap)
        current = sums[a].get(b)
        if current is None or -current[0] / current[1] != weight:
            continue  # one of the two was joined to another group since
        keep, gone = min(a, b), max(a, b)
        group[gone] = keep
        del sums[keep][gone]
        for other, (total, pairs) in sorted(sums[gone].items()):
            if other == keep:
                continue
            del sums[other][gone]
            before = sums[keep].get(other, (0.0, 0))
            both = (before[0] + total, before[1] + pairs)
            sums[keep][other] = sums[other][keep] = both
            if both[0] > 0:
                heapq.heappush(heap, (-both[0] / both[1], min(keep, other), max(keep, other)))
        sums[gone] = {}
    for node in range(count):
        group[node] = group[group[node]]  # keep < gone, so a keep's own group is final by now
    return group


@dataclass(frozen=True)
class Choice:
    """The member that stands for a cluster, and why."""

    article: Article
    reason: str


def choose(members: Sequence[Article], words: Sequence[int], origins: dict[str, str]) -> Choice:
    """Choose who stands for copies: citable, from the source itself, complete, first to publish, longest.

    Args:
        members: the copies, at least one.
        words: words of each.
        origins: article id -> agency or outlet that its text credits.
    """
    if len(members) == 1:
        return Choice(members[0], "the only copy")
    longest = max(words)
    credited = _most_named([origins[member.id] for member in members if member.id in origins])
    keys = [
        _rank(member, count >= _COMPLETE * longest, credited)
        for member, count in zip(members, words, strict=True)
    ]
    order = sorted(range(len(members)), key=lambda i: (*keys[i], -words[i], members[i].id))
    best, second = keys[order[0]], keys[order[1]]
    steps = (
        "has an address and a date, the others do not"
        if members[order[0]].url
        else "is no worse than the others",
        f"comes from {credited}, which the copies credit",
        f"has the whole story ({words[order[0]]} words)",
        f"was published first ({members[order[0]].published:%Y-%m-%d %H:%M})"
        if members[order[0]].published
        else "",
    )
    for step, ours, theirs in zip(steps, best, second, strict=True):
        if ours != theirs:
            return Choice(members[order[0]], step)
    if words[order[0]] != words[order[1]]:
        return Choice(members[order[0]], f"is the longest ({words[order[0]]} words)")
    return Choice(members[order[0]], "is as good as the others and has the smallest id")


def _rank(member: Article, complete: bool, credited: str | None) -> tuple[int, bool, bool, float]:
    known = (member.url is None) + (member.published is None)
    from_source = credited is not None and is_publisher(member.publisher or member.url, credited)
    return known, not from_source, not complete, _seconds(member.published)


def _seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment else float("inf")


def _most_named(names: Sequence[str]) -> str | None:
    """The name that most members credit; of several the first in the alphabet."""
    tally: defaultdict[str, int] = defaultdict(int)
    for name in names:
        tally[name] += 1
    return min(tally, key=lambda name: (-tally[name], name), default=None)
