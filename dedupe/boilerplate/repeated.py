"""Blocks that a site prints on page after page: the furniture that only shows across documents.

Counted are stories, not documents: copies and versions of one text repeat all of it, and prove nothing
about its furniture. Numbers and dates may vary from page to page ("12 comments", "Published on 3 May 2025").
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise
from typing import Protocol
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from dedupe.boilerplate._engine import kernel
from dedupe.boilerplate.characters import Keys, mixed
from dedupe.boilerplate.lines import Ints, read_lines
from dedupe.models import Article

__all__ = ["Counted", "Repetition", "SiteLines", "Stories", "site_key", "site_lines", "site_of"]

_SENTENCE = 30  # characters: shorter blocks are too common to show a copy
_ROOM = 1 << 14  # blocks that a table has room for at first


def site_of(article: Article) -> str:
    """What stands for the site: the address's host, else the publisher; empty: not known."""
    host = _host_of("/".join(article.url.split("/", 3)[:3])) if article.url else None
    return (host or article.publisher or "").casefold().removeprefix("www.")


@lru_cache(maxsize=1 << 12)
def _host_of(beginning: str) -> str | None:
    """The host of an address, of which nothing is needed from its path on."""
    return urlsplit(beginning).hostname


@lru_cache(maxsize=1 << 12)
def _site_key(site: str) -> int:
    return int.from_bytes(blake2b(site.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


class Tally(Protocol):
    """On how many stories a key stands."""

    def add(self, keys: Keys, sizes: NDArray[np.int32], first: Ints, copy_share: float) -> list[bool]:
        """Count the keys of each document once, unless it is a copy of what was counted.

        Args:
            keys: of the lines of the documents, one after another.
            sizes: characters of their shapes; a line of none is not counted.
            first: where the lines of each document begin, and the number of all lines.
            copy_share: share of its sentences, seen before, above which a document is a copy.

        Returns:
            of each document whether it was counted.
        """

    def counts(self, keys: Keys) -> NDArray[np.uint32]:
        """The number of each key."""

    def often(self, least: int) -> tuple[Keys, NDArray[np.uint32]]:
        """The keys that stand on so many stories, in no order, and the number of each."""


class PythonTally:
    """A tally in a dictionary."""

    def __init__(self) -> None:
        self._stories: Counter[int] = Counter()

    def add(self, keys: Keys, sizes: NDArray[np.int32], first: Ints, copy_share: float) -> list[bool]:
        """As the protocol says."""
        known, sizes_known = keys.tolist(), sizes.tolist()
        return [
            self._add_one(dict(zip(known[low:high], sizes_known[low:high], strict=True)), copy_share)
            for low, high in pairwise(first.tolist())
        ]

    def _add_one(self, shapes: dict[int, int], copy_share: float) -> bool:
        sentences = [key for key, size in shapes.items() if size >= _SENTENCE]
        seen = sum(key in self._stories for key in sentences)
        if sentences and seen > copy_share * len(sentences):
            return False
        self._stories.update(key for key, size in shapes.items() if size)
        return True

    def counts(self, keys: Keys) -> NDArray[np.uint32]:
        """As the protocol says."""
        return np.array([self._stories[key] for key in keys.tolist()], dtype=np.uint32)

    def often(self, least: int) -> tuple[Keys, NDArray[np.uint32]]:
        """As the protocol says."""
        found = {key: count for key, count in self._stories.items() if count >= least}
        return np.array(list(found), np.uint64), np.array(list(found.values()), np.uint32)


class KernelTally:
    """The same in two arrays, with open addressing: 12 bytes a slot, of which at most two thirds are used."""

    def __init__(self) -> None:
        self._slots = np.zeros(2 * _ROOM, dtype=np.uint64)
        self._counts = np.zeros(2 * _ROOM, dtype=np.uint32)
        self._used = np.zeros(1, dtype=np.int64)

    def add(self, keys: Keys, sizes: NDArray[np.int32], first: Ints, copy_share: float) -> list[bool]:
        """As the protocol says."""
        self._make_room(int(self._used[0]) + len(keys))
        counted = np.empty(len(first) - 1, dtype=np.bool_)
        least, share = np.array([_SENTENCE]), np.array([copy_share])
        kernel.count(keys, sizes, first, least, share, self._slots, self._counts, self._used, counted)
        result: list[bool] = counted.tolist()
        return result

    def _make_room(self, keys: int) -> None:
        room = len(self._slots)
        while 3 * keys >= 2 * room:
            room *= 2
        if room > len(self._slots):
            slots, counts = np.zeros(room, dtype=np.uint64), np.zeros(room, dtype=np.uint32)
            kernel.regrow(self._slots, self._counts, slots, counts)
            self._slots, self._counts = slots, counts

    def counts(self, keys: Keys) -> NDArray[np.uint32]:
        """As the protocol says."""
        counts = np.empty(len(keys), dtype=np.uint32)
        kernel.counts(keys, self._slots, self._counts, counts)
        return counts

    def often(self, least: int) -> tuple[Keys, NDArray[np.uint32]]:
        """As the protocol says."""
        chosen = self._counts >= least
        return self._slots[chosen], self._counts[chosen]


@dataclass(frozen=True)
class SiteLines:
    """What is counted of the lines of some articles; each array has one value a line, but for `first`."""

    keys: Keys  # of the shapes, different on each site
    sizes: NDArray[np.int32]  # characters of the shapes
    first: Ints  # where the lines of each article begin, and the number of all


def site_lines(articles: Sequence[Article]) -> SiteLines:
    """The lines of articles as they came in; repair would cost more than it could tell apart."""
    lines = read_lines([article.text for article in articles])
    return SiteLines(_of_sites(lines.keys, articles, lines.first), lines.sizes, lines.first)


def site_key(article: Article) -> int:
    """64 bits that stand for an article's site: nothing that is counted passes from one to another."""
    return _site_key(site_of(article))


class Stories(Protocol):
    """On how many stories of its site a block stands."""

    def stories(self, articles: Sequence[Article], keys: Keys, first: Ints) -> Ints:
        """For each key of a block, the number of stories of its article's site that hold it.

        Args:
            keys: of the shapes of the articles' blocks.
            first: where those of each article begin, and the number of all.
        """


class Repetition:
    """Counts stories article by article.

    Memory grows with the number of distinct blocks: about 25 bytes each.
    """

    def __init__(self) -> None:
        self._tally: Tally = PythonTally() if kernel is None else KernelTally()

    def add(self, lines: SiteLines, copy_share: float) -> None:
        """Count the lines of articles, but for those that are copies of what was counted.

        Args:
            copy_share: share of its sentences, seen before, above which one is a copy.
        """
        self._tally.add(lines.keys, lines.sizes, lines.first, copy_share)

    def stories(self, articles: Sequence[Article], keys: Keys, first: Ints) -> Ints:
        """As `Stories` says."""
        return self._tally.counts(_of_sites(keys, articles, first)).astype(np.int64)

    def often(self, least: int) -> tuple[Keys, NDArray[np.uint32]]:
        """The lines that stand on so many stories of their site, by key, and on how many."""
        return self._tally.often(least)


class Counted:
    """The same out of what was counted elsewhere; of each line that stands on few stories: 0.

    Args:
        keys: of lines, as `Repetition.often` says, each once.
        counts: of each.
    """

    def __init__(self, keys: Keys, counts: NDArray[np.uint32]) -> None:
        order = np.argsort(keys)
        self._keys, self._counts = keys[order], counts[order].astype(np.int64)

    def stories(self, articles: Sequence[Article], keys: Keys, first: Ints) -> Ints:
        """As `Stories` says."""
        if not len(self._keys):
            return np.zeros(len(keys), np.int64)
        wanted = _of_sites(keys, articles, first)
        places = np.minimum(np.searchsorted(self._keys, wanted), len(self._keys) - 1)
        counts: Ints = np.where(self._keys[places] == wanted, self._counts[places], 0)
        return counts


def _of_sites(keys: Keys, articles: Sequence[Article], first: Ints) -> Keys:
    """Keys that are different on each site."""
    of_sites = np.array([site_key(article) for article in articles], dtype=np.uint64)
    return mixed(keys ^ np.repeat(of_sites, np.diff(first)))
