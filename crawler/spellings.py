"""When two addresses mean one page: what addresses say by themselves, and what a site's pages teach.

An address has a *plain form*, in which mobile, AMP and print forms look like the page they repeat, and
parameters that change nothing are gone. Whoever was fetched stands for all of the same plain form. Nothing is
rewritten: what is fetched is always an address that somebody named, since a guessed one may not exist.

What a site teaches (a *rule*) is a difference between two addresses of it that were seen to mean one page: by
the page's own canonical address, or because both were fetched and had the same text. It counts from
LEAST_LESSONS pages on, and never once it was seen that the same difference parts two texts. So `?id=` of a
site that numbers its stories is never taken for idle, and a site that gives all pages one canonical address
is not believed.
"""

from __future__ import annotations

import re
import sqlite3
from functools import lru_cache
from urllib.parse import urlsplit

from crawler.extraction.addresses import is_later_page, registrable_domain
from crawler.urls import address_key

__all__ = ["Spellings", "house_of", "plain_form"]

# Hosts remembered.
REMEMBERED = 8192

# Pages that must agree on a difference before it is taken for a habit of the site.
LEAST_LESSONS = 2
# Different texts that give themselves one address: the template says so, not the page. A page and its AMP
# form may be read a little differently, so two are no proof.
FALSE_CLAIMS = 3
# Characters; shorter paragraphs recur under different stories.
LEAST_PARAGRAPH = 120
# A part of a path that marks a form of the page: "print", "amp", "full-view", never a story's slug.
MARK = re.compile(r"[a-z]+(?:-[a-z]+)?\.?[a-z]{0,5}")

FORM_HOST = re.compile(r"^(?:www\d?|m|mobil|mobile|amp|touch|wap|print)\.(?=[^.]+\.[^.])")
FORM_FIRST = re.compile(r"^/(?:amp|print|mobile|m)(?=/[^/])")
FORM_LAST = re.compile(r"(?<=[^/])(?:/(?:amp|print)(?:\.html?)?|\.(?:amp|print)(?=\.html?$)|\.amp)$")
FORM_QUERY = re.compile(
    r"(?:amp|print|printable|mobile)(?:=(?:1|true|yes|y)?)?"
    r"|(?:output(?:type)?|view|format|layout|mode|display|version)=(?:amp|print(?:able)?|mobile)",
    re.IGNORECASE,
)

SCHEMA = """
CREATE TABLE IF NOT EXISTS spellings (
    plain TEXT PRIMARY KEY, url TEXT NOT NULL, site TEXT NOT NULL, claimed INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS spellings_of ON spellings (site);
CREATE TABLE IF NOT EXISTS told (site TEXT, paragraph TEXT, url TEXT NOT NULL, PRIMARY KEY (site, paragraph));
CREATE TABLE IF NOT EXISTS claims (canonical TEXT, paragraph TEXT, PRIMARY KEY (canonical, paragraph));
CREATE TABLE IF NOT EXISTS without (rest TEXT PRIMARY KEY, paragraph TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS lessons (site TEXT, rule TEXT, page TEXT, PRIMARY KEY (site, rule, page));
CREATE TABLE IF NOT EXISTS unlearned (site TEXT, rule TEXT, PRIMARY KEY (site, rule));
"""

CANONICAL = "canonical"  # stands among the unlearned of a site whose canonical addresses are not believed


def plain_form(url: str) -> str:
    """An address without what makes it the mobile, AMP or print form of a page."""
    place, _, query = address_key(url).partition("?")
    host, slash, path = place.partition("/")
    host = house_of(host)
    path = FORM_LAST.sub("", FORM_FIRST.sub("", slash + path))
    query = "&".join(part for part in query.split("&") if part and not FORM_QUERY.fullmatch(part))
    return f"{host}{path}?{query}" if query else host + path


@lru_cache(maxsize=REMEMBERED)
def house_of(host: str) -> str:
    """What a site's host and its mobile, AMP and print hosts have in common."""
    while (shorter := FORM_HOST.sub("", host)) != host:
        host = shorter
    return host


