"""Candidates of other shards: on their way until the other side has them on disk, and those that came in.

Letters to a shard are numbered from 1 without a gap. One is kept here until its receiver says that all up to
it are saved there, and is sent again wherever it may have been lost; the receiver takes only the next number.
So each arrives once, whatever is killed, and what lies between may forget everything.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite
from typing import NamedTuple

from pydantic import TypeAdapter
from pydantic_core import to_json

from crawler.frontier import LEAVING, Added, Frontier
from crawler.items import SITE_FILES, Candidate, Outcome
from crawler.promise import GOOD, is_listing
from crawler.shards import Shard
from crawler.urls import address_key, is_web_address

__all__ = ["Letter", "Outbox"]

SCHEMA = """
CREATE TABLE IF NOT EXISTS outbox (
    shard INTEGER, number INTEGER, key TEXT NOT NULL, candidate TEXT NOT NULL, PRIMARY KEY (shard, number)
);
CREATE TABLE IF NOT EXISTS posts (shard INTEGER PRIMARY KEY, sent INTEGER NOT NULL, taken INTEGER NOT NULL);
"""
# A candidate that was handed over, or is on its way, and is worth sending: it is new, or promises more now.
LEAVES = """
INSERT INTO addresses (key, url, host, kind, priority, lane, found_by, found_on, title, state)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (key) DO UPDATE SET priority = excluded.priority, lane = excluded.lane, state = excluded.state,
    title = coalesce(title, excluded.title), outcome = NULL, detail = NULL
"""
POST = """
INSERT INTO posts (shard, sent, taken) VALUES (?, 1, 0) ON CONFLICT (shard) DO UPDATE SET sent = sent + 1
RETURNING sent
"""
TOOK = """
INSERT INTO posts (shard, sent, taken) VALUES (?, 0, ?)
ON CONFLICT (shard) DO UPDATE SET taken = excluded.taken
"""
HANDED_OVER = """
UPDATE addresses SET state = 2, outcome = ?, detail = ? WHERE state = ? AND key IN
(SELECT key FROM outbox WHERE shard = ? AND number <= ?)
"""
CANDIDATE = TypeAdapter(Candidate)


class Letter(NamedTuple):
    """A candidate between two shards."""

    shard: int  # at the other end
    number: int  # among the letters of this sender to this receiver
    candidate: bytes  # JSON


class Outbox:
    """What goes to other shards and came from them, in the crawl's frontier; nothing is committed here."""

    def __init__(self, frontier: Frontier, shard: Shard) -> None:
        self._frontier = frontier
        self._db = frontier.database
        self._db.executescript(SCHEMA)
        self._shard = shard

    # --------------------------------------------------------------------------------------- going out

    def add(self, candidates: Iterable[Candidate]) -> Added:
        """Send candidates that belong to other shards; one that was sent already only if it promises more.

        Returns:
            what was new about them, as of `Frontier.add`.
        """
        named: dict[str, float] = {}
        new: dict[str, float] = {}
        unknown = []
        for candidate in candidates:
            key = address_key(candidate.url)
            known = self._db.execute(
                "SELECT state, priority, outcome FROM addresses WHERE key = ?", (key,)
            ).fetchone()
            is_here = known is not None and known[0] != LEAVING and known[2] != Outcome.HANDED_OVER
            if candidate.priority >= GOOD and not is_listing(candidate.lane) and not is_here:
                good = self._frontier.yields.value(candidate.host, candidate.lane, candidate.priority)
                if good > named.get(key, 0.0):
                    named[key] = good
                    new[key] = new.get(key, 0.0) + max(0.0, good - (known[1] if known else 0.0))
            if known is None:
                unknown.append(candidate.url)
            if known is None or (not is_here and known[1] < candidate.priority):
                self._send(key, candidate)
        return Added(sum(named.values()), sum(new.values()), unknown)

    def _send(self, key: str, candidate: Candidate) -> None:
        to = self._shard.owner(candidate.host)
        told = candidate._replace(
            title=candidate.title and _whole(candidate.title),
            said=tuple(map(_whole, candidate.said)),
        )
        (number,) = self._db.execute(POST, (to,)).fetchone()
        self._db.execute("INSERT INTO outbox VALUES (?, ?, ?, ?)", (to, number, key, to_json(told._asdict())))
        self._db.execute(
            LEAVES,
            (
                key,
                told.url,
                told.host,
                told.kind.value,
                told.priority,
                told.lane,
                told.found_by,
                told.found_on,
                told.title,
                LEAVING,
            ),
        )

    def letters(self, to: int, after: int, most: int) -> list[Letter]:
        """Letters to a shard, from the one behind a number on."""
        rows = self._db.execute(
            "SELECT number, candidate FROM outbox WHERE shard = ? AND number > ? ORDER BY number LIMIT ?",
            (to, after, most),
        )
        return [Letter(to, number, candidate) for number, candidate in rows]

    def arrived(self, at: int, number: int) -> None:
        """Note that a shard has saved all letters up to a number."""
        there = f"to shard {at}/{self._shard.of}"
        self._db.execute(HANDED_OVER, (Outcome.HANDED_OVER, there, LEAVING, at, number))
        self._db.execute("DELETE FROM outbox WHERE shard = ? AND number <= ?", (at, number))

    def last_arrived(self, at: int) -> int:
        """The number up to which a shard is known to have saved the letters to it."""
        (first,) = self._db.execute("SELECT min(number) FROM outbox WHERE shard = ?", (at,)).fetchone()
        return self._post(at)[0] if first is None else first - 1

    @property
    def is_empty(self) -> bool:
        """Whether every candidate that was sent is saved at its shard."""
        return self._db.execute("SELECT 1 FROM outbox LIMIT 1").fetchone() is None

    # --------------------------------------------------------------------------------------- coming in

    def take(self, letter: Letter) -> Candidate | None:
        """Take the next letter of a shard; None: it came before, one before it did not, or it is none.

        What stands in it was written by another process: it is checked as if a page had named it.
        """
        taken = self.last_taken(letter.shard)
        if letter.number != taken + 1:
            return None
        self._db.execute(TOOK, (letter.shard, letter.number))
        try:
            candidate = CANDIDATE.validate_json(letter.candidate)
        except ValueError:
            return None
        return candidate if _is_sound(candidate) and self._shard.holds(candidate.host) else None

    def last_taken(self, shard: int) -> int:
        """The number up to which the letters of a shard are taken."""
        return self._post(shard)[1]

    def _post(self, shard: int) -> tuple[int, int]:
        row = self._db.execute("SELECT sent, taken FROM posts WHERE shard = ?", (shard,)).fetchone()
        return row or (0, 0)


def _is_sound(candidate: Candidate) -> bool:
    """Whether a candidate is one that a page could have named."""
    numbers, moments = (candidate.priority, candidate.log_odds), (candidate.published, candidate.modified)
    return (
        is_web_address(candidate.url)
        and candidate.kind not in SITE_FILES
        and candidate.robots_of is None
        and all(map(isfinite, numbers))
        and all(moment is None or moment.tzinfo is not None for moment in moments)
    )


def _whole(text: str) -> str:
    """A text without half characters, which JSON can carry and UTF-8 cannot."""
    return text.encode("utf-8", "replace").decode()
