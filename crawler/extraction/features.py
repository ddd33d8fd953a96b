# ruff: noqa: E501 -- columns stand in the order of their names, several a line
"""Blocks as numbers: what a block says, how it looks, where it stands, and what stands around it.

One row a block. The model in `block_model.py` reads nothing else, so that it cannot learn a site's name or a
story's words.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from crawler.extraction.blocks import Block, Outline
from crawler.extraction.cues import Cue
from crawler.extraction.phrases import ANYWHERE, DATELINE, OPENING, PHRASES
from dedupe.models import BlockKind

__all__ = ["NAMES", "Hints", "features"]

# A block this long that ends as a sentence does is prose. Characters as a Latin reader counts them.
PROSE: Final = 90.0
# A character of these scripts says as much as this many Latin ones.
DENSITY: Final = 2.5
# A block whose characters are links by this share is no prose.
MOSTLY_LINKS: Final = 0.5
# Text in a footer, a menu or a comment counts this much as prose.
OUTSIDE: Final = 0.2
_OUTSIDE: Final = int(Cue.FOOTER | Cue.NAVIGATION | Cue.COMMENTS | Cue.CONSENT)
# Phrases are looked for at the edges of a block; the middle of a long one is a sentence. Characters.
EDGE: Final = 120
# A link shorter than this is an item of a menu or a list of tags. Characters.
MENU_ITEM: Final = 40

_DENSE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_DIGITS = re.compile(r"\d")
_SENTENCE_END = re.compile(r"""[.!?…。！？؟।:;]["'”’»“)\]]*\s*$""")
_FULL_STOP = re.compile(r"""[.!?…。！？؟।]["'”’»“)\]]*(?:\s|$|(?<=[。！？]))""")
_OPENING_QUOTE = re.compile(r"""^["'“„«‘‹「—–-]""")
# Numbers, months and days by their first letters, and what stands around them in a time stamp.
_DATED = re.compile(
    r"[\d\W]+|\b(?:jan|feb|mar|mär|apr|may|mai|jun|jul|aug|ago|sep|oct|okt|out|nov|dec|dez|déc|dic|янв|фев|мар|апр|ма[йя]|июн|июл|авг"
    r"|сен|окт|ноя|дек|mon|tue|wed|thu|fri|sat|sun|am|pm|gmt|utc|est|[cp]?e[sd]?t|uhr|at|on|de|um|às?|às|updated?|published|posted|stand)\w*",
    re.IGNORECASE,
)
_WORDS = re.compile(r"\w+")
_KINDS: Final = {kind: number for number, kind in enumerate(BlockKind)}
_TAGS: Final = {
    tag: number
    for number, tag in enumerate(
        ("p", "div", "section", "li", "td", "article", "span", "a", "h2", "h3", "h4", "main"), 1
    )
}
_CUES: Final = tuple(cue for cue in Cue if cue)
_ITEM: Final = int(Cue.ITEM)


@dataclass(frozen=True, slots=True)
class Hints:
    """What the page says of its story elsewhere, as `words_of` keys."""

    title: str
    description: str
    body: str  # JSON-LD articleBody; "" where there is none


def words_of(text: str) -> str:
    """The word characters of a text, case folded: what two readings of one block share."""
    return "".join(_WORDS.findall(text.casefold()))


