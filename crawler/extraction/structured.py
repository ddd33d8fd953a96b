"""What a page says about itself for machines: JSON-LD, meta tags (Open Graph and others) and microdata."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any, Final

from lxml.etree import _Element

__all__ = ["Declared", "declared", "names_of", "text_of"]

# schema.org's Article and what descends from it; a page may say Report, Review or LiveBlogPosting.
_ARTICLE = re.compile(r"(article|posting|report|review|newsstory|opinion|recipe)", re.IGNORECASE)
# Longer scripts are a site's state, not a statement about the page. Characters.
_LONGEST_SCRIPT: Final = 2_000_000
# No title, name, date or description is longer; what is longer costs those who look into it. Characters.
_LONGEST_STATEMENT: Final = 2_000
# A title of fewer letters may be a section's. Characters.
_LONG_TITLE: Final = 12
# Of a meta tag or a property. Characters.
_LONGEST_NAME: Final = 100
# Authors that a page may have; more are an index, or an attack. Count.
_MOST_NAMES: Final = 100
# A statement nests its author, publisher and pictures; deeper is no statement. Levels.
_DEEPEST: Final = 8
_TRAILING_COMMA = re.compile(r",\s*([}\]])")
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/)|(?://\s*\]\]>|\]\]>|-->|;)\s*$"
)
_TYPE_ALONE = re.compile(r'"@type"\s*:\s*"([A-Za-z]{3,40})"')
_PLAIN = re.compile(r'"(datePublished|dateModified|headline)"\s*:\s*"([^"\\]{4,300})"\s*[,}\]]')
_AUTHOR_ALONE = re.compile(r'"author"\s*:\s*(?:\[\s*)?\{[^{}]{0,300}?"name"\s*:\s*"([^"\\]{3,100})"\s*[,}]')
_TAGS = re.compile(r"<[^<>]{1,200}>")

Node = dict[str, Any]


@dataclass(slots=True)
class Declared:
    """A page's own statements, unjudged."""

    article: Node = field(default_factory=dict)  # the JSON-LD node of the story; empty: none
    nodes: list[Node] = field(default_factory=list)  # all JSON-LD nodes with a type
    by_id: dict[str, Node] = field(default_factory=dict)  # JSON-LD nodes by @id
    meta: dict[str, list[str]] = field(default_factory=dict)  # lower-case name or property -> contents
    items: dict[str, list[str]] = field(default_factory=dict)  # lower-case itemprop -> values
    headline: str | None = None  # <title>
    language: str | None = None  # <html lang>
    base: str | None = None  # <base href>
    links: list[tuple[str, str, str]] = field(default_factory=list)  # rel, type, href of <link>

    def first(self, *names: str) -> str | None:
        """The first meta tag that is there and not empty."""
        for name in names:
            for content in self.meta.get(name, ()):
                if content:
                    return content
        return None


def declared(tree: _Element) -> Declared:
    """Read a page's statements in one pass over the tree."""
    said = Declared(
        language=tree.get("lang")
        or tree.get("{http://www.w3.org/XML/1998/namespace}lang")
        or tree.get("xml:lang")
    )
    for element in tree.iter("meta", "link", "title", "script", "time", "base"):
        if element.tag == "meta":
            _read_meta(element, said)
        elif element.tag == "link":
            rel = (element.get("rel") or "").lower()
            said.links.append((rel, (element.get("type") or "").lower(), (element.get("href") or "").strip()))
        elif element.tag == "title":
            if said.headline is None and element.text and _parent_tag(element) != "svg":
                said.headline = " ".join(element.text.split())[:_LONGEST_STATEMENT]
        elif element.tag == "base":
            said.base = said.base or element.get("href")
        elif element.tag == "time":
            _read_item(element, element.get("datetime") or element.text, said)
        elif "ld+json" in (element.get("type") or "").lower():
            said.nodes.extend(_nodes(element.text or ""))
    said.by_id = {
        node["@id"]: node for node in said.nodes if isinstance(node.get("@id"), str) and len(node) > 1
    }
    said.article = _story(said)
    return said


def _parent_tag(element: _Element) -> str | None:
    parent = element.getparent()
    return parent.tag if parent is not None and isinstance(parent.tag, str) else None


def _read_meta(element: _Element, said: Declared) -> None:
    content = element.get("content")
    if content is None:
        return
    content = " ".join(unescape(content).split())[:_LONGEST_STATEMENT]
    for key in ("property", "name", "http-equiv"):
        if name := element.get(key):
            said.meta.setdefault(name.strip().lower()[:_LONGEST_NAME], []).append(content)
    _read_item(element, content, said)


def _read_item(element: _Element, value: str | None, said: Declared) -> None:
    if value and (prop := element.get("itemprop")):
        value = " ".join(value.split())[:_LONGEST_STATEMENT]
        said.items.setdefault(prop.strip().lower()[:_LONGEST_NAME], []).append(value)


