"""One page, read once: its story, or why there is none, and where it leads."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final, Self
from urllib.parse import urlsplit

import py3langid

from crawler.extraction.addresses import (
    base_of,
    canonical_of,
    feeds_of,
    first_page_of,
    linked_feeds_of,
    links_of,
    next_pages_of,
    refresh_of,
    registrable_domain,
    single_page_of,
    sitemaps_of,
)
from crawler.extraction.blocks import Outline, outline
from crawler.extraction.main_text import Story, hints_of, story_of
from crawler.extraction.markup import decode, parse
from crawler.extraction.metadata import Metadata, add_byline, metadata
from crawler.extraction.models import NoArticle, PageReading
from crawler.extraction.page_kind import no_article
from crawler.extraction.structured import Declared, declared
from crawler.extraction.teasers import without_teasers
from dedupe.ids import document_id
from dedupe.models import Article, BlockKind

__all__ = ["extract", "read_page"]

# Less text tells no language. Characters.
_LEAST_FOR_LANGUAGE: Final = 80
_ENOUGH_FOR_LANGUAGE: Final = 600
# Why a page holds no article that is no reason where the article began on another page.
SHORT: Final = (NoArticle.STUB, NoArticle.INDEX_PAGE)
# Meta tags that speak to one agent are named as it calls itself.
_AGENT_NAME = re.compile(r"[a-z-]*bot(?:-[a-z]+)?|[a-z]+-extended|slurp|seedbed")
_NOT_HTML = re.compile(
    rb"^\s*(?:[\[{\"]|<\?xml(?![^>]*>\s*(?:<!--.*?-->\s*)*<(?:!doctype html|html))"
    rb"|%PDF|\x1f\x8b|PK\x03\x04|\x89PNG|\xff\xd8\xff|GIF8)",
    re.IGNORECASE | re.DOTALL,
)


def extract(html: bytes, url: str | None, *, encoding: str | None = None) -> Article | None:
    """The article a page holds; None where it holds none. See `read_page`, which gives its addresses too."""
    with _collector_paused():
        page = _parsed(html, url, encoding)
        return None if isinstance(page, NoArticle) else page.judged().article


def read_page(
    html: bytes,
    url: str | None,
    *,
    encoding: str | None = None,
    is_part: bool = False,
    link_header: str = "",
) -> PageReading:
    """Read a page: article, links, feeds, robots signals and language from one parse.

    Args:
        html: the body, decompressed.
        url: the address it was fetched from; None: not known, then relative links stay out.
        encoding: charset of the HTTP header; a hint that may be wrong.
        is_part: whether an article is known to go on here; then a few lines are enough.
        link_header: the HTTP header `Link`, which may name the canonical address (RFC 6596).

    Raises:
        Nothing, whatever the bytes.
    """
    with _collector_paused():
        page = _parsed(html, url, encoding)
        if isinstance(page, NoArticle):
            return PageReading(None, page.value, None)
        return page.read(is_part=is_part, link_header=link_header)


def _parsed(html: bytes, url: str | None, encoding: str | None) -> Page | NoArticle:
    """The page, or why there is none."""
    if _NOT_HTML.match(html[:512]):
        return NoArticle.NOT_HTML
    return Page.parse(html, url, encoding) or NoArticle.EMPTY


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Keep Python's cycle collector from running while a page is read.

    A page makes tens of thousands of small objects and no cycles; looking for some took half of the time.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a page holds, and the addresses that bear on it."""

    article: Article | None
    reason: NoArticle | None  # why there is no article
    story: frozenset[int]  # indices of its blocks
    language: str | None
    base: str | None
    canonical: str | None
    first_page: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """A page after its one parse and one walk: what all readings share."""

    url: str | None
    said: Declared
    outline: Outline
    about: Metadata

    @classmethod
    def parse(cls, html: bytes, url: str | None, encoding: str | None = None) -> Self | None:
        """Decode, parse and walk; None: there is no element in it."""
        tree = parse(decode(html, encoding))
        if tree is None:
            return None
        said = declared(tree)
        body = tree.find("body")
        shape = outline(body if body is not None else tree)
        return cls(url, said, shape, metadata(said, shape, url))

    def judged(self, *, is_part: bool = False, link_header: str = "") -> Judgement:
        """Judge the page: story, kind, language, and the addresses that bear on them."""
        base = base_of(self.said.base, self.url)
        canonical = canonical_of(self.said, self.url, base, link_header)
        found = story_of(self.outline, hints_of(self.said, self.about))
        story = replace(found, blocks=without_teasers(self.outline, found.blocks))
        add_byline(self.about, self.said, self.outline, self.url, story.blocks)
        text = "\n".join(self.outline.blocks[i].text for i in story.blocks)
        language = _language(self.said, text)
        first_page = first_page_of(self.said, self.url, canonical, base)
        reason = no_article(self.outline, story, self.said, self.about, self.url)
        if (is_part or first_page) and text and reason in SHORT:
            reason = None  # the last page of a story may be a few lines
        article = None if reason else _article(self, story, text, canonical or self.url, language)
        return Judgement(article, reason, frozenset(story.blocks), language, base, canonical, first_page)

    def read(self, *, is_part: bool = False, link_header: str = "") -> PageReading:
        """Judge the page, and tell where it leads."""
        judged = self.judged(is_part=is_part, link_header=link_header)
        base = judged.base
        next_pages = next_pages_of(self.said, self.outline, self.url, base, judged.first_page)
        return PageReading(
            article=judged.article,
            reason=judged.reason.value if judged.reason else None,
            canonical=judged.canonical,
            robots=_robots(self.said),
            language=judged.language,
            next_pages=next_pages,
            single_page=single_page_of(self.outline, self.url, base, judged.canonical, next_pages),
            first_page=judged.first_page,
            links=links_of(self.outline, judged.story, base),
            refresh=refresh_of(self.said, self.url, base),
            sitemaps=sitemaps_of(self.said, self.outline, self.url, base),
            feeds=feeds_of(self.said, base),
            linked_feeds=linked_feeds_of(self.outline, self.url, base),
        )


