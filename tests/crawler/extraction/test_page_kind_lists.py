"""Section pages that tease stories are lists, whatever their length."""

from __future__ import annotations

import pytest

from crawler.extraction import read_page

TEASERS = [
    (
        "Ferry towed home",
        "Six days after she struck the reef the ferry came home stern first, with her cars still aboard",
    ),
    (
        "Flour for six days",
        "There is flour for six days, fresh milk for four, and cat food until Easter, the council leader said",
    ),
    (
        "Lifeboats in the fog",
        "Two crews fetched all passengers off the reef in fog so thick that they steered by the ship's horn",
    ),
]


def section(teaser: str) -> bytes:
    items = "".join(
        f'<div><h3><a href="/2031/{n}-long-story-title">{head}</a></h3><p>{text}{teaser}</p></div>'
        for n, (head, text) in enumerate(TEASERS)
    )
    return f"<html><head><title>News</title></head><body><main><h1>News</h1>{items}</main></body></html>".encode()


@pytest.mark.parametrize("end", [" …", "..."], ids=["ellipsis", "dots"])
def test_teasers_that_break_off_are_a_list(end: str):
    """A story does not break off in every paragraph."""
    assert read_page(section(end), "https://paper.example/news/").reason == "index_page"


def test_paragraphs_under_linked_headlines_are_a_list():
    """Even where each is a whole sentence."""
    assert read_page(section("."), "https://paper.example/news/").reason == "index_page"


def test_labels_beside_teasers_are_no_paragraphs_of_a_story():
    """Dates and the like stand beside each teaser: they do not make a story of a list."""
    dated = section(" …").replace(b"</p></div>", b"</p><p>12.03.2031</p><p>3 min read</p></div>")

    assert read_page(dated, "https://paper.example/news/").reason == "index_page"
