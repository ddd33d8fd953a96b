"""A page read whole: the article, or the reason there is none, and where the page leads."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from crawler.extraction import extract, read_page
from dedupe.ids import document_id
from tests.crawler.extraction.pages import JSON_LD, STORY, TITLE, URL, article, page, paragraphs


def test_a_page_gives_its_story_and_nothing_else():
    """The text is the story's paragraphs, one a line; menus, captions, sidebars and footers stay out."""
    found = extract(page(), URL)

    assert found is not None
    assert found.text.split("\n") == list(STORY)
    assert found.captions == ("The bridge at dusk. Photo: Harbour Office",)


def test_json_ld_gives_the_metadata_with_its_source():
    """What the page declares is read as it is declared, zones included, and every field says where it stood."""
    found = extract(page(), URL)

    assert found is not None
    assert found.title == TITLE
    assert found.authors == ("Maren Oldquist", "Pavo Lindt")
    assert found.published == datetime.fromisoformat("2031-04-17T21:40:00+02:00")
    assert found.modified == datetime.fromisoformat("2031-04-18T08:05:00+02:00")
    assert (found.publisher, found.section, found.language, found.paywalled) == (
        "Veltmoor Post",
        "Island",
        "en",
        False,
    )
    assert found.field_sources["authors"] == "json-ld"


def test_the_id_is_made_of_the_canonical_address():
    """Two addresses of one story give one id."""
    head = f'<link rel="canonical" href="{URL}">'

    found = extract(page(head=head), URL + "?utm_source=feed")

    assert found is not None
    assert (found.url, found.id) == (URL, document_id(URL))


@pytest.mark.parametrize(
    "canonical",
    [
        "https://www.veltmoorpost.example/",
        "https://elsewhere.example/2031/04/17/harbour-bridge",
        "javascript:void(0)",
    ],
    ids=["home page", "another site", "no address"],
)
def test_a_canonical_address_that_cannot_be_true_is_not_believed(canonical: str):
    """A template that names its home page as canonical would make one document of a whole site."""
    reading = read_page(page(head=f'<link rel="canonical" href="{canonical}">'), URL)

    assert reading.canonical is None
    assert reading.article is not None
    assert reading.article.url == URL


@pytest.mark.parametrize(
    ("header", "head", "canonical"),
    [
        (f'<{URL}>; rel="canonical"', "", URL),
        (f"</style.css>; rel=preload, <{URL}>;rel=CANONICAL", "", URL),
        ("</2031/04/17/harbour-bridge>; rel='x'; rel=canonical", "", None),
        (f'<{URL}>; rel="alternate canonical"; type="text/html"', "", URL),
        (f'<{URL}>; rel=canonical; anchor="/other"', "", None),
        (f"<{URL}>; rel=canonical, <{URL}-2>; rel=canonical", "", None),
        ("<https://www.veltmoorpost.example/>; rel=canonical", "", None),
        ("<https://elsewhere.example/story>; rel=canonical", "", None),
        (f"<{URL}-other>; rel=canonical", f'<link rel="canonical" href="{URL}">', URL),
        (f"<{URL}-other>; rel=canonical", f'<meta property="og:url" content="{URL}">', URL),
        ("; rel=canonical <>;;;, <", "", None),
    ],
)
def test_a_header_may_name_the_canonical_address(header: str, head: str, canonical: str | None):
    """RFC 6596 and 8288; believed as little as the page's own, and never against it."""
    reading = read_page(page(head=head), f"{URL}?utm_source=feed", link_header=header)

    assert reading.canonical == canonical


def test_links_say_where_they_stand_and_what_stands_around_them():
    """A link inside the story is worth more to a crawl than one in a menu."""
    inside = "".join(paragraphs(STORY[:1])) + (
        '<p>The barge had been warned twice, as <a href="/2030/05/20/barge" rel="nofollow">an inquiry found</a> last '
        "summer, and its owner has since paid for the tugs that were lost in the rescue.</p>"
    ) + paragraphs(STORY[1:])  # fmt: skip

    links = {link.url: link for link in read_page(page(article(inside)), URL).links}

    body = links["https://www.veltmoorpost.example/2030/05/20/barge"]
    assert (body.text, body.rel, body.place) == ("an inquiry found", ("nofollow",), "body")
    assert "warned twice" in body.context
    assert links["https://www.veltmoorpost.example/island"].place == "page"


def test_what_is_chosen_for_a_story_stands_in_it_though_it_is_no_line_of_it():
    """ "Read also" between the paragraphs, and right behind the last one."""
    also = '<aside class="related">READ ALSO: <a href="/2030/05/{0}/tugs">Post reported</a></aside>'
    inside = "".join(paragraphs(STORY[:2])) + also.format(11) + paragraphs(STORY[2:]) + also.format(12)

    links = {link.url[-8:]: link for link in read_page(page(article(inside)), URL).links}

    assert (links["/11/tugs"].place, links["/12/tugs"].place) == ("body", "body")


