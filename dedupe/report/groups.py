"""Who carries whose text: groups of copies and versions, and pairs that only belong together."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from dedupe.models import Relation, RelationKind
from dedupe.report.diff import compare, fold
from dedupe.report.model import (
    Bar,
    CarriedFacts,
    ClusterFacts,
    DiffPart,
    DocumentFacts,
    FamilyFacts,
    MemberFacts,
)
from dedupe.report.shown import allowances

__all__ = ["MOST_SHOWN", "carried_texts", "cluster_facts", "family_facts"]

MOST_SHOWN = 24  # groups shown with their comparisons, the largest first; the others are listed
MOST_COMPARED = 3  # members of a group shown beside the kept text: those that differ most
MOST_SOURCES = 12
MOST_CARRIERS = 8  # named for each source
MOST_FAMILIES = 40  # pairs shown; relations.jsonl has all
DIFF_CHARACTERS = 18_000  # of all comparisons on the page; what both texts share is shown twice
MOST_OF_ONE = 2_400  # characters of one comparison


def cluster_facts(documents: Sequence[DocumentFacts], texts: Mapping[str, str]) -> tuple[ClusterFacts, ...]:
    """Each kept document that stands for others, with them; the largest groups first.

    Args:
        documents: all documents of the report.
        texts: article id -> text without furniture.
    """
    members: defaultdict[int, list[int]] = defaultdict(list)
    for place, document in enumerate(documents):
        if document.representative is not None:
            members[document.representative].append(place)
    order = sorted(members.items(), key=lambda item: (-len(item[1]), item[0]))
    diffs = _comparisons(dict(order[:MOST_SHOWN]), documents, texts)
    return tuple(_cluster(kept, others, documents, texts, diffs) for kept, others in order)


def _cluster(
    kept: int,
    others: Sequence[int],
    documents: Sequence[DocumentFacts],
    texts: Mapping[str, str],
    diffs: Mapping[int, tuple[DiffPart, ...]],
) -> ClusterFacts:
    first = min(filter(None, (_minutes(documents[place]) for place in (kept, *others))), default=None)
    facts = [
        MemberFacts(
            document=place,
            relation=documents[place].relation,
            similarity=documents[place].similarity,
            behind_minutes=_behind(documents[place], first),
            diff=diffs.get(place, ()),
            same_words=place != kept and _same_words(documents[kept], documents[place], texts),
        )
        for place in (kept, *others)
    ]
    facts.sort(
        key=lambda fact: (fact.behind_minutes is None, fact.behind_minutes or 0, fact.document != kept)
    )
    return ClusterFacts(
        kept=kept, reason=documents[kept].why, origin=documents[kept].origin, members=tuple(facts)
    )


def _same_words(a: DocumentFacts, b: DocumentFacts, texts: Mapping[str, str]) -> bool:
    return texts[a.id].split() == texts[b.id].split()


def _behind(document: DocumentFacts, first: int | None) -> int | None:
    when = _minutes(document)
    return None if when is None or first is None else when - first


def _comparisons(
    groups: Mapping[int, Sequence[int]], documents: Sequence[DocumentFacts], texts: Mapping[str, str]
) -> dict[int, tuple[DiffPart, ...]]:
    """Place of a member -> how it differs from the kept text, for as many as the page has room for."""
    compared: dict[int, tuple[DiffPart, ...]] = {}
    for kept, others in groups.items():
        differing = [place for place in others if not _same_words(documents[kept], documents[place], texts)]
        differing.sort(key=lambda place: (documents[place].similarity or 0.0, place))
        for place in differing[:MOST_COMPARED]:
            compared[place] = compare(texts[documents[kept].id], texts[documents[place].id])
    needs = [sum(len(part.text) for part in fold(parts, MOST_OF_ONE)) for parts in compared.values()]
    rooms = allowances(needs, [1] * len(needs), DIFF_CHARACTERS)
    return {
        place: fold(parts, room)
        for (place, parts), room in zip(compared.items(), rooms, strict=True)
        if parts and room
    }


def _minutes(document: DocumentFacts) -> int | None:
    if document.published is None:
        return None
    # A day without its hour is no midnight: nobody is called first for that, so it counts by its last minute.
    hour = "" if "T" in document.published else "T23:59"
    return int(datetime.fromisoformat(document.published + hour).replace(tzinfo=UTC).timestamp()) // 60


def family_facts(
    documents: Sequence[DocumentFacts], relations: Sequence[Relation]
) -> tuple[tuple[FamilyFacts, ...], int]:
    """Pairs of kept documents that are tied and no copies, the most alike first; how many are independent."""
    places = {document.id: place for place, document in enumerate(documents) if document.kept}
    pairs = [
        FamilyFacts(
            a=places[relation.a],
            b=places[relation.b],
            relation=relation.relation,
            similarity=round(relation.similarity, 4),
            says=" ".join(each.says for each in relation.evidence[:3]),
        )
        for relation in relations
        if relation.a in places and relation.b in places and not relation.relation.is_copy
    ]
    pairs.sort(
        key=lambda pair: (pair.relation is RelationKind.SAME_EVENT_ONLY, -pair.similarity, pair.a, pair.b)
    )
    independent = sum(pair.relation is RelationKind.SAME_EVENT_ONLY for pair in pairs)
    return tuple(pairs[:MOST_FAMILIES]), independent


def carried_texts(
    documents: Sequence[DocumentFacts], clusters: Sequence[ClusterFacts]
) -> tuple[CarriedFacts, ...]:
    """Whose texts others carried, the most carried first."""
    carriers: defaultdict[str, Counter[str]] = defaultdict(Counter)
    texts: Counter[str] = Counter()
    for cluster in clusters:
        names = [_outlet(documents[member.document]) for member in cluster.members]
        source = cluster.origin or names[0]
        others = {name for name in names if name and name != source}
        if source and others:
            texts[source] += 1
            carriers[source].update(others)
    ranked = sorted(carriers, key=lambda source: (-carriers[source].total(), source))
    return tuple(
        CarriedFacts(
            source=source,
            texts=texts[source],
            carriers=tuple(Bar(label=name, count=count) for name, count in _most(carriers[source])),
            more=max(0, len(carriers[source]) - MOST_CARRIERS),
        )
        for source in ranked[:MOST_SOURCES]
    )


def _most(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MOST_CARRIERS]


def _outlet(document: DocumentFacts) -> str:
    return document.publisher or document.site or ""
