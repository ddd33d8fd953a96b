"""How much a crawl asks for: requests of one host, and requests in a minute, where a person bounds them."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Mapping
from time import monotonic

__all__ = ["Budgets"]

MINUTE = 60.0  # seconds


class Budgets:
    """Counts the requests of one run, robots.txt left out."""

    def __init__(
        self,
        a_host: int | None,
        a_minute: int | None,
        asked: Mapping[str, int],
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """Go on with what was counted.

        Args:
            a_host: most requests of one host; None: no limit.
            a_minute: most requests in any sixty seconds; None: no limit.
            asked: host -> requests before a kill.
            clock: seconds; only differences count.
        """
        self.a_host = a_host
        self._asked = Counter(asked)
        self._clock = clock
        self._last: deque[float] | None = deque(maxlen=a_minute) if a_minute else None

    def is_spent(self, host: str) -> bool:
        """Whether no more is asked of a host."""
        return self.a_host is not None and self._asked[host] >= self.a_host

    def spent_hosts(self) -> list[str]:
        """The hosts of which no more is asked."""
        return [host for host in self._asked if self.is_spent(host)]

    def must_wait(self) -> bool:
        """Whether the last minute had all the requests that it may have."""
        last = self._last
        return last is not None and len(last) == last.maxlen and self._clock() - last[0] < MINUTE

    def spend(self, host: str) -> None:
        """Count a request."""
        self._asked[host] += 1
        if self._last is not None:
            self._last.append(self._clock())
