"""Engines move the work and change nothing."""

from __future__ import annotations

import pytest

from dedupe.engines import engine
from dedupe.errors import SettingsError
from dedupe.settings import EngineSettings

NUMBERS = list(range(300))


@pytest.mark.parametrize(
    "settings",
    [
        EngineSettings(),
        EngineSettings(workers=1, documents_for_workers=1),
        EngineSettings(workers=2, documents_for_workers=10),
    ],
    ids=["few documents", "one worker", "two workers"],
)
def test_results_come_in_order_whoever_does_the_work(settings: EngineSettings):
    """The contract of every engine."""
    assert list(engine(settings).map(str, iter(NUMBERS))) == [str(number) for number in NUMBERS]


def test_an_unknown_engine_is_named():
    """With those there are."""
    with pytest.raises(SettingsError, match="'abacus' is not known; there are local"):
        engine(EngineSettings(name="abacus"))
