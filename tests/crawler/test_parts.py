"""An article told on several pages is one article: in order, without what every page repeats, and flagged if cut."""

from __future__ import annotations

import sqlite3

import pytest

from crawler.extraction import read_page
from crawler.items import Part
from crawler.parts import Parts
from dedupe.models import Article, BlockKind

STORY = "https://paper.example/world/flood-in-veltmoor"
LINE = BlockKind.PARAGRAPH


@pytest.fixture
def parts() -> Parts:
    return Parts(sqlite3.connect(":memory:"))


def article(*lines: str) -> Article:
    return Article(
        id="00000000deadbeef", text="\n".join(lines), kinds=(LINE,) * len(lines), url=STORY, title="The flood"
    )


def part(*lines: str) -> Part:
    return Part("\n".join(lines), (LINE,) * len(lines))


def test_pages_are_joined_in_order_whatever_order_they_came_in(parts: Parts):
    """The last page is named first, and a page in the middle by the one before it."""
    parts.announce(STORY, [f"{STORY}?page=2", f"{STORY}?page=4"])
    parts.put(f"{STORY}?page=4", part("Four."))
    parts.put(f"{STORY}?page=3", part("Three."))
    parts.announce(f"{STORY}?page=2", [f"{STORY}?page=3"])
    parts.put(f"{STORY}?page=2", part("Two."))

    whole = parts.whole(article("One."))

    assert whole.text.split("\n") == ["One.", "Two.", "Three.", "Four."]
    assert len(whole.kinds) == 4
    assert whole.notes == ()


def test_what_every_page_repeats_stands_once(parts: Parts):
    """Headline, byline and house lines."""
    parts.announce(STORY, [f"{STORY}?page=2"])
    parts.put(f"{STORY}?page=2", part("The flood", "By Ida Holm", "Two.", "Write to us."))

    whole = parts.whole(article("By Ida Holm", "One.", "Write to us."))

    assert whole.text.split("\n") == ["By Ida Holm", "One.", "Write to us.", "Two."]


def test_a_page_that_failed_leaves_the_article_flagged(parts: Parts):
    """It is told, never silently short."""
    parts.announce(STORY, [f"{STORY}?page=2", f"{STORY}?page=3"])
    parts.put(f"{STORY}?page=3", part("Three."))

    whole = parts.whole(article("One."))

    assert whole.text == "One.\nThree."
    assert whole.notes == ("1 of its 3 pages could not be read: it is cut",)


def test_pages_that_name_each_other_end(parts: Parts):
    """A pager in a circle is read once around."""
    parts.announce(STORY, [f"{STORY}?page=2"])
    parts.announce(f"{STORY}?page=2", [f"{STORY}?page=2", STORY])
    parts.put(f"{STORY}?page=2", part("Two."))

    assert parts.whole(article("One.")).text == "One.\nTwo."


