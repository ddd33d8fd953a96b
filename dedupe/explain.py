"""Why a document is where it is, and how two documents relate: for the terminal, with the evidence."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from dedupe.decisions import LEFT_OUT
from dedupe.errors import SeedbedError
from dedupe.models import Article, Finding, Relation, RelationKind, RemovedRecord
from dedupe.quality import CorpusFolder
from dedupe.quality.assess import each_finding
from dedupe.quality.corpus_checks.duplicate_url import page_of
from dedupe.quality.folder import CorpusFile, read_folder
from dedupe.report.diff import compare, fold
from dedupe.report.model import DiffPart
from dedupe.report.words import counted, title_of
from dedupe.settings import DedupeSettings

__all__ = ["DocumentNotFoundError", "document_called", "explain"]

WIDTH = 100  # characters of a line on the terminal
COLUMN = (WIDTH - 3) // 2
MOST_NAMED = 5  # documents that a name may mean
MOST_DIFF = 6000  # characters of a comparison
# Terminals act on control characters, and direction marks reorder what is read.
UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


class DocumentNotFoundError(SeedbedError):
    """No document of the corpus, kept or left out, goes by that name."""


@dataclass(frozen=True)
class Known:
    """A document of the corpus, kept or left out."""

    file: CorpusFile | None  # None: left out
    record: RemovedRecord | None  # None: kept

    @property
    def id(self) -> str:
        if self.record is not None:
            return self.record.id
        assert self.file is not None
        return self.file.article.id if self.file.article else self.file.name

    @property
    def text(self) -> str:
        return self.record.text if self.record is not None else self.file.text if self.file else ""

    @property
    def article(self) -> Article:
        given = self.record.article if self.record is not None else self.file.article if self.file else None
        return (given or Article(id=self.id, text="")).model_copy(update={"text": self.text})

    @property
    def name(self) -> str:
        return (
            self.file.name
            if self.file is not None
            else f"{self.record.source if self.record else ''} (left out)"
        )


def explain(folder: Path, a: str, b: str | None, settings: DedupeSettings) -> str:
    """Say why a document was kept, cut or left out; with two, how they relate.

    Args:
        folder: the corpus.
        a: a document: its number, file name, id, the beginning of either, or its address.
        b: another one; None: only `a`.
        settings: of the checks and of the relation.

    Raises:
        DocumentNotFoundError: no document, or several, go by a name.
        CorpusFolderError: the folder is no corpus.
    """
    corpus = read_folder(folder)
    if b is None:
        lines = _one(_find(corpus, a), corpus, settings)
    else:
        lines = _two(_find(corpus, a), _find(corpus, b), corpus, settings)
    return "\n".join(lines) + "\n"


# -------------------------------------------------------------------------------------- finding it


def document_called(folder: Path, name: str) -> tuple[str, str]:
    """Article id and file name of a document, kept or left out, by any name that `explain` takes.

    Raises:
        DocumentNotFoundError: no document, or several, go by the name.
        CorpusFolderError: the folder is no corpus.
    """
    known = _find(read_folder(folder), name)
    return known.id, _names(known)[0]


def _find(corpus: CorpusFolder, name: str) -> Known:
    for matches in (_is_named, _begins):
        found = list(islice((each for each in _known(corpus) if matches(each, name)), MOST_NAMED + 1))
        if len(found) == 1:
            return found[0]
        if found:
            names = ", ".join(shown(each.name) for each in found[:MOST_NAMED])
            raise DocumentNotFoundError(f"“{name}” may be any of {names}. Give its file name or whole id.")
    raise DocumentNotFoundError(
        f"{corpus.name}: no document, kept or left out, is called “{name}”. "
        f"Give its number, file name, id or address as manifest.jsonl and removed.jsonl have them."
    )


def _known(corpus: CorpusFolder) -> Iterator[Known]:
    for file in corpus.files:
        yield Known(file, None)
    for record in corpus.removed:
        if record.what == "document":
            yield Known(None, record)


def _names(known: Known) -> list[str]:
    source = known.file.name if known.file is not None else known.record.source if known.record else ""
    return [source, source.removesuffix(".txt"), known.id]


def _is_named(known: Known, name: str) -> bool:
    if name in _names(known):
        return True
    if name.isdecimal() and known.file is not None:
        number = known.file.name.partition("_")[0]
        return number.isdecimal() and int(number) == int(name)
    url = known.article.url
    return "/" in name and url is not None and page_of(url) == page_of(name)


def _begins(known: Known, name: str) -> bool:
    return len(name) >= 4 and any(each.startswith(name) for each in _names(known))


# --------------------------------------------------------------------------------------- one document


def _one(known: Known, corpus: CorpusFolder, settings: DedupeSettings) -> Iterator[str]:
    yield from _head(known)
    if known.record is not None:
        yield from _why_left_out(known.record, corpus)
    else:
        yield from _why_kept(known, corpus)
    yield from _cuts(
        [record for record in corpus.removed if record.what == "block" and record.id == known.id]
    )
    yield from _repairs(
        [record for record in corpus.removed if record.what == "line" and record.id == known.id]
    )
    if known.file is not None:
        yield from _findings(list(each_finding(corpus, settings, only=known.file.name)))


def _head(known: Known) -> Iterator[str]:
    article = known.article
    yield shown(known.name)
    if article.title:
        yield f"  {shown(article.title)}"
    facts = [
        article.publisher,
        article.published.date().isoformat() if article.published else None,
        article.language,
        article.url,
    ]
    if any(facts):
        yield f"  {shown(' · '.join(fact for fact in facts if fact))}"
    yield ""


def _why_kept(known: Known, corpus: CorpusFolder) -> Iterator[str]:
    listing = known.file.listing if known.file else None
    if listing is None:
        yield "In the folder, but the manifest does not name it."
        return
    yield f"Kept: {title_of(listing.relation or 'only_copy')}."
    copies = [
        record for record in corpus.removed if record.what == "document" and record.representative == known.id
    ]
    for record in copies:
        alike = f", {record.similarity:.0%} alike" if record.similarity is not None else ""
        yield f"  It stands for {shown(record.source)}: {title_of(record.reason)}{alike}."
    for relation in corpus.relations:
        other = relation.b if relation.a == known.id else relation.a if relation.b == known.id else None
        if other in corpus.by_id and other is not None:
            yield (
                f"  Beside {corpus.by_id[other].name}: {title_of(relation.relation)} "
                f"({relation.similarity:.0%} alike)."
            )


def _why_left_out(record: RemovedRecord, corpus: CorpusFolder) -> Iterator[str]:
    yield f"Left out: {title_of(record.reason)}."
    yield from _wrapped(record.evidence, "  ")
    if record.finding is not None and record.reason != LEFT_OUT:
        yield f"  id for `dedupe accept`: {shown(record.finding)}"
    if record.representative is not None:
        instead = corpus.by_id.get(record.representative)
        yield f"  Instead stays {instead.name if instead else record.representative}."
    yield f"  Its text is whole in removed.jsonl ({counted(len(record.text), 'character')})."


def _cuts(cuts: list[RemovedRecord]) -> Iterator[str]:
    if not cuts:
        return
    yield ""
    yield f"Cut as page furniture: {counted(len(cuts), 'line')}."
    for record in sorted(cuts, key=lambda each: each.line or 0):
        yield f"  line {record.line}: {title_of(record.reason)}"
        yield from _wrapped(record.evidence, "    ")
        yield from _wrapped(record.text, "    | ")


def _repairs(repairs: list[RemovedRecord]) -> Iterator[str]:
    if not repairs:
        return
    yield ""
    yield f"Mended: {counted(len(repairs), 'line')}, as they were and as they are."
    for record in sorted(repairs, key=lambda each: each.line or 0):
        yield f"  line {record.line}: {shown(record.evidence)}"
        for part in fold(compare(record.text, record.mended or ""), MOST_DIFF):
            if part.op in ("only_kept", "only_other"):
                yield from _wrapped(part.text, "    - " if part.op == "only_kept" else "    + ")


def _findings(findings: list[Finding]) -> Iterator[str]:
    yield ""
    if not findings:
        yield "Nothing stands against it."
        return
    yield f"{counted(len(findings), 'finding')}:"
    for finding in findings:
        yield f"  {title_of(finding.kind)} (severity {int(finding.severity)}): {shown(finding.reason)}"
        if finding.accepted is not None:
            yield f"    stands by a reviewer's decision: {shown(finding.accepted)}"
        else:
            yield f"    id for `dedupe accept`: {shown(finding.id)}"
        if finding.quote:
            yield from _wrapped(finding.quote, "    | ")


# -------------------------------------------------------------------------------------- two documents


def _two(a: Known, b: Known, corpus: CorpusFolder, settings: DedupeSettings) -> Iterator[str]:
    yield from _head(a)
    yield from _head(b)
    relation = _relation(a, b, corpus, settings)
    yield f"They are: {_sentence(relation.relation)}."
    yield f"  {relation.similarity:.0%} of their word sequences are shared;"
    first, second = f"{relation.containment_a:.0%}", f"{relation.containment_b:.0%}"
    yield f"  {first} of the first's stand in the second, {second} of the second's in the first."
    for each in relation.evidence:
        yield f"  {each.name} {each.value:.2f}: {shown(each.says)}"
    yield from _circumstances(a.article, b.article)
    yield ""
    parts = compare(a.text, b.text)
    if not parts:
        yield "Word for word the same."
        return
    yield f"{'only in the first':{COLUMN}} | only in the second"
    yield f"{'-' * COLUMN}-+-{'-' * COLUMN}"
    for part in fold(parts, MOST_DIFF):
        yield from _rows(part)


def _circumstances(a: Article, b: Article) -> Iterator[str]:
    """Length, time and credit of both, beside what their words say."""
    from dedupe.duplicates.origin import find_origin

    words = [len(each.text.split()) for each in (a, b)]
    yield f"  length: {counted(words[0], 'word')} and {counted(words[1], 'word')}"
    if a.published and b.published:
        hours = (b.published - a.published).total_seconds() / 3600
        order = "later" if hours > 0 else "earlier"
        said = f"the second was published {abs(hours):.1f} hours {order}" if hours else "both at one time"
        yield f"  time: {said}"
    origins = [find_origin(each) for each in (a, b)]
    if any(origins):
        first, second = (shown(origin) if origin else "nobody" for origin in origins)
        yield f"  origin: the first credits {first}, the second {second}"


def _relation(a: Known, b: Known, corpus: CorpusFolder, settings: DedupeSettings) -> Relation:
    from dedupe.duplicates import relate  # it loads numpy: only where two texts are compared

    for relation in corpus.relations:
        if {relation.a, relation.b} == {a.id, b.id} and relation.evidence:
            return relation if relation.a == a.id else _turned(relation)
    return relate(a.article, b.article, settings)


def _turned(relation: Relation) -> Relation:
    return relation.model_copy(
        update={
            "a": relation.b,
            "b": relation.a,
            "containment_a": relation.containment_b,
            "containment_b": relation.containment_a,
        }
    )


def _sentence(kind: RelationKind) -> str:
    return {
        RelationKind.EXACT: "the same text",
        RelationKind.NEAR_DUPLICATE: "copies, edited as newsrooms edit",
        RelationKind.CONTAINS: "one within the other, with matter of its own",
        RelationKind.UPDATED_VERSION: "two states of one story",
        RelationKind.SAME_EVENT_ONLY: "independent reports of the same event",
        RelationKind.UNRELATED: "unrelated",
    }[kind]


def _rows(part: DiffPart) -> Iterator[str]:
    """One stretch of the comparison in two columns."""
    if part.op == "gap":
        yield f"{'... ' + part.text + ' ...':^{WIDTH}}".rstrip()
        return
    wrapped = textwrap.wrap(shown(part.text), COLUMN) or [""]
    for line in wrapped:
        left = line if part.op in ("same", "only_kept") else ""
        right = line if part.op in ("same", "only_other") else ""
        yield f"{left:{COLUMN}} {'|' if part.op == 'same' else '<' if left else '>'} {right}".rstrip()


def _wrapped(text: str, indent: str) -> Iterator[str]:
    yield from textwrap.wrap(shown(text), WIDTH, initial_indent=indent, subsequent_indent=indent)


def shown(text: str) -> str:
    """A text as a terminal may print it: nothing in it acts."""
    return UNSAFE.sub(lambda match: f"<U+{ord(match[0]):04X}>", text.replace("\t", " "))
