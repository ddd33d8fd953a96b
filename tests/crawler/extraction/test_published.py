"""When a story was published: declared moments, checked against the one the page shows."""

from __future__ import annotations

import pytest

from crawler.extraction import extract
from dedupe.models import Article
from tests.crawler.extraction.pages import TITLE, page, paragraphs


def read(
    line: str, *, declared: str | None = None, head: str = "", url: str = "https://x.example/story"
) -> Article:
    """A page with a line under its headline, and JSON-LD with a date of publication."""
    json_ld: dict[str, object] | None = None
    if declared:
        json_ld = {"@type": "NewsArticle", "headline": TITLE, "datePublished": declared}
    found = extract(
        page(f"<article><h1>{TITLE}</h1>{line}{paragraphs()}</article>", json_ld=json_ld, head=head), url
    )
    assert found is not None
    return found


ZONES = {
    "by the clock": (
        "<p>February 24, 2031 | 9:25pm</p>",
        "2031-02-25T02:25:54Z",
        "2031-02-24T21:25:54-05:00",
    ),
    "by a half hour": ("<p>25.02.2031 07:55</p>", "2031-02-25T02:25:00Z", "2031-02-25T07:55:00+05:30"),
    "by a time element": (
        "<time datetime='2031-02-24T23:25+09:00'>Monday</time>",
        "2031-02-24T14:25:00Z",
        "2031-02-24T23:25:00+09:00",
    ),
    "by the day alone": ("<p>24 February 2031</p>", "2031-02-25T02:25:54Z", "2031-02-24T23:25:54-03:00"),
    "the day after": ("<p>26 February 2031</p>", "2031-02-25T22:25:00Z", "2031-02-26T00:25:00+02:00"),
    "no zone is so far off": ("<p>24 February 2031</p>", "2031-02-25T12:25:00Z", "2031-02-25T12:25:00+00:00"),
    "a zone was declared": (
        "<p>24.02.2031 21:25</p>",
        "2031-02-25T03:25:00+01:00",
        "2031-02-25T03:25:00+01:00",
    ),
    "no clock was declared": ("<p>24 February 2031</p>", "2031-02-25", "2031-02-25T00:00:00+00:00"),
}


@pytest.mark.parametrize(("line", "declared", "published"), ZONES.values(), ids=list(ZONES))
def test_what_was_declared_in_utc_is_told_in_the_zone_of_the_page(line: str, declared: str, published: str):
    """The instant stays; the day is the one that readers were shown."""
    found = read(line, declared=declared)

    assert found.published is not None
    assert found.published.isoformat() == published


SLASHED = {
    "nothing tells": ("05/04/2031", "", "https://x.example/story", None),
    "another date of the page": ("05/04/2031", "<p>17/03/2031</p>", "https://x.example/story", "2031-04-05"),
    "the country": ("05/04/2031", "", "https://x.us/story", "2031-05-04"),
    "a country that puts the day first": ("05/04/2031", "", "https://x.fr/story", "2031-04-05"),
}


@pytest.mark.parametrize(("written", "beside", "url", "day"), SLASHED.values(), ids=list(SLASHED))
def test_a_date_with_slashes_is_read_as_its_page_writes_them(
    written: str, beside: str, url: str, day: str | None
):
    """The page's other dates tell, or its country; a guess is no date."""
    found = read(f"<p>{written}</p>{beside}", url=url)

    assert (found.published and found.published.date().isoformat()) == day


def test_a_date_with_slashes_that_was_declared_is_that_one():
    """The page's country may be wrong about its own order; the declaration is not."""
    found = read("<p>05/04/2031</p>", declared="2031-05-04T05:00:00Z", url="https://x.fr/story")

    assert found.published is not None
    assert found.published.isoformat() == "2031-05-04T05:00:00+00:00"


