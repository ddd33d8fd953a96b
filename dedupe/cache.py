"""What was made of single articles, kept from one run to the next in a file of SQLite's.

A value is found by the digest of all that it was made from, so that nothing in it grows old: what has changed
has another digest. Several runs may use one file at once, and a kill at any moment leaves it whole.
"""

from __future__ import annotations

import logging
import sqlite3
import zlib
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Self

from dedupe.errors import CacheError

__all__ = ["KEPT_DAYS", "Cache"]

log = logging.getLogger(__name__)

KEPT_DAYS = 90  # what no run has asked for in so many days goes

_APPLICATION = 0x5EEDBED
_FORMAT = 1
_TOGETHER = 1024  # values that are written at once
_WAIT = 60.0  # seconds for another run that is writing
_TABLE = """
CREATE TABLE IF NOT EXISTS made (key BLOB NOT NULL UNIQUE, day INTEGER NOT NULL, value BLOB NOT NULL)
"""


class Cache:
    """Bytes by the digest of what they were made from.

    A full disk or damage that shows under way ends its use, with one line in the log, and not the run.

    Args:
        path: the file; made if it is not there.
        day: on which it is used.

    Raises:
        CacheError: the file is something else, or cannot be opened.
    """

    def __init__(self, path: Path, day: date) -> None:
        self._path = path
        self._day = day.toordinal()
        self._new: list[tuple[bytes, int, bytes]] = []
        self._used: list[tuple[int, bytes]] = []
        self._base: sqlite3.Connection | None = None
        try:
            self._base = sqlite3.connect(path, timeout=_WAIT, isolation_level=None)
            self._prepare(self._base)
        except sqlite3.Error as error:
            self._let_go()
            raise CacheError(f"{path}: cannot be used as a cache: {error}. {_WAY_OUT}") from error

    def _prepare(self, base: sqlite3.Connection) -> None:
        [(tables,)] = base.execute("SELECT count(*) FROM sqlite_master")
        [(application,)] = base.execute("PRAGMA application_id")
        [(form,)] = base.execute("PRAGMA user_version")
        if tables and (application, form) != (_APPLICATION, _FORMAT):
            self._let_go()
            raise CacheError(f"{self._path}: is no cache of this release of Seedbed. {_WAY_OUT}")
        base.execute("PRAGMA journal_mode = WAL")
        base.execute("PRAGMA synchronous = NORMAL")
        base.execute(f"PRAGMA application_id = {_APPLICATION}")
        base.execute(f"PRAGMA user_version = {_FORMAT}")
        base.execute(_TABLE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        self._write()
        if self._base is not None:
            try:
                self._base.execute("DELETE FROM made WHERE day < ?", (self._day - KEPT_DAYS,))
            except sqlite3.Error as error:
                self._give_up(error)
        self._let_go()

    def get(self, key: bytes) -> bytes | None:
        """What was made; None: nothing is known."""
        if self._base is None:
            return None
        try:
            row = self._base.execute("SELECT day, value FROM made WHERE key = ?", (key,)).fetchone()
            if row is None:
                return None
            value = zlib.decompress(row[1])
        except (sqlite3.Error, zlib.error) as error:
            self._give_up(error)
            return None
        if row[0] < self._day:
            self._used.append((self._day, key))
            self._write_if_many()
        return value

    def put(self, key: bytes, value: bytes) -> None:
        """Keep what was made."""
        if self._base is not None:
            self._new.append((key, self._day, zlib.compress(value, 1)))
            self._write_if_many()

    def _write_if_many(self) -> None:
        if len(self._new) + len(self._used) >= _TOGETHER:
            self._write()

    def _write(self) -> None:
        if self._base is None:
            return
        try:
            self._base.execute("BEGIN IMMEDIATE")
            self._base.executemany("INSERT OR REPLACE INTO made VALUES (?, ?, ?)", self._new)
            self._base.executemany("UPDATE made SET day = ? WHERE key = ?", self._used)
            self._base.execute("COMMIT")
        except sqlite3.Error as error:
            self._give_up(error)
        self._new.clear()
        self._used.clear()

    def _give_up(self, error: Exception) -> None:
        log.warning(
            "%s: %s; the run goes on without this cache. If it says so again, delete the file.",
            self._path, error,
        )  # fmt: skip
        self._let_go()

    def _let_go(self) -> None:
        base, self._base = self._base, None
        if base is not None:
            with suppress(sqlite3.Error):
                base.close()


_WAY_OUT = "Name another file, which need not be there yet, or delete this one."
