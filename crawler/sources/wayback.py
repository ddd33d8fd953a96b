"""The Wayback Machine: pages that are gone from their sites, as it captured them.

Its CDX server lists the captures of an address
(https://github.com/internetarchive/wayback/tree/master/wayback-cdx-server). With `output=json` the first row
names the fields; after an empty row stands the key to go on with. `id_` behind a capture's timestamp gives
the page as its site sent it, without the Machine's links and banner; `Memento-Datetime` (RFC 7089) says when.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import islice
from urllib.parse import quote, urljoin

import requests
from requests.structures import CaseInsensitiveDict
from scrapy.settings import BaseSettings
from urllib3.exceptions import HTTPError

from crawler.items import Candidate, Memory, RawResponse
from crawler.sources import Answer, Question
from crawler.sources.asking import Asker, IndexSilentError
from crawler.warc import ArchivedResponse

__all__ = ["Capture", "Machine", "Wayback"]

log = logging.getLogger(__name__)

FIELDS = ("timestamp", "original", "mimetype", "statuscode", "digest")
# Captures that are tried for one page; the first is seldom broken.
MOST_TRIES = 3
ROWS_A_REQUEST = 500
# What a site had left out; it says so in the words of its own program, with status 403 or 200.
LEFT_OUT = re.compile(r"AccessControlException|Blocked Site|excluded from the Wayback", re.IGNORECASE)
# Headers of the page as its site sent it come under this prefix; those of the way here do not concern it.
ORIGINAL = "x-archive-orig-"
OF_THE_WAY = frozenset(
    {"transfer-encoding", "content-length", "connection", "keep-alive", "content-encoding"}
)


@dataclass(frozen=True, slots=True)
class Capture:
    """One capture of an address."""

    url: str
    moment: datetime
    media_type: str
    status: str  # "-" of a capture that equals an earlier one
    digest: str

    @property
    def timestamp(self) -> str:
        """Fourteen digits, as the Machine names it."""
        return f"{self.moment:%Y%m%d%H%M%S}"


class Wayback:
    """The first good capture of each promising page that is gone: the story as it was published.

    Later captures may be what the site put in its place.
    """

    name = "wayback"

    def answers(self, question: Question) -> Iterator[Answer]:
        """An answer for each page that is gone, with the page where there is a capture of it."""
        machine = Machine(question)
        most = question.settings.getint("SEEDBED_RESCUES") - len(question.known)
        for candidate in islice(question.missing, max(0, most)):
            page = machine.page(candidate)
            memory = Memory(self.name, candidate.url, "found" if page else "no capture")
            yield Answer(page=page, of=candidate if page else None, is_rescue=page is not None, memory=memory)


class Machine:
    """A session with the Machine, or with another archive that speaks the same."""

    def __init__(self, question: Question) -> None:
        self._asker = Asker(
            question.settings, question.stopped, question.settings.getfloat("SEEDBED_WAYBACK_INTERVAL")
        )
        self._settings: BaseSettings = question.settings
        self._base: str = question.settings["SEEDBED_WAYBACK"]
        self._since = question.plan.window.since

    def page(self, candidate: Candidate) -> ArchivedResponse | None:
        """A page that is gone, as it was captured first in the window; None: it never was.

        Raises:
            IndexSilentError: the Machine does not answer.
            ListenerGoneError: the crawl ended meanwhile.
        """
        captures = self.captures(candidate.url, since=self._since, limit=MOST_TRIES)
        return next(filter(None, map(self._fetched, [candidate] * MOST_TRIES, captures)), None)

    def captures(
        self, url: str, since: datetime | None = None, limit: int | None = None
    ) -> Iterator[Capture]:
        """The captures of an address that hold a page, oldest first, each text once.

        Raises:
            IndexSilentError: the Machine does not answer, or not as documented.
            ListenerGoneError: the crawl ended meanwhile.
        """
        left = limit
        key: str | None = None
        while left is None or left > 0:
            rows, key = self._rows(url, since, min(left or ROWS_A_REQUEST, ROWS_A_REQUEST), key)
            yield from rows
            left = None if left is None else left - len(rows)
            if key is None:
                return

    def _rows(
        self, url: str, since: datetime | None, most: int, key: str | None
    ) -> tuple[list[Capture], str | None]:
        """Some captures, and the key to go on with; None: these were the last."""
        asked: list[tuple[str, str]] = [
            ("url", url),
            ("output", "json"),
            ("fl", ",".join(FIELDS)),
            ("filter", "statuscode:200"),
            ("filter", "mimetype:.*html.*"),
            ("collapse", "digest"),
            ("limit", str(most)),
            ("showResumeKey", "true"),
        ]
        asked += [("from", f"{since:%Y%m%d%H%M%S}")] if since else []
        asked += [("resumeKey", key)] if key else []
        response = self._asker.get(urljoin(self._base, "/cdx/search/cdx"), asked)
        text = response.content.decode("utf-8", "replace").strip()
        if LEFT_OUT.search(text[:2000]) or response.status_code in (403, 404):
            return [], None
        if response.status_code == 400:  # an address it cannot make sense of
            log.info("wayback: %s: %s", url, text[:200])
            return [], None
        if response.status_code != 200:
            raise IndexSilentError(f"it answered with status {response.status_code}: {text[:200]}")
        return _read_rows(response, text)

    def _fetched(self, candidate: Candidate, capture: Capture) -> ArchivedResponse | None:
        """The page of a capture as its site sent it; None: the capture is broken."""
        address = (
            f"{self._base.rstrip('/')}/web/{capture.timestamp}id_/{quote(capture.url, safe=':/?&=%#+,;@~')}"
        )
        most = self._settings.getint("DOWNLOAD_MAXSIZE")
        with self._asker.streamed(address) as response:
            if response.status_code != 200 or "memento-datetime" not in response.headers:
                if response.status_code == 429 or response.status_code >= 500:
                    raise IndexSilentError(f"it answered with status {response.status_code}")
                return None
            try:
                body = response.raw.read(most + 1, decode_content=True)
            except (HTTPError, OSError) as error:
                log.info("wayback: %s: broken off: %s", address, error)
                return None
        if not body or len(body) > most:
            return None
        return ArchivedResponse(
            candidate.url, RawResponse(200, "OK", _as_sent(response.headers, capture), body), capture.moment
        )


def _read_rows(response: requests.Response, text: str) -> tuple[list[Capture], str | None]:
    try:
        rows = response.json() if text else []
        if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
            raise ValueError("not a list of rows")
        header, *rest = rows or [[]]
        key = str(rest[-1][0]) if len(rest) >= 2 and not rest[-2] and len(rest[-1]) == 1 else None
        captures = [
            _capture(dict(zip(header, row, strict=True))) for row in (rest[:-2] if key else rest) if row
        ]
    except (ValueError, KeyError) as error:
        raise IndexSilentError(f"it says something else than captures ({error}): {text[:200]}") from error
    return captures, key


def _capture(row: dict[str, str]) -> Capture:
    moment = datetime.strptime(row["timestamp"], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return Capture(row["original"], moment, row["mimetype"], row["statuscode"], row["digest"])


def _as_sent(headers: CaseInsensitiveDict[str], capture: Capture) -> tuple[tuple[str, str], ...]:
    """The page's own headers, and the moment of its capture."""
    sent = {
        name.lower().removeprefix(ORIGINAL): value
        for name, value in headers.items()
        if name.lower().startswith(ORIGINAL) and name.lower().removeprefix(ORIGINAL) not in OF_THE_WAY
    }
    sent.setdefault("content-type", headers.get("content-type", "text/html"))
    sent["memento-datetime"] = format_datetime(capture.moment, usegmt=True)
    return tuple(sorted(sent.items()))
