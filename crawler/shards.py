"""One crawl on several processes: which of them a site belongs to.

A site belongs to one shard by its registrable domain, so that its delays, its robots.txt and the habits of
its addresses are kept by one process, as they are where there is only one.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Self
from urllib.parse import urlsplit

from scrapy.settings import BaseSettings

__all__ = ["MOST_SHARDS", "Shard", "site_of"]

# Each shard keeps a line to every other one; more machines than this want another design.
MOST_SHARDS = 256
TYPED = re.compile(r"([1-9]\d{0,2})/([1-9]\d{0,2})")
IP_ADDRESS = re.compile(r"\[.*\]|[\d.]+")
# Indexes that are asked for a shard's own pages, which are gone; the others are asked by the first shard
# alone.
ASKED_BY_ALL = frozenset({"wayback"})


@dataclass(frozen=True, slots=True)
class Shard:
    """One of the processes that share a crawl, counted from 1."""

    number: int
    of: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `i/N`.

        Raises:
            ValueError: it is none; the text says what one is.
        """
        typed = TYPED.fullmatch(text)
        if typed is None or not int(typed[1]) <= int(typed[2]) <= MOST_SHARDS:
            raise ValueError(f"{text!r} is none of 1/N to N/N with N up to {MOST_SHARDS}, as in shard=1/2")
        return cls(int(typed[1]), int(typed[2]))

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"

    @property
    def others(self) -> list[int]:
        """The numbers of the other shards."""
        return [number for number in range(1, self.of + 1) if number != self.number]

    def owner(self, host: str) -> int:
        """The number of the shard that a host (with its port) belongs to."""
        return _owner(host, self.of)

    def holds(self, host: str) -> bool:
        """Whether a host belongs to this shard."""
        return self.owner(host) == self.number

    def asks(self, index: str) -> bool:
        """Whether this shard asks an index."""
        return self.number == 1 or index in ASKED_BY_ALL

    def part_of(self, settings: BaseSettings) -> BaseSettings:
        """The settings, with what all shards together may ask of an index divided among them."""
        part = settings.copy()
        part.set("SEEDBED_WAYBACK_INTERVAL", settings.getfloat("SEEDBED_WAYBACK_INTERVAL") * self.of)
        part.set("SEEDBED_RESCUES", settings.getint("SEEDBED_RESCUES") // self.of)
        return part


@lru_cache(maxsize=8_192)
def _owner(host: str, of: int) -> int:
    digest = hashlib.blake2b(site_of(host).encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big") % of + 1


def site_of(host: str) -> str:
    """The registrable domain of a host; its address where it has no name.

    Where the list of public suffixes knows no suffix, its default rule holds: the last label is one.
    """
    from crawler.extraction.addresses import registrable_domain  # arguments are checked before much loads

    try:
        name = urlsplit(f"//{host}").hostname or host
    except ValueError:
        return host
    name = name.rstrip(".")
    if IP_ADDRESS.fullmatch(name) or ":" in name:
        return name
    below = f"x.{name}"  # of a name below it the domain is never the name itself, unless no suffix is known
    domain = registrable_domain(below)
    return domain if domain != below else ".".join(name.split(".")[-2:])
