"""Where strangers' bytes and texts come in: every place that reads them, by name.

Text functions are found by what they take, so that a new one is measured without being named here; what takes
more than a text stands in the table below.
"""

from __future__ import annotations

import functools
import html
import importlib
import inspect
import json
import pkgutil
import re
import types
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import crawler
import dedupe
from crawler.extraction import read_page
from crawler.extraction.markup import decode
from crawler.frontier import HostRecord
from crawler.items import Page
from crawler.politeness import allows, crawl_delay, sitemaps
from crawler.sources.feeds import read_feed
from crawler.sources.sitemaps import read_sitemap
from crawler.topic import Topic
from crawler.urls import MOST_CHARACTERS
from dedupe import DedupeSettings, assess, cut_boilerplate, find_duplicates
from dedupe.duplicates.events import names_in
from dedupe.duplicates.normalise import split_words, tidy_all
from dedupe.duplicates.origin import find_origin
from dedupe.models import Article
from dedupe.quality.registry import checks_of_documents
from dedupe.quality.sought import Sought
from dedupe.repair import mended_article

__all__ = ["FILES", "expressions", "length_of", "matched_whole", "text_functions"]

URL = "https://news.example/2031/05/12/bridge"
AGENT = "seedbed/0.1"
NOW = datetime(2031, 5, 12, tzinfo=UTC)
SETTINGS = DedupeSettings()
PARAGRAPH = (
    "The council of Harbour Town voted on Tuesday to close the old bridge, and Mayor Ada Moss said so. "
)
TOPIC = Topic.from_texts([PARAGRAPH * 3, PARAGRAPH * 2])
# Without them their modules cannot be looked at.
EXTRAS = ("pyspark",)
# Modules whose text is never a stranger's.
OURS = (
    "crawler.settings",
    "crawler.commands",
    "dedupe.cli",
    "dedupe.report",
    "crawler._warm",
    "dedupe.__main__",
)

TextFunction = Callable[[str], object]


# ---------------------------------------------------------------------------------------------- files


def _page(body: bytes) -> Page:
    return Page(URL, 200, body, NOW)


def _html(body: bytes) -> str:
    reading = read_page(body, URL)
    kept = (
        f"kept, {len(reading.article.text)} characters"
        if reading.article
        else f"no article: {reading.reason}"
    )
    return f"{kept}, {len(reading.links)} links"


def _feed(body: bytes) -> str:
    return f"{sum(1 for _ in read_feed(_page(body)))} entries"


def _sitemap(body: bytes) -> str:
    return f"{sum(1 for _ in read_sitemap(_page(body)))} addresses"


def _robots(body: bytes) -> str:
    record = HostRecord(body, 200, "https://news.example/robots.txt")
    asked = ["https://news.example/" + path for path in ("", "a" * 1_900, "ab" * 950, "p/abcdefgh")]
    allowed = [allows(record, url, AGENT) for url in asked]
    return f"{sum(allowed)} of {len(asked)} allowed, delay {crawl_delay(record, AGENT)}, {len(sitemaps(record))} sitemaps"


# Kind of a kit's folder -> what reads its files; it gives the outcome in a few words.
FILES: dict[str, Callable[[bytes], str]] = {
    "html": _html,
    "feed": _feed,
    "sitemap": _sitemap,
    "robots": _robots,
}


# ------------------------------------------------------------------------------------------ functions


def text_functions() -> dict[str, TextFunction]:
    """Every function of a text, by name."""
    return {**_found(), **_CHECKS, **_OF_ARTICLES, **_IN_PAGES, **_IN_LISTINGS}


def _modules() -> Iterator[types.ModuleType]:
    for package in (crawler, dedupe):
        for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            if not module.name.startswith(OURS):
                try:
                    yield importlib.import_module(module.name)
                except ModuleNotFoundError as error:
                    if error.name not in EXTRAS:
                        raise


def _found() -> dict[str, TextFunction]:
    """Public functions whose first argument is a text and whose others may be left out."""
    found: dict[str, TextFunction] = {}
    for module in _modules():
        for name, value in vars(module).items():
            function = inspect.unwrap(value) if callable(value) else value
            is_own = isinstance(function, types.FunctionType) and function.__module__ == module.__name__
            if is_own and not name.startswith("_") and _takes_text(function):
                found[f"{module.__name__}.{name}"] = value
    return found