def _robots(said: Declared) -> tuple[str, ...]:
    """Words of the robots meta tags; those for one agent carry its name (`googlebot:noindex`)."""
    words = [
        word if name == "robots" else f"{name}:{word}"
        for name, texts in said.meta.items()
        if name == "robots" or _AGENT_NAME.fullmatch(name)
        for text in texts
        for word in re.split(r"[,\s]+", text.lower())
        if word
    ]
    return tuple(dict.fromkeys(words))


def _language(said: Declared, text: str) -> str | None:
    """The declared language, unless the text is plainly in another."""
    declared_code = next((code for code in (
        said.language, said.first("og:locale", "content-language", "language", "dc.language"),
        said.article.get("inLanguage")) if isinstance(code, str) and code.strip()), "")  # fmt: skip
    code = re.split(r"[-_,;\s]", declared_code.strip().lower())[0]
    code = code if re.fullmatch(r"[a-z]{2}", code) else ""
    if len(text) < _LEAST_FOR_LANGUAGE:
        return code or None
    seen = str(py3langid.classify(text[:_ENOUGH_FOR_LANGUAGE])[0])
    return seen if seen != code else code


def _article(page: Page, story: Story, text: str, url: str | None, language: str | None) -> Article:
    about = page.about
    host = urlsplit(url).hostname if url else None
    return Article(
        id=document_id(url or text),
        text=text,
        kinds=tuple(page.outline.blocks[i].kind for i in story.blocks),
        url=url,
        title=about.title,
        authors=about.authors,
        published=about.published,
        modified=about.modified,
        publisher=about.publisher or (registrable_domain(host) if host else None),
        language=language,
        section=about.section,
        captions=_captions(page.outline, story),
        field_sources=about.sources,
        confidence=round(story.confidence, 3),
        paywalled=about.paywalled,
        notes=story.notes,
        rights=about.rights,
    )


def _captions(page: Outline, story: Story) -> tuple[str, ...]:
    """Captions that stand between the story's first and last block, or right before it."""
    if not story.blocks:
        return ()
    first, last = max(0, story.blocks[0] - 4), story.blocks[-1] + 2
    return tuple(
        dict.fromkeys(block.text for block in page.blocks[first:last] if block.kind is BlockKind.CAPTION)
    )
