"""Bytes to text and tree: charsets found, hostile markup disarmed."""

from __future__ import annotations

import pytest

from crawler.extraction import markup as reading_of_markup
from crawler.extraction.markup import decode, parse

GERMAN = "Die Brücke über die Förde wird für größere Schiffe geöffnet. "
RUSSIAN = "Мост через гавань откроют во вторник, сообщили в порту. "
JAPANESE = "港の橋は火曜日に再び開通すると市役所が発表した。"


@pytest.mark.parametrize(
    ("text", "charset", "declared_inside", "header"),
    [
        (GERMAN, "windows-1252", "windows-1252", None),
        (RUSSIAN, "windows-1251", "windows-1251", None),
        (JAPANESE, "shift_jis", "Shift_JIS", None),
        (GERMAN, "utf-8", "iso-8859-1", "iso-8859-1"),
        (RUSSIAN, "utf-8", None, "windows-1251"),
        (RUSSIAN, "windows-1251", "windows-1251", "iso-8859-1"),
        (GERMAN, "windows-1252", "windows-1252", "utf-8"),
        (JAPANESE, "euc_jp", "euc-jp", "no-such-charset"),
        (RUSSIAN, "windows-1251", None, None),
        (GERMAN, "utf-16", None, None),
    ],
    ids=lambda value: str(value)[:14],
)
def test_the_charset_that_fits_the_bytes_wins(
    text: str, charset: str, declared_inside: str | None, header: str | None
):
    """Headers and declarations are hints; the bytes decide between them."""
    meta = f'<meta charset="{declared_inside}">' if declared_inside else ""
    markup = f"<html><head>{meta}</head><body><p>{text * 6}</p></body></html>"

    assert decode(markup.encode(charset), header) == markup


def test_utf8_cut_in_the_middle_of_a_character_stays_utf8():
    """A connection that broke off must not turn the whole page into another charset."""
    cut = (RUSSIAN * 5).encode()[:-1]

    assert decode(cut, None).startswith(RUSSIAN)


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 50_000 + "text",
        "<p " + " ".join(f"a{i}=1" for i in range(100_000)) + ">text</p>",
        "<a<a<a<a" * 50_000,
        "<p title='" + "x" * 900_000 + "'>text</p>",
    ],
    ids=["deep", "many attributes", "open tags", "one long attribute"],
)
def test_markup_made_to_hang_a_parser_is_read_all_the_same(markup: str):
    """The parser sees nothing that takes it more than linear time."""
    assert parse(markup) is not None


def test_text_without_a_tag_is_no_page():
    """Plain words hold no element to read."""
    assert parse("only words") is None


def test_a_page_of_too_many_tags_is_read_up_to_there(monkeypatch: pytest.MonkeyPatch):
    """Each takes memory in the tree; a million links took more than a reader may have."""
    monkeypatch.setattr(reading_of_markup, "MAX_TAGS", 6)

    tree = parse("<html><body><p>One</p><p>Two</p><p>Three</p></body></html>")

    assert tree is not None
    assert list(tree.itertext()) == ["One", "Two"]


def test_a_summary_of_many_words_is_one_attribute():
    """What is dropped is a tag with thousands of attributes, not one with a long value."""
    words = "The bridge at Harbour Town stays closed. " * 80
    tree = parse(
        f'<html><head><meta name="description" content="{words}"></head><body><p>x</p></body></html>'
    )

    assert tree is not None
    assert tree.xpath("string(//meta/@content)") == words
