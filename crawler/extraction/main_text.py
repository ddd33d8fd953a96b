"""Which blocks of a page are the story: our model's judgement, trafilatura's where that is unsure.

Three readings that know nothing of each other are compared: the model over the blocks, the box with the most
prose in and right under it, and the body the page declares in JSON-LD. Where the model is unsure, trafilatura
is asked too, and the two are joined. The agreement of all is the confidence.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Final

import numpy as np
from lxml import etree, html
from lxml.etree import _Element
from numpy.typing import NDArray
from trafilatura import bare_extraction

from crawler.extraction.block_model import forest
from crawler.extraction.blocks import Block, Outline
from crawler.extraction.bylines import BOLD_LINE, LONGEST_BYLINE, is_byline, names_alone, opens_byline
from crawler.extraction.dates import parse_moment
from crawler.extraction.features import NAMES, PROSE, Hints, Rows, features, words_of
from crawler.extraction.metadata import Metadata
from crawler.extraction.phrases import is_house_line
from crawler.extraction.structured import Declared, text_of
from dedupe.models import BlockKind

__all__ = ["Story", "hints_of", "story_of"]

# Larger trees are not given to trafilatura, which searches them many times. Steps (two an element),
# characters, levels.
MAX_STEPS: Final = 30_000
MAX_TEXT: Final = 300_000
MAX_DEPTH: Final = 250
# A block is a part of the story from this likelihood on.
THRESHOLD: Final = 0.5
# Share of the story's characters the model doubts, from which trafilatura is asked.
DOUBT: Final = 0.08
# Blocks less likely than this are not the story, whatever trafilatura says.
RULED_OUT: Final = 0.02
# The weight of trafilatura's reading then; the model has the rest. Best on labelled pages of other domains.
TRAFILATURA: Final = 0.35
# It says nothing of what it leaves out where it found less than this share of what the model takes for the
# story: then it took one box of several.
ENOUGH: Final = 0.5
# A block counts no more than this in shares of the story: one long one must not drown the rest. Characters.
MOST: Final = 800
# A paragraph is amid the story where it goes on at most so far before and behind: there are adverts. Blocks.
CLOSE: Final = 3
# There, a line that is no sentence is a part of the story from this likelihood on: of a list without marks.
LEANING: Final = 0.35
# What a sentence between two of the story's paragraphs is worth at least.
DOUBTED_BETWEEN: Final = 0.51
# A heading right above a block of the story, and a table between two, belong to it from this likelihood on.
INSIDE: Final = 0.1
# A paragraph that is a link by more than this share, and no sentence, leads to another story.
WHOLE_LINK: Final = 0.9
# A box that asks for consent in place of a film or a map holds at most so many blocks. Count.
MOST_ASKING: Final = 6
# Captions, comments, hidden text and boxes for consent hold no more of what was chosen than this share.
MOST_APART: Final = 0.5
# A quotation set apart is a pull quote where it repeats so much of the story. Word characters.
PULL_QUOTE: Final = 25
# Short lines above the first paragraph that are looked at as bylines: the last so many. Count.
MOST_BYLINES: Final = 60
# More than so many are looked up in the story only to cost time. Count.
MOST_PULL_QUOTES: Final = 30
# A quotation with more blocks is a page's layout. Count.
LONGEST_QUOTE: Final = 8
# A short link this far from any paragraph is a menu's. Blocks.
MENU_DISTANCE: Final = 3
# A block of links longer than this is a cloud of tags or a list without marks. Characters.
LINK_CLOUD: Final = 150
# What is looked into of a declared body, once for each block of the page. Characters.
LONGEST_BODY: Final = 100_000
# A shorter declared body is a summary. Word characters.
LEAST_BODY: Final = 300

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
_COLUMN: Final = {name: number for number, name in enumerate(NAMES)}
_APART: Final = tuple(_COLUMN[f"inner_{name}"] for name in ("CAPTION", "COMMENTS", "HIDDEN"))

Likelihood = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Story:
    """The blocks chosen, and how sure that is."""

    blocks: tuple[int, ...]  # indices into the outline's blocks, in reading order
    confidence: float  # agreement of independent readings, 0 to 1
    notes: tuple[str, ...] = ()  # why the text may be short, cut or doubtful


def hints_of(said: Declared, about: Metadata) -> Hints:
    """What the page says of its story outside of it."""
    return Hints(
        title=about.headline or "",
        description=words_of(about.description or ""),
        body=words_of(text_of(said.article.get("articleBody"), LONGEST_BODY) or ""),
    )


def story_of(page: Outline, hints: Hints) -> Story:
    """Choose the blocks of the story."""
    if not page.blocks:
        return Story((), 0.0)
    rows = features(page, hints)
    likely = _judged(rows)
    length = np.minimum(rows[:, _COLUMN["length"]], MOST).astype(np.float64)
    readings = [_in_best_box(rows), *_in_declared_body(rows, hints)]
    other = _by_trafilatura(page, likely) if _doubt(likely, length) >= DOUBT else None
    if other is not None and _is_whole(other > 0, likely > THRESHOLD, rows, length):
        readings.append(other)
        likely = (1 - TRAFILATURA) * likely + TRAFILATURA * _shared(other, length, page)
    likely = _without_furniture(_between(_as_one(likely, rows, page), rows, page), rows, page)
    chosen = likely > THRESHOLD
    agreement = [_overlap(chosen, reading > 0, length) for reading in readings]
    return Story(
        blocks=tuple(np.flatnonzero(chosen).tolist()),
        confidence=float(np.mean([*agreement, 1 - min(1.0, 2 * _doubt(likely, length))])),
        notes=_notes(page, chosen, hints),
    )


def _judged(rows: Rows) -> Likelihood:
    """The model's judgement; menus, which are most of a page, are not worth asking about."""
    far = np.minimum(rows[:, _COLUMN["to_prose_before"]], rows[:, _COLUMN["to_prose_after"]]) > MENU_DISTANCE
    menu = far & (rows[:, _COLUMN["link_share"]] > 0.95) & (rows[:, _COLUMN["length"]] < PROSE)
    likely = np.zeros(len(rows))
    likely[~menu] = forest().probabilities(rows[~menu])
    return likely


