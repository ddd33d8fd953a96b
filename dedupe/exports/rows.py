"""One document of a corpus as a row of an export: its text and what the manifest knows of it."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from dedupe.corpus import Corpus
from dedupe.models import Moment, Record

__all__ = ["Row", "rows_of"]


class Row(Record):
    """One document of an export."""

    id: str = Field(description="names the document; the same in every export of it")
    text: str = Field(description="the article, one paragraph or heading a line")
    title: str | None = Field(None, description="headline")
    authors: tuple[str, ...] = Field((), description="bylines")
    published: Moment | None = Field(None, description="time of publication in UTC")
    publisher: str | None = Field(None, description="name or domain of the outlet")
    url: str | None = Field(None, description="canonical address")
    language: str | None = Field(None, description="ISO 639-1 code")
    origin: str | None = Field(None, description="agency or outlet that the text credits")
    cluster: str = Field(description="the same for all copies of one text; one of them is here")
    family: str = Field(description="the same for texts that contain each other or are versions of one story")
    relevance: float | None = Field(None, description="nearness to the topic of the seeds, from 0 to 1")
    rights: tuple[str, ...] = Field((), description="signals of the page on the use of its text")
    sha256: str = Field(description="of the document's file in the corpus, in hexadecimal")


def rows_of(corpus: Corpus) -> Iterator[Row]:
    """The documents of a corpus in its order, one at a time.

    Raises:
        CorpusNotCleanError: a file is not the one that passed the gate.
    """
    for record, article in zip(corpus.manifest, corpus, strict=True):
        yield Row(
            id=article.id,
            text=article.text,
            title=article.title,
            authors=article.authors,
            published=article.published,
            publisher=article.publisher,
            url=article.url,
            language=article.language,
            origin=record.origin,
            cluster=record.cluster,
            family=record.family,
            relevance=article.relevance,
            rights=article.rights,
            sha256=record.sha256,
        )
