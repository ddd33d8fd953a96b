"""Facts of every document that came in: those that stay, then those that went."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from dedupe.models import Article, Finding, RemovedRecord, Severity, Verdict
from dedupe.quality.folder import CorpusFile, CorpusFolder, site_of
from dedupe.quality.language import language_of
from dedupe.quality.text import word_count
from dedupe.report.model import DocumentFacts
from dedupe.report.shown import allowances, shown_text

__all__ = ["document_facts", "texts_of"]

# Few documents leave room for their whole texts: a page of 400 kB has so many characters for rows and texts.
PAGE = 160_000
A_ROW = 400
A_TEXT = 6_000
ORDER = (Verdict.KEEP, Verdict.REVIEW, Verdict.DROP)


def document_facts(
    corpus: CorpusFolder, findings: Iterable[Finding], shown_characters: int
) -> tuple[DocumentFacts, ...]:
    """All documents, kept ones by file name, then those left out in the order of `removed.jsonl`."""
    by_file: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_file[finding.file].append(finding)
    cuts: defaultdict[str, list[RemovedRecord]] = defaultdict(list)
    mended: defaultdict[str, list[RemovedRecord]] = defaultdict(list)
    for record in corpus.removed:
        if record.what == "block":
            cuts[record.id].append(record)
        elif record.what == "line":
            mended[record.id].append(record)
    gone = [record for record in corpus.removed if record.what == "document"]
    places = _standing_for(corpus, gone)
    facts = [
        _kept(file, by_file[file.name], cuts[_id(file)], len(mended[_id(file)]), corpus)
        for file in corpus.files
    ]
    facts += [_removed(record, cuts[record.id], places, corpus) for record in gone]
    return _with_texts(facts, texts_of(corpus), cuts, mended, shown_characters)


def texts_of(corpus: CorpusFolder) -> dict[str, str]:
    """Article id -> text without furniture, of all documents that came in."""
    gone = {
        record.id: record.article.text if record.article else record.text
        for record in corpus.removed
        if record.what == "document"
    }
    return gone | {_id(file): file.text for file in corpus.files}


def _standing_for(corpus: CorpusFolder, gone: Sequence[RemovedRecord]) -> dict[str, int]:
    """Article id -> place of the kept document that stands for it, through others that went in turn."""
    places = {_id(file): place for place, file in enumerate(corpus.files)}
    instead = {record.id: record.representative for record in gone if record.representative}
    for first in instead:
        seen = {first}
        last = first
        while last not in places and (following := instead.get(last)) and following not in seen:
            seen.add(following)
            last = following
        if last in places:
            places[first] = places[last]
    return places


def _with_texts(
    facts: Sequence[DocumentFacts],
    texts: Mapping[str, str],
    cuts: Mapping[str, Sequence[RemovedRecord]],
    mended: Mapping[str, Sequence[RemovedRecord]],
    shown_characters: int,
) -> tuple[DocumentFacts, ...]:
    """Give each document the part of its text that the page has room for."""
    lines = [list(cuts.get(fact.id, ())) if fact.kept else [] for fact in facts]
    needs = [
        len(texts[fact.id]) + sum(len(cut.text) for cut in cut_lines)
        for fact, cut_lines in zip(facts, lines, strict=True)
    ]
    said = sum(len(finding.reason) + len(finding.quote) for fact in facts for finding in fact.findings)
    room = max(shown_characters, min(len(facts) * A_TEXT, PAGE - len(facts) * A_ROW))
    given = allowances(needs, [_weight(fact) for fact in facts], max(0, room - said))
    return tuple(
        fact.model_copy(
            update={
                "text": shown_text(
                    texts[fact.id],
                    fact.findings,
                    cut_lines,
                    share,
                    mended.get(fact.id, ()) if fact.kept else (),
                )
            }
        )
        for fact, cut_lines, share in zip(facts, lines, given, strict=True)
    )


def _weight(fact: DocumentFacts) -> int:
    """How much of the page's room a document deserves: evidence first, copies last."""
    if any(finding.severity >= Severity.DISTORTING for finding in fact.findings):
        return 6
    if fact.findings or fact.cut_lines or fact.mended_lines or (not fact.kept and fact.relation is None):
        return 3
    return 1


def _id(file: CorpusFile) -> str:
    return file.article.id if file.article else (file.listing and file.listing.id) or file.name


def _kept(
    file: CorpusFile, findings: list[Finding], cuts: list[RemovedRecord], mended: int, corpus: CorpusFolder
) -> DocumentFacts:
    listing, article = file.listing, file.article
    cut = sum(len(record.text) for record in cuts)
    return DocumentFacts(
        name=file.name,
        id=_id(file),
        kept=True,
        verdict=max(
            (finding.action for finding in findings if finding.accepted is None),
            key=ORDER.index,
            default=Verdict.KEEP,
        ),
        why=(listing and listing.relation) or "not_listed",
        title=article.title if article else None,
        url=article.url if article else None,
        site=file.site,
        publisher=article.publisher if article else None,
        published=_moment(article.published if article else None),
        language=_language(article),
        words=word_count(file.text),
        origin=listing.origin if listing else None,
        relevance=listing.relevance if listing else None,
        seed=_is_seed(_id(file), file.name, corpus),
        rights=article.rights if article else (),
        findings=tuple(findings),
        cut_lines=len(cuts),
        mended_lines=mended,
        cut_share=round(cut / max(1, cut + len(file.text)), 4),
    )


def _removed(
    record: RemovedRecord, cuts: list[RemovedRecord], places: Mapping[str, int], corpus: CorpusFolder
) -> DocumentFacts:
    article = record.article
    return DocumentFacts(
        name=record.source,
        id=record.id,
        kept=False,
        verdict=Verdict.DROP,
        why=record.reason,
        evidence=record.evidence,
        representative=places.get(record.id),
        relation=record.relation,
        similarity=record.similarity,
        title=article.title if article else None,
        url=article.url if article else None,
        site=site_of(article.url, article.publisher) if article else None,
        publisher=article.publisher if article else None,
        published=_moment(article.published if article else None),
        language=_language(article),
        words=word_count(record.text),
        relevance=article.relevance if article else None,
        seed=_is_seed(record.id, record.source, corpus),
        rights=article.rights if article else (),
        cut_lines=len(cuts),
    )


def _language(article: Article | None) -> str | None:
    return (article.language or language_of(article.text)) if article else None


def _is_seed(article_id: str, name: str, corpus: CorpusFolder) -> bool:
    return any(article_id in seed or name == seed for seed in corpus.seeds)


def _moment(value: datetime | None) -> str | None:
    """ISO 8601 in UTC to the minute; a midnight is a day of which the time is not known."""
    if value is None:
        return None
    text = value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M")
    return text.removesuffix("T00:00")