_OWN: Final = (
    "length", "words", "link_share", "bold_share", "digit_share", "capital_share", "ends_sentence", "stops",
    "commas", "quote_opens", "kind", "level", "tag", "repeats", "is_title", "title_overlap", "is_description",
    "in_body", "question", "colon_end", "bars", "lower_start", "word_length", "dated", "after_picture", *[name for name, _, _ in PHRASES], "dateline",
)  # fmt: skip
# What is measured of a short link.
_OF_MENUS: Final = tuple(
    map(
        _OWN.index,
        (
            "length",
            "words",
            "link_share",
            "kind",
            "level",
            "tag",
            "repeats",
            "is_title",
            "in_body",
            "after_picture",
        ),
    )
)
_PLACE: Final = (
    "rank", "blocks", "from_title", "after_title", "depth", "box_share", "parent_share", "grand_share", "levels_to_half",
    "levels_to_most", "in_best", "below_best", "best_share", "siblings", "sibling_prose", "group_size", "group_length",
    "group_links", "group_prose_share", "group_spread", "prose_before", "to_prose_before", "to_prose_after",
    "since_heading", "heading_teaser", "page_prose", "body_share", "same_parent_as_prose_before",
    "same_parent_as_prose_after", "level_with_prose_before", "level_with_prose_after", "in_item", "page_has_item", "page_articles", "article_prose_share", "box_pictures", "parent_pictures", "parent_blocks",
)  # fmt: skip
_AROUND: Final = tuple(
    f"{name}_{step}"
    for step in ("m2", "m1", "p1", "p2")
    for name in ("length", "link_share", "prose", "heading", "phrase", "same_box")
)
NAMES: Final = (
    *_OWN, *_PLACE, *_AROUND,
    *[f"near_{cue.name}" for cue in _CUES], *[f"above_{cue.name}" for cue in _CUES], *[f"inner_{cue.name}" for cue in _CUES],
)  # fmt: skip

Rows = NDArray[np.float32]
Amounts = NDArray[np.float64]  # of prose, a box each


def features(page: Outline, hints: Hints) -> Rows:
    """Measure every block of a page.

    Returns:
        shape (blocks, len(NAMES)), float32.
    """
    own = _own(page, hints)
    lengths, links = own[:, _OWN.index("length")], own[:, _OWN.index("link_share")]
    ends = own[:, _OWN.index("ends_sentence")]
    prose = _prose(page, lengths, links, ends > 0)
    phrase = own[:, _OWN.index(PHRASES[0][0]) : len(_OWN) - 1].max(axis=1)
    place = _place(page, own, prose, hints)
    around = _around(page, lengths, links, prose > 0, own[:, _OWN.index("level")] > 0, phrase)
    return np.hstack([own, place, around, _cue_bits(page, prose)]).astype(np.float32)


def _prose(page: Outline, lengths: Rows, links: Rows, ends: NDArray[np.bool_]) -> Rows:
    """Characters of running text in each block; 0 for headings, menus and lists of links."""
    running = ((lengths >= PROSE) & ends | (lengths >= 2 * PROSE)) & (links < MOSTLY_LINKS)
    outside = np.array([page.boxes[block.box].cues & _OUTSIDE != 0 for block in page.blocks])
    prose: Rows = np.where(running, lengths * (1 - links) * np.where(outside, OUTSIDE, 1.0), 0)
    return prose


# ------------------------------------------------------------------------------------ the block itself


def _own(page: Outline, hints: Hints) -> Rows:
    keys = [words_of(block.text) for block in page.blocks]
    times = Counter(keys)
    title_words = set(hints.title.split()) if " " in hints.title else set(_WORDS.findall(hints.title))
    title = words_of(hints.title)
    rows = np.zeros((len(page.blocks), len(_OWN)), dtype=np.float32)
    for i, (block, key) in enumerate(zip(page.blocks, keys, strict=True)):
        rows[i] = _measure(block, page.boxes[block.box].tag, key, times[key], title, title_words, hints)
    return rows


