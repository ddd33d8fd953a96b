"""Listings that no robots.txt and no <link> names: older pages of feeds, feeds behind links, usual sitemaps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.extraction import read_page
from crawler.headlines import Headlines
from crawler.items import Candidate, Kind, Page
from crawler.promise import GUESSED_SITEMAP, NEXT_OF_FEED, valued
from crawler.sources import Seen
from crawler.sources.feeds import Feeds, older_page_of
from crawler.sources.sections import Sections
from crawler.sources.sitemaps import USUAL, guessed
from crawler.topic import Topic
from crawler.yields import Yields
from tests.crawler.news_web import crawl
from tests.crawler.test_hostile_answers import FRONT, STORY, Sites, line, ok, outcomes

NOW = datetime(2031, 3, 20, tzinfo=UTC)
FEED = "https://p.example/feed/"
ITEM = "<item><title>Dam</title><link>/dam</link></item>"
ENTRY = '<entry><link rel="next" href="/not-this"/><link href="/dam"/></entry>'
WORDPRESS = "<generator>https://wordpress.org/?v=6.8.1</generator>"


def rss(head: str, items: str = ITEM) -> bytes:
    return f'<?xml version="1.0"?><rss xmlns:a="http://www.w3.org/2005/Atom"><channel>{head}{items}</channel></rss>'.encode()


def atom(head: str) -> bytes:
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{head}{ENTRY}</feed>'.encode()


def seen(body: bytes, url: str = FEED) -> Seen:
    return Seen(Page(url, 200, body, NOW), Candidate(url, Kind.FEED))


@pytest.mark.parametrize(
    ("body", "url", "older"),
    [
        (atom('<link rel="next" href="?page=2"/>'), FEED, f"{FEED}?page=2"),
        (atom('<link rel="prev-archive" href="/2031/02.atom"/>'), FEED, "https://p.example/2031/02.atom"),
        (atom('<link rel="next-archive" href="/newer"/><link rel="self" href="/feed/"/>'), FEED, None),
        (atom('<link rel="next" href="/feed/"/>'), FEED, None),
        (rss('<link>/</link><a:link rel="next" href="/feed/?page=2"/>'), FEED, f"{FEED}?page=2"),
        (rss(WORDPRESS), FEED, f"{FEED}?paged=2"),
        (rss(WORDPRESS), f"{FEED}?cat=7&paged=4", f"{FEED}?cat=7&paged=5"),
        (rss(f'{WORDPRESS}<a:link rel="next" href="/older"/>'), FEED, "https://p.example/older"),
        (rss(WORDPRESS, items=""), FEED, None),
        (rss("<generator>Hand</generator>"), FEED, None),
        (b'{"items": [], "next_url": "https://p.example/2.json"}', FEED, "https://p.example/2.json"),
        (b'{"items": [], "next_url": 7}', FEED, None),
        (b'{"items": ', FEED, None),
        (rss('<a:link rel="next" href="javascript:x"/>'), FEED, None),
        (b"", FEED, None),
    ],
)
def test_a_feed_says_where_older_entries_are(body: bytes, url: str, older: str | None):
    """RFC 5005, JSON Feed's `next_url`, and what WordPress does without a word; what an entry links is its own."""
    assert older_page_of(Page(url, 200, body, NOW)) == older


def test_an_older_page_of_a_feed_promises_by_what_this_one_lists():
    """As the next page of a section does; nothing where this one goes back beyond the window."""

    def promise(since: datetime | None) -> float:
        days = "".join(
            f"<item><title>Dam above Marrowick burst</title><link>/{day}-dam</link>"
            f"<pubDate>{(NOW - timedelta(days=day)).isoformat()}</pubDate></item>"
            for day in range(8)
        )
        texts = ["The dam above Marrowick burst, said Ilse Tarn.", "Marrowick fears the dam, said Ilse Tarn."]
        found = valued(
            Headlines(Topic.from_texts(texts), texts),
            Yields(),
            Feeds().candidates(seen(rss(WORDPRESS, days))),
            since,
        )
        [older] = [each for each in found if each.lane == NEXT_OF_FEED.lane]
        assert (older.kind, older.url) == (Kind.FEED, f"{FEED}?paged=2")
        return older.priority

    assert promise(None) > 0
    assert promise(NOW - timedelta(days=30)) == promise(None)
    assert promise(NOW - timedelta(days=3)) == 0


LINKS = """<a href="/news.rss">News</a> <a href="/world/feed/">World</a> <a href="/index.xml">All</a>
<a href="/feeds.html">RSS feeds</a> <a href="/abo"><img></a> <a title="RSS" href="/r"><img></a>
<a href="https://other.example/feed/">Theirs</a> <a href="/sitemap.xml">Sitemap</a>
<a href="/2031/what-rss-was-for-those-who-never-read-it">What RSS was, for all who never read it</a>"""


