"""The best that waits at each host, by lane, valued by what such guesses brought so far."""

from __future__ import annotations

import heapq
from collections.abc import Container
from collections.abc import Set as AbstractSet

from crawler.yields import Yields

__all__ = ["Lanes"]

# Hosts that are valued anew for each page, on the mean.
HOSTS_A_PAGE = 100


class Lanes:
    """For each host and lane the priority of its best waiting candidate, and what that is worth by now."""

    def __init__(self, yields: Yields) -> None:
        self._yields = yields
        self._best: dict[str, dict[str, float]] = {}
        self._values: dict[str, tuple[float, str]] = {}  # of hosts that did not change since
        self._changed: set[str] = set()  # hosts to be valued anew
        # Value (negative), host and lane of each host; also what is not so any more, until it comes up.
        self._heap: list[tuple[float, str, str]] = []
        self._overdue = 0  # pages since all hosts were valued
        self.closed: set[str] = set()  # hosts of which nothing more is wanted

    def __bool__(self) -> bool:
        return bool(self._best)

    def offer(self, host: str, lane: str, priority: float) -> None:
        """Note a candidate that waits."""
        if host in self.closed:
            return
        lanes = self._best.setdefault(host, {})
        if priority > lanes.get(lane, -1.0):
            lanes[lane] = priority
            self._forget_value(host)

    def correct(self, host: str, lane: str, priority: float | None) -> None:
        """Note what the best of a lane truly is; None: nothing waits there."""
        lanes = self._best[host]
        self._forget_value(host)
        if priority is not None:
            lanes[lane] = priority
            return
        del lanes[lane]
        if not lanes:
            del self._best[host]

    def close(self, host: str) -> None:
        """Offer nothing of a host any more."""
        self.closed.add(host)
        self.drop(host)

    def drop(self, host: str) -> None:
        """Forget a host."""
        self._best.pop(host, None)
        self._forget_value(host)

    def clear(self) -> None:
        """Forget all."""
        self._best.clear()
        self._forget_values()

    def revalue(self, host: str) -> None:
        """What such guesses bring is known better now, at this host and elsewhere.

        Where there are many hosts, those elsewhere are valued anew once in a while, so that the cost of a
        page does not grow with their number.
        """
        self._forget_value(host)
        self._overdue += 1
        if self._overdue * HOSTS_A_PAGE >= len(self._best):
            self._forget_values()
            self._overdue = 0

    def priority(self, host: str, lane: str) -> float:
        """Priority of the best candidate of a lane of a host."""
        return self._best[host][lane]

    def best_among(self, hosts: AbstractSet[str]) -> tuple[float, str, str] | None:
        """Value, host and lane of the best candidate at some hosts; None: none waits there."""
        waiting = hosts & self._best.keys()
        if not waiting:
            return None
        host = min(waiting, key=lambda host: (-self._value(host)[0], host))
        value, lane = self._value(host)
        return value, host, lane

    def best_beside(self, hosts: Container[str]) -> tuple[float, str, str] | None:
        """Value, host and lane of the best candidate at all other hosts; None: none waits there."""
        for host in self._changed & self._best.keys():
            value, lane = self._value(host)
            heapq.heappush(self._heap, (-value, host, lane))
        self._changed.clear()
        beside, found = [], None
        while self._heap and found is None:
            value, host, lane = self._heap[0]
            if self._values.get(host) != (-value, lane):
                heapq.heappop(self._heap)
            elif host in hosts:
                beside.append(heapq.heappop(self._heap))
            else:
                found = -value, host, lane
        for entry in beside:
            heapq.heappush(self._heap, entry)
        return found

    def _forget_value(self, host: str) -> None:
        self._values.pop(host, None)
        self._changed.add(host)

    def _forget_values(self) -> None:
        self._values.clear()
        self._heap.clear()
        self._changed = set(self._best)

    def _value(self, host: str) -> tuple[float, str]:
        known = self._values.get(host)
        if known is None:
            known = self._values[host] = self._yields.best(host, self._best[host])
        return known