def _measure(
    block: Block, tag: str, key: str, times: int, title: str, title_words: set[str], hints: Hints
) -> list[float]:
    text = block.text
    size = len(text)
    if size < MENU_ITEM and block.linked >= 0.95 * size:
        return _menu_item(block, tag, times, float(key == title and bool(title)))
    words = text.split()
    dense = 0 if text.isascii() else len(_DENSE.findall(text))
    length = size + (DENSITY - 1) * dense
    found = _WORDS.findall(text.casefold()) if size < 300 else []
    overlap = len(title_words.intersection(found)) / len(found) if found else 0.0
    edges = text if size <= 2 * EDGE else f"{text[:EDGE]} {text[-EDGE:]}"
    return [
        length,
        len(words) + dense / 2,
        block.linked / size,
        block.bold / size,
        len(_DIGITS.findall(edges)) / len(edges),
        sum([word[0].isupper() for word in words[:60]]) / min(len(words), 60),
        float(_SENTENCE_END.search(text[-8:]) is not None),
        len(_FULL_STOP.findall(text)),
        text.count(",") + text.count("、") + text.count("，") + text.count("،"),
        float(_OPENING_QUOTE.match(text) is not None),
        _KINDS[block.kind],
        block.level,
        _TAGS.get(tag, 0),
        times,
        float(key == title and bool(title)),
        overlap,
        float(bool(hints.description) and len(key) > 20 and key[:60] == hints.description[:60]),
        float(_in_body(key, hints.body)),
        float(text.endswith(("?", "？", "؟"))),
        float(text.endswith((":", "："))),
        text.count("|") + text.count("›") + text.count("»") + text.count("/"),
        float(text[0].islower()),
        sum(map(len, words)) / len(words),
        float(size < 120 and _DIGITS.search(text) is not None and len(_DATED.sub("", text)) < 0.34 * size),
        float(block.after_picture),
        *_phrases(edges.lower()),
        float(DATELINE.match(text) is not None),
    ]


def _menu_item(block: Block, tag: str, times: int, is_title: float) -> list[float]:
    """A short link: most blocks of a page are, and their words mean nothing."""
    row = [0.0] * len(_OWN)
    values = (
        len(block.text), block.text.count(" ") + 1, 1.0, _KINDS[block.kind], block.level, _TAGS.get(tag, 0), times,
        is_title, -1.0, block.after_picture,
    )  # fmt: skip
    for column, value in zip(_OF_MENUS, values, strict=True):
        row[column] = float(value)
    return row


def _phrases(edges: str) -> list[float]:
    opens, likely = OPENING.match(edges) is not None, ANYWHERE.may_match(edges)
    return [
        float(
            (opens and opening is not None and opening.match(edges) is not None)
            or (likely >> number & 1 and anywhere is not None and anywhere.search(edges) is not None)
        )
        for number, (_, opening, anywhere) in enumerate(PHRASES)
    ]


def _in_body(key: str, body: str) -> int:
    """1: the declared body holds these words; 0: it does not; -1: none is declared, or the block is too short."""
    if not body or len(key) < 4:
        return -1
    return int((key if len(key) < 160 else key[20:140]) in body)


# -------------------------------------------------------------------------------------- where it stands


