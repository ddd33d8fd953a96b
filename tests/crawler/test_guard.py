"""Which addresses may be reached: judged by their numbers, in whatever spelling they come."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.settings import Settings

from crawler.guard import AddressRefusedError, Endpoint, Guard, proxies, why_not_public
from dedupe.errors import SettingsError

PUBLIC = [
    "8.8.8.8",
    "93.184.216.34",
    "100.63.255.255",
    "172.32.0.1",
    "192.0.1.1",
    "223.255.255.255",
    "2606:4700::1",
]
PUBLIC += ["::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2001:4860:4860::8888", "2a00:1450::1"]
NOT_PUBLIC = {
    "0.0.0.0": "this machine",
    "0.1.2.3": "this machine",
    "127.0.0.1": "this machine",
    "127.255.255.254": "this machine",
    "10.255.0.1": "a private network",
    "172.16.0.1": "a private network",
    "172.31.255.255": "a private network",
    "192.168.0.1": "a private network",
    "100.64.0.1": "a provider's inner network",
    "100.100.100.200": "a provider's inner network",
    "169.254.169.254": "a link-local address, where clouds keep their keys",
    "168.63.129.16": "a cloud's inner service",
    "192.0.0.192": "reserved for protocols",
    "192.0.2.1": "reserved for documents",
    "192.88.99.1": "a relay of 6to4",
    "198.19.255.255": "reserved for measurements",
    "224.0.0.1": "multicast",
    "255.255.255.255": "reserved",
    "::": "this machine",
    "::1": "this machine",
    "::127.0.0.1": "reserved",  # once "compatible"
    "::ffff:127.0.0.1": "this machine",
    "::ffff:0:127.0.0.1": "reserved",  # translated (RFC 2765)
    "64:ff9b::169.254.169.254": "a link-local address, where clouds keep their keys",
    "64:ff9b:1::10.0.0.1": "reserved",
    "fe80::1": "a link-local address",
    "fec0::1": "a private network",
    "fd00:ec2::254": "a private network",
    "ff02::1": "multicast",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2": "a tunnel (Teredo)",
    "2001:2::1": "reserved for protocols",
    "2001:20::1": "reserved for protocols",
    "2001:db8::1": "reserved for documents",
    "2002:7f00:1::": "a tunnel (6to4)",
    "2002:a9fe:a9fe::1": "a tunnel (6to4)",
    "2606:4700::5efe:10.0.0.1": "a tunnel (ISATAP)",
    "2606:4700::200:5efe:7f00:1": "a tunnel (ISATAP)",
    "3fff::1": "reserved for documents",
    "4000::1": "reserved",
    "5f00::1": "reserved",
    "100::1": "reserved",
}


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_on_the_public_internet_may_be_reached(address: str):
    """Also where a network without IPv4 writes it as IPv6."""
    assert why_not_public(ip_address(address)) is None


@pytest.mark.parametrize(("address", "what"), NOT_PUBLIC.items())
def test_what_is_not_is_called_by_its_name(address: str, what: str):
    """This machine, its networks, its cloud, tunnels into any of them, and what nobody has been given."""
    assert why_not_public(ip_address(address)) == what


@given(st.ip_addresses(v=4))
def test_what_python_calls_private_is_not_public(address: IPv4Address):
    """The table is at least as strict as the standard library's."""
    assert address.is_global or why_not_public(address) is not None


@given(st.ip_addresses(v=6))
def test_no_more_of_ipv6_is_public_than_is_given_out(address: IPv6Address):
    """2000::/3, and what carries a public address of IPv4."""
    if why_not_public(address) is None:
        assert (
            address in ip_network("2000::/3") or address in ip_network("64:ff9b::/96") or address.ipv4_mapped
        )


LOCAL = ["127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7F.1", "0177.0.0.1", "017700000001"]
LOCAL += [
    "0x7f.0x0.0x0.0x1",
    "00000177.1",
    "127.0.0.1.",
    "１２７.０.０.１",
    "127。0。0。1",
    "127．0．0．1",
    "①②⑦.0.0.1",
]
LOCAL += [
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::FFFF:127.0.0.1]",
    "0",
    "0.0.0.0",
]
LOCAL += ["[::]", "169.254.43518", "[fe80::1%lo]", "[64:ff9b::7f00:1]"]


@pytest.mark.parametrize("host", LOCAL)
@pytest.mark.parametrize("port", ["", ":80", ":8080"])
def test_numbers_are_read_in_every_spelling_that_a_system_reads(host: str, port: str):
    """Short, decimal, octal, hexadecimal, full-width, in brackets: nothing is looked up."""
    assert Guard().refusal_of(f"http://{host}{port}/internal") is not None


