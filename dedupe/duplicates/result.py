"""Compared pairs -> clusters, families and the relations of all articles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, combinations, product
from operator import attrgetter
from unicodedata import category

import numpy as np
from numpy.typing import NDArray

from dedupe.collector import paused_collection
from dedupe.duplicates import relations
from dedupe.duplicates.alignment import Count
from dedupe.duplicates.clusters import Pair, carriages, choose, connected, groups_of, join_copies
from dedupe.duplicates.comparison import Comparison
from dedupe.duplicates.events import names_in, same_event
from dedupe.duplicates.origin import find_origin, has_dateline
from dedupe.duplicates.relations import CONTAINS, COPY, EVENT, KINDS, UNRELATED, VERSION
from dedupe.models import Article, Carriage, Cluster, Clusters, Evidence, Relation, RelationKind, trusted
from dedupe.settings import DuplicateSettings
from dedupe.spool import Chosen

__all__ = ["Members", "folded", "make_relation", "result"]

_FAMILY = (CONTAINS, VERSION)
_FAMILY_VOTES = (
    0.25  # share of the pairs of two clusters that makes them a family; damaged copies have no voice
)
_TELLING_WORDS = 300  # of the shorter text: what fewer lack was cut more often than written anew
_ONE_SOURCE = 0.25  # of its weight has a voice against two copies of one text
_LONGER = 1.1  # times the words of a copy that was cut has its source
_STORY_OF_BOTH = (
    0.9  # of a text, the shares that two others have together: less may be two parts of a round-up
)
_NEARLY_EQUAL = 0.9  # of the shingles in common; only such texts may be equal but for white space
_STRANGERS = 1e6  # voices of copies that two texts with nothing in common outweigh
_PIVOTS = 64  # texts of one large cluster that are tried as its middle; what is then left stays alone
_EVENT_VOTES = 0.34  # the same for one event; a third of the copies keeps most quotes


@dataclass(frozen=True)
class Members:
    """The articles, in groups of equal words that go through the comparison as one text.

    Attributes:
        articles: sorted by id; each may be read from a file when it is asked for.
        ids: of the articles.
        lengths: words of each article.
        credited: 0 where an article's text credits nobody for certain.
        firsts: the number of each group's first article, rising.
        groups: the group of each article.
        more: group -> numbers of all its articles, for groups of several.
    """

    articles: Sequence[Article]
    ids: Sequence[str]
    lengths: NDArray[np.int64]
    credited: NDArray[np.uint8]
    firsts: NDArray[np.int64]
    groups: NDArray[np.int64]
    more: Mapping[int, Sequence[int]]

    def numbers(self, group: int) -> Sequence[int]:
        """Numbers of a group's articles."""
        return self.more.get(group) or (int(self.firsts[group]),)

    def words(self, group: int) -> int:
        """Words of each article of a group."""
        return int(self.lengths[self.firsts[group]])


def folded(article: Article) -> str:
    """The text but for its white space; nothing where it holds only what cannot be seen."""
    text = " ".join(article.text.split())
    return text if any(category(sign)[0] not in "CZ" for sign in text) else ""


def result(members: Members, compared: Comparison, settings: DuplicateSettings) -> Clusters:
    """All that the compared pairs say."""
    with paused_collection():
        described = _Described(members, compared, settings)
        return Clusters(
            described.clusters,
            described.relations,
            described.origins,
            described.syndication,
            described.copies(),
        )


