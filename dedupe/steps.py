"""Steps of the cleaning that see one article, or those of one id: pure, and done anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from dedupe.choosing import LeftOut
from dedupe.decisions import LEFT_OUT, Decisions
from dedupe.documents import OUR_ID, FiledDocument, LookedAt, filed
from dedupe.ids import document_id
from dedupe.models import EARLIER_VERSION, Article, Cut, Document, Finding, RelationKind, Verdict
from dedupe.quality import assess
from dedupe.quality.checks.enormous_file import EnormousFile, is_far_too_long
from dedupe.repair import mended_article, repairs_of, taken_out
from dedupe.settings import CorpusSettings, DedupeSettings

__all__ = ["as_it_came", "finish", "look_at", "named", "sifted"]


def sifted(articles: Iterable[Article], settings: DedupeSettings) -> Iterator[tuple[Article, LeftOut | None]]:
    """Each article, and why it is not looked at; None: it is.

    Left out are a second article under the same id, and one that is far too long to be read.

    Args:
        articles: `named`, those of one id in the order in which they came.
    """
    fetched: dict[str, datetime | None] = {}
    for article in articles:
        if article.id in fetched:
            yield article, _same_address(article, fetched[article.id])
        elif is_far_too_long(article, settings.quality):
            yield article, _far_too_long(article, settings.quality.most_characters)
        else:
            fetched[article.id] = article.fetched
            yield article, None


def named(article: Article) -> Article:
    """The article with plain line ends, under an id that fits the seed format; one that does is opaque."""
    if "\r" in article.text:
        text = article.text.replace("\r\n", "\n").replace("\r", "\n")
        kinds = article.kinds if text.count("\n") == article.text.count("\n") else ()
        article = article.model_copy(update={"text": text, "kinds": kinds})
    if OUR_ID.fullmatch(article.id):
        return article
    return article.model_copy(update={"id": document_id(article.url or f"{article.id}\n{article.text}")})


def as_it_came(article: Article) -> Document:
    """A document that nobody looked at."""
    return Document(article=article, source=article.url or article.id, original=article.text)


def _same_address(article: Article, first: datetime | None) -> LeftOut:
    """A second article of an id; `first`: when the one that stays was fetched."""
    if EARLIER_VERSION in article.notes:
        said = [f"on {when:%Y-%m-%d %H:%M}" if when else "later" for when in (article.fetched, first)]
        evidence = f"What the page said {said[0]}; what it said {said[1]} stays."
        return LeftOut(RelationKind.UPDATED_VERSION.value, evidence, representative=article.id)
    evidence = f"The id {article.id} was there already; one address counts once."
    return LeftOut("same_address", evidence, representative=article.id)


def _far_too_long(article: Article, most: int) -> LeftOut:
    evidence = (
        f"{len(article.text):,} characters; articles have at most {most:,} (quality.most_characters). "
        "So long a text is not read: split it into its articles."
    )
    return LeftOut(EnormousFile.name, evidence)


def look_at(article: Article, settings: DedupeSettings, decisions: Decisions) -> bytes:
    """Check an article, and mend it before the cut: markup in the text, or a broken letter, misleads it."""
    findings = tuple(assess(article, settings, decisions))
    return LookedAt(article, findings, mended_article(article, findings)).to_bytes()


def finish(
    left: tuple[bytes, tuple[Article, Sequence[Cut]]], settings: DedupeSettings, decisions: Decisions
) -> FiledDocument:
    """A document out of an article that was looked at, as it is after the cut."""
    came, (article, cuts) = left
    document, known = _with_what_is_left(LookedAt.from_bytes(came), article, cuts)
    findings = tuple(assess(document.article, settings, decisions)) if known is None else known
    document = document.model_copy(update={"findings": findings, "verdict": _verdict(findings)})
    return filed(document, _why_unwanted(document, settings.corpus, decisions))


def _with_what_is_left(
    came: LookedAt, article: Article, cuts: Sequence[Cut]
) -> tuple[Document, tuple[Finding, ...] | None]:
    """A document with every line that was taken out or changed, as it came in.

    Returns:
        The document, and its findings where nothing was changed; None: it is to be looked at again.
    """
    original = came.article.text
    lines = original.split("\n")
    came_in = [cut.model_copy(update={"text": lines[cut.line]}) for cut in cuts]
    article, taken = taken_out(came.mended, article, came_in)
    document = Document(
        article=article,
        source=article.url or article.id,
        original=article.text if article.text == original else original,  # one string where nothing changed
        cuts=taken,
        repairs=repairs_of(original, came.mended, article.text, taken),
    )
    return document, came.findings if article == came.article else None


def _verdict(findings: Sequence[Finding]) -> Verdict:
    actions = {finding.action for finding in findings if finding.accepted is None}
    return next((verdict for verdict in (Verdict.DROP, Verdict.REVIEW) if verdict in actions), Verdict.KEEP)


def _why_unwanted(document: Document, settings: CorpusSettings, decisions: Decisions) -> LeftOut | None:
    """Why no corpus wants a document, before anything is compared with it."""
    decision = decisions.leaves_out(document.article.id)
    if decision is not None:
        by = f" ({decision.by})" if decision.by else ""
        evidence = f"A reviewer{by} left it out: {decision.because}"
        return LeftOut(LEFT_OUT, evidence, finding=decision.finding)
    for finding in document.findings:
        if finding.action is Verdict.DROP and finding.accepted is None:
            return LeftOut(finding.kind, finding.reason, finding=finding.id)
    relevance = document.article.relevance
    if relevance is not None and relevance < settings.least_relevance:
        evidence = f"Relevance {relevance:.2f} to the seeds; the least is {settings.least_relevance:.2f}."
        return LeftOut("off_topic", evidence)
    return None
