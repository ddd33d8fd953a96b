"""A trap costs a few pages: what addresses of one shape have given decides whether more of them are fetched."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from itertools import count, product

import pytest

from crawler.shapes import Shapes, is_named_list, shapes_of

HOST = "https://paper.example"
# A site's trap: the n-th page's address, and what each page lists beside its neighbours.
TRAPS: dict[str, Callable[[int], str]] = {
    "a calendar of months and days": lambda n: (
        f"{HOST}/calendar/{2000 + n // 12}/{n % 12 + 1}/" + (f"{n % 28}" if n % 2 else "")
    ),
    "facets that combine": lambda n: (
        f"{HOST}/browse?" + "&".join(f"tag={w}" for w in list(product("abcd", repeat=4))[n])
    ),
    "facets of many names": lambda n: f"{HOST}/browse?" + "&".join(f"f{i}=x" for i in range(n + 1)),
    "facets in the path": lambda n: (
        f"{HOST}/shop/" + "/".join(list(product(("red", "blue"), ("xl", "s"), ("new", "old")))[n % 8])
    ),
    "doorways under real headlines": lambda n: f"{HOST}/more/{n:06x}z",
    "doorways named like stories": lambda n: f"{HOST}/topic/flood-in-town-{n}",
    "relative links in a loop": lambda n: f"{HOST}/" + "world/more/" * (n + 2),
    "a chain of redirects": lambda n: f"{HOST}/r/{n}",
    "a session in the path": lambda n: f"{HOST}/s/{n:08x}/world",
}


@pytest.fixture
def shapes() -> Shapes:
    return Shapes(sqlite3.connect(":memory:"))


@pytest.mark.parametrize("trap", TRAPS.values(), ids=TRAPS.keys())
def test_a_trap_costs_three_pages(shapes: Shapes, trap: Callable[[int], str]):
    """Each page lists only more of its kind; the fourth is not fetched."""
    fetched = 0
    for n in range(8):
        if shapes.dry(trap(n)) is None:
            shapes.note(trap(n), has_article=False, listed=[trap(n + 8)] if n < 1 else [])
            fetched += 1

    assert fetched <= 3


def test_a_folder_of_stories_is_trusted_through_dead_links(shapes: Shapes):
    """Each story earns a page more that gives nothing."""
    for n in range(10):
        shapes.note(f"{HOST}/news/story-about-flood-{n}", has_article=True, listed=[])
    for n in range(12):
        shapes.note(f"{HOST}/news/story-gone-long-{n}", has_article=False, listed=[])

    assert shapes.dry(f"{HOST}/news/story-about-ferry-1") is None


def test_a_section_that_lists_new_stories_goes_on(shapes: Shapes):
    """Page after page, as long as there are addresses of another shape."""
    for n in range(30):
        assert shapes.dry(f"{HOST}/section/world?page={n}") is None
        shapes.note(
            f"{HOST}/section/world?page={n}",
            has_article=False,
            listed=[f"{HOST}/news/ferry-runs-aground-{n}"],
        )


def test_sections_and_small_print_beside_the_front_page_are_not_one_trap(shapes: Shapes):
    """`/about`, `/terms` and `/contact` say nothing about `/world`."""
    for page in ("about", "terms", "contact", "privacy"):
        shapes.note(f"{HOST}/{page}", has_article=False, listed=[])

    assert shapes.dry(f"{HOST}/world") is None


def test_a_list_of_what_gave_nothing_gives_nothing(shapes: Shapes):
    """Addresses of a dry shape are no find; so a trap of two templates ends too."""
    for n in range(3):
        shapes.note(f"{HOST}/tag/{n}", has_article=False, listed=[])
    for n in range(3):
        shapes.note(f"{HOST}/index/{n}", has_article=False, listed=[f"{HOST}/tag/{n + 9}"])

    assert shapes.dry(f"{HOST}/index/9")


def test_ever_new_folders_without_a_story_end_with_their_host(shapes: Shapes):
    """A site that makes up a folder for each link is left once it told nothing for long."""
    folders = (f"{HOST}/{a}{b}{c}/{a}" for a, b, c in product("bdfgklmn", "aeiou", "rstx"))
    fetched = 0
    for n, folder in zip(count(), folders, strict=False):
        if shapes.dry(folder) is None:
            shapes.note(
                folder, has_article=False, listed=[f"{HOST}/new{chr(97 + n % 26)}{chr(97 + n // 26)}/x"]
            )
            fetched += 1

    assert fetched <= 40


def test_numbers_and_story_names_are_folded_into_one_shape():
    """What a template prints into its addresses does not make another template."""
    assert shapes_of(f"{HOST}/2031/03/04/flood-in-veltmoor.html") == shapes_of(
        f"{HOST}/2029/12/1/a-quiet-sunday-passes.html"
    )
    assert shapes_of(f"{HOST}/world/17-flood-in-veltmoor") != shapes_of(f"{HOST}/sport/17-flood-in-veltmoor")


def test_a_new_run_trusts_what_gave_something_before(shapes: Shapes):
    """Sections that had nothing new may have by tomorrow; a calendar has not."""
    shapes.note(f"{HOST}/section/world", has_article=False, listed=[f"{HOST}/news/ferry-runs-aground"])
    for n, section in enumerate(("arts", "food", "sport", "travel")):
        shapes.note(f"{HOST}/section/{section}", has_article=False, listed=[])
        shapes.note(f"{HOST}/calendar/{n}", has_article=False, listed=[])
    assert shapes.dry(f"{HOST}/section/world")

    shapes.trust_again()

    assert shapes.dry(f"{HOST}/section/world") is None
    assert shapes.dry(f"{HOST}/calendar/9")


@pytest.mark.parametrize(
    ("url", "found_on", "named"),
    [
        (f"{HOST}/section/world", f"{HOST}/", True),
        (f"{HOST}/world", HOST, True),
        (f"{HOST}/section/world", f"{HOST}/section/sport", False),
        (f"{HOST}/section/world?page=2", f"{HOST}/", False),
        (f"{HOST}/calendar/2031/3", f"{HOST}/", False),
        (f"{HOST}/world", None, False),
    ],
)
def test_sections_that_the_front_page_lists_are_named(url: str, found_on: str | None, named: bool):
    """They are a finite list; what they list in turn is not."""
    assert is_named_list(url, found_on) is named
