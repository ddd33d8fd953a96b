"""Candidates on disk, best first; every address ends in one named outcome.

One SQLite file holds the addresses, what is known of their hosts, and the sizes of the crawl's other files at
the last commit, so that after a kill those are cut back to what the frontier knows. In memory there is one
number a host: the priority of its best waiting candidate.
"""

from __future__ import annotations

import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from crawler.items import Candidate, Kind, Memory, Outcome, PageRead
from crawler.lanes import Lanes
from crawler.parts import Parts
from crawler.promise import GOOD, GUESSED_SITEMAP, NEXT_OF_FEED, SECTION_LANE, Promise, is_listing
from crawler.reservations import Reservations
from crawler.revisits import Revisits
from crawler.shapes import Shapes
from crawler.spellings import Spellings, house_of
from crawler.urls import REMEMBERED, address_key
from crawler.yields import Yields
from dedupe.errors import CorpusFolderError

__all__ = ["Added", "Frontier", "HostRecord"]

# States of an address.
WAITS, FETCHING, DONE = 0, 1, 2
LEAVING = 3  # on its way to another shard (crawler.outbox)

# Raised when a table changes; kept in the file.
FORMAT = 4

SCHEMA = """
CREATE TABLE IF NOT EXISTS addresses (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    url TEXT NOT NULL,
    host TEXT NOT NULL,
    kind TEXT NOT NULL,
    priority REAL NOT NULL,
    lane TEXT NOT NULL,
    log_odds REAL NOT NULL DEFAULT 0,
    found_by TEXT NOT NULL,
    found_on TEXT,
    title TEXT,
    published TEXT,
    hops INTEGER NOT NULL DEFAULT 0,
    tries INTEGER NOT NULL DEFAULT 0,
    state INTEGER NOT NULL DEFAULT 0,
    outcome TEXT,
    detail TEXT,
    found_at INTEGER NOT NULL DEFAULT (CAST(strftime('%s', 'now') AS INTEGER)),
    turn INTEGER,
    brought REAL,
    brought_new REAL,
    times_named INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS waiting ON addresses (host, lane, priority DESC, id) WHERE state = 0;
CREATE INDEX IF NOT EXISTS missing ON addresses (priority DESC, id)
    WHERE state = 2 AND kind = 'page' AND outcome IN ('gone', 'error', 'stub');
CREATE TABLE IF NOT EXISTS hosts (
    host TEXT PRIMARY KEY, robots BLOB, robots_status INTEGER NOT NULL, robots_url TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS asked (host TEXT PRIMARY KEY, requests INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value NOT NULL);
CREATE TABLE IF NOT EXISTS memories (
    holder TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (holder, key)
);
"""

# Pages that are gone: the site says so, or nobody answers there any more. Nobody is asked for them twice.
GONE = "state = 2 AND kind = 'page' AND outcome IN ('gone', 'error', 'stub')"
MISSING = f"""
SELECT url, kind, priority, lane, found_by, found_on, title, published, hops, tries
FROM addresses WHERE {GONE} AND priority >= :least
AND (detail IN ('status 404', 'status 410') OR (outcome = 'stub' AND :stubs)
    OR host IN (SELECT host FROM hosts WHERE robots_status = 0))
AND NOT EXISTS (SELECT 1 FROM memories WHERE holder = :index AND memories.key = addresses.url)
ORDER BY priority DESC, id
"""  # noqa: S608

SILENT = "robots_status = 0 OR robots_status = 429 OR robots_status >= 500"