def test_feeds_that_are_only_linked_are_read_where_a_page_declares_none():
    """By how their addresses end or by what the link says; they are no pages then. Sitemaps are no feeds."""

    def feeds(head: str) -> list[str]:
        body = f"<html><head>{head}</head><body>{LINKS}</body></html>".encode()
        front = Page("https://p.example/", 200, body, NOW)
        found = list(Sections().candidates(Seen(front, Candidate(front.url), read_page(body, front.url))))
        pages = {each.url for each in found if each.kind is Kind.PAGE}
        assert {each.url for each in found if each.kind is Kind.FEED}.isdisjoint(pages)
        return [each.url.removeprefix("https://p.example") for each in found if each.kind is Kind.FEED]

    assert feeds("") == ["/news.rss", "/world/feed/", "/index.xml", "/feeds.html", "/r"]
    assert feeds('<link rel="alternate" type="application/rss+xml" href="/all">') == ["/all"]


def test_a_page_about_feeds_leads_to_them():
    """ "RSS" often leads to such a page; from one to another the crawl does not go on and on."""
    about = seen(f"<!DOCTYPE html><html><body>{LINKS}</body></html>".encode(), "https://p.example/rss")

    found = list(Feeds().candidates(about))

    assert [each.url for each in found][:2] == ["https://p.example/news.rss", "https://p.example/world/feed/"]
    assert {each.kind for each in found} == {Kind.FEED}
    assert not list(Feeds().candidates(Seen(about.page, about.candidate._replace(hops=3))))


def test_a_sitemap_is_looked_for_the_more_the_more_a_site_has_told():
    """One usual place after the other; each guess is a lane of its own, so that the crawl learns what is usual."""
    first = guessed("https://p.example/2031/dam", told=1)
    assert first is not None
    assert (first.url, first.kind) == ("https://p.example/sitemap.xml", Kind.SITEMAP)
    assert first.priority == GUESSED_SITEMAP.priority

    rich = guessed("https://p.example/2031/dam", told=9)
    assert rich is not None
    assert rich.priority > first.priority

    lanes = [first.lane]
    while (more := guessed("https://p.example/2031/dam", told=1, after=lanes[-1])) is not None:
        lanes.append(more.lane)
    assert [lane.rpartition(" ")[2] for lane in lanes] == list(USUAL)


def test_a_crawl_finds_what_only_unnamed_listings_tell(tmp_path: Path):
    """A linked feed, its older page, and a sitemap that nothing names; a header says which address it is."""
    site = "http://paper.example"

    def story(number: int) -> bytes:
        return STORY.replace(b".</p>", f", for the {number}th time.</p>".encode())

    def item(number: int) -> str:
        return f"<item><title>Brenna Star towed home</title><link>{site}/2025/ferry-{number}</link></item>"

    listed = f"<urlset><url><loc>{site}/2025/ferry-7-seen-from-the-map</loc></url></urlset>".encode()
    called = {"Link": f'<{site}/feed>; rel="alternate", </2025/ferry-7>; rel="canonical"'}
    answers = {
        f"{site}/": [ok(FRONT.replace(b"</body>", b'<a href="/rss.xml">RSS</a></body>'))],
        f"{site}/2025/ferry-towed-home": [ok(story(4))],
        f"{site}/rss.xml": [ok(rss(WORDPRESS, item(5)), "text/xml")],
        f"{site}/rss.xml?paged=2": [ok(rss(WORDPRESS, item(6)), "text/xml")],
        f"{site}/2025/ferry-5": [ok(story(5))],
        f"{site}/2025/ferry-6": [ok(story(6))],
        f"{site}/sitemap_index.xml": [ok(listed, "text/xml")],
        f"{site}/2025/ferry-7-seen-from-the-map": [(200, called | {"Content-Type": "text/html"}, story(7))],
    }
    with Sites(answers) as sites:
        done = crawl(line(tmp_path, f"{site}/"), sites.proxy)

    assert done.returncode == 0, done.stderr
    assert outcomes(tmp_path)["kept"] == 4
    assert outcomes(tmp_path)["gone"] == 2  # /sitemap.xml, and the third page of the feed
    assert f"{site}/sitemap_news.xml" not in sites.log
    assert len(sites.log) == len(set(sites.log))
    [run] = (tmp_path / "crawls").iterdir()
    assert f'"url":"{site}/2025/ferry-7"' in (run / "articles.jsonl").read_text()
