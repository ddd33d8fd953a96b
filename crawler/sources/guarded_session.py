"""A session of `requests` behind the guard: it connects to numbers that were judged, and to nothing else.

The services that it asks are known, but where their answers redirect to is not.
"""

from __future__ import annotations

import socket
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError
from urllib3.util.connection import create_connection
from urllib3.util.retry import Retry

from crawler.guard import AddressRefusedError, Guard

__all__ = ["guarded_session"]

# Redirects followed from one request; the services need one or two.
MOST_REDIRECTS = 5


class _Session(requests.Session):
    """Sends nobody the names and passwords that the user keeps for other programs (`.netrc`)."""

    def rebuild_auth(
        self,
        prepared_request: requests.PreparedRequest,
        response: requests.Response,  # noqa: ARG002 - as requests calls it
    ) -> None:
        """Take along nothing to where a redirect leads."""
        prepared_request.headers.pop("Authorization", None)


def guarded_session(guard: Guard, agent: str, retry: Retry) -> requests.Session:
    """A session that asks by http and https alone, and connects to what the guard allows.

    Environment proxies are used: they are the user's choice, and connect in our place. What is asked of them
    is judged by its spelling, and by what this machine knows of the name.
    """
    session = _Session()
    session.headers["User-Agent"] = agent
    session.max_redirects = MOST_REDIRECTS
    session.auth = _no_auth
    session.adapters.clear()
    for scheme in ("http://", "https://"):
        session.mount(scheme, _GuardedAdapter(guard, retry))
    return session


def _no_auth(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Stands where `requests` would read `.netrc`."""
    return request


class _GuardedAdapter(HTTPAdapter):
    def __init__(self, guard: Guard, retry: Retry) -> None:
        self._guard = guard
        super().__init__(max_retries=retry)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pools' connections guarded; those to a proxy are made elsewhere."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pools(self._guard)

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Send a request, unless its address may not be asked.

        Raises:
            requests.exceptions.InvalidURL: it may not.
        """
        url = request.url or ""
        refusal = self._guard.refusal_of(url)
        if refusal is None and requests.utils.select_proxy(url, kwargs.get("proxies")):
            refusal = self._refusal_elsewhere(url)
        if refusal is not None:
            raise requests.exceptions.InvalidURL(f"{url}: not reached: {refusal}", request=request)
        return super().send(request, *args, **kwargs)

    def _refusal_elsewhere(self, url: str) -> str | None:
        host = urlsplit(url).hostname
        try:
            self._guard.endpoints_all_allowed(str(host), 0)
        except AddressRefusedError as error:
            return str(error)
        except (OSError, UnicodeError):
            return None  # a name that only the proxy knows
        return None


def _pools(guard: Guard) -> dict[str, type[HTTPConnectionPool]]:
    """urllib3's pools by scheme, whose connections ask the guard where to connect."""

    def connect(connection: HTTPConnection) -> socket.socket:
        """As `HTTPConnection._new_conn`, to numbers that were judged."""
        problem: OSError | None = None
        try:
            endpoints = guard.endpoints(connection._dns_host, connection.port or connection.default_port)
        except (AddressRefusedError, OSError, UnicodeError) as error:
            raise NewConnectionError(connection, str(error)) from error
        for endpoint in endpoints:
            try:
                return create_connection(
                    (endpoint.address, endpoint.port),
                    connection.timeout,
                    source_address=connection.source_address,
                    socket_options=connection.socket_options,
                )
            except OSError as error:
                problem = error
        raise NewConnectionError(connection, f"no connection: {problem}") from problem

    class PlainConnection(HTTPConnection):
        _new_conn = connect

    class TlsConnection(HTTPSConnection):
        _new_conn = connect

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = PlainConnection

    class TlsPool(HTTPSConnectionPool):
        ConnectionCls = TlsConnection

    return {"http": PlainPool, "https": TlsPool}
