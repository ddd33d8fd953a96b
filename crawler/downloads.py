"""How answers come over the network: from addresses that the guard has judged, and within limits.

Scrapy's handler connects to what the reactor's resolver says. That resolver is ours: it looks a name up,
hands out only numbers that may be reached (`crawler.guard`), and the socket connects to those numbers. So the
guard covers whatever connects, by whatever way it was led there.

A proxy that the environment names is the user's choice, wherever it is, and connects in our place. What is
asked of it is judged by its spelling, and by what this machine knows of the name; for the rest a proxy has a
guard of its own, or needs one.
"""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from ipaddress import ip_network
from time import monotonic
from typing import TYPE_CHECKING, Any, Self

from scrapy import Request
from scrapy.core.downloader.handlers import http11
from scrapy.exceptions import DownloadFailedError, DownloadTimeoutError
from scrapy.http import Response
from scrapy.utils.defer import maybe_deferred_to_future
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IHostnameResolver, IHostResolution
from twisted.internet.protocol import connectionDone
from twisted.internet.threads import deferToThreadPool
from twisted.python.failure import Failure
from twisted.web._newclient import HEADER, STATUS
from zope.interface import implementer

from crawler.guard import AddressRefusedError, Endpoint, Guard, proxies
from crawler.room import LARGE, Place, Room, room_of
from dedupe.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scrapy.crawler import Crawler
    from twisted.internet.interfaces import IAddress
    from twisted.web._newclient import Request as TxRequest
    from twisted.web.iweb import IResponse

__all__ = ["GuardedHandler", "GuardedResolver", "HeadTooLargeError"]

# Bytes of an answer's head, with the hints that a server may send before it (RFC 8297). Browsers take 256
# KiB; news sites send 2.
MOST_HEAD = 256 * 1024
# Seconds that a name takes to look up at most, and one that a proxy will look up again.
LONGEST_LOOKUP = 10.0
LONGEST_LOOKUP_FOR_PROXY = 2.0
# Seconds that an answer of the name service is believed, and names that are remembered.
BELIEVED = 300.0
REMEMBERED = 10_000
# Seconds that a connection nobody uses stays open: each is an open file, and there may be thousands of hosts.
IDLE = 15

# For the user's own proxies.
UNGUARDED = Guard((ip_network("0.0.0.0/0"), ip_network("::/0")))

Judgement = list[Endpoint] | AddressRefusedError


class HeadTooLargeError(Exception):
    """The head of an answer does not end."""


@implementer(IHostResolution)
class _Resolution:
    def __init__(self, name: str) -> None:
        self.name = name

    def cancel(self) -> None:
        """Nothing waits for it to end."""


@implementer(IHostnameResolver)
class GuardedResolver:
    """Twisted's resolver of names: what it hands out may be reached.

    Args:
        reactor: whose threads look names up, since the system's calls wait.
        guard: judges what was found.
        trusted: host and port of each proxy of the user's.
    """

    def __init__(self, reactor: Any, guard: Guard, trusted: frozenset[tuple[str, int]]) -> None:
        self.guard = guard
        self._trusted = trusted
        self._reactor = reactor
        self._known: OrderedDict[tuple[str, bool], tuple[float, Judgement]] = OrderedDict()

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> Self:
        """As Scrapy makes it (TWISTED_DNS_RESOLVER)."""
        return cls(reactor, Guard.from_settings(crawler.settings), proxies())

    def install_on_reactor(self) -> None:
        """Become the reactor's resolver, for whatever connects."""
        self._reactor.installNameResolver(self)

    async def endpoints(self, host: str, *, by_proxy: bool = False) -> list[Endpoint]:
        """Where a socket may connect for a host, to be given a port; empty: nothing is known of it.

        Args:
            host: a name, or numbers in any spelling.
            by_proxy: whether a proxy will look it up again; then all of its numbers must be allowed.

        Raises:
            AddressRefusedError: nowhere.
        """
        key = (_in_ascii(host), by_proxy)
        judged = self._known.get(key)
        if judged is None or judged[0] < monotonic():
            try:
                judged = monotonic() + BELIEVED, await self._judged(*key)
            except (OSError, UnicodeError, CancelledError):
                return []
            self._known[key] = judged
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        if isinstance(judged[1], AddressRefusedError):
            raise judged[1]
        return judged[1]

    async def _judged(self, host: str, by_proxy: bool) -> Judgement:
        longest = LONGEST_LOOKUP_FOR_PROXY if by_proxy else LONGEST_LOOKUP
        look = self.guard.endpoints if not by_proxy else self.guard.endpoints_all_allowed
        try:
            return await self._in_thread(look, host, longest)
        except AddressRefusedError as error:
            return error.with_traceback(None)

    async def _in_thread(
        self, look: Callable[[str, int], list[Endpoint]], host: str, longest: float
    ) -> list[Endpoint]:
        looking = deferToThreadPool(self._reactor, self._reactor.getThreadPool(), look, host, 0)
        # Cancelled, and not turned into a TimeoutError: the thread itself cannot be stopped.
        return await looking.addTimeout(longest, self._reactor, lambda failure, _: failure)

    def resolveHostName(  # noqa: N802 - as IHostnameResolver names it
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803, ARG002
    ) -> _Resolution:
        """Hand out what may be reached; nothing where nothing may."""
        resolution = _Resolution(hostName)

        async def resolve() -> None:
            resolutionReceiver.resolutionBegan(resolution)
            for endpoint in await self._to_connect(hostName, portNumber):
                kind = IPv6Address if ":" in endpoint.address else IPv4Address
                if addressTypes is None or kind in addressTypes:
                    resolutionReceiver.addressResolved(kind("TCP", endpoint.address, portNumber))
            resolutionReceiver.resolutionComplete()

        Deferred.fromCoroutine(resolve())
        return resolution

    async def _to_connect(self, host: str, port: int) -> list[Endpoint]:
        try:
            if self._is_proxy(host.lower(), port):
                return await self._in_thread(UNGUARDED.endpoints, host, LONGEST_LOOKUP)
            return await self.endpoints(host)
        except (AddressRefusedError, OSError, UnicodeError, CancelledError):
            return []

    def _is_proxy(self, host: str, port: int) -> bool:
        """Whether the user's proxy is looked up; for a tunnel through it Twisted names no port."""
        return (host, port) in self._trusted or (
            port == 0 and any(host == trusted for trusted, _ in self._trusted)
        )


