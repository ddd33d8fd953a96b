"""Title and authors: chosen among what the page declares and what it shows."""

from __future__ import annotations

import json

import pytest

from crawler.extraction import extract
from crawler.extraction.markup import parse
from crawler.extraction.structured import declared, names_of, text_of
from tests.crawler.extraction.pages import JSON_LD, STORY, TITLE, URL, page, paragraphs

BYLINES = {
    "by": ("<p class='byline'>By Maren Oldquist</p>", ("Maren Oldquist",)),
    "two names": ("<div>By Maren Oldquist and Pavo Lindt</div>", ("Maren Oldquist", "Pavo Lindt")),
    "German": ("<div>Von Maren Oldquist</div>", ("Maren Oldquist",)),
    "with a date": ("<div>Maren Oldquist, April 17, 2031 9:40 PM</div>", ("Maren Oldquist",)),
    "with bars": ("<div class='meta'>Maren Oldquist | 17 April 2031</div>", ("Maren Oldquist",)),
    "a link": ("<div><a rel='author' href='/p/7'>Maren Oldquist</a></div>", ("Maren Oldquist",)),
    "two blocks": ("<div>By</div><div>Maren Oldquist</div>", ("Maren Oldquist",)),
    "a column": ("<div>Eine Kolumne von Maren Oldquist | 17.04.2031</div>", ("Maren Oldquist",)),
    "an interview": ("<div>Ein Interview von Maren Oldquist mit Pavo Lindt</div>", ("Maren Oldquist",)),
    "a role": ("<div>Von Sportredakteurin Maren Oldquist</div>", ("Maren Oldquist",)),
    "one word": ("<p>by maren on April 17, 2031</p>", ("maren",)),
    "a list named so": ("<ul class='author'><li>Maren O.</li></ul>", ("Maren O",)),
    "microdata": (
        "<div itemprop='author'><span itemprop='name'>Maren Oldquist</span></div>",
        ("Maren Oldquist",),
    ),
    "a line in bold": ("<p><b>MAREN OLDQUIST/PAVO LINDT</b></p>", ("MAREN OLDQUIST", "PAVO LINDT")),
    "in Chinese": ("<div>（责编：牛镛、岳弘彬）</div>", ("牛镛", "岳弘彬")),
    "what they are and where": (
        "<p class='byline'>By Maren Oldquist, Political Editor, in London and Pavo Lindt in Paris</p>",
        ("Maren Oldquist", "Pavo Lindt"),
    ),
    "whom they work for": ("<p>By MAREN OLDQUIST Associated Press</p>", ("MAREN OLDQUIST",)),
    "an outlet and a comma": ("<p>By Maren Oldquist, Veltmoor Post</p>", ("Maren Oldquist",)),
    "a comma before and": (
        "<p>By Maren Oldquist, Pavo Lindt, and Ada Moss</p>",
        ("Maren Oldquist", "Pavo Lindt", "Ada Moss"),
    ),
    "with another": ("<p>By Maren Oldquist with Pavo Lindt</p>", ("Maren Oldquist", "Pavo Lindt")),
    "with an agency": ("<p>Par Maren Oldquist avec AFP</p>", ("Maren Oldquist",)),
    "who took the pictures": ("<p>Von Maren Oldquist (Text) und Pavo Lindt (Fotos)</p>", ("Maren Oldquist",)),
    "who edited": ("<p>Penulis: Maren Oldquist | Editor: Pavo Lindt</p>", ("Maren Oldquist",)),
    "a role before": ("<p>Von unserer Korrespondentin Maren Oldquist</p>", ("Maren Oldquist",)),
    "particles": ("<p>By Maren de la Cruz Oldquist</p>", ("Maren de la Cruz Oldquist",)),
    "a month for a name": ("<p>By Elaine May</p>", ("Elaine May",)),
    "an agency": ("<p class='byline'>By Reuters</p>", ("Reuters",)),
    "behind a date": ("<div>Posted on April 17, 2031 by Maren Oldquist</div>", ("Maren Oldquist",)),
    "two in conversation": (
        "<div class='author'>Ada Moss im Gespräch mit Maren Oldquist</div>",
        ("Ada Moss", "Maren Oldquist"),
    ),
    "in Greek": ("<p class='byline'>Γράφει ο Παύλος Λίντος</p>", ("Παύλος Λίντος",)),
    "in Arabic": ("<p class='byline'>بقلم: محمد العلي</p>", ("محمد العلي",)),
    "in Hebrew": ("<p class='author'>דוד לוי</p>", ("דוד לוי",)),
    "in Hindi": ("<p class='author'>राम शर्मा</p>", ("राम शर्मा",)),
    "in Korean": ("<p class='byline'>홍길동 기자</p>", ("홍길동",)),
    "in Japanese": ("<p class='byline'>取材・文＝山田太郎</p>", ("山田太郎",)),
    "in Vietnamese": ("<p class='byline'>Tác giả: Nguyễn Văn Ba</p>", ("Nguyễn Văn Ba",)),
    "a section with a date": ("<div>In Local News | 17 April 2031</div>", ()),
    "an agency's picture": ("<div>Photo: Harbour Office</div>", ()),
}