class _Described:
    """The clusters, and all that is said of them when it is asked for."""

    def __init__(self, members: Members, compared: Comparison, settings: DuplicateSettings) -> None:
        self._members = members
        self._compared = compared
        self._settings = settings
        self._story = _Story(members, compared, settings)

    @cached_property
    def _numbers(self) -> list[list[int]]:
        """Numbers of the articles of each cluster of several, in both orders rising."""
        members = self._members
        return groups_of(members.firsts[self._story.labels[members.groups]])

    @cached_property
    def _ties(self) -> dict[Pair, int]:
        return _without_own_quotes(self._story.ties())

    @cached_property
    def _origins(self) -> dict[str, str]:
        return {
            article.id: origin
            for article, may in zip(self._members.articles, self._members.credited.tolist(), strict=True)
            if (may or article.authors or has_dateline(article.text))
            and (origin := find_origin(article)) is not None
        }

    def copies(self) -> tuple[tuple[str, ...], ...]:
        """Ids of the articles of each cluster of several."""
        ids = self._members.ids
        return tuple([tuple([ids[number] for number in own]) for own in self._numbers])

    def clusters(self) -> tuple[Cluster, ...]:
        """The records of all clusters."""
        with paused_collection():
            families = self._story.families(self._ties)
            return tuple(_clusters(self._members, self._numbers, families, self._origins))

    def relations(self) -> tuple[Relation, ...]:
        """The records of all pairs that are not unrelated."""
        with paused_collection():
            settled = self._story.settled(self._ties | self._story.by_way_of_copies(self._ties))
            few = len(self._compared.texts) <= self._settings.event_texts
            events = _events(settled, self._compared, self._settings) if few else {}
            kinds = settled | dict.fromkeys(events, EVENT)
            self._compared.add_missing(kinds)
            equal = _equal_relations(self._members, self._settings)
            found = [*equal, *_relations(self._members, self._compared, kinds, events, self._settings)]
            return tuple(sorted(found, key=lambda relation: (relation.a, relation.b)))

    def origins(self) -> Mapping[str, str]:
        """Article id -> agency or outlet."""
        return self._origins

    def syndication(self) -> tuple[Carriage, ...]:
        """Who carried whom."""
        articles = self._members.articles
        groups = ([articles[number] for number in own] for own in self._numbers)
        edges = [edge for group in groups for edge in carriages(group, self._origins)]
        return tuple(sorted(edges, key=lambda edge: edge.carrier))


# ---------------------------------------------------------------------------------- between clusters


class _Tie:
    """What the compared pairs between two clusters say together."""

    __slots__ = ("shares", "solid", "votes", "weights")

    def __init__(self) -> None:
        self.weights = [0.0] * len(KINDS)
        self.votes = [0] * len(KINDS)
        self.solid = False
        self.shares = [
            0.0,
            0.0,
        ]  # of a text of the first, and of the second cluster, that the other has; the most

    def kind(self, pairs: int) -> int:
        """The relation of the clusters; `pairs`: how many there are between them."""
        family = self.votes[CONTAINS] + self.votes[VERSION] + self.votes[COPY]
        if family >= _FAMILY_VOTES * pairs:
            return CONTAINS if self.weights[CONTAINS] > self.weights[VERSION] else VERSION
        if self.votes[EVENT] + family > _EVENT_VOTES * pairs and (
            self.weights[EVENT] >= 1 or self.votes[EVENT] > 1
        ):
            return EVENT
        return UNRELATED


def _voices(compared: Comparison, settings: DuplicateSettings) -> NDArray[np.float64]:
    """What each compared pair says of whether its texts are copies, from -1 to 1.

    Two copies that lost other parts of one story have less in common than either has with it. That two texts
    seem to be versions, or to share a passage only, weighs less where the shorter has few words, and little
    where both are copies of one that is longer than they are.
    """
    words = compared.counts[:, [Count.WORDS_A, Count.WORDS_B]]
    kinds, strengths = compared.kinds, compared.strengths
    voices = np.where(kinds == COPY, strengths, -strengths)
    unsure = np.isin(kinds, _FAMILY)
    unsure |= (kinds == UNRELATED) & relations.share_passages(compared.counts, settings)
    voices[unsure] *= np.minimum(words[unsure].min(axis=1, initial=_TELLING_WORDS) / _TELLING_WORDS, 1)
    # Ends of a chain that share nothing outweigh all that lies between them.
    strangers = compared.counts[:, Count.COVERED_A] == 0
    asked = np.flatnonzero(unsure | strangers)
    sources = _longer_copies(compared.pairs[kinds == COPY], words[kinds == COPY]) if len(asked) else {}
    for row in asked.tolist():
        a, b = compared.pairs[row].tolist()
        if a in sources and b in sources and not sources[a].isdisjoint(sources[b]):
            voices[row] *= _ONE_SOURCE
        elif strangers[row]:
            voices[row] = -_STRANGERS
    return voices


