"""Yields: promises are corrected by what came of those before."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.yields import Yields


def test_a_promise_is_believed_until_something_is_known():
    """A page's chance as it is; a listing of much is worth less than a page that is as good as sure."""
    yields = Yields()

    assert yields.value("a.example", "title 0.8", 0.9) == pytest.approx(0.9)
    assert 0.5 < yields.value("a.example", "feed", 5.0) < 0.9


def test_titles_that_misled_are_believed_less_everywhere():
    """A lane is one sort of guess, on whatever host."""
    yields = Yields()
    for host in ("a.example", "b.example", "c.example"):
        yields.count(host, "title 0.6", 0.7, 0.0, 0.0)

    assert yields.value("d.example", "title 0.6", 0.7) < 0.3
    assert yields.value("d.example", "title 0.8", 0.9) == pytest.approx(0.9)


def test_a_stranger_that_misled_is_told_apart_from_his_lane():
    """Titles that name the twin event's town lose more than those that do not."""
    yields = Yields()
    for _ in range(3):
        yields.count("a.example", "title 0.4: sellhaven", 0.5, 0.0, 0.0)
        yields.count("a.example", "title 0.4", 0.5, 1.0, 1.0)

    assert (
        yields.value("b.example", "title 0.4: sellhaven", 0.5)
        < yields.value("b.example", "title 0.4", 0.5) / 3
    )


def test_a_host_whose_listings_name_nothing_new_is_left():
    """However rich it is: what is known already need not be listed again."""
    yields = Yields()
    yields.count("a.example", "sitemap", 0.7, 5.0, 5.0)
    rich = yields.value("a.example", "feed", 0.5)
    assert rich > yields.value("b.example", "feed", 0.5)

    for _ in range(3):
        yields.count("a.example", "section: world", 0.1, 5.0, 0.0)

    assert yields.value("a.example", "feed", 0.5) < rich / 2


def test_sections_named_like_those_that_carry_the_story_come_first():
    """Kept pages stand in `world`: so does the next site's coverage, and not in `sport`."""
    yields = Yields()
    before = yields.value("b.example", "section: sport", 0.1)
    yields.has_section("a.example", "section: world")
    for _ in range(8):
        yields.told_in("a.example", {"world", "news"})

    for kind in ("section", "next"):
        assert yields.value("b.example", f"{kind}: world", 0.1) > 2 * before
        assert yields.value("b.example", f"{kind}: sport", 0.1) < before / 2


def test_a_word_that_is_no_section_of_its_site_says_nothing_of_sections():
    """All stories of a site may stand under /news/."""
    yields = Yields()
    before = yields.value("b.example", "section: sport", 0.1)
    for _ in range(8):
        yields.told_in("a.example", {"news"})

    assert yields.value("b.example", "section: sport", 0.1) == before


def test_a_start_that_a_person_named_is_looked_at_in_any_case():
    """Fifty sites without coverage are no reason to leave out the fifty-first; of a list of ours they are."""
    yields = Yields()
    for number in range(50):
        yields.count(f"{number}.example", "start", 1.2, 0.0, 0.0)
        yields.count(f"{number}.example", "starter list", 0.8, 0.0, 0.0)

    assert yields.value("a.example", "start", 1.2) > 0.1
    assert yields.value("a.example", "starter list", 0.8) < 0.05


def test_what_is_remembered_of_lanes_is_forgotten_when_something_is_learned():
    """A law: asking for values between two lessons changes none."""
    asked, never_asked = Yields(), Yields()
    lanes = (
        "title 0.6",
        "title 0.6: brink",
        "section: world",
        "section: sport",
        "sitemap part: 2031-03.xml",
        "next",
    )
    for turn in range(12):
        lane = lanes[turn % len(lanes)]
        for yields in (asked, never_asked):
            yields.has_section("a.example", lane)
            yields.count("a.example", lane, 0.4, turn % 3 / 2, turn % 3 / 2)
            yields.told_in("a.example", {"world"} if turn % 2 else {"sport"})
            yields.time.told(datetime(2031, 3, 1 + turn, tzinfo=UTC))
        known = [asked.value(host, lane, 0.4) for host in ("a.example", "b.example") for lane in lanes]

    assert known == [
        never_asked.value(host, lane, 0.4) for host in ("a.example", "b.example") for lane in lanes
    ]


def test_the_best_of_a_host_is_the_best_of_its_lanes():
    """Lanes valued together have the values that each has alone; of equal ones the first counts."""
    yields = Yields()
    yields.count("a.example", "section: world", 0.1, 0.5, 0.5)
    yields.count("a.example", "title 0.6", 0.7, 0.0, 0.0)
    lanes = {
        "title 0.4": 0.3,
        "title 0.2": 0.3,
        "section: world": 0.12,
        "start": 0.0,
        "title 0.6: brink": 0.7,
    }

    for count in range(1, len(lanes) + 1):
        some = dict(list(lanes.items())[:count])
        values = {lane: yields.value("a.example", lane, priority) for lane, priority in some.items()}
        best = max(values, key=values.__getitem__)
        assert yields.best("a.example", some) == (values[best], best)
