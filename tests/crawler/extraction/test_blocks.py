"""The walk over a page: blocks, what they stand in, links."""

from __future__ import annotations

from crawler.extraction.blocks import MOST_BLOCKS, Outline, outline
from crawler.extraction.cues import Cue
from crawler.extraction.markup import parse
from dedupe.models import BlockKind


def walked(markup: str) -> Outline:
    tree = parse(f"<html><body>{markup}</body></html>")
    assert tree is not None
    return outline(tree)


def texts(markup: str) -> list[str]:
    return [block.text for block in walked(markup).blocks]


def test_inline_markup_does_not_part_a_paragraph():
    """A reader sees one paragraph, whatever words in it are links or bold."""
    assert texts("<p>The <b>mayor</b> told <a href='/x'>the paper</a> so.</p>") == [
        "The mayor told the paper so."
    ]


def test_two_breaks_part_paragraphs_and_one_does_not():
    """Old templates write paragraphs with <br><br>; a lone <br> in short lines is an address or a poem."""
    assert texts("Harbour Office<br>Quay 3<br><br>Open daily.") == ["Harbour Office Quay 3", "Open daily."]


def test_short_cells_of_a_table_row_are_one_block():
    """A row of figures is read as one line; a layout table's cells are not."""
    blocks = walked("<table><tr><td>Ferry</td><td>08:15</td><td>Pier 2</td></tr></table>").blocks

    assert [(block.text, block.kind) for block in blocks] == [("Ferry | 08:15 | Pier 2", BlockKind.TABLE_ROW)]


def test_words_not_shown_inside_a_sentence_are_left_out():
    """A pop-up hidden in a paragraph is no part of its sentence."""
    markup = "<p>The mayor <span class='tooltip hidden'>More on the mayor</span>voted.</p>"

    assert texts(markup) == ["The mayor voted."]


def test_words_from_which_a_hint_opens_are_the_sentences():
    """The name that a card opens from is read; the card is not."""
    card = "<span class='rollover-card'><span class='rollover'><a href='/p'>MORE ON HER</a></span></span>"
    markup = f"<p>The mayor, <span class='rollover'><a href='/p'>Ilse Brandvik</a>{card}</span>, voted.</p>"

    assert texts(markup) == ["The mayor, Ilse Brandvik, voted."]


def test_a_block_inherits_the_cues_of_what_it_stands_in():
    """A paragraph in a box named as related reading is known as such."""
    page = walked("<div class='related-stories'><div><p>Ferry timetable changes</p></div></div>")

    assert page.boxes[page.blocks[0].box].cues & Cue.RELATED
    assert not page.boxes[page.blocks[0].box].own & Cue.RELATED


def test_a_caption_knows_that_it_follows_a_picture():
    """Captions without <figcaption> are told by the picture right before them."""
    blocks = walked(
        "<p>One.</p><div><img src='/b.jpg'><div>The bridge at dusk.</div></div><p>Two.</p>"
    ).blocks

    assert [block.after_picture for block in blocks] == [False, True, False]


def test_the_walk_ends_where_no_article_goes_on():
    """A page of a million paragraphs costs no more than the longest article."""
    assert len(walked("<p>x</p>" * (MOST_BLOCKS + 500)).blocks) == MOST_BLOCKS
