"""The compiled kernel of the sieve counts what its definition in Python does."""

from __future__ import annotations

import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.sieve import words
from crawler.sieve.words import Vocabulary, as_utf8, pieces_of

# SEEDBED_FUZZ=100 makes a hundred times as many inputs.
MANY = 300 * int(os.environ.get("SEEDBED_FUZZ", "1"))
TERMS = [
    "tram",
    "zürich",
    "o’neill",
    "οδος",
    "i̇stanbul",
    "漢字",
    "한",
    "กา",
    "amp",
    "x",
    "é",
    "nato軍",
    "2031",
]
# What the reading turns on, in pieces small enough to meet in all ways.
PIECES = st.sampled_from(
    [
        *(
            "<",
            ">",
            "</",
            "<!--",
            "-->",
            "--!>",
            "-",
            "!",
            "?",
            "/",
            "<p>",
            "<b",
            "<meta content='",
            "'",
            "<METADATA ",
        ),
        *(
            "<script",
            "<SCRIPT type=application/LD+json>",
            "</script",
            "<style>",
            "</STYLE>",
            "<scripted>",
            "ld+json",
        ),
        *(
            "&",
            "&amp;",
            "#",
            "x",
            ";",
            "&uuml;",
            "&uuml",
            "&uumlx",
            "&shy;",
            "&#252;",
            "&#xFC",
            "&#xd800;",
            "&#0;",
        ),
        *(
            "&#129;",
            "&#x8a;",
            "&#99999999;",
            "&NotEqualTilde;",
            "&Afr;",
            "&amp;uuml;",
            "&gt;",
            "&" + "a" * 40 + ";",
        ),
        *("\\u00fc", "\\u003c", "\\ud83d", "\\n", "\\", "\\u12", "u00fc", "<![CDATA[", "{", '"'),
        *(
            "Tram",
            "tram",
            "Z",
            "ürich",
            "ÜRICH",
            "ODOS",
            "ΟΔΟΣ",
            "οδος",
            "İstanbul",
            "i̇",
            "NATO",
            "漢",
            "字",
            "軍",
        ),
        *(
            "한",
            "ก",
            "ั",
            "า",
            "゛",
            "\u00ad",
            "\u200b",
            "\ufeff",
            "\U0001d504",
            "😀",
            "_",
            "’",
            " ",
            "\n",
            "\0",
            "2031",
        ),
        *("É", "e\u0301", "ǅ", "ß", "\xa0", "\uffff", "\ufffe", "Ａ"),
    ]
)
needs_kernel = pytest.mark.skipif(words._kernel is None, reason="no compiled kernel here")


@needs_kernel
@settings(max_examples=MANY, deadline=None)
@given(st.lists(st.one_of(PIECES, st.text(max_size=3)), max_size=40))
def test_the_kernel_counts_what_the_definition_counts(pieces: list[str]):
    """Whatever the markup, however broken."""
    vocabulary = Vocabulary(piece for term in TERMS for piece in pieces_of(term))
    page = "".join(pieces).encode("utf-8", "replace")
    compiled, defined = vocabulary.counts(page), words.Counts(*map(np.zeros_like, vocabulary.counts(b"")))

    vocabulary._count(page, defined)

    assert compiled.times.tolist() == defined.times.tolist()
    assert compiled.capital.tolist() == defined.capital.tolist()


@needs_kernel
def test_every_character_is_folded_as_it_is_defined():
    """One by one, alone and within a word."""
    characters = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    for begin in range(0, len(characters), 50_000):
        some = characters[begin : begin + 50_000]
        vocabulary = Vocabulary(
            piece
            for character in some
            for word in (character, f"b{character}b")
            for piece in pieces_of(word.lower())
        )
        page = " ".join(f"{character} b{character}b" for character in some if character not in "<&").encode()
        compiled, defined = vocabulary.counts(page), words.Counts(*map(np.zeros_like, vocabulary.counts(b"")))

        vocabulary._count(page, defined)

        assert compiled.times.tolist() == defined.times.tolist()
        assert compiled.capital.tolist() == defined.capital.tolist()


@needs_kernel
@settings(max_examples=MANY, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=24), st.text(max_size=12).map(lambda text: text.encode("utf-8", "surrogatepass"))
    )
)
def test_the_kernel_knows_utf8(page: bytes):
    """Where Python decodes it, wherever in a page it stands."""
    for padded in (page, b"a" * 20 + page + b"b" * 20):
        try:
            padded.decode()
        except UnicodeDecodeError:
            assert not words._kernel.is_utf8(padded)
        else:
            assert words._kernel.is_utf8(padded)


def test_a_page_in_utf8_is_not_copied():
    """Most are; the others are read in their charset."""
    page = "Zürich".encode()

    assert as_utf8(page, "latin-1") is page
    assert as_utf8("Zürich".encode("latin-1"), "latin-1") == page


@needs_kernel
def test_tables_that_do_not_fit_are_refused():
    """Rather than read beyond."""
    vocabulary = Vocabulary(["a"])
    hashes, numbers = vocabulary._table
    with pytest.raises(ValueError, match="do not fit"):
        words._kernel.read(
            b"a", *words._characters(), hashes, numbers + 9, np.zeros(1, np.int32), np.zeros(1, np.uint8)
        )
    with pytest.raises(ValueError, match="do not fit"):
        words._kernel.read(
            b"a", *words._characters(), hashes[:3], numbers[:3], np.zeros(1, np.int32), np.zeros(1, np.uint8)
        )
