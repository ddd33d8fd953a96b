"""The best that waits at each host, by lane, valued by what such guesses brought so far."""

from __future__ import annotations

from collections.abc import Container

from crawler.yields import Yields

__all__ = ["Lanes"]

# Hosts that are valued anew for each page, on the mean.
HOSTS_A_PAGE = 200


class Lanes:
    """For each host and lane the priority of its best waiting candidate, and what that is worth by now."""

    def __init__(self, yields: Yields) -> None:
        self._yields = yields
        self._best: dict[str, dict[str, float]] = {}
        self._values: dict[str, tuple[float, str]] = {}  # of hosts that did not change since
        self._overdue = 0  # pages since all hosts were valued

    def __bool__(self) -> bool:
        return bool(self._best)

    def offer(self, host: str, lane: str, priority: float) -> None:
        """Note a candidate that waits."""
        lanes = self._best.setdefault(host, {})
        if priority > lanes.get(lane, -1.0):
            lanes[lane] = priority
            self._values.pop(host, None)

    def correct(self, host: str, lane: str, priority: float | None) -> None:
        """Note what the best of a lane truly is; None: nothing waits there."""
        lanes = self._best[host]
        self._values.pop(host, None)
        if priority is not None:
            lanes[lane] = priority
            return
        del lanes[lane]
        if not lanes:
            del self._best[host]

    def drop(self, host: str) -> None:
        """Forget a host."""
        self._best.pop(host, None)
        self._values.pop(host, None)

    def clear(self) -> None:
        """Forget all."""
        self._best.clear()
        self._values.clear()

    def revalue(self, host: str) -> None:
        """What such guesses bring is known better now, at this host and elsewhere.

        Where there are many hosts, those elsewhere are valued anew once in a while, so that the cost of a
        page does not grow with their number.
        """
        self._values.pop(host, None)
        self._overdue += 1
        if self._overdue * HOSTS_A_PAGE >= len(self._best):
            self._values.clear()
            self._overdue = 0

    def priority(self, host: str, lane: str) -> float:
        """Priority of the best candidate of a lane of a host."""
        return self._best[host][lane]

    def best(self, hosts: Container[str], *, among: bool) -> tuple[float, str, str] | None:
        """Value, host and lane of the best candidate among some hosts, or all others; None: none waits."""
        top: tuple[float, str, str] | None = None
        for host in self._best:
            if (host in hosts) is not among:
                continue
            value, lane = self._value(host)
            if top is None or (-value, host) < (-top[0], top[1]):
                top = (value, host, lane)
        return top

    def _value(self, host: str) -> tuple[float, str]:
        known = self._values.get(host)
        if known is None:
            lanes = self._best[host]
            known = max(
                ((self._yields.value(host, lane, priority), lane) for lane, priority in lanes.items()),
                key=lambda pair: pair[0],
            )
            self._values[host] = known
        return known