def page(head: str, words: int = 60) -> bytes:
    story = " ".join(
        f"The river rose again in hour {n} and people waited on roofs." for n in range(words // 10)
    )
    return f"<html><head><title>The flood</title>{head}</head><body><article><h1>The flood</h1><p>{story}</p></article></body></html>".encode()


@pytest.mark.parametrize(
    ("url", "head", "first"),
    [
        (f"{STORY}?page=2", f'<link rel="prev" href="{STORY}">', STORY),
        (f"{STORY}/2", f'<link rel="canonical" href="{STORY}">', STORY),
        (f"{STORY}/page/3", f'<link rel="prev" href="{STORY}/page/2">', f"{STORY}/page/2"),
        (f"{STORY}-2", '<link rel="prev" href="https://paper.example/world/ferry-aground">', None),
        ("https://paper.example/story/12", '<link rel="prev" href="https://paper.example/story/11">', None),
        (f"{STORY}?page=2", "", None),
        (STORY, f'<link rel="prev" href="{STORY}?page=2">', None),
    ],
)
def test_a_later_page_names_the_first(url: str, head: str, first: str | None):
    """A bare number may be the story's own: then the page must name the same address without it."""
    assert read_page(page(head, 300), url).first_page == first


def test_the_last_page_of_an_article_may_be_a_few_lines():
    """What is too short for a story is enough for its end."""
    short = page("", 10)

    assert read_page(short, f"{STORY}?page=2").article is None
    assert read_page(short, f"{STORY}?page=2", is_part=True).article is not None


@pytest.mark.parametrize(
    ("url", "head", "further"),
    [
        (STORY, f'<link rel="next" href="{STORY}?page=2">', [f"{STORY}?page=2"]),
        (f"{STORY}-66/", f'<link rel="next" href="{STORY}-66/?page=2">', [f"{STORY}-66/?page=2"]),
        (STORY, f'<link rel="next" href="{STORY}/2">', [f"{STORY}/2"]),
        (
            f"{STORY}/2",
            f'<link rel="canonical" href="{STORY}"><link rel="next" href="{STORY}/3">',
            [f"{STORY}/3"],
        ),
        (f"{STORY}?page=2", f'<link rel="next" href="{STORY}?page=3">', [f"{STORY}?page=3"]),
        ("https://paper.example/story/12", '<link rel="next" href="https://paper.example/story/13">', []),
        (STORY, '<link rel="next" href="https://paper.example/world/ferry-aground">', []),
    ],
)
def test_further_pages_are_told_from_the_next_story(url: str, head: str, further: list[str]):
    """Many sites call the story published after this one `next`."""
    assert list(read_page(page(head, 300), url).next_pages) == further


PAGER = f'<p><a href="{STORY}?page=2">2</a> <a href="{STORY}?page=3">3</a> {{}}</p>'


@pytest.mark.parametrize(
    ("url", "link", "single"),
    [
        (STORY, f'<a href="{STORY}?page=all">All</a>', f"{STORY}?page=all"),
        (STORY, '<a href="?view=full">»</a>', f"{STORY}?view=full"),
        (STORY, '<a href="?singlepage=true">Singles</a>', f"{STORY}?singlepage=true"),
        (STORY, f'<a href="{STORY}/komplettansicht">Auf einer Seite lesen</a>', f"{STORY}/komplettansicht"),
        (STORY, f'<a href="{STORY}-0.html">View as single page »</a>', f"{STORY}-0.html"),
        (STORY, '<a href="?x=1">На одной странице</a>', f"{STORY}?x=1"),
        (STORY, '<a href="?x=1">全文表示</a>', f"{STORY}?x=1"),
        (f"{STORY}?id=7", '<a href="?id=7&page=all">All</a>', f"{STORY}?id=7&page=all"),
        (STORY, f'<a href="{STORY}?print=1">Print</a>', None),
        (STORY, '<a href="/world/all">View all</a>', None),
        (STORY, '<a href="/world/flood-in-veltmoor-again/all">View all</a>', None),
        (STORY, '<a href="https://other.example/world/flood-in-veltmoor?page=all">All</a>', None),
        (STORY, '<a href="?comments=7">View 7 comments</a>', None),
        (f"{STORY}?page=2", f'<a href="{STORY}?page=all">All</a>', None),
    ],
)
def test_where_an_article_stands_on_one_page_is_told_from_other_lists(
    url: str, link: str, single: str | None
):
    """The article's own address goes on there, and says so, or the link does."""
    read = page("", 300).replace(b"</article>", PAGER.format(link).encode() + b"</article>")
    read = read.replace(f"{STORY}?page=2".encode(), f"{url}&page=2".encode()) if "id=" in url else read

    assert read_page(read, url).single_page == single


def test_a_canonical_address_may_name_the_one_page():
    """As search engines ask sites to do with the parts of an article."""
    head = f'<link rel="next" href="{STORY}?page=2"><link rel="canonical" href="{STORY}/view-all">'

    assert read_page(page(head, 300), STORY).single_page == f"{STORY}/view-all"


def test_an_article_on_one_page_has_no_other():
    """Without further pages there is nothing to join."""
    link = b'<a href="?page=all">View all</a></article>'

    assert read_page(page("", 300).replace(b"</article>", link), STORY).single_page is None


def test_the_one_page_takes_the_place_of_the_others(parts: Parts):
    """It holds what the first one does, but for a line of furniture, and more."""
    first = ["One " * 30, "Two " * 30, "Page 1 of 2"]
    parts.announce(STORY, [f"{STORY}?page=2"])
    parts.offer(STORY, f"{STORY}?page=all", "\n".join(first), [f"{STORY}?page=2"])
    assert parts.lacking(f"{STORY}?page=all") == [(STORY, [f"{STORY}?page=2"])]

    parts.put(f"{STORY}?page=all", part(*first[:2], "Three " * 30))

    assert parts.lacking(f"{STORY}?page=all") == []
    whole = parts.whole(article(*first))
    assert whole.text.split("\n") == [*first[:2], "Three " * 30]
    assert (len(whole.kinds), whole.notes) == (3, ())


@pytest.mark.parametrize("lines", [("One " * 60, "More stories"), ("Another story " * 40,)])
def test_what_does_not_hold_the_article_takes_no_place(parts: Parts, lines: tuple[str, ...]):
    """Some sites answer with the first page whatever is asked, some with another one."""
    parts.announce(STORY, [f"{STORY}?page=2"])
    parts.offer(STORY, f"{STORY}?page=all", "One " * 60, [f"{STORY}?page=2"])
    parts.put(f"{STORY}?page=all", part(*lines))
    parts.put(f"{STORY}?page=2", part("Two " * 30))

    assert parts.lacking(f"{STORY}?page=all") == [(STORY, [f"{STORY}?page=2"])]
    assert parts.whole(article("One " * 60)).text.split("\n") == ["One " * 60, "Two " * 30]
