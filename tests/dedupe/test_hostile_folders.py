"""Folders from anywhere: what is no plain file of theirs is refused by name, and nothing outside is touched."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dedupe.cleaning import clean
from dedupe.corpus import JOURNAL, MANIFEST, MOST_SEED_BYTES, read_corpus, read_seeds
from dedupe.errors import InputFormatError
from dedupe.gate import check
from dedupe.inputs import read_articles
from dedupe.models import Article
from dedupe.report import write_report
from dedupe.settings import DedupeSettings
from tests.dedupe.fictional import BRIDGE, FERRY, fictional_corpus

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links and pipes as POSIX has them")

BAD = "005_0000000000000005.txt"
SECRET = "The secret that stands outside of the folder, in a file that nobody offered to anyone."


def sparse(path: Path) -> None:
    path.write_bytes(b"a")
    os.truncate(path, 10 * 1024**3)


FAULTS: dict[str, Callable[[Path], object]] = {
    "a link out": lambda path: path.symlink_to(path.parents[1] / "outside.txt"),
    "a link to a device": lambda path: path.symlink_to("/dev/zero"),
    "a link that dangles": lambda path: path.symlink_to("/nonexistent/x"),
    "a link to itself": lambda path: path.symlink_to(path.name),
    "a pipe": os.mkfifo,
    "a folder": Path.mkdir,
    "a sparse file of 10 GB": sparse,
    "a file larger than any seed": lambda path: path.write_bytes(b"word " * (MOST_SEED_BYTES // 5 + 1)),
    "zeros": lambda path: path.write_bytes(FERRY.encode() + bytes(4096)),
    "no UTF-8": lambda path: path.write_bytes(FERRY.encode() + b"\xff\xfe\xed\xa0\x80"),
    "UTF-16": lambda path: path.write_bytes(FERRY.encode("utf-16")),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of two good seeds, beside a file that is none of it."""
    (tmp_path / "outside.txt").write_text(SECRET)
    path = tmp_path / "seeds"
    path.mkdir()
    (path / "000_0000000000000000.txt").write_text(f"{FERRY}\n", encoding="utf-8")
    (path / "001_0000000000000001.txt").write_text(f"{BRIDGE}\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_the_good_seeds_are_read_and_the_bad_one_is_refused_by_name(
    fault: Callable[[Path], object], folder: Path, caplog: pytest.LogCaptureFixture
):
    """Whatever stands under the name of a seed."""
    fault(folder / BAD)

    found = [article.text.strip() for article in read_articles(folder)]

    assert found == [FERRY.strip(), BRIDGE.strip()]
    assert f"{BAD}: left out: " in caplog.text


def test_two_seeds_of_one_number_are_read_and_told(folder: Path, caplog: pytest.LogCaptureFixture):
    """The number orders; the id names."""
    (folder / "000_0000000000000009.txt").write_text(f"{FERRY} Later.\n", encoding="utf-8")

    assert len(list(read_seeds(folder))) == 3
    assert "2 seeds have the number 000: 000_0000000000000000.txt, 000_0000000000000009.txt" in caplog.text


@pytest.mark.parametrize(
    "name",
    ["../outside.txt", "../../outside.txt", "/etc/passwd", "..\\outside.txt", "a\x00.txt", "sub/../../outside.txt"],
)  # fmt: skip
def test_a_manifest_that_names_a_file_outside_is_broken_and_the_file_is_not_read(name: str, tmp_path: Path):
    """Neither the report nor any other file of the corpus holds a word of it."""
    (tmp_path / "outside.txt").write_text(SECRET)
    corpus = fictional_corpus(tmp_path / "skerry")
    lines = (corpus / MANIFEST).read_text(encoding="utf-8").splitlines()
    lines[0] = json.dumps(json.loads(lines[0]) | {"file": name})
    (corpus / MANIFEST).write_text("\n".join(lines) + "\n", encoding="utf-8")

    write_report(corpus, DedupeSettings())

    assert check(corpus).exit_code == 1
    assert not any(b"secret that stands" in path.read_bytes() for path in corpus.iterdir())
    with pytest.raises(InputFormatError, match=r"manifest\.jsonl, line 1: not a ManifestRecord: file"):
        read_corpus(corpus)


