"""Feeds, sitemaps and robots.txt made to hang or fill their reader: bounded before they are parsed."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from crawler import politeness
from crawler.frontier import HostRecord
from crawler.items import Page
from crawler.politeness import allows
from crawler.sources import feeds, sitemaps, xml_entries
from crawler.sources.feeds import read_feed
from crawler.sources.sitemaps import read_sitemap

NOW = datetime(2031, 3, 1, tzinfo=UTC)
AGENT = "seedbed/0.1 (+https://p.example/who)"


def page(body: bytes) -> Page:
    return Page("https://p.example/listing", 200, body, NOW)


def item(number: int) -> bytes:
    return b"<item><title>Dam %d</title><link>/%d</link></item>" % (number, number)


def address(number: int) -> bytes:
    return b"<url><loc>https://p.example/%d</loc></url>" % number


# ------------------------------------------------------------------------------------ how many entries


def test_of_a_feed_without_end_the_first_entries_are_read(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(feeds, "MOST_ENTRIES", 3)

    entries = list(read_feed(page(b"<rss><channel>" + b"".join(map(item, range(9))))))

    assert [entry.title for entry in entries] == ["Dam 0", "Dam 1", "Dam 2"]


def test_of_a_json_feed_without_end_the_first_entries_are_read(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(feeds, "MOST_ENTRIES", 3)
    body = json.dumps({"items": [{"url": f"/{number}"} for number in range(9)]}).encode()

    assert [entry.url[-2:] for entry in read_feed(page(body))] == ["/0", "/1", "/2"]


def test_a_json_feed_that_would_fill_the_memory_is_left_out(monkeypatch: pytest.MonkeyPatch):
    """JSON cannot be read up to a cut, and a list of empty objects takes fifty times its length."""
    monkeypatch.setattr(feeds, "MOST_JSON", 1_000)

    assert list(read_feed(page(b'{"items": [' + b"{}," * 1_000 + b"{}]}"))) == []


def test_of_a_sitemap_without_end_the_first_addresses_are_read(monkeypatch: pytest.MonkeyPatch):
    """A few kilobytes of gzip unpack to as many addresses as somebody likes."""
    monkeypatch.setattr(sitemaps, "MOST_ENTRIES", 3)
    body = gzip.compress(b"<urlset>" + b"".join(map(address, range(900))))

    assert [entry.url[-2:] for entry in read_sitemap(page(body))] == ["/0", "/1", "/2"]


def test_what_a_listing_says_of_a_page_is_cut_to_what_anybody_reads():
    """Titles of megabytes would go from the reader to the crawl, and into its database."""
    long = "word " * 100_000
    feed = f"<rss><item><link>/1</link><title>{long}</title><description>{long}</description></item></rss>"
    sitemap = f"<urlset><url><loc>/1</loc><title>{long}</title><keywords>{long}</keywords></url></urlset>"

    [listed], [mapped] = read_feed(page(feed.encode())), read_sitemap(page(sitemap.encode()))

    for said in (listed.title, listed.summary, mapped.title, mapped.keywords):
        assert said is not None
        assert 0 < len(said) <= feeds.LONGEST_SUMMARY


def test_of_a_summary_in_markup_only_the_beginning_is_parsed(monkeypatch: pytest.MonkeyPatch):
    """Its tags are made objects of, to keep some hundred characters."""
    parsed: list[int] = []
    soup = feeds.BeautifulSoup
    monkeypatch.setattr(
        feeds, "BeautifulSoup", lambda text, parser: parsed.append(len(text)) or soup(text, parser)
    )
    markup = "&lt;p&gt;Dam&lt;/p&gt;" * 50_000

    [entry] = read_feed(
        page(f"<rss><item><link>/1</link><description>{markup}</description></item></rss>".encode())
    )

    assert entry.summary is not None
    assert entry.summary.startswith("Dam Dam")
    assert parsed == [feeds.LONGEST_MARKUP]


def test_a_date_of_many_thousand_characters_is_no_date():
    """`parsedate_to_datetime` takes long over them."""
    assert feeds.read_moment("Mon, 01 " * 50_000) is None


# ----------------------------------------------------------------------------------- how much of a tree


@pytest.mark.parametrize("filler", [b"<x/>", b"<!---->", b"<?x?>", b"<x>y</x>"], ids=repr)
def test_a_document_of_too_many_tags_is_read_up_to_there(filler: bytes, monkeypatch: pytest.MonkeyPatch):
    """Each tag takes hundreds of bytes of tree; those that are no entry are never let go."""
    monkeypatch.setattr(xml_entries, "MOST_TAGS", 20)
    body = b"<urlset>" + address(1) + filler * 30 + address(2) + b"</urlset>"

    assert [entry.url[-2:] for entry in read_sitemap(page(body))] == ["/1"]


@pytest.mark.parametrize("most", range(12))
def test_the_cut_keeps_exactly_as_many_tags_as_allowed(most: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(xml_entries, "MOST_TAGS", most)
    body = b"".join(b"<%d>" % number for number in range(10))

    assert xml_entries._bounded(body, "here").count(b"<") == min(most, 10)


def test_a_document_is_cut_before_a_tag_of_many_thousand_attributes():
    """libxml2 takes a hundred times their length in memory."""
    tag = b"<x " + b"".join(b'a%d="" ' % number for number in range(10_000)) + b"/>"
    body = b"<urlset>" + address(1) + tag + address(2) + b"</urlset>"

    assert [entry.url[-2:] for entry in read_sitemap(page(body))] == ["/1"]


@pytest.mark.parametrize(
    "doctype",
    [
        '<!ENTITY a "AAAAAAAAAA"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">',
        '<!ENTITY b SYSTEM "file:///etc/hostname">',
        '<!ENTITY % p SYSTEM "file:///etc/hostname"> %p;',
    ],
    ids=["nested", "file", "parameter"],
)
def test_no_entity_is_expanded(doctype: str):
    body = f"<!DOCTYPE rss [{doctype}]><rss><item><link>/1</link><title>Dam &b;</title></item></rss>"

    assert {entry.title for entry in read_feed(page(body.encode()))} <= {"Dam", "Dam &b;"}


def test_items_in_items_are_each_read_once():
    """Each holds all within it: read whole, they would cost the square of their number."""
    body = b"<rss>" + b"".join(b"<item><link>/%d</link>" % number for number in range(100)) + b"</item>" * 100

    assert len(list(read_feed(page(body)))) == 100


# ----------------------------------------------------------------------------------------- robots.txt


def agents_of(lines: Iterator[str]) -> set[str]:
    return {line.partition(":")[2].strip() for line in lines if line.lower().startswith("user")}


def test_ten_thousand_agents_count_as_one():
    """Protego gives each rule to each agent of its group: as many rules below them took minutes."""
    many = "".join(f"User-agent: bot{number}\n" for number in range(10_000))
    text = many + "User-agent: Seedbed\nDisallow: /private\n\nUser-agent: *\nDisallow: /search\n"

    assert agents_of(politeness._without_others(text, AGENT)) == {politeness.OTHERS, "Seedbed", "*"}


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("User-agent: other\nDisallow: /\n\nUser-agent: *\nDisallow: /a", "/b", True),
        ("User-agent: other\nUser-agent: SEEDBED # us\nDisallow: /a", "/a", False),
        ("User-agent: other\nUser-agent: *\nDisallow: /a", "/a", False),
        ("User-agent: seed*\nDisallow: /a", "/a", False),
        ("User-agent: seedbed*\nDisallow: /a", "/a", False),
        ("User agent seedbed\nDisallow: /a", "/a", False),
        ("useragent:seedbed/0.1\nDisallow: /a", "/a", False),
        ("User-agent: seedbed\nDisallow: /a\n\nUser-agent: *\nDisallow: /b", "/b", True),
        ("User-agent: example\nDisallow: /a", "/b", True),
    ],
)
def test_the_groups_of_others_change_nothing_for_us(text: str, path: str, allowed: bool):
    """What is said to us, by name or to all, is found as before."""
    assert (
        allows(
            HostRecord(text.encode(), 200, "https://p.example/robots.txt"), f"https://p.example{path}", AGENT
        )
        is allowed
    )