def test_a_record_that_was_made_after_its_last_change_is_a_copy():
    """A site that moved declares the day of the move; the line under the headline kept the day of publication."""
    head = '<meta property="article:modified_time" content="2031-11-17T10:32:18Z">'

    found = read("<p>9 March 2030</p>", declared="2031-11-17T10:33:13Z", head=head)

    assert (found.published and found.published.date().isoformat()) == "2030-03-09"


def test_a_statement_that_is_no_json_still_says_when():
    """A quotation mark in a description breaks the script; its plain fields are read."""
    script = '{"@type": "NewsArticle", "description": "the "old" pier", "datePublished": "2031-02-24T21:25:54-05:00", "author": {"@type": "Person", "name": "Maren Oldquist"}}'

    found = read("", head=f'<script type="application/ld+json">{script}</script>')

    assert found.published is not None
    assert (found.published.isoformat(), found.authors) == ("2031-02-24T21:25:54-05:00", ("Maren Oldquist",))


def test_the_day_in_the_address_tells_the_zone_where_the_page_shows_no_day():
    """Addresses carry the day of the newsroom."""
    found = read("", declared="2031-02-25T02:25:54Z", url="https://x.example/2031/02/24/story")

    assert found.published is not None
    assert found.published.isoformat() == "2031-02-24T23:25:54-03:00"


def test_another_declaration_of_the_same_instant_tells_the_zone():
    """JSON-LD says UTC, the meta tag says where."""
    head = '<meta property="article:published_time" content="2031-02-24T21:25:54-05:00">'

    found = read("", declared="2031-02-25T02:25:54Z", head=head)

    assert found.published is not None
    assert found.published.isoformat() == "2031-02-24T21:25:54-05:00"


def test_of_two_declarations_the_one_that_the_page_shows_is_believed():
    """A record may be older than its publication."""
    head = '<meta property="article:published_time" content="2031-02-06T08:29:34">'

    found = read("<p>06.02.2031</p>", declared="2031-02-04T07:29:00Z", head=head)

    assert found.published is not None
    assert (found.published.day, found.field_sources["published"]) == (6, "meta")


def test_a_vague_name_gives_way_to_what_the_page_shows():
    """`date` may be of the record or of its last change."""
    found = read("<p>21.02.2031</p>", head='<meta name="date" content="2031-02-26T14:32:06+02:00">')

    assert found.published is not None
    assert (found.published.day, found.field_sources["published"]) == (21, "visible")


def test_a_declaration_of_publication_does_not_give_way():
    """A date under the headline may be of the last change without saying so."""
    found = read("<p>26.02.2031</p>", declared="2031-02-21T08:00:00+01:00")

    assert found.published is not None
    assert found.published.day == 21


CHANGES = {
    "label before": "<p>Publié le 6 février 2031 | Mis à jour le 8 février 2031</p>",
    "two lines": "<p>Aktualisiert am 08.02.2031, 11:39 Uhr</p><p>06.02.2031</p>",
    "named so": "<time class='date-modified'>8 Feb 2031</time><time>6 Feb 2031</time>",
}


@pytest.mark.parametrize("lines", CHANGES.values(), ids=list(CHANGES))
def test_a_day_of_change_is_told_from_the_day_of_publication(lines: str):
    """What follows a word for change is `modified`, wherever it stands."""
    found = read(lines)

    assert found.published is not None
    assert found.modified is not None
    assert (found.published.day, found.modified.day) == (6, 8)
    assert found.field_sources["modified"] == "visible"


def test_a_day_of_change_stands_in_for_the_day_of_publication():
    """Where a page shows nothing else."""
    found = read("<p>Updated February 8, 2031</p>")

    assert found.published == found.modified is not None


def test_microdata_on_a_time_element_is_a_declaration():
    """Templates mark the date where it stands, even in the article's footer."""
    line = "<footer><time itemprop='datePublished' datetime='2031-02-06'>Thursday</time></footer>"

    found = read(line)

    assert found.published is not None
    assert (found.published.day, found.field_sources["published"]) == (6, "microdata")