def _place(page: Outline, own: Rows, prose: Rows, hints: Hints) -> Rows:
    count, boxes = len(page.blocks), page.boxes
    parents = [box.parent for box in boxes]
    home = np.array([block.box for block in page.blocks])
    direct: Amounts = np.bincount(home, prose, len(boxes)).astype(np.float64)
    score: Amounts = np.zeros(len(boxes))
    mass = direct.copy()
    _spread(parents, direct, score, mass)
    total = max(float(prose.sum()), 1.0)
    best = int(score.argmax())
    inside = np.array(_inside(parents, best))[home]
    half = np.array(_levels(parents, mass, 0.5 * total))[home]
    most = np.array(_levels(parents, mass, 0.8 * total))[home]
    strong = np.flatnonzero(prose > 0)
    before, after = _distances(strong, count)
    back, ahead = (np.where(near >= 0, home[near], -1) for near in (before, after))
    above = np.array(parents)
    around = above[home]  # the box around each block's own
    parent = np.maximum(around, 0)
    grand = np.maximum(above[parent], 0)
    depth = np.array([box.depth for box in boxes])
    pictures, held = np.array([box.pictures for box in boxes]), np.bincount(home, minlength=len(boxes))
    all_pictures, all_held = pictures.copy(), held.copy()
    for i in range(len(boxes) - 1, 0, -1):
        all_pictures[parents[i]] += all_pictures[i]
        all_held[parents[i]] += all_held[i]
    siblings, sibling_prose = (np.bincount(around + 1, weights)[around + 1] for weights in (None, prose > 0))
    articles = [i for i, box in enumerate(boxes) if box.tag == "article"]
    places, title_at = np.arange(count), _title_at(own)
    levels = _Levels(parents)
    columns = (
        places / count, count, places - title_at, places > title_at, depth[home], mass[home] / total, mass[parent] / total,
        mass[grand] / total, half, most, inside, np.where(inside > 0, depth[home] - depth[best], -1),
        score[best] / total, siblings, sibling_prose / siblings,
        *_groups(page, own, prose), (np.cumsum(prose) - prose) / total,
        np.where(before >= 0, np.minimum(places - before, 30), 40), np.where(after >= 0, np.minimum(after - places, 30), 40),
        *_headings(own), total, len(hints.body) / total,
        (back >= 0) & (above[back] == around), (ahead >= 0) & (above[ahead] == around),
        *[[levels.between(*pair) for pair in zip(home.tolist(), other.tolist(), strict=True)] for other in (back, ahead)],
        [boxes[at].cues & _ITEM > 0 for at in home], any(box.own & _ITEM for box in boxes), len(articles),
        max((mass[i] for i in articles), default=0.0) / total,
        pictures[home], all_pictures[parent], all_held[parent],
    )  # fmt: skip
    rows = np.empty((count, len(_PLACE)), dtype=np.float32)
    for number, column in enumerate(columns):
        rows[:, number] = column
    return rows


def _spread(parents: list[int], direct: Amounts, score: Amounts, mass: Amounts) -> None:
    """Give a box's prose to those it stands in: all of it as mass, a fading share as score."""
    score += 0.2 * direct
    for i in range(len(parents) - 1, 0, -1):
        mass[parents[i]] += mass[i]
        if direct[i]:
            score[parents[i]] += direct[i]
            if parents[parents[i]] >= 0:
                score[parents[parents[i]]] += 0.55 * direct[i]


class _Levels:
    """How far boxes stand from each other; the blocks of a page ask for the same few pairs."""

    def __init__(self, parents: list[int]) -> None:
        self.parents = parents
        self.known: dict[tuple[int, int], int] = {}

    def between(self, box: int, other: int) -> int:
        """How many boxes above the one stands in the box right around the other: 1 for siblings; 9: far off."""
        if (box, other) not in self.known:
            self.known[box, other] = self.measure(box, other)
        return self.known[box, other]

    def measure(self, box: int, other: int) -> int:
        parents = self.parents
        if other < 0:
            return 9
        around, above = parents[other], {parents[other], parents[max(parents[other], 0)]}
        for level in range(1, 5):
            box = parents[max(box, 0)]
            if box == around:
                return level
            if box in above:
                return level + 4
        return 9


def _inside(parents: list[int], root: int) -> list[float]:
    inside = [0.0] * len(parents)
    inside[root] = 1.0
    for i in range(root + 1, len(parents)):
        if parents[i] >= 0 and inside[parents[i]]:
            inside[i] = 1.0
    return inside


def _levels(parents: list[int], mass: Amounts, enough: float) -> list[int]:
    """How many boxes up one stands that holds enough of the page's prose."""
    levels = [0] * len(parents)
    for i in range(1, len(parents)):
        levels[i] = 0 if mass[i] >= enough else min(levels[parents[i]] + 1, 20)
    return levels