def _doubt(likely: Likelihood, length: Likelihood) -> float:
    """Share of the story's characters on the wrong side, if the model's own doubts are right."""
    story = float(length[likely > THRESHOLD].sum())
    return float((np.minimum(likely, 1 - likely) * length).sum()) / max(1.0, story)


def _overlap(a: NDArray[np.bool_], b: NDArray[np.bool_], length: Likelihood) -> float:
    """Dice coefficient of two choices of blocks, by characters."""
    both, either = float(length[a & b].sum()), float(length[a].sum() + length[b].sum())
    return 2 * both / either if either else 0.0


# -------------------------------------------------------------------------------------------- readings


def _in_best_box(rows: Rows) -> Likelihood:
    """Prose inside the box that holds most of it: what readability would take."""
    prose = (rows[:, _COLUMN["length"]] >= 60) & (rows[:, _COLUMN["link_share"]] < 0.5)
    return (prose & (rows[:, _COLUMN["in_best"]] > 0)).astype(np.float64)


def _in_declared_body(rows: Rows, hints: Hints) -> list[Likelihood]:
    if len(hints.body) < LEAST_BODY:
        return []
    return [(rows[:, _COLUMN["in_body"]] > 0).astype(np.float64)]


def _by_trafilatura(page: Outline, likely: Likelihood) -> Likelihood | None:
    """1 for blocks whose words trafilatura keeps; None: it finds nothing, or the page is too much for it.

    It reads the part of the page that the model does not rule out: menus around it only cost time.
    """
    if page.steps > MAX_STEPS or max(box.depth for box in page.boxes) > MAX_DEPTH:
        return None
    if sum(len(block.text) for block in page.blocks) > MAX_TEXT:
        return None
    part = _box_around(page, np.flatnonzero(likely > RULED_OUT).tolist())
    document = bare_extraction(_as_html(page.boxes[part].element), include_comments=False, fast=True)
    text = getattr(document, "text", None)
    if not text:
        return None
    lines, whole = {words_of(line) for line in text.split("\n")}, words_of(text)
    keys = [words_of(block.text) for block in page.blocks]
    return np.array([float(key in lines or (len(key) > 20 and key in whole)) for key in keys])


def _is_whole(kept: NDArray[np.bool_], story: NDArray[np.bool_], rows: Rows, length: Likelihood) -> bool:
    """Whether enough of the model's story was kept; comments do not count where none was kept."""
    comments = rows[:, _COLUMN["above_COMMENTS"]] > 0
    counted = story & ~comments if not (kept & comments).any() else story
    return float(length[counted & kept].sum()) >= ENOUGH * float(length[counted].sum())


def _shared(kept: Likelihood, length: Likelihood, page: Outline) -> Likelihood:
    """What was kept, half by what became of the elements alike in one box: they are of one nature."""
    kinds = _kinds_of(page)
    mean = np.bincount(kinds, kept * length) / np.maximum(np.bincount(kinds, length), 1)
    shared: Likelihood = (kept + mean[kinds]) / 2
    return shared


def _kinds_of(page: Outline) -> NDArray[np.int64]:
    """Numbers of the boxes' kinds, a block each: those in one box with one tag and class are alike."""
    names: dict[tuple[int, str, str | None], int] = {}
    boxes = [page.boxes[block.box] for block in page.blocks]
    kinds = [names.setdefault((box.parent, box.tag, box.element.get("class")), len(names)) for box in boxes]
    return np.array(kinds)