# What is written down of a candidate.
ROW = (
    "key",
    "url",
    "host",
    "kind",
    "priority",
    "lane",
    "log_odds",
    "found_by",
    "found_on",
    "title",
    "published",
    "hops",
)
ADD = f"INSERT INTO addresses ({', '.join(ROW)}, times_named) VALUES ({'?, ' * len(ROW)}1)"  # noqa: S608
PROMISE_MORE = """
UPDATE addresses SET
    priority = :priority, lane = :lane, log_odds = :log_odds, title = coalesce(title, :title),
    published = coalesce(published, :published), kind = CASE :kind WHEN 'part' THEN 'part' ELSE kind END
WHERE key = :key RETURNING host
"""
# Requests of each host since the run began.
ASK = """
INSERT INTO asked VALUES (?, 1) ON CONFLICT (host) DO UPDATE SET requests = requests + 1
"""
ASKED_OF = "SELECT host, requests FROM asked"
# Keys that are looked up by one statement; SQLite takes 999 at the least.
ASKED = 500
# A million addresses may wait: so many are read at a time.
WAITING = """
SELECT id, url, kind, priority, lane, found_by
FROM addresses WHERE state = 0 AND id > ? ORDER BY id LIMIT 1000
"""
# A listing says that a page changed which an earlier run kept.
CHANGED = "UPDATE addresses SET state = 0, tries = 0 WHERE key = ? AND state = 2 AND outcome = 'kept'"
# Kept pages whose sites can say whether they changed.
RECHECK = """
UPDATE addresses SET state = 0, tries = 0, priority = ?, lane = ?
WHERE outcome IN ('kept', 'part') AND key IN
(SELECT key FROM answers WHERE etag IS NOT NULL OR modified IS NOT NULL)
"""
BEST = """
SELECT url, kind, priority, lane, found_by, found_on, title, published, hops, tries
FROM addresses WHERE host = ? AND lane = ? AND state = 0 ORDER BY priority DESC, id LIMIT 1
"""
RAISE = """
UPDATE addresses SET priority = :priority, lane = :lane, log_odds = :log_odds
WHERE key = :key AND state = 0 AND priority < :priority RETURNING host
"""
NAMED_AGAIN = "UPDATE addresses SET times_named = times_named + 1 WHERE key = ?"
FINISH = """
INSERT INTO addresses (key, url, host, kind, priority, lane, found_by, state, outcome, detail)
VALUES (?, ?, ?, ?, ?, ?, ?, 2, ?, ?)
ON CONFLICT (key) DO UPDATE SET state = 2, outcome = excluded.outcome, detail = excluded.detail
"""


@dataclass(frozen=True, slots=True)
class HostRecord:
    """What a host answered when asked for its robots.txt."""

    body: bytes
    status: int  # 0: no answer
    url: str  # where it was found, after redirects

    @property
    def is_silent(self) -> bool:
        """Whether it gave no rules to go by; then it allows nothing (RFC 9309, 2.3.1.4)."""
        return self.status in (0, 429) or self.status >= 500


class Known(NamedTuple):
    """An address that was met before."""

    state: int
    priority: float
    outcome: str | None = None

    @property
    def promised(self) -> float | None:
        """What was promised of it; 1 if it was worth it or is being fetched, None if it was worth nothing."""
        if self.state == WAITS:
            return self.priority
        return 1.0 if self.outcome in (None, Outcome.KEPT, Outcome.PART) else None


class Added(NamedTuple):
    """What was new about addresses that were added."""

    named: float  # pages on the topic that the good ones of them promise
    new: float  # the part of that which no address promised before
    unknown: list[str]  # addresses that were not known


