"""Documents from one address."""

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

from dedupe.models import Severity
from dedupe.quality.folder import CorpusFolder, key_of, repeated
from dedupe.quality.problem import Problem
from dedupe.quality.registry import corpus_check
from dedupe.settings import QualitySettings

__all__ = ["DuplicateAddress"]

# Parameters that say how a reader came, not what is shown.
TRACKING = re.compile(
    r"^(?:utm_\w+|ref|fbclid|gclid|source|src|cmp|cid|ocid|smid|share|via|mc_[ce]id|at_\w+|xtor|wt_\w+|ito|s)$",
    re.I,
)

LEAST = 2  # documents


@corpus_check
class DuplicateAddress:
    """Compares addresses without what does not change the page."""

    name = "duplicate_url"
    title = "Same address twice"
    reason = "Two states of one page count as two reports."
    remedy = "Keep the later one."

    def __call__(self, corpus: CorpusFolder, settings: QualitySettings) -> Iterator[tuple[str, Problem]]:
        """One problem a document, for all documents of one address."""
        again = repeated(array("Q", (key_of(page) for _, page in _pages(corpus))), LEAST)
        same: defaultdict[str, list[str]] = defaultdict(list)
        for name, page in _pages(corpus) if again else ():
            if key_of(page) in again:
                same[page].append(name)
        for names in same.values():
            for name in names if len(names) > 1 else ():
                others = [other for other in names if other != name]
                yield (
                    name,
                    Problem(
                        Severity.DISTORTING,
                        f"Its address is also that of {', '.join(others[:3])}.",
                        about=" ".join(other.partition("_")[2] for other in others),
                    ),
                )


def _pages(corpus: CorpusFolder) -> Iterator[tuple[str, str]]:
    """The name of each document that has an address, and its page."""
    for name, listing in corpus.listings():
        if listing and listing.url and (page := page_of(listing.url)):
            yield name, page


def page_of(url: str) -> str | None:
    """An address without scheme, `www.`, tracking, fragment and last slash; None: it is no address."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    kept = sorted((key, value) for key, value in parse_qsl(parts.query) if not TRACKING.match(key))
    return f"{host}{parts.path.rstrip('/')}?{kept}" if host else None
