"""What a host allows, by RFC 9309 and RFC 9110."""

from __future__ import annotations

import pytest

from crawler.frontier import HostRecord
from crawler.politeness import Delays, allows, crawl_delay, retry_after, sitemaps

AGENT = "seedbed/0.1"
RULES = b"""User-agent: *
Disallow: /private
Allow: /private/open$
Disallow: /*.pdf
Crawl-delay: 2.5
Sitemap: https://a.example/map.xml
"""


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/", True),
        ("/private/x", False),
        ("/private/open", True),
        ("/private/open/x", False),
        ("/a/b.pdf", False),
    ],
)
def test_rules_with_wildcards_and_allow_are_kept(path: str, allowed: bool):
    """The longest rule wins (RFC 9309, 2.2.2)."""
    assert allows(HostRecord(RULES, 200, ""), f"https://a.example{path}", AGENT) is allowed


@pytest.mark.parametrize(
    ("status", "allowed"),
    [(404, True), (403, True), (410, True), (500, False), (503, False), (429, False), (0, False)],
)
def test_without_rules_the_status_decides(status: int, allowed: bool):
    """4xx allows all; 5xx and no answer forbid all (RFC 9309, 2.3.1)."""
    assert allows(HostRecord(b"", status, ""), "https://a.example/x", AGENT) is allowed


def test_crawl_delay_and_sitemaps_are_read():
    """Both count only where robots.txt was answered."""
    assert (
        crawl_delay(HostRecord(RULES, 200, ""), AGENT),
        crawl_delay(HostRecord(RULES, 404, ""), AGENT),
    ) == (2.5, None)
    assert sitemaps(HostRecord(RULES, 200, "")) == ["https://a.example/map.xml"]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("120", 120.0), (None, None), ("", None), ("soon", None), ("Fri, 31 Dec 1999 23:59:59 GMT", 0.0)],
)
def test_retry_after_is_seconds_or_a_date(value: str | None, seconds: float | None):
    """RFC 9110, 10.2.3; a date that has passed asks for nothing."""
    assert retry_after(value) == seconds


def test_a_host_that_is_asked_too_much_is_asked_half_as_often_from_then_on():
    """Up to a bound; other hosts are not."""
    delays = Delays(0.25, longest=1.0)

    delays.double("a.example")
    assert (delays.of("a.example"), delays.of("b.example")) == (0.5, 0.25)
    for _ in range(5):
        delays.double("a.example")
    assert delays.of("a.example") == 1.0
