"""What was cut from each site's documents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from dedupe.models import RemovedRecord
from dedupe.report.model import DocumentFacts, FurnitureLine, SiteFacts

__all__ = ["furniture_of"]

MOST_LINES = 120  # lines shown of all sites; removed.jsonl has all
MOST_OF_A_SITE = 8
AROUND = 70  # characters of the kept line before and after
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
    most = max(2, min(MOST_OF_A_SITE, MOST_LINES // max(1, len(by_site))))
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
    ranked = sorted(same.items(), key=lambda item: (-len(item[1]), item[0]))
    return SiteFacts(
        site=site,
        documents=len(own),
        cut_documents=len({record.id for record in records}),
        lines=len(records),
        share=round(cut / max(1, cut + left), 4),
        examples=tuple(_line(text, reason, found, places, texts) for (reason, text), found in ranked[:most]),
    )


def _line(
    text: str,
    reason: str,
    records: Sequence[RemovedRecord],
    places: Mapping[str, int],
    texts: Mapping[str, str],
) -> FurnitureLine:
    before, after = _context(records[0], texts.get(records[0].id, ""))
    return FurnitureLine(
        text=text if len(text) <= LONGEST else text[:LONGEST] + " …",
        reason=reason,
        count=len(records),
        documents=tuple(sorted({places[record.id] for record in records})),
        before=before,
        after=after,
    )


def _context(record: RemovedRecord, text: str) -> tuple[str, str]:
    """The kept lines around a cut one, about: its number counts the cut lines before it too."""
    kept = [line for line in text.split("\n") if line.strip()]
    line = min(record.line or 0, len(kept))
    before = kept[line - 1] if line else ""
    after = kept[line] if line < len(kept) else ""
    return before[-AROUND:], after[:AROUND]
