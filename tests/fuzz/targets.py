"""What is fed to which part, and what that part promises of any input."""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from crawler.extraction import read_page
from crawler.extraction.dates import parse_moment
from crawler.frontier import HostRecord
from crawler.items import Page
from crawler.politeness import allows, crawl_delay, retry_after, sitemaps
from crawler.rights import directives
from crawler.sources.feeds import LONGEST_SUMMARY, read_feed, read_moment
from crawler.sources.sitemaps import read_sitemap
from crawler.spellings import plain_form
from crawler.urls import address_key, cleaned, host_of, is_fetchable, is_web_address
from dedupe import DedupeSettings, assess, cut_boilerplate, find_duplicates
from dedupe.boilerplate.repair import repaired
from dedupe.corpus import read_seed_text, read_seeds, seed_bytes
from dedupe.errors import InputFormatError, SeedFormatError
from dedupe.inputs import read_articles
from dedupe.models import Article

__all__ = ["TARGETS", "Target"]

NOW = datetime(2031, 5, 12, tzinfo=UTC)
URL = "https://p.example/2031/bridge"
SETTINGS = DedupeSettings()


@dataclass(frozen=True)
class Target:
    """A part that reads inputs, and what holds of each."""

    inputs: st.SearchStrategy[Any]
    holds: Callable[[Any], None]


# --------------------------------------------------------------------------------------------- inputs

WORDS = (
    *(
        "The council of Harbour Town voted on Tuesday to close the old bridge.",
        "Mayor Ada Moss said so.",
        "By Ada Moss",
    ),
    *(
        "12 May 2031, 10:40",
        "Photo: Ada Moss/Harbour Office",
        "Read more: ten bridges",
        "(Meridian Press) -",
        "Share",
    ),
    *(
        "http://p.example/a?utm_source=x",
        "mail@p.example",
        "\u202egnp.\u202c",
        "a\u0301\u0316",
        "\u200b",
        "\ufeff",
        "&amp;#x41;",
    ),
    *(
        "市议会决定关闭旧桥。",
        "المجلس قرر إغلاق الجسر",
        "\U0001f468\u200d\U0001f469",
        "Ã¤â€™",
        "\x00",
        "\x1b[31m",
        "\ud800",
        "-" * 9,
        " " * 9,
    ),
)
TAGS = (
    *(
        "<p>",
        "</p>",
        "<div class='story'>",
        "</div>",
        "<article>",
        "</article>",
        "<h1>",
        "</h1>",
        "<br>",
        "<b>",
        "<li>",
        "<table><tr><td>",
    ),
    *(
        "<a href='/x'>",
        "<a href='http://[::1'>",
        "</a>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<",
        "<a href='",
        "<script>",
        "</script>",
    ),
    *(
        "<meta name=author content='By A, B and C'>",
        "<meta property=og:url content='//'>",
        "<base href='http://['>",
        "<title>",
        "</title>",
    ),
    *(
        "<script type=application/ld+json>",
        '{"@type":"NewsArticle","author":',
        '[{"name":',
        '"datePublished":"2031-',
        "}",
        "]",
        "1e999",
        "null,",
    ),
    *(
        "<html lang='x-",
        "<link rel=canonical href='",
        "<link rel=next href='?page=2'>",
        "<span class='byline'>",
        "<time datetime='",
        "&notit;",
        "&#1114112;",
    ),
    *(
        "<item>",
        "</item>",
        "<link>",
        "</link>",
        "<pubDate>",
        "<entry>",
        "<url><loc>",
        "</loc></url>",
        "<sitemap>",
        "<!DOCTYPE x [<!ENTITY a 'b'>]>",
        "&a;",
    ),
)
ADDRESSES = (
    "http://",
    "https://",
    "//",
    "p.example",
    "P.EXAMPLE:80",
    "[::1]",
    "@",
    "/",
    "/../",
    "?",
    "&",
    "=",
    "#",
    "%2e",
    "%",
    ";jsessionid=1",
    "utm_x=1",
    "sid=a1b2c3d4",
    "ä",
    " ",
    "\\",
    "xn--",
    ".",
    ":99999",
    "www.",
    "m.",
    "/amp",
    "?page=2",
)
RULES = (
    "User-agent:",
    "user agent",
    "*",
    "seedbed",
    "Disallow:",
    "Allow:",
    "/a",
    "/*b$",
    "Crawl-delay:",
    "1e400",
    "nan",
    "-5",
    "Sitemap:",
    "http://p.example/s",
    "#",
    "\n",
    " ",
    "\x00",
    "\u2028",
    "%zz",
)
DATES = (
    "2031",
    "-05-",
    "12",
    "T",
    ":",
    "10",
    " ",
    "May",
    "Uhr",
    ".",
    "/",
    "年",
    "月",
    "+02:00",
    "GMT",
    "Mon,",
    "Z",
    "1999999999",
    "am",
    "٣",
    "st",
)

texts = st.lists(st.sampled_from(WORDS) | st.text(max_size=20), max_size=30).map(" ".join)
lines = st.lists(texts, max_size=12).map("\n".join)
markup = st.lists(st.sampled_from(TAGS) | st.sampled_from(WORDS) | st.text(max_size=8), max_size=60).map(
    "".join
)
bodies = (
    st.binary(max_size=400)
    | markup.map(lambda text: text.encode("utf-8", "surrogatepass"))
    | markup.map(lambda text: text.encode("utf-16", "surrogatepass"))
)
addresses = st.lists(st.sampled_from(ADDRESSES) | st.text(max_size=5), max_size=14).map("".join)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(("id", "text", "url", "title", "published", "authors", "items", "@type", "name")),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


