"""Which addresses a socket may reach: the public internet, and nothing of this machine or its networks.

A page, a redirect, a feed or a robots.txt may name any address, and a name may resolve to any: to this
machine, to its neighbours, to the service that gives cloud machines their keys. What a name looks like proves
nothing (`127.1`, `0x7f000001`, a name of the attacker's own whose answer changes by the second), so the guard
judges the numbers that a name has resolved to, and the socket connects to exactly those that were judged.

The tables follow the IANA registries of special-purpose addresses (RFC 6890) and of IPv6's space (RFC 4291).
Of IPv6 only the part that is given out (2000::/3) counts as public, without its tunnels: what they carry
comes out somewhere else. The guards of Smokescreen (https://github.com/stripe/smokescreen) and of ssrf_filter
(https://github.com/arkadiyt/ssrf_filter) judge at the same place.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, Self
from urllib.parse import urlsplit
from urllib.request import getproxies

from scrapy.settings import BaseSettings

from dedupe.errors import SettingsError

__all__ = ["AddressRefusedError", "Endpoint", "Guard", "numbers_of", "proxies", "why_not_public"]

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# What is no address of the public internet, and what it is instead.
NOT_PUBLIC_4 = {
    IPv4Network(network): what
    for network, what in {
        "0.0.0.0/8": "this machine",
        "10.0.0.0/8": "a private network",
        "100.64.0.0/10": "a provider's inner network",  # RFC 6598; clouds keep services here too
        "127.0.0.0/8": "this machine",
        "168.63.129.16/32": "a cloud's inner service",  # Azure's; the number itself is public
        "169.254.0.0/16": "a link-local address, where clouds keep their keys",
        "172.16.0.0/12": "a private network",
        "192.0.0.0/24": "reserved for protocols",
        "192.0.2.0/24": "reserved for documents",
        "192.88.99.0/24": "a relay of 6to4",
        "192.168.0.0/16": "a private network",
        "198.18.0.0/15": "reserved for measurements",
        "198.51.100.0/24": "reserved for documents",
        "203.0.113.0/24": "reserved for documents",
        "224.0.0.0/4": "multicast",
        "240.0.0.0/4": "reserved",
    }.items()
}
PUBLIC_6 = IPv6Network("2000::/3")
NOT_PUBLIC_6 = {
    IPv6Network(network): what
    for network, what in {
        "2001::/32": "a tunnel (Teredo)",
        "2001::/23": "reserved for protocols",
        "2001:db8::/32": "reserved for documents",
        "2002::/16": "a tunnel (6to4)",
        "3fff::/20": "reserved for documents",
        "::1/128": "this machine",
        "::/128": "this machine",
        "fc00::/7": "a private network",
        "fe80::/10": "a link-local address",
        "fec0::/10": "a private network",
        "ff00::/8": "multicast",
    }.items()
}
# An IPv4 address in IPv6's clothes, which the system or a gateway takes off: NAT64 (RFC 6052) is how a
# network that has IPv6 alone reaches the rest, so what it carries decides.
MAPPED = IPv6Network("::ffff:0:0/96")
NAT64 = IPv6Network("64:ff9b::/96")
# The second half of an address that ISATAP (RFC 5214) made: 0000:5efe or 0200:5efe, then an IPv4 address.
ISATAP = (0x00005EFE, 0x02005EFE)

# Names remembered with their judgement: of addresses that were spelled out, at 200 bytes each.
REMEMBERED = 4096


class AddressRefusedError(Exception):
    """An address that the crawl may not reach; the text says why."""


def why_not_public(address: Address) -> str | None:
    """What an address is instead of one of the public internet; None: it is one."""
    if isinstance(address, IPv4Address):
        return next((what for network, what in NOT_PUBLIC_4.items() if address in network), None)
    carried = _carried(address)
    if carried is not None:
        return why_not_public(carried)
    for network, what in NOT_PUBLIC_6.items():
        if address in network:
            return what
    if address not in PUBLIC_6:
        return "reserved"
    if int(address) >> 32 & 0xFFFFFFFF in ISATAP:
        return "a tunnel (ISATAP)"
    return None


def _carried(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that stands for a mapped or translated one."""
    if address in MAPPED or address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a socket may connect to: numbers that were judged."""

    family: socket.AddressFamily
    address: str
    port: int


Lookup = Callable[..., Sequence[tuple[Any, ...]]]


@dataclass(frozen=True)
class Guard:
    """Judges addresses, spelled out or looked up.

    Args:
        also: networks beside the public internet that may be reached.
        lookup: `socket.getaddrinfo`, or what stands for it.
    """

    also: tuple[Network, ...] = ()
    lookup: Lookup = field(default=socket.getaddrinfo, repr=False)

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        """As SEEDBED_ALSO_REACH wants it.

        Raises:
            SettingsError: it names something else than networks.
        """
        given = settings.getlist("SEEDBED_ALSO_REACH")
        try:
            return cls(tuple(ip_network(str(network).strip()) for network in given))
        except ValueError as error:
            raise SettingsError(
                f"SEEDBED_ALSO_REACH: {error}. Give networks, as in "
                "-s SEEDBED_ALSO_REACH=127.0.0.0/8,10.1.2.0/24"
            ) from error

    def refusal(self, address: Address) -> str | None:
        """Why an address may not be reached; None: it may."""
        what = why_not_public(address)
        if what is None:
            return None
        carried = _carried(address) if isinstance(address, IPv6Address) else None
        if any(each in network for network in self.also for each in (address, carried) if each is not None):
            return None
        return f"{address} is {what}"

    def refusal_of(self, url: str) -> str | None:
        """Why an address of the web may not be asked, as far as its spelling tells; None: it may be, so far.

        Numbers are read as the system reads them, in all their spellings; names are not looked up.
        """
        try:
            parts = urlsplit(url)
            host = parts.hostname
        except ValueError:
            return "it is no address"
        if parts.scheme not in ("http", "https"):
            return f"{parts.scheme or 'no scheme'}: only http and https are asked"
        if not host:
            return "it names no host"
        if "@" in parts.netloc:
            return "it carries a user's name or password"
        return self._refusal_of_numbers(host)

    def _refusal_of_numbers(self, host: str) -> str | None:
        numbers = numbers_of(host)
        return self.refusal(numbers) if numbers is not None else None

    def endpoints(self, host: str, port: int) -> list[Endpoint]:
        """Look a host up once, and say where a socket may connect.

        An answer that mixes public and other numbers gives its public ones.

        Raises:
            AddressRefusedError: it has none that may be reached.
            OSError: nothing is known of it.
        """
        judged = self._judged(host, port)
        allowed = [endpoint for endpoint, refusal in judged.items() if refusal is None]
        if judged and not allowed:
            raise AddressRefusedError(_said(host, judged.values()))
        return allowed

    def endpoints_all_allowed(self, host: str, port: int) -> list[Endpoint]:
        """The same for a host that a proxy will look up again: the proxy may take any of its numbers.

        Raises:
            AddressRefusedError: one of its numbers may not be reached.
            OSError: nothing is known of it here.
        """
        judged = self._judged(host, port)
        if any(judged.values()):
            raise AddressRefusedError(_said(host, judged.values()))
        return list(judged)

    def _judged(self, host: str, port: int) -> dict[Endpoint, str | None]:
        """What a host has resolved to -> why it may not be reached."""
        found: dict[Endpoint, str | None] = {}
        for family, _, _, _, address in self.lookup(host, port, type=socket.SOCK_STREAM):
            if family in (socket.AF_INET, socket.AF_INET6):
                text = str(address[0]).partition("%")[0]
                found[Endpoint(family, text, port)] = self.refusal(ip_address(text))
        return found


@lru_cache(maxsize=REMEMBERED)
def numbers_of(host: str) -> Address | None:
    """The address that a host's text spells out, in any way that the system understands; None: it is a name.

    `127.1`, `0x7f.0.0.1`, `017700000001`, `2130706433`, full-width digits and dots, a zone behind IPv6.
    """
    try:
        text = host.encode("idna").decode("ascii") if not host.isascii() else host
        [(_, _, _, _, address), *_] = socket.getaddrinfo(
            text.rstrip("."), None, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST
        )
        return ip_address(str(address[0]).partition("%")[0])
    except (OSError, UnicodeError, ValueError):
        return None


def _said(host: str, refusals: Iterable[str | None]) -> str:
    """What to say of a host whose numbers were refused."""
    first = next(filter(None, refusals))
    return first if first.startswith(f"{host} ") else f"{host}: {first}"


def proxies() -> frozenset[tuple[str, int]]:
    """Host and port of each proxy that the environment names: those are the user's own choice."""
    found = set()
    for scheme, address in getproxies().items():
        if scheme == "no":
            continue
        try:
            parts = urlsplit(address if "://" in address else f"http://{address}")
            port = parts.port or (443 if parts.scheme == "https" else 80)
        except ValueError:
            continue
        if parts.hostname:
            found.add((parts.hostname.lower(), port))
    return frozenset(found)
