"""What pays: corrects promises by what came of those before, so that the crawl asks where coverage is.

A promise of a lane (a sort of guess) at a host is multiplied by how well that lane's promises held anywhere,
and by how well the host's did. Both are observed over expected, held near 1 by a weight until much is seen:
the mean of a Gamma-Poisson model (DuMouchel, "Bayesian data mining in large frequency tables", 1999). A
listing is also worth only what it lists that was not known yet: the share of new among the promising
addresses that the host's last listings named, after Good and Turing's estimate of what is unseen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from crawler.promise import NEXT, START, SUB_SITEMAP, is_listing
from crawler.story_time import StoryTime

__all__ = ["Tally", "Yields"]

# Pages on the topic, expected and observed, that are taken as seen beforehand.
LANE_WEIGHT = 1.0
NAME_WEIGHT = 0.3
HOST_WEIGHT = 1.0
NOVELTY_WEIGHT = 0.5
# What a listing says of its host's novelty, against the one after it.
MEMORY = 0.6
# However rich a host was, its next listing is not taken for richer than this, against the usual.
RICHEST = 1.5
# Share of the coverage that a section has before it is known in which ones the story is told.
SECTION_SHARE = 0.25
# Lanes that are named for a section.
BY_SECTION = ("section", NEXT.lane)
# Lanes that are named for a part of a sitemap.
OF_SITEMAP = f"{SUB_SITEMAP.lane}: "
# A start that a person named is looked at, however little the others brought.
LEAST_START = 0.15
# A page brings no more than itself, whatever its lane did.
MOST_CHANCE = 0.98


@dataclass(slots=True)
class Tally:
    """Pages on the topic, observed and expected."""

    observed: float = 0.0
    expected: float = 0.0

    def add(self, observed: float, expected: float) -> None:
        """Count one request more."""
        self.observed += observed
        self.expected += expected

    def ratio(self, weight: float) -> float:
        """Observed over expected; 1 as long as nothing is known."""
        return (self.observed + weight) / (self.expected + weight)


class Yields:
    """What came of the requests of one crawl, by lane and by host."""

    def __init__(self) -> None:
        self.lanes: dict[str, Tally] = {}
        self.hosts: dict[str, Tally] = {}
        # Promising addresses named by a host's listings: those new, and all; older listings count less.
        self.named: dict[str, Tally] = {}
        self._sections: dict[str, set[str]] = {}  # host -> names of its sections
        self.told_by: Counter[str] = Counter()  # host -> pages on the topic
        self._told_in: Counter[str] = Counter()  # name of a section -> pages on the topic
        self._sectioned = 0  # pages on the topic whose section is known
        self._held: dict[str, float] = {}  # lane -> how well its promises held, since something was learned
        self.time = StoryTime()

    def value(self, host: str, lane: str, priority: float) -> float:
        """New pages on the topic that a request is expected to bring, for each request it leads to.

        In [0, 1): a listing that names two good pages is worth a request, yet less than a page that is as
        good as sure.
        """
        return self.best(host, {lane: priority})[0]

    def best(self, host: str, lanes: Mapping[str, float]) -> tuple[float, str]:
        """Value and lane of the best of a host's candidates; of several as good the first.

        Args:
            lanes: lane -> priority, at least one.
        """
        of_host = None
        best, of_best = -1.0, ""
        for lane, priority in lanes.items():
            expected = priority * self._lane(lane)
            if not is_listing(lane):
                value = min(MOST_CHANCE, expected)
            else:
                if of_host is None:
                    of_host = self._host(host)
                expected *= of_host
                if lane == START.lane:
                    expected = max(expected, LEAST_START)
                value = expected / (1 + expected)
            if value > best:
                best, of_best = value, lane
        return best, of_best

    def count(self, host: str, lane: str, priority: float, brought: float | None, new: float) -> None:
        """Count what a request brought.

        Args:
            brought: of a page 1 if it is on the topic, less if it is a copy; of a listing what its good
                addresses promise; None: it does not go back to the story's days, and so
                says nothing of its host.
            new: of a listing, the part of that which was not known.
        """
        if is_listing(lane):
            self._count_listing(host, lane, priority, brought, new)
        else:
            self._count(lane, priority, brought or 0.0)

    def expect_news(self) -> None:
        """Forget what is known of each host: time went by, and its listings name new pages."""
        self.named.clear()

    def has_section(self, host: str, lane: str) -> None:
        """Note in what lane a section of a host waits: so it is known what its sections are called."""
        self._sections.setdefault(host, set()).add(lane.partition(": ")[2])

    def told_in(self, host: str, names: set[str]) -> None:
        """Count a page on the topic by what its section may be called; only its host's sections count."""
        self.told_by[host] += 1
        known = names & self._sections.get(host, set())
        self._held.clear()
        self._told_in.update(known)
        self._sectioned += bool(known)

    def _count_listing(self, host: str, lane: str, priority: float, named: float | None, new: float) -> None:
        if named is None:
            self._count(lane, priority * self._host(host), new)
            return
        self.hosts.setdefault(host, Tally()).add(named, priority * self._lane(lane))
        self._count(lane, priority * self._host(host), new)
        known = self.named.setdefault(host, Tally())
        known.observed = known.observed * MEMORY + new
        known.expected = known.expected * MEMORY + named

    def _count(self, lane: str, expected: float, observed: float) -> None:
        kind, _, name = lane.partition(": ")
        tally = self.lanes.setdefault(kind, Tally())
        if name:
            own = self.lanes.setdefault(lane, Tally())
            by_kind = tally.ratio(LANE_WEIGHT)
            tally.add(observed, expected * own.ratio(NAME_WEIGHT))
            own.add(observed, expected * by_kind)
        else:
            tally.add(observed, expected)
        self._held.clear()

    def _lane(self, lane: str) -> float:
        """How well the promises of a lane held."""
        held = self._held.get(lane)
        if held is None:
            held = self._held[lane] = self._held_so_far(lane)
        if lane.startswith(OF_SITEMAP):
            return held * self.time.nearness(lane.removeprefix(OF_SITEMAP))
        return held

    def _held_so_far(self, lane: str) -> float:
        kind, _, name = lane.partition(": ")
        ratio = self._ratio(self.lanes, kind, LANE_WEIGHT)
        if not name and kind not in BY_SECTION:
            return ratio
        ratio *= self._ratio(self.lanes, lane, NAME_WEIGHT)
        if kind in BY_SECTION:
            return ratio * (self._told_in[name] + 1) / (self._sectioned * SECTION_SHARE + 1)
        return ratio

    def _host(self, host: str) -> float:
        return min(RICHEST, self._ratio(self.hosts, host, HOST_WEIGHT)) * self._ratio(
            self.named, host, NOVELTY_WEIGHT
        )

    @staticmethod
    def _ratio(tallies: dict[str, Tally], name: str, weight: float) -> float:
        tally = tallies.get(name)
        return tally.ratio(weight) if tally else 1.0
