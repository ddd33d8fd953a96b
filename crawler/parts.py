"""Articles told on several pages: which pages there are, what each holds, and the whole.

The first page's address is the article's. Pages are kept apart until the crawl ends, since they come in any
order; joined, they give the same whole live and replayed. Where a site offers the whole on one page besides,
that is asked for, and the others only if it does not hold what was promised.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from crawler.extraction.addresses import page_number
from crawler.items import Part
from crawler.urls import address_key
from dedupe.models import Article, BlockKind

__all__ = ["Parts"]

# More pages are a gallery, or a trap.
MOST_PAGES = 20

SCHEMA = """
CREATE TABLE IF NOT EXISTS further (page TEXT, position INTEGER, next TEXT, PRIMARY KEY (page, position));
CREATE TABLE IF NOT EXISTS parts (page TEXT PRIMARY KEY, text TEXT NOT NULL, kinds TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS offers (
    page TEXT PRIMARY KEY, url TEXT NOT NULL, single TEXT NOT NULL, text TEXT NOT NULL, further TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS offers_of ON offers (single);
"""

# Share of the first page's characters that the single page repeats, line by line: some lines are furniture.
HELD = 0.9
# What it has beyond them, against the first page's: less is a first page with other teasers, since some sites
# answer with that whatever is asked.
MORE = 0.1


class Parts:
    """The further pages of a crawl's articles, kept in its frontier.

    Args:
        database: the frontier's; nothing is committed here.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        self._db = database
        self._db.executescript(SCHEMA)

    def announce(self, url: str, further: Iterable[str]) -> None:
        """Note which further pages a page names, in their order."""
        page = address_key(url)
        self._db.execute("DELETE FROM further WHERE page = ?", (page,))
        self._db.executemany(
            "INSERT INTO further VALUES (?, ?, ?)",
            [(page, position, address_key(address)) for position, address in enumerate(further)],
        )

    def put(self, url: str, part: Part) -> None:
        """Note what a further page holds."""
        kinds = json.dumps([kind.value for kind in part.kinds])
        self._db.execute(
            "INSERT OR REPLACE INTO parts VALUES (?, ?, ?)", (address_key(url), part.text, kinds)
        )

    def offer(self, url: str, single: str, text: str, further: Iterable[str]) -> None:
        """Note where all pages of an article are said to stand on one.

        Args:
            url: the article's address.
            single: of the page that is to hold all.
            text: of the first page.
            further: the addresses of the further pages.
        """
        row = (address_key(url), url, address_key(single), text, json.dumps(list(further)))
        self._db.execute("INSERT OR REPLACE INTO offers VALUES (?, ?, ?, ?, ?)", row)

    def is_offered(self, url: str) -> bool:
        """Whether an address was said to hold all pages of an article."""
        return bool(self._offers(url))

    def lacking(self, single: str) -> list[tuple[str, list[str]]]:
        """Of the articles that an address was said to hold and does not: address and further pages."""
        part = self._part(address_key(single))
        return [
            (url, json.loads(further))
            for url, text, further in self._offers(single)
            if part is None or not _holds(part, text)
        ]

    def _offers(self, single: str) -> list[tuple[str, str, str]]:
        return self._db.execute(
            "SELECT url, text, further FROM offers WHERE single = ? ORDER BY page", (address_key(single),)
        ).fetchall()

    def _part(self, page: str) -> Part | None:
        row = self._db.execute("SELECT text, kinds FROM parts WHERE page = ?", (page,)).fetchone()
        return None if row is None else Part(row[0], tuple(map(BlockKind, json.loads(row[1]))))

    def _single(self, article: Article) -> Part | None:
        """The one page that holds the whole article; None: none does."""
        row = self._db.execute(
            "SELECT single FROM offers WHERE page = ?", (address_key(article.url or ""),)
        ).fetchone()
        part = None if row is None else self._part(row[0])
        return part if part is not None and _holds(part, article.text) else None

    def whole(self, article: Article) -> Article:
        """The article with all its pages; what could not be read is told in its notes."""
        pages = self._pages_of(address_key(article.url)) if article.url else []
        if not pages:
            return article
        if (single := self._single(article)) is not None:
            return article.model_copy(
                update={"text": single.text, "kinds": single.kinds if article.kinds else ()}
            )
        lines = article.text.split("\n")
        kinds = list(article.kinds)
        missing = 0
        for page in pages:
            part = self._part(page)
            if part is None:
                missing += 1
                continue
            known = {*lines, article.title}  # headline, byline and furniture stand on every page
            new = [
                (line, kind)
                for line, kind in zip(part.text.split("\n"), part.kinds, strict=True)
                if line not in known
            ]
            lines += [line for line, _ in new]
            kinds += [kind for _, kind in new]
        told = f"{missing} of its {len(pages) + 1} pages could not be read: it is cut"
        return article.model_copy(
            update={
                "text": "\n".join(lines),
                "kinds": tuple(kinds) if article.kinds else (),
                "notes": (*article.notes, told) if missing else article.notes,
            }
        )

    def _pages_of(self, first: str) -> list[str]:
        """The further pages of an article: those its pages name, and those that these name in turn."""
        found: dict[str, None] = {}
        ahead = [first]
        while ahead and len(found) < MOST_PAGES:
            rows = self._db.execute(
                "SELECT next FROM further WHERE page = ? ORDER BY position", (ahead.pop(0),)
            )
            new = [page for (page,) in rows if page not in found and page != first]
            found.update(dict.fromkeys(new))
            ahead += new
        return sorted(found, key=page_number)[:MOST_PAGES]


def _holds(part: Part, first: str) -> bool:
    """Whether a page holds what the first page of an article does, and more."""
    held = sum(len(line) for line in first.split("\n") if line in part.text)
    known = set(first.split("\n"))
    more = sum(len(line) for line in part.text.split("\n") if line not in known)
    return held >= HELD * len(first.replace("\n", "")) and more >= MORE * len(first)
