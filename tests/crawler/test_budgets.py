"""What a person bounds a crawl by: requests of a host, and in a minute."""

from __future__ import annotations

from crawler.budgets import Budgets


def test_a_host_has_so_many_requests_and_another_as_many():
    """Those made before a kill count; without a bound there is none."""
    budgets = Budgets(3, None, {"a.example": 2})

    budgets.spend("a.example")
    budgets.spend("b.example")

    assert budgets.spent_hosts() == ["a.example"]
    assert not Budgets(None, None, {"a.example": 10_000}).is_spent("a.example")


def test_no_minute_has_more_requests_than_it_may():
    """Whenever it begins: the sixty seconds slide."""
    now = 0
    budgets = Budgets(None, 3, {}, clock=lambda: float(now))
    made = []
    for now in range(300):
        if not budgets.must_wait():
            budgets.spend("a.example")
            made.append(now)

    assert all(sum(start <= moment < start + 60 for moment in made) == 3 for start in made[:-3])
    assert len(made) == 3 * 5
