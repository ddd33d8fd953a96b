"""A box in the middle of a story that teases another is not the story."""

from __future__ import annotations

from crawler.extraction import read_page

PARAGRAPHS = [
    "A cable tie that costs four pence was holding the throttle of the ferry together when she struck the quay, the inspector said.",
    "The tie had replaced a steel pin at some time in the summer. It broke when the skipper pulled the lever astern off the steps.",
    "Twenty-three of the ninety-six people on board were injured, and three of them are still in the hospital of the harbour town.",
    "The line, which runs six boats on the lake, said that the repair was not in its log and that it was trying to find who made it.",
]
TEASER = '<div class="q8"><div class="q9"><a href="/a/4109/savings-plan">Inside the line: the savings plan that took the mate away</a></div><div>Eighteen months before the ship struck the reef, a slide was shown …</div><div>Jonas Whitlaw</div></div>'


def page(*parts: str) -> bytes:
    return f"<html><head><title>Tie held ferry together</title></head><body><main><h1>Tie held ferry together</h1>{''.join(parts)}</main></body></html>".encode()


def story(html: bytes) -> str:
    article = read_page(html, "https://paper.example/a/4112/cable-tie").article
    assert article is not None
    return article.text


def test_a_headline_with_a_line_under_it_is_cut_out_of_the_story():
    """The paragraphs before and after it stay."""
    blocks = [f"<div>{text}</div>" for text in PARAGRAPHS]

    text = story(page(*blocks[:2], TEASER, *blocks[2:]))

    assert text.splitlines() == PARAGRAPHS


def test_a_paragraph_that_links_is_the_story():
    """Links inside sentences are how stories cite."""
    cited = f'<div><a href="/a/1/report">{PARAGRAPHS[1]}</a></div>'

    text = story(
        page(f"<div>{PARAGRAPHS[0]}</div>", cited, *(f"<div>{text}</div>" for text in PARAGRAPHS[2:]))
    )

    assert PARAGRAPHS[1] in text.splitlines()


def test_headlines_behind_one_label_are_cut_out_of_the_story():
    """The label may be in a language that no list of phrases knows; that it comes again gives it away."""
    label = "<b>FUNDA OLUNYE UDABA LAPHA</b> | "
    teasers = [
        f'<p>{label}<a href="/a/{number}/x">{headline}</a></p>'
        for number, headline in enumerate(["The mate who was taken away", "A steel pin that nobody saw"])
    ]
    blocks = [f"<p>{text}</p>" for text in PARAGRAPHS]

    text = story(page(blocks[0], teasers[0], blocks[1], teasers[1], *blocks[2:]))

    assert text.splitlines() == PARAGRAPHS


def test_a_line_that_ends_in_a_link_is_the_story():
    """Each says something of its own before the link."""
    lines = [
        f'<p>{words} <a href="/a/{number}/x">the report of the inspectors</a></p>'
        for number, words in enumerate(["She read it in", "The line had asked for"])
    ]
    blocks = [f"<p>{text}</p>" for text in PARAGRAPHS]

    text = story(page(*blocks[:2], *lines, *blocks[2:]))

    assert "She read it in the report of the inspectors" in text.splitlines()
