"""Feeds, sitemaps, sections and lists: what they list, and what each address promises."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from crawler.extraction import read_page
from crawler.frontier import HostRecord
from crawler.headlines import Headlines
from crawler.items import Candidate, Kind, Page
from crawler.promise import LINKED_SITE, valued
from crawler.sources import Seen
from crawler.sources.feeds import FeedEntry, Feeds, read_feed
from crawler.sources.sections import Sections
from crawler.sources.sitemaps import Sitemaps, of_robots, read_sitemap
from crawler.topic import Topic
from crawler.yields import Yields

SENTENCE = "The water came at night and took the bridge, the mill and the road to the north of the town."
SEEDS = ["The dam above Marrowick burst, said Ilse Tarn.", "Marrowick fears the dam, Ilse Tarn said."]
HEADLINES = Headlines(Topic.from_texts(SEEDS), SEEDS)
NOW = datetime(2031, 3, 1, tzinfo=UTC)

RSS = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>Paper</title>
<item><title>Dam bursts at &lt;b&gt;Marrowick&lt;/b&gt;</title><link>/2031/dam</link>
<description>&lt;p&gt;Ilse Tarn &amp;amp; the army&lt;/p&gt;</description><pubDate>Sat, 01 Mar 2031 10:00:00 +0200</pubDate></item>
<item><title>No link</title><guid isPermaLink="false">x7</guid></item></channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Dam bursts</title>
<link rel="self" href="https://p.example/self"/><link href="https://p.example/dam"/>
<updated>2031-03-01T08:00:00Z</updated></entry></feed>"""
RDF = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><item><title>Dam bursts</title><link>https://p.example/dam</link>
<dc:date>2031-03-01</dc:date></item></rdf:RDF>"""
JSON_FEED = b"""{"version": "https://jsonfeed.org/version/1.1", "items": [
{"id": "1", "url": "https://p.example/dam", "title": "Dam bursts", "date_published": "2031-03-01T08:00:00Z"},
{"id": "2"}, "odd"]}"""


def page(body: bytes, url: str = "https://p.example/feed") -> Page:
    return Page(url, 200, body, NOW)


def test_rss_is_read_with_markup_in_its_texts():
    """Titles and summaries are HTML inside XML; addresses may be relative; an entry without one is none."""
    entries = list(read_feed(page(RSS)))

    assert entries == [
        FeedEntry(
            "https://p.example/2031/dam",
            "Dam bursts at Marrowick",
            "Ilse Tarn & the army",
            datetime.fromisoformat("2031-03-01T10:00:00+02:00"),
        )
    ]


@pytest.mark.parametrize(
    ("body", "moment"),
    [
        (ATOM, datetime(2031, 3, 1, 8, tzinfo=UTC)),
        (RDF, datetime(2031, 3, 1, tzinfo=UTC)),
        (JSON_FEED, datetime(2031, 3, 1, 8, tzinfo=UTC)),
    ],
    ids=["atom", "rss 1.0", "json feed"],
)
def test_the_other_kinds_of_feed_say_the_same(body: bytes, moment: datetime):
    """One entry, whatever the format."""
    [entry] = read_feed(page(body))

    assert replace(entry, modified=None) == FeedEntry("https://p.example/dam", "Dam bursts", None, moment)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[1]", b"<rss><channel><item>", b"\x00\x01", b"not a feed", b"{}"]
)
def test_what_is_no_feed_lists_nothing(body: bytes):
    """Broken feeds stop nothing."""
    assert list(read_feed(page(body))) == []


def test_a_feed_entry_promises_by_its_title():
    """The title that speaks of the story comes before the one that does not."""
    body = ATOM.replace(
        b"</feed>", b"<entry><title>Cup final</title><link href='/cup'/></entry></feed>"
    ).replace(b"Dam bursts", b"Marrowick dam: Tarn speaks")

    found = list(Feeds().candidates(Seen(page(body), Candidate("https://p.example/feed", Kind.FEED))))

    assert [candidate.url for candidate in found] == ["https://p.example/dam", "https://p.example/cup"]
    best, other = valued(HEADLINES, Yields(), found)
    assert best.priority > 5 * other.priority


NEWS_SITEMAP = b"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://p.example/dam</loc>
<news:news><news:publication_date>2031-03-01</news:publication_date><news:title>Marrowick dam bursts</news:title>
<news:keywords>dam, flood</news:keywords></news:news></url><url><loc>https://p.example/photo.jpg</loc></url></urlset>"""
INDEX = b"""<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap>
<loc>https://p.example/2031.xml.gz</loc><lastmod>2031-03-01</lastmod></sitemap></sitemapindex>"""


@pytest.mark.parametrize("body", [NEWS_SITEMAP, gzip.compress(NEWS_SITEMAP)], ids=["plain", "gzipped"])
def test_news_sitemaps_tell_titles_and_dates(body: bytes):
    """Packed or not, whatever the headers say."""
    entry = next(read_sitemap(page(body)))

    assert (entry.url, entry.title, entry.keywords, entry.published, entry.is_sitemap) == (
        "https://p.example/dam",
        "Marrowick dam bursts",
        "dam, flood",
        datetime(2031, 3, 1, tzinfo=UTC),
        False,
    )


def test_an_index_leads_to_sitemaps_but_not_in_circles():
    """Indexes in indexes end after a few steps."""
    near = Candidate("https://p.example/index.xml", Kind.SITEMAP)
    far = Candidate("https://p.example/index.xml", Kind.SITEMAP, hops=3)

    [found] = Sitemaps().candidates(Seen(page(INDEX), near))

    assert (found.url, found.kind, found.hops) == ("https://p.example/2031.xml.gz", Kind.SITEMAP, 1)
    assert list(Sitemaps().candidates(Seen(page(INDEX), far))) == []


