"""Articles told on several pages: which pages there are, what each holds, and the whole.

The first page's address is the article's. Pages are kept apart until the crawl ends, since they come in any
order; joined, they give the same whole live and replayed.
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
"""


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

    def whole(self, article: Article) -> Article:
        """The article with all its pages; what could not be read is told in its notes."""
        pages = self._pages_of(address_key(article.url)) if article.url else []
        if not pages:
            return article
        lines = article.text.split("\n")
        kinds = list(article.kinds)
        missing = 0
        for page in pages:
            row = self._db.execute("SELECT text, kinds FROM parts WHERE page = ?", (page,)).fetchone()
            if row is None:
                missing += 1
                continue
            known = {*lines, article.title}  # headline, byline and furniture stand on every page
            new = [
                (line, BlockKind(kind))
                for line, kind in zip(row[0].split("\n"), json.loads(row[1]), strict=True)
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
