"""Who carries whose text: groups of copies and versions, and pairs that only belong together."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from datetime import UTC, datetime
from operator import itemgetter

from dedupe.models import Relation, RelationKind
from dedupe.quality.folder import key_of
from dedupe.report.diff import compare, fold
from dedupe.report.documents import CameIn, Row
from dedupe.report.model import (
    Bar,
    CarriedFacts,
    ClusterFacts,
    DiffPart,
    FamilyFacts,
    MemberFacts,
)
from dedupe.report.shown import allowances

__all__ = ["MOST_SHOWN", "Groups", "carried_texts", "cluster_facts", "family_facts", "groups_of"]

MOST_SHOWN = 20  # groups shown with their comparisons, the largest first; the others are listed
MOST_COMPARED = 3  # members of a group shown beside the kept text: those that differ most
MOST_SOURCES = 12
MOST_CARRIERS = 8  # named for each source
MOST_FAMILIES = 40  # pairs shown; relations.jsonl has all
DIFF_CHARACTERS = 18_000  # of all comparisons on the page; what both texts share is shown twice
MOST_OF_ONE = 2_400  # characters of one comparison

Groups = Sequence[tuple[int, Sequence[int]]]  # place of a kept document, places of those that it stands for


def groups_of(documents: Sequence[Row]) -> Groups:
    """Each kept document that stands for others, with their places; the largest groups first."""
    members: defaultdict[int, list[int]] = defaultdict(list)
    for place, document in enumerate(documents):
        if document.representative is not None:
            members[document.representative].append(place)
    return sorted(members.items(), key=lambda item: (-len(item[1]), item[0]))


def cluster_facts(
    came_in: CameIn, groups: Groups, most: Callable[[int], int | None] = lambda _: None
) -> tuple[ClusterFacts, ...]:
    """What the page shows of groups.

    Args:
        came_in: all documents.
        groups: those to tell of, the largest first.
        most: rank of a group -> members of it that are told of, by time; None: all.
    """
    chosen = []
    for rank, (kept, others) in enumerate(groups):
        ordered = _by_time(kept, others, came_in.rows)
        first = ordered[: most(rank)]
        chosen.append((kept, first if kept in first else [*first[:-1], kept], len(ordered)))
    told = [(kept, [place for place in members if place != kept]) for kept, members, _ in chosen]
    alike = {kept: {place for place in others if _same_words(came_in, kept, place)} for kept, others in told}
    diffs = _comparisons(told[:MOST_SHOWN], alike, came_in)
    return tuple(_cluster(kept, members, size, came_in, alike[kept], diffs) for kept, members, size in chosen)


def _cluster(
    kept: int,
    members: Sequence[int],
    size: int,
    came_in: CameIn,
    alike: Set[int],
    diffs: Mapping[int, tuple[DiffPart, ...]],
) -> ClusterFacts:
    rows = came_in.rows
    first = min(filter(None, (_minutes(rows[place]) for place in members)), default=None)
    facts = tuple(
        MemberFacts(
            document=place,
            relation=rows[place].relation,
            similarity=rows[place].similarity,
            behind_minutes=_behind(rows[place], first),
            diff=diffs.get(place, ()),
            same_words=place in alike,
        )
        for place in members
    )
    return ClusterFacts(
        kept=kept, reason=rows[kept].why, origin=rows[kept].origin, members=facts, more=size - len(members)
    )


def _by_time(kept: int, others: Sequence[int], documents: Sequence[Row]) -> list[int]:
    """The members of a group by time of publication; those without one last."""

    def rank(place: int) -> tuple[bool, int, bool]:
        when = _minutes(documents[place])
        return (when is None, when or 0, place != kept)

    return sorted((kept, *others), key=rank)


def _same_words(came_in: CameIn, a: int, b: int) -> bool:
    return came_in.text(a).split() == came_in.text(b).split()


def _behind(document: Row, first: int | None) -> int | None:
    when = _minutes(document)
    return None if when is None or first is None else when - first


def _comparisons(
    groups: Groups, alike: Mapping[int, Set[int]], came_in: CameIn
) -> dict[int, tuple[DiffPart, ...]]:
    """Place of a member -> how it differs from the kept text, for as many as the page has room for."""
    compared: dict[int, tuple[DiffPart, ...]] = {}
    for kept, others in groups:
        differing = [place for place in others if place not in alike[kept]]
        differing.sort(key=lambda place: (came_in.rows[place].similarity or 0.0, place))
        for place in differing[:MOST_COMPARED]:
            compared[place] = compare(came_in.text(kept), came_in.text(place))
    needs = [sum(len(part.text) for part in fold(parts, MOST_OF_ONE)) for parts in compared.values()]
    rooms = allowances(needs, [1] * len(needs), DIFF_CHARACTERS)
    return {
        place: fold(parts, room)
        for (place, parts), room in zip(compared.items(), rooms, strict=True)
        if parts and room
    }


def _minutes(document: Row) -> int | None:
    if document.published is None:
        return None
    # A day without its hour is no midnight: nobody is called first for that, so it counts by its last minute.
    hour = "" if "T" in document.published else "T23:59"
    return int(datetime.fromisoformat(document.published + hour).replace(tzinfo=UTC).timestamp()) // 60


def family_facts(came_in: CameIn, relations: Iterable[Relation]) -> tuple[tuple[FamilyFacts, ...], int]:
    """Pairs of kept documents that are tied and no copies, the most alike first; how many are independent."""
    places = came_in.kept_by_id()
    independent = 0

    def pairs() -> Iterator[tuple[tuple[bool, float, int, int], FamilyFacts]]:
        nonlocal independent
        for relation in relations:
            if relation.relation.is_copy:
                continue
            a, b = places.place_of(key_of(relation.a)), places.place_of(key_of(relation.b))
            if a is None or b is None:
                continue
            alone = relation.relation is RelationKind.SAME_EVENT_ONLY
            independent += alone
            similarity = round(relation.similarity, 4)
            says = " ".join(each.says for each in relation.evidence[:3])
            pair = FamilyFacts(a=a, b=b, relation=relation.relation, similarity=similarity, says=says)
            yield (alone, -similarity, a, b), pair

    nearest = heapq.nsmallest(MOST_FAMILIES, pairs(), key=itemgetter(0))
    return tuple(pair for _, pair in nearest), independent


def carried_texts(documents: Sequence[Row], groups: Groups) -> tuple[tuple[CarriedFacts, ...], int]:
    """Whose texts others carried, the most carried first, and how many are not named."""
    carriers: defaultdict[str, Counter[str]] = defaultdict(Counter)
    texts: Counter[str] = Counter()
    for kept, members in groups:
        names = [_outlet(documents[place]) for place in _by_time(kept, members, documents)]
        source = documents[kept].origin or names[0]
        others = {name for name in names if name and name != source}
        if source and others:
            texts[source] += 1
            carriers[source].update(others)
    ranked = sorted(carriers, key=lambda source: (-carriers[source].total(), source))
    named = tuple(
        CarriedFacts(
            source=source,
            texts=texts[source],
            carriers=tuple(Bar(label=name, count=count) for name, count in _most(carriers[source])),
            more=max(0, len(carriers[source]) - MOST_CARRIERS),
        )
        for source in ranked[:MOST_SOURCES]
    )
    return named, len(ranked) - len(named)


def _most(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MOST_CARRIERS]


def _outlet(document: Row) -> str:
    return document.publisher or document.site or ""