def _box_around(page: Outline, blocks: list[int]) -> int:
    """The innermost box that holds all of some blocks."""
    common: set[int] | None = None
    for home in {page.blocks[i].box for i in blocks}:
        boxes = set()
        while home >= 0:
            boxes.add(home)
            home = page.boxes[home].parent
        common = boxes if common is None else common & boxes
    return max(common or {0})


def _as_html(element: _Element) -> html.HtmlElement:
    """A part of the page as a page of lxml.html's, which trafilatura asks for and then takes apart."""
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
    part = etree.tostring(element, encoding="utf-8", with_tail=False)
    return html.document_fromstring(b"<html><body>" + part + b"</body></html>", parser=parser)


# ----------------------------------------------------------------------------------------------- rules


def _as_one(likely: Likelihood, rows: Rows, page: Outline) -> Likelihood:
    """Items of a list, rows of a table and parts of a quotation stand or fall together, by their mean."""
    groups: dict[int, list[int]] = {}
    for i, block in enumerate(page.blocks):
        if (box := _group_of(block, page)) >= 0:
            groups.setdefault(box, []).append(i)
    likely = likely.copy()
    for box, members in groups.items():
        if page.boxes[box].tag != "blockquote" or len(members) <= LONGEST_QUOTE:
            weight = np.minimum(rows[members, _COLUMN["length"]], 300).astype(np.float64)
            likely[members] = float((likely[members] * weight).sum() / weight.sum())
    return likely


def _group_of(block: Block, page: Outline) -> int:
    """The box of the list, table or quotation that a block is a part of; -1: it stands alone."""
    box = page.boxes[block.box]
    if block.kind is BlockKind.LIST_ITEM:
        return box.parent
    if block.kind is BlockKind.TABLE_ROW and box.tag == "tr":
        part = page.boxes[box.parent]
        return part.parent if part.tag in ("thead", "tbody", "tfoot") else box.parent
    if block.kind is BlockKind.QUOTE:
        return block.box if box.tag == "blockquote" else box.parent
    return -1


def _between(likely: Likelihood, rows: Rows, page: Outline) -> Likelihood:
    """Between blocks of the story, a paragraph alike in its place, a heading and a table are a part of it."""
    own_words = rows[:, _COLUMN["link_share"]] < 0.3
    story = likely > THRESHOLD
    fits = own_words & _amid(story, page)
    fits &= (rows[:, _COLUMN["ends_sentence"]] > 0) | (likely > LEANING)
    heads = (rows[:, _COLUMN["level"]] > 0) & own_words & (likely > INSIDE)
    fits[:-1] |= heads[:-1] & story[1:] & (np.cumsum(story) > 0)[:-1]
    within = (np.cumsum(story) > 0) & (np.cumsum(story[::-1])[::-1] > 0)
    row = np.array([page.boxes[block.box].tag == "tr" for block in page.blocks])
    fits |= row & within & own_words & (likely > INSIDE)
    return np.where(fits, np.maximum(likely, DOUBTED_BETWEEN), likely)


def _amid(story: NDArray[np.bool_], page: Outline) -> NDArray[np.bool_]:
    """Blocks in one box with blocks of the story close before and behind them."""
    places, none = np.arange(len(story)), len(story)
    above = np.array([page.boxes[block.box].parent for block in page.blocks])
    before = np.maximum.accumulate(np.where(story, places, -1))
    behind = np.minimum.accumulate(np.where(story, places, none)[::-1])[::-1]
    before, behind = np.concatenate([[-1], before[:-1]]), np.concatenate([behind[1:], [none]])
    close = (before >= 0) & (behind < none) & (np.maximum(places - before, behind - places) <= CLOSE)
    alike: NDArray[np.bool_] = (above[before] == above) & (above[np.minimum(behind, none - 1)] == above)
    return close & alike


def _without_furniture(likely: Likelihood, rows: Rows, page: Outline) -> Likelihood:
    """What is never the story, however it stands: headline, captions, time stamps, linked teasers."""
    never = (rows[:, _COLUMN["is_title"]] > 0) | (rows[:, _COLUMN["kind"]] == _number(BlockKind.CAPTION))
    never |= (rows[:, _COLUMN["link_share"]] > 0.5) & (rows[:, _COLUMN["teaser"]] > 0)
    unfinished = (rows[:, _COLUMN["ends_sentence"]] == 0) & (rows[:, _COLUMN["length"]] < PROSE)
    never |= (rows[:, _COLUMN["photo"]] > 0) & unfinished
    stamp = (rows[:, _COLUMN["dated"]] > 0) & (rows[:, _COLUMN["digit_share"]] > 0.15)
    row = np.array([block.kind is BlockKind.TABLE_ROW for block in page.blocks])
    never |= stamp & (rows[:, _COLUMN["length"]] > 7) & (rows[:, _COLUMN["level"]] == 0) & ~row
    never |= (rows[:, _COLUMN["link_share"]] > 0.8) & (rows[:, _COLUMN["length"]] > LINK_CLOUD)
    paragraph = rows[:, _COLUMN["kind"]] == _number(BlockKind.PARAGRAPH)
    whole_link = rows[:, _COLUMN["link_share"]] > WHOLE_LINK
    never |= paragraph & whole_link & (rows[:, _COLUMN["ends_sentence"]] == 0)
    never |= _apart(likely, rows, page)
    never |= _bylines(likely, rows, page) | _pull_quotes(likely, page)
    for i in np.flatnonzero((likely > THRESHOLD) & ~never):
        text = page.blocks[i].text
        never[i] = not words_of(text) or is_house_line(text)
    return np.where(never, 0.0, likely)


