"""Every document that came in: those that stay, then those that went; counted, and a chosen few in full."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from sys import intern
from typing import NamedTuple

import numpy as np

from dedupe.models import Article, Finding, RelationKind, RemovedRecord, Severity, Verdict
from dedupe.quality.folder import CorpusFile, CorpusFolder, FolderFiles, Keys, Listing, key_of, site_of
from dedupe.quality.language import language_of
from dedupe.quality.text import word_count
from dedupe.report.model import DocumentFacts, DocumentLine
from dedupe.report.shown import allowances, shown_text

__all__ = ["CameIn", "Cuts", "Mark", "Row"]

# Few documents leave room for their whole texts: a page of 400 kB has so many characters for rows and texts.
PAGE = 160_000
A_ROW = 400
A_TEXT = 6_000
ORDER = (Verdict.KEEP, Verdict.REVIEW, Verdict.DROP)


class Mark(NamedTuple):
    """What is counted of a finding; few are different, and each is held once."""

    check: str
    kind: str
    severity: Severity
    action: Verdict
    accepted: bool  # a reviewer lets it stand


@dataclass(slots=True)
class Row:
    """What is counted of a document: as much as a million of them leave room for."""

    kept: bool
    why: str
    site: str | None
    publisher: str | None
    published: str | None
    language: str | None
    words: int
    characters: int  # of the text without furniture
    relevance: float | None
    seed: bool
    rights: tuple[str, ...]
    origin: str | None = None
    relation: RelationKind | None = None
    similarity: float | None = None
    representative: int | None = None  # place of the document that stays instead
    verdict: Verdict = Verdict.DROP
    findings: tuple[Mark, ...] = ()
    cut_lines: int = 0
    mended_lines: int = 0
    cut_share: float = 0.0


class Cuts:
    """The lines of `removed.jsonl` that were cut or mended, as numbers: a column for each."""

    def __init__(self) -> None:
        self.at = array("Q")  # byte of the file at which the record begins
        self.ids = array("Q")  # key of the article's id
        self.lines = array("Q")  # key of reason and words
        self.characters = array("L")
        self._by_id: Keys | None = None

    def add(self, at: int, record: RemovedRecord) -> None:
        """Note one record."""
        self.at.append(at)
        self.ids.append(key_of(record.id))
        self.lines.append(key_of(f"{record.reason}\n{' '.join(record.text.split())}"))
        self.characters.append(len(record.text))

    def of_each(self, ids: Sequence[int]) -> tuple[list[int], list[int]]:
        """How many lines and characters belong to each of some articles."""
        own, inverse = np.unique(np.asarray(self.ids, np.uint64), return_inverse=True)
        lines = np.bincount(inverse, minlength=len(own))
        characters = np.bincount(inverse, np.asarray(self.characters, np.float64), minlength=len(own))
        at = Keys(own).places_of(ids)
        return (
            np.where(at >= 0, np.append(lines, 0)[at], 0).tolist(),
            np.where(at >= 0, np.append(characters, 0)[at], 0).astype(np.int64).tolist(),
        )

    def of(self, ids: Iterable[int]) -> Iterator[int]:
        """Where the records of some articles begin, in the order of the file."""
        wanted = np.isin(np.asarray(self.ids, np.uint64), np.array(list(ids), np.uint64))
        return iter(np.asarray(self.at, np.uint64)[wanted].tolist())


class CameIn:
    """All documents, kept ones by file name, then those left out in the order of `removed.jsonl`.

    A place counts them from 0. Of each there is a row; texts and records are read again when asked for.
    """

    def __init__(self, corpus: CorpusFolder) -> None:
        self._corpus = corpus
        self.rows: list[Row] = []
        self.ids = array("Q")  # key of each one's article id
        self.kept = 0  # how many stay
        self.matching = 0  # of them: the very bytes that the manifest names
        self.cuts, self.mended = Cuts(), Cuts()
        self.left_out_by: dict[str, int] = {}  # finding of a decision -> key of the article it left out
        self._gone_at = array("Q")
        self._instead = array("Q")  # of each that went: key of the article that stays; 0: none is named
        self._text_at: dict[int, int] = {}  # of those that share an id with another: where its text is
        self._marks: dict[Mark, Mark] = {}

    # ------------------------------------------------------------------------------------ reading

    def look(self, file: CorpusFile) -> None:
        """Note a document that stays."""
        listing, article = file.listing, file.article
        self.ids.append(key_of(_id(file)))
        self.rows.append(
            Row(
                kept=True,
                why=intern((listing and listing.relation) or "not_listed"),
                site=_held(file.site),
                publisher=_held(article.publisher if article else None),
                published=_moment(article.published if article else None),
                language=_language(article),
                words=word_count(file.text),
                characters=len(file.text),
                relevance=listing.relevance if listing else None,
                seed=_is_seed(_id(file), file.name, self._corpus),
                rights=article.rights if article else (),
                origin=_held(listing.origin if listing else None),
                verdict=Verdict.KEEP,
            )
        )
        self.kept += 1
        self.matching += file.data is not None and listing is not None and listing.sha256 == file.sha256

    def look_at_removed(self) -> None:
        """Note the documents that went and the lines that were cut; called once, after all that stay."""
        decided = {decision.finding for decision in self._corpus.decisions.made}
        for at, record in self._corpus.removed.placed():
            if record.finding in decided and record.finding is not None:
                self.left_out_by[record.finding] = key_of(record.id)
            if record.what == "block":
                self.cuts.add(at, record)
            elif record.what == "line":
                self.mended.add(at, record)
            else:
                self._gone_at.append(at)
                self._instead.append(key_of(record.representative) if record.representative else 0)
                self.ids.append(key_of(record.id))
                self.rows.append(_gone_row(record, self._corpus))
        self._settle()

    def mark(self, findings: Iterable[Finding]) -> Iterator[tuple[Finding, int | None]]:
        """Note findings, which come by file; yield each with the place of its document; None: it has none."""
        names = self._names()
        place, name = -1, next(names, None)
        own: list[Mark] = []
        for finding in findings:
            while name is not None and name < finding.file:
                self._give(place + 1, own)
                place, name, own = place + 1, next(names, None), []
            if name == finding.file:
                own.append(self._mark(finding))
            yield finding, place + 1 if name == finding.file else None
        self._give(place + 1, own)

    def _give(self, place: int, marks: list[Mark]) -> None:
        if marks:
            self.rows[place].findings = tuple(marks)
            self.rows[place].verdict = max(
                (each.action for each in marks if not each.accepted), key=ORDER.index, default=Verdict.KEEP
            )

    def _mark(self, finding: Finding) -> Mark:
        accepted = finding.accepted is not None
        mark = Mark(finding.check, finding.kind, finding.severity, finding.action, accepted)
        return self._marks.setdefault(mark, mark)

    def _settle(self) -> None:
        """Fill in what only all records together tell."""
        stay, every = Keys(self.ids[: self.kept]), Keys(self.ids)
        led = [place for place, key in enumerate(self._instead) if key]
        following = Keys([self.ids[self.kept + place] for place in led])
        stays = stay.places_of(self.ids).tolist()
        last = every.places_of(self.ids).tolist()
        lines, characters = self.cuts.of_each(self.ids)
        mended, _ = self.mended.of_each(self.ids)
        for place, row in enumerate(self.rows):
            row.cut_lines = lines[place]
            if row.kept:
                cut = characters[place]
                row.cut_share = round(cut / max(1, cut + row.characters), 4)
                row.mended_lines = mended[place]
                continue
            key, seen = self.ids[place], {self.ids[place]}
            at = stays[place] if stays[place] >= 0 else None
            while at is None and (by := following.place_of(key)) is not None:
                key = self._instead[led[by]]
                if key in seen:
                    break
                seen.add(key)
                at = stay.place_of(key)
            row.representative = at
            # Of several records of one id, the text is that of the one that stays, else of the last.
            source = stays[place] if stays[place] >= 0 else last[place]
            if source != place:
                self._text_at[place] = source
                row.characters = self.rows[source].characters

    def _names(self) -> Iterator[str]:
        return (name for name, _ in self._corpus.listings())

    # ------------------------------------------------------------------------------------- asking

    def places_by_id(self) -> Keys:
        """Key of an article id -> place of the last document that has it."""
        return Keys(self.ids)

    def kept_by_id(self) -> Keys:
        """Key of an article id -> place of the document that stays."""
        return Keys(self.ids[: self.kept])

    def text(self, place: int) -> str:
        """A document's text without furniture; of several of one id, that of the one that stays."""
        place = self._text_at.get(place, place)
        if place < self.kept:
            return self._corpus.files[place].text
        record = self._record(place)
        return record.article.text if record.article else record.text

    def _record(self, place: int) -> RemovedRecord:
        return next(self._corpus.removed.at([self._gone_at[place - self.kept]]))

    def digest(self, place: int) -> str | None:
        """SHA-256 of the file of a document that stays."""
        files = self._corpus.files
        return files.digest(place) if isinstance(files, FolderFiles) and place < self.kept else None

    # --------------------------------------------------------------------------------------- in full

    def facts(
        self, places: Sequence[int], findings: Iterable[Finding], shown_characters: int
    ) -> tuple[DocumentFacts, ...]:
        """Some documents in full, with the part of their texts that the page has room for.

        Args:
            places: ascending; what a fact says of another document counts in these.
            findings: all of the corpus.
            shown_characters: for which there is room at least.
        """
        number = {place: count for count, place in enumerate(places)}
        files = {place: self._corpus.files[place] for place in places if place < self.kept}
        by_file: defaultdict[str, list[Finding]] = defaultdict(list)
        names = {file.name for file in files.values()}
        for finding in findings:
            if finding.file in names:
                by_file[finding.file].append(finding)
        cuts = self._lines_of(self.cuts, files)
        mended = self._lines_of(self.mended, files)
        facts: list[DocumentFacts] = []
        for place in places:
            row = self.rows[place]
            instead = number.get(row.representative) if row.representative is not None else None
            if row.kept:
                facts.append(_kept(files[place], row, tuple(by_file[files[place].name])))
            else:
                facts.append(_removed(self._record(place), row, instead))
        return self._with_texts(facts, places, cuts, mended, shown_characters)

    def _lines_of(self, lines: Cuts, places: Iterable[int]) -> dict[int, list[RemovedRecord]]:
        """Key of an article id -> its records, for the documents at some places."""
        found: defaultdict[int, list[RemovedRecord]] = defaultdict(list)
        for record in self._corpus.removed.at(lines.of({self.ids[place] for place in places})):
            found[key_of(record.id)].append(record)
        return found

    def cuts_of(self, place: int) -> list[RemovedRecord]:
        """The lines that were cut from one document."""
        return self._lines_of(self.cuts, [place]).get(self.ids[place], [])

    def _with_texts(
        self,
        facts: Sequence[DocumentFacts],
        places: Sequence[int],
        cuts: dict[int, list[RemovedRecord]],
        mended: dict[int, list[RemovedRecord]],
        shown_characters: int,
    ) -> tuple[DocumentFacts, ...]:
        """Give each document the part of its text that the page has room for."""
        keys = [self.ids[place] for place in places]
        lines = [cuts.get(key, []) if fact.kept else [] for key, fact in zip(keys, facts, strict=True)]
        needs = [
            self.rows[place].characters + sum(len(cut.text) for cut in cut_lines)
            for place, cut_lines in zip(places, lines, strict=True)
        ]
        said = sum(len(finding.reason) + len(finding.quote) for fact in facts for finding in fact.findings)
        room = max(shown_characters, min(len(facts) * A_TEXT, PAGE - len(facts) * A_ROW))
        given = allowances(needs, [_weight(fact) for fact in facts], max(0, room - said))
        return tuple(
            fact.model_copy(
                update={
                    "text": shown_text(
                        self.text(place),
                        fact.findings,
                        cut_lines,
                        share,
                        mended.get(key, ()) if fact.kept else (),
                    )
                }
            )
            if share
            else fact
            for fact, place, key, cut_lines, share in zip(facts, places, keys, lines, given, strict=True)
        )

    def lines(self) -> Iterator[DocumentLine]:
        """Every document in one line, for `documents.jsonl`."""
        for place, (name, listing) in enumerate(self._corpus.listings()):
            yield self._line(place, name, _listed_id(name, listing), listing)
        gone = (record for record in self._corpus.removed if record.what == "document")
        for place, record in enumerate(gone, self.kept):
            yield self._line(place, record.source, record.id, record.article)

    def _line(self, place: int, name: str, article_id: str, known: Listing | Article | None) -> DocumentLine:
        row = self.rows[place]
        return DocumentLine(  # by keywords, in the order of the model
            name=name,
            id=article_id,
            kept=row.kept,
            verdict=row.verdict,
            why=row.why,
            sha256=self.digest(place),
            representative=None if row.representative is None else self.name(row.representative),
            relation=row.relation,
            similarity=row.similarity,
            title=known.title if known else None,
            url=known.url if known else None,
            site=row.site,
            publisher=row.publisher,
            published=row.published,
            language=row.language,
            words=row.words,
            origin=row.origin,
            relevance=row.relevance,
            seed=row.seed,
            rights=row.rights,
            findings=tuple(dict.fromkeys(each.kind for each in row.findings)),
            cut_lines=row.cut_lines,
            mended_lines=row.mended_lines,
        )

    def name(self, place: int) -> str:
        """What a document is called: its file's name, or where it came from."""
        if place >= self.kept:
            return self._record(place).source
        files = self._corpus.files
        return files.names[place] if isinstance(files, FolderFiles) else files[place].name


