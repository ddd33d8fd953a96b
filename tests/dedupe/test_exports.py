"""Exports: what leaves the corpus is what passed the gate, in forms that other programs read."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from dedupe.cli import main
from dedupe.errors import CorpusFolderError, CorpusNotCleanError, SettingsError
from dedupe.exports import export_corpus
from dedupe.exports.rows import Row
from dedupe.inputs import read_articles
from dedupe.report import write_report
from dedupe.settings import DedupeSettings
from tests.dedupe.fictional import BRIDGE, FERRY, FERRY_OTHER, fictional_corpus, make_article


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A clean corpus with its report."""
    path = fictional_corpus(tmp_path / "skerry")
    write_report(path, DedupeSettings())
    return path


@pytest.mark.parametrize("name", ["out.jsonl", "out.jsonl.gz", "out.jsonl.zst", "out.parquet", "folder/data"])
def test_what_is_exported_reads_back_as_the_same_articles(folder: Path, tmp_path: Path, name: str):
    """Texts, addresses, titles and times, in the order of the corpus."""
    if name.endswith("parquet"):
        pytest.importorskip("pyarrow")
    out = tmp_path / name.removesuffix("/data")

    assert export_corpus(folder, out) == 3

    articles = list(read_articles(out / "data" / "train.jsonl" if out.is_dir() else out))
    assert [article.text for article in articles] == [FERRY, FERRY_OTHER, BRIDGE]
    assert articles[0].title == "Ferry to Skerry stops after crack is found"
    assert [str(article.published) for article in articles][1] == "2031-03-05 06:30:00+00:00"


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.jsonl.zst", "a.parquet", "a"])
def test_the_same_corpus_gives_the_same_bytes(folder: Path, tmp_path: Path, name: str):
    """No clock and no chance gets in, and an export may be written again over its own."""
    if name.endswith("parquet"):
        pytest.importorskip("pyarrow")
    first = files_of(folder, tmp_path / name)

    assert files_of(folder, tmp_path / name) == first
    assert files_of(folder, tmp_path / "again" / name) == first


def files_of(folder: Path, out: Path) -> dict[str, bytes]:
    export_corpus(folder, out)
    paths = sorted(path for path in out.rglob("*") if path.is_file()) if out.is_dir() else [out]
    return {path.name: path.read_bytes() for path in paths}


def test_a_corpus_that_does_not_pass_the_gate_is_not_exported(folder: Path, tmp_path: Path):
    """The command ends with 1, and nothing is written."""
    next(folder.glob("000_*")).write_text("Changed.", encoding="utf-8")

    with pytest.raises(CorpusNotCleanError):
        export_corpus(folder, tmp_path / "out.jsonl")

    assert main(["export", str(folder), "-o", str(tmp_path / "out.jsonl")]) == 1
    assert not (tmp_path / "out.jsonl").exists()


def test_the_card_declares_data_and_columns_and_tells_what_the_report_knows(folder: Path, tmp_path: Path):
    """The head is what the `datasets` library reads; the body is for people."""
    export_corpus(folder, tmp_path / "out")

    _, head, body = (tmp_path / "out" / "README.md").read_text(encoding="utf-8").split("---\n", 2)
    assert "language:\n- en\n" in head
    assert "path: data/train.jsonl\n" in head
    assert [line.split()[-1] for line in head.splitlines() if "- name:" in line] == list(Row.model_fields)
    assert (
        "3 news articles with 350 words, published from 2031-03-04 to 2031-03-05, from 3 publishers." in body
    )
    assert "- Without duplicates: 3; left out: 1 a copy, lightly edited\n" in body
    assert "| Alder Courier | 1 | 33 % |" in body
    assert "No check found anything in the articles." in body
    assert "The texts belong to their publishers." in body


def test_nothing_from_the_web_acts_in_the_card(tmp_path: Path):
    """A publisher's name makes no link, no row, no tag and no head of the card."""
    evil = "Eve [x](https://evil.example) | <img src=x> `\n---\nlicense: mit"
    article = make_article(
        "https://eve.example/1", BRIDGE.replace("bridge", "viaduct"), publisher=evil, published="2031-03-05"
    )
    path = fictional_corpus(tmp_path / "skerry", {"only_copy": article})
    settings = DedupeSettings.model_validate({"quality": {"gate": {"most_to_review": 1}}})
    (path / "seedbed.toml").write_text(settings.to_toml(), encoding="utf-8")
    write_report(path, settings)

    export_corpus(path, tmp_path / "out")

    card = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    named = r"Eve \[x\]\(https://evil.example\) \| \<img src=x\> \` --- license: mit"
    assert f"| {named} | 1 | 25 % |" in card
    assert "\nlicense: mit" not in card


def test_the_metadata_name_the_data_by_digest_and_every_column(folder: Path, tmp_path: Path):
    """Croissant: one file, one record set, a field a column."""
    export_corpus(folder, tmp_path / "out")

    metadata = json.loads((tmp_path / "out" / "croissant.json").read_text(encoding="utf-8"))
    data = (tmp_path / "out" / "data" / "train.jsonl").read_bytes()
    [file] = metadata["distribution"]
    [records] = metadata["recordSet"]
    assert metadata["conformsTo"][0] == "http://mlcommons.org/croissant/1.0"
    assert (file["contentUrl"], file["sha256"]) == ("data/train.jsonl", hashlib.sha256(data).hexdigest())
    assert (
        [field["name"] for field in records["field"]]
        == list(Row.model_fields)
        == list(json.loads(data.splitlines()[0]))
    )
    assert metadata["temporalCoverage"] == "2031-03-04/2031-03-05"
    assert {field["name"] for field in records["field"] if field.get("repeated")} == {"authors", "rights"}


def test_what_no_export_wrote_is_left_alone(folder: Path, tmp_path: Path):
    """Neither a folder with other files, nor the corpus itself, nor a form that there is not."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "README.md").write_text("Notes.", encoding="utf-8")

    for out, error, says in (
        (tmp_path / "mine", CorpusFolderError, "no export wrote"),
        (folder / "out.jsonl", CorpusFolderError, "lies in the corpus"),
        (tmp_path / "out.csv", SettingsError, "no such form"),
    ):
        with pytest.raises(error, match=says):
            export_corpus(folder, out)

    assert (tmp_path / "mine" / "README.md").read_text(encoding="utf-8") == "Notes."
