"""What was cut from each site's documents."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from dedupe.models import RemovedRecord
from dedupe.quality.folder import Records
from dedupe.report.documents import CameIn, Row
from dedupe.report.model import FurnitureLine, SiteFacts
from dedupe.report.shown import places_of_cuts

__all__ = ["furniture_of"]

MOST_LINES = 60  # lines shown of all sites; removed.jsonl has all
MOST_OF_A_SITE = 8
LEAST_OF_A_SITE = 3
AROUND = 60  # characters of the kept line before and after
LONGEST = 240  # characters of a line

Ints = NDArray[np.int64]


def furniture_of(came_in: CameIn, removed: Records[RemovedRecord], most: int | None) -> tuple[SiteFacts, ...]:
    """Cut lines by site, the site that lost most of its text first.

    Args:
        came_in: all documents, with the columns of their cuts.
        removed: where the cut lines stand.
        most: sites of which lines are shown as examples; None: all.
    """
    places = came_in.places_by_id().places_of(came_in.cuts.ids)
    names = sorted({_site(row) for row in came_in.rows})
    codes = {name: code for code, name in enumerate(names)}
    of_row: Ints = np.fromiter((codes[_site(row)] for row in came_in.rows), np.int64, len(came_in.rows))
    known = np.nonzero(places >= 0)[0]
    site_of_cut = of_row[places[known]]
    size = len(names)
    characters = np.asarray(came_in.cuts.characters, np.int64)[known]
    cut = _sums(site_of_cut, characters, size)
    left = _sums(of_row, [row.characters for row in came_in.rows], size)
    documents = np.bincount(of_row, minlength=size)
    lines = np.bincount(site_of_cut, minlength=size)
    pairs = np.unique(np.stack([site_of_cut, places[known]]), axis=1)[0]
    cut_documents = np.bincount(pairs, minlength=size)
    shares = [round(int(cut[code]) / max(1, int(cut[code] + left[code])), 4) for code in range(size)]
    with_cuts = sorted(np.nonzero(lines)[0].tolist(), key=lambda code: (-shares[code], names[code]))
    order = known[np.argsort(site_of_cut, kind="stable")]
    ends = np.cumsum(lines)
    shown = max(LEAST_OF_A_SITE, min(MOST_OF_A_SITE, MOST_LINES // max(1, len(with_cuts))))
    return tuple(
        SiteFacts(
            site=names[code],
            documents=int(documents[code]),
            cut_documents=int(cut_documents[code]),
            lines=int(lines[code]),
            share=shares[code],
            examples=tuple(
                _examples(order[ends[code] - lines[code] : ends[code]], places, came_in, removed, shown)
            )
            if most is None or rank < most
            else (),
        )
        for rank, code in enumerate(with_cuts)
    )


def _sums(groups: Ints, values: Sequence[int] | Ints, size: int) -> Ints:
    """The sum of the values of each group; whole numbers below 2**53 stay whole."""
    return np.bincount(groups, np.asarray(values, np.float64), minlength=size).astype(np.int64)


def _site(row: Row) -> str:
    return row.site or row.publisher or "no address"


def _examples(
    cuts: Ints, places: Ints, came_in: CameIn, removed: Records[RemovedRecord], most: int
) -> Iterator[FurnitureLine]:
    """The lines that a site repeated most, by the numbers of its cuts, ascending."""
    keys = np.asarray(came_in.cuts.lines, np.uint64)[cuts]
    _, first, inverse, counts = np.unique(keys, return_index=True, return_inverse=True, return_counts=True)
    least = np.sort(counts)[-min(most, len(counts))]
    candidates = np.nonzero(counts >= least)[0]
    records = removed.at(came_in.cuts.at[cut] for cut in cuts[first[candidates]].tolist())
    ranked = heapq.nsmallest(
        most,
        (
            (-int(counts[line]), (record.reason, " ".join(record.text.split())), int(line), record.line)
            for line, record in zip(candidates.tolist(), records, strict=True)
        ),
    )
    for negative, (reason, text), line, number in ranked:
        own = places[cuts[inverse == line]]
        before, after = _around(came_in, int(places[cuts[first[line]]]), number)
        yield FurnitureLine(
            text=text if len(text) <= LONGEST else text[:LONGEST] + " …",
            reason=reason,
            count=-negative,
            documents=tuple(np.unique(own).tolist()),
            before=before,
            after=after,
        )


def _around(came_in: CameIn, place: int, number: int | None) -> tuple[str, str]:
    """The kept lines before and after a cut one."""
    cuts = came_in.cuts_of(place)
    kept = [line for line in came_in.text(place).split("\n") if line.strip()]
    found = ("", "")
    for cut_before, (at, cut) in enumerate(places_of_cuts(cuts, len(kept))):
        line = min(max(0, at - cut_before), len(kept))
        if cut.line == number:
            before = kept[line - 1][-AROUND:] if line else ""
            found = (before, kept[line][:AROUND] if line < len(kept) else "")
    return found