def test_a_name_says_nothing_until_it_is_looked_up():
    """What it is called is not what it is."""
    assert Guard().refusal_of("https://localhost.news.example/") is None
    assert Guard().refusal_of("https://127.0.0.1.news.example/") is None


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("file:///etc/passwd", "file: only http and https are asked"),
        ("gopher://paper.example/1", "gopher: only http and https are asked"),
        ("//paper.example/", "no scheme: only http and https are asked"),
        ("http:///x", "it names no host"),
        ("http://paper.example@127.0.0.1/", "it carries a user's name or password"),
        ("https://me:secret@paper.example/", "it carries a user's name or password"),
        ("http://[::1/", "it is no address"),
    ],
)
def test_what_is_no_plain_address_of_the_web_is_refused(url: str, reason: str):
    """Each with its reason."""
    assert Guard().refusal_of(url) == reason


class Names:
    """A name service: its answers for each name, one after the other; the last one stays."""

    def __init__(self, **answers: list[list[str]]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def __call__(self, host: str, port: int | None, **_: Any) -> Sequence[tuple[Any, ...]]:
        self.asked.append(host)
        left = self.answers[host]
        numbers = left.pop(0) if len(left) > 1 else left[0]
        if not numbers:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        family = {4: socket.AF_INET, 6: socket.AF_INET6}
        return [
            (family[ip_address(each).version], socket.SOCK_STREAM, 6, "", (each, port or 0))
            for each in numbers
        ]


def v4(address: str, port: int = 80) -> Endpoint:
    return Endpoint(socket.AF_INET, address, port)


def test_a_socket_connects_to_what_was_judged():
    """A name whose answer changes is looked up once; what was judged is what is given."""
    names = Names(trick=[["93.184.216.34"], ["127.0.0.1"]])

    assert Guard(lookup=names).endpoints("trick", 80) == [v4("93.184.216.34")]
    assert names.asked == ["trick"]


def test_a_name_that_leads_inside_is_refused_with_what_it_is():
    """By whatever kind of number."""
    names = Names(inside=[["10.0.0.5", "fd00::5"]])

    with pytest.raises(AddressRefusedError, match=r"inside: 10\.0\.0\.5 is a private network"):
        Guard(lookup=names).endpoints("inside", 80)


def test_an_answer_that_mixes_gives_its_public_numbers_alone():
    """To a socket of ours; of a proxy, which would choose among them, nothing is asked."""
    names = Names(mixed=[["10.0.0.5", "93.184.216.34", "::1"]])

    assert Guard(lookup=names).endpoints("mixed", 80) == [v4("93.184.216.34")]
    with pytest.raises(AddressRefusedError, match=r"10\.0\.0\.5 is a private network"):
        Guard(lookup=names).endpoints_all_allowed("mixed", 80)


def test_one_setting_allows_networks():
    """Those that are named, in each spelling, and no other."""
    settings = Settings({"SEEDBED_ALSO_REACH": "127.0.0.1/32, 10.1.0.0/16,fd00::/8"})

    guard = Guard.from_settings(settings)

    for url in ("http://127.1/", "http://[::ffff:127.0.0.1]/", "http://10.1.2.3/", "http://[fd12::1]/"):
        assert guard.refusal_of(url) is None
    for url in ("http://127.0.0.2/", "http://10.2.0.1/", "http://169.254.169.254/", "http://[::1]/"):
        assert guard.refusal_of(url) is not None


def test_nothing_is_allowed_by_default():
    """As the settings come."""
    settings = Settings()
    settings.setmodule("crawler.settings")

    assert Guard.from_settings(settings).also == ()


def test_a_setting_that_names_no_network_is_an_error():
    """It says how one is written."""
    with pytest.raises(SettingsError, match=r"SEEDBED_ALSO_REACH: .*127\.0\.0\.0/8"):
        Guard.from_settings(Settings({"SEEDBED_ALSO_REACH": "localhost"}))


def test_the_users_proxies_are_those_of_the_environment(monkeypatch: pytest.MonkeyPatch):
    """With and without scheme, port and password; what is no address is passed over."""
    monkeypatch.setattr(
        "crawler.guard.getproxies",
        lambda: {
            "http": "http://me:secret@Proxy.example:3128",
            "https": "proxy.example",
            "no": "paper.example",
            "all": "http://[::1",
        },
    )

    assert proxies() == {("proxy.example", 3128), ("proxy.example", 80)}