class Frontier:
    """The addresses of one crawl.

    Changes are committed only by `commit`, so that what belongs together is saved together.

    Args:
        path: the SQLite file; made if missing.
        clock: seconds; only differences count.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._db = sqlite3.connect(path, isolation_level="IMMEDIATE")
        self.is_new = _check_format(self._db, path)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        # Up to 32 MB of log and 32 MB of cache: what changes again and again is written back once, and more
        # cache makes a million addresses no faster: the memory stays what it is however many there are.
        self._db.execute("PRAGMA wal_autocheckpoint = 8000")
        self._db.execute("PRAGMA cache_size = -32768")
        self._db.executescript(SCHEMA)
        self._facts = self._saved_facts()
        self.spellings = Spellings(self._db)
        self.shapes = Shapes(self._db)
        self.parts = Parts(self._db)
        self.reservations = Reservations(self._db)
        self.revisits = Revisits(self._db, self.fact("runs", 1))
        # What was in flight when the last run ended was not finished: it waits again.
        self._db.execute("UPDATE addresses SET state = 0 WHERE state = 1")
        self._db.commit()
        self._clock = clock
        self._busy: set[str] = set()
        self._flying: set[str] = set()
        self._resting: dict[str, float] = {}
        self.yields = Yields()
        self._turn = 0
        self._relearn()
        self._lanes = Lanes(self.yields)
        self._offer_waiting()
        self._hosts: dict[str, HostRecord] = {
            host: HostRecord(body, status, url)
            for host, body, status, url in self._db.execute(
                "SELECT host, robots, robots_status, robots_url FROM hosts"
            )
        }
        # Listings that pages named -> the most that was promised of each, which stands in the file unless it
        # could not be raised just then: whatever lets an address wait again forgets it here.
        self._named: dict[str, float] = {}
        self._robots_hops: dict[str, tuple[str, int]] = {}
        self._robots_tries: dict[str, int] = {}

    def close(self) -> None:
        """Commit and close."""
        self._db.commit()
        self._db.close()

    @property
    def database(self) -> sqlite3.Connection:
        """The file, for what is saved with it by one commit."""
        return self._db

    def rollback(self) -> None:
        """Take back all changes since the last commit."""
        self._db.rollback()
        self._named.clear()
        self._facts = self._saved_facts()

    def commit(self) -> None:
        """Save all changes since the last commit, together."""
        self._db.commit()

    # ------------------------------------------------------------------------------- candidates

    def _offer_waiting(self) -> None:
        for host, lane, priority in self._db.execute(
            "SELECT host, lane, max(priority) FROM addresses WHERE state = 0 GROUP BY host, lane"
        ):
            self._lanes.offer(host, lane, priority)

    def add(self, candidates: Iterable[Candidate]) -> Added:
        """Take in addresses; one that waits already gets the higher of its priorities.

        Returns:
            what was new about them.
        """
        named: dict[str, float] = {}
        new: dict[str, float] = {}
        rows: list[tuple[Any, ...]] = []
        raised: list[dict[str, Any]] = []
        again: list[tuple[str]] = []
        keyed = [
            (key, candidate)
            for candidate in candidates
            if self._may_tell(key := address_key(candidate.url), candidate)
        ]
        known = self._known([key for key, _ in keyed])
        before = dict(known)
        for key, candidate in keyed:
            if candidate.priority >= GOOD and not is_listing(candidate.lane):
                good = self.yields.value(candidate.host, candidate.lane, candidate.priority)
                promised = before[key].promised if key in before else 0.0
                if promised is not None and good > named.get(key, 0.0):
                    named[key], new[key] = good, max(0.0, good - promised)
            # Half a character, which JSON can carry and UTF-8 cannot.
            title = candidate.title and candidate.title.encode("utf-8", "replace").decode()
            if candidate.modified and self.revisits.listed(candidate.url, candidate.modified):
                self._db.execute(CHANGED, (key,))
                self._named.pop(key, None)
                known |= self._known([key])
            if key not in known:
                rows.append(_row(key, candidate, title))
                self._lanes.offer(candidate.host, candidate.lane, candidate.priority)
                known[key] = Known(WAITS, candidate.priority)
                continue
            if not is_listing(candidate.lane):
                again.append((key,))
            if known[key].state == WAITS and known[key].priority < candidate.priority:
                raised.append(dict(zip(ROW, _row(key, candidate, title), strict=True)))
                known[key] = Known(WAITS, candidate.priority)
        self._db.executemany(ADD, rows)
        for promise in raised:
            for (host,) in self._db.execute(PROMISE_MORE, promise):
                self._lanes.offer(host, promise["lane"], promise["priority"])
        self._db.executemany(NAMED_AGAIN, again)
        return Added(sum(named.values()), sum(new.values()), [row[1] for row in rows])

    def _may_tell(self, key: str, candidate: Candidate) -> bool:
        """Whether an address may be new, or more than was said before: the sections of a menu seldom are."""
        if candidate.modified or not is_listing(candidate.lane):
            return True
        if self._named.get(key, -1.0) >= candidate.priority:
            return False
        if len(self._named) >= REMEMBERED:
            self._named.clear()
        self._named[key] = candidate.priority
        return True

    def _known(self, keys: Sequence[str]) -> dict[str, Known]:
        """What is known of those of some addresses that were met before."""
        found = {}
        for start in range(0, len(keys), ASKED):
            asked = keys[start : start + ASKED]
            places = ",".join("?" * len(asked))
            for key, *known in self._db.execute(
                f"SELECT key, state, priority, outcome FROM addresses WHERE key IN ({places})",  # noqa: S608
                asked,
            ):
                found[key] = Known(*known)
        return found

    def next(self, least: float = 0.0, patience: float = 0.0) -> Candidate | None:
        """The best candidate of all hosts that are free; of a new host its robots.txt is asked for first.

        The host is busy until its candidate is finished, put back or has answered for robots.txt.

        Args:
            least: nothing is handed out that is worth less.
            patience: nothing is handed out that is worth less than this share of what a busy host has next.
        """
        now = self._clock()
        closed = _Houses(self._busy, {host for host, until in self._resting.items() if until > now})
        while (best := self._lanes.best_beside(closed)) is not None:
            value, host, lane = best
            if value < least:
                return None
            candidate = self._best_of(host, lane)
            if candidate is None or candidate.priority < self._lanes.priority(host, lane):
                self._lanes.correct(host, lane, candidate.priority if candidate else None)
                continue
            if patience and (coming := self._lanes.best_among(self._busy)) and value < patience * coming[0]:
                return None
            self._busy.add(host)
            if host not in self._hosts:
                return self._robots_of(candidate)
            key = address_key(candidate.url)
            self._flying.add(key)
            self._db.execute("UPDATE addresses SET state = ? WHERE key = ?", (FETCHING, key))
            return candidate
        return None

    def best_value(self) -> float:
        """New pages on the topic that the best of all that waits is expected to bring; 0: nothing waits."""
        best = self._lanes.best_beside(())
        return best[0] if best else 0.0

    def _best_of(self, host: str, lane: str) -> Candidate | None:
        row = self._db.execute(BEST, (host, lane)).fetchone()
        if row is None:
            return None
        return _candidate(row)

    def renew(self, promise: Callable[[Candidate], Promise]) -> None:
        """Value what waits by its title anew."""
        rows = self._db.execute(
            "SELECT id, url, title, log_odds, published FROM addresses WHERE state = 0 AND lane LIKE 'title%'"
        ).fetchall()
        self._db.executemany(
            "UPDATE addresses SET priority = ?, lane = ? WHERE id = ?",
            (
                (
                    *promise(
                        Candidate(
                            url,
                            log_odds=log_odds,
                            found_by="",
                            title=title,
                            published=datetime.fromisoformat(published) if published else None,
                        )
                    )[:2],
                    number,
                )
                for number, url, title, log_odds, published in rows
            ),
        )
        self._named.clear()
        self._lanes.clear()
        self._offer_waiting()

    def learn(self, candidate: Candidate, brought: float | None, new: float) -> None:
        """Hold what a request brought against what was promised of it.

        Args:
            brought: of a page 1 if it is on the topic, less for a copy, 0 for nothing; of a listing the pages
                on the topic that the good ones of its addresses promise; None: that says nothing of its host.
            new: what no address promised before.
        """
        self._turn += 1
        self._db.execute(
            "UPDATE addresses SET turn = ?, brought = ?, brought_new = ? WHERE key = ?",
            (self._turn, brought, new, address_key(candidate.url)),
        )
        self.yields.count(candidate.host, candidate.lane, candidate.priority, brought, new)
        self._lanes.revalue(candidate.host)

    def _relearn(self) -> None:
        """Learn again what the runs before this one learned, in their order."""
        for turn, *learned in self._db.execute(
            "SELECT turn, host, lane, priority, brought, brought_new FROM addresses "
            "WHERE turn IS NOT NULL ORDER BY turn"
        ):
            self._turn = turn
            self.yields.count(*learned)
            if turn == self.fact("news_since"):
                self.yields.expect_news()

    def sections(self) -> list[tuple[str, str]]:
        """Host and lane of the sections that are known."""
        return self._db.execute(
            "SELECT DISTINCT host, lane FROM addresses WHERE lane LIKE ?", (f"{SECTION_LANE}%",)
        ).fetchall()

    def times_named(self) -> list[int]:
        """Of each page kept, how many pages and listings named it; at least one."""
        rows = self._db.execute("SELECT max(1, times_named) FROM addresses WHERE outcome = 'kept'")
        return [times for (times,) in rows]

    def chances_left(self) -> list[float]:
        """Of each good page that was left, the chance that it is on the topic, as it was promised."""
        rows = self._db.execute(
            "SELECT lane, priority FROM addresses WHERE priority >= ? AND (state = 0 OR outcome = ?)",
            (GOOD, Outcome.NOT_IN_ARCHIVE),
        )
        return [priority for lane, priority in rows if not is_listing(lane)]

    def off_topic(self) -> list[tuple[str, str | None]]:
        """Address and title of each page that was read and is not on the topic, in the order of reading."""
        return self._db.execute(
            "SELECT url, title FROM addresses WHERE outcome = 'off_topic' ORDER BY turn"
        ).fetchall()

    def _robots_of(self, candidate: Candidate) -> Candidate:
        scheme = candidate.url.partition(":")[0]
        host = candidate.host
        url, hops = self._robots_hops.get(host, (f"{scheme}://{host}/robots.txt", 0))
        tries = self._robots_tries.get(host, 0)
        return Candidate(url, Kind.ROBOTS, found_by="robots", hops=hops, tries=tries, robots_of=host)

    def put_back(self, candidate: Candidate, wait: float) -> None:
        """Let a candidate wait again, after a try that failed; its host rests for some seconds."""
        key = address_key(candidate.url)
        self.release(candidate.host)
        self._flying.discard(key)
        self._named.pop(key, None)
        self._resting[candidate.host] = self._clock() + wait
        self._db.execute("UPDATE addresses SET state = 0, tries = tries + 1 WHERE key = ?", (key,))
        self._lanes.offer(candidate.host, candidate.lane, candidate.priority)

    def move(self, candidate: Candidate, target: Candidate) -> None:
        """Let an address wait under another spelling of itself, to which its host redirected."""
        key = address_key(candidate.url)
        self.release(candidate.host)
        self._flying.discard(key)
        self._named.pop(key, None)
        self._db.execute(
            "UPDATE addresses SET url = ?, host = ?, hops = ?, state = 0 WHERE key = ?",
            (target.url, target.host, target.hops, key),
        )
        self._lanes.offer(target.host, candidate.lane, candidate.priority)

    def end_host(self, host: str, outcome: Outcome, detail: str) -> None:
        """End all that waits of a host."""
        self._db.execute(
            "UPDATE addresses SET state = 2, outcome = ?, detail = ? WHERE host = ? AND state = 0",
            (outcome.value, detail, host),
        )
        self._lanes.drop(host)

    def close_host(self, host: str) -> None:
        """Hand out nothing more of a host in this run; what waits of it goes on waiting."""
        self._lanes.close(host)

    @property
    def closed_hosts(self) -> int:
        """How many hosts there are of which something waits that this run does not ask for."""
        held = {host for (host,) in self._db.execute("SELECT DISTINCT host FROM addresses WHERE state = 0")}
        return len(held & self._lanes.closed)

    def asked_of_hosts(self) -> dict[str, int]:
        """Host -> requests, of a run that was killed and goes on now."""
        return {} if self.fact("ended") else dict(self._db.execute(ASKED_OF))

    def count_request(self, host: str) -> None:
        """Note that a request of a host is about to be made, robots.txt left out."""
        self._db.execute(ASK, (host,))

    def waiting(self) -> Iterator[Candidate]:
        """Yield all that waits, in the order of discovery; each may be ended when it comes."""
        last = 0
        while rows := self._db.execute(WAITING, (last,)).fetchall():
            for last, url, kind, priority, lane, found_by in rows:  # noqa: B007
                yield Candidate(url, Kind(kind), priority, lane, found_by=found_by)

    def missing(self, index: str, least: float, stubs: bool = False) -> Iterator[Candidate]:
        """Pages of some promise that are gone, best first; those that an index was asked for are left out.

        Args:
            index: name of the one to be asked.
            least: least promise; the rest is not worth the asking.
            stubs: whether what a paywall left of an article counts as gone.
        """
        rows = self._db.execute(MISSING, {"index": index, "least": least, "stubs": stubs})
        return map(_candidate, rows)

    def rest(self, host: str, seconds: float) -> None:
        """Ask nothing of a host for some seconds."""
        self._resting[host] = self._clock() + seconds

    def finish(self, candidate: Candidate, outcome: Outcome, detail: str = "") -> None:
        """End an address; one that was never a candidate (a record of an archive) is written down too."""
        key = address_key(candidate.url)
        if key in self._flying:  # else its host may be busy with another one
            self._flying.discard(key)
            self.release(candidate.host)
        self._db.execute(
            FINISH,
            (
                key,
                candidate.url,
                candidate.host,
                candidate.kind.value,
                candidate.priority,
                candidate.lane,
                candidate.found_by,
                outcome.value,
                detail,
            ),
        )

    def finish_unchanged(self, candidate: Candidate) -> None:
        """End an address as it had ended in the run before."""
        key = address_key(candidate.url)
        self.release(candidate.host)
        self._flying.discard(key)
        self._db.execute("UPDATE addresses SET state = 2 WHERE key = ?", (key,))
        self.revisits.unchanged(candidate.url)

    def release(self, host: str) -> None:
        """Make a host free for its next candidate."""
        self._busy.discard(host)

    def other_spelling(self, candidate: Candidate, allowed: Callable[[str], bool]) -> str | None:
        """Another address of the same page, which was read or waits in its place; None: this one is it.

        A waiting address in the plain form is the better one; it gets this one's priority.

        Args:
            allowed: whether an address may be fetched; one that may not takes nobody's place.
        """
        own = address_key(candidate.url)
        read = self.spellings.read_as(candidate.url)
        if read is not None:
            return None if address_key(read) == own else read  # itself: a run before this one read it
        key = self.spellings.plain(candidate.url)
        if key == own:
            return None
        row = self._db.execute("SELECT url FROM addresses WHERE key = ? AND state = 0", (key,)).fetchone()
        if row is None or not allowed(row[0]):
            return None
        better = {
            "key": key,
            "priority": candidate.priority,
            "lane": candidate.lane,
            "log_odds": candidate.log_odds,
        }
        for (host,) in self._db.execute(RAISE, better):
            self._lanes.offer(host, candidate.lane, candidate.priority)
        return str(row[0])

    def note_page(self, url: str, page: PageRead | None, new: list[str]) -> None:
        """Note what a page gave, so that its other addresses and more of its kind are not fetched in vain.

        Args:
            url: the address that was asked for.
            page: what was read there; None: nothing.
            new: the addresses it listed that were not known.
        """
        has_article = (
            page is not None and page.text is not None and not self.spellings.has_told(page.url, page.text)
        )
        self.shapes.note(url, has_article=has_article, listed=new)
        if page is not None and self.spellings.note(page.url, page.canonical, page.text):
            self._reopen_variants()

    def _reopen_variants(self) -> None:
        """Let what was taken for another address of a read page wait again, unless it still is one."""
        self._named.clear()
        rows = self._db.execute("SELECT id, url FROM addresses WHERE outcome = 'variant'").fetchall()
        for number, url in rows:
            if self.spellings.read_as(url) is None:
                for host, lane, priority in self._db.execute(
                    "UPDATE addresses SET state = 0, outcome = NULL, detail = NULL WHERE id = ? "
                    "RETURNING host, lane, priority",
                    (number,),
                ):
                    self._lanes.offer(host, lane, priority)

    @property
    def in_flight(self) -> int:
        """Candidates handed out that have not ended yet."""
        return len(self._flying)

    @property
    def is_busy(self) -> bool:
        """Whether any host has been asked for something and has not ended it yet."""
        return bool(self._busy)

    def is_done(self, url: str) -> bool:
        """Whether an address has ended."""
        row = self._db.execute("SELECT state FROM addresses WHERE key = ?", (address_key(url),)).fetchone()
        return row is not None and row[0] == DONE

    def is_taken(self, url: str) -> bool:
        """Whether an address has ended, or is in flight."""
        return address_key(url) in self._flying or self.is_done(url)

    def start_again(self, *, recheck: Promise | None) -> None:
        """Begin another run of a crawl that had ended: listings and start pages wait again, for what is new.

        What is old does not: older pages of feeds, and places where a sitemap was looked for in vain.
        Kept pages whose sites can say whether they changed wait too, with the promise `recheck`; None: not.
        What listings named is news again.
        All hosts are asked for their robots.txt again (RFC 9309, 2.4: it may be a day old at most), and for
        what they reserve; what a silent one kept from us waits again.
        """
        silent = f"SELECT host FROM hosts WHERE {SILENT}"  # noqa: S608
        self._db.execute(
            f"UPDATE addresses SET state = 0, tries = 0 WHERE outcome = 'error' AND host IN ({silent})"  # noqa: S608
        )
        self._named.clear()
        self.set_fact("runs", self.fact("runs", 1) + 1)
        self.set_fact("requests_before", self.fact("requests"))
        self.revisits.run = self.fact("runs")
        if recheck is not None:
            self._db.execute(RECHECK, recheck[:2])
        self.set_fact("news_since", self._turn)
        self.set_fact("vain_probes", 0)
        self.yields.expect_news()
        self.shapes.trust_again()
        self._db.execute("DELETE FROM hosts")
        self.reservations.forget()
        self._db.execute("DELETE FROM asked")
        self._hosts.clear()
        self._db.execute(
            "UPDATE addresses SET state = 0, tries = 0 "
            "WHERE (kind IN ('feed', 'sitemap') OR found_by = 'sites') "
            "AND state != ? AND coalesce(outcome, '') != ? AND lane != ? "
            "AND NOT (coalesce(outcome, '') = ? AND lane LIKE ?)",
            (LEAVING, Outcome.HANDED_OVER, NEXT_OF_FEED.lane, Outcome.GONE, f"{GUESSED_SITEMAP.lane}%"),
        )
        self._offer_waiting()

    @property
    def has_waiting(self) -> bool:
        """Whether any candidate waits."""
        return bool(self._lanes) and (
            self._db.execute("SELECT 1 FROM addresses WHERE state = 0 LIMIT 1").fetchone() is not None
        )

    # ------------------------------------------------------------------------------------ hosts

    def host(self, host: str) -> HostRecord | None:
        """What a host answered for robots.txt; None: not asked yet."""
        return self._hosts.get(host)

    def set_host(self, host: str, record: HostRecord) -> None:
        """Note a host's answer for robots.txt, and make it free."""
        self.release(host)
        self._hosts[host] = record
        self._db.execute(
            "INSERT OR REPLACE INTO hosts (host, robots, robots_status, robots_url) VALUES (?, ?, ?, ?)",
            (host, record.body, record.status, record.url),
        )

    def silent_hosts(self) -> dict[str, int]:
        """Hosts that gave no robots.txt to go by -> the status they answered with; 0: no answer."""
        return dict(self._db.execute(f"SELECT host, robots_status FROM hosts WHERE {SILENT} ORDER BY host"))  # noqa: S608

    def refused_hosts(self) -> dict[str, str]:
        """Hosts that may not be reached -> why."""
        return dict(
            self._db.execute(
                "SELECT host, detail FROM addresses WHERE outcome = ? ORDER BY id", (Outcome.REFUSED,)
            )
        )

    def retry_robots(self, host: str, wait: float) -> None:
        """Ask a host for robots.txt again after some seconds, and for nothing else before."""
        self.release(host)
        self._robots_tries[host] = self._robots_tries.get(host, 0) + 1
        self._resting[host] = self._clock() + wait

    def redirect_robots(self, host: str, url: str, hops: int) -> None:
        """Look for a host's robots.txt at another address, and make it free."""
        self.release(host)
        self._robots_hops[host] = (url, hops)

    # ------------------------------------------------------------------------------------ facts

    def fact(self, name: str, default: int = 0) -> int:
        """A number, as it was set last."""
        return self._facts.get(name, default)

    def set_fact(self, name: str, value: int) -> None:
        """Save a number with the next commit."""
        self._facts[name] = value
        self._db.execute("INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)", (name, value))

    def _saved_facts(self) -> dict[str, int]:
        return dict(self._db.execute("SELECT name, value FROM facts"))

    def remember(self, memory: Memory) -> None:
        """Save what an index is to know later, with the next commit."""
        self._db.execute(
            "INSERT OR REPLACE INTO memories (holder, key, value) VALUES (?, ?, ?)",
            (memory.index, memory.key, memory.value),
        )

    def memories(self, index: str) -> dict[str, str]:
        """Key -> value of all that an index remembers."""
        return dict(self._db.execute("SELECT key, value FROM memories WHERE holder = ?", (index,)))

    def outcomes(self) -> Counter[str]:
        """Outcome -> addresses; what waits is under `waiting`. The sum is the number of addresses."""
        rows = self._db.execute("SELECT coalesce(outcome, 'waiting'), count(*) FROM addresses GROUP BY 1")
        return Counter(dict(rows.fetchall()))


