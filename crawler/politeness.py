"""What a host allows: robots.txt by RFC 9309, its Crawl-delay, and Retry-After.

RFC 9309, 2.3.1: a 4xx answer allows everything, a 5xx answer or none forbids everything; redirects are
followed.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from functools import lru_cache

from protego import Protego

from crawler.frontier import HostRecord

__all__ = ["MOST_BYTES", "Delays", "allows", "crawl_delay", "retry_after", "sitemaps"]

# RFC 9309, 2.5: at least this much of a robots.txt is read.
MOST_BYTES = 500 * 1024
# Seconds; a rest of more than a week is a mistake or a trick, and no news of the day is left behind it.
LONGEST = 7 * 86400.0
# A line that names an agent, in all forms that Protego reads.
AGENT_LINE = re.compile(r"^\s*user(?:-|\s)?agent(?:\s*:|\s)\s*", re.IGNORECASE)
# Stands for all agents that are not ours; no user agent holds it.
OTHERS = "\x00"


@lru_cache(maxsize=1024)
def _rules(record: HostRecord, agent: str = "") -> Protego:
    text = record.body[:MOST_BYTES].decode("utf-8-sig", "replace")
    return Protego.parse("\n".join(_without_others(text, agent)))


def _without_others(text: str, agent: str) -> Iterator[str]:
    """The lines of a robots.txt, with one name for all agents that are not ours.

    Protego gives each rule to each agent of its group: ten thousand agents before ten thousand rules would
    take minutes.
    """
    names = {"*"} | {
        agent.lower()[start:end]
        for token in re.finditer(r"[\w-]+", agent)
        for start in [token.start()]
        for end in range(start + 1, len(agent) + 1)
    }
    for line in text.splitlines():
        named = AGENT_LINE.match(line)
        name = line[named.end() :].partition("#")[0].strip().lower() if named else "*"
        yield (
            line
            if named is None or not names.isdisjoint((name, name.replace("*", "")))
            else (line[: named.end()] + OTHERS)
        )


def allows(record: HostRecord, url: str, agent: str) -> bool:
    """Whether a host lets an agent fetch an address."""
    if record.is_silent:
        return False
    if 400 <= record.status < 500:
        return True
    return _rules(record, agent).can_fetch(url, agent)


def crawl_delay(record: HostRecord, agent: str) -> float | None:
    """Seconds a host wants between two requests; None: it does not say."""
    if record.status != 200:
        return None
    delay = _rules(record, agent).crawl_delay(agent)
    return None if delay is None else max(0.0, float(delay))


def sitemaps(record: HostRecord) -> list[str]:
    """Addresses of the sitemaps that a robots.txt names."""
    return list(_rules(record).sitemaps) if record.status == 200 else []


def retry_after(value: str | None) -> float | None:
    """Seconds that a Retry-After header asks to wait (RFC 9110, 10.2.3: seconds or a date).

    None: it asks for nothing, or for more than anybody means.
    """
    if not value:
        return None
    value = value.strip()
    if value.isascii() and value.isdecimal():
        asked = float(value)
    else:
        try:
            asked = max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
        except (ValueError, OverflowError, IndexError):
            return None
    return asked if asked <= LONGEST else None


class Delays:
    """Seconds between two requests to a host that asks for none: ours, doubled when it says "too many" (429).

    Since one request a host is in flight, a host that answers slowly is asked slowly of itself.

    Args:
        usual: before a host has said anything.
        longest: no host is given more; it says by Retry-After or Crawl-delay what it wants beyond that.
    """

    def __init__(self, usual: float, longest: float) -> None:
        self._usual = usual
        self._longest = longest
        self._doubled: dict[str, float] = {}

    def of(self, host: str) -> float:
        """The delay of a host."""
        return self._doubled.get(host, self._usual)

    def double(self, host: str) -> None:
        """Note that a host was asked too much."""
        self._doubled[host] = max(self._usual, min(2 * self.of(host), self._longest))
