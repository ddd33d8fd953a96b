"""Live index while crawling: has this text, or most of it, been seen?

datasketch's LSH holds the buckets; the signatures are ours, so that the crawl and the cleaning mean the
same by "similar": the share of equal slots estimates the Jaccard similarity of the shingles, and the bands
are planned as the cleaning's are. What a pair is to each other, the cleaning decides on texts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dedupe.duplicates import lsh, minhash
from dedupe.duplicates.normalise import tidy
from dedupe.settings import DuplicateSettings

if TYPE_CHECKING:
    from datasketch import MinHash, MinHashLSH

__all__ = ["LIKE", "STANDS_FOR", "LiveIndex", "live_signature"]

_SCHEME = "affine32"  # datasketch's name for signatures of 32-bit values; ours only have the same width
LIKE = 0.5  # share of equal slots from which a text is like a known one
STANDS_FOR = 0.9  # share of equal slots from which the known text answers for both: a tenth apart at most


def live_signature(text: str, settings: DuplicateSettings) -> NDArray[np.uint32] | None:
    """Signature of a text, shape (slots,), as the cleaning makes it; None: it has too few words to say."""
    signatures = np.empty((1, settings.slots), np.uint32)
    sketches = minhash.sketch([tidy(text)], settings.shingle_words, 1, minhash.NO_ANCHORS, signatures)
    return signatures[0] if sketches.kept[0] >= settings.least_words else None


class LiveIndex:
    """Texts seen so far, by id; memory grows by about 1.5 kB a text.

    Texts that are all but equal to a known one are not kept: any number of them costs linear time.

    Args:
        settings: the same as the cleaning's.
        similarity: least share of equal slots that makes a text a known one; an estimate of the Jaccard
            similarity of the shingles, good to 0.03.
    """

    def __init__(self, settings: DuplicateSettings | None = None, similarity: float = LIKE) -> None:
        from datasketch import MinHashLSH  # imports scipy, which takes a second or two

        self._settings = settings or DuplicateSettings()
        self._similarity = similarity
        banding = lsh.plan_bands(similarity, self._settings.wanted_recall, self._settings.slots)
        self._lsh: MinHashLSH = MinHashLSH(
            num_perm=self._settings.slots, params=(banding.bands, banding.rows)
        )
        self._signatures: dict[str, NDArray[np.uint32]] = {}
        self._known: set[str] = set()
        self._permutations: object = None

    def __len__(self) -> int:
        return len(self._known)

    def add(self, article_id: str, text: str) -> str | None:
        """Take in a text, and say which known one is nearest.

        Returns:
            the id of the most similar text kept before, of several the smallest; None: none is similar, or
            the text has too few words to say.
        """
        signature = live_signature(text, self._settings)
        if signature is None or article_id in self._known:
            return None
        self._known.add(article_id)
        wrapped = self._wrap(signature)
        near = [
            (-float(np.mean(self._signatures[other] == signature)), other)
            for other in self._lsh.query(wrapped)
        ]
        share, nearest = min(near, default=(0.0, ""))
        if -share < STANDS_FOR:
            self._lsh.insert(article_id, wrapped)
            self._signatures[article_id] = signature
        return nearest if -share >= self._similarity else None

    def _wrap(self, signature: NDArray[np.uint32]) -> MinHash:
        """Our signature as datasketch's object; its permutations are made once and never used."""
        from datasketch import MinHash

        if self._permutations is None:
            self._permutations = MinHash(num_perm=len(signature), scheme=_SCHEME).permutations
        return MinHash(hashvalues=signature, permutations=self._permutations, scheme=_SCHEME)