def _nodes(script: str) -> Iterator[Node]:
    """All objects of a JSON-LD script that have a type, outermost first."""
    if len(script) > _LONGEST_SCRIPT:
        return
    waiting: deque[tuple[Any, int]] = deque([(_loads(script), 0)])
    while waiting:
        value, depth = waiting.popleft()
        if isinstance(value, dict):
            if "@type" in value or "@id" in value:
                yield value
            inner: list[Any] = list(value.values())
        elif isinstance(value, list):
            inner = value
        else:
            continue
        if depth < _DEEPEST:
            waiting.extend((item, depth + 1) for item in inner if isinstance(item, dict | list))


def _loads(script: str) -> Any:
    """Read JSON as pages write it: in comment marks, with raw line ends and trailing commas."""
    script = _WRAPPING.sub("", _WRAPPING.sub("", script)).strip()
    for attempt in (script, _TRAILING_COMMA.sub(r"\1", script)):
        try:
            return json.JSONDecoder(strict=False).raw_decode(attempt)[0]
        except (ValueError, RecursionError):
            continue
    return _statements(script)


def _statements(script: str) -> Node | None:
    """What a script that is no JSON says plainly of an article: a mark in a text must not cost the date."""
    kind = _TYPE_ALONE.search(script)
    if not kind or not _ARTICLE.search(kind.group(1)):
        return None
    node: Node = {"@type": kind.group(1)}
    for name, value in _PLAIN.findall(script[kind.start() :]):
        node.setdefault(name, value)
    if author := _AUTHOR_ALONE.search(script):
        node["author"] = author.group(1)
    return node


def types_of(node: Node) -> list[str]:
    """The types of a node, without their vocabulary's address."""
    types = node.get("@type")
    return [
        name.rsplit("/", 1)[-1]
        for name in (types if isinstance(types, list) else [types])
        if isinstance(name, str)
    ]


def _story(said: Declared) -> Node:
    """The node that speaks of the page's story: the article with its title or address, or the best told.

    Pages describe related stories too, and the parts of a running one.
    """
    best: Node = {}
    best_rank = (False, 0, 0)
    titles = {_letters(title) for title in (*said.meta.get("og:title", ()), said.headline) if title} - {""}
    addresses = {href for rel, _, href in said.links if rel == "canonical"} | {*said.meta.get("og:url", ())}
    for node in said.nodes:
        if not any(_ARTICLE.search(name) for name in types_of(node)) or any(
            name in ("AggregateRating", "Review", "ClaimReview", "Rating") for name in types_of(node)
        ):
            continue
        described = sum(
            key in node for key in ("headline", "datePublished", "author", "articleBody", "publisher")
        )
        rank = (_is_of(node, titles, addresses), described, int("headline" in node or "name" in node))
        if described and rank > best_rank:
            best, best_rank = node, rank
    return best


def _is_of(node: Node, titles: set[str], addresses: set[str]) -> bool:
    """Whether a node has the title or the address that the page gives itself."""
    page = node.get("mainEntityOfPage")
    page = page.get("@id") if isinstance(page, dict) else page
    if any(
        isinstance(value, str) and value in addresses for value in (node.get("url"), page, node.get("@id"))
    ):
        return True
    headline = _letters(text_of(node.get("headline")) or "")
    return len(headline) >= _LONG_TITLE and any(title.startswith(headline) for title in titles)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def text_of(value: Any, most: int = _LONGEST_STATEMENT) -> str | None:
    """A JSON-LD value as plain text; None: it is no text, or empty.

    Args:
        value: whatever stands there.
        most: characters; what follows them is left out.
    """
    if isinstance(value, list):
        value = next((item for item in value if item), None)
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name") or value.get("headline")
    if not isinstance(value, str):
        return None
    text = unescape(unescape(value)) if "&" in value else value
    return " ".join(_TAGS.sub(" ", text).split())[:most] or None


def names_of(value: Any, said: Declared) -> list[str]:
    """The names in an author or publisher value: texts, nodes, references to nodes, or lists of these."""
    names: list[str] = []
    waiting: list[Any] = [value]
    while waiting and len(names) < _MOST_NAMES:
        item = waiting.pop(0)
        if isinstance(item, list):
            waiting[:0] = item[:_MOST_NAMES]
        elif isinstance(item, dict) and "@list" in item:
            waiting.insert(0, item["@list"])
        elif isinstance(item, dict):
            names += _names_of_node(item, said)
        elif name := text_of(item):
            names.append(name)
    return names


def _names_of_node(node: Node, said: Declared) -> list[str]:
    """What a node is called: a text or several, or what parts a person's name has."""
    whole = node if "name" in node else said.by_id.get(text_of(node.get("@id")) or "", node)
    inner = whole.get("name")
    names = [text_of(part) for part in (inner[:_MOST_NAMES] if isinstance(inner, list) else [inner])]
    parts = [text_of(whole.get(part)) for part in ("givenName", "familyName")]
    return [name for name in names if name] or list(filter(None, [" ".join(filter(None, parts))]))
