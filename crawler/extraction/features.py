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
from crawler.extraction.phrases import DATELINE, PHRASES
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
    *[f"near_{cue.name}" for cue in _CUES], *[f"above_{cue.name}" for cue in _CUES],
)  # fmt: skip

Rows = NDArray[np.float32]


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
    return np.hstack([own, place, around, _cue_bits(page)]).astype(np.float32)


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
        float(size < 120 and len(_DATED.sub("", text)) < 0.34 * size),
        float(block.after_picture),
        *_phrases(edges.lower()),
        float(DATELINE.match(text) is not None),
    ]


def _menu_item(block: Block, tag: str, times: int, is_title: float) -> list[float]:
    """A short link: most blocks of a page are, and their words mean nothing."""
    row = [0.0] * len(_OWN)
    known = {
        "length": len(block.text), "words": block.text.count(" ") + 1, "link_share": 1.0, "kind": _KINDS[block.kind],
        "level": block.level, "tag": _TAGS.get(tag, 0), "repeats": times, "is_title": is_title, "in_body": -1,
        "after_picture": block.after_picture,
    }  # fmt: skip
    for name, value in known.items():
        row[_OWN.index(name)] = float(value)
    return row


def _phrases(edges: str) -> list[float]:
    return [
        float(
            (opening is not None and opening.match(edges) is not None)
            or (anywhere is not None and anywhere.search(edges) is not None)
        )
        for _, opening, anywhere in PHRASES
    ]


def _in_body(key: str, body: str) -> int:
    """1: the declared body holds these words; 0: it does not; -1: none is declared, or the block is too short."""
    if not body or len(key) < 4:
        return -1
    return int((key if len(key) < 160 else key[20:140]) in body)


# -------------------------------------------------------------------------------------- where it stands


def _place(page: Outline, own: Rows, prose: Rows, hints: Hints) -> Rows:
    count = len(page.blocks)
    boxes = page.boxes
    parents = [box.parent for box in boxes]
    home = [block.box for block in page.blocks]
    mass, direct, best_score = np.zeros(len(boxes)), np.zeros(len(boxes)), np.zeros(len(boxes))
    for i, weight in zip(home, prose.tolist(), strict=True):
        mass[i] += weight
        direct[i] += weight
    _spread(parents, direct, best_score, mass)
    total = max(float(prose.sum()), 1.0)
    best = int(best_score.argmax())
    inside = _inside(parents, best)
    half, most = _levels(parents, mass, 0.5 * total), _levels(parents, mass, 0.8 * total)
    groups = _groups(page, own, prose)
    title_at = _title_at(own)
    strong = np.flatnonzero(prose > 0)
    before, after = _distances(strong, count)
    heading_since, heading_teaser = _headings(own)
    siblings = Counter(parents[i] for i in home)
    sibling_prose: Counter[int] = Counter()
    for i, weight in zip(home, prose.tolist(), strict=True):
        sibling_prose[parents[i]] += weight > 0
    running = np.cumsum(prose) - prose
    articles = [i for i, box in enumerate(boxes) if box.tag == "article"]
    article_share = max((mass[i] for i in articles), default=0.0) / total
    has_item = float(any(box.own & Cue.ITEM for box in boxes))
    depth_best = boxes[best].depth
    pictures, held = [box.pictures for box in boxes], Counter(home)
    for i in range(len(boxes) - 1, 0, -1):
        pictures[parents[i]] += pictures[i]
        held[parents[i]] += held[i]
    rows = np.zeros((count, len(_PLACE)), dtype=np.float32)
    for i, at in enumerate(home):
        parent = max(parents[at], 0)
        grand = max(parents[parent], 0)
        back, ahead = int(before[i]), int(after[i])
        rows[i] = (
            i / count, count, i - title_at, float(i > title_at), boxes[at].depth, mass[at] / total, mass[parent] / total,
            mass[grand] / total, half[at], most[at], inside[at], boxes[at].depth - depth_best if inside[at] else -1,
            best_score[best] / total, siblings[parents[at]], sibling_prose[parents[at]] / siblings[parents[at]],
            *groups[i], running[i] / total, min(i - back, 30) if back >= 0 else 40, min(ahead - i, 30) if ahead >= 0 else 40,
            heading_since[i], heading_teaser[i], total, len(hints.body) / total,
            float(back >= 0 and parents[home[back]] == parents[at]), float(ahead >= 0 and parents[home[ahead]] == parents[at]),
            *[_level_with(parents, at, home[other] if other >= 0 else -1) for other in (back, ahead)],
            float(bool(boxes[at].cues & Cue.ITEM)), has_item, len(articles), article_share,
            boxes[at].pictures, pictures[parent], held[parent],
        )  # fmt: skip
    return rows


def _spread(
    parents: list[int], direct: NDArray[np.float64], score: NDArray[np.float64], mass: NDArray[np.float64]
) -> None:
    """Give a box's prose to those it stands in: all of it as mass, a fading share as score."""
    score += 0.2 * direct
    for i in range(len(parents) - 1, 0, -1):
        mass[parents[i]] += mass[i]
        if direct[i]:
            score[parents[i]] += direct[i]
            if parents[parents[i]] >= 0:
                score[parents[parents[i]]] += 0.55 * direct[i]


def _level_with(parents: list[int], box: int, other: int) -> int:
    """How many boxes above the one stands in the box right around the other: 1 for siblings; 9: far off."""
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


def _levels(parents: list[int], mass: NDArray[np.float64], enough: float) -> list[int]:
    """How many boxes up one stands that holds enough of the page's prose."""
    levels = [0] * len(parents)
    for i in range(1, len(parents)):
        levels[i] = 0 if mass[i] >= enough else min(levels[parents[i]] + 1, 20)
    return levels


def _groups(page: Outline, own: Rows, prose: Rows) -> Rows:
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
    return np.stack([size[of], length[of], links[of], share[of], filled[of]], axis=1).astype(np.float32)


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


def _cue_bits(page: Outline) -> Rows:
    """Cues of the nearest boxes, and of all, as one column each."""
    above = np.array([page.boxes[block.box].cues for block in page.blocks], dtype=np.int64)
    near = np.array([page.near_cues(block.box) for block in page.blocks], dtype=np.int64)
    masks = np.array([int(cue) for cue in _CUES], dtype=np.int64)
    return np.hstack([(values[:, None] & masks > 0) for values in (near, above)]).astype(np.float32)
