"""Expected recall: what is missing, by what was named once and by what waits."""

from __future__ import annotations

import random

import pytest

from crawler.recall import expected_recall, never_named


def test_pages_that_were_all_named_often_leave_nothing_unnamed():
    """Nothing is named once: the listings have told all."""
    assert never_named([3, 4, 2, 5]) == 0
    assert expected_recall([3, 4, 2, 5], []) == 1


def test_what_waits_counts_by_its_chance():
    """Two pages at even chances are one page."""
    assert expected_recall([3, 3, 3], [0.5, 0.5]) == pytest.approx(0.75)


def test_without_a_find_nothing_can_be_said():
    """An estimate of nothing is none."""
    assert expected_recall([], [0.5]) is None


def test_the_estimate_is_near_the_truth_where_listings_name_at_random():
    """100 pages, each named by any of 20 listings with a chance of 7 in 100."""
    chance = random.Random(5)
    times = [sum(chance.random() < 0.07 for _ in range(20)) for _ in range(100)]
    found = [count for count in times if count]

    assert expected_recall(found, []) == pytest.approx(len(found) / 100, abs=0.08)