def _longer_copies(pairs: NDArray[np.int64], words: NDArray[np.int32]) -> dict[int, set[int]]:
    """Text -> its copies that are longer."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    for shorter, longer in ((0, 1), (1, 0)):
        rows = words[:, longer] >= _LONGER * words[:, shorter]
        for text, copy in pairs[rows][:, [shorter, longer]].tolist():
            found[text].add(copy)
    return found


def _join(compared: Comparison, settings: DuplicateSettings) -> NDArray[np.int64]:
    """The least group of each group's cluster, shape (groups,).

    Where copies tie more than `listed_pairs` texts together, not all pairs were compared, and a chain could
    join ends that share nothing. There each text of a cluster has to be a copy of the cluster's pivot, and
    what is small then is joined anew, on all its pairs.
    """
    count = len(compared.texts)
    labels = join_copies(compared.pairs, _voices(compared, settings), count)
    tied = connected(compared.pairs[compared.kinds == COPY], count)
    large = np.bincount(tied, minlength=count)[tied] > settings.listed_pairs
    if not large.any():
        return labels
    labels = _around_pivots(labels, large, compared)
    small = np.bincount(labels, minlength=count)[labels] <= settings.listed_pairs
    groups = groups_of(np.where(large & small, labels, np.arange(count)))
    compared.add_missing(pair for group in groups for pair in combinations(group, 2))
    inside = labels[compared.pairs[:, 0]] == labels[compared.pairs[:, 1]]
    inside &= (large & small)[compared.pairs[:, 0]]
    joined = join_copies(compared.pairs[inside], _voices(compared, settings)[inside], count)
    return np.where(large & small, joined, labels)


def _around_pivots(
    labels: NDArray[np.int64], large: NDArray[np.bool_], compared: Comparison
) -> NDArray[np.int64]:
    """Part the clusters of some texts so that each text is a copy of the one that has most copies there."""
    labels = labels.copy()
    copies = compared.pairs[compared.kinds == COPY]
    inside = copies[labels[copies[:, 0]] == labels[copies[:, 1]]]
    degrees = np.bincount(inside.ravel(), minlength=len(labels))
    for group in groups_of(labels):
        left = np.array(group) if large[group[0]] else np.empty(0, np.int64)
        labels[left] = left
        for _ in range(_PIVOTS):
            if not len(left):
                break
            pivot = int(left[np.argmax(degrees[left])])
            pairs = [_ordered(pivot, text) for text in left.tolist() if text != pivot]
            compared.add_missing(pairs)
            near = [text for pair in pairs if compared.kinds[compared.rows[pair]] == COPY for text in pair]
            own = np.unique([pivot, *near])
            labels[own] = own[0]
            left = np.setdiff1d(left, own)
    return labels


class _Story:
    """Clusters of copies, and what ties them.

    Attributes:
        labels: the least group of each group's cluster, shape (groups,).
        nodes: cluster -> its groups, for clusters of several.
        weak: ties from which nothing follows for third texts.
        shares: cluster, other -> the greatest share of a text of the first that one of the other has.
    """

    def __init__(self, members: Members, compared: Comparison, settings: DuplicateSettings) -> None:
        self._members = members
        self._compared = compared
        self._settings = settings
        self.labels = _join(compared, settings)
        self.nodes = {nodes[0]: nodes for nodes in groups_of(self.labels)}
        self.weak: set[Pair] = set()
        self.shares: dict[Pair, float] = {}

    def groups(self, cluster: int) -> Sequence[int]:
        """The groups of a cluster."""
        return self.nodes.get(cluster) or (cluster,)

    def _longest(self, cluster: int) -> int:
        return max(map(self._members.words, self.groups(cluster)))

    def ties(self) -> dict[Pair, int]:
        """Relation of each two clusters that have one."""
        ties: defaultdict[Pair, _Tie] = defaultdict(_Tie)
        compared = self._compared
        solid = relations.solid(compared.counts)
        covered = relations.covered_shares(compared.counts)
        clusters = self.labels[compared.pairs]
        between = (compared.kinds != UNRELATED) & (clusters[:, 0] != clusters[:, 1])
        for row in np.flatnonzero(between).tolist():
            (x, y), kind = clusters[row].tolist(), int(compared.kinds[row])
            tie = ties[_ordered(x, y)]
            shares = covered[row].tolist() if x < y else covered[row, ::-1].tolist()
            tie.shares = [max(tie.shares[0], shares[0]), max(tie.shares[1], shares[1])]
            tie.weights[kind] += float(compared.strengths[row])
            tie.votes[kind] += 1
            tie.solid = tie.solid or (kind != EVENT and bool(solid[row]))
        stories = self._connected([pair for pair, tie in ties.items() if tie.solid])
        found = {}
        for (x, y), tie in sorted(ties.items()):
            pairs = len(self.groups(x)) * len(self.groups(y))
            kind = tie.kind(pairs)
            if kind in _FAMILY and not tie.solid and stories[x] != stories[y]:
                continue  # a stock paragraph or furniture: nothing else speaks for one story
            if kind != UNRELATED:
                found[x, y] = kind
                self.shares[x, y], self.shares[y, x] = tie.shares
            if not tie.solid and (kind != EVENT or tie.weights[EVENT] < _EVENT_VOTES * pairs):
                self.weak.add((x, y))
        return found

    def by_way_of_copies(self, ties: Mapping[Pair, int]) -> dict[Pair, int]:
        """Relations that follow from those to a cluster of copies.

        What quotes a story's words tells of the same event as the story's versions do, and two texts that
        carry one story are versions of it, even where the two share nothing.
        """
        around: defaultdict[int, dict[int, int]] = defaultdict(dict)
        for (x, y), kind in ties.items():
            if (x, y) in self.weak:
                continue
            # Nothing follows from what a text carries for the other things that it carries.
            longer = max((x, y), key=self._longest) if kind == CONTAINS else None
            if longer != x:
                around[x][y] = kind
            if longer != y:
                around[y][x] = kind
        far: dict[Pair, int] = {}
        for middle, near in around.items():
            if len(near) > self._settings.listed_pairs:
                continue
            for (x, kind_x), (y, kind_y) in combinations(sorted(near.items()), 2):
                if kind_x == kind_y == EVENT:
                    continue
                share_x, share_y = self.shares[middle, x], self.shares[middle, y]
                if EVENT in (kind_x, kind_y):
                    told = max(share_x * (kind_x != EVENT), share_y * (kind_y != EVENT)) >= _STORY_OF_BOTH / 2
                else:
                    told = share_x + share_y >= _STORY_OF_BOTH
                if not told:
                    continue  # the middle may be a round-up: they share other parts of it
                kind = EVENT if EVENT in (kind_x, kind_y) else max(kind_x, kind_y)
                if kind < min(ties.get((x, y), UNRELATED), far.get((x, y), UNRELATED)):
                    far[x, y] = kind
        return far

    def settled(self, ties: Mapping[Pair, int]) -> dict[Pair, int]:
        """The relation of each pair of groups, now that their clusters' relation is known."""
        limit = self._settings.listed_pairs
        kinds: dict[Pair, int] = {}
        for nodes in self.nodes.values():
            pairs = (
                combinations(nodes, 2) if len(nodes) <= limit else ((nodes[0], node) for node in nodes[1:])
            )
            kinds.update(dict.fromkeys(pairs, COPY))
        for (x, y), kind in ties.items():
            left, right = self.groups(x), self.groups(y)
            if len(left) * len(right) <= limit * limit:
                kinds.update(dict.fromkeys((_ordered(a, b) for a, b in product(left, right)), kind))
            else:
                kinds[_ordered(left[0], right[0])] = kind
        return kinds

    def families(self, ties: Mapping[Pair, int]) -> dict[int, int]:
        """Cluster -> least cluster of its family. A round-up, which carries several stories, joins none."""
        carried: defaultdict[int, list[int]] = defaultdict(list)
        for (x, y), kind in ties.items():
            if kind == CONTAINS:
                longer = max((x, y), key=self._longest)
                carried[longer].append(x if longer == y else y)
        round_ups = {
            longer
            for longer, shorter in carried.items()
            if any(pair not in ties for pair in combinations(sorted(shorter), 2))
        }
        tied = [pair for pair, kind in ties.items() if kind in _FAMILY and not round_ups.intersection(pair)]
        families = self._connected(tied)
        return {cluster: int(families[cluster]) for cluster in sorted(chain.from_iterable(tied))}

    def _connected(self, ties: Sequence[Pair]) -> NDArray[np.int64]:
        return connected(np.array(ties, np.int64).reshape(-1, 2), len(self.labels))


