"""What addresses of one shape have given: an endless calendar costs three pages, not the budget.

Pages of one template have addresses of one *shape*: `/calendar/2031/03/` and `/calendar/2031/04/`. A page
was worth its request if it held an article with a text not seen before, or listed a new address of another
shape that may still give something. A shape whose last pages all were worth nothing is dry, and its waiting
addresses are a trap; the more it gave before, the longer it is trusted.

An address has several shapes, from its whole host to its own words as parameters, since a trap shows at one
of them: facets combine parameters, doorways name ever new words in one folder, calendars count.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from urllib.parse import parse_qsl, unquote, urlsplit

__all__ = ["Shapes", "is_named_list", "shapes_of"]

# Pages in a row that gave nothing before a shape is dry; each that gave something earns one
# more, up to MOST.
LEAST_BARREN = 3
MOST_BARREN = 20
# The same for shapes that hold unlike things: the pages beside the front page (`/about`, `/world`), and all
# of a host, where the sections may come one after the other before the first article.
LEAST_BARREN_TOP = 12
LEAST_BARREN_HOST = 40
# Segments of a path that tell templates apart; what is deeper repeats them, or is a loop of relative links.
MOST_SEGMENTS = 4

STORY_NAME = re.compile(r"[^\W_]+(?:[-_+ ][^\W_]+){2,}")
WORD = re.compile(r"[^\W\d_]{1,20}(?:-[^\W\d_]{1,20})?")
EXTENSION = re.compile(r"\.[a-z]{2,5}$", re.IGNORECASE)

SCHEMA = """
CREATE TABLE IF NOT EXISTS shapes (
    shape TEXT PRIMARY KEY, pages INTEGER NOT NULL, given INTEGER NOT NULL, barren INTEGER NOT NULL
);
"""
NOTE = """
INSERT INTO shapes VALUES (?, 1, ?, ?) ON CONFLICT (shape) DO UPDATE SET
    pages = pages + 1, given = given + excluded.given,
    barren = CASE WHEN excluded.given THEN 0 ELSE barren + 1 END
"""


def shapes_of(url: str) -> tuple[str, ...]:
    """The shapes of an address, the widest first, each once."""
    parts = urlsplit(url)
    host = parts.netloc.lower()
    segments = [segment for segment in unquote(parts.path).split("/") if segment]
    values = parse_qsl(parts.query, keep_blank_values=True)
    # `/search?` and `/story.php?` are programs, each with pages of its own.
    path = f"{host}/{segments[0]}" if len(segments) == 1 and values else host + _path(segments)
    folder = f"{host}/{_segment(segments[0])}" if segments else host
    names = sorted({name for name, _ in values})
    query = "?" if values else ""
    shapes = [
        f"{host}*",
        f"{folder}/**{query}" if len(segments) > 2 else path + query,
        f"{path}?{'&'.join(names)}" if values else path,
        f"{path}?{'&'.join(sorted({f'{name}={_segment(value)}' for name, value in values}))}"
        if values
        else path,
    ]
    return tuple(dict.fromkeys(shapes))


def is_named_list(url: str, found_on: str | None) -> bool:
    """Whether an address is a word that a site's front page lists, as it lists its sections.

    Those are few, and each may list what the others do not.
    """
    front = urlsplit(found_on or "")
    return (
        bool(front.netloc)
        and front.path in ("", "/")
        and not front.query
        and shapes_of(url)[-1].endswith("/@")
    )


def _path(segments: list[str]) -> str:
    """The folders by name, numbers, story names and all else folded; repeated parts once."""
    if not segments:
        return "/"
    folded = [_segment(segment) for segment in segments[:-1]]
    last = EXTENSION.search(segments[-1])
    name = segments[-1][: last.start()] if last else segments[-1]
    kind = _segment(name)
    folded.append(("@" if kind == name else kind) + (last.group().lower() if last else ""))
    once = [part for number, part in enumerate(folded) if part not in folded[:number]]
    return "/" + "/".join(once[:MOST_SEGMENTS] + ["**"] * (len(once) > MOST_SEGMENTS))


def _least_barren(shape: str) -> int:
    """Pages in a row that gave nothing, before a shape that never gave anything is dry."""
    _, slash, path = shape.partition("/")
    if not slash:
        return LEAST_BARREN_HOST
    return LEAST_BARREN_TOP if path in ("", "@") else LEAST_BARREN


def _segment(text: str) -> str:
    """A word as it stands; a number, a story's name or a token as what it is."""
    if text.isdecimal():
        return "#"
    if WORD.fullmatch(text):
        return text
    return "~" if STORY_NAME.fullmatch(text) else "%"


class Shapes:
    """What the shapes of a crawl have given, kept in its frontier.

    Args:
        database: the frontier's; nothing is committed here.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        self._db = database
        self._db.executescript(SCHEMA)

    def note(self, url: str, *, has_article: bool, listed: Iterable[str]) -> None:
        """Note a page that answered.

        Args:
            url: its address.
            has_article: one whose text was not seen before.
            listed: the addresses it leads to that were not known.
        """
        whole_host, *shapes = shapes_of(url)
        given = has_article or any(self._may_give(address, shapes) for address in listed)
        # Addresses of ever new shapes prove nothing: a host lives by its articles.
        notes = [(whole_host, has_article, not has_article)]
        self._db.executemany(NOTE, notes + [(shape, given, not given) for shape in shapes])

    def _may_give(self, url: str, listing: list[str]) -> bool:
        """Whether an address is of another shape than the page that lists it, and of none that is dry."""
        return not set(shapes_of(url)) & set(listing) and self.dry(url) is None

    def dry(self, url: str) -> str | None:
        """Which shape of an address has given nothing for too long; None: it may give something."""
        for shape in shapes_of(url):
            row = self._db.execute("SELECT given, barren FROM shapes WHERE shape = ?", (shape,)).fetchone()
            if row is None:
                continue
            given, barren = row
            least = _least_barren(shape)
            if barren >= min(least + given, max(least, MOST_BARREN)):
                return shape
        return None

    def trust_again(self) -> None:
        """Forget what was barren of shapes that gave something: a site has new pages by the next run."""
        self._db.execute("UPDATE shapes SET barren = 0 WHERE given > 0")
