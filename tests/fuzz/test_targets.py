"""A few made-up inputs for each target; `python -m tests.fuzz` goes on for hours."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from tests.fuzz.targets import TARGETS


@pytest.mark.parametrize("name", TARGETS)
def test_what_is_promised_holds_for_made_up_inputs(name: str):
    """Readers of what strangers wrote raise nothing of their own, and give what they say."""
    target = TARGETS[name]

    @settings(
        max_examples=40,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(target.inputs)
    def holds(value: object) -> None:
        target.holds(value)

    holds()