@pytest.mark.parametrize(("line", "names"), BYLINES.values(), ids=list(BYLINES))
def test_a_visible_byline_names_the_authors(line: str, names: tuple[str, ...]):
    """Where nothing is declared, the line between headline and story says who wrote it, and stays out of the text."""
    found = extract(page(f"<article><h1>{TITLE}</h1>{line}{paragraphs()}</article>", json_ld=None), URL)

    assert found is not None
    assert found.authors == names
    assert found.text.split("\n") == list(STORY)


DECLARED = {
    "one text of two": ("Maren Oldquist and Pavo Lindt", ("Maren Oldquist", "Pavo Lindt")),
    "a name with an and": ("Ministry of Works and Waterways", ("Ministry of Works and Waterways",)),
    "by and an address": (["By Maren Oldquist", "https://www.veltmoorpost.example/p/7"], ("Maren Oldquist",)),
    "the family name first": ("Oldquist, Maren", ("Maren Oldquist",)),
    "a role behind": ("Maren Oldquist, BBC News", ("Maren Oldquist",)),
    "a degree behind": ("Maren Oldquist, Ph.D.", ("Maren Oldquist",)),
    "an agency behind": ("Maren Oldquist, dpa", ("Maren Oldquist", "dpa")),
    "a role beside a family name like one": ("Julian Fellows", ("Julian Fellows",)),
    "a society": ("Reporters Without Borders", ("Reporters Without Borders",)),
    "nobody": ("Guest Author", ()),
    "a list in a list": (
        [[{"name": "Maren Oldquist"}], [{"name": "Pavo Lindt"}]],
        ("Maren Oldquist", "Pavo Lindt"),
    ),
    "a list that keeps its order": (
        {"@list": [{"name": "Maren Oldquist"}, {"name": "Pavo Lindt"}]},
        ("Maren Oldquist", "Pavo Lindt"),
    ),
    "a name in parts": (
        {"@type": "Person", "givenName": "Maren", "familyName": "Oldquist"},
        ("Maren Oldquist",),
    ),
    "initials behind": ("Maren Oldquist (mol)", ("Maren Oldquist",)),
    "the outlet before": ("Veltmoor Post - Maren Oldquist", ("Maren Oldquist",)),
    "the outlet, as no one else": ("Veltmoor Post", ("Veltmoor Post",)),
}


@pytest.mark.parametrize(("declared", "names"), DECLARED.values(), ids=list(DECLARED))
def test_declared_authors_are_parted_and_cleaned(declared: object, names: tuple[str, ...]):
    """One field may hold several names, a by, an address or initials; "and" also stands inside names."""
    found = extract(page(f"<h1>{TITLE}</h1>{paragraphs()}", json_ld={**JSON_LD, "author": declared}), URL)

    assert found is not None
    assert found.authors == names


def test_a_person_in_the_byline_wins_over_the_outlet_as_author():
    """Content systems write the outlet into the author's field; the byline knows better."""
    body = f"<article><h1>{TITLE}</h1><div>By Maren Oldquist</div>{paragraphs()}</article>"

    found = extract(page(body, json_ld={**JSON_LD, "author": {"name": "Veltmoor Post"}}), URL)

    assert found is not None
    assert (found.authors, found.field_sources["authors"]) == (("Maren Oldquist",), "byline")


OUTLETS = {
    "its initials": "VP",
    "its domain": "veltmoorpost.example",
    "a user": "m.oldquist",
    "the desk": "Redaktion",
}