def _groups(page: Outline, own: Rows, prose: Rows) -> list[NDArray[Any]]:
    """Of the blocks whose boxes look alike (tag and class): count, mean length, mean links, prose, spread."""
    names: dict[tuple[str, str | None, str], int] = {}
    of = np.zeros(len(page.blocks), dtype=np.int64)
    for i, block in enumerate(page.blocks):
        box = page.boxes[block.box]
        above = page.boxes[box.parent].tag if box.parent >= 0 else ""
        of[i] = names.setdefault((box.tag, box.element.get("class"), above), len(names))
    size = np.bincount(of).astype(np.float64)
    length = np.bincount(of, own[:, 0]) / size
    links = np.bincount(of, own[:, 2]) / size
    share = np.bincount(of, prose) / max(float(prose.sum()), 1.0)
    filled = np.bincount(of, prose > 0) / size
    return [size[of], length[of], links[of], share[of], filled[of]]


def _title_at(own: Rows) -> int:
    """Index of the headline: the declared title, else the first <h1>; -1: none."""
    for column, value in (("is_title", 1), ("level", 1)):
        places = np.flatnonzero(own[:, _OWN.index(column)] == value)
        if places.size:
            return int(places[0])
    return -1


def _distances(strong: NDArray[np.int64], count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each block the nearest prose block before and after it; -1: none."""
    if not strong.size:
        return np.full(count, -1), np.full(count, -1)
    places = np.arange(count)
    left = np.searchsorted(strong, places, "left") - 1
    right = np.searchsorted(strong, places, "right")
    before = np.where(left >= 0, strong[np.maximum(left, 0)], -1)
    after = np.where(right < strong.size, strong[np.minimum(right, strong.size - 1)], -1)
    return before, after


def _headings(own: Rows) -> tuple[list[int], list[float]]:
    """How far back the last heading stands, and whether it announces other stories."""
    level, teaser = own[:, _OWN.index("level")], own[:, _OWN.index("teaser")]
    since, announces = [], []
    last, said = -40, 0.0
    for i in range(len(own)):
        since.append(min(i - last, 40))
        announces.append(said)
        if level[i] or (own[i, 3] > 0.8 and own[i, 0] < PROSE):
            last, said = i, float(teaser[i])
    return since, announces


# --------------------------------------------------------------------------------- what stands around it


def _around(page: Outline, *measures: NDArray[Any]) -> Rows:
    home = np.array([block.box for block in page.blocks])
    parents = np.array([box.parent for box in page.boxes])[home]
    columns = []
    for step in (-2, -1, 1, 2):
        for values in measures:
            columns.append(_shifted(np.asarray(values, dtype=np.float32), step))
        columns.append((_shifted(parents.astype(np.float32), step) == parents).astype(np.float32))
    return np.stack(columns, axis=1)


def _shifted(values: Rows, step: int) -> Rows:
    shifted = np.full(len(values), -1, dtype=np.float32)
    if step > 0:
        shifted[:-step] = values[step:]
    else:
        shifted[-step:] = values[:step]
    return shifted


def _cue_bits(page: Outline, prose: Rows) -> Rows:
    """Cues of the nearest boxes, of all, and of those inside the box that holds half of the page's prose."""
    home = [block.box for block in page.blocks]
    above = np.array([page.boxes[box].cues for box in home], dtype=np.int64)
    near = np.array([page.near_cues(box) for box in home], dtype=np.int64)
    inside = _cues_inside(page, prose)
    inner = np.array([inside[box] for box in home], dtype=np.int64)
    masks = np.array([int(cue) for cue in _CUES], dtype=np.int64)
    return np.hstack([(values[:, None] & masks > 0) for values in (near, above, inner)]).astype(np.float32)


def _cues_inside(page: Outline, prose: Rows) -> list[int]:
    """For each box its cues and those of the boxes around it, up to the one that holds half of the prose."""
    mass = [0.0] * len(page.boxes)
    for block, weight in zip(page.blocks, prose.tolist(), strict=True):
        mass[block.box] += weight
    for i in range(len(page.boxes) - 1, 0, -1):
        mass[page.boxes[i].parent] += mass[i]
    cues: list[int] = []
    for box, held in zip(page.boxes, mass, strict=True):
        outside = held >= mass[0] / 2 or box.parent < 0
        cues.append(0 if outside else box.own | cues[box.parent])
    return cues
