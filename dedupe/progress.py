"""Progress on a terminal, silence in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sized
from typing import Protocol, TypeVar

from tqdm import tqdm

__all__ = ["Counted", "Progress", "on_terminal", "silent"]

T = TypeVar("T")


class Counted(Iterable[T]):
    """Items of which it is known how many they are."""

    def __init__(self, items: Iterable[T], count: int) -> None:
        self._items = items
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[T]:
        return iter(self._items)


class Progress(Protocol):
    """Passes items through and shows how many have passed, under the name of a step."""

    def __call__(self, items: Iterable[T], step: str) -> Iterator[T]:
        """Yield the items as they are."""


def silent(items: Iterable[T], step: str) -> Iterator[T]:  # noqa: ARG001
    """Show nothing."""
    yield from items


def on_terminal(items: Iterable[T], step: str) -> Iterator[T]:
    """Show a bar on standard error where that is a terminal, with the time to go where the count is known."""
    total = len(items) if isinstance(items, Sized) else None
    with tqdm(
        items, desc=f"{step:>9}", total=total, unit=" docs", leave=False, disable=not sys.stderr.isatty()
    ) as bar:
        yield from bar