def _weight(fact: DocumentFacts) -> int:
    """How much of the page's room a document deserves: evidence first, copies last."""
    if any(finding.severity >= Severity.DISTORTING for finding in fact.findings):
        return 6
    if fact.findings or fact.cut_lines or fact.mended_lines or (not fact.kept and fact.relation is None):
        return 3
    return 1


def _id(file: CorpusFile) -> str:
    return file.article.id if file.article else (file.listing and file.listing.id) or file.name


def _listed_id(name: str, listing: Listing | None) -> str:
    """The id of a document, from its line of the manifest or its name."""
    stem = name.rpartition("/")[2].removesuffix(".txt")
    return (listing and listing.id) or stem.partition("_")[2] or stem


def _held(text: str | None) -> str | None:
    """A name that many documents have, once in memory."""
    return text and intern(text)


def _kept(file: CorpusFile, row: Row, findings: tuple[Finding, ...]) -> DocumentFacts:
    article = file.article
    return DocumentFacts(
        name=file.name,
        id=_id(file),
        kept=True,
        verdict=row.verdict,
        why=row.why,
        title=article.title if article else None,
        url=article.url if article else None,
        site=row.site,
        publisher=row.publisher,
        published=row.published,
        language=row.language,
        words=row.words,
        origin=row.origin,
        relevance=row.relevance,
        seed=row.seed,
        rights=row.rights,
        findings=findings,
        cut_lines=row.cut_lines,
        mended_lines=row.mended_lines,
        cut_share=row.cut_share,
    )


