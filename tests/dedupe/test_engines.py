"""Engines move the work and change nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

import pytest

from dedupe.engines import engine
from dedupe.errors import SettingsError, WorkerError
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


def test_no_more_is_taken_than_is_under_way():
    """An input without an end passes through; what waits is bounded."""
    taken = count()

    def endless() -> Iterator[int]:
        yield from taken

    results = engine(EngineSettings(workers=2, documents_for_workers=10)).map(str, endless())

    assert list(islice(results, 5)) == list("01234")
    results.close()  # type: ignore[attr-defined]
    assert next(taken) < 2000


def _dies_at_seven(number: int) -> int:
    if number == 7:
        os._exit(9)
    return number


def test_a_worker_that_dies_is_told_of():
    """It is not waited for."""
    with pytest.raises(WorkerError, match="killed, out of memory"):
        list(engine(EngineSettings(workers=2, documents_for_workers=5)).map(_dies_at_seven, range(20)))


def test_a_script_without_a_guard_is_told_what_it_needs(tmp_path: Path):
    """Its workers run it again from its top, and would do so for ever."""
    script = tmp_path / "mine.py"
    script.write_text(
        "from dedupe.engines import engine\n"
        "from dedupe.settings import EngineSettings\n"
        "print(list(engine(EngineSettings(workers=2, documents_for_workers=5)).map(str, range(20))))\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    ran = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, timeout=60, env=environment
    )
    assert ran.returncode == 1
    assert "WorkerError" in ran.stderr
    assert "if __name__ == '__main__':" in ran.stderr
