"""How each site of the example prints its stories: ten templates that share as little as real sites do.

A template is a class with `article(story)` and `listing(...)`, and names the paths of its lists and feeds.
Furniture (menus, newsletter forms, teasers, share lines, comments, cookie texts) is part of the template.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import UTC
from email.utils import format_datetime
from html import escape

from news_web import LINK, Block, Page, Site, Story, Web, slug_of

TRACKING = "?utm_source=related&utm_medium=teaser&utm_campaign=autumn"
MONTHS_DE = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
]


def pages(site: Site, web: Web) -> Iterator[Page]:
    """Every page of a site but its robots.txt."""
    yield from TEMPLATES[site.template](site, web).pages()


def aliases(web: Web) -> dict[str, str]:
    """Other addresses of stories -> their canonical ones."""
    return {
        other: story.url
        for story in web.stories.values()
        for other in TEMPLATES[story.site.template](story.site, web).other_addresses(story)
    }


class Template:
    """What the templates share: which pages there are, and small helpers."""

    section_path = "/section/{slug}/"
    page_path = "/section/{slug}/page/{page}/"

    def __init__(self, site: Site, web: Web) -> None:
        self.site = site
        self.web = web
        self.stories = web.of(site)

    # -- the pages

    def pages(self) -> Iterator[Page]:
        """Home, sections with their further pages, articles, variants, feeds, soft 404s."""
        yield self.page("/", self.listing(self.site.name, self.home_stories(), "", ""))
        yield from self.section_pages()
        for story in self.web.stories.values():
            if story.site is self.site:
                html = self.article(story)
                yield self.page(story.url, html)
                for other in self.other_addresses(story):
                    yield self.page(other, self.print_page(story) if "/print/" in other else html)
        yield from self.feeds()
        for address in self.site.soft_404s:
            yield self.page(address, self.soft_404())

    def page(self, address: str, html: str) -> Page:
        """An HTML page at a path or a whole address."""
        whole = address if address.startswith("https:") else self.site.root + address
        return Page(whole, html)

    def section_pages(self) -> Iterator[Page]:
        """Each section, cut into pages of the site's size."""
        size = self.site.page_size
        for name in self.site.sections:
            stories = [story for story in self.stories if story.section == name]
            last = max(1, -(-len(stories) // size))
            for page in range(1, last + 1):
                part = stories[(page - 1) * size : page * size]
                newer = self.section_address(name, page - 1) if page > 1 else ""
                older = self.section_address(name, page + 1) if page < last else ""
                yield self.page(self.section_address(name, page), self.listing(name, part, newer, older))

    def section_address(self, name: str, page: int = 1) -> str:
        """Path of a page of a section."""
        path = self.section_path if page == 1 else self.page_path
        return path.format(slug=slug_of(name), number=self.site.sections.index(name) + 1, page=page)

    def home_stories(self) -> list[Story]:
        """What the home page lists."""
        return self.stories[:5]

    def other_addresses(self, story: Story) -> list[str]:
        """Addresses besides the canonical one that give the same story."""
        return []

    def feeds(self) -> Iterator[Page]:
        """Feeds and sitemaps."""
        yield from ()

    # -- what each template prints

    def article(self, story: Story) -> str:
        """The page of a story."""
        raise NotImplementedError

    def listing(self, title: str, stories: list[Story], newer: str, older: str) -> str:
        """A home or section page; `newer` and `older` are paths, empty where there is none."""
        raise NotImplementedError

    def print_page(self, story: Story) -> str:
        """The bare variant of a story's page."""
        raise NotImplementedError

    def soft_404(self) -> str:
        """A page that says the story is gone, with status 200."""
        raise NotImplementedError

    # -- helpers

    def others(self, story: Story, count: int = 3) -> list[Story]:
        """Neighbours in the site's list, for related boxes."""
        rest = [other for other in self.stories if other is not story]
        place = self.stories.index(story) if story in self.stories else 0
        return (rest[place:] + rest[:place])[:count]

    def words(self, block: Block) -> str:
        """A block's words as HTML, with its links."""
        html, end = [], 0
        for link in LINK.finditer(block.marked):
            target = link[2] if "/" in link[2] else self.web.story(link[2]).url
            html.append(text(block.marked[end : link.start()]))
            html.append(f'<a href="{escape(target)}">{text(link[1])}</a>')
            end = link.end()
        return "".join(html) + text(block.marked[end:])

    def paragraphs(self, story: Story, heading: str = "h2", inserts: dict[int, str] | None = None) -> str:
        """The story as `<p>` and headings; an insert stands before the block of its number."""
        inserts = inserts or {}
        lines = []
        for place, block in enumerate(story.blocks):
            lines.append(inserts.get(place, ""))
            tag = heading if block.is_heading else "p"
            lines.append(f"<{tag}>{self.words(block)}</{tag}>")
        return "\n".join(line for line in lines if line)

    def menu(self) -> str:
        """Links to the sections."""
        return "\n".join(
            f'<a href="{self.section_address(name)}">{text(name)}</a>' for name in self.site.sections
        )


def text(value: str) -> str:
    """Escape for element content: quotes may stay."""
    return escape(value, quote=False)


def summary(story: Story, length: int = 150) -> str:
    """The standfirst, else the first words, ended at a word."""
    whole = story.standfirst or story.text
    return whole if len(whole) <= length else whole[:length].rsplit(" ", 1)[0] + " …"


def byline(story: Story) -> str:
    """The names of the authors, else the credit, else the outlet."""
    return " and ".join(story.authors) or story.credit or story.site.name


def long_date(story: Story) -> str:
    """`15 October 2025`."""
    return f"{story.published.day} {story.published:%B %Y}"


def news_article(story: Story) -> dict[str, object]:
    """The story's schema.org record."""
    record: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": story.title,
        "datePublished": story.published.isoformat(),
        "dateModified": story.published.isoformat(),
        "mainEntityOfPage": story.url,
        "articleSection": story.section,
        "inLanguage": story.site.language,
        "publisher": {"@type": "NewsMediaOrganization", "name": story.site.name},
        "author": [{"@type": "Person", "name": name} for name in story.authors]
        or [{"@type": "Organization", "name": byline(story)}],
    }
    if story.standfirst:
        record["description"] = story.standfirst
    return record


def json_ld(record: object) -> str:
    """A script element; `<` is escaped so that no text can end it."""
    body = json.dumps(record, ensure_ascii=False).replace("<", "\\u003c")
    return f'<script type="application/ld+json">{body}</script>'


# ----------------------------------------------------------------------- semantic HTML, JSON-LD, RSS


class Courier(Template):
    """Clean markup, RSS, print pages, tracking parameters, comments."""

    section_path = "/{slug}/"
    page_path = "/{slug}/page/{page}/"

    def other_addresses(self, story: Story) -> list[str]:
        """The print page and the addresses with tracking parameters."""
        return [f"{self.site.root}/print/{story.number}", story.url + TRACKING, story.url + "?utm_source=rss"]

    def shell(self, head: str, main: str) -> str:
        """Header, cookie text and footer around a page."""
        return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
{head}
<link rel="alternate" type="application/rss+xml" title="Aldermouth Courier" href="/feed.xml">
<style>body{{font-family:Georgia,serif;max-width:48rem;margin:auto}}</style>
<script>window.dataLayer=window.dataLayer||[];dataLayer.push({{"page":"article"}});</script>
</head>
<body>
<a class="skip-link" href="#main">Skip to content</a>
<div class="cookie-banner" role="dialog"><p>We and our 214 partners store cookies on your device to measure
how the Courier is read. You can change your mind at any time in the footer.</p>
<button>Accept all</button> <button>Only what is necessary</button></div>
<header><p class="logo"><a href="/">Aldermouth Courier</a></p>
<nav aria-label="Main">{self.menu()} <a href="/notices/">Notices</a> <a href="/jobs/">Jobs</a></nav></header>
{main}
<footer><p>Do you have news for us? Write to newsdesk@aldermouth-courier.example</p>
<p><a href="/imprint/">Imprint</a> <a href="/privacy/">Privacy</a> <a href="/print-edition/">Print edition</a></p>
<p>© 2025 Aldermouth Courier. All rights reserved.</p></footer>
</body>
</html>
"""

    def article(self, story: Story) -> str:
        """Breadcrumb, byline, figure, newsletter form and a teaser in the body, share line, comments."""
        near = self.others(story, 4)
        newsletter = """<aside class="newsletter"><h3>Sign up for the Courier Morning Letter</h3>
<form action="/newsletter"><label>Enter your email address <input type="email"></label>
<button>Subscribe</button></form><p>By subscribing you accept our terms. You can unsubscribe at any time.</p></aside>"""
        read = f'<p><strong>READ: <a href="{near[0].url}">{text(near[0].title)}</a></strong></p>'
        figure = (
            f"""<figure><img src="/images/{story.number}.jpg" alt="" width="960" height="640">
<figcaption>{text(story.image)}</figcaption></figure>"""
            if story.image
            else ""
        )
        standfirst = f'<p class="standfirst">{text(story.standfirst)}</p>' if story.standfirst else ""
        related = "\n".join(f'<li><a href="{o.url}{escape(TRACKING)}">{text(o.title)}</a></li>' for o in near)
        head = f"""<title>{text(story.title)} | Aldermouth Courier</title>
<link rel="canonical" href="{story.url}">
<meta name="description" content="{escape(summary(story))}">
{json_ld(news_article(story))}"""
        return self.shell(
            head,
            f"""<main id="main">
<nav class="breadcrumb" aria-label="Breadcrumb"><a href="/">Home</a> &gt;
<a href="{self.section_address(story.section)}">{text(story.section)}</a></nav>
<article>
<header><h1>{text(story.title)}</h1>
{standfirst}
<p class="byline">By <span class="author">{text(byline(story))}</span>
<time datetime="{story.published.isoformat()}">{long_date(story)}, {story.published:%H.%M}</time></p>
{figure}</header>
<div class="article-body">
{self.paragraphs(story, "h2", {3: newsletter, 6: read})}
</div>
<p class="share">Share <a href="#">Copy link</a> <a rel="nofollow" href="/print/{story.number}">Print</a></p>
</article>
<aside class="related"><h2>More from the Courier</h2><ul>
{related}
</ul></aside>
<section class="comments" id="comments"><h2>Comments (2)</h2>
<article class="comment"><p><b>quayside_pete</b> 2 hours ago</p><p>Well done everybody. Somebody should say it.</p></article>
<article class="comment"><p><b>M. Larkin</b> 1 hour ago</p><p>Agreed, although the photograph does not do it justice.</p></article>
<p>Log in to comment</p></section>
</main>""",
        )

    def print_page(self, story: Story) -> str:
        """Title, byline and text; canonical points to the page proper."""
        return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Print: {text(story.title)}</title>
<link rel="canonical" href="{story.url}"><meta name="robots" content="noindex"></head>
<body onload="window.print()"><p>Aldermouth Courier, {long_date(story)}</p>
<h1>{text(story.title)}</h1><p>By {text(byline(story))}</p>
{self.paragraphs(story, "h3")}
<p>Printed from www.aldermouth-courier.example</p></body></html>
"""

    def listing(self, title: str, stories: list[Story], newer: str, older: str) -> str:
        """Cards with standfirst and date."""
        cards = "\n".join(
            f"""<article class="card"><h2><a href="{o.url}">{text(o.title)}</a></h2>
<p>{text(summary(o))}</p><time datetime="{o.published.isoformat()}">{long_date(o)}</time></article>"""
            for o in stories
        )
        links = (f'<a rel="prev" href="{newer}">Newer</a> ' if newer else "") + (
            f'<a rel="next" href="{older}">Older</a>' if older else ""
        )
        return self.shell(
            f"<title>{text(title)} | Aldermouth Courier</title>",
            f'<main id="main"><h1>{text(title)}</h1>\n{cards}\n<nav class="pages">{links}</nav></main>',
        )

    def feeds(self) -> Iterator[Page]:
        """RSS of everything, and a plain sitemap."""
        items = "\n".join(
            f"""<item><title>{text(o.title)}</title><link>{o.url}{escape("?utm_source=rss")}</link>
<guid isPermaLink="true">{o.url}</guid><pubDate>{format_datetime(o.published.astimezone(UTC), usegmt=True)}</pubDate>
<description>{text(summary(o))}</description></item>"""
            for o in self.stories[:6]
        )
        yield Page(
            self.site.root + "/feed.xml",
            f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>Aldermouth Courier</title><link>{self.site.root}/</link>
<description>News from the port</description>
{items}
</channel></rss>
""",
            "application/rss+xml; charset=utf-8",
        )
        yield Page(self.site.root + "/sitemap.xml", urlset(self.stories), "application/xml")


def urlset(stories: list[Story]) -> str:
    """A plain sitemap."""
    rows = "\n".join(
        f"<url><loc>{o.url}</loc><lastmod>{o.published.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</lastmod></url>"
        for o in stories
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
{rows}
</urlset>
"""


# ---------------------------------------------------------------------------------------- agency, Atom


class Wire(Template):
    """An agency: plain pages, the dateline in the first paragraph, Atom."""

    def shell(self, head: str, main: str) -> str:
        """A thin frame."""
        return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8">{head}
<link rel="alternate" type="application/atom+xml" href="/atom.xml"></head>
<body>
<div id="top"><a href="/"><b>MERIDIAN PRESS</b></a> | {self.menu()} | <a href="/clients/login">Client login</a></div>
{main}
<div id="bottom">Meridian Press is owned by its 61 member newspapers. (c) Meridian Press 2025. This material may not
be published, broadcast, rewritten or redistributed without a licence.</div>
</body></html>
"""

    def article(self, story: Story) -> str:
        """Slug line, note to editors, text, sign-off."""
        note = f'<p class="note">(EDS: {text(story.note)})</p>' if story.note else ""
        head = f"""<title>{text(story.title)} - Meridian Press</title>
<link rel="canonical" href="{story.url}">
<meta property="og:type" content="article"><meta property="og:site_name" content="Meridian Press">
<meta property="og:title" content="{escape(story.title)}">
<meta property="article:published_time" content="{story.published.isoformat()}">"""
        return self.shell(
            head,
            f"""<div id="story">
<h1>{text(story.title)}</h1>
<div class="stamp"><time datetime="{story.published.isoformat()}">{long_date(story)} {story.published:%H:%M} GMT</time></div>
{note}
<div class="body">
{self.paragraphs(story)}
</div>
<p class="desk">(Reporting by the Meridian Press {text(story.section.lower())} desk)</p>
</div>""",
        )

    def listing(self, title: str, stories: list[Story], newer: str, older: str) -> str:
        """One line a story."""
        rows = "\n".join(
            f'<li>{o.published:%d %b %H:%M} <a href="{o.url}">{text(o.title)}</a></li>' for o in stories
        )
        return self.shell(
            f"<title>{text(title)} - Meridian Press</title>", f"<h1>{text(title)}</h1><ul>{rows}</ul>"
        )

    def feeds(self) -> Iterator[Page]:
        """Atom of everything."""
        entries = "\n".join(
            f"""<entry><title>{text(o.title)}</title><id>{o.url}</id><link rel="alternate" href="{o.url}"/>
<published>{o.published.isoformat()}</published><updated>{o.published.isoformat()}</updated>
<summary>{text(summary(o))}</summary></entry>"""
            for o in self.stories
        )
        yield Page(
            self.site.root + "/atom.xml",
            f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>Meridian Press</title><id>{self.site.root}/</id>
<link rel="self" href="{self.site.root}/atom.xml"/><updated>{self.stories[0].published.isoformat()}</updated>
{entries}
</feed>
""",
            "application/atom+xml",
        )


# --------------------------------------------------------------------------- microdata, promo lines


class Herald(Template):
    """Microdata; promo lines stand in the body as paragraphs like any other."""

    def shell(self, title: str, main: str) -> str:
        """Menu and footer."""
        return f"""<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>{text(title)} &ndash; Skerrow Herald</title></head>
<body>
<div class="masthead"><a href="/">SKERROW HERALD</a><span>The islands' own, since 1874</span></div>
<ul class="nav">{self.menu()}<li><a href="/tides">Tides</a></li><li><a href="/deaths">Deaths</a></li></ul>
{main}
<div class="foot">Skerrow Herald, Pier Road, Hallin. Printed on Thursdays, weather permitting.
<a href="https://harbourlight.example/">Our friends at Harbour Light</a></div>
</body></html>
"""

    def article(self, story: Story) -> str:
        """The promo after the second paragraph, a READ line at the end."""
        near = self.others(story)
        promo = """<p><strong>JOIN US ON THE ISLAND CHANNEL</strong></p>
<p>Follow our coverage of the islands on @skerrowherald.</p>"""
        figure = (
            f"""<div itemprop="image" itemscope itemtype="https://schema.org/ImageObject">
<img src="/img/{story.number}.jpg" alt=""><p class="cap">{text(story.image)}</p></div>"""
            if story.image
            else ""
        )
        related = "".join(f'<li><a href="{o.url}">{text(o.title)}</a></li>' for o in near)
        return self.shell(
            story.title,
            f"""<div itemscope itemtype="https://schema.org/NewsArticle">
<meta itemprop="mainEntityOfPage" content="{story.url}">
<h1 itemprop="headline">{text(story.title)}</h1>
<p class="meta"><span itemprop="author">{text(byline(story))}</span> |
<time itemprop="datePublished" datetime="{story.published.isoformat()}">{story.published:%B} {story.published.day},
{story.published.year}</time> | 3 min read</p>
{figure}
<div itemprop="articleBody">
{self.paragraphs(story, "h3", {2: promo})}
<p>READ: <a href="{near[0].url}">{text(near[0].title)}</a></p>
</div>
</div>
<div class="also"><h4>You may also like</h4><ul>{related}</ul></div>""",
        )

    def listing(self, title: str, stories: list[Story], newer: str, older: str) -> str:
        """Headlines and first words."""
        rows = "\n".join(
            f'<div class="item"><h2><a href="{o.url}">{text(o.title)}</a></h2><p>{text(summary(o))}</p></div>'
            for o in stories
        )
        return self.shell(title, f"<h1>{text(title)}</h1>\n{rows}")


# ------------------------------------------------------------------------- div soup, Open Graph only


class Ledger(Template):
    """Nested divs with meaningless classes; teasers of other stories inside the body; a paywall."""

    section_path = "/s/{slug}"
    page_path = "/s/{slug}?page={page}"

    def shell(self, head: str, main: str) -> str:
        """Divs around divs."""
        links = "".join(
            f'<div class="k2"><a href="{self.section_address(name)}">{text(name)}</a></div>'
            for name in self.site.sections
        )
        return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
{head}
</head><body><div class="r0"><div class="r1"><div class="k1"><a href="/">The Weekday Ledger</a></div>{links}
<div class="k2">Subscribe</div><div class="k2">Sign in</div></div>
{main}
<div class="z1"><div>Subscribe from 2 crowns a week</div><div>About us</div><div>Contact</div><div>Advertise</div>
<div>Cookie settings</div><div>The Weekday Ledger Ltd 2025</div></div></div></body></html>
"""

    def article(self, story: Story) -> str:
        """Paragraphs are divs; the teaser has title, standfirst and byline of another story."""
        stub = story.kind == "stub"
        near = self.others(story)
        teaser = f"""<div class="q8"><div class="q9"><a href="{near[0].url}">{text(near[0].title)}</a></div>
<div class="q7">{text(summary(near[0], 110))}</div><div class="q6">{text(byline(near[0]))}</div></div>"""
        lines = []
        for place, block in enumerate(story.blocks):
            if place == 3:
                lines.append(teaser)
            lines.append(f'<div class="{"b2" if block.is_heading else "b1"}">{self.words(block)}</div>')
        wall = """<div class="w1"><div>Subscribe to read on</div><div>Three months for 9 crowns. Cancel when you like.</div>
<div>Already a subscriber? Sign in</div></div>"""
        caption = f'<div class="f1"><img src="/i/{story.number}.webp"><div>{text(story.image)}</div></div>'
        more = "".join(f'<div class="m2"><a href="{o.url}?ref=more">{text(o.title)}</a></div>' for o in near)
        head = f"""<title>{text(story.title)}</title>
<meta property="og:type" content="article">
<meta property="og:title" content="{escape(story.title)}">
<meta property="og:site_name" content="The Weekday Ledger">
<meta property="og:url" content="{story.url}">
<meta property="article:published_time" content="{story.published.isoformat()}">
<meta property="article:content_tier" content="{"locked" if stub else "free"}">"""
        return self.shell(
            head,
            f"""<div class="r2"><div class="t1">{text(story.title)}</div>
<div class="t2"><div class="t3">{text(byline(story))}</div><div class="t4">{long_date(story)}</div>
<div class="t5">Gift this article</div><div class="t5">Save</div></div>
{caption if story.image else ""}
<div class="r3"><div class="r4">
{chr(10).join(lines)}
{wall if stub else ""}
</div></div>
<div class="m1"><div class="m0">More on this story</div>{more}</div>
<div class="n1">The Ledger at Six: the day in four minutes. Get it by email.</div></div>""",
        )

    def other_addresses(self, story: Story) -> list[str]:
        """The address that the box below each story links to."""
        return [story.url + "?ref=more"] if story.allowed else []

    def listing(self, title: str, stories: list[Story], newer: str, older: str) -> str:
        """Tiles."""
        tiles = "\n".join(
            f'<div class="c1"><div class="c2"><a href="{o.url}">{text(o.title)}</a></div>'
            f'<div class="c3">{text(summary(o, 110))}</div></div>'
            for o in stories
        )
        more = f'<div class="c9"><a href="{older}">More stories</a></div>' if older else ""
        back = f'<div class="c9"><a href="{newer}">Back</a></div>' if newer else ""
        return self.shell(f"<title>{text(title)}</title>", f'<div class="r2">{tiles}{back}{more}</div>')


# --------------------------------------------------------------- table layout, windows-1252, nothing else


class Tables(Template):
    """Tables, font tags, paragraphs that are never closed, the charset in a meta element only."""

    section_path = "/list.php?cat={number}"
    page_path = "/list.php?cat={number}&page={page}"

    def page(self, address: str, html: str) -> Page:
        """In windows-1252, which the header does not say."""
        whole = address if address.startswith("https:") else self.site.root + address
        return Page(whole, html, "text/html", "windows-1252")

    def shell(self, title: str, main: str) -> str:
        """The menu is the left cell."""
        menu = "<br>\n".join(
            f'<a href="{escape(self.section_address(name))}">{text(name)}</a>' for name in self.site.sections
        )
        return f"""<HTML><HEAD><META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=windows-1252">
<TITLE>{text(title)}</TITLE></HEAD>
<BODY BGCOLOR="#FFFFF0">
<TABLE WIDTH=760 BORDER=0><TR><TD COLSPAN=3><FONT SIZE=6><A HREF="/">Coast &amp; Field</A></FONT><BR>
<FONT SIZE=1>The weekly for people who work outdoors</FONT></TD></TR>
<TR><TD WIDTH=120 VALIGN=TOP>{menu}<BR><BR>Small ads<BR>Tide tables<BR>Guest book<BR><BR>
E-mail this story to a friend<BR>Printer-friendly page</TD>
<TD WIDTH=480 VALIGN=TOP>
{main}
</TD><TD WIDTH=160 VALIGN=TOP><FONT SIZE=2><B>Prices this week</B><BR>Barley 31.00<BR>Lambs 84.50<BR>
Crab 6.20</FONT></TD></TR>
<TR><TD COLSPAN=3><FONT SIZE=1>© 2025 Coast &amp; Field. Best viewed at 1024 x 768. You are visitor no. 184,202.</FONT>
</TD></TR></TABLE></BODY></HTML>
"""

    def article(self, story: Story) -> str:
        """Date and author as plain words above the text."""
        lines = "\n".join(
            f"<P><B>{self.words(block)}</B>" if block.is_heading else f"<P>{self.words(block)}"
            for block in story.blocks
        )
        picture = (
            f"""<TABLE ALIGN=RIGHT WIDTH=200><TR><TD><IMG SRC="/pics/{story.number}.jpg"></TD></TR>
<TR><TD><FONT SIZE=1>{text(story.image)}</FONT></TD></TR></TABLE>"""
            if story.image
            else ""
        )
        near = "<BR>".join(f'<A HREF="{escape(o.url)}">{text(o.title)}</A>' for o in self.others(story, 2))
        by = f"By {byline(story)}" if story.authors else byline(story)
        return self.shell(
            f"Coast & Field: {story.title}",
            f"""<FONT SIZE=5><B>{text(story.title)}</B></FONT><BR>
<FONT SIZE=2>{text(by)}, {long_date(story)}</FONT>
{picture}
{lines}
<HR><FONT SIZE=2><B>See also</B><BR>{near}</FONT>""",
        )

    def listing(self, title: str, stories: list[Story], newer: str, older: str) -> str:
        """A list with dates."""
        rows = "\n".join(
            f'<P><A HREF="{escape(o.url)}">{text(o.title)}</A> <FONT SIZE=1>({long_date(o)})</FONT>'
            for o in stories
        )
        links = (f'<A HREF="{escape(newer)}">&lt;&lt;</A> ' if newer else "") + (
            f'<A HREF="{escape(older)}">&gt;&gt;</A>' if older else ""
        )
        return self.shell(title, f"<B>{text(title)}</B>\n{rows}\n<P>{links}")


# ----------------------------------------------------------------------------------- <br><br> paragraphs


class Radio(Template):
    """One element of text, parted by `<br><br>`; a link that robots.txt forbids to follow."""

    section_path = "/{slug}"

    def shell(self, head: str, main: str) -> str:
        """Player and schedule around the text."""
        return f"""<!DOCTYPE html>
<html><head><meta charset="utf-8">{head}</head>
<body>
<div class="player">Now: Afternoon with Ravi | <a href="/listen">Listen live</a></div>
<div class="menu"><a href="/">Radio Corrin</a> {self.menu()} <a href="/frequencies">Frequencies</a></div>
{main}
<div class="bottom">Radio Corrin 97.4 and 103.1 | <a href="/internal/rota">Staff</a> | Listeners' council</div>
</body></html>
"""

    def article(self, story: Story) -> str:
        """Text, a listen-again line, a list of the day's items."""
        parts = [
            f"<b>{self.words(block)}</b>" if block.is_heading else self.words(block) for block in story.blocks
        ]
        near = " | ".join(f'<a href="{o.url}">{text(o.title)}</a>' for o in self.others(story))
        head = f"""<title>Radio Corrin: {text(story.title)}</title>
<meta name="date" content="{story.published:%Y-%m-%d}"><meta name="author" content="{escape(byline(story))}">"""
        return self.shell(
            head,
            f"""<div class="content">
<h2>{text(story.title)}</h2>
<span class="small">{byline(story)} | {story.published:%d.%m.%Y}, {story.published:%H:%M}</span><br><br>
<div class="text">{"<br><br>".join(parts)}<br><br>
<i>Listen again: this item is available for seven days.</i></div>
</div>
<div class="menu">Also today: {near}</div>""",
        )

    def listing(self, title: str, stories: list[Story], newer: str, older: str) -> str:
        """Lines parted by `<br>`."""
        rows = "<br>\n".join(f'{o.published:%d.%m.} <a href="{o.url}">{text(o.title)}</a>' for o in stories)
        return self.shell(f"<title>Radio Corrin: {text(title)}</title>", f"<div class=content>{rows}</div>")


# ------------------------------------------------------------------------------------------------ German


class Anzeiger(Template):
    """A German paper: JSON-LD as a graph, German furniture."""

    section_path = "/{slug}/"

    def shell(self, head: str, main: str) -> str:
        """Menu, cookie text, footer."""
        return f"""<!DOCTYPE html>
<html lang="de">
<head><meta charset="utf-8">{head}</head>
<body>
<div class="cookie">Wir verwenden Cookies, um unser Angebot zu verbessern. Mehr dazu in der Datenschutzerklärung.
<button>Einverstanden</button></div>
<header><a href="/">Lüttersieler Anzeiger</a><nav>{self.menu()}<a href="/anzeigen/">Anzeigen</a>
<a href="/e-paper/">E-Paper</a><a href="/suche">Suche</a></nav></header>
{main}
<footer><a href="/impressum/">Impressum</a> <a href="/datenschutz/">Datenschutz</a> <a href="/abo/">Abo kündigen</a>
© Lüttersieler Anzeiger 2025</footer>
</body></html>
"""

    def article(self, story: Story) -> str:
        """`Lesen Sie auch` in the body, newsletter and comments below."""
        near = self.others(story, 2)
        record = {
            "@context": "https://schema.org",
            "@graph": [{"@type": "WebSite", "name": self.site.name}, news_article(story)],
        }
        also = f'<p class="also">Lesen Sie auch: <a href="{near[0].url}">{text(near[0].title)}</a></p>'
        figure = (
            f"""<figure><img src="/bilder/{story.number}.jpg" alt=""><figcaption>{text(story.image)}</figcaption>
</figure>"""
            if story.image
            else ""
        )
        standfirst = f'<p class="vorspann">{text(story.standfirst)}</p>' if story.standfirst else ""
        day = f"{story.published.day}. {MONTHS_DE[story.published.month - 1]} {story.published.year}"
        return self.shell(
            f'<title>{text(story.title)} - Lüttersieler Anzeiger</title><link rel="canonical" href="{story.url}">\n'
            + json_ld(record),
            f"""<main><article>
<h1>{text(story.title)}</h1>
{standfirst}
<div class="autor">Von {text(" und ".join(story.authors))}</div><div class="datum">{day}, {story.published:%H:%M} Uhr</div>
{figure}
<div class="text">
{self.paragraphs(story, "h2", {3: also})}
</div>
</article>
<section class="newsletter"><h3>Der Morgen am Hafen</h3><p>Jeden Werktag um sechs Uhr in Ihrem Postfach.</p>
<form><input type="email" placeholder="E-Mail-Adresse"><button>Newsletter bestellen</button></form></section>
<section class="kommentare"><h3>Kommentare</h3><p>Zum Kommentieren bitte anmelden.</p></section>
</main>""",
        )

    def listing(self, title: str, stories: list[Story], newer: str, older: str) -> str:
        """Headlines with first words."""
        rows = "\n".join(
            f'<article><h2><a href="{o.url}">{text(o.title)}</a></h2><p>{text(summary(o))}</p></article>'
            for o in stories
        )
        return self.shell(f"<title>{text(title)} - Lüttersieler Anzeiger</title>", f"<main>{rows}</main>")


# -------------------------------------------------------------------------------- behind a JSON Feed only


class Fairlead(Template):
    """The home page is a shell for a script: stories are found in the JSON Feed alone."""

    def section_pages(self) -> Iterator[Page]:
        """None."""
        yield from ()

    def listing(self, title: str, stories: list[Story], newer: str, older: str) -> str:
        """No links."""
        return """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Fairlead: the trade, plainly</title>
<link rel="alternate" type="application/feed+json" title="Fairlead" href="/feed.json"></head>
<body><div id="app"><noscript>Fairlead needs JavaScript to show the front page.</noscript></div>
<script src="/app.3f9c1.js" defer></script></body></html>
"""

    def article(self, story: Story) -> str:
        """`main` without `article`; tags and an event notice inside."""
        notice = """<div class="promo"><p>Fairlead Live: the salvage forum, 4 December, Longmere. Early tickets until 31 October.</p></div>"""
        return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{text(story.title)} | Fairlead</title>
<link rel="canonical" href="{story.url}">
<meta property="og:title" content="{escape(story.title)}"><meta property="og:site_name" content="Fairlead">
<meta name="author" content="{escape(byline(story))}">
<meta property="article:published_time" content="{story.published.isoformat()}"></head>
<body><header><button>clear</button><a href="/">Fairlead</a><p>Fairlead: the trade, plainly</p></header>
<main><p class="kicker">{text(story.section)}</p><h1>{text(story.title)}</h1>
<address>{text(byline(story))}</address><time datetime="{story.published.isoformat()}">{story.published:%d %b %Y}</time>
{self.paragraphs(story, "h2", {4: notice})}
<ul class="tags"><li>{text(story.section)}</li><li>Short sea</li><li>Insurance</li></ul></main>
<footer><p>Fairlead is published by three former mates and a lawyer.</p></footer></body></html>
"""

    def feeds(self) -> Iterator[Page]:
        """JSON Feed 1.1."""
        items = [
            {
                "id": o.url,
                "url": o.url,
                "title": o.title,
                "summary": summary(o),
                "date_published": o.published.isoformat(),
                "authors": [{"name": name} for name in o.authors],
            }
            for o in self.stories
        ]
        feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "Fairlead",
            "home_page_url": self.site.root + "/",
            "feed_url": self.site.root + "/feed.json",
            "language": "en",
            "items": items,
        }
        yield Page(
            self.site.root + "/feed.json",
            json.dumps(feed, ensure_ascii=False, indent=1),
            "application/feed+json",
        )


# ---------------------------------------------------------------------------- sitemap index, .xml.gz


class Capital(Template):
    """Most stories are in the sitemaps only; gone stories answer 200."""

    section_path = "/{slug}"

    def home_stories(self) -> list[Story]:
        """The newest two."""
        return self.stories[:2]

    def section_pages(self) -> Iterator[Page]:
        """None: the sections are made by a script."""
        yield from ()

    def shell(self, head: str, main: str) -> str:
        """A long menu and a longer footer."""
        forms = "<p>Subscribe</p><p>* indicates required</p>" * 3
        return f"""<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8">{head}</head>
<body>
<div class="top-bar"><button>Menu</button> <a href="/">The Capital Post</a> <a href="/subscribe/">Subscribe</a> <a href="/login">Sign in</a></div>
<nav>{self.menu()} <a href="/store">Store</a> <a href="/puzzles">Puzzles</a></nav>
{main}
<footer><div>Editors' Picks</div><div>Follow Us</div>
<form><p>Enter your email to subscribe</p><p>Please enter a correct email address</p>{forms}</form>
<p>Thank you for signing up for this newsletter. We have sent you a confirmation email.</p>
<p>The Capital Post 2025</p></footer>
</body></html>
"""

    def article(self, story: Story) -> str:
        """JSON-LD, an inline teaser, the author's note, most-read list."""
        near = self.others(story)
        teaser = f"""<div class="bookmark-card"><div>{text(near[0].title)}</div><div>{text(summary(near[0], 120))}</div>
<div><span>The Capital Post</span><span>{text(byline(near[0]))}</span></div></div>"""
        image = f'<figure><img src="/media/{story.number}.jpg"><figcaption>{text(story.image)}</figcaption></figure>'
        standfirst = f'<p class="sub">{text(story.standfirst)}</p>' if story.standfirst else ""
        read = "".join(f'<li><a href="{o.url}">{text(o.title)}</a></li>' for o in near)
        gone = self.site.soft_404s[0]
        head = f"""<title>{text(story.title)} | The Capital Post</title>
<link rel="canonical" href="{story.url}">
<meta property="og:title" content="{escape(story.title)}">
{json_ld(news_article(story))}"""
        author = (
            f"""<div class="author-card"><p>Author: {text(byline(story))}</p>
<p>{text(byline(story))} writes on parliament and the regions for The Capital Post.</p></div>"""
            if story.authors
            else ""
        )
        return self.shell(
            head,
            f"""<main><article>
<h1>{text(story.title)}</h1>
{standfirst}
<div class="meta">by <a href="/authors/{slug_of(byline(story))}">{text(byline(story))}</a>
<time datetime="{story.published.isoformat()}">{story.published:%B} {story.published.day}, {story.published.year}
{story.published:%I:%M %p}</time> 3 min read</div>
{image if story.image else ""}
<div class="audio">This article is read aloud by an automated voice</div>
<section class="content">
{self.paragraphs(story, "h2", {4: teaser})}
</section>
{author}
</article>
<section><h2>Comments</h2><p>Be the first to comment.</p></section>
<aside><h2>Most popular</h2><ol>{read}<li><a href="{gone}">The Grey Sow: what we know so far</a></li></ol></aside></main>""",
        )

    def listing(self, title: str, stories: list[Story], newer: str, older: str) -> str:
        """Two stories, a link to one that is gone."""
        rows = "".join(f'<h2><a href="{o.url}">{text(o.title)}</a></h2>' for o in stories)
        gone = "".join(
            f'<li><a href="{address}">From the archive</a></li>' for address in self.site.soft_404s
        )
        return self.shell("<title>The Capital Post</title>", f"<main>{rows}<ul>{gone}</ul></main>")

    def soft_404(self) -> str:
        """What readers see when a story is gone."""
        read = "".join(f'<li><a href="{o.url}">{text(o.title)}</a></li>' for o in self.stories[:4])
        return self.shell(
            "<title>Page not found | The Capital Post</title>",
            f"""<main><h1>We cannot find that page</h1>
<p>The story you are looking for may have moved, or it may never have been written. Try the search, or one of the
pieces that other readers are enjoying just now.</p><ol>{read}</ol></main>""",
        )

    def feeds(self) -> Iterator[Page]:
        """An index of a news sitemap (the newest) and a compressed archive (all)."""
        root = self.site.root
        yield Page(
            root + "/sitemaps/index.xml",
            f"""<?xml version="1.0" encoding="UTF-8"?>
<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>{root}/sitemaps/news.xml</loc><lastmod>2025-10-23T20:00:00Z</lastmod></sitemap>
<sitemap><loc>{root}/sitemaps/2025-10.xml.gz</loc><lastmod>2025-10-23T20:00:00Z</lastmod></sitemap>
</sitemapindex>
""",
            "application/xml",
        )
        rows = "\n".join(
            f"""<url><loc>{o.url}</loc><news:news><news:publication><news:name>The Capital Post</news:name>
<news:language>en</news:language></news:publication><news:publication_date>{o.published.isoformat()}</news:publication_date>
<news:title>{text(o.title)}</news:title></news:news></url>"""
            for o in self.stories[:5]
        )
        yield Page(
            root + "/sitemaps/news.xml",
            f"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
{rows}
</urlset>
""",
            "application/xml",
        )
        # Level 0 and a header of our own: another zlib or Python would pack the same text otherwise.
        packed = bytearray(gzip.compress(urlset(self.stories).encode(), 0, mtime=0))
        packed[8:10] = b"\x00\xff"
        yield Page(root + "/sitemaps/2025-10.xml.gz", bytes(packed), "application/gzip")


# -------------------------------------------------------------------------- a blog, found by links only


class Light(Template):
    """A microformats blog that no list of sites names."""

    section_path = "/{slug}/"

    def shell(self, title: str, main: str) -> str:
        """A blog's frame."""
        return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{text(title)}</title></head>
<body><p class="site"><a href="/">Harbour Light</a> &middot; written from the pier at Hallin</p>
{main}
<p class="foot">Comments by postcard, please. <a href="https://skerrowherald.example/">Skerrow Herald</a></p>
</body></html>
"""

    def article(self, story: Story) -> str:
        """h-entry."""
        near = self.others(story, 1)
        return self.shell(
            f"{story.title} - Harbour Light",
            f"""<article class="h-entry"><h1 class="p-name">{text(story.title)}</h1>
<p><span class="p-author">{text(byline(story))}</span>,
<time class="dt-published" datetime="{story.published.isoformat()}">{long_date(story)}</time></p>
<div class="e-content">
{self.paragraphs(story)}
</div></article>
<p>Older: <a href="{near[0].url}">{text(near[0].title)}</a></p>""",
        )

    def listing(self, title: str, stories: list[Story], newer: str, older: str) -> str:
        """Titles."""
        rows = "".join(f'<li><a href="{o.url}">{text(o.title)}</a></li>' for o in stories)
        return self.shell(title, f"<ul>{rows}</ul>")


TEMPLATES: dict[str, type[Template]] = {
    "courier": Courier,
    "wire": Wire,
    "herald": Herald,
    "ledger": Ledger,
    "tables": Tables,
    "radio": Radio,
    "anzeiger": Anzeiger,
    "fairlead": Fairlead,
    "capital": Capital,
    "light": Light,
}