@pytest.mark.parametrize(
    "body", [b"", b"<urlset><url><loc>", gzip.compress(NEWS_SITEMAP, mtime=0)[:40], b"{}"]
)
def test_what_is_no_sitemap_lists_nothing(body: bytes):
    """Broken sitemaps stop nothing."""
    assert list(read_sitemap(page(body))) == []


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (
            b"<rss><channel><item><title>Dam</title><link>https://p.example/dam</link></item></channel></rss>",
            [("https://p.example/dam", "Dam")],
        ),
        (
            b"\xef\xbb\xbfhttps://p.example/dam\r\nhttps://p.example/ferry\nno address\n",
            [("https://p.example/dam", None), ("https://p.example/ferry", None)],
        ),
        (gzip.compress(b"https://p.example/dam"), [("https://p.example/dam", None)]),
        (b"<html><body><a href='/dam'>Dam</a></body></html>", []),
    ],
    ids=["feed", "text", "text, gzipped", "page"],
)
def test_a_sitemap_may_be_a_feed_or_a_list_of_lines(body: bytes, found: list[tuple[str, str | None]]):
    """The protocol takes both, and robots.txt names both."""
    listed = Sitemaps().candidates(Seen(page(body), Candidate("https://p.example/s.xml", Kind.SITEMAP)))

    assert [(candidate.url, candidate.title) for candidate in listed] == found


def test_a_page_names_sitemaps_of_its_site():
    """Where robots.txt does not; what is for readers, or of another site, is none."""
    head = '<link rel="sitemap" type="application/xml" href="/map">'
    body = (
        '<a href="/news-sitemap.xml">Sitemap</a> <a href="/sitemap_2.xml.gz">2</a> <a href="/sitemap">Overview</a>'
        '<a href="https://other.example/sitemap.xml">Theirs</a>'
    )

    found = list(Sections().candidates(seen(f"<html><head>{head}</head><body>{body}</body></html>")))

    assert [each.url for each in found if each.kind is Kind.SITEMAP] == [
        "https://p.example/map",
        "https://p.example/news-sitemap.xml",
        "https://p.example/sitemap_2.xml.gz",
    ]
    assert "https://p.example/news-sitemap.xml" not in [each.url for each in found if each.kind is Kind.PAGE]


def test_robots_txt_names_sitemaps():
    """Only fetchable ones."""
    host = HostRecord(b"Sitemap: https://p.example/map.xml\nSitemap: file:///etc/passwd\n", 200, "")

    assert [candidate.url for candidate in of_robots(host, "x")] == ["https://p.example/map.xml"]


HTML = """<html><head><link rel="alternate" type="application/rss+xml" href="/feed.xml">
<link rel="alternate" type="application/feed+json" href="/feed.json"></head><body>
<nav><a href="/politics">Politics</a></nav><ul><li><a href="/2031/marrowick-dam-tarn">Marrowick dam: Tarn speaks</a></li>
<li><a href="/2031/cup-final-goals">Cup final</a></li><li><a rel="nofollow" href="/ad">Buy</a></li>
<li><a href="/photo.png">Photo</a></li></ul></body></html>"""


def seen(html: str) -> Seen:
    fetched = Page("https://p.example/", 200, html.encode(), NOW)
    return Seen(fetched, Candidate(fetched.url), read_page(fetched.body, fetched.url))


def test_a_front_page_gives_feeds_sections_and_stories():
    """The story's title first, sections before what promises nothing; no pictures, nothing marked nofollow."""
    found = {
        c.url.removeprefix("https://p.example"): c
        for c in valued(HEADLINES, Yields(), Sections().candidates(seen(HTML)))
    }

    assert set(found) == {
        "/feed.xml",
        "/feed.json",
        "/politics",
        "/2031/marrowick-dam-tarn",
        "/2031/cup-final-goals",
    }
    assert found["/feed.xml"].kind is Kind.FEED
    assert (
        found["/2031/marrowick-dam-tarn"].priority
        > found["/politics"].priority
        > found["/2031/cup-final-goals"].priority
    )


def test_a_sitemap_that_dates_all_its_pages_to_one_day_says_no_days():
    """A site rebuilt on one day gives every page that day; one that dates its news tells when each was written."""

    def sitemap(days: list[int]) -> bytes:
        rows = "".join(
            f"<url><loc>https://p.example/{number}-storm</loc><lastmod>2031-03-{day:02}</lastmod></url>"
            for number, day in enumerate(days)
        )
        return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'.encode()

    def found(days: list[int]) -> list[int | None]:
        seen = Seen(page(sitemap(days)), Candidate("https://p.example/sitemap.xml", Kind.SITEMAP))
        return [each.published and each.published.day for each in Sitemaps().candidates(seen)]

    assert found([7] * 12) == [None] * 12
    assert found([7, 8, 9, 9, 10]) == [7, 8, 9, 9, 10]


def test_a_site_that_a_story_names_as_its_source_is_looked_into():
    """By its front page; not the story's own site, and no address without a headline's words."""
    story = "".join(f"<p>{SENTENCE} {number}</p>" for number in range(8))
    links = (
        '<p>As <a href="https://other.example.org/news/dam-gives-way-above-town">Other reported</a>.</p>'
        '<p>See <a href="https://video.example.net/watch/17">the film</a>.</p>'
        '<p>And <a href="/2031/rain-goes-on-in-the-hills">here</a>.</p>'
    )
    html = f"<html><body><article><h1>Dam bursts</h1>{story}{links}{story}</article></body></html>"

    found = {each.url: each.lane for each in Sections().candidates(seen(html))}

    assert [url for url, lane in found.items() if lane == LINKED_SITE.lane] == ["https://other.example.org/"]