def _without_own_quotes(ties: dict[Pair, int]) -> dict[Pair, int]:
    """Drop ties over quotes that no other version of either story has: they came with its own matter."""
    family: defaultdict[int, list[int]] = defaultdict(list)
    for (x, y), kind in ties.items():
        if kind in _FAMILY:
            family[x].append(y)
            family[y].append(x)

    def stands(x: int, y: int) -> bool:
        near_x, near_y = family.get(x, ()), family.get(y, ())
        if not near_x and not near_y:
            return True
        return any(_ordered(near, y) in ties for near in near_x) or any(
            _ordered(x, near) in ties for near in near_y
        )

    return {pair: kind for pair, kind in ties.items() if kind != EVENT or stands(*pair)}


def _events(
    kinds: Mapping[Pair, int], compared: Comparison, settings: DuplicateSettings
) -> dict[Pair, Evidence]:
    """Pairs of texts without a relation that tell of one event all the same, by the names they share."""
    names = names_in(compared.texts)
    found = {}
    for a, b in combinations(range(len(names)), 2):
        event = None if (a, b) in kinds else same_event(names[a], names[b], settings)
        if event:
            found[a, b] = event
    return found


def _ordered(x: int, y: int) -> Pair:
    return (x, y) if x <= y else (y, x)