def length_of(function: TextFunction, length: int) -> int:
    """How long a text for a function may be: longer addresses are refused where they come in."""
    first = next(iter(inspect.signature(inspect.unwrap(function)).parameters), "")
    return min(length, MOST_CHARACTERS // 2) if first in ("url", "address", "host") else length


def _takes_text(function: types.FunctionType) -> bool:
    first, *others = inspect.signature(function).parameters.values() or [None]
    if first is None or first.annotation not in ("str", "str | None", "object"):
        return False
    if first.name in ("name", "argument", "path", "value") and first.annotation == "str":
        return False
    return all(each.default is not each.empty or each.kind is each.VAR_KEYWORD for each in others)


def _article(text: str, number: int = 1) -> Article:
    return Article(
        id=f"{number:016x}", text=text, title="Harbour Town council votes to close the old bridge", url=URL
    )


def _check(text: str, number: int) -> object:
    return list(checks_of_documents()[number](_article(text), SETTINGS.quality))


_CHECKS: dict[str, TextFunction] = {
    f"check {each.name}": functools.partial(_check, number=number)
    for number, each in enumerate(checks_of_documents())
}
_OF_ARTICLES: dict[str, TextFunction] = {
    "assess": lambda text: assess(_article(text), SETTINGS),
    "mended_article": lambda text: mended_article(_article(text), assess(_article(text), SETTINGS)),
    "find_origin": lambda text: find_origin(_article(text)),
    "cut_boilerplate": lambda text: list(cut_boilerplate([_article(text)], SETTINGS)),
    "find_duplicates": lambda text: find_duplicates(
        [_article(text), _article(text + " And more.", 2)], SETTINGS
    ),
    "tidy_all": lambda text: tidy_all([text]),
    "split_words": lambda text: split_words([text]),
    "names_in": lambda text: names_in([text]),
    "Topic.score_text": TOPIC.score_text,
    "Topic.from_texts": lambda text: Topic.from_texts([text, PARAGRAPH]),
    "decode, Western": lambda text: decode(text.encode("latin-1", "replace")),
    "decode, damaged": lambda text: decode(b"\xff" + text.encode("utf-8", "replace")),
}


# ---------------------------------------------------------------------------------------------- pages


def _made(head: str = "", body: str = "", title: str = "Bridge closes", lang: str = "en") -> object:
    story = f"<p>{PARAGRAPH * 4}</p>" * 3
    page = (
        f'<!doctype html><html lang="{lang}"><head><title>{title}</title>{head}</head><body><article>'
        f"<h1>Harbour Town council votes to close the old bridge</h1>{story}{body}</article></body></html>"
    )
    return read_page(page.encode("utf-8", "replace"), URL)


def _meta(text: str, name: str) -> object:
    return _made(head=f'<meta property="{name}" content="{html.escape(text)}">')


def _json_ld(text: str, name: str) -> object:
    node = {"@type": "NewsArticle", "headline": "Bridge closes", "datePublished": "2031-05-12", name: text}
    script = json.dumps(node, ensure_ascii=False).replace("</", "<\\/")
    return _made(head=f'<script type="application/ld+json">{script}</script>')


_META = (
    "author",
    "article:published_time",
    "og:title",
    "robots",
    "og:url",
    "description",
    "article:section",
    "og:site_name",
)
_STATED = (
    "author",
    "headline",
    "datePublished",
    "publisher",
    "articleBody",
    "articleSection",
    "inLanguage",
    "@id",
)
_IN_PAGES: dict[str, TextFunction] = {
    "page: as markup": lambda text: _made(body=text),
    "page: in a paragraph": lambda text: _made(body=f"<p>{html.escape(text)}</p>"),
    "page: a paragraph a line": lambda text: _made(
        body="".join(f"<p>{html.escape(line)}" for line in text.split("\n"))
    ),
    "page: lines parted by br": lambda text: _made(body="<p>" + "<br>".join(html.escape(text).split("\n"))),
    "page: title": lambda text: _made(title=html.escape(text)),
    "page: heading": lambda text: _made(body=f"<h1>{html.escape(text)}</h1>"),
    "page: byline": lambda text: _made(body=f'<span class="byline author">{html.escape(text)}</span>'),
    "page: class and id": lambda text: _made(
        body=f'<div class="{html.escape(text)}" id="{html.escape(text)}"><p>x</div>'
    ),
    "page: link": lambda text: _made(body=f'<a href="{html.escape(text)}">x</a>'),
    "page: links": lambda text: _made(
        body="".join(f'<a href="{word}">x</a> ' for word in html.escape(text).split(" "))
    ),
    "page: base": lambda text: _made(head=f'<base href="{html.escape(text)}">'),
    "page: language": lambda text: _made(lang=html.escape(text)),
    "page: JSON-LD as it is": lambda text: _made(head=f'<script type="application/ld+json">{text}</script>'),
    **{f"page: meta {name}": functools.partial(_meta, name=name) for name in _META},
    **{f"page: JSON-LD {name}": functools.partial(_json_ld, name=name) for name in _STATED},
}


# ------------------------------------------------------------------------------------------- listings


def _feed_field(text: str, name: str) -> object:
    item = f"<item><link>http://news.example/1</link><{name}>{html.escape(text)}</{name}></item>"
    return _feed(f"<rss><channel>{item}".encode("utf-8", "replace"))


def _sitemap_field(text: str, name: str) -> object:
    url = f"<url><loc>http://news.example/1</loc><{name}>{html.escape(text)}</{name}></url>"
    return _sitemap(f"<urlset>{url}".encode("utf-8", "replace"))


def _json_feed(text: str) -> object:
    item = {"url": "http://news.example/1", "title": text, "summary": text, "date_published": text}
    return _feed(json.dumps({"items": [item]}).encode())


def _rules(text: str) -> object:
    return _robots(f"User-agent: *\nDisallow: /{text}".encode("utf-8", "replace"))


_IN_LISTINGS: dict[str, TextFunction] = {
    "feed: as markup": lambda text: _feed(b"<rss><channel>" + text.encode("utf-8", "replace")),
    "feed: JSON": _json_feed,
    "feed: JSON as it is": lambda text: _feed(b'{"items": [' + text.encode("utf-8", "replace")),
    "sitemap: as markup": lambda text: _sitemap(b"<urlset>" + text.encode("utf-8", "replace")),
    "robots: a rule": _rules,
    "robots: rules": lambda text: _rules(re.sub(r"\s", "\nDisallow: /", text)),
    "robots: agents": lambda text: _rules(re.sub(r"\s", "\nUser-agent: ", text)),
    **{
        f"feed: {name}": functools.partial(_feed_field, name=name)
        for name in ("title", "description", "pubDate", "link")
    },
    **{
        f"sitemap: {name}": functools.partial(_sitemap_field, name=name)
        for name in ("loc", "lastmod", "title", "keywords")
    },
}


# ---------------------------------------------------------------------------------------- expressions


def expressions() -> dict[str, re.Pattern[str]]:
    """Every regular expression for texts that a module of ours holds, by module and name."""
    found: dict[str, re.Pattern[str]] = {}
    for module in _modules():
        if Path(str(module.__file__)).suffix == ".py":
            for name, value in vars(module).items():
                if not name.startswith("__"):
                    found.update(_held(f"{module.__name__}.{name}", value, 3))
    unique: dict[tuple[str, int], str] = {}
    for name, expression in found.items():
        unique.setdefault((expression.pattern, expression.flags), name)
    return {name: found[name] for name in unique.values()}


def matched_whole(name: str) -> bool:
    """Whether an expression is only ever matched from the beginning of a text: nowhere else may it be slow."""
    uses = {
        method for module in _sources() for method in re.findall(rf"\b{re.escape(name)}\.(\w+)\(", module)
    }
    return bool(uses) and uses <= {"match", "fullmatch"}


@functools.cache
def _sources() -> tuple[str, ...]:
    folders = [Path(folder) for package in (crawler, dedupe) for folder in package.__path__]
    return tuple(path.read_text("utf-8") for folder in folders for path in sorted(folder.rglob("*.py")))


def _held(name: str, value: object, depth: int) -> Iterator[tuple[str, re.Pattern[str]]]:
    value = value.pattern if isinstance(value, Sought) else value
    if isinstance(value, re.Pattern):
        if isinstance(value.pattern, str):
            yield name, value
    elif depth and isinstance(value, dict):
        for key, inner in value.items():
            yield from _held(f"{name}[{key!r}]", inner, depth - 1)
    elif depth and isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            yield from _held(f"{name}[{number}]", inner, depth - 1)
