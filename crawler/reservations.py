"""The file of the TDM Reservation Protocol: for which addresses a site reserves text and data mining.

TDMRep, final report of the W3C community group, 2024, "TDM File on the Origin Server": a JSON array of rules,
each with `location` (a pattern as in robots.txt), `tdm-reservation` (0 or 1) and perhaps `tdm-policy`. The
first rule that matches an address holds; what matches none is not reserved by the file.
"""

from __future__ import annotations

import json
import re
import sqlite3
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from crawler.urls import is_web_address

__all__ = ["WELL_KNOWN", "Reservations", "Rule", "is_hinted", "read_rules", "signals_of"]

WELL_KNOWN = "/.well-known/tdmrep.json"

SCHEMA = "CREATE TABLE IF NOT EXISTS reservations (host TEXT PRIMARY KEY, rules TEXT NOT NULL)"
# What a robots.txt says where its site has thought about mining: the law (Directive (EU) 2019/790), the
# protocol, wishes about training, and the agents that gather for models.
HINT = re.compile(
    rb"\btdm|text[ -]and[ -]data[ -]mining|2019/790|content-signal|content-usage|\bai-train|\bai\.txt|\bnoai"
    rb"|gptbot|ccbot|google-extended|applebot-extended|anthropic|claudebot|claude-web|cohere-|perplexitybot"
    rb"|bytespider|meta-externalagent|facebookbot|diffbot|omgili|ai2bot|mistralai",
    re.IGNORECASE,
)
ENCODED = re.compile(r"%([0-9A-Fa-f]{2})")
UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")  # RFC 3986, 2.3
AS_IT_STANDS = "".join(map(chr, range(0x21, 0x7F)))


class Rule(NamedTuple):
    """What a site says of the addresses that fit a pattern."""

    location: str
    reservation: str  # "0" or "1"
    policy: str | None


class Reservations:
    """The rules of the sites that were asked for them, kept in a crawl's frontier.

    Args:
        database: the frontier's; nothing is committed here.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        self._db = database
        self._db.execute(SCHEMA)

    def put(self, host: str, rules: tuple[Rule, ...]) -> None:
        """Note what a host's file says; no rules: it has none that can be read."""
        self._db.execute("INSERT OR REPLACE INTO reservations VALUES (?, ?)", (host, json.dumps(rules)))

    def of(self, host: str) -> tuple[Rule, ...] | None:
        """What a host's file says; None: it was not asked for it."""
        row = self._db.execute("SELECT rules FROM reservations WHERE host = ?", (host,)).fetchone()
        return None if row is None else tuple(Rule(*rule) for rule in json.loads(row[0]))

    def forget(self) -> None:
        """Have all hosts asked again."""
        self._db.execute("DELETE FROM reservations")


def is_hinted(robots: bytes) -> bool:
    """Whether a robots.txt shows that its site has thought about mining, and so may have said more of it."""
    return HINT.search(robots) is not None


def read_rules(body: bytes) -> tuple[Rule, ...]:
    """The rules of a file, in its order; none where it is damaged, and none that lacks what it must have."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return ()
    rules = map(_rule, said if isinstance(said, list) else ())
    return tuple(rule for rule in rules if rule is not None)


def _rule(said: Any) -> Rule | None:
    if not isinstance(said, dict) or not isinstance(said.get("location"), str):
        return None
    reservation = said.get("tdm-reservation")
    if isinstance(reservation, bool) or str(reservation).strip() not in ("0", "1"):
        return None  # a protocol error: it is unset
    policy = said.get("tdm-policy")
    is_address = isinstance(policy, str) and policy.isprintable() and is_web_address(policy)
    return Rule(said["location"].strip(), str(reservation).strip(), policy if is_address else None)


def signals_of(rules: tuple[Rule, ...], url: str) -> frozenset[str]:
    """What the rules say of an address, as a page would say it; empty: nothing."""
    parts = urlsplit(url)
    path = _plain((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
    rule = next((rule for rule in rules if _fits(_plain(rule.location), path)), None)
    if rule is None:
        return frozenset()
    policy = () if rule.policy is None else (f"tdm-policy={rule.policy}",)
    return frozenset((f"tdm-reservation={rule.reservation}", *policy))


def _plain(text: str) -> str:
    """A path or pattern with what need not be percent-encoded as it is, and all else encoded.

    RFC 9309, 2.2.2.
    """
    return ENCODED.sub(_decoded, quote(text, safe=AS_IT_STANDS, errors="replace"))


def _decoded(code: re.Match[str]) -> str:
    sign = chr(int(code[1], 16))
    return sign if UNRESERVED.match(sign) else code[0].upper()


def _fits(pattern: str, path: str) -> bool:
    """Whether a path begins as a pattern says: `*` is any run of characters, `$` at the end its end.

    Each piece is taken where it comes first: no pattern takes longer than its length times the path's.
    """
    is_whole = pattern.endswith("$")
    first, *pieces = pattern.removesuffix("$").split("*")
    if not path.startswith(first) or not pattern:
        return False
    at = len(first)
    last = pieces.pop() if is_whole and pieces else None
    for piece in pieces:
        found = path.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    if last is not None:
        return path.endswith(last) and len(path) - len(last) >= at
    return not is_whole or at == len(path)
