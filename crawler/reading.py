"""What a fetched page holds and lists: all that is read out of bytes that strangers wrote."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from crawler.extraction import NoArticle, PageReading, read_page
from crawler.items import Candidate, Kind, Outcome, Page, PageRead, Part, Visit
from crawler.rights import NOARCHIVE, NOFOLLOW, RightsPolicy, directives
from crawler.sieve import Sieve
from crawler.sources import Seen, Source
from crawler.sources.feeds import read_moment
from crawler.topic import Topic
from crawler.urls import cleaned
from dedupe.models import Article

__all__ = ["DAMAGED", "PageReader"]

DAMAGED = "its packed body came cut or damaged"


class PageReader:
    """Reads pages, feeds and sitemaps; it keeps nothing from one to the next, so that any process can do it.

    Args:
        topic: what relevance is measured against.
        sources: who reads the listings; none: what pages lead to does not matter.
        rights: what of a page's wishes is honoured.
        sieve: what tells of the pages of a WARC which need not be read; None: all are.
    """

    def __init__(
        self, topic: Topic, sources: Sequence[Source], rights: RightsPolicy, sieve: Sieve | None = None
    ) -> None:
        self.sieve = sieve
        self._topic = topic
        self._rights = rights
        self._sources = sources

    def read(self, candidate: Candidate, page: Page) -> Visit:
        """What a page holds and lists; if it came damaged, that is said.

        Raises:
            Exception: whatever a page does to its readers.
        """
        visit = self._read(candidate, page)
        return visit if page.is_whole else _damaged(visit)

    def _read(self, candidate: Candidate, page: Page) -> Visit:
        if candidate.kind not in (Kind.PAGE, Kind.PART):
            return Visit(candidate, Outcome.LISTING, found=self._found(Seen(page, candidate)))
        reading = read_page(
            page.body,
            page.url,
            encoding=page.charset,
            is_part=candidate.kind is Kind.PART,
            link_header=page.headers.get("link", ""),
        )
        signals = self._rights.signals(page.headers, _asked_by(reading))
        visit = self._read_as(candidate, page, reading, signals)
        if self._rights.honours(NOFOLLOW, signals):
            visit = replace(visit, found=())
        return replace(visit, may_keep=not self._rights.honours(NOARCHIVE, signals))

    def _read_as(
        self, candidate: Candidate, page: Page, reading: PageReading, signals: frozenset[str]
    ) -> Visit:
        """A story, a further page of one, or neither."""
        is_part = candidate.kind is Kind.PART
        refusal = self._rights.refusal(signals)
        if reading.article is not None and refusal is not None:
            found = self._found(Seen(page, candidate, reading))
            return Visit(candidate, Outcome.RESERVED, refusal, found=found, page=PageRead(page.url))
        if reading.article is not None and (is_part or reading.first_page):
            return _later_page(candidate, page, reading.article, reading)
        if reading.article is None:
            found = self._found(Seen(page, candidate, reading))
            # A wall or an error page is not the page that was asked for.
            is_list = reading.reason == NoArticle.INDEX_PAGE
            read = PageRead(page.url, reading.canonical) if is_list else None
            return Visit(
                candidate,
                Outcome.NO_ARTICLE,
                reading.reason or "",
                found=found,
                page=read,
                refresh=None if is_list else reading.refresh,
            )
        return self._story(candidate, page, reading.article, reading, signals)

    def _story(
        self,
        candidate: Candidate,
        page: Page,
        article: Article,
        reading: PageReading,
        signals: frozenset[str],
    ) -> Visit:
        article = article.model_copy(
            update={
                "relevance": round(self._topic.score(article), 4),
                "fetched": page.fetched,
                "found_by": candidate.found_by,
                "rights": tuple(sorted(signals)),
                "notes": (*article.notes, *_notes_of(page)),
            }
        )
        found = self._found(Seen(page, candidate, reading, article.relevance or 0.0))
        read = PageRead(page.url, reading.canonical, article.text)
        return Visit(
            candidate,
            Outcome.KEPT,
            article=article,
            found=found,
            further=reading.next_pages,
            single_page=reading.single_page,
            page=read,
        )

    def _found(self, seen: Seen) -> tuple[Candidate, ...]:
        found: list[Candidate] = []
        for source in self._sources:
            if source.reads is seen.candidate.kind:
                found.extend(source.candidates(seen))
        return tuple(found)


def _damaged(visit: Visit) -> Visit:
    """A visit whose page came damaged: an error where that left nothing to read."""
    is_lost = visit.outcome is Outcome.NO_ARTICLE and visit.page is None
    article = visit.article and visit.article.model_copy(update={"notes": (*visit.article.notes, DAMAGED)})
    return replace(
        visit,
        outcome=Outcome.ERROR if is_lost else visit.outcome,
        detail=DAMAGED if is_lost or not visit.detail else f"{visit.detail}; {DAMAGED}",
        article=article,
    )


def _asked_by(reading: PageReading) -> set[str]:
    """The wishes that a page states in its meta tags."""
    asked = set(reading.article.rights) if reading.article else set()
    for word in reading.robots:
        agent, _, directive = word.rpartition(":")
        asked |= directives(directive, agent)
    return asked


def _later_page(candidate: Candidate, page: Page, article: Article, reading: PageReading) -> Visit:
    """A further page of an article; found by itself, it leads to the first."""
    first = reading.first_page if candidate.kind is Kind.PAGE else None
    return Visit(
        candidate,
        Outcome.PART,
        f"of {reading.first_page or candidate.found_on}",
        found=(candidate._replace(url=cleaned(first), found_on=page.url),) if first else (),
        part=Part(article.text, article.kinds),
        further=reading.next_pages,
        page=PageRead(page.url),
    )


def _notes_of(page: Page) -> Iterator[str]:
    """What the way a page came says of it: a capture of a web archive carries its moment (RFC 7089)."""
    moment = read_moment(page.headers.get("memento-datetime"))
    if moment is not None:
        yield f"gone from its site: read as a web archive captured it on {moment:%Y-%m-%d at %H:%M} UTC"
