"""An article's text as blocks: repaired lines that know where they stood in the input."""

from __future__ import annotations

from dataclasses import dataclass

from dedupe.boilerplate.repair import needs_repair, repaired
from dedupe.models import Article, BlockKind

__all__ = ["Block", "blocks_of"]


@dataclass(frozen=True, slots=True)
class Block:
    """One non-blank line."""

    line: int  # in the input, from 0, blank lines counted
    original: str
    text: str  # repaired, never empty
    gap: bool  # a blank line stands above
    kind: BlockKind | None = None


def blocks_of(article: Article) -> list[Block]:
    """The non-blank lines of an article; lines that hold only invisible characters count as blank."""
    lines = article.lines
    kinds = article.kinds if len(article.kinds) == len(lines) else (None,) * len(lines)
    suspect = needs_repair(article.text)
    blocks = []
    gap = False
    for number, (line, kind) in enumerate(zip(lines, kinds, strict=True)):
        text = repaired(line) if suspect else line.strip(" ")
        if text:
            blocks.append(Block(number, line, text, gap, kind))
        gap = not text
    return blocks