def _removed(record: RemovedRecord, row: Row, instead: int | None) -> DocumentFacts:
    return DocumentFacts(
        name=record.source,
        id=record.id,
        kept=False,
        verdict=Verdict.DROP,
        why=row.why,
        evidence=record.evidence,
        representative=instead,
        relation=row.relation,
        similarity=row.similarity,
        title=record.article.title if record.article else None,
        url=record.article.url if record.article else None,
        site=row.site,
        publisher=row.publisher,
        published=row.published,
        language=row.language,
        words=row.words,
        relevance=row.relevance,
        seed=row.seed,
        rights=row.rights,
        cut_lines=row.cut_lines,
    )


def _gone_row(record: RemovedRecord, corpus: CorpusFolder) -> Row:
    article = record.article
    return Row(
        kept=False,
        why=intern(record.reason),
        site=_held(site_of(article.url, article.publisher) if article else None),
        publisher=_held(article.publisher if article else None),
        published=_moment(article.published if article else None),
        language=_language(article),
        words=word_count(record.text),
        characters=len(article.text if article else record.text),
        relevance=article.relevance if article else None,
        seed=_is_seed(record.id, record.source, corpus),
        rights=article.rights if article else (),
        relation=record.relation,
        similarity=record.similarity,
    )


def _language(article: Article | None) -> str | None:
    return _held((article.language or language_of(article.text)) if article else None)


def _is_seed(article_id: str, name: str, corpus: CorpusFolder) -> bool:
    return any(article_id in seed or name == seed for seed in corpus.seeds)


def _moment(value: datetime | None) -> str | None:
    """ISO 8601 in UTC to the minute; a midnight is a day of which the time is not known."""
    if value is None:
        return None
    text = value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M")
    return text.removesuffix("T00:00")
