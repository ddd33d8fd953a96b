"""Progress on a terminal, silence in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sized
from itertools import accumulate
from typing import Protocol, Self, TypeVar

from tqdm import tqdm

__all__ = ["Counted", "Progress", "WholeRun", "on_terminal", "silent"]

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


class WholeRun:
    """One bar for all steps of a command on a terminal, with the time to go of all of them.

    How long the rest takes follows from what this run has taken so far and from the shares of the steps.

    Args:
        shares: step -> its share of the time, as measured; in the order of the steps, 1 together.
    """

    def __init__(self, shares: Mapping[str, float]) -> None:
        self._shares = shares
        self._before = dict(zip(shares, accumulate(shares.values(), initial=0.0), strict=False))
        self.done = 0.0  # share of the run
        self._bar = tqdm(
            total=1.0,
            smoothing=0,  # the mean over the run so far
            leave=False,
            disable=not sys.stderr.isatty(),
            bar_format="{desc:>9} {percentage:3.0f}%|{bar}| {elapsed}, about {remaining} to go",
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        self._bar.close()

    def __call__(self, items: Iterable[T], step: str) -> Iterator[T]:
        """Yield the items as they are; where their number is not known, the step counts when it is over."""
        total = len(items) if isinstance(items, Sized) else None
        self._bar.set_description_str(step, refresh=False)
        self._pass_over(self._before[step] - self.done)
        for number, item in enumerate(items, 1):
            yield item
            if total:
                self._move(step, min(number / total, 1.0))
        self._move(step, 1.0)

    def _pass_over(self, share: float) -> None:
        """Steps that an earlier run finished: they say nothing of how long the rest takes."""
        if share > 0:
            self.done += share
            if not self._bar.disable:
                self._bar.initial += share
                self._bar.update(share)

    def _move(self, step: str, share: float) -> None:
        done = max(self.done, self._before[step] + self._shares[step] * share)
        self._bar.update(done - self.done)
        self.done = done