def _joined(parts: tuple[str, ...]) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(parts) | st.text(max_size=4), max_size=20).map("".join)


# ------------------------------------------------------------------------------------------- promises


def _page(body: bytes) -> None:
    reading = read_page(body, URL)
    assert (reading.article is None) == (reading.reason is not None)
    for link in reading.links:
        assert link.url.startswith(("http://", "https://"))
    if reading.article is not None:
        assert all(line.strip() for line in reading.article.lines)
        assert len(reading.article.kinds) == len(reading.article.lines)
        assert Article.model_validate_json(reading.article.model_dump_json()) == reading.article


def _feed(body: bytes) -> None:
    for entry in read_feed(Page(URL, 200, body, NOW)):
        assert entry.url
        assert all(len(said) <= LONGEST_SUMMARY for said in (entry.title, entry.summary) if said is not None)
        assert all(moment.tzinfo for moment in (entry.published, entry.modified) if moment is not None)


def _sitemap(body: bytes) -> None:
    for entry in read_sitemap(Page(URL, 200, body, NOW)):
        assert entry.url
        assert all(len(said) <= LONGEST_SUMMARY for said in (entry.title, entry.keywords) if said is not None)


def _robots(text: str) -> None:
    record = HostRecord(text.encode("utf-8", "replace"), 200, URL)
    assert allows(record, URL, "seedbed/0.1") in (True, False)
    delay = crawl_delay(record, "seedbed/0.1")
    assert delay is None or (delay >= 0 and math.isfinite(delay))
    assert all(isinstance(url, str) for url in sitemaps(record))


def _address(text: str) -> None:
    if not is_web_address(text):
        return
    once = cleaned(text)
    assert cleaned(once) == once
    assert once.isascii()
    assert address_key(once) == address_key(text)
    assert plain_form(once) == plain_form(text)
    assert host_of(once) == host_of(once).lower()
    assert is_fetchable(text) in (True, False)


def _header(text: str) -> None:
    assert all(isinstance(word, str) for word in directives(text))
    wait = retry_after(text)
    assert wait is None or wait >= 0


def _date(text: str) -> None:
    for moment in (parse_moment(text), read_moment(text)):
        assert moment is None or moment.tzinfo is not None


def _repair(line: str) -> None:
    once = repaired(line)
    assert "\n" not in once
    assert repaired(once) == once


def _seed(text: str) -> None:
    """What was written as a seed is read as it was, line ends and the last of them apart."""
    text = text.encode("utf-8", "replace").decode().removeprefix("\ufeff").replace("\0", "")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "000_0123456789abcdef.txt"
        path.write_bytes(seed_bytes(text))
        assert read_seed_text(path) == text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n"


def _seed_bytes(body: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "000_0123456789abcdef.txt").write_bytes(body)
        with suppress(SeedFormatError):  # which names the file
            assert [seed.article.id for seed in read_seeds(Path(folder))] == ["0123456789abcdef"]


def _records(rows: list[object]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "articles.jsonl"
        path.write_bytes(
            b"\n".join(row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows)
        )
        most = len(rows) + sum(row.count(b"\n") for row in rows if isinstance(row, bytes))
        with suppress(InputFormatError):  # which names the file
            assert 0 < len(list(read_articles(path))) <= most


def _article(text: str, number: int = 1) -> Article:
    return Article(id=f"{number:016x}", text=text, title="Council votes to close the old bridge", url=URL)


def _cut(text: str) -> None:
    """Each line is kept or cut, on record; nothing is made up."""
    article = _article(text)
    [(kept, cuts)] = cut_boilerplate([article], SETTINGS)
    for cut in cuts:
        assert cut.text == article.lines[cut.line]
    left = {
        repaired(line)
        for number, line in enumerate(article.lines)
        if number not in {cut.line for cut in cuts}
    }
    assert {line for line in kept.lines if line} <= left


def _findings(text: str) -> None:
    article = _article(text)
    for finding in assess(article, SETTINGS):
        if finding.span is not None:
            assert 0 <= finding.span[0] <= finding.span[1] <= len(article.text)


def _relations(pair: tuple[str, str]) -> None:
    """Two texts relate as they do in the other order, and a text is a copy of itself."""
    (a, b), (c, d) = [(_article(pair[i], i + 1), _article(pair[1 - i], 2 - i)) for i in (0, 1)]
    there, back = find_duplicates([a, b], SETTINGS), find_duplicates([c, d], SETTINGS)
    assert {(each.relation, each.a, each.b) for each in there.relations} == {
        (each.relation, each.a, each.b) for each in back.relations
    }
    assert {frozenset(cluster.members) for cluster in there.clusters} == {
        frozenset(cluster.members) for cluster in back.clusters
    }


TARGETS: dict[str, Target] = {
    "page": Target(bodies, _page),
    "feed": Target(bodies | json_values.map(lambda value: json.dumps({"items": [value]}).encode()), _feed),
    "sitemap": Target(bodies, _sitemap),
    "robots": Target(_joined(RULES), _robots),
    "address": Target(addresses | addresses.map(lambda rest: "http://p.example/" + rest), _address),
    "header": Target(_joined((*RULES, *DATES, "noindex", "googlebot", ",")), _header),
    "date": Target(_joined(DATES), _date),
    "repair": Target(texts, _repair),
    "seed": Target(lines, _seed),
    "seed file": Target(bodies, _seed_bytes),
    "records": Target(st.lists(json_values | st.binary(max_size=60), min_size=1, max_size=6), _records),
    "cut": Target(lines, _cut),
    "findings": Target(lines, _findings),
    "relations": Target(st.tuples(lines, lines), _relations),
}
