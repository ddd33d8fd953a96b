"""What became of an address, and why: read from a crawl's frontier, which is left as it is."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from crawler.frontier import ASKED_OF, DONE, FETCHING, FORMAT, LEAVING
from crawler.topic import read_terms
from crawler.urls import address_key, host_of, words_of
from dedupe.errors import CorpusFolderError

__all__ = ["Account", "accounts_of", "crawls_in"]

# Pages back to the start of the crawl that are named.
LONGEST_WAY = 6
FOUND = "SELECT * FROM addresses WHERE key = ?"
AHEAD = "SELECT count(*), count(*) FILTER (WHERE host = ?) FROM addresses WHERE state = 0 AND priority > ?"


def crawls_in(folder: Path) -> list[Path]:
    """The crawls of a folder, oldest first."""
    return [path.parent for path in sorted(folder.glob("*/frontier.sqlite"), key=lambda p: p.stat().st_mtime)]


@dataclass(frozen=True)
class Known:
    """An address as the frontier holds it."""

    url: str
    host: str
    kind: str
    priority: float
    lane: str
    found_by: str
    found_on: str | None
    found_at: datetime
    title: str | None
    tries: int
    state: int
    outcome: str | None
    detail: str | None


class Account:
    """A crawl's books, open for reading; the crawl may be under way.

    Raises:
        CorpusFolderError: there is no crawl, or one of another version.
    """

    def __init__(self, folder: Path) -> None:
        path = folder / "frontier.sqlite"
        if not path.is_file():
            raise CorpusFolderError(f"{folder}: holds no crawl (no {path.name}).")
        self._database = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        self._database.row_factory = sqlite3.Row
        (version,) = self._database.execute("PRAGMA user_version").fetchone()
        if version != FORMAT:
            raise CorpusFolderError(f"{path}: written by another version of Seedbed (format {version}).")
        self._plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
        self.name = folder.name

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def outcomes(self) -> dict[str, int]:
        """Outcome -> addresses, the most frequent first; they sum to all addresses ever seen."""
        rows = self._database.execute(
            "SELECT coalesce(outcome, 'waiting'), count(*) FROM addresses GROUP BY 1 ORDER BY 2 DESC, 1"
        )
        return {str(outcome): int(count) for outcome, count in rows}

    def knows(self, url: str) -> bool:
        """Whether the crawl ever saw an address, in any spelling."""
        return self._known(url) is not None

    def why(self, url: str) -> Iterator[str]:
        """Yield in lines what became of an address, how it was found, and what its promise was made of."""
        known = self._known(url)
        if known is None:
            yield _line("outcome", "never seen: nothing that this crawl read names it")
            yield from self._host(host_of(url))
            return
        if known.url != url:
            yield _line("address", f"known as {known.url}")
        yield _line("outcome", self._outcome(known))
        for place, step in enumerate(self._way(known)):
            yield _line("" if place else "found", step)
        if known.title:
            yield _line("title", known.title)
        yield _line("promise", self._promise(known))
        yield from self._host(known.host)

    def _known(self, url: str) -> Known | None:
        row = self._database.execute(FOUND, (address_key(url),)).fetchone()
        if row is None:
            return None
        fields = {name: row[name] for name in Known.__dataclass_fields__}
        return Known(**fields | {"found_at": datetime.fromtimestamp(row["found_at"], UTC)})

    def _outcome(self, known: Known) -> str:
        if known.state == DONE:
            return f"{known.outcome}: {known.detail}" if known.detail else str(known.outcome)
        if known.state == LEAVING:
            return "on its way to the shard that its site belongs to, which has not saved it yet"
        if known.state == FETCHING:
            return "in flight: the next run of the crawl asks for it again, unless one runs now"
        ahead, here = self._database.execute(AHEAD, (known.host, known.priority)).fetchone()
        asked = self._database.execute("SELECT value FROM facts WHERE name = 'requests'").fetchone()
        if spent := self._spent(known.host):
            return f"waiting: not fetched; {spent}"
        tried = f", after {known.tries} tries that failed" if known.tries else ""
        return (
            f"waiting{tried}: not fetched; {ahead:,} that wait promise more, {here:,} of them at "
            f"its host; {asked[0] if asked else 0:,} of at most {self._plan['budget']:,} requests were made"
        )

    def _spent(self, host: str) -> str | None:
        """What its host's budget has to do with a page that waits."""
        budget = self._plan.get("host_budget")
        asked = dict(self._database.execute(ASKED_OF).fetchall()).get(host, 0)
        is_spent = budget is not None and asked >= budget
        return f"the budget of {budget:,} requests a host is spent there" if is_spent else None

    def _way(self, known: Known) -> Iterator[str]:
        """How an address was found, and the page that named it, back to a start."""
        seen = {known.url}
        step: Known | None = known
        for _ in range(LONGEST_WAY):
            assert step is not None
            where = f" on {step.found_on}" if step.found_on else ""
            when = f", {step.found_at:%Y-%m-%d %H:%M} UTC" if step is known else ""
            yield f"by {step.found_by}{where}{when}"
            if step.found_on is None or step.found_on in seen:
                return
            seen.add(step.found_on)
            step = self._known(step.found_on)
            if step is None:
                return

    def _promise(self, known: Known) -> str:
        """New pages expected of it, by what sort of guess, and what speaks for it in its title and words."""
        said = read_terms(f"{known.title or ''}\n{words_of(known.url)}").counts
        shared = [term for term in self._plan["topic"] if term in said]
        listed = self._known(known.found_on) if known.found_on else None
        page = f"; the page that names it: {self._outcome(listed)}" if listed and listed.state == DONE else ""
        terms = f"the topic's {', '.join(shared)}" if shared else "none of the topic's 40 weightiest terms"
        return (
            f"{known.priority:.3f} as {known.lane!r} ({known.kind}); in its title and address {terms}{page}"
        )

    def _host(self, host: str) -> Iterator[str]:
        (count,) = self._database.execute("SELECT count(*) FROM addresses WHERE host = ?", (host,)).fetchone()
        row = self._database.execute("SELECT robots_status FROM hosts WHERE host = ?", (host,)).fetchone()
        robots = f"robots.txt answered {row[0] or 'nothing'}" if row else "robots.txt was not asked for"
        yield _line("host", f"{host}: {count:,} addresses known; {robots}")


def accounts_of(url: str | None, folders: list[Path]) -> tuple[str, bool]:
    """What some crawls say of an address, or of all of theirs; and whether any of them knows it."""
    lines = []
    is_known = False
    for folder in folders:
        with closing(Account(folder)) as account:
            lines.append(account.name)
            if url is None:
                outcomes = account.outcomes()
                lines += [f"  {count:>9,}  {outcome}" for outcome, count in outcomes.items()]
                lines.append(f"  {sum(outcomes.values()):>9,}  addresses in all")
            else:
                is_known |= account.knows(url)
                lines += account.why(url)
    return "\n".join(lines), is_known


def _line(name: str, text: str) -> str:
    """A line for the terminal, which acts on characters that nobody sees."""
    return f"  {name:9} " + "".join(letter if letter.isprintable() else " " for letter in text)
