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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dedupe.duplicates.normalise import is_damaged
from dedupe.duplicates.origin import is_publisher
from dedupe.models import Article, Carriage

__all__ = ["Choice", "Pair", "carriages", "choose", "connected", "groups_of", "join_copies"]

Pair = tuple[int, int]

_COMPLETE = 0.75  # share of the longest copy's words; a shorter copy lost part of the story


def connected(ties: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """The least number of the connected group of each of `count` numbers; ties: shape (ties, 2).

    Each round hangs the roots of tied numbers under the least root they are tied to and halves the paths, so
    that rounds grow with the logarithm of the longest chain: Shiloach, Vishkin, "An O(log n) Parallel
    Connectivity Algorithm", 1982.
    """
    roots = np.arange(count)
    left, right = ties[:, 0], ties[:, 1]
    while len(left):
        low, high = np.minimum(roots[left], roots[right]), np.maximum(roots[left], roots[right])
        np.minimum.at(roots, high, low)
        while not np.array_equal(above := roots[roots], roots):
            roots = above
        apart = roots[left] != roots[right]
        left, right = left[apart], right[apart]
    return roots


def groups_of(labels: NDArray[np.int64]) -> list[list[int]]:
    """The numbers of each label that several have, both in rising order; labels: shape (numbers,)."""
    numbers = np.flatnonzero(np.bincount(labels)[labels] > 1)  # most have a label of their own
    shared = labels[numbers]
    order = np.argsort(shared, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(shared[order])) + 1, len(order)).tolist()
    together = numbers[order].tolist()
    return [together[start:end] for start, end in pairwise([0, *ends])] if together else []


def join_copies(pairs: NDArray[np.int64], voices: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    """Group texts by the voices of compared pairs.

    Args:
        pairs: numbers of texts, shape (pairs, 2), each pair once.
        voices: what each pair says, shape (pairs,): above 0 for copies and below against.
        count: texts.
    Returns:
        the least number of each text's group, shape (count,).
    """
    labels = connected(pairs[voices > 0], count)
    # What would never be joined has no say between two components; undisputed, all of a component is joined.
    inside = labels[pairs[:, 0]] == labels[pairs[:, 1]]
    disputed = np.zeros(count, bool)
    disputed[labels[pairs[inside & (voices < 0), 0]]] = True
    asked = np.flatnonzero(inside & disputed[labels[pairs[:, 0]]])
    sums: defaultdict[int, dict[int, tuple[float, int]]] = defaultdict(dict)
    for (a, b), voice in zip(pairs[asked].tolist(), voices[asked].tolist(), strict=True):
        sums[a][b] = sums[b][a] = (voice, 1)
    group = _linked(sums, {node: node for node in sums})
    labels[list(group)] = list(group.values())
    return labels


def _linked(sums: Mapping[int, dict[int, tuple[float, int]]], group: dict[int, int]) -> dict[int, int]:
    """Join the two groups that agree most, until none agree."""
    heap = [
        (-total, a, b) for a, near in sums.items() for b, (total, _) in near.items() if a < b and total > 0
    ]
    heapq.heapify(heap)
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
        sums[gone].clear()
    for node in sorted(group):
        group[node] = group[group[node]]  # keep < gone, so a keep's own group is final by now
    return group


@dataclass(frozen=True)
class Choice:
    """The member that stands for a cluster, and why."""

    id: str
    reason: str


def choose(
    members: Sequence[Article], ids: Sequence[str], words: Sequence[int], origins: Mapping[str, str]
) -> Choice:
    """Choose who stands for copies: citable, from the source itself, complete, whole letters, first, longest.

    Args:
        members: the copies, at least one; read one after another, and never held together.
        ids: of each.
        words: of each.
        origins: article id -> agency or outlet that its text credits.
    """
    if len(members) == 1:
        return Choice(ids[0], "the only copy")
    longest = max(words)
    credited = _most_named([origins[each] for each in ids if each in origins])
    keys = [
        _rank(member, count >= _COMPLETE * longest, credited)
        for member, count in zip(members, words, strict=True)
    ]
    order = sorted(range(len(members)), key=lambda i: (*keys[i], -words[i], ids[i]))
    best, second = keys[order[0]], keys[order[1]]
    chosen = members[order[0]]
    steps = (
        "has an address and a date, the others do not" if chosen.url else "is no worse than the others",
        f"comes from {credited}, which the copies credit",
        f"has the whole story ({words[order[0]]} words)",
        "has no damaged letters",
        f"was published first ({chosen.published:%Y-%m-%d %H:%M})" if chosen.published else "",
    )
    for step, ours, theirs in zip(steps, best, second, strict=True):
        if ours != theirs:
            return Choice(chosen.id, step)
    if words[order[0]] != words[order[1]]:
        return Choice(chosen.id, f"is the longest ({words[order[0]]} words)")
    return Choice(chosen.id, "is as good as the others and has the smallest id")


def _rank(member: Article, complete: bool, credited: str | None) -> tuple[int, bool, bool, bool, float]:
    known = (member.url is None) + (member.published is None)
    damaged = is_damaged(member.text) or member.text.isupper()
    return known, not _is_from(member, credited), not complete, damaged, _seconds(member.published)


def _is_from(member: Article, outlet: str | None) -> bool:
    return outlet is not None and (is_publisher(member.publisher, outlet) or is_publisher(member.url, outlet))


def carriages(members: Sequence[Article], origins: Mapping[str, str]) -> list[Carriage]:
    """Who carried whose text among copies.

    The source is the first of the credited outlet's own; where nobody is credited, who published first. Where
    neither is known nothing is said.
    """
    credited = _most_named([origins[member.id] for member in members if member.id in origins])
    order = sorted(members, key=lambda member: (_seconds(member.published), member.id))
    own = [member for member in order if _is_from(member, credited)]
    source = own[0] if own else None
    if credited is None:
        if order[0].published is None or _seconds(order[0].published) == _seconds(order[1].published):
            return []
        source = order[0]
    outlet = credited or (source.publisher if source else None)
    found = [
        Carriage(
            cluster=min(copy.id for copy in members),
            carrier=member.id,
            publisher=member.publisher,
            source=source.id if source else None,
            outlet=outlet,
            published=member.published,
            source_published=source.published if source else None,
        )
        for member in members
        if member is not source and not _is_from(member, outlet)
    ]
    return sorted(found, key=lambda carriage: carriage.carrier)


def _seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment else float("inf")


def _most_named(names: Sequence[str]) -> str | None:
    """The name that most members credit; of several the first in the alphabet."""
    tally: defaultdict[str, int] = defaultdict(int)
    for name in names:
        tally[name] += 1
    return min(tally, key=lambda name: (-tally[name], name), default=None)
