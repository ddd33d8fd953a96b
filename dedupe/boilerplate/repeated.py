"""Blocks that a site prints on page after page: the furniture that only shows across documents.

Counted are stories, not documents: copies and versions of one text repeat all of it, and prove nothing
about its furniture. Numbers and dates may vary from page to page ("12 comments", "Published on 3 May 2025").
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from hashlib import blake2b
from urllib.parse import urlsplit

from dedupe.models import Article

__all__ = ["Repetition", "shape_of", "site_of"]

_DIGITS = re.compile(r"\d+")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_BESIDE_NUMBER = re.compile(r"(?<![^\W\d_])[^\W\d_]{3,}(?=[.,]? 0)|(?<=0 )[^\W\d_]{3,}")
_MOST_DATELINE = 80  # characters: a longer block with a year in it is a sentence
_SENTENCE = 30  # characters: shorter blocks are too common to show a copy


def shape_of(text: str) -> str:
    """A block without what may vary: its case, its numbers, and the months beside the numbers of a date."""
    shape = _DIGITS.sub("0", text).casefold().strip()
    if "0" in shape and len(shape) <= _MOST_DATELINE and _YEAR.search(text):
        shape = _BESIDE_NUMBER.sub("#", shape)
    return shape


def site_of(article: Article) -> str:
    """What stands for the site: the address's host, else the publisher; empty: not known."""
    host = urlsplit(article.url).hostname if article.url else None
    return (host or article.publisher or "").casefold().removeprefix("www.")


def _key(site: str, shape: str) -> int:
    digest = blake2b(f"{site}\n{shape}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big")


class Repetition:
    """On how many stories of a site a block stands.

    Memory grows with the number of distinct blocks: about 100 bytes each.
    """

    def __init__(self) -> None:
        self._stories: Counter[int] = Counter()
        self.documents: Counter[str] = Counter()

    def add(self, article: Article, copy_share: float) -> None:
        """Count the blocks of one article, unless it is a copy of what was counted.

        Args:
            article: its lines as they came in; repair would cost more than it could tell apart.
            copy_share: share of its sentences, seen before, above which it is a copy.
        """
        site = site_of(article)
        shapes = {shape: _key(site, shape) for shape in map(shape_of, article.lines) if shape}
        sentences = [key for shape, key in shapes.items() if len(shape) >= _SENTENCE]
        seen = sum(key in self._stories for key in sentences)
        if sentences and seen > copy_share * len(sentences):
            return
        self.documents[site] += 1
        self._stories.update(shapes.values())

    def stories(self, article: Article, shapes: Sequence[str], least: int) -> list[int]:
        """For each shape of a block, the number of stories of the article's site that hold it.

        0 for all where the site has fewer than `least` stories at all.
        """
        site = site_of(article)
        if self.documents[site] < least:
            return [0] * len(shapes)
        return [self._stories[_key(site, shape)] for shape in shapes]
