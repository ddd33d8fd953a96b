"""The clients of the indexes: their redirects lead nowhere inside, and their answers end."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from scrapy.settings import Settings

from crawler.sources import asking
from crawler.sources.asking import Asker, IndexSilentError
from tests.crawler.test_hostile_network import Handle, Site, answer, packed, to, zeros


def asker(**changes: object) -> Asker:
    settings = Settings()
    settings.setmodule("crawler.settings")
    settings.setdict({"SEEDBED_ALSO_REACH": "127.0.0.1/32", "SEEDBED_INDEX_RETRIES": 0, **changes})
    return Asker(settings, threading.Event(), 0.0)


@pytest.fixture
def inner() -> Iterator[Site]:
    with Site({"/": "secret"}, "127.0.0.2") as site:
        yield site


def test_an_answer_is_read_whole(tmp_path: Path):
    """Also where it is packed, and behind a redirect."""
    pages: dict[str, str | Handle] = {
        "/moved": to("/list"),
        "/list": packed(gzip.compress(b"a list"), "gzip"),
    }
    with Site(pages) as site:
        assert asker().get(f"{site.root}/moved").content == b"a list"


@pytest.mark.parametrize("host", ["127.0.0.2", "127.2", "2130706434", "0x7f.0.0.2", "[::ffff:127.0.0.2]"])
def test_a_redirect_to_an_address_that_may_not_be_reached_is_not_followed(inner: Site, host: str):
    """In whatever spelling; the index ends with the reason."""
    with (
        Site({"/": to(f"http://{host}:{inner.port}/")}) as site,
        pytest.raises(IndexSilentError, match="not reached"),
    ):
        asker().get(f"{site.root}/")

    assert inner.asked == []


def test_a_name_that_leads_inside_is_not_asked():
    """The connection asks the guard, and connects to what it has judged."""
    with Site({"/": "secret"}) as site:
        with pytest.raises(IndexSilentError, match="this machine"):
            asker(SEEDBED_ALSO_REACH="").get(f"http://localhost:{site.port}/")

        assert site.asked == []
        assert asker().get(f"http://localhost:{site.port}/").content == b"secret"


@pytest.mark.parametrize("target", ["file:///etc/hostname", "ftp://127.0.0.1/x", "data:text/plain,x"])
def test_a_redirect_leads_to_the_web_or_nowhere(target: str):
    """Only http and https are asked."""
    with Site({"/": to(target)}) as site, pytest.raises(IndexSilentError):
        asker().get(f"{site.root}/")


def test_redirects_end():
    """A loop costs a few requests."""
    with Site({"/": to("/")}) as site:
        with pytest.raises(IndexSilentError):
            asker().get(f"{site.root}/")

        assert len(site.asked) == 6


def test_passwords_that_the_user_keeps_for_other_programs_are_sent_to_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """`.netrc` is not read, neither for the first address nor for where a redirect leads."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with Site({"/": to("/there"), "/there": "x"}) as site:
        asker().get(f"{site.root}/")

    assert all("authorization" not in headers for _, headers in site.asked)


def test_an_answer_that_does_not_end_is_given_up(monkeypatch: pytest.MonkeyPatch):
    """A bomb is unpacked no further than the limit, and a slow answer has its time."""
    with Site(
        {"/bomb": packed(zeros(64 << 20), "gzip"), "/slow": lambda each: answer(each, b"x" * 200_000)}
    ) as site:
        with pytest.raises(IndexSilentError, match="more than 16,777,216 bytes"):
            asker().get(f"{site.root}/bomb")
        monkeypatch.setattr(asking, "LONGEST", -1.0)
        with pytest.raises(IndexSilentError, match="takes more than"):
            asker().get(f"{site.root}/slow")
