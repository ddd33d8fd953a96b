"""Small news pages of our own writing: fictional places, people and outlets."""

from __future__ import annotations

import json

STORY = (
    "The council of Veltmoor voted late on Tuesday to reopen the harbour bridge, eleven months after a barge "
    "struck its northern pier and closed the only road to the island.",
    "Engineers had found that two of the six bearings could be kept, which brought the bill down to a third of "
    "the first estimate, the head of the works department told the session.",
    '"We have waited long enough, and so have the people who walk to school," said the mayor, Ilse Brandvik, '
    "before the vote was taken.",
    "Heavy lorries will be barred until spring, when the last of the bearings is due to be replaced and tested "
    "under load.",
)
TITLE = "Veltmoor reopens its harbour bridge after eleven months"
URL = "https://www.veltmoorpost.example/2031/04/17/harbour-bridge"

JSON_LD = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": TITLE,
    "datePublished": "2031-04-17T21:40:00+02:00",
    "dateModified": "2031-04-18T08:05:00+02:00",
    "author": [{"@type": "Person", "name": "Maren Oldquist"}, {"@type": "Person", "name": "Pavo Lindt"}],
    "publisher": {"@type": "Organization", "name": "Veltmoor Post"},
    "articleSection": "Island",
    "isAccessibleForFree": True,
}


def paragraphs(texts: tuple[str, ...] = STORY) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def page(
    body: str | None = None,
    *,
    head: str = "",
    json_ld: dict[str, object] | None = JSON_LD,
    charset: str = "utf-8",
    title: str = TITLE + " | Veltmoor Post",
) -> bytes:
    """A whole page: menu, story with its furniture, sidebar, footer."""
    script = f'<script type="application/ld+json">{json.dumps(json_ld)}</script>' if json_ld else ""
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="{charset}"><title>{title}</title>{script}{head}</head>'
        '<body><header><nav><ul><li><a href="/">Home</a></li><li><a href="/island">Island</a></li>'
        '<li><a href="/sport">Sport</a></li></ul></nav></header>'
        f"<main>{body if body is not None else article()}</main>"
        '<aside class="sidebar"><h2>Most read</h2><ul><li><a href="/2031/04/16/ferry">Ferry timetable changes again</a></li>'
        '<li><a href="/2031/04/15/market">The fish market moves indoors</a></li></ul></aside>'
        '<footer><p>© 2031 Veltmoor Post. All rights reserved.</p><a href="/imprint">Imprint</a></footer></body></html>'
    ).encode(charset)


def article(story: str | None = None) -> str:
    return (
        f'<article><h1>{TITLE}</h1><div class="byline">By Maren Oldquist and Pavo Lindt</div>'
        "<figure><img src='/b.jpg' alt=''><figcaption>The bridge at dusk. Photo: Harbour Office</figcaption></figure>"
        f"{story if story is not None else paragraphs()}</article>"
    )
