"""The recipe: articles -> clusters, in the order of the data."""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import combinations, pairwise, product
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from dedupe.duplicates import lsh, minhash, relations
from dedupe.duplicates.alignment import Count, align
from dedupe.duplicates.clusters import Voice, choose, connected, join_copies
from dedupe.duplicates.normalise import split_words, tidy
from dedupe.duplicates.origin import find_origin
from dedupe.duplicates.relations import KINDS
from dedupe.models import Article, Cluster, Clusters, Evidence, Relation, RelationKind
from dedupe.settings import DedupeSettings, DuplicateSettings

__all__ = ["find_duplicates", "relate"]

_BATCH = 512  # texts that go to the kernel at once: a few milliseconds of work without the GIL
_PAIR_BATCH = 4096  # pairs compared at once: their words stay within some 40 MB
_FURNISHED = 1.5  # words for each word of prose from which a text's other lines must have their say as well
_ANCHOR_WORDS = 3  # words of an anchor, as of a seed of an alignment
_COPY, _CONTAINS, _VERSION, _EVENT, _UNRELATED = (
    KINDS.index(kind)
    for kind in (
        RelationKind.NEAR_DUPLICATE,
        RelationKind.CONTAINS,
        RelationKind.UPDATED_VERSION,
        RelationKind.SAME_EVENT_ONLY,
        RelationKind.UNRELATED,
    )
)
_FAMILY: Final = (_CONTAINS, _VERSION)

Pair = tuple[int, int]
Work = TypeVar("Work")
Done = TypeVar("Done")


def find_duplicates(articles: Iterable[Article], settings: DedupeSettings) -> Clusters:
    """Find copies among articles, and how those that are no copies relate.

    Every pair named in the result was compared text with text. The order of the articles does not matter.

    Raises:
        SettingsError: the settings of the signatures cannot be met.
        ValueError: two articles have one id.
    """
    members = sorted(articles, key=lambda article: article.id)
    _refuse_double_ids(members)
    texts = [tidy(article.text) for article in members]
    sketches = _sketch_all(texts, settings.duplicates)
    groups = _equal_texts(members, sketches, settings.duplicates)
    pairs = _candidates(sketches, [group[0] for group in groups], settings.duplicates)
    compared = _Comparison([texts[group[0]] for group in groups], settings.duplicates)
    compared.add(pairs)
    compared.complete()
    compared.part_round_ups()
    return _Result(members, groups, compared, sketches.lengths, settings.duplicates).clusters()


def relate(a: Article, b: Article, settings: DedupeSettings) -> Relation:
    """How two articles' texts relate, decided on the two alone; `unrelated` is an answer too.

    In a corpus the other copies have a voice as well, so that `find_duplicates` may know better.
    """
    first, second = sorted((a, b), key=lambda article: article.id)
    counts = _compare([tidy(first.text), tidy(second.text)], np.array([[0, 1]]), settings.duplicates)
    kind = KINDS[int(relations.decide(counts, settings.duplicates).kinds[0])]
    if _folded(first) and _folded(first) == _folded(second):
        kind = RelationKind.EXACT
    return _relation(first.id, second.id, kind, counts[0], relations.evidence(counts[0]))


def _refuse_double_ids(members: Sequence[Article]) -> None:
    for one, other in pairwise(members):
        if one.id == other.id:
            raise ValueError(f"two articles have the id {one.id!r}; give each its own")


# ------------------------------------------------------------------------------------------ sketches


def _cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _in_threads(function: Callable[[Work], Done], work: Sequence[Work]) -> Iterator[Done]:
    """Results in the order of the work, whatever the number of cores."""
    workers = min(len(work), _cores())
    if workers < 2:
        yield from map(function, work)
        return
    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(function, work)


def _sketch_all(texts: Sequence[str], settings: DuplicateSettings) -> minhash.Sketches:
    mask = _anchor_mask(texts, settings.anchors)
    batches = [texts[start : start + _BATCH] for start in range(0, len(texts), _BATCH)] or [[]]
    parts = list(
        _in_threads(
            lambda batch: minhash.sketch(batch, settings.shingle_words, settings.slots, _ANCHOR_WORDS, mask),
            batches,
        )
    )
    return minhash.Sketches(
        np.concatenate([part.signatures for part in parts]),
        np.concatenate([part.digests for part in parts]),
        np.concatenate([part.kept for part in parts]),
        np.concatenate([part.lengths for part in parts]),
        np.concatenate([part.anchors for part in parts]),
        np.concatenate([part.anchor_counts for part in parts]),
    )