class _Houses:
    """Hosts that are closed, each with its mobile, AMP and print hosts, and further ones without those.

    Two forms of one page could else be fetched at the same time, before either has said so.
    """

    __slots__ = ("_houses", "_more")

    def __init__(self, hosts: Iterable[str], more: Container[str] = ()) -> None:
        self._houses = {house_of(host) for host in hosts}
        self._more = more

    def __contains__(self, host: object) -> bool:
        return isinstance(host, str) and (house_of(host) in self._houses or host in self._more)


def _row(key: str, candidate: Candidate, title: str | None) -> tuple[Any, ...]:
    """The values of `ROW`."""
    published = candidate.published.isoformat() if candidate.published else None
    return (
        key,
        candidate.url,
        candidate.host,
        candidate.kind.value,
        candidate.priority,
        candidate.lane,
        candidate.log_odds,
        candidate.found_by,
        candidate.found_on,
        title,
        published,
        candidate.hops,
    )


def _candidate(row: tuple[Any, ...]) -> Candidate:
    url, kind, priority, lane, found_by, found_on, title, published, hops, tries = row
    return Candidate(
        url=url,
        kind=Kind(kind),
        priority=priority,
        lane=lane,
        found_by=found_by,
        found_on=found_on,
        title=title,
        published=datetime.fromisoformat(published) if published else None,
        hops=hops,
        tries=tries,
    )


def _check_format(database: sqlite3.Connection, path: Path) -> bool:
    """Make sure that a file is a frontier of this format, and whole.

    Returns:
        whether it is a new one.
    Raises:
        CorpusFolderError: it is not; the text says what to do.
    """
    try:
        (version,) = database.execute("PRAGMA user_version").fetchone()
        (tables,) = database.execute("SELECT count(*) FROM sqlite_master").fetchone()
        (found,) = database.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise sqlite3.DatabaseError(" ".join(found.split()))
    except sqlite3.OperationalError:  # of the disk, not of what stands on it
        raise
    except sqlite3.DatabaseError as error:
        raise CorpusFolderError(
            f"{path}: damaged ({error}). Move the folder {path.parent} away to start the crawl anew."
        ) from error
    if version == 0 and tables == 0:
        database.execute(f"PRAGMA user_version = {FORMAT}")
    elif version != FORMAT:
        raise CorpusFolderError(
            f"{path}: written by another version of Seedbed (format {version}, this one reads {FORMAT}). "
            f"Move the folder {path.parent} away to start the crawl anew."
        )
    return bool(version == 0)
