"""What a text that is twice as long costs: at most 2.5 times the processor time, whatever it is made of."""

from __future__ import annotations

import gc
import io
import signal
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass
from typing import Final

__all__ = ["MOST", "Ratio", "worst"]

MOST: Final = 2.5
# Text long enough that a cost by the square of its length shows, and time long enough to be measured.
CHARACTERS: Final = 65_536
LEAST_SECONDS: Final = 0.05
# Seconds after which a call is given up; a length that takes them is a failure whatever its half takes.
PATIENCE: Final = 10.0
# Calls of each length, where the first seem to take too long.
AGAIN: Final = 3


@dataclass(frozen=True)
class Ratio:
    """What one shape of text cost at a length and at twice that."""

    shape: str
    length: int
    seconds: float
    doubled: float

    @property
    def value(self) -> float:
        """How many times as long."""
        return self.doubled / max(self.seconds, 1e-9)

    @property
    def holds(self) -> bool:
        """Whether twice the text costs no more than it may."""
        return self.value <= MOST and self.doubled < PATIENCE

    def __str__(self) -> str:
        """For the table: `2.1 times at 65536 characters of spaces`."""
        return f"{self.value:.1f} times ({self.seconds:.2f} s, {self.doubled:.2f} s) at {self.length} characters of {self.shape}"


class _TooLongError(Exception):
    pass


def _stop(*_: object) -> None:
    raise _TooLongError


def worst(
    function: Callable[[str], object], shapes: dict[str, Callable[[int], str]], length: int = CHARACTERS
) -> Ratio | None:
    """The worst of all shapes, or the first that fails; None: each is read faster than can be measured.

    What the length names takes less than LEAST_SECONDS is linear enough: the square of it would take longer.
    """
    found: Ratio | None = None
    for name, shape in shapes.items():
        ratio = _measured(function, name, shape, length)
        if ratio is not None and (found is None or ratio.value > found.value):
            found = ratio
        if ratio is not None and not ratio.holds:
            return ratio
    return found


def _measured(
    function: Callable[[str], object], name: str, shape: Callable[[int], str], length: int
) -> Ratio | None:
    once = _seconds(function, shape(length))
    if once < LEAST_SECONDS:
        return None
    twice = _seconds(function, shape(2 * length))
    first = Ratio(name, length, once, twice)
    if first.holds or twice >= PATIENCE:
        return first
    # Other processes disturb a measure of tenths of a second: the shortest of some is the least disturbed. What
    # grows by more than the length goes on so.
    spans = [min(_seconds(function, shape(times * length)) for _ in range(AGAIN)) for times in (1, 2, 4)]
    again = [Ratio(name, times * length, *spans[place : place + 2]) for place, times in enumerate((1, 2))]
    return min(again, key=lambda ratio: ratio.value)


def _seconds(function: Callable[[str], object], text: str) -> float:
    """Processor time of one call; PATIENCE where it was given up."""
    # The collector of cycles looks at all that is alive, now and then: not at what this text costs.
    gc.disable()
    before = signal.signal(signal.SIGPROF, _stop)
    signal.setitimer(signal.ITIMER_PROF, PATIENCE)
    start = time.process_time()
    try:
        with redirect_stdout(io.StringIO()):  # some functions print
            function(text)
    except _TooLongError:
        return PATIENCE
    except Exception as error:
        if not type(error).__module__.startswith(("crawler.", "dedupe.")):
            raise  # what is ours names the input and is an outcome
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
        gc.enable()
    return time.process_time() - start
