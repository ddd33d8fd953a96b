"""What a page's bytes say of the relevance that its article can have."""

from __future__ import annotations

import html
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.extraction import extract
from crawler.items import Page
from crawler.pages import page_of_record
from crawler.sieve import Sieve
from crawler.topic import Topic
from crawler.warc import read_responses
from dedupe.corpus import read_seeds

EXAMPLES = Path(__file__).parents[2] / "examples"
STORY = "On Monday the Zürich tram struck Brücke Sihlpost near Marrowick. Tram drivers of Zürich mourn."
TOPIC = Topic.from_texts([STORY])
LEAST = 0.45


def page(body: str | bytes, url: str = "https://a.example/story", charset: str | None = None) -> Page:
    packed = body.encode() if isinstance(body, str) else body
    return Page(url, 200, packed, datetime(2031, 3, 1, tzinfo=UTC), "text/html", charset)


def test_no_article_of_the_example_scores_more_than_its_page_allows():
    """The bound holds for every page, on the topic or not; and most pages off it are told by their bytes."""
    topic = Topic.from_texts([seed.article.text for seed in read_seeds(EXAMPLES / "seeds")])
    sieve = Sieve(topic, LEAST)
    stopped = 0
    for _, archived in read_responses(EXAMPLES / "web.warc.gz"):
        if archived.raw.status != 200:
            continue
        read = page_of_record(archived, 1 << 24)
        article = extract(read.body, read.url, encoding=read.charset)

        most = sieve.most(read)

        assert most + 1e-9 >= (topic.score(article) if article else 0.0), archived.url
        stopped += most < LEAST
    assert stopped > 30


@pytest.mark.parametrize(
    "body",
    [
        f"<title>x</title><p>{STORY}</p>",
        f"<p>{STORY}</p>".encode("cp1252"),
        f"<p>{STORY}</p>".encode("utf-16"),
        f"<p>{html.escape(STORY).replace('ü', '&uuml;')}</p>",
        f"<p>{STORY.replace('ü', '&#xfc;')}</p>",
        STORY.replace("Marrowick", "Marro&shy;wick").replace("Tram", "Tr\u00adam"),
        "<script type='application/ld+json'>//<![CDATA[\n"
        + '{"articleBody": "a\\n' + STORY.replace("ü", "\\u00fc").replace(" ", "\\n") + '"}//]]></script>',
        f'<meta property="og:description" content="{STORY}">',
        f"<p>5 < 6, {STORY}</p>",
        f"<SCRIPT>if (a < b) x()</SCRIPT><p>“{STORY}”</p>",
        f"<!-- <script> --><p>{STORY}</p><script></script>",
        f"<!--> <p>{STORY}</p> -->",
        f"<!-- a --!> <p>{STORY}</p> -->",
        f"<!-- <p>{STORY}</p>",
    ],
    ids=[
        *("utf8", "cp1252", "utf16", "entities", "numbers", "hyphens", "json", "meta", "sign", "script"),
        *("script in a comment", "empty comment", "comment ended by browsers", "comment without an end"),
    ],
)  # fmt: skip
def test_words_are_found_however_they_are_written(body: str | bytes):
    """In the page's encoding, as entities and escapes, in what the page states of itself."""
    assert Sieve(TOPIC, LEAST).most(page(body)) == pytest.approx(
        Sieve(TOPIC, LEAST).most(page(STORY)), abs=0.05
    )


@pytest.mark.parametrize(
    "body",
    [
        "<p>Football in Rome, and the weather.</p>",
        f"<script>var story = '{STORY}'</script><p>Football</p>",
        f'<img alt="{STORY}"><p>Football</p>',
        f"<!-- <b>{STORY}</b> --><p>Football</p>",
    ],
    ids=["none", "script", "attribute", "comment"],
)
def test_what_stands_in_no_text_of_the_page_does_not_count(body: str):
    """Nobody reads an article out of scripts, attributes and comments."""
    assert Sieve(TOPIC, LEAST).stops(page(body)) == 0.0


def test_a_script_without_spaces_is_looked_through_by_its_characters():
    """Whatever stands between them."""
    story, other = ("".join(map(chr, range(begin, begin + 400))) for begin in (0x4E00, 0x6E00))
    topic = Topic.from_texts([story])

    assert Sieve(topic, LEAST).stops(page(f"<p>{story[:200]}<b>{story[200:]}</b>")) is None
    assert Sieve(topic, LEAST).stops(page(f"<p>{other}")) is not None


def test_a_name_in_a_letter_that_is_two_in_lower_case_is_found():
    """The Turkish İ; an article's terms hold both of what it becomes."""
    story = "The mayor of İstanbul met İsmail Demir in İzmir. The mayor of İstanbul left."

    assert Sieve(Topic.from_texts([story]), LEAST).most(page(f"<p>{story}")) > LEAST


def test_what_may_be_a_further_page_is_read():
    """It goes on with an article, and need not name the topic."""
    sieve = Sieve(TOPIC, LEAST)

    assert sieve.stops(page("<p>Football", "https://a.example/story?page=2")) is None
    assert sieve.stops(page("<p>Football", "https://a.example/story")) is not None


def test_with_a_least_of_nothing_every_page_is_read():
    """As with `-a threshold=0`."""
    assert Sieve(TOPIC, 0.0).stops(page("<p>Football")) is None


def test_a_page_that_breaks_the_sieve_is_read(monkeypatch: pytest.MonkeyPatch):
    """Its reader says what is wrong with it."""

    def broken(*_: object) -> str:
        raise RecursionError

    monkeypatch.setattr("crawler.sieve.bound.as_utf8", broken)

    assert Sieve(TOPIC, LEAST).stops(page("<p>Football")) is None