def _anchor_mask(texts: Sequence[str], wanted: int) -> int:
    """Mask that leaves about `wanted` anchors: of a small corpus all short shingles, of a large one some."""
    if not wanted:
        return minhash.NO_ANCHORS
    words = sum(map(len, texts)) // 5
    return (1 << max(0, (words // wanted).bit_length())) - 1


def _equal_texts(
    members: Sequence[Article], sketches: minhash.Sketches, settings: DuplicateSettings
) -> list[list[int]]:
    """Groups of articles with the same words in the same order; of too few words: with the same text."""
    groups: dict[object, list[int]] = {}
    columns = (sketches.digests.tolist(), sketches.kept.tolist(), sketches.lengths.tolist())
    for number, (digest, kept, length) in enumerate(zip(*columns, strict=True)):
        key: object = (digest[0], digest[1], length)
        if kept < settings.least_words:
            key = _folded(members[number]) or number
        groups.setdefault(key, []).append(number)
    return list(groups.values())


def _folded(article: Article) -> str:
    """The text but for its white space."""
    return " ".join(article.text.split())


def _candidates(
    sketches: minhash.Sketches, firsts: Sequence[int], settings: DuplicateSettings
) -> NDArray[np.int64]:
    """Pairs of groups worth comparing."""
    banding = lsh.plan_bands(settings.wanted_similarity, settings.wanted_recall, settings.slots)
    signatures = (
        sketches.signatures if len(firsts) == len(sketches.signatures) else sketches.signatures[firsts]
    )
    found = [lsh.band_pairs(signatures, banding)]
    if len(sketches.anchors):
        chosen = np.zeros(len(sketches.lengths), bool)
        chosen[firsts] = True
        anchors = sketches.anchors[np.repeat(chosen, sketches.anchor_counts)]
        found.append(
            lsh.anchor_pairs(
                anchors, sketches.anchor_counts[firsts], settings.shared_anchors, settings.meetings
            )
        )
    both: NDArray[np.int64] = np.unique(np.concatenate(found), axis=0)
    return both


# ---------------------------------------------------------------------------------------- comparison


def _compare(
    texts: Sequence[str], pairs: NDArray[np.int64], settings: DuplicateSettings
) -> NDArray[np.int32]:
    """Counts of pairs of texts.

    Where lines that are no prose make up much of both texts, all lines are compared as well, and the
    comparison
    in which less is common counts: equal menus make no copies of two items, nor an equal notice of two
    tables.
    """
    words = split_words(texts)
    counts = align(words, pairs, settings)
    furnished = words.lengths > np.diff(words.offsets) * _FURNISHED
    doubtful = np.flatnonzero(furnished[pairs].all(axis=1) & (counts[:, Count.BLOCKS] > 0))
    if len(doubtful):
        full = align(split_words(texts, all_lines=True), pairs[doubtful], settings)
        less = _common_share(full) < _common_share(counts[doubtful])
        counts[doubtful[less]] = full[less]
    return counts


def _common_share(counts: NDArray[np.int32]) -> NDArray[np.float64]:
    covered = counts[:, [Count.COVERED_A, Count.COVERED_B]] / np.maximum(
        counts[:, [Count.WORDS_A, Count.WORDS_B]], 1
    )
    share: NDArray[np.float64] = covered.max(axis=1)
    return share


class _Comparison:
    """Pairs of texts that were compared, and what was decided on each by itself."""

    def __init__(self, texts: Sequence[str], settings: DuplicateSettings) -> None:
        self.texts = texts
        self.settings = settings
        self.rows: dict[Pair, int] = {}
        self.counts = np.empty((0, len(Count)), np.int32)
        self.kinds: list[int] = []
        self.strengths: list[float] = []

    def add(self, pairs: NDArray[np.int64]) -> None:
        """Compare pairs that were not compared before; a pair is (less, greater)."""
        batches = [pairs[start : start + _PAIR_BATCH] for start in range(0, len(pairs), _PAIR_BATCH)]
        parts = list(_in_threads(self._align, batches))
        if not parts:
            return
        counts = np.concatenate(parts)
        decisions = relations.decide(counts, self.settings)
        self.rows.update(((a, b), row) for row, (a, b) in enumerate(pairs.tolist(), start=len(self.counts)))
        self.counts = np.concatenate([self.counts, counts])
        self.kinds += decisions.kinds.tolist()
        self.strengths += decisions.strengths.tolist()

    def _align(self, pairs: NDArray[np.int64]) -> NDArray[np.int32]:
        used, local = np.unique(pairs, return_inverse=True)
        return _compare([self.texts[n] for n in used.tolist()], local.reshape(pairs.shape), self.settings)

    def add_missing(self, pairs: Iterable[Pair]) -> None:
        """Compare those of the pairs that were not yet."""
        missing = sorted({pair for pair in pairs if pair not in self.rows})
        if missing:
            self.add(np.array(missing, np.int64))

    def complete(self) -> None:
        """Compare all pairs inside what copies tie together, so that no chain goes unseen."""
        copies = [pair for pair, row in self.rows.items() if self.kinds[row] == _COPY]
        tied: defaultdict[int, list[int]] = defaultdict(list)
        for node, low in enumerate(connected(len(self.texts), copies)):
            tied[low].append(node)
        groups = [group for group in tied.values() if 2 < len(group) <= self.settings.listed_pairs]
        self.add_missing(pair for group in groups for pair in combinations(group, 2))

    def part_round_ups(self) -> None:
        """Tell round-ups, which carry texts that have nothing in common, from copies with a longer end."""
        carried: defaultdict[int, list[Pair]] = defaultdict(list)
        for pair, row in self.rows.items():
            if self.kinds[row] in (_COPY, _CONTAINS):
                side = relations.carrier(self.counts[row], self.settings)
                if side is not None:
                    carried[pair[side]].append(pair)
        for longer, pairs in carried.items():
            others = sorted((a if b == longer else b, (a, b)) for a, b in pairs)[: self.settings.listed_pairs]
            for (x, pair_x), (y, pair_y) in combinations(others, 2):
                between = self.rows.get((x, y))
                if between is None or self.kinds[between] == _UNRELATED:
                    for pair in (pair_x, pair_y):
                        self.kinds[self.rows[pair]], self.strengths[self.rows[pair]] = _CONTAINS, 1.0

    def voices(self) -> list[Voice]:
        """What each pair says on whether its texts are copies."""
        return [
            Voice(a, b, self.strengths[row] if self.kinds[row] == _COPY else -self.strengths[row])
            for (a, b), row in self.rows.items()
        ]


# -------------------------------------------------------------------------------------------- result


@dataclass
class _Tie:
    """What the compared pairs between two groups of copies say together."""

    weights: defaultdict[int, float] = field(default_factory=lambda: defaultdict(float))
    votes: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    solid: bool = False

    def kind(self, pairs: int) -> int:
        """The relation of the groups; `pairs`: how many there are between them."""
        family = self.votes[_CONTAINS] + self.votes[_VERSION] + self.votes[_COPY]
        if family >= 0.25 * pairs:
            return _CONTAINS if self.weights[_CONTAINS] > self.weights[_VERSION] else _VERSION
        quotes = self.votes[_EVENT] + family
        if quotes > 0.34 * pairs and (self.weights[_EVENT] >= 1 or self.votes[_EVENT] > 1):
            return _EVENT
        return _UNRELATED


class _Result:
    """Compared pairs -> clusters, families and the relations of all articles."""

    def __init__(
        self,
        members: Sequence[Article],
        groups: Sequence[list[int]],
        compared: _Comparison,
        lengths: NDArray[np.int64],
        settings: DuplicateSettings,
    ) -> None:
        self.members = members
        self.groups = groups
        self.compared = compared
        self.lengths = lengths
        self.settings = settings
        self.cluster_of = join_copies(len(groups), compared.voices())
        self.nodes: defaultdict[int, list[int]] = defaultdict(list)
        for node, cluster in enumerate(self.cluster_of):
            self.nodes[cluster].append(node)
        self.kinds: dict[Pair, int] = {}
        self.weak: set[Pair] = set()

    def clusters(self) -> Clusters:
        """All that was found."""
        ties = self._ties()
        far = self._by_way_of_copies(ties)
        self._settle(ties | far)
        return Clusters.model_construct(
            clusters=tuple(self._clusters(self._families(ties))),
            relations=tuple(sorted(self._relations(), key=lambda relation: (relation.a, relation.b))),
            origins=self.origins,
        )

    def _ties(self) -> dict[Pair, int]:
        """Relation of each two clusters that have one."""
        ties: defaultdict[Pair, _Tie] = defaultdict(_Tie)
        for (a, b), row in self.compared.rows.items():
            pair = _ordered(self.cluster_of[a], self.cluster_of[b])
            kind = self.compared.kinds[row]
            if pair[0] == pair[1] or kind == _UNRELATED:
                continue
            tie = ties[pair]
            tie.weights[kind] += self.compared.strengths[row]
            tie.votes[kind] += 1
            tie.solid = tie.solid or (kind != _EVENT and relations.is_solid(self.compared.counts[row]))
        found = {}
        story = connected(len(self.groups), [pair for pair, tie in ties.items() if tie.solid])
        for pair, tie in ties.items():
            pairs = len(self.nodes[pair[0]]) * len(self.nodes[pair[1]])
            kind = tie.kind(pairs)
            if kind in _FAMILY and not tie.solid and story[pair[0]] != story[pair[1]]:
                continue  # a stock paragraph or furniture: nothing else speaks for one story
            if kind != _UNRELATED:
                found[pair] = kind
            if not tie.solid and (kind != _EVENT or tie.weights[_EVENT] < 0.34 * pairs):
                self.weak.add(pair)
        return self._without_own_quotes(found)

    def _without_own_quotes(self, ties: dict[Pair, int]) -> dict[Pair, int]:
        """Drop ties over quotes that no other version of either story has: they came with its own matter."""
        family: defaultdict[int, list[int]] = defaultdict(list)
        for (x, y), kind in ties.items():
            if kind in _FAMILY:
                family[x].append(y)
                family[y].append(x)

        def alone(x: int, y: int) -> bool:
            return bool(family[x]) and not any(_ordered(other, y) in ties for other in family[x])

        return {
            (x, y): kind
            for (x, y), kind in ties.items()
            if kind != _EVENT
            or not ((alone(x, y) or not family[x]) and (alone(y, x) or not family[y]))
            or not (family[x] or family[y])
        }

    def _by_way_of_copies(self, ties: dict[Pair, int]) -> dict[Pair, int]:
        """Relations that follow from those to a cluster of copies.

        What quotes a story's words tells of the same event as the story's versions do, and two texts that
        carry
        one story are versions of it, even where the two share nothing.
        """
        around: defaultdict[int, dict[int, int]] = defaultdict(dict)
        for (x, y), kind in ties.items():
            if (x, y) in self.weak:
                continue
            # Nothing follows from what a text carries for the other things that it carries.
            longer = max((x, y), key=self._words) if kind == _CONTAINS else None
            if longer != x:
                around[x][y] = kind
            if longer != y:
                around[y][x] = kind
        far: dict[Pair, int] = {}
        for near in around.values():
            if len(near) > self.settings.listed_pairs:
                continue
            for (x, kind_x), (y, kind_y) in combinations(sorted(near.items()), 2):
                kinds = {kind_x, kind_y}
                if kinds == {_EVENT}:
                    continue
                kind = _EVENT if _EVENT in kinds else _VERSION if _VERSION in kinds else _CONTAINS
                known = min(ties.get((x, y), _UNRELATED), far.get((x, y), _UNRELATED))
                if kind < known:
                    far[x, y] = kind
        return far

    def _settle(self, ties: dict[Pair, int]) -> None:
        """The relation of each pair of texts, now that their clusters' relation is known."""
        limit = self.settings.listed_pairs
        for nodes in self.nodes.values():
            pairs = (
                list(combinations(nodes, 2))
                if len(nodes) <= limit
                else [(nodes[0], node) for node in nodes[1:]]
            )
            self.kinds.update(dict.fromkeys(pairs, _COPY))
        for (x, y), kind in ties.items():
            pairs = [_ordered(a, b) for a, b in product(self.nodes[x], self.nodes[y])]
            if len(pairs) > limit * limit:
                pairs = [pair for pair in pairs if pair in self.compared.rows]
            self.kinds.update(dict.fromkeys(pairs, kind))
        self.compared.add_missing(self.kinds)

    def _families(self, ties: dict[Pair, int]) -> dict[int, int]:
        """Cluster -> least cluster of its family. A round-up, which carries several stories, joins none."""
        carried: defaultdict[int, list[int]] = defaultdict(list)
        for (x, y), kind in ties.items():
            if kind == _CONTAINS:
                longer, shorter = sorted((x, y), key=lambda cluster: -self._words(cluster))
                carried[longer].append(shorter)
        roundups = {
            longer
            for longer, shorter in carried.items()
            if any(_ordered(a, b) not in ties for a, b in combinations(sorted(shorter), 2))
        }
        joined = [pair for pair, kind in ties.items() if kind in _FAMILY and not roundups & set(pair)]
        least = connected(len(self.groups), joined)
        return {cluster: least[cluster] for cluster in self.nodes}

    def _words(self, cluster: int) -> int:
        return max(int(self.lengths[self.groups[node][0]]) for node in self.nodes[cluster])

    def _clusters(self, families: dict[int, int]) -> list[Cluster]:
        """Clusters with their members, sorted by id."""
        self.origins = {a.id: origin for a in self.members if (origin := find_origin(a)) is not None}
        numbers = {
            c: sorted(n for node in nodes for n in self.groups[node]) for c, nodes in self.nodes.items()
        }
        names = {cluster: self.members[own[0]].id for cluster, own in numbers.items()}
        family_names: dict[int, str] = {}
        for cluster, family in families.items():
            family_names[family] = min(family_names.get(family, names[cluster]), names[cluster])
        found = []
        for cluster, own in numbers.items():
            articles = [self.members[number] for number in own]
            choice = choose(articles, [int(self.lengths[number]) for number in own], self.origins)
            origins = [self.origins[article.id] for article in articles if article.id in self.origins]
            found.append(
                Cluster.model_construct(
                    id=names[cluster],
                    family=family_names[families[cluster]],
                    members=tuple(article.id for article in articles),
                    representative=choice.article.id,
                    reason=choice.reason,
                    origin=max(sorted(set(origins)), key=origins.count, default=None),
                )
            )
        return sorted(found, key=lambda cluster: cluster.id)

    def _relations(self) -> Iterator[Relation]:
        for group in self.groups:
            yield from self._equal_relations(group)
        for (a, b), kind in self.kinds.items():
            row = self.compared.rows[a, b]
            counts = self.compared.counts[row]
            found = relations.evidence(counts)
            if kind != self.compared.kinds[row]:
                found += (_by_the_others(kind),)
            for left, right in self._spread(self.groups[a], self.groups[b]):
                yield self._oriented(left, right, kind, counts, found)

    def _spread(self, left: list[int], right: list[int]) -> Iterator[Pair]:
        """Pairs of articles of two groups of equal texts; of large groups, each with the other's first."""
        if len(left) * len(right) <= self.settings.listed_pairs:
            yield from product(left, right)
            return
        yield from ((number, right[0]) for number in left)
        yield from ((left[0], number) for number in right[1:])

    def _oriented(
        self, left: int, right: int, kind: int, counts: NDArray[np.int32], found: tuple[Evidence, ...]
    ) -> Relation:
        """A relation with a < b: equal texts may lie the other way round than the first of their groups."""
        a, b = self.members[left].id, self.members[right].id
        relation = _relation(a, b, KINDS[kind], counts, found)
        if a < b:
            return relation
        return relation.model_copy(
            update={
                "a": b,
                "b": a,
                "containment_a": relation.containment_b,
                "containment_b": relation.containment_a,
            }
        )

    def _equal_relations(self, group: list[int]) -> Iterator[Relation]:
        if len(group) < 2:
            return
        digests = {
            n: hashlib.sha256(_folded(self.members[n]).encode("utf-8", "replace")).digest() for n in group
        }
        listed = len(group) <= self.settings.listed_pairs
        for a, b in combinations(group, 2) if listed else ((group[0], other) for other in group[1:]):
            same = digests[a] == digests[b]
            yield Relation.model_construct(
                a=self.members[a].id,
                b=self.members[b].id,
                relation=RelationKind.EXACT if same else RelationKind.NEAR_DUPLICATE,
                similarity=1.0,
                containment_a=1.0,
                containment_b=1.0,
                evidence=(_EQUAL_TEXT if same else _EQUAL_WORDS,),
            )


_EQUAL_TEXT = Evidence(name="equal_text", value=1, says="the texts are equal but for white space")
_EQUAL_WORDS = Evidence(
    name="equal_words",
    value=1,
    says="the stories have the same words in the same order; case, marks or headlines differ",
)


def _by_the_others(kind: int) -> Evidence:
    says = (
        f"by themselves the two are less clear; the other copies of their texts make them {KINDS[kind].value}"
    )
    return Evidence(name="other_copies", value=1, says=says)


def _ordered(x: int, y: int) -> Pair:
    return (x, y) if x <= y else (y, x)


def _relation(
    a: str, b: str, kind: RelationKind, counts: NDArray[np.int32], found: tuple[Evidence, ...]
) -> Relation:
    similarity, containment_a, containment_b = (
        round(float(share[0]), 4) for share in relations.shares(counts[None, :])
    )
    return Relation.model_construct(
        a=a,
        b=b,
        relation=kind,
        similarity=similarity,
        containment_a=containment_a,
        containment_b=containment_b,
        evidence=found,
    )