def test_the_date_of_a_link_is_its_address_s_or_the_one_shown_with_it():
    """Lists show the day of each headline below it, in words or for machines; an address may hold it."""
    teaser = (
        '<article><h3><a href="{0}">Harbour bridge falls into the river</a></h3><p>At night.</p>{1}</article>'
    )
    rows = [
        teaser.format("/a", "<span>17.04.2031</span>"),
        teaser.format("/b", '<div><time datetime="2031-04-16T10:00:00Z">yesterday</time></div>'),
        teaser.format("/2031/04/12/c", ""),
        teaser.format("/d", "<span>3 min read</span>"),
    ]

    links = read_page(page("".join(rows)), URL).links

    found = {link.url[-2:]: link.published and link.published.day for link in links}
    assert [found[name] for name in ("/a", "/b", "/c", "/d")] == [17, 16, 12, None]


def test_feeds_robots_and_rights_are_read_from_the_head():
    """What a page allows, and where its feeds are, is known after the one parse."""
    head = (
        '<meta name="robots" content="NoIndex, noai"><meta name="tdm-reservation" content="1">'
        '<link rel="alternate" type="application/rss+xml" href="/feed.xml">'
        '<link rel="alternate" type="application/feed+json" href="https://www.veltmoorpost.example/feed.json">'
    )

    reading = read_page(page(head=head), URL)

    assert reading.robots == ("noindex", "noai")
    assert reading.feeds == (
        "https://www.veltmoorpost.example/feed.xml",
        "https://www.veltmoorpost.example/feed.json",
    )
    assert reading.article is not None
    assert reading.article.rights == ("noai", "tdm-reservation=1")


def test_further_pages_of_a_story_are_named():
    """Only the same address with a higher page number is a further page."""
    pager = f'<div class="pager"><a href="{URL}">1</a> <a href="{URL}?page=2">2</a> <a href="/island?page=2">2</a></div>'

    first = read_page(page(article() + pager, head=f'<link rel="next" href="{URL}?page=2">'), URL)
    last = read_page(page(article() + pager), URL + "?page=2")

    assert first.next_pages == (URL + "?page=2",)
    assert last.next_pages == ()


INDEX = "<h1>Island</h1>" + "".join(
    f'<article class="teaser"><h3><a href="/s/{i}">Something happened on quay number {i}</a></h3><p>A line on it.</p></article>'
    for i in range(30)
)
NO_ARTICLES = {
    "index_page": page(INDEX, json_ld=None, title="Island | Veltmoor Post"),
    "soft_404": page(
        "<h1>Page not found</h1><p>The page you asked for is no longer here.</p>", json_ld=None, title="Oops"
    ),
    "bot_wall": b"<html><head><title>Just a moment...</title></head><body><p>Verify you are human to go on.</p></body></html>",
    "consent_wall": b"<html><body><div><h1>Before you continue</h1><p>We and our partners use cookies and need your consent "
    b"to show you this page.</p><a href='/ok'>Accept all cookies</a></div></body></html>",
    "not_html": b'{"items": [{"title": "A title"}]}',
    "empty": b"",
    "stub": page(article("<p>More soon.</p>"), json_ld=None),
}


@pytest.mark.parametrize(("reason", "markup"), NO_ARTICLES.items(), ids=list(NO_ARTICLES))
def test_a_page_without_a_story_says_why(reason: str, markup: bytes):
    """The crawl counts what its pages were; a missing article is never silent."""
    reading = read_page(markup, "https://www.veltmoorpost.example/some/page")

    assert (reading.article, reading.reason) == (None, reason)


def test_a_page_without_any_declared_metadata_is_read_by_what_it_shows():
    """Old templates declare nothing: headline, byline and date are then the visible ones."""
    body = f'<div><h1>{TITLE}</h1><div class="byline">By Maren Oldquist</div><span>17 April 2031</span>{paragraphs()}</div>'

    found = extract(page(body, json_ld=None), "https://www.veltmoorpost.example/?id=17")

    assert found is not None
    assert (found.title, found.authors) == (TITLE, ("Maren Oldquist",))
    assert found.published == datetime.fromisoformat("2031-04-17T00:00:00+00:00")


def test_the_same_page_gives_the_same_reading():
    """A rerun writes the same bytes."""
    assert read_page(page(json_ld=JSON_LD), URL) == read_page(page(json_ld=JSON_LD), URL)


def test_more_text_than_any_story_has_is_no_article(monkeypatch: pytest.MonkeyPatch):
    """What is kept is read again by each later step, some of them in the crawl's own process."""
    monkeypatch.setattr("crawler.extraction.page_kind.LONGEST_STORY", 3_000)
    story = "".join(f"<p>{line}</p>" for line in STORY) * 40
    page = f"<html><body><article><h1>The bridge opens</h1>{story}</article></body></html>"

    assert read_page(page.encode(), "https://p.example/story").reason == "enormous"


def test_a_reference_that_names_nothing_known_is_passed_over():
    """A page may declare anything: a list, a number or nothing as `@id` of its author."""
    for reference in (["#somebody"], 7, {}, None):
        declared = json.dumps({"@type": "NewsArticle", "headline": TITLE, "author": {"@id": reference}})
        head = f'<head><script type="application/ld+json">{declared}</script></head>'
        story = "<p>The ferry of Orlavik stayed in port on Tuesday, the harbour office said.</p>" * 6

        found = extract(f"<html>{head}<body><article>{story}</article></body></html>".encode(), URL)

        assert found is not None
        assert (found.title, found.authors) == (TITLE, ())