@pytest.mark.parametrize("name", OUTLETS.values(), ids=list(OUTLETS))
def test_a_person_in_the_byline_wins_over_a_name_that_is_nobodys(name: str):
    """Initials of the outlet, its domain, a user of its content system and the desk are declared as authors."""
    body = f"<article><h1>{TITLE}</h1><div>By Maren Oldquist</div>{paragraphs()}</article>"

    found = extract(page(body, json_ld={**JSON_LD, "author": {"name": name}}), URL)

    assert found is not None
    assert found.authors == ("Maren Oldquist",)


FULLER = {
    "one more": ("Maren Oldquist", ("Maren Oldquist", "Pavo Lindt")),
    "the family name": ("Maren", ("Maren Oldquist", "Pavo Lindt")),
    "someone else": ("Ilse Brandvik", ("Ilse Brandvik",)),
}


@pytest.mark.parametrize(("declared", "names"), FULLER.values(), ids=list(FULLER))
def test_a_byline_that_says_all_that_is_declared_and_more_is_believed(declared: str, names: tuple[str, ...]):
    """Content systems know one author, or a first name; readers are told both in full."""
    body = f"<article><h1>{TITLE}</h1><div>By Maren Oldquist, Pavo Lindt</div>{paragraphs()}</article>"

    found = extract(page(body, json_ld={**JSON_LD, "author": {"name": declared}}), URL)

    assert found is not None
    assert found.authors == names


SIGNED = {
    "in parentheses": "<p>(Maren Oldquist)</p>",
    "behind a dash": "<p>– Maren Oldquist</p>",
    "a credit": "<p>(Reporting by Maren Oldquist in Veltmoor; Editing by Ada Moss)</p>",
    "a line on the author": "<div class='author-bio'><p>Maren Oldquist is a reporter at the Veltmoor Post.</p></div>",
    "far behind": "<p>x</p>" * 20
    + "<footer><address class='p-author h-card'>Maren Oldquist</address></footer>",
}


@pytest.mark.parametrize("end", SIGNED.values(), ids=list(SIGNED))
def test_a_signature_names_the_author(end: str):
    """Blogs and agencies sign at the end."""
    found = extract(page(f"<article><h1>{TITLE}</h1>{paragraphs()}{end}</article>", json_ld=None), URL)

    assert found is not None
    assert found.authors == ("Maren Oldquist",)


def test_the_author_of_a_related_story_is_not_the_storys():
    """A box of links has bylines of its own."""
    box = (
        "<div class='related'><a href='/x'>Ferry late again</a><span class='author'>By Ada Moss</span></div>"
    )

    found = extract(page(f"<article><h1>{TITLE}</h1>{paragraphs()}{box}</article>", json_ld=None), URL)

    assert found is not None
    assert found.authors == ()


def test_a_user_of_the_content_system_has_the_name_that_the_page_tells():
    """ "maren.oldquist" is no name, but points to one."""
    body = f"<h1>{TITLE}</h1>{paragraphs()}<p>The bridge stays closed, writes Maren B. Oldquist.</p>"

    found = extract(page(body, json_ld={**JSON_LD, "author": {"name": "maren.oldquist"}}), URL)

    assert found is not None
    assert found.authors == ("Maren B. Oldquist",)


def test_a_guest_wrote_what_an_account_published():
    """A line that says whose piece it is names its author; declared is who put it in."""
    body = f"<article><h1>{TITLE}</h1><p>Ein Gastbeitrag von Maren Oldquist</p>{paragraphs()}</article>"

    found = extract(page(body, json_ld={**JSON_LD, "author": {"name": "Pavo Lindt"}}), URL)

    assert found is not None
    assert found.authors == ("Maren Oldquist",)


def test_of_several_articles_the_one_with_the_pages_title_is_its_story():
    """Related stories are described too, and better."""
    own = {"@type": "NewsArticle", "headline": TITLE, "author": {"name": "Maren Oldquist"}}
    other = {**JSON_LD, "headline": "Ferry late again this week", "author": {"name": "Ada Moss"}}
    head = f'<meta property="og:title" content="{TITLE}">'

    found = extract(page(f"<h1>{TITLE}</h1>{paragraphs()}", json_ld={"@graph": [other, own]}, head=head), URL)

    assert found is not None
    assert found.authors == ("Maren Oldquist",)


