"""Which blocks of a page are the story."""

from __future__ import annotations

import copy
import logging
import re
from dataclasses import dataclass
from typing import Final

from lxml.html import HtmlElement
from trafilatura import bare_extraction

from crawler.extraction.blocks import Outline
from dedupe.models import BlockKind

__all__ = ["Story", "story_of"]

# Trees beyond these are not given to trafilatura: it copies and searches them many times. Elements, levels.
MAX_ELEMENTS: Final = 40_000
MAX_DEPTH: Final = 400

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class Story:
    """The blocks chosen, and how sure that is."""

    blocks: tuple[int, ...]  # indices into the outline's blocks, in reading order
    confidence: float  # agreement of independent readings, 0 to 1


def story_of(tree: HtmlElement, page: Outline) -> Story:
    """Choose the blocks of the story."""
    candidate = _by_trafilatura(tree, page)
    return Story(tuple(candidate), 0.5 if candidate else 0.0)


def _key(text: str) -> str:
    return "".join(re.findall(r"\w+", text.casefold()))


def _by_trafilatura(tree: HtmlElement, page: Outline) -> list[int]:
    """The blocks whose words trafilatura keeps."""
    if len(page.boxes) > MAX_ELEMENTS or max((box.depth for box in page.boxes), default=0) > MAX_DEPTH:
        return []
    document = bare_extraction(copy.deepcopy(tree), include_comments=False, fast=True)
    text = getattr(document, "text", None)
    if not text:
        return []
    lines = {_key(line) for line in text.split("\n")}
    whole = _key(text)
    chosen = []
    for i, block in enumerate(page.blocks):
        key = _key(block.text)
        if block.level == 1 or block.kind is BlockKind.CAPTION:
            continue
        if key and (key in lines or (len(key) > 20 and key in whole)):
            chosen.append(i)
    return chosen
