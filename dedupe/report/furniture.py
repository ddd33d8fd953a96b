"""What was cut from each site's documents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from dedupe.models import RemovedRecord
from dedupe.report.model import DocumentFacts, FurnitureLine, SiteFacts
from dedupe.report.shown import places_of_cuts

__all__ = ["furniture_of"]

MOST_LINES = 60  # lines shown of all sites; removed.jsonl has all
MOST_OF_A_SITE = 8
LEAST_OF_A_SITE = 3
AROUND = 60  # characters of the kept line before and after
LONGEST = 240  # characters of a line


def furniture_of(
    documents: Sequence[DocumentFacts], removed: Sequence[RemovedRecord], texts: Mapping[str, str]
) -> tuple[SiteFacts, ...]:
    """Cut lines by site, the site that lost most of its text first."""
    places = {document.id: place for place, document in enumerate(documents)}
    by_site: defaultdict[str, list[RemovedRecord]] = defaultdict(list)
    for record in removed:
        if record.what == "block" and record.id in places:
            by_site[_site(documents[places[record.id]])].append(record)
    most = max(LEAST_OF_A_SITE, min(MOST_OF_A_SITE, MOST_LINES // max(1, len(by_site))))
    sites = [_site_facts(site, records, documents, places, texts, most) for site, records in by_site.items()]
    return tuple(sorted(sites, key=lambda each: (-each.share, each.site)))


def _site(document: DocumentFacts) -> str:
    return document.site or document.publisher or "no address"


def _site_facts(
    site: str,
    records: Sequence[RemovedRecord],
    documents: Sequence[DocumentFacts],
    places: Mapping[str, int],
    texts: Mapping[str, str],
    most: int,
) -> SiteFacts:
    own = [document for document in documents if _site(document) == site]
    cut = sum(len(record.text) for record in records)
    left = sum(len(texts.get(document.id, "")) for document in own)
    same: defaultdict[tuple[str, str], list[RemovedRecord]] = defaultdict(list)
    for record in records:
        same[(record.reason, " ".join(record.text.split()))].append(record)
    around = _around(records, texts)
    ranked = sorted(same.items(), key=lambda item: (-len(item[1]), item[0]))
    return SiteFacts(
        site=site,
        documents=len(own),
        cut_documents=len({record.id for record in records}),
        lines=len(records),
        share=round(cut / max(1, cut + left), 4),
        examples=tuple(_line(text, reason, found, places, around) for (reason, text), found in ranked[:most]),
    )


def _line(
    text: str,
    reason: str,
    records: Sequence[RemovedRecord],
    places: Mapping[str, int],
    around: Mapping[tuple[str, int | None], tuple[str, str]],
) -> FurnitureLine:
    before, after = around[records[0].id, records[0].line]
    return FurnitureLine(
        text=text if len(text) <= LONGEST else text[:LONGEST] + " …",
        reason=reason,
        count=len(records),
        documents=tuple(sorted({places[record.id] for record in records})),
        before=before,
        after=after,
    )


def _around(
    records: Sequence[RemovedRecord], texts: Mapping[str, str]
) -> dict[tuple[str, int | None], tuple[str, str]]:
    """The kept lines before and after each cut one."""
    by_document: defaultdict[str, list[RemovedRecord]] = defaultdict(list)
    for record in records:
        by_document[record.id].append(record)
    found = {}
    for article_id, cuts in by_document.items():
        kept = [line for line in texts.get(article_id, "").split("\n") if line.strip()]
        for cut_before, (place, cut) in enumerate(places_of_cuts(cuts, len(kept))):
            line = min(max(0, place - cut_before), len(kept))
            before = kept[line - 1][-AROUND:] if line else ""
            after = kept[line][:AROUND] if line < len(kept) else ""
            found[article_id, cut.line] = (before, after)
    return found