GRAPHS = {
    "the page's own node": {"@type": "WebPage", "author": {"@id": "#ada"}},
    "a recipe": {"@type": "Recipe", "name": "Eel soup", "author": {"@id": "#ada"}},
}


@pytest.mark.parametrize("node", GRAPHS.values(), ids=list(GRAPHS))
def test_the_author_may_be_a_reference_in_a_graph_without_an_article(node: dict[str, object]):
    """Content systems describe page and person apart, and point from one to the other."""
    graph: dict[str, object] = {
        "@graph": [node, {"@type": "Person", "@id": "#ada", "name": "Maren Oldquist"}]
    }

    found = extract(page(f"<h1>{TITLE}</h1>{paragraphs()}", json_ld=graph), URL)

    assert found is not None
    assert (found.authors, found.field_sources["authors"]) == (("Maren Oldquist",), "json-ld")


def test_a_labelled_pair_of_a_card_names_the_author():
    """WordPress says "Written by" in a pair of meta tags, in the language of the site."""
    head = '<meta name="twitter:label1" content="Verfasst von"><meta name="twitter:data1" content="Maren O.">'

    found = extract(page(f"<h1>{TITLE}</h1>{paragraphs()}", json_ld=None, head=head), URL)

    assert found is not None
    assert (found.authors, found.field_sources["authors"]) == (("Maren O",), "meta")


TITLES = {
    "outlet behind": TITLE + " | Veltmoor Post",
    "outlet before": "Veltmoor Post - " + TITLE,
    "the domain behind": TITLE + " – veltmoorpost.example",
}


@pytest.mark.parametrize("title", TITLES.values(), ids=list(TITLES))
def test_the_outlets_name_is_no_part_of_the_title(title: str):
    """Old templates tell the headline from the outlet's name only on the page."""
    body = f"<h2><font>{TITLE}</font></h2>{paragraphs()}"

    found = extract(
        page(body, json_ld=None, title=title, head='<meta property="og:site_name" content="Veltmoor Post">'),
        URL,
    )

    assert found is not None
    assert found.title == TITLE
    assert TITLE not in found.text


def test_a_story_behind_a_paywall_is_marked():
    """The page says itself that it is not free."""
    found = extract(
        page(f"<h1>{TITLE}</h1>{paragraphs(STORY * 4)}", json_ld={**JSON_LD, "isAccessibleForFree": "False"}),
        URL,
    )

    assert found is not None
    assert found.paywalled is True


def test_what_a_page_states_is_cut_to_what_anybody_reads():
    """Titles and names of megabytes cost all who look into them later; no statement is longer than that."""
    long = "word-" * 10_000
    node = {
        "@type": "NewsArticle",
        "headline": "Dam",
        "articleSection": long,
        "author": [{"name": "Ada Moss"}] * 500,
    }
    head = f'<meta name="description" content="{long}"><meta name="{"a" * 5_000}" content="x"><title>{long}</title>'
    script = f'<script type="application/ld+json">{json.dumps(node)}</script>'
    tree = parse(f"<html><head>{head}{script}</head><body><p>x</p></body></html>")
    assert tree is not None

    said = declared(tree)

    assert len(said.headline or "") == len(said.first("description") or "") == 2_000
    assert max(map(len, said.meta)) == 100
    assert len(text_of(said.article["articleSection"]) or "") == 2_000
    assert len(names_of(said.article["author"], said)) == 100


def test_the_title_is_what_json_ld_says_and_the_shown_headline_stays_out_of_the_text():
    """A heading bent for searches, with words of its own, is neither the title nor the story."""
    shown = "Harbour bridge: when does it open, and what does it cost?"

    found = extract(page(f"<article><h1>{shown}</h1>{paragraphs()}</article>", title=shown), URL)

    assert found is not None
    assert (found.title, found.field_sources["title"]) == (TITLE, "json-ld")
    assert found.text.split("\n") == list(STORY)


def test_a_title_that_json_ld_breaks_off_is_read_from_the_page():
    """Content systems shorten the headline for machines."""
    found = extract(page(json_ld={**JSON_LD, "headline": "Veltmoor reopens its harbour…"}), URL)

    assert found is not None
    assert found.title == TITLE
