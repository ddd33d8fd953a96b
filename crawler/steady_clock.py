"""The clock by which Twisted times its calls: one that never goes back."""

from __future__ import annotations

from time import monotonic
from typing import Any, cast

__all__ = ["use_steady_clock"]


def use_steady_clock() -> None:
    """Have the installed reactor count seconds since the machine started; before any call is timed.

    By itself it counts by the clock on the wall. Where that is set back between the moment when a call is
    asked for and the one when it is due, the call waits for as long, and with it a request, and its host.
    """
    from twisted.internet import reactor

    cast("Any", reactor).seconds = monotonic
