"""When the story was told, and when the parts of a sitemap were: old parts of an old story first.

A sitemap of years comes in parts named by month or by number. Where the days of a part are not said, they are
taken from parts of the same naming that were read: the numbers in their names rise or fall with time.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from statistics import linear_regression, median

from crawler.extraction.dates import parse_moment

__all__ = ["StoryTime", "goes_beyond"]

# Days around a part's middle that it covers at least. Further off, coverage is rarer by half in HALF_LIFE
# days, down to LEAST: anniversaries, trials, a part whose days were guessed wrong.
AROUND = 4.0
HALF_LIFE = 5.0
LEAST = 0.1
NUMBER = re.compile(r"\d+")
YEAR_MONTH = re.compile(r"(?:^|\D)((?:19|20)\d{2})\D?(0[1-9]|1[0-2])(?:\D|$)")
MIDDLE_OF_MONTH = "15"
MONTH = 31
# A line of a seed no longer than this may be its date; in a sentence a date is anybody's.
DATE_LINE = 60
# A page of some day is nearer to the topic's days or to those of other stories: each page seen speaks for the
# days around its own, by half less in so many days; beside them, any day of two months counts as some
# pages, and more of other stories, which may be of any time. What a day says of a page is no proof, so
# log-odds stay in bounds.
DAYS_NEAR = 3.0
ANY_DAY = 1 / 60
ANY_OF_OURS, ANY_OF_OTHERS = 2.0, 10.0
LEAST_ODDS, MOST_ODDS = -2.0, 1.0
# Dates that a listing must show before it says which days it covers.
LEAST_DATES = 5


class StoryTime:
    """The days on which the story was told, and the days of sitemap parts, as far as both are known."""

    def __init__(self) -> None:
        self._days: Counter[int] = Counter()
        self._others: Counter[int] = Counter()
        self._odds: dict[int, float] = {}
        self._parts: dict[str, dict[int, float]] = defaultdict(dict)

    def told(self, moment: datetime | None) -> None:
        """Note when a page on the topic was published."""
        if moment is not None:
            self._days[moment.toordinal()] += 1
            self._odds.clear()

    def not_told(self, moment: datetime | None) -> None:
        """Note when a page was published that looked like the topic and is not."""
        if moment is not None:
            self._others[moment.toordinal()] += 1
            self._odds.clear()

    def log_odds(self, moment: datetime | None) -> float:
        """What its day says for a page, against its being of another story; 0 where nothing is known."""
        if moment is None or not self._days:
            return 0.0
        day = moment.toordinal()
        if day not in self._odds:
            odds = math.log(
                _density(self._days, day, ANY_OF_OURS) / _density(self._others, day, ANY_OF_OTHERS)
            )
            self._odds[day] = max(LEAST_ODDS, min(MOST_ODDS, odds))
        return self._odds[day]

    def listings_until(self, shown: Iterable[datetime]) -> float | None:
        """How many listings like one lie between it and the middle of the story's days, going back in time.

        Args:
            shown: dates of what the listing names.
        Returns:
            0: it goes back as far; None: not known.
        """
        days = _days_of(shown)
        if days is None or not self._days:
            return None
        oldest, newest = days
        gap = oldest - median(self._days.elements())
        return max(0.0, gap / max(1, newest - oldest))

    def told_in(self, text: str) -> None:
        """Note the dates that stand on lines of their own in a seed."""
        for line in text.splitlines():
            if len(line) <= DATE_LINE and NUMBER.search(line):
                self.told(parse_moment(line))

    def read(self, name: str, moments: Iterable[datetime]) -> None:
        """Note the days of a part by what it lists."""
        days = [moment.toordinal() for moment in moments]
        numbers = NUMBER.findall(name)
        if days and numbers:
            self._parts[NUMBER.sub("0", name)][int(numbers[-1])] = median(days)

    def nearness(self, name: str) -> float:
        """Chance that a part lists coverage, against one of the story's days; 1 where nothing is known."""
        span = self._span(name)
        if span is None or not self._days:
            return 1.0
        middle, half = span
        gap = min(abs(middle - told) for told in self._days) - half
        return max(LEAST, math.exp2(-max(0.0, gap) / HALF_LIFE))

    def _span(self, name: str) -> tuple[float, float] | None:
        """Middle day of a part and days to either side: by its name, as read, or between those read."""
        if month := YEAR_MONTH.search(name):
            moment = parse_moment("-".join((*month.groups(), MIDDLE_OF_MONTH)))
            return (moment.toordinal(), MONTH / 2) if moment else None
        numbers = NUMBER.findall(name)
        known = self._parts.get(NUMBER.sub("0", name), {})
        if not numbers or not known:
            return None
        number = int(numbers[-1])
        if number in known:
            return known[number], AROUND
        if len(known) < 2:
            return None
        slope, start = linear_regression(list(known), list(known.values()))
        return slope * number + start, max(AROUND, abs(slope) / 2)


def goes_beyond(shown: Iterable[datetime], since: datetime) -> bool:
    """Whether what a listing shows goes back beyond a moment; False where that is not known."""
    days = _days_of(shown)
    return days is not None and days[0] < since.toordinal()


def _days_of(shown: Iterable[datetime]) -> tuple[int, int] | None:
    """The oldest and the newest day of a listing; None: it shows too few dates."""
    days = sorted(moment.toordinal() for moment in shown)
    if len(days) < LEAST_DATES:
        return None
    # What stands beside the list (most read, a banner of last year) is not of its days.
    return days[len(days) // 10], days[-1 - len(days) // 10]


def _density(days: Mapping[int, int], day: int, of_any: float) -> float:
    """Share of pages a day, around a day, as those seen and a few of any day have it."""
    near = sum(pages * math.exp2(-abs(day - other) / DAYS_NEAR) for other, pages in days.items())
    return (near * math.log(2) / (2 * DAYS_NEAR) + of_any * ANY_DAY) / (sum(days.values()) + of_any)
