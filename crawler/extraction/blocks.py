"""One walk over a page's tree: its text as blocks, what each stands in, and the links.

Everything later (which blocks are the story, where a link stands, captions) reads the blocks, so that the
tree is walked once. The walk keeps its own stack: depth costs nothing, and time is linear in the page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from itertools import islice
from typing import Final

from lxml import etree
from lxml.etree import _Element

from crawler.extraction.cues import Cue, cues_of
from dedupe.models import BlockKind

__all__ = ["INVISIBLE", "Anchor", "Block", "Box", "Outline", "outline"]


@dataclass(slots=True)
class Box:
    """A block-level element."""

    parent: int  # index of the box it stands in; -1: the outermost
    tag: str
    own: int  # its own cues
    cues: int  # its own and those of all it stands in
    depth: int
    element: _Element
    pictures: int = 0  # pictures and films right in it, not in a box of its own


@dataclass(slots=True)
class Block:
    """A run of text that a reader sees as one paragraph, heading, item or line."""

    text: str  # white space collapsed, never empty
    kind: BlockKind
    box: int  # index of the innermost box
    level: int = 0  # of a heading, 1 to 6
    linked: int = 0  # characters inside links
    bold: int = 0  # characters in bold or italic
    after_picture: bool = False  # a picture or a film stands between it and the block before


@dataclass(slots=True)
class Anchor:
    """A link as it stands in the page."""

    element: _Element
    block: int = -1  # index of the block that holds its text; -1: it has none
    text: str = ""  # white space collapsed


@dataclass(slots=True)
class Outline:
    """The text of a page in reading order, and the boxes it stands in."""

    boxes: list[Box] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)
    steps: int = 0  # into and out of elements, to walk it

    def near_cues(self, box: int) -> int:
        """The cues of a box and of the two around it: its surroundings, not the page's."""
        cues = 0
        for _ in range(_NEAR):
            if box < 0:
                break
            cues |= self.boxes[box].own
            box = self.boxes[box].parent
        return cues


_SKIPPED: Final = frozenset({
    "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "embed", "applet",
    "canvas", "audio", "video", "select", "option", "optgroup", "datalist", "textarea", "input", "head",
    "map", "area", "progress", "meter", "button", "img", "picture", "amp-ad", "amp-analytics",
    "amp-embed", "amp-iframe", "amp-img",
})  # fmt: skip
_BOXES: Final = frozenset({
    "html", "body", "div", "p", "section", "article", "main", "header", "footer", "nav", "aside", "menu",
    "ul", "ol", "li", "dl", "dt", "dd", "table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption",
    "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "figure", "figcaption", "form", "fieldset",
    "legend", "details", "summary", "address", "center", "hr", "dialog", "hgroup", "search",
    "amp-sidebar", "amp-list", "amp-consent", "amp-accordion",
})  # fmt: skip
_PICTURES: Final = frozenset(["img", "video", "iframe", "svg", "object", "amp-img", "picture"])
_BOLD: Final = frozenset(["b", "strong", "em", "i"])
_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_BREAK: Final = ("\n", False, False)  # stands for <br>; told from text by identity
INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad\u200e\u200f\u202a\u202c]")
# A lone <br> parts paragraphs where the lines between are long; in a poem they are short. Characters.
_LONG_LINE: Final = 90
# The walk stops after so many blocks, or steps in and out of elements; the longest live pages have a tenth.
MOST_BLOCKS: Final = 15_000
MOST_ELEMENTS: Final = 300_000


