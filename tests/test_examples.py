"""The bundled example: built from its sources, readable, and true to its own truth file."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

EXAMPLES = Path(__file__).parents[1] / "examples"
KINDS = {
    "original",
    "exact",
    "trimmed",
    "localised",
    "contains",
    "update",
    "related_event",
    "noise",
    "stub",
    "soft_404",
}


@pytest.fixture(scope="module")
def truth():
    return json.loads((EXAMPLES / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def pages():
    """Address -> record headers, HTTP headers and body."""
    with (EXAMPLES / "web.warc.gz").open("rb") as file:
        return {
            record.rec_headers["WARC-Target-URI"]: (
                record.rec_headers,
                record.http_headers,
                record.content_stream().read(),
            )
            for record in ArchiveIterator(file, check_digests="raise")
        }


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A folder with the example built anew from its sources."""
    folder = tmp_path_factory.mktemp("example")
    subprocess.run(
        [sys.executable, EXAMPLES / "build_web.py", "--out", folder], check=True, capture_output=True
    )
    return folder


def members(path):
    """The gzip members of a file, unpacked."""
    data, parts = path.read_bytes(), []
    while data:
        unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        parts.append(unpacker.decompress(data))
        data = unpacker.unused_data
    return parts


def test_the_build_gives_what_is_committed(built):
    """The committed files are what the sources say; another zlib may pack the same records otherwise."""
    seeds = {path.name: path.read_bytes() for path in (EXAMPLES / "seeds").iterdir()}

    assert {path.name: path.read_bytes() for path in (built / "seeds").iterdir()} == seeds
    assert (built / "sites.txt").read_bytes() == (EXAMPLES / "sites.txt").read_bytes()
    assert (built / "truth.json").read_bytes() == (EXAMPLES / "truth.json").read_bytes()
    assert members(built / "web.warc.gz") == members(EXAMPLES / "web.warc.gz")


def test_two_builds_give_the_same_bytes(built, tmp_path):
    """Nothing of the moment or the machine gets into the WARC."""
    subprocess.run(
        [sys.executable, EXAMPLES / "build_web.py", "--out", tmp_path], check=True, capture_output=True
    )

    assert (tmp_path / "web.warc.gz").read_bytes() == (built / "web.warc.gz").read_bytes()


def test_the_warc_is_small_and_holds_one_record_a_member(pages):
    """It travels with the project: under 2 MB, WARC/1.1, responses alone, each its own gzip member."""
    path = EXAMPLES / "web.warc.gz"

    assert path.stat().st_size < 2_000_000
    assert len(members(path)) == len(pages)
    assert {headers.protocol for headers, _, _ in pages.values()} == {"WARC/1.1"}
    assert {headers["WARC-Type"] for headers, _, _ in pages.values()} == {"response"}
    assert {http.get_statuscode() for _, http, _ in pages.values()} == {"200"}


def test_no_host_can_be_a_real_one(truth, pages):
    """Every host lies under .example, which nobody can register (RFC 2606)."""
    hosts = {address.split("/")[2] for address in pages}

    assert hosts == set(truth["sites"])
    assert [host for host in hosts if not host.endswith(".example")] == []


def test_every_story_of_the_truth_has_its_page(truth, pages):
    """Addresses, their variants and the gone ones all answer."""
    promised = [*truth["articles"], *truth["aliases"]]

    assert [address for address in promised if address not in pages] == []


def test_every_text_of_the_truth_stands_on_its_page(truth, pages):
    """The first words of each paragraph are found in the decoded page."""
    missing = []
    for address, article in truth["articles"].items():
        body = pages[address][2]
        charset = "windows-1252" if b"charset=windows-1252" in body else "utf-8"
        visible = re.sub(r"<[^>]+>", "", body.decode(charset)).replace("&amp;", "&")
        for line in article.get("text", "").split("\n"):
            if line not in visible:
                missing.append((address, line[:40]))

    assert missing == []


def test_the_web_holds_every_kind_of_story(truth):
    """What the cleaning must tell apart is there, and enough of it."""
    kinds = [article["kind"] for article in truth["articles"].values()]
    event = [a for a in truth["articles"].values() if a["kind"] == "original" and a["event"] == "brenna-star"]

    assert set(kinds) == KINDS
    assert len(event) >= 12
    assert kinds.count("related_event") >= 5
    assert kinds.count("noise") >= 15


def test_one_site_is_found_through_links_only(truth):
    """`sites.txt` names every site but one, and that one is linked from another."""
    listed = (EXAMPLES / "sites.txt").read_text(encoding="utf-8").split()
    hidden = [host for host, site in truth["sites"].items() if not site["listed"]]

    assert sorted(listed) == [f"https://{host}/" for host, site in truth["sites"].items() if site["listed"]]
    assert hidden == ["harbourlight.example"]


def test_the_site_in_windows_1252_says_so_on_its_pages_only(pages):
    """Its header names no charset, and its bytes are no UTF-8."""
    _, http, body = pages["https://coast-and-field.example/"]

    assert http["Content-Type"] == "text/html"
    assert b"charset=windows-1252" in body
    with pytest.raises(UnicodeDecodeError):
        body.decode("utf-8")


def test_the_seeds_follow_the_seed_format(truth):
    """Names, encoding, line ends; and each is its story's lines with furniture between them."""
    paths = sorted((EXAMPLES / "seeds").iterdir())

    assert [path.name for path in paths] == list(truth["seeds"])
    assert len(paths) == 5
    for path in paths:
        data = path.read_bytes()
        seed = truth["seeds"][path.name]
        lines = data.decode("utf-8").removesuffix("\n").split("\n")
        assert re.fullmatch(r"\d{3}_[0-9a-f]{16}\.txt", path.name)
        assert not re.search(rb"[\x00-\x09\x0b-\x1f\x7f]", data)
        assert sorted(lines) == sorted(seed["story"] + seed["around"] + seed["furniture"])
        assert "\n".join(seed["story"]) == truth["articles"][seed["url"]]["text"]


def test_the_seeds_come_from_different_sites(truth):
    """Five independent reports, none of them a copy."""
    articles = [truth["articles"][seed["url"]] for seed in truth["seeds"].values()]

    assert len({article["site"] for article in articles}) == 5
    assert {article["kind"] for article in articles} == {"original"}