@pytest.mark.parametrize(
    "line",
    [
        b"", b"\x00" * 4096, b'{"file":', b'{"a":' * 100_000 + b"1" + b"}" * 100_000, b"[" * 100_000,
        b'{"file":' + b"9" * 100_000 + b"}", b'{"file": NaN}', b'{"file": ["a"]}', b"\x80\x04]\x94.",
    ],
    ids=range(9),
)  # fmt: skip
def test_a_manifest_line_that_is_none_is_named_and_nothing_crashes(line: bytes, tmp_path: Path):
    """However deep, large or binary it is."""
    corpus = fictional_corpus(tmp_path / "skerry")
    good = (corpus / MANIFEST).read_bytes()
    (corpus / MANIFEST).write_bytes(good + line + b"\n" + good.splitlines(keepends=True)[0])

    write_report(corpus, DedupeSettings())

    assert check(corpus).exit_code == 1
    with pytest.raises(InputFormatError, match=r"manifest\.jsonl, line 4"):
        read_corpus(corpus)


@pytest.mark.parametrize("address", ["file:///etc/passwd", "javascript:act()", " data:text/html,x"])
def test_an_address_that_would_act_makes_a_corpus_not_clean(address: str, tmp_path: Path):
    """Whoever opens it from the manifest would run it, or read a file."""
    corpus = fictional_corpus(tmp_path / "skerry")
    lines = (corpus / MANIFEST).read_text(encoding="utf-8").splitlines()
    lines[0] = json.dumps(json.loads(lines[0]) | {"url": address})
    (corpus / MANIFEST).write_text("\n".join(lines) + "\n", encoding="utf-8")

    write_report(corpus, DedupeSettings())

    assert check(corpus).exit_code == 1


@pytest.mark.parametrize("kind", ["link", "pipe", "sparse"])
def test_what_is_no_document_in_a_corpus_is_left_unread_and_makes_it_not_clean(kind: str, tmp_path: Path):
    """The report names it; no word of what a link leads to stands anywhere."""
    (tmp_path / "outside.txt").write_text(SECRET)
    corpus = fictional_corpus(tmp_path / "skerry")
    make = {"link": FAULTS["a link out"], "pipe": os.mkfifo, "sparse": sparse}[kind]
    make(corpus / BAD)

    report = write_report(corpus, DedupeSettings())

    assert not report.verdict.clean
    assert check(corpus).exit_code == 1
    assert BAD in (corpus / "report.json").read_text(encoding="utf-8")
    assert b"secret that stands" not in (corpus / "report.html").read_bytes()


def test_a_journal_takes_nothing_away_outside_of_its_folder(tmp_path: Path):
    """It names files that a killed run wrote; somebody else's may name any."""
    treasure = tmp_path / "treasure.txt"
    treasure.write_text("mine")
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    named = [{"file": name, "sha256": "0" * 64} for name in ("../treasure.txt", str(treasure))]
    (corpus / JOURNAL).write_text("".join(f"{json.dumps(line)}\n" for line in named))

    clean([Article(id="0123456789abcdef", text=FERRY)], corpus)

    assert treasure.read_text() == "mine"


def test_a_part_that_leads_elsewhere_is_replaced_and_not_written_through(tmp_path: Path):
    """The name of a file under way can be guessed; what stands there before is taken away first."""
    treasure = tmp_path / "treasure.txt"
    treasure.write_text("mine")
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / f".{MANIFEST}.{os.getpid()}.part").symlink_to(treasure)

    clean([Article(id="0123456789abcdef", text=FERRY)], corpus)

    assert treasure.read_text() == "mine"
    assert not (corpus / MANIFEST).is_symlink()
