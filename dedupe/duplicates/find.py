"""The recipe: articles -> clusters, in the order of the data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain, islice, pairwise
from operator import attrgetter, eq
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from dedupe.collector import paused_collection
from dedupe.duplicates import lsh, minhash, relations
from dedupe.duplicates._parallel import in_threads
from dedupe.duplicates.comparison import Comparison, compare
from dedupe.duplicates.events import names_in, same_event
from dedupe.duplicates.normalise import tidy, tidy_all
from dedupe.duplicates.origin import credit_words
from dedupe.duplicates.relations import KINDS
from dedupe.duplicates.result import Members, folded, make_relation, result
from dedupe.duplicates.versions import Tellings, later_versions, version_evidence
from dedupe.errors import InputFormatError
from dedupe.models import Article, Clusters, Relation, RelationKind
from dedupe.progress import Counted, Progress, silent
from dedupe.settings import DedupeSettings, DuplicateSettings
from dedupe.spool import Chosen, Spool, StoredArticles, texts_in

__all__ = [
    "anchor_mask",
    "decided",
    "find_duplicates",
    "group_equal",
    "least_anchors",
    "relate",
    "room_for_keys",
    "sketch_all",
    "tidy_and_sketch",
]

Item = TypeVar("Item")

_text_of = attrgetter("text")

_BATCH = 512  # texts that go to the kernel at once: a few milliseconds of work without the GIL
_LEAST_ANCHORS = 3  # in common, however thin the sample: fewer are chance
_ANCHOR_WORDS = 3  # words of an anchor, as of a seed of an alignment


def find_duplicates(
    articles: Iterable[Article], settings: DedupeSettings, progress: Progress = silent
) -> Clusters:
    """Find copies among articles, and how those that are no copies relate.

    Every pair named in the result was compared text with text. The order of the articles does not matter.

    Args:
        articles: `StoredArticles` stay in their file, and so do their texts: memory holds what is found out
            about them. All others are held.
        settings: the part `duplicates` counts.
        progress: told of the steps `tidy` (of stored articles), `sketch` and `compare`.

    Raises:
        SettingsError: the settings of the signatures cannot be met.
        ValueError: two articles have one id.
    """
    with paused_collection():
        if isinstance(articles, StoredArticles):
            return _found(articles.sorted(), settings.duplicates, progress)
        return _found(sorted(articles, key=attrgetter("id")), settings.duplicates, progress)


def _found(members: Sequence[Article], settings: DuplicateSettings, progress: Progress) -> Clusters:
    bands = room_for_keys(len(members), settings)
    texts: Sequence[str]
    if isinstance(members, StoredArticles):
        texts, characters = _kept_texts(members, progress)
        mask = anchor_mask(characters, settings.anchors)
        sketches = sketch_all(texts, mask, settings, bands, progress)
    else:
        mask = anchor_mask(sum(map(len, map(_text_of, members))) if settings.anchors else 0, settings.anchors)
        texts, sketches = tidy_and_sketch(members, mask, settings, bands, _text_of, progress)
    grouped = group_equal(members, sketches, settings)
    _refuse_double_ids(grouped.ids)
    pairs = _candidates(sketches, bands, grouped.firsts, mask, settings)
    del sketches, bands
    return decided(grouped, texts, pairs, settings, progress)


def _ids(members: Sequence[Article]) -> Sequence[str]:
    return members.ids if isinstance(members, StoredArticles) else list(map(attrgetter("id"), members))


def decided(
    grouped: Members,
    texts: Sequence[str],
    pairs: NDArray[np.int64],
    settings: DuplicateSettings,
    progress: Progress = silent,
) -> Clusters:
    """What candidates come to, compared text with text.

    Nothing passes from one connected part of the candidates to another, so that each part may be decided
    by itself, and elsewhere; but for events by their names, which are looked for among all of few texts.

    Args:
        grouped: the articles, in groups of equal words.
        texts: of all articles, tidied.
        pairs: groups worth comparing, shape (pairs, 2), the less first, sorted.
    """
    firsts = grouped.firsts.tolist()
    # Most texts have no candidate: of those nothing is touched, which would cost as much as comparing some.
    known = Tellings(Chosen(grouped.articles.__getitem__, firsts))
    compared = Comparison(Chosen(texts.__getitem__, firsts), known, settings)
    compared.add(pairs, progress)
    compared.complete()
    compared.part_round_ups()
    return result(grouped, compared, settings)


def relate(a: Article, b: Article, settings: DedupeSettings) -> Relation:
    """How two articles' texts relate, decided on the two alone; `unrelated` is an answer too.

    In a corpus the other copies have a voice as well, so that `find_duplicates` may know better.
    """
    first, second = sorted((a, b), key=lambda article: article.id)
    pair, both = np.array([[0, 1]]), Chosen.all_of([first, second])
    counts = compare([tidy(first.text), tidy(second.text)], pair, settings.duplicates)
    later = later_versions(counts, pair, Tellings(both), settings.duplicates)
    kind = KINDS[int(relations.decide(counts, settings.duplicates, later).kinds[0])]
    if folded(first) and folded(first) == folded(second):
        kind = RelationKind.EXACT
    found = relations.evidence(counts[0])
    if later[0] and kind is RelationKind.UPDATED_VERSION:
        found += (version_evidence(counts[0]),)
    if kind is RelationKind.UNRELATED:
        names_a, names_b = names_in([tidy(first.text), tidy(second.text)])
        event = same_event(names_a, names_b, settings.duplicates)
        kind, found = (RelationKind.SAME_EVENT_ONLY, (*found, event)) if event else (kind, found)
    return make_relation(first.id, second.id, kind, counts[0], found)


def _refuse_double_ids(ids: Sequence[str]) -> None:
    if any(map(eq, ids, islice(ids, 1, None))):
        twice = next(name for name, after in pairwise(ids) if name == after)
        raise InputFormatError(f"Two articles have the id {twice!r}. Give each its own.")


def _kept_texts(articles: StoredArticles, progress: Progress) -> tuple[Spool[str], int]:
    """The texts of stored articles, tidied, in a file of their own; and the characters of all of them."""
    texts = texts_in(articles.folder)
    characters = 0
    for start in progress(range(0, len(articles), _BATCH), "tidy"):
        batch = [article.text for article in articles[start : start + _BATCH]]
        characters += sum(map(len, batch))
        texts.extend(tidy_all(batch))
    return texts, characters


def room_for_keys(texts: int, settings: DuplicateSettings) -> minhash.BandKeys:
    """Place for the keys of the bands of so many texts."""
    banding = lsh.plan_bands(settings.wanted_similarity, settings.wanted_recall, settings.slots)
    # Keys of one text do not all lie a power of two apart: they would push each other out of the cache.
    return minhash.BandKeys(banding.rows, np.empty((banding.bands, (texts + 15) // 32 * 32 + 16), np.uint32))


def tidy_and_sketch(
    items: Sequence[Item],
    mask: int,
    settings: DuplicateSettings,
    bands: minhash.BandKeys,
    text_of: Callable[[Item], str] = str,
    progress: Progress = silent,
) -> tuple[list[str], minhash.Sketches]:
    """The text of each item as both sides of every comparison read it, and its sketch."""
    texts = [""] * len(items)

    def tidy_batch(start: int) -> list[str]:
        batch = tidy_all(list(map(text_of, items[start : start + _BATCH])))
        texts[start : start + len(batch)] = batch
        return batch

    return texts, _sketched(tidy_batch, len(items), mask, settings, bands, progress)


def sketch_all(
    texts: Sequence[str],
    mask: int,
    settings: DuplicateSettings,
    bands: minhash.BandKeys,
    progress: Progress = silent,
) -> minhash.Sketches:
    """Sketches of tidied texts without their signatures, of which the keys of the bands are kept."""

    def batch_at(start: int) -> Sequence[str]:
        return texts[start : start + _BATCH]

    return _sketched(batch_at, len(texts), mask, settings, bands, progress)


def _sketched(
    batch_at: Callable[[int], Sequence[str]],
    count: int,
    mask: int,
    settings: DuplicateSettings,
    bands: minhash.BandKeys,
    progress: Progress,
) -> minhash.Sketches:
    unkept = np.empty((0, settings.slots), np.uint32)
    credit_bits = credit_words()

    def sketch(start: int) -> minhash.Sketches:
        return minhash.sketch(
            batch_at(start), settings.shingle_words, _ANCHOR_WORDS, mask, unkept, credit_bits, bands, start
        )

    starts = range(0, max(1, count), _BATCH)
    parts = list(progress(Counted(in_threads(sketch, starts), len(starts)), "sketch"))
    return minhash.Sketches(
        unkept,
        np.concatenate([part.digests for part in parts]),
        np.concatenate([part.kept for part in parts]),
        np.concatenate([part.lengths for part in parts]),
        np.concatenate([part.anchors for part in parts]),
        np.concatenate([part.anchor_counts for part in parts]),
        np.concatenate([part.credited for part in parts]),
    )


def anchor_mask(characters: int, wanted: int) -> int:
    """Mask that leaves about `wanted` anchors: of a small corpus all short shingles, of a large one some."""
    if not wanted:
        return minhash.NO_ANCHORS
    words = characters // 6
    return (1 << max(0, (words // wanted).bit_length())) - 1


def group_equal(
    members: Sequence[Article], sketches: minhash.Sketches, settings: DuplicateSettings
) -> Members:
    """Group articles with the same words in the same order; of too few words: with the same text."""
    keys = np.concatenate([sketches.digests, sketches.lengths[:, None].astype(np.uint64)], axis=1)
    order = np.argsort(keys[:, 0])
    first = keys[order, 0]
    same = first[1:] == first[:-1]
    near = np.flatnonzero(same)
    same[near] = (keys[order[near + 1]] == keys[order[near]]).all(axis=1)
    if not same[near].all():  # other texts may stand between equal ones
        order = np.lexsort(keys.T)
        same = (keys[order[1:]] == keys[order[:-1]]).all(axis=1)
    leader = np.arange(len(members))
    more: dict[int, list[int]] = {}
    edges = np.flatnonzero(np.diff(same, prepend=False, append=False)).tolist()  # of runs of equal ones
    kept = sketches.kept[order[edges[::2]]].tolist()
    for start, end, words in zip(edges[::2], edges[1::2], kept, strict=True):
        equal = sorted(order[start : end + 1].tolist())
        more.update({equal[0]: equal} if words >= settings.least_words else _of_equal_texts(equal, members))
    leader[np.fromiter(chain.from_iterable(more.values()), np.int64)] = np.repeat(
        np.fromiter(more, np.int64), list(map(len, more.values()))
    )
    leads = leader == np.arange(len(members))
    firsts = np.flatnonzero(leads)
    groups = (np.cumsum(leads) - 1)[leader]
    return Members(
        members,
        _ids(members),
        sketches.lengths,
        sketches.credited,
        firsts,
        groups,
        {int(groups[first]): numbers for first, numbers in more.items()},
    )


def _of_equal_texts(numbers: Sequence[int], members: Sequence[Article]) -> dict[int, list[int]]:
    """First of the articles of each text that several of some articles have -> all of them."""
    texts: dict[str, list[int]] = {}
    for number in numbers:
        text = folded(members[number])
        if text:
            texts.setdefault(text, []).append(number)
    return {equal[0]: equal for equal in texts.values() if len(equal) > 1}


def _candidates(
    sketches: minhash.Sketches,
    bands: minhash.BandKeys,
    firsts: NDArray[np.int64],
    mask: int,
    settings: DuplicateSettings,
) -> NDArray[np.int64]:
    """Pairs of groups worth comparing."""
    first = firsts.astype(np.uint32)
    found = lsh.band_pairs(bands.keys, first[sketches.kept[first] > 0])
    place = np.zeros(len(sketches.lengths), np.int64)
    place[first] = np.arange(len(first))
    found = place[found]
    if not len(sketches.anchors):
        return found
    chosen = np.zeros(len(sketches.lengths), bool)
    chosen[first] = True
    anchors = sketches.anchors[np.repeat(chosen, sketches.anchor_counts)]
    least = least_anchors(mask, settings)
    return lsh.united(
        found, lsh.anchor_pairs(anchors, sketches.anchor_counts[chosen], least, settings.meetings)
    )


def least_anchors(mask: int, settings: DuplicateSettings) -> int:
    """Anchors in common that make a candidate, of a sample that a mask made."""
    return max(_LEAST_ANCHORS, settings.shared_anchors // (mask + 1))
