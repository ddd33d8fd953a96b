"""Which blocks are the story, in the templates that news sites use."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from crawler.extraction import extract, main_text
from crawler.extraction.block_model import forest
from crawler.extraction.blocks import Outline
from crawler.extraction.features import NAMES
from crawler.extraction.phrases import is_house_line
from tests.crawler.extraction.pages import JSON_LD, STORY, TITLE, URL, article, page, paragraphs

TEMPLATES = {
    "semantic": article(),
    "div soup": f"<div class='c1'><div class='ttl'>{TITLE}</div>"
    + "".join(f"<div class='b'><span>{text}</span></div>" for text in STORY)
    + "</div>",
    "breaks": f"<div id='content'><h1>{TITLE}</h1><div id='text'>" + "<br><br>".join(STORY) + "</div></div>",
    "layout table": f"<table><tr><td><a href='/'>Home</a><br><a href='/sport'>Sport</a></td><td><h2>{TITLE}</h2>{paragraphs()}</td></tr></table>",
    "microdata": f"<div itemscope><h1 itemprop='headline'>{TITLE}</h1><div itemprop='articleBody'>{paragraphs()}</div></div>",
    "cards": f"<h1>{TITLE}</h1>"
    + "".join(f"<section class='card'><div class='card__txt'>{text}</div></section>" for text in STORY),
}


@pytest.mark.parametrize("body", TEMPLATES.values(), ids=list(TEMPLATES))
def test_the_story_is_found_in_every_template(body: str):
    """Markup differs, the story does not."""
    found = extract(page(body), URL)

    assert found is not None
    assert found.text.split("\n") == list(STORY)


FURNITURE = {
    "teaser": '<p>READ ALSO: <a href="/2031/ferry">Ferry timetable changes again</a></p>',
    "arrow": '<p>» <a href="/2031/ferry">Ferry timetable changes again</a></p>',
    "channel": "<p>Join Veltmoor Post on Telegram</p>",
    "typo": "<p>Found a mistake? Highlight the text and press Ctrl + Enter</p>",
    "newsletter": "<form class='newsletter'><p>Sign up for our morning newsletter.</p></form>",
    "machine voice": "<p>This article is read by an automated voice. Listen to this article.</p>",
    "share": "<div class='share'>Share this article Facebook X WhatsApp Email</div>",
}


@pytest.mark.parametrize("line", FURNITURE.values(), ids=list(FURNITURE))
def test_a_line_of_the_house_inside_the_story_is_left_out(line: str):
    """Teasers, calls to follow and sign up, and notes on the page are not the story, wherever they stand."""
    found = extract(page(article(paragraphs(STORY[:2]) + line + paragraphs(STORY[2:]))), URL)

    assert found is not None
    assert found.text.split("\n") == list(STORY)


@pytest.mark.parametrize(
    "sentence",
    [
        "The mayor said she would follow the engineers' advice on every point.",
        "Two of the suspects joined the group on the island in spring.",
        "The newsletter of the harbour office had warned of the barge in March.",
    ],
)
def test_a_sentence_that_uses_a_house_lines_words_stays(sentence: str):
    """Words like follow, join and newsletter are also news."""
    assert not is_house_line(sentence)


def test_a_list_inside_the_story_stays_whole():
    """Items of one list stand or fall together."""
    items = (
        "Cars may cross from six in the morning.",
        "Lorries wait until spring.",
        "Cyclists use the southern lane.",
    )
    listed = "<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>"

    found = extract(page(article(paragraphs(STORY[:2]) + listed + paragraphs(STORY[2:]))), URL)

    assert found is not None
    assert found.text.split("\n") == [*STORY[:2], *items, *STORY[2:]]


def test_a_table_inside_the_story_stays_whole():
    """Its head has few words and no sentence, and stands or falls with the rows."""
    rows = [("Crossing", "Opens", "Toll"), ("Cars", "6 am", "2 crowns"), ("Lorries", "in spring", "9 crowns")]
    head, *others = ["<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows]
    table = f"<table><thead>{head}</thead><tbody>{''.join(others)}</tbody></table>"

    found = extract(page(article(paragraphs(STORY[:2]) + table + paragraphs(STORY[2:]))), URL)

    assert found is not None
    assert found.text.split("\n") == [*STORY[:2], *[" | ".join(row) for row in rows], *STORY[2:]]


def test_a_page_that_declares_more_than_it_shows_is_noted():
    """The text may be cut: the reader of the corpus must know."""
    whole = " ".join(STORY * 6)

    found = extract(page(json_ld={**JSON_LD, "articleBody": whole}), URL)

    assert found is not None
    assert any("declares" in note for note in found.notes)


def test_the_model_was_fitted_for_these_features():
    """Weights of other features would judge at random."""
    assert forest().column.max() < len(NAMES)
    assert forest().left.max() < len(forest().column)


INSIDE = {
    "heading": "<h3>Lorries wait</h3>",
    "quotation": "<blockquote><p>Two bearings could be kept, which nobody had hoped for.</p><p>Works Dept.</p></blockquote>",
}


@pytest.mark.parametrize("part", INSIDE.values(), ids=list(INSIDE))
def test_what_stands_inside_the_story_stays(part: str):
    """Headings of its parts and quotations, with who said them, are the story."""
    found = extract(page(article(paragraphs(STORY[:2]) + part + paragraphs(STORY[2:]))), URL)

    assert found is not None
    inside = found.text.split("\n")
    assert [line for line in inside if line in STORY] == list(STORY)
    assert len(inside) == len(STORY) + part.count("</p>") + part.count("</h3>")


CAPTION = "The harbour bridge of Veltmoor, seen from the northern quay on the evening before the council met to vote."
NOT_THE_STORY = {
    "pull quote": f"<blockquote><p>{STORY[1][:94]}</p></blockquote>",
    "link": '<p><a href="/2031/ferry"><b>FERRY TIMETABLE CHANGES FOR THE THIRD TIME IN A YEAR</b></a></p>',
    "caption": f'<div class="pic-caption"><p>{CAPTION}</p></div>',
    "card": f'<div class="modal"><p>{CAPTION}</p></div>',
    "consent": "<div><p>External content: your privacy settings keep this map from being shown to you here.</p>"
    "<p>I agree that maps of the harbour office are shown to me, and that it learns of my visit.</p></div>",
}


@pytest.mark.parametrize("part", NOT_THE_STORY.values(), ids=list(NOT_THE_STORY))
def test_what_stands_inside_the_story_and_is_none_of_it_is_left_out(part: str):
    """A quote pulled out of the text, a paragraph that is a link, and what holds the place of a film."""
    found = extract(page(article(paragraphs(STORY[:2]) + part + paragraphs(STORY[2:]))), URL)

    assert found is not None
    assert found.text.split("\n") == list(STORY)


def test_a_note_on_consent_that_is_longer_than_the_story_in_all_is_left_out():
    """A page may hold the place of a film after each paragraph."""
    note = NOT_THE_STORY["consent"]

    found = extract(page(article("".join(f"<p>{text}</p>{note}{note}" for text in STORY))), URL)

    assert found is not None
    assert found.text.split("\n") == list(STORY)


def test_a_story_in_a_box_named_otherwise_stays():
    """What holds all that was chosen is the story, whatever the box is called."""
    found = extract(page(f"<h1>{TITLE}</h1><div class='comment-modal'>{paragraphs()}</div>"), URL)

    assert found is not None
    assert found.text.split("\n") == list(STORY)


def test_quotes_beyond_number_are_not_looked_up_in_the_story(monkeypatch: pytest.MonkeyPatch):
    """A page made of quotations must not cost its square."""
    monkeypatch.setattr("crawler.extraction.main_text.MOST_PULL_QUOTES", 0)
    quote = NOT_THE_STORY["pull quote"]

    found = extract(page(article(paragraphs(STORY[:2]) + quote + paragraphs(STORY[2:]))), URL)

    assert found is not None
    assert found.text.split("\n") == [*STORY[:2], STORY[1][:94], *STORY[2:]]


def test_a_reading_that_took_one_box_of_several_says_nothing_of_the_others(monkeypatch: pytest.MonkeyPatch):
    """Where trafilatura finds less than half of what the model takes for the story, the model decides alone."""
    boxes = [f"<div class='part'>{paragraphs(STORY[start : start + 1])}</div>" for start in range(len(STORY))]
    html = page(f"<article><h1>{TITLE}</h1>{'<p>Advertisement</p>'.join(boxes)}</article>")
    monkeypatch.setattr(main_text, "DOUBT", 0.0)
    monkeypatch.setattr(main_text, "TRAFILATURA", 1.0)
    kept = [0]  # how many of the story's paragraphs trafilatura keeps

    def keeps_some(outline: Outline, likely: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.array([float(block.text in STORY[: kept[0]]) for block in outline.blocks])

    monkeypatch.setattr(main_text, "_by_trafilatura", keeps_some)
    found = []
    for kept[0] in (1, 3):
        article = extract(html, URL)
        assert article is not None
        found.append(article.text.split("\n"))

    assert found == [list(STORY), list(STORY[:3])]


def test_lines_amid_the_story_are_a_part_of_it_whatever_lies_between():
    """Short lines of one kind in one box stand together, adverts or not."""
    towns = [
        "Veltmoor: the old town, Brand and the quays",
        "Sund: all but the mill",
        "Ost: the lower village",
    ]
    lines = "".join(f"<p>{town}</p><div class='ad-slot'>Advertisement</div>" for town in towns)

    found = extract(page(article(paragraphs(STORY[:2]) + lines + paragraphs(STORY[2:]))), URL)

    assert found is not None
    assert [line for line in found.text.split("\n") if line in towns] == towns
    assert "Advertisement" not in found.text