# ------------------------------------------------------------------------------------------- records


def _clusters(
    members: Members,
    numbers: Sequence[Sequence[int]],
    families: Mapping[int, int],
    origins: Mapping[str, str],
) -> list[Cluster]:
    """Clusters with their members, sorted by id; `numbers`: of the articles of each cluster of several."""
    ids = members.ids
    firsts = members.firsts.tolist()
    family_of = {ids[firsts[cluster]]: ids[firsts[family]] for cluster, family in families.items()}
    joined = {number for own in numbers for number in own}
    lone = [name for number, name in enumerate(ids) if number not in joined]
    found = [_lone(name, family_of.get(name), origins) for name in lone]
    for own in numbers:
        name = ids[own[0]]
        names = [ids[number] for number in own]
        choice = choose(
            Chosen(members.articles.__getitem__, own), names, members.lengths[own].tolist(), origins
        )
        credited = [origins[each] for each in names if each in origins]
        values = {
            "id": name,
            "family": family_of.get(name, name),
            "members": tuple(names),
            "representative": choice.id,
            "reason": choice.reason,
            "origin": max(sorted(set(credited)), key=credited.count) if credited else None,
        }
        found.append(trusted(Cluster, values))
    return sorted(found, key=attrgetter("id"))


def _lone(name: str, family: str | None, origins: Mapping[str, str]) -> Cluster:
    values = {"id": name, "family": family or name, "members": (name,), "representative": name}
    return trusted(Cluster, {**values, "reason": "the only copy", "origin": origins.get(name)})


