"""What stays of a corpus: one of each cluster, and of a family what the settings keep.

Nothing of it passes from one connected part of the relations to another: each part may be decided elsewhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import filterfalse
from operator import itemgetter

from dedupe.models import Article, Cluster, Clusters, Relation, RelationKind
from dedupe.others import is_other
from dedupe.settings import CorpusSettings

__all__ = ["LeftOut", "Standing", "choose", "standing_of"]

ById = Callable[[str], Article]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Why a document does not stay."""

    reason: str
    evidence: str
    relation: Relation | None = None
    representative: str | None = None
    finding: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a document that stays stands among the others, and why it stays."""

    cluster: str
    family: str
    why: str
    origin: str | None


def choose(clusters: Clusters, article: ById, settings: CorpusSettings) -> dict[str, LeftOut]:
    """Choose what stays: one of each cluster, and of a family what the settings keep.

    Documents of other corpora stay whatever comes of it.

    Args:
        article: by its id, with the text that was compared.

    Returns:
        The documents that do not stay, with the evidence.
    """
    between = {(relation.a, relation.b): relation for relation in clusters.relations}
    standing: set[str] = set()
    left_out: dict[str, LeftOut] = {}
    for cluster in clusters.clusters:
        for member, stays in _stays_instead(cluster, between, settings):
            if member == stays:
                standing.add(member)
            else:
                left_out[member] = _copy(member, stays, between)
    # Old versions first: a text goes into another only where that one stays.
    _drop_old_versions(article, standing, left_out, clusters.relations, settings)
    _drop_contained(article, standing, left_out, clusters.relations, settings)
    return {member: _with_what_stays(item, left_out) for member, item in left_out.items()}


def standing_of(article_id: str, clusters: Clusters) -> Standing:
    """Where a document that stays stands."""
    cluster = clusters.of(article_id)
    origin = clusters.origins.get(article_id)
    return Standing(cluster.id, cluster.family, _why(article_id, cluster), origin)


def _stays_instead(
    cluster: Cluster, between: Mapping[tuple[str, str], Relation], settings: CorpusSettings
) -> Iterator[tuple[str, str]]:
    """Each document of a cluster, and the copy that stays: itself, another one, or one of another corpus.

    A copy over there may have been cut short: what tells something of its own beside it is represented here.
    """
    there = list(filter(is_other, cluster.members))
    here = list(filterfalse(is_other, cluster.members))
    carried = {member: _most_carried(member, there, between) for member in here if there}
    own = [member for member in here if not there or carried[member][0] < settings.version_share]
    representative = cluster.representative if cluster.representative in own else min(own, default=None)
    for member in here:
        yield member, representative if representative and member in own else carried[member][1]


def _most_carried(
    article_id: str, there: Sequence[str], between: Mapping[tuple[str, str], Relation]
) -> tuple[float, str]:
    """The document of other corpora that carries most of a copy, and the share that it carries.

    A copy that was not compared with any of them has the words of one that was.
    """
    related = [between[article_id, other] for other in there if (article_id, other) in between]
    shares = [(_share_carried(relation, article_id), relation.b) for relation in related]
    return max(shares, key=itemgetter(0), default=(1.0, there[0]))


def _with_what_stays(item: LeftOut, left_out: dict[str, LeftOut]) -> LeftOut:
    """Name the document that stays at the end of a chain: a copy of an old version leads to the new one."""
    last = item.representative
    while last is not None and last in left_out:
        last = left_out[last].representative
    return replace(item, representative=last)


def _copy(article_id: str, stays: str, between: Mapping[tuple[str, str], Relation]) -> LeftOut:
    relation = between.get((min(article_id, stays), max(article_id, stays)))
    if relation is None:
        evidence = f"Tied to {stays} through other copies of the cluster."
    elif relation.relation is RelationKind.EXACT:
        evidence = f"The same text as {stays}."
    else:
        evidence = f"{relation.similarity:.0%} of the 5-word sequences of both are shared with {stays}."
    reason = relation.relation.value if relation else RelationKind.NEAR_DUPLICATE.value
    return LeftOut(reason, evidence, relation, stays)


def _drop_contained(
    article: ById,
    standing: set[str],
    left_out: dict[str, LeftOut],
    relations: Sequence[Relation],
    settings: CorpusSettings,
) -> None:
    """Drop what another standing text carries whole, the shortest first: the largest carrier stays."""
    if settings.keep_contained:
        return
    carriers: defaultdict[str, list[tuple[str, Relation]]] = defaultdict(list)
    for relation in relations:
        if relation.relation is RelationKind.CONTAINS:
            inner, outer = sorted(
                (relation.a, relation.b), key=lambda me: (-_share_carried(relation, me), me)
            )
            carriers[inner].append((outer, relation))
    inside = [me for me in carriers if me in standing]
    for me in sorted(inside, key=lambda me: (len(article(me).text), me)):
        for other, relation in carriers[me]:
            share = _share_carried(relation, me)
            if (other in standing or is_other(other)) and share >= settings.whole_share:
                evidence = f"{share:.0%} of its 5-word sequences stand in {other}."
                kind = RelationKind.CONTAINS.value
                standing.remove(me)
                left_out[me] = LeftOut(kind, evidence, relation, other)
                break


def _share_carried(relation: Relation, article_id: str) -> float:
    return relation.containment_a if relation.a == article_id else relation.containment_b


def _drop_old_versions(
    article: ById,
    standing: set[str],
    left_out: dict[str, LeftOut],
    relations: Sequence[Relation],
    settings: CorpusSettings,
) -> None:
    """Of two versions of a story the later stays; without two dates the longer."""
    if settings.keep_versions:
        return
    for relation in relations:
        if relation.relation is not RelationKind.UPDATED_VERSION:
            continue
        if relation.a not in standing or not (relation.b in standing or is_other(relation.b)):
            continue
        older, newer = _by_age(article(relation.a), article(relation.b))
        me = older.id
        share = _share_carried(relation, me)
        if me in standing and share >= settings.version_share:
            evidence = f"{newer.id}, a later state of the story, carries {share:.0%} of it."
            kind = RelationKind.UPDATED_VERSION.value
            standing.remove(me)
            left_out[me] = LeftOut(kind, evidence, relation, newer.id)


def _by_age(a: Article, b: Article) -> tuple[Article, Article]:
    """The older and the newer of two; where one has no date, or both the same, the shorter and the longer."""
    dates = [article.modified or article.published for article in (a, b)]
    if dates[0] and dates[1] and dates[0] != dates[1]:
        return (a, b) if dates[0] < dates[1] else (b, a)
    older, newer = sorted((a, b), key=lambda article: (len(article.text), article.id))
    return older, newer


def _why(article_id: str, cluster: Cluster) -> str:
    if len(cluster.members) == 1:
        return "only_copy"
    if article_id != cluster.representative:
        return "more_than_other"
    return f"representative of {len(cluster.members)}: {cluster.reason}"
