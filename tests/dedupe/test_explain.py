"""Explaining a document on the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from dedupe.explain import DocumentNotFoundError, explain, shown
from dedupe.settings import DedupeSettings
from tests.dedupe.fictional import FURNITURE, fictional_corpus, ident


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A clean corpus."""
    return fictional_corpus(tmp_path / "skerry")


@pytest.mark.parametrize(
    "name",
    [
        "0",
        "000",
        f"000_{ident('https://courier.example/ferry')}.txt",
        ident("https://courier.example/ferry"),
        ident("https://courier.example/ferry")[:6],
        "https://www.courier.example/ferry/?utm_source=x",
    ],
    ids=["number", "padded number", "file", "id", "beginning", "address"],
)
def test_a_document_is_found_by_any_of_its_names(folder: Path, name: str):
    """Whatever a reader has at hand leads to it."""
    assert explain(folder, name, None, DedupeSettings()).startswith("000_")


def test_a_kept_document_is_explained_with_its_copies_and_cuts(folder: Path):
    """Why it stays, what it stands for, and each cut line with its rule and evidence."""
    text = explain(folder, "0", None, DedupeSettings())

    assert "Kept: stands for its copies." in text
    assert "https://gazette.example/ferry-halted: a copy, lightly edited, 96% alike" in text
    assert "line 2: newsletter or subscription\n    It asks the reader to subscribe." in text
    assert f"| {FURNITURE}" in text
    assert "Nothing stands against it." in text


def test_a_document_left_out_is_explained_with_the_one_that_stays(folder: Path):
    """Why it went, the measure, and what to read instead."""
    text = explain(folder, "https://gazette.example/ferry-halted", None, DedupeSettings())

    assert "Left out: a copy, lightly edited." in text
    assert f"Instead stays 000_{ident('https://courier.example/ferry')}.txt." in text


def test_an_unknown_name_says_what_to_give(folder: Path):
    """The error names the ways to name a document."""
    with pytest.raises(DocumentNotFoundError, match="number, file name, id or address"):
        explain(folder, "999", None, DedupeSettings())


def test_nothing_acts_on_the_terminal():
    """Colour codes, bells and direction marks are drawn."""
    assert shown("a\x1b[31mb\u202ec\x07") == "a<U+001B>[31mb<U+202E>c<U+0007>"
