"""Addresses: one page, one key; what no page can be is not fetched."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import urls
from crawler.urls import address_key, cleaned, host_of, is_fetchable, path_of, words_of


@pytest.mark.parametrize(
    "other",
    [
        "https://news.example/2031/flood",
        "http://www.news.example/2031/flood/",
        "https://NEWS.example/2031/flood?utm_source=mail&fbclid=x",
        "https://news.example/2031/flood#comments",
        "https://news.example/2031/flood;jsessionid=8A7B",
    ],
)
def test_spellings_of_one_address_share_a_key(other: str):
    """Scheme, www, trailing slash, fragment, tracking and session parameters do not make another page."""
    assert address_key(other) == address_key("https://news.example/2031/flood")


@pytest.mark.parametrize(
    "other",
    [
        "https://news.example/2031/flood?page=2",
        "https://m.news.example/2031/flood",
        "https://news.example/2031",
    ],
)
def test_other_pages_have_other_keys(other: str):
    """Parameters that say what is shown, and other hosts, do."""
    assert address_key(other) != address_key("https://news.example/2031/flood")


def test_the_order_of_parameters_does_not_count():
    """?id=7&cat=2 and ?cat=2&id=7 are one page."""
    assert address_key("https://a.example/s?id=7&cat=2") == address_key("https://a.example/s?cat=2&id=7")


@pytest.mark.parametrize(
    ("url", "fetchable"),
    [
        ("https://news.example/story.html", True),
        ("http://news.example:8080/", True),
        ("ftp://news.example/x", False),
        ("javascript:void(0)", False),
        ("https://news.example/photo.JPG", False),
        ("https:///nowhere", False),
        ("https://news.example:99999999/", False),
        ("https://news.example/" + "a" * 3000, False),
    ],
)
def test_only_what_can_be_a_page_is_fetched(url: str, fetchable: bool):
    """http(s) with a host, of sane length, no picture."""
    assert is_fetchable(url) is fetchable


@given(st.text(alphabet="abc/?&=;#%.-ü ", max_size=40))
def test_cleaning_twice_is_cleaning_once(tail: str):
    """A law: what is clean stays as it is."""
    once = cleaned(f"https://news.example/{tail}")

    assert cleaned(once) == once
    assert address_key(once) == address_key(f"https://news.example/{tail}")


def test_the_words_of_an_address_are_its_path():
    """For the promise of a page of which only the address is known."""
    assert words_of("https://news.example/2031/03/ferry-aground_7.html") == "2031 03 ferry aground 7"


@given(st.from_regex(urls.PLAIN, fullmatch=True))
def test_the_short_way_for_plain_addresses_ends_where_the_long_one_does(url: str):
    """It is there for its speed alone."""
    assert (cleaned(url), address_key(url)) == (urls._cleaned(url), urls._address_key(url))
    assert (host_of(url), path_of(url)) == (urlsplit(url).netloc.lower(), urlsplit(url).path)
    assert urls.is_web_address(url)


@given(st.text(alphabet="aZ9_-./~éü漢 \x1f", max_size=40))
def test_the_words_of_an_ascii_path_are_found_as_those_of_any(path: str):
    """The short way is there for its speed alone."""
    expected = re.sub(r"[\W_]+", " ", urlsplit(f"https://a.example/{path}").path.rsplit(".", 1)[0]).strip()

    assert words_of(f"https://a.example/{path}") == expected
