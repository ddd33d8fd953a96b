"""Addresses that a person lists: articles to fetch (`-a urls=`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crawler.items import Candidate, Kind
from crawler.promise import LISTED

if TYPE_CHECKING:
    from crawler.plan import Plan
    from crawler.sources import Seen

__all__ = ["UrlLists"]


class UrlLists:
    """The addresses of `-a urls=`."""

    name = "url_lists"
    reads = None

    def starts(self, plan: Plan) -> Iterator[Candidate]:
        """Each address, ahead of all others."""
        for url in plan.urls:
            yield Candidate(url, Kind.PAGE, *LISTED, found_by=self.name)

    def candidates(self, seen: Seen) -> Iterator[Candidate]:  # noqa: ARG002
        """Nothing: a list leads to pages, and pages are read by the others."""
        yield from ()
