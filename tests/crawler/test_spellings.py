"""One page, one fetch: plain forms, and what the pages of a site teach about its addresses."""

from __future__ import annotations

import sqlite3

import pytest

from crawler.spellings import Spellings, plain_form

STORY = "https://paper.example/2031/flood-in-veltmoor"


def text(number: int) -> str:
    """A story that no other number tells."""
    return (
        f"Headline {number}\n"
        + f"The river rose by {number} centimetres in the night, and the town waited. " * 3
    )


@pytest.fixture
def spellings() -> Spellings:
    return Spellings(sqlite3.connect(":memory:"))


@pytest.mark.parametrize(
    "form",
    [
        "https://m.paper.example/2031/flood-in-veltmoor",
        "https://amp.paper.example/2031/flood-in-veltmoor/",
        "https://www.paper.example/2031/flood-in-veltmoor/amp/",
        "https://paper.example/amp/2031/flood-in-veltmoor",
        "https://paper.example/print/2031/flood-in-veltmoor",
        "https://paper.example/2031/flood-in-veltmoor?outputType=amp",
        "https://paper.example/2031/flood-in-veltmoor?amp",
        "https://paper.example/2031/flood-in-veltmoor?print=1&utm_source=feed",
        "https://paper.example/2031/flood-in-veltmoor?sid=0a1b2c3d",
        "https://paper.example/2031/flood-in-veltmoor?gbraid=7&mtm_campaign=x&ref_src=y",
    ],
)
def test_forms_of_a_page_have_its_plain_form(form: str):
    """Mobile, AMP and print forms, sessions and tracking repeat a page."""
    assert plain_form(form) == plain_form(STORY)


@pytest.mark.parametrize(
    "other",
    [
        "https://paper.example/print/",
        "https://paper.example/2031/flood-in-veltmoor?page=2",
        "https://paper.example/2031/flood-in-veltmoor?sid=4711",
        "https://paper.example/2031/flood-in-veltmoor?s=storm",
        "https://sport.paper.example/2031/flood-in-veltmoor",
        "https://m.example/2031/flood-in-veltmoor",
        "https://paper.example/2031/lamp",
    ],
)
def test_other_pages_keep_forms_of_their_own(other: str):
    """A number under a session's name tells stories apart, and a word that ends in a form's name is a word."""
    assert plain_form(other) not in (plain_form(STORY), plain_form("https://paper.example/2031/l"))


def test_a_page_is_known_by_its_other_forms_and_by_its_canonical_address(spellings: Spellings):
    """Whichever was fetched first stands for all."""
    fetched = "https://m.paper.example/short/a17"

    spellings.note(fetched, STORY, text(1))

    assert spellings.read_as(STORY) == fetched
    assert spellings.read_as("https://paper.example/short/a17") == fetched
    assert spellings.read_as("https://paper.example/2031/ferry-aground") is None


def test_a_canonical_address_that_every_page_gives_is_not_believed(spellings: Spellings):
    """It speaks of the template; what was taken for read on its word must be looked at again."""
    wrong = [
        spellings.note(f"https://paper.example/story-about-{word}", STORY, text(n))
        for n, word in enumerate("abc")
    ]

    assert wrong == [False, False, True]
    assert spellings.read_as(STORY) is None


def test_the_canonical_address_of_a_later_page_says_nothing(spellings: Spellings):
    """Many sites give all pages of an article the address of the first, which is yet to be fetched."""
    spellings.note(f"{STORY}?page=2", STORY, text(2))

    assert spellings.read_as(STORY) is None


def test_a_parameter_is_idle_once_it_changed_nothing_twice(spellings: Spellings):
    """Two stories, each fetched under two values of it, with the same text."""
    for story in (1, 2):
        for value in ("top", "side"):
            spellings.note(f"https://paper.example/read?story={story}&box={value}", None, text(story))

    assert spellings.read_as("https://paper.example/read?story=1&box=foot")
    assert spellings.read_as("https://paper.example/read?story=3&box=foot") is None


def test_a_parameter_that_tells_stories_apart_is_never_idle(spellings: Spellings):
    """One agency text printed twice under two numbers does not make the number idle."""
    for number, story in enumerate([1, 1, 2, 2, 3]):
        spellings.note(f"https://paper.example/read?id={number}", None, text(story))

    assert spellings.read_as("https://paper.example/read?id=9") is None


def test_a_form_of_the_sites_own_is_learned_from_two_pages(spellings: Spellings):
    """A segment that no list of ours names, before the same path."""
    for story in (1, 2):
        spellings.note(f"https://paper.example/news/story-{story}x", None, text(story))
        spellings.note(f"https://paper.example/lite/news/story-{story}x", None, text(story))
    spellings.note("https://paper.example/news/story-3x", None, text(3))

    assert (
        spellings.read_as("https://paper.example/lite/news/story-3x") == "https://paper.example/news/story-3x"
    )
    assert spellings.read_as("https://other.example/lite/news/story-3x") is None


def test_what_one_page_suggests_is_no_habit(spellings: Spellings):
    """A single pair may be a story printed in two places."""
    for segment in ("", "lite/"):
        spellings.note(f"https://paper.example/{segment}news/story-1x", None, text(1))
    spellings.note("https://paper.example/news/story-2x", None, text(2))

    assert spellings.read_as("https://paper.example/lite/news/story-2x") is None