def _relations(
    members: Members,
    compared: Comparison,
    kinds: Mapping[Pair, int],
    events: Mapping[Pair, Evidence],
    settings: DuplicateSettings,
) -> Iterator[Relation]:
    for (a, b), kind in kinds.items():
        row = compared.rows[a, b]
        counts = compared.counts[row]
        found = relations.evidence(counts)
        if kind != int(compared.kinds[row]):
            found += (events.get((a, b)) or _by_the_others(kind),)
        # Lines broken at another width may part words: only the texts themselves tell.
        alike = kind == COPY and relations.shares(counts)[0] >= _NEARLY_EQUAL
        for left, right in _spread(members.numbers(a), members.numbers(b), settings.listed_pairs):
            one, other = members.ids[left], members.ids[right]
            if alike and folded(members.articles[left]) == folded(members.articles[right]):
                yield make_relation(one, other, RelationKind.EXACT, counts, (_EQUAL_TEXT,))
            else:
                yield make_relation(one, other, KINDS[kind], counts, found)


def _spread(left: Sequence[int], right: Sequence[int], limit: int) -> Iterator[Pair]:
    """Pairs of articles of two groups of equal texts; of large groups, each with the other's first."""
    if len(left) * len(right) <= limit:
        yield from product(left, right)
        return
    yield from ((number, right[0]) for number in left)
    yield from ((left[0], number) for number in right[1:])


def make_relation(
    one: str, other: str, kind: RelationKind, counts: NDArray[np.int32], found: tuple[Evidence, ...]
) -> Relation:
    """A relation with a < b; `counts` are those of (one, other), which may lie the other way round."""
    similarity, share_one, share_other = relations.shares(counts)
    swapped = other < one
    return trusted(
        Relation,
        {
            "a": other if swapped else one,
            "b": one if swapped else other,
            "relation": kind,
            "similarity": similarity,
            "containment_a": share_other if swapped else share_one,
            "containment_b": share_one if swapped else share_other,
            "evidence": found,
        },
    )


def _equal_relations(members: Members, settings: DuplicateSettings) -> Iterator[Relation]:
    for group in members.more.values():
        texts = _shared((n, members.articles[n].text) for n in group)
        if len(set(texts.values())) > 1:
            texts = _shared((n, folded(members.articles[n])) for n in group)
        listed = len(group) <= settings.listed_pairs
        for a, b in combinations(group, 2) if listed else ((group[0], other) for other in group[1:]):
            same = texts[a] == texts[b]
            yield trusted(
                Relation,
                {
                    "a": members.ids[a],
                    "b": members.ids[b],
                    "relation": RelationKind.EXACT if same else RelationKind.NEAR_DUPLICATE,
                    "similarity": 1.0,
                    "containment_a": 1.0,
                    "containment_b": 1.0,
                    "evidence": (_EQUAL_TEXT if same else _EQUAL_WORDS,),
                },
            )


def _shared(texts: Iterable[tuple[int, str]]) -> dict[int, str]:
    """Texts by number, of equal ones a single string: a group may have a hundred thousand."""
    known: dict[str, str] = {}
    return {number: known.setdefault(text, text) for number, text in texts}


_EQUAL_TEXT = Evidence(name="equal_text", value=1, says="the texts are equal but for white space")
_EQUAL_WORDS = Evidence(
    name="equal_words", value=1, says="the texts have the same words in the same order; case or marks differ"
)


def _by_the_others(kind: int) -> Evidence:
    says = f"by themselves the two are less clear; the other copies make them {KINDS[kind].value}"
    return Evidence(name="other_copies", value=1, says=says)
