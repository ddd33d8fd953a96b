"""What is known of an answered address for the next run: how to ask for changes only, and what changed.

A run that goes on after an ended one asks with the validators of the last answer (RFC 9110, 13.1: `ETag`,
`Last-Modified`), and a site that answers 304 sends nothing again. Where a listing dates an address later than
any listing did before, the page is asked for whole: some sites keep the tag of a page whose text changed.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from crawler.urls import address_key

__all__ = ["News", "Revisits"]

SCHEMA = """
CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY, etag TEXT, modified TEXT, listed REAL, run INTEGER,
    changed INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS lines (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL, text TEXT NOT NULL, url TEXT NOT NULL, run INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS lines_of ON lines (key, number);
CREATE TABLE IF NOT EXISTS unchanged (run INTEGER PRIMARY KEY, pages INTEGER NOT NULL);
"""
LISTED = """
INSERT INTO answers (key, listed) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET
    changed = CASE WHEN run < ? AND excluded.listed > listed THEN 1 ELSE changed END,
    listed = max(coalesce(listed, excluded.listed), excluded.listed)
RETURNING changed
"""
ANSWERED = """
INSERT INTO answers (key, etag, modified, run) VALUES (?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET
    etag = excluded.etag, modified = excluded.modified, run = excluded.run, changed = 0
"""


@dataclass(frozen=True, slots=True)
class News:
    """What a run brought that the runs before it had not."""

    run: int  # the first is 1
    new: tuple[str, ...]  # addresses of articles
    changed: tuple[str, ...]  # addresses of articles that have a later version now
    unchanged: int  # pages whose sites answered that they are as they were


class Revisits:
    """Answers and versions of a crawl's pages, kept in its frontier.

    Args:
        database: the frontier's; nothing is committed here.
        run: which run of the crawl this is; the first is 1.
    """

    def __init__(self, database: sqlite3.Connection, run: int) -> None:
        self._db = database
        self._db.executescript(SCHEMA)
        self.run = run

    # ------------------------------------------------------------------------------------------- answers

    def listed(self, url: str, moment: datetime) -> bool:
        """Note when a listing says that a page changed last; whether that is news since an earlier run."""
        row = self._db.execute(LISTED, (address_key(url), moment.timestamp(), self.run)).fetchone()
        return bool(row[0])

    def answered(self, url: str, headers: Mapping[str, str]) -> None:
        """Note an answer's validators, by header names in lower case."""
        self._db.execute(
            ANSWERED, (address_key(url), headers.get("etag"), headers.get("last-modified"), self.run)
        )

    def unchanged(self, url: str) -> None:
        """Note that a page is as it was."""
        self._db.execute("UPDATE answers SET run = ? WHERE key = ?", (self.run, address_key(url)))
        self._db.execute(
            "INSERT INTO unchanged VALUES (?, 1) ON CONFLICT (run) DO UPDATE SET pages = pages + 1",
            (self.run,),
        )

    def conditions(self, url: str) -> dict[str, str]:
        """Headers that ask for a page only if it changed; none where a listing says that it did."""
        row = self._db.execute(
            "SELECT etag, modified FROM answers WHERE key = ? AND run < ? AND NOT changed",
            (address_key(url), self.run),
        ).fetchone()
        names = ("If-None-Match", "If-Modified-Since")
        return {name: value for name, value in zip(names, row or (), strict=False) if value}

    # ------------------------------------------------------------------------------------------ versions

    def is_new_version(self, number: int, key: str, url: str, text: str) -> bool:
        """Note the text of an article that is to be a line of the articles' file.

        Args:
            number: of the line.
            key: of the address that it was fetched from; one address gives one version after the other.
        Returns:
            whether the text differs from the last one of that address; else it needs no line.
        """
        digest = hashlib.sha256(text.encode()).hexdigest()
        row = self._db.execute(
            "SELECT text FROM lines WHERE key = ? ORDER BY number DESC LIMIT 1", (key,)
        ).fetchone()
        if row is not None and row[0] == digest:
            return False
        self._db.execute("INSERT INTO lines VALUES (?, ?, ?, ?, ?)", (number, key, digest, url, self.run))
        return True

    @property
    def next_line(self) -> int:
        """The number of the next line of the articles' file."""
        (number,) = self._db.execute("SELECT coalesce(max(number), -1) + 1 FROM lines").fetchone()
        return int(number)

    def superseded(self) -> set[int]:
        """Numbers of the lines after which the same address gave another version."""
        rows = self._db.execute(
            "SELECT number FROM lines WHERE number NOT IN (SELECT max(number) FROM lines GROUP BY key)"
        )
        return {number for (number,) in rows}

    def news(self) -> News:
        """What this run brought."""
        rows = self._db.execute(
            "SELECT url, EXISTS (SELECT 1 FROM lines AS before WHERE before.key = lines.key AND run < ?) "
            "FROM lines WHERE run = ? ORDER BY number",
            (self.run, self.run),
        ).fetchall()
        row = self._db.execute("SELECT pages FROM unchanged WHERE run = ?", (self.run,)).fetchone()
        return News(
            run=self.run,
            new=tuple(url for url, is_known in rows if not is_known),
            changed=tuple(dict.fromkeys(url for url, is_known in rows if is_known)),
            unchanged=row[0] if row else 0,
        )