# An inline element with one of these cues is a part of its own, unless it stands inside a sentence.
_APART: Final = int(
    Cue.CAPTION | Cue.BYLINE | Cue.DATE | Cue.SHARE | Cue.TAGS | Cue.RELATED | Cue.COMMENTS | Cue.ADVERT
    | Cue.SIGN_UP | Cue.AUDIO | Cue.PROMO
)  # fmt: skip
_SENTENCES: Final = frozenset(
    ["p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "td", "pre", "dd"]
)
_HIDDEN: Final = int(Cue.HIDDEN)


def outline(body: _Element) -> Outline:
    """Walk a page and give its blocks, boxes and links in reading order.

    A page with more than any article has is read up to there: what follows could only cost time.
    """
    walk = _Walk()
    blocks, steps = walk.result.blocks, 0
    places: list[_Place] = []  # of the elements we stand in
    walker = etree.iterwalk(body, events=("start", "end"))
    for event, element in walker:
        steps += 1
        if event == "start":
            places.append(walk.enter(element))
            if places[-1] is _Place.UNSEEN:
                walker.skip_subtree()
        else:
            walk.leave(element, places.pop())
            if len(blocks) >= MOST_BLOCKS or steps >= MOST_ELEMENTS:
                break
    walk.flush()
    walk.result.steps = steps
    return walk.result


class _Place(Enum):
    """What an element is to the walk."""

    BOX = "a block of its own"
    INLINE = "a part of the text around it"
    UNSEEN = "not shown, or no words: what stands in it is not read"


class _Walk:
    """The state of one walk: the box we stand in, and the text not yet made a block."""

    def __init__(self) -> None:
        self.result = Outline()
        self.box = -1
        self.in_link = 0
        self.in_bold = 0
        self.parts: list[tuple[str, bool, bool]] = []  # text, in a link, in bold
        self.waiting: list[Anchor] = []
        self.seen_picture = False
        self.rows: list[int] = []  # for each table row we stand in, its first block

    def see_picture(self) -> None:
        """Note a picture or a film where we stand; one inside a sentence is a sign, and parts nothing."""
        if self.in_sentence() and any(text.strip() for text, _, _ in self.parts):
            return
        self.flush()
        self.seen_picture = True
        if self.box >= 0:
            self.result.boxes[self.box].pictures += 1

    def in_sentence(self) -> bool:
        """Whether we stand right in an element that holds running text."""
        return self.box >= 0 and self.result.boxes[self.box].tag in _SENTENCES

    def enter(self, element: _Element) -> _Place:
        """Take an element and its leading text."""
        tag = element.tag
        if not isinstance(tag, str) or tag in _SKIPPED:
            if tag in _PICTURES:
                self.see_picture()
            return _Place.UNSEEN
        boxed = tag in _BOXES
        if boxed:
            self.open(element, tag, cues_of(element, tag))
        elif tag == "br":
            self.parts.append(_BREAK)
        elif tag == "a":
            self.in_link += 1
            anchor = Anchor(element, text=_anchor_text(element))
            self.waiting.append(anchor)
            self.result.anchors.append(anchor)
        elif tag in _BOLD:
            self.in_bold += 1
        elif own := cues_of(element, tag):
            sentence = self.in_sentence()
            if own & _HIDDEN and sentence and not _shows_beside_hidden(element):
                return _Place.UNSEEN
            boxed = bool(own & (_HIDDEN | _APART)) and not sentence
            if boxed:
                self.open(element, tag, own)
        self.add(element.text)
        return _Place.BOX if boxed else _Place.INLINE

    def leave(self, element: _Element, place: _Place) -> None:
        """Close an element, and take the text that follows it."""
        if place is _Place.BOX:
            self.flush()
            if element.tag == "tr":
                self.join_cells(self.rows.pop())
            self.box = self.result.boxes[self.box].parent
        elif place is _Place.INLINE:
            if element.tag == "a":
                self.in_link -= 1
            elif element.tag in _BOLD:
                self.in_bold -= 1
        self.add(element.tail)

    def open(self, element: _Element, tag: str, own: int) -> None:
        """Make a box and stand in it."""
        self.flush()
        boxes = self.result.boxes
        if tag in ("body", "html"):
            own = 0  # a body's classes name the template of the whole page
        above, depth = (boxes[self.box].cues, boxes[self.box].depth + 1) if self.box >= 0 else (0, 0)
        boxes.append(Box(self.box, tag, own, above | own, depth, element))
        self.box = len(boxes) - 1
        if tag == "tr":
            self.rows.append(len(self.result.blocks))

    def add(self, text: str | None) -> None:
        """Take text as it stands; white space before the first word is none of a block's."""
        if text and (self.parts or not text.isspace()):
            self.parts.append((text, self.in_link > 0, self.in_bold > 0))

    def flush(self) -> None:
        """Make blocks of the text taken since the last edge of a box."""
        if not self.parts:
            self._place_anchors(-1)
            return
        parts, self.parts = self.parts, []
        blocks = self.result.blocks
        first = len(blocks)
        for run in _paragraphs(parts):
            self.append(run)
        self._place_anchors(len(blocks) - 1 if len(blocks) > first else -1)

    def _place_anchors(self, block: int) -> None:
        """Tell the links met since the last edge which block holds them."""
        if self.waiting:
            for anchor in self.waiting:
                anchor.block = block
            self.waiting = []

    def join_cells(self, first: int) -> None:
        """Make one block of a table row whose cells are short; long ones are a page's layout."""
        blocks = self.result.blocks
        if not 2 <= len(blocks) - first <= _MOST_CELLS:
            return
        cells = blocks[first:]
        if any(len(cell.text) > _LONGEST_CELL or cell.kind is not BlockKind.TABLE_ROW for cell in cells):
            return
        row = Block(_CELL_EDGE.join([cell.text for cell in cells]), BlockKind.TABLE_ROW, self.box)
        row.linked, row.bold = sum(cell.linked for cell in cells), sum(cell.bold for cell in cells)
        row.after_picture = cells[0].after_picture
        blocks[first:] = [row]
        for anchor in reversed(self.result.anchors):
            if anchor.block < first:
                break
            anchor.block = first

    def append(self, run: list[tuple[str, bool, bool]]) -> None:
        """Make a block of a run of text, if there is any in it."""
        text = _squeeze("".join([part for part, _, _ in run]))
        if not text:
            return
        box = max(self.box, 0)
        kind, level = self.kind_of(box)
        linked = bold = 0
        for part, link, strong in run:
            if link or strong:
                size = len(part.strip())
                linked += size * link
                bold += size * strong
        self.result.blocks.append(Block(text, kind, box, level, linked, bold, self.seen_picture))
        self.seen_picture = False

    def kind_of(self, box: int) -> tuple[BlockKind, int]:
        """What a block is, by the nearest boxes it stands in."""
        boxes = self.result.boxes
        for _ in range(_NEAR):
            if box < 0:
                break
            tag = boxes[box].tag
            if tag in _HEADINGS:
                return BlockKind.HEADING, _HEADINGS[tag]
            if tag in _KINDS:
                return _KINDS[tag], 0
            box = boxes[box].parent
        return BlockKind.PARAGRAPH, 0


# How many boxes up a kind is looked for: <blockquote><div><p> is a quote, a page in one <li> no list.
_NEAR: Final = 3
_ANCHOR_PARTS: Final = 60
# A row of data has short cells. Characters, count.
_LONGEST_CELL: Final = 120
_MOST_CELLS: Final = 30
_CELL_EDGE: Final = " | "
_KINDS: Final = {
    "li": BlockKind.LIST_ITEM,
    "dd": BlockKind.LIST_ITEM,
    "dt": BlockKind.LIST_ITEM,
    "blockquote": BlockKind.QUOTE,
    "figcaption": BlockKind.CAPTION,
    "caption": BlockKind.CAPTION,
    "tr": BlockKind.TABLE_ROW,
}


def _shows_beside_hidden(element: _Element) -> bool:
    """Whether an element named as hidden is what a hint opens from: it holds one beside other words."""
    hidden = [
        isinstance(child.tag, str) and child.tag != "a" and cues_of(child, child.tag) & _HIDDEN > 0
        for child in islice(element, _ANCHOR_PARTS)
    ]
    return any(hidden) and (not all(hidden) or bool((element.text or "").strip()))


def _anchor_text(element: _Element) -> str:
    """What a link says; of links nested in links, as no page should have them, only the first parts."""
    if not len(element):
        return _squeeze(element.text or "")
    return _squeeze(" ".join(islice(map(str, element.itertext()), _ANCHOR_PARTS)))


def _squeeze(text: str) -> str:
    """Collapse white space and drop what cannot be seen."""
    if not text.isascii():
        text = INVISIBLE.sub("", text)
    return " ".join(text.split())


def _paragraphs(parts: list[tuple[str, bool, bool]]) -> list[list[tuple[str, bool, bool]]]:
    """Part text at <br>: at two in a row always, at one where the lines between are long."""
    if not any(part is _BREAK for part in parts):
        return [parts] if parts else []
    lines: list[list[tuple[str, bool, bool]]] = [[]]
    for part in parts:
        if part is _BREAK:
            lines.append([])
        else:
            lines[-1].append(part)
    lengths = [sum([len(text.strip()) for text, _, _ in line]) for line in lines]
    filled = [length for length in lengths if length]
    if filled and sum(filled) / len(filled) >= _LONG_LINE:
        return lines
    runs: list[list[tuple[str, bool, bool]]] = [[]]
    for line, length in zip(lines, lengths, strict=True):
        if length:
            runs[-1] += [*line, (" ", False, False)]
        elif runs[-1]:
            runs.append([])
    return runs
