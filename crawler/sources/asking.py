"""Asking a service over HTTP: seldom, with patience, and no longer than somebody listens."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self

import requests
from scrapy.settings import BaseSettings
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse
from urllib3.util.retry import Retry

from crawler.guard import Guard
from crawler.sources.guarded_session import guarded_session

__all__ = ["Asker", "IndexSilentError", "ListenerGoneError"]

# Seconds to connect, and between two bytes of an answer; the indexes' servers think for up to a minute.
TIMEOUT = (20, 90)
# Bytes of an answer that is taken whole, unpacked, and seconds until its last one: the longest list has 2 MB.
MOST_BYTES = 16 * 1024 * 1024
LONGEST = 300.0
# Bytes taken at a time.
CHUNK = 1 << 16
# What says "later": overload and outages on the way.
LATER = frozenset({429, 500, 502, 503, 504})

Params = Mapping[str, str | int] | list[tuple[str, str]] | None


class IndexSilentError(Exception):
    """A service does not answer, or not as documented; the text says what it said."""


class ListenerGoneError(Exception):
    """The crawl has ended, and nobody wants the answer."""


class PatientRetry(Retry):
    """urllib3's retry, whose waits end when the crawl does; it gives up where too long a wait is asked."""

    stopped: threading.Event = threading.Event()
    least: float = 0.0
    longest: float = 120.0

    def new(self, **changes: Any) -> Self:
        """The next state, with the same listener."""
        following = super().new(**changes)
        following.stopped, following.least, following.longest = self.stopped, self.least, self.longest
        return following

    def sleep(self, response: BaseHTTPResponse | None = None) -> None:
        """Wait as long as the service asks (Retry-After), at least as long as its interval or the back-off.

        Raises:
            ListenerGoneError: the crawl ended meanwhile.
            HTTPError: the service asks for more than `longest` seconds.
        """
        asked = (self.get_retry_after(response) or 0.0) if response is not None else 0.0
        if asked > self.longest:
            raise HTTPError(f"it asks for a rest of {asked:g} s")
        if self.stopped.wait(max(asked, self.get_backoff_time(), self.least)):
            raise ListenerGoneError


class Asker:
    """A session with one service.

    Args:
        settings: for the user agent, the tries and the longest wait.
        stopped: set when the crawl ends; then every wait ends.
        interval: least seconds from the end of one request to the next.
        clock: seconds; only differences count.
    """

    def __init__(
        self,
        settings: BaseSettings,
        stopped: threading.Event,
        interval: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.stopped = stopped
        self.settings = settings
        self.interval = interval
        self.retries = settings.getint("SEEDBED_INDEX_RETRIES")
        self._clock = clock
        self._free_at = 0.0
        retry = PatientRetry(
            total=self.retries,
            status_forcelist=LATER,
            backoff_factor=max(interval, settings.getfloat("SEEDBED_BACKOFF")),
            retry_after_max=2**31,  # what is too long, `sleep` decides
            raise_on_status=False,
            respect_retry_after_header=True,
        )
        retry.stopped = stopped
        retry.least = interval
        retry.longest = settings.getfloat("SEEDBED_LONGEST_DELAY")
        self._session = guarded_session(Guard.from_settings(settings), settings["USER_AGENT"], retry)

    def wait(self, seconds: float) -> None:
        """Wait, while somebody listens.

        Raises:
            ListenerGoneError: the crawl ended meanwhile.
        """
        if self.stopped.wait(max(0.0, seconds)):
            raise ListenerGoneError

    def get(self, url: str, params: Params = None) -> requests.Response:
        """The answer to one request, whatever its status, read whole.

        Raises:
            IndexSilentError: no answer after all tries, or one that does not end.
            ListenerGoneError: the crawl ended meanwhile.
        """
        with self.streamed(url, params) as response:
            try:
                response._content = self._taken(url, response)
            except (requests.RequestException, HTTPError) as error:
                raise IndexSilentError(f"{url}: {error}") from error
        return response

    def _taken(self, url: str, response: requests.Response) -> bytes:
        """The body of an answer, unpacked piece by piece."""
        until = self._clock() + LONGEST
        taken = bytearray()
        for piece in response.iter_content(CHUNK):
            taken += piece
            if self.stopped.is_set():
                raise ListenerGoneError
            if len(taken) > MOST_BYTES:
                raise IndexSilentError(f"{url}: its answer has more than {MOST_BYTES:,} bytes")
            if self._clock() > until:
                raise IndexSilentError(f"{url}: its answer takes more than {LONGEST:g} s")
        return bytes(taken)

    @contextmanager
    def streamed(
        self, url: str, params: Params = None, headers: Mapping[str, str] | None = None
    ) -> Iterator[requests.Response]:
        """The answer to one request, whatever its status, whose body is still to be read.

        Raises:
            IndexSilentError: no answer after all tries.
            ListenerGoneError: the crawl ended meanwhile.
        """
        self.wait(self._free_at - self._clock())
        try:
            response = self._session.get(url, params=params, headers=headers, stream=True, timeout=TIMEOUT)
        except (requests.RequestException, HTTPError) as error:
            raise IndexSilentError(f"{url}: {error}") from error
        finally:
            self._free_at = self._clock() + self.interval
        try:
            yield response
        finally:
            response.close()
            self._free_at = self._clock() + self.interval
