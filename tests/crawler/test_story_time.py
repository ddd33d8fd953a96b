"""Story time: which part of a sitemap of years to read first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler.story_time import StoryTime

MARCH = datetime(2031, 3, 10, tzinfo=UTC)


def days(start: datetime, count: int = 7) -> list[datetime]:
    return [start + timedelta(days=day) for day in range(count)]


def test_without_knowledge_every_part_is_as_good():
    """Neither the story's days nor the part's are known."""
    time = StoryTime()
    assert time.nearness("part-3.xml") == 1.0
    time.told(MARCH)
    assert time.nearness("part-3.xml") == 1.0


def test_a_part_named_by_its_month_is_judged_by_it():
    """The story's month before the year after."""
    time = StoryTime()
    time.told(MARCH)

    assert time.nearness("posts-2031-03.xml.gz") > 0.9
    assert time.nearness("posts-2032-03.xml.gz") == pytest.approx(0.1)


@pytest.mark.parametrize("rising", [True, False])
def test_numbered_parts_are_placed_between_those_that_were_read(rising: bool):
    """Newest first or oldest first: two parts tell which, and where the story's part is."""
    time = StoryTime()
    time.told(MARCH)
    weeks = {number: MARCH + timedelta(weeks=number - 5 if rising else 5 - number) for number in range(10)}
    for read in (9, 8):
        time.read(f"week-{read}.xml.gz", days(weeks[read]))

    best = max(range(8), key=lambda number: time.nearness(f"week-{number}.xml.gz"))

    assert abs((weeks[best] - MARCH).days) <= 7
    assert time.nearness("week-0.xml.gz") < 0.5


def test_a_seed_tells_its_day_on_a_line_of_its_own():
    """A date within a sentence may be anybody's."""
    time = StoryTime()
    time.told_in(
        "Dam bursts\nMarch 10, 2031 at 3:12 pm\nThe dam was finished on May 4, 1990, after years of building it."
    )

    assert time.nearness("posts-2031-03.xml") > 0.9
    assert time.nearness("posts-1990-05.xml") == pytest.approx(0.1)


def test_a_day_speaks_for_a_page_as_far_as_pages_of_it_were_on_the_topic():
    """The days of the story, those of a twin that was met, and those of neither."""
    time = StoryTime()
    assert time.log_odds(MARCH) == 0.0
    for day in days(MARCH, 4):
        time.told(day)
    for day in days(MARCH + timedelta(days=12), 4):
        time.not_told(day)

    story, twin, before = (time.log_odds(MARCH + timedelta(days=day)) for day in (2, 13, -40))

    assert story > 0 > before
    assert twin < 0
    assert time.log_odds(None) == 0.0


def test_a_list_says_how_far_it_goes_back_by_most_of_its_dates():
    """What stands beside it may be of any year."""
    time = StoryTime()
    assert time.listings_until(days(MARCH)) is None
    time.told(MARCH)

    assert time.listings_until(days(MARCH, 2)) is None
    assert time.listings_until(days(MARCH)) == 0
    assert time.listings_until([MARCH - timedelta(days=900), *days(MARCH + timedelta(days=30), 11)]) == (
        pytest.approx(30 / 9)
    )
