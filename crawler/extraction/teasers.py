"""What teases another story in the middle of one: linked headlines, a line under them or a label before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from crawler.extraction.blocks import Block, Outline

__all__ = ["is_link", "without_teasers"]

# A teaser has at most this many blocks, and its lines are short, in characters: longer ones are the story's.
_MOST_BLOCKS: Final = 4
_LONGEST_LINE: Final = 200
_LEAST_HEADLINE: Final = 20
# "READ MORE | The headline of another story": the label is short, and stands before each teaser.
_LONGEST_LABEL: Final = 40
_LEAST_REPEATS: Final = 2
# A box so far above a block holds the story, not a part of it.
_NEAR: Final = 6
# More than this share of a story is not a teaser, whatever its shape.
_MOST_SHARE: Final = 0.3


def is_link(block: Block) -> bool:
    """Whether a block is nothing but a link."""
    return block.linked >= 0.8 * len(block.text)


def without_teasers(page: Outline, blocks: Sequence[int]) -> tuple[int, ...]:
    """The story's blocks without those that tease other stories.

    A box of such stands between paragraphs, and holds a headline that is nothing but a link with a block or
    more beside it. A paragraph that merely links, and a list of links, are left alone.
    """
    if not blocks:
        return ()
    dropped = (_in_boxes(page, blocks) | _behind_labels(page, blocks)) & set(blocks)
    whole = sum(len(page.blocks[i].text) for i in blocks)
    if sum(len(page.blocks[i].text) for i in dropped) > _MOST_SHARE * whole:
        return tuple(blocks)
    return tuple(i for i in blocks if i not in dropped)


def _behind_labels(page: Outline, blocks: Sequence[int]) -> set[int]:
    """Lines that end in a linked headline, with one label before each of them, in whatever language."""
    within = set(blocks)
    labels: dict[int, str] = {}
    for anchor in page.anchors:
        text = page.blocks[anchor.block].text if anchor.block in within else ""
        if len(anchor.text) >= _LEAST_HEADLINE and text.endswith(anchor.text):
            label = text.removesuffix(anchor.text).strip()
            if 0 < len(label) <= _LONGEST_LABEL:
                labels[anchor.block] = label
    times = Counter(labels.values())
    return {i for i, label in labels.items() if times[label] >= _LEAST_REPEATS}


def _in_boxes(page: Outline, blocks: Sequence[int]) -> set[int]:
    """The blocks of boxes that tease."""
    # The headline itself may have been left out of the story already; what stands under it is seen by it.
    inner = range(blocks[0] + 1, blocks[-1])
    boxes = {i: tuple(_boxes_above(page, i)) for i in inner}
    held = Counter(box for above in boxes.values() for box in above)
    dropped: set[int] = set()
    for i in inner:
        if is_link(page.blocks[i]) and len(page.blocks[i].text) >= _LEAST_HEADLINE:
            teaser = max(
                (box for box in boxes[i] if 1 < held[box] <= _MOST_BLOCKS), key=held.__getitem__, default=None
            )
            members = _held_by(teaser, i, boxes) if teaser is not None else []
            others = [j for j in members if not is_link(page.blocks[j])]
            if others and all(len(page.blocks[j].text) <= _LONGEST_LINE for j in others):
                dropped.update(members)
    return dropped


def _held_by(box: int, block: int, boxes: dict[int, tuple[int, ...]]) -> list[int]:
    """The blocks of a small box, which stand side by side."""
    near = range(block - _MOST_BLOCKS, block + _MOST_BLOCKS + 1)
    return [j for j in near if box in boxes.get(j, ())]


def _boxes_above(page: Outline, block: int) -> Iterator[int]:
    """The nearest boxes around a block, innermost first."""
    box = page.blocks[block].box
    for _ in range(_NEAR):
        if box < 0:
            return
        yield box
        box = page.boxes[box].parent