def _in_ascii(host: str) -> str:
    """A host's name as it is looked up."""
    try:
        return host.lower() if host.isascii() else host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return host


class _BoundedProtocol(http11._LenientHTTP11ClientProtocol):
    """Gives up where a head does not end; takes more of a large answer when there is room for it."""

    _taken = 0
    _place: Place | None = None

    def __init__(self, room: Room, quiescent: Callable[[Any], None]) -> None:
        super().__init__(quiescent)  # type: ignore[no-untyped-call]
        self._room = room

    def request(self, request: TxRequest) -> Deferred[IResponse]:
        self._taken = 0
        return super().request(request)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - as Twisted names it
        was_in_head = self._is_in_head
        super().dataReceived(data)  # type: ignore[no-untyped-call]
        if self._parser is None:  # it has ended
            return
        assert self.transport is not None
        self._taken += len(data)
        if was_in_head and self._is_in_head and self._taken > MOST_HEAD:
            problem = HeadTooLargeError(f"its head has more than {MOST_HEAD:,} bytes")
            self._disconnectParser(Failure(problem))  # type: ignore[no-untyped-call]
            self.transport.abortConnection()
        elif self._taken > LARGE and self._place is None:
            self.transport.pauseProducing()
            self._place = self._room.take(self.transport.resumeProducing)

    def _disconnectParser(self, reason: Failure) -> None:  # noqa: N802 - as Twisted names it
        super()._disconnectParser(reason)  # type: ignore[no-untyped-call]
        self._leave()

    def connectionLost(self, reason: Failure = connectionDone) -> None:  # noqa: N802 - as Twisted names it
        super().connectionLost(reason)  # type: ignore[no-untyped-call]
        self._leave()

    def _leave(self) -> None:
        if self._place is not None:
            self._place.leave()
            self._place = None

    @property
    def _is_in_head(self) -> bool:
        return self._parser is not None and self._parser.state in (STATUS, HEADER)


class _BoundedFactory(http11._LenientHTTP11ClientFactory):
    def __init__(self, room: Room, quiescent: Callable[[Any], None], metadata: str) -> None:
        super().__init__(quiescent, metadata)  # type: ignore[no-untyped-call]
        self._room = room

    def buildProtocol(self, addr: IAddress | None) -> _BoundedProtocol:  # noqa: N802, ARG002 - as Twisted names it
        return _BoundedProtocol(self._room, self._quiescentCallback)


class GuardedHandler(http11.HTTP11DownloadHandler):
    """Scrapy's handler of http and https, behind the guard, with a bounded head and few idle connections."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        from twisted.internet import reactor

        resolver = getattr(reactor, "nameResolver", None)
        if not isinstance(resolver, GuardedResolver):
            raise SettingsError(
                "TWISTED_DNS_RESOLVER: another resolver than crawler.downloads.GuardedResolver would let "
                "pages lead the crawl into your own network. Leave the setting out."
            )
        self._resolver = resolver
        self._pool._factory = partial(_BoundedFactory, room_of(crawler))  # type: ignore[assignment]
        self._pool.cachedConnectionTimeout = IDLE

    async def download_request(self, request: Request) -> Response:
        """Fetch an answer, within DOWNLOAD_TIMEOUT from the look at its name to its last byte.

        Raises:
            AddressRefusedError: it would come from where the crawl may not reach.
            HeadTooLargeError: its head does not end.
            Exception: what Scrapy's handler raises.
        """
        begun = monotonic()
        await self._check(request)
        longest = float(request.meta["download_timeout"])
        left = longest - (monotonic() - begun)
        if left <= 0:
            raise DownloadTimeoutError(f"Getting {request.url} took longer than {longest} seconds.")
        request.meta["download_timeout"] = left
        try:
            return await super().download_request(request)
        except DownloadFailedError as error:
            for reason in getattr(error.__cause__, "reasons", ()):
                if reason.check(HeadTooLargeError):
                    raise reason.value from error
            raise

    async def _check(self, request: Request) -> None:
        refusal = self._resolver.guard.refusal_of(request.url)
        if refusal is not None:
            raise AddressRefusedError(refusal)
        host = urlparse_cached(request).hostname
        assert host is not None, "the guard has refused an address without one"
        judging = self._resolver.endpoints(host, by_proxy=bool(request.meta.get("proxy")))
        await maybe_deferred_to_future(Deferred.fromCoroutine(judging))