class Spellings:
    """The plain forms of the pages that a crawl has read, and what their sites taught, kept in its frontier.

    Args:
        database: the frontier's; nothing is committed here.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        self._db = database
        self._db.executescript(SCHEMA)
        self._rules: dict[str, tuple[str, ...]] = {}

    def plain(self, url: str) -> str:
        """The plain form of an address, with all that its site taught."""
        form = plain_form(url)
        for rule in self._rules_of(_site(form)):
            form = _applied(rule, form)
        return form

    def read_as(self, url: str) -> str | None:
        """The address under which this page was read already; None: it was not."""
        row = self._db.execute("SELECT url FROM spellings WHERE plain = ?", (self.plain(url),)).fetchone()
        return None if row is None else str(row[0])

    def has_told(self, url: str, text: str) -> bool:
        """Whether a site told the longest paragraph of a text before, at whatever address."""
        row = self._db.execute(
            "SELECT 1 FROM told WHERE site = ? AND paragraph = ?", (_site(plain_form(url)), _longest(text))
        ).fetchone()
        return row is not None

    def note(self, url: str, canonical: str | None, text: str | None) -> bool:
        """Note a page that was read.

        Args:
            url: the address it was fetched from.
            canonical: the address it gives itself, where credible.
            text: of its article; None: it is a list of others.
        Returns:
            whether what was believed of the site turned out wrong: its addresses must be looked at again.
        """
        form, site = self.plain(url), _site(plain_form(url))
        self._write(form, url, site, claimed=False)
        paragraph = _longest(text or "")
        if len(paragraph) < LEAST_PARAGRAPH:
            return False
        self._compare(url, site, paragraph)
        if canonical and not is_later_page(url, canonical):
            return self._claim(url, site, canonical, paragraph)
        return False

    # ------------------------------------------------------------------------------- what a page teaches

    def _claim(self, url: str, site: str, canonical: str, paragraph: str) -> bool:
        """Believe that a page is also where it says; True once different pages have said the same."""
        if CANONICAL in self._unlearned(site):
            return False
        form = self.plain(canonical)
        if form == self.plain(url):
            return False
        self._db.execute("INSERT OR IGNORE INTO claims VALUES (?, ?)", (form, paragraph))
        (texts,) = self._db.execute("SELECT count(*) FROM claims WHERE canonical = ?", (form,)).fetchone()
        if texts >= FALSE_CLAIMS:
            self._unlearn(site, CANONICAL)
            self._db.execute("DELETE FROM spellings WHERE site = ? AND claimed = 1", (site,))
            return True
        self._write(form, url, site, claimed=True)
        self._learn(site, plain_form(url), plain_form(canonical))
        return False

    def _compare(self, url: str, site: str, paragraph: str) -> None:
        """Learn from a page with the same text, and unlearn from one that differs where it should not."""
        form = plain_form(url)
        place, _, query = form.partition("?")
        parts = query.split("&") if query else []
        for part in parts:
            name = part.partition("=")[0]
            rest = f"{place}?{'&'.join(other for other in parts if other != part)}#{name}"
            known = self._db.execute("SELECT paragraph FROM without WHERE rest = ?", (rest,)).fetchone()
            if known is not None and known[0] != paragraph:
                self._unlearn(site, f"query {name}")
            self._db.execute("INSERT OR IGNORE INTO without VALUES (?, ?)", (rest, paragraph))
        row = self._db.execute(
            "SELECT url FROM told WHERE site = ? AND paragraph = ?", (site, paragraph)
        ).fetchone()
        if row is None:
            self._db.execute("INSERT INTO told VALUES (?, ?, ?)", (site, paragraph, url))
        elif (other := plain_form(row[0])) != form:
            self._learn(site, form, other)

    def _learn(self, site: str, form: str, other: str) -> None:
        rule = _difference(form, other)
        if rule is None or rule in self._unlearned(site):
            return
        self._db.execute("INSERT OR IGNORE INTO lessons VALUES (?, ?, ?)", (site, rule, _applied(rule, form)))
        (lessons,) = self._db.execute(
            "SELECT count(*) FROM lessons WHERE site = ? AND rule = ?", (site, rule)
        ).fetchone()
        if lessons == LEAST_LESSONS:
            self._rules.pop(site, None)
            known = self._db.execute("SELECT url, claimed FROM spellings WHERE site = ?", (site,)).fetchall()
            for url, claimed in known:
                self._write(self.plain(url), url, site, claimed=bool(claimed))

    def _unlearn(self, site: str, rule: str) -> None:
        self._db.execute("INSERT OR IGNORE INTO unlearned VALUES (?, ?)", (site, rule))
        self._rules.pop(site, None)

    # ------------------------------------------------------------------------------------------ storage

    def _write(self, form: str, url: str, site: str, *, claimed: bool) -> None:
        self._db.execute("INSERT OR IGNORE INTO spellings VALUES (?, ?, ?, ?)", (form, url, site, claimed))

    def _unlearned(self, site: str) -> set[str]:
        rows = self._db.execute("SELECT rule FROM unlearned WHERE site = ?", (site,))
        return {rule for (rule,) in rows}

    def _rules_of(self, site: str) -> tuple[str, ...]:
        if site not in self._rules:
            rows = self._db.execute(
                "SELECT rule FROM lessons WHERE site = ? GROUP BY rule HAVING count(*) >= ? ORDER BY rule",
                (site, LEAST_LESSONS),
            )
            unlearned = self._unlearned(site)
            self._rules[site] = tuple(rule for (rule,) in rows if rule not in unlearned)
        return self._rules[site]


def _longest(text: str) -> str:
    """The paragraph that a text is known by."""
    return max(text.split("\n"), key=len)


def _site(form: str) -> str:
    """The registrable domain of a plain form; addresses of IP hosts keep their port."""
    host = re.split(r"[/?]", form, maxsplit=1)[0]
    return registrable_domain(urlsplit(f"//{host}").hostname or host)


def _difference(form: str, other: str) -> str | None:
    """The rule that makes one plain form the other; None: they differ in more than one habit explains."""
    place, _, query = form.partition("?")
    other_place, _, other_query = other.partition("?")
    if place == other_place:
        return _difference_of_queries(query, other_query)
    if query != other_query:
        return None
    host, _, path = place.partition("/")
    other_host, _, other_path = other_place.partition("/")
    if path == other_path:
        return f"host {max(host, other_host)} {min(host, other_host)}"
    return _difference_of_paths(path, other_path) if host == other_host else None


def _difference_of_queries(query: str, other: str) -> str | None:
    ours, theirs = set(query.split("&")) - {""}, set(other.split("&")) - {""}
    names = {part.partition("=")[0] for part in ours ^ theirs}
    return f"query {names.pop()}" if len(names) == 1 else None


def _difference_of_paths(path: str, other: str) -> str | None:
    """One path has one segment more, at an end, and it is no story's name."""
    longer, shorter = sorted((path.split("/"), other.split("/")), key=len, reverse=True)
    if longer[1:] == shorter and MARK.fullmatch(longer[0]):
        return f"first {longer[0]}"
    if longer[:-1] == shorter and MARK.fullmatch(longer[-1]):
        return f"last {longer[-1]}"
    return None


def _applied(rule: str, form: str) -> str:
    """A plain form as a rule simplifies it."""
    kind, _, what = rule.partition(" ")
    place, _, query = form.partition("?")
    host, _, path = place.partition("/")
    if kind == "query":
        query = "&".join(part for part in query.split("&") if part.partition("=")[0] != what)
    elif kind == "host":
        variant, _, plain = what.partition(" ")
        host = plain if host == variant else host
    elif kind == "first":
        path = path.removeprefix(f"{what}/")
    elif kind == "last":
        path = path.removesuffix(f"/{what}")
    place = f"{host}/{path}" if path else host
    return f"{place}?{query}" if query else place
