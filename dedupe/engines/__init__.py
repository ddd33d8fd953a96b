"""Engines move documents through the pure functions of the cleaning; they never change what comes out.

`engine("local")` gives one by its name; a new engine is one file and one line in `ENGINES`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

from dedupe.engines.local import LocalEngine
from dedupe.errors import SettingsError
from dedupe.settings import EngineSettings

__all__ = ["ENGINES", "Engine", "engine"]

In = TypeVar("In")
Out = TypeVar("Out")


class Engine(Protocol):
    """Where the work is done: this process, several, or a cluster."""

    def map(self, function: Callable[[In], Out], items: Iterable[In]) -> Iterator[Out]:
        """Yield `function(item)` for each item, in the order of the items.

        The function is pure and can be named by its module, so that it may run anywhere.
        """


ENGINES: dict[str, Callable[[EngineSettings], Engine]] = {"local": LocalEngine}


def engine(settings: EngineSettings) -> Engine:
    """The engine that the settings name.

    Raises:
        SettingsError: there is none of that name.
    """
    if settings.name not in ENGINES:
        raise SettingsError(f"engine.name: {settings.name!r} is not known; there are {', '.join(ENGINES)}.")
    return ENGINES[settings.name](settings)