def _apart(likely: Likelihood, rows: Rows, page: Outline) -> NDArray[np.bool_]:
    """Captions, comments and hidden text beside the story, by their boxes' names, and boxes for consent.

    Where such boxes hold most of what was chosen, they are not what they seem.
    """
    story = likely > THRESHOLD
    # a note that is printed again and again counts once
    length = np.minimum(rows[:, _COLUMN["length"]], MOST) / np.maximum(rows[:, _COLUMN["repeats"]], 1)
    found = np.zeros(len(rows), dtype=bool)
    for boxes in (*[rows[:, column] > 0 for column in _APART], _consent_boxes(rows, page)):
        if length[story & boxes].sum() <= MOST_APART * length[story].sum():
            found |= boxes
    return found


def _consent_boxes(rows: Rows, page: Outline) -> NDArray[np.bool_]:
    """Small boxes of their own that speak of consent: they hold the place of what is not shown without it."""
    asks = (rows[:, _COLUMN["consent"]] > 0) & (rows[:, _COLUMN["parent_blocks"]] <= MOST_ASKING)
    asks &= rows[:, _COLUMN["same_parent_as_prose_before"]] == 0
    above = np.array([page.boxes[block.box].parent for block in page.blocks])
    return np.isin(above, above[asks])


def _pull_quotes(likely: Likelihood, page: Outline) -> NDArray[np.bool_]:
    """Quotations set apart whose words a paragraph of the story holds too."""
    found = np.zeros(len(likely), dtype=bool)
    quotes, told = [], []
    for i in np.flatnonzero(likely > THRESHOLD).tolist():
        words = words_of(page.blocks[i].text)
        if page.blocks[i].kind is not BlockKind.QUOTE:
            told.append(words)
        elif len(words) >= PULL_QUOTE:
            quotes.append((i, words))
    if 0 < len(quotes) <= MOST_PULL_QUOTES:
        whole = "\n".join(told)
        for i, words in quotes:
            found[i] = words in whole
    return found


def _bylines(likely: Likelihood, rows: Rows, page: Outline) -> NDArray[np.bool_]:
    """Short lines above the first paragraph that say who wrote it, or when."""
    prose = np.flatnonzero((rows[:, _COLUMN["length"]] >= PROSE) & (rows[:, _COLUMN["ends_sentence"]] > 0))
    first = int(prose[0]) if prose.size else 0
    lines = (rows[:, _COLUMN["level"]] == 0) & (rows[:, _COLUMN["ends_sentence"]] == 0)
    found = np.zeros(len(rows), dtype=bool)
    for i in np.flatnonzero(likely[: first + 1] > THRESHOLD).tolist()[-MOST_BYLINES:]:
        text = page.blocks[i].text
        if len(text) > LONGEST_BYLINE:
            continue
        if i < first and lines[i]:
            names = names_alone(text) if page.blocks[i].bold >= BOLD_LINE * len(text) else []
            found[i] = parse_moment(text) is not None or is_byline(text) or bool(names)
        if i and lines[i - 1] and page.blocks[i].level == 0:
            found[i] |= opens_byline(page.blocks[i - 1].text)
    return found


def _number(kind: BlockKind) -> int:
    return list(BlockKind).index(kind)


def _notes(page: Outline, chosen: NDArray[np.bool_], hints: Hints) -> tuple[str, ...]:
    """Why the text may be cut: the page declares much more than it shows, or it ends in the middle."""
    text = [block.text for block, keep in zip(page.blocks, chosen, strict=True) if keep]
    notes = []
    shown = sum(map(len, map(words_of, text)))
    if len(hints.body) > 2 * max(shown, LEAST_BODY):
        notes.append(f"the page declares {len(hints.body)} characters of text and shows {shown}")
    if text and text[-1].endswith(("…", "...", "[…]", "[...]")):
        notes.append("the text ends in an ellipsis: it may be cut")
    return tuple(notes)
