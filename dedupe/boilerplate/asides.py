"""Furniture in the middle of a story, by its shape: teasers of other stories, promotion, pictures' markup."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dedupe.boilerplate.blocks import Block
from dedupe.boilerplate.cues import begins_with_cue, has_address
from dedupe.boilerplate.words import WORDS, ends_sentence

__all__ = ["Aside", "find_asides"]

_IMAGE = re.compile(r"\[?!\[([^\]]*)\]\([^)]*\)(?:\]\([^)]*\))?")
_LINK_ONLY = re.compile(r"(?:[-*•>»›→▶]+\s*)?\[[^\]]+\]\([^)\s]+\)[.,;|]?|(?:https?://|www\.)\S+")
_LABEL = re.compile(r"^[>»›→▶►•*\-–—#\s]*([^:：]{3,30})[:：]\s*\S")
_QUOTED = re.compile('["“”„«»「」『』]')
_GLUED = re.compile(r"[^\W\d_A-Z][A-Z][^\W\d_]")
_BARRED = re.compile(r"[^|]{2,60}(?:\s\|\s[^|]{2,60}){1,12}")
_MOST_LABEL_WORDS = 5
_MOST_TITLE = 180  # characters of a headline
_MOST_BYLINE_WORDS = 10
_MOST_BYLINE = 120  # characters


@dataclass(frozen=True)
class Aside:
    """A block that is not the story, by its shape alone."""

    reason: str
    evidence: str


def find_asides(blocks: Sequence[Block]) -> dict[int, Aside]:
    """Positions in `blocks` that are furniture wherever they stand, with the shape that says so."""
    found: dict[int, Aside] = {}
    for position, aside in _single_blocks(blocks):
        found.setdefault(position, aside)
    for position, aside in _teaser_groups(blocks, found):
        found.setdefault(position, aside)
    for position, aside in _rows_at_the_edges(blocks, found):
        found.setdefault(position, aside)
    return found


def _rows_at_the_edges(blocks: Sequence[Block], known: dict[int, Aside]) -> Iterator[tuple[int, Aside]]:
    """Rows of labels between bars above and below the story; inside it such a row may be a table's."""
    for positions in (range(len(blocks)), range(len(blocks) - 1, -1, -1)):
        for position in positions:
            text = blocks[position].text
            if _BARRED.fullmatch(text) and not ends_sentence(text):
                yield (
                    position,
                    Aside("menu", "It is a row of short labels between bars at the story's edge."),
                )
            elif position not in known:
                break


def _single_blocks(blocks: Sequence[Block]) -> Iterator[tuple[int, Aside]]:
    for position, block in enumerate(blocks):
        text = block.text
        image = _IMAGE.fullmatch(text) if "![" in text else None
        if image:
            yield position, Aside("markup", "The line is the markup of a picture and nothing else.")
            following = blocks[position + 1].text if position + 1 < len(blocks) else ""
            if image[1] and _same_words(image[1], following):
                yield (
                    position + 1,
                    Aside("teaser", "The line repeats the description of the picture right above it."),
                )
        elif _may_be_link(text) and _LINK_ONLY.fullmatch(text):
            yield position, Aside("markup", "The line is one link and nothing else.")
        elif len(text) <= 250 and not _QUOTED.search(text[:1]):
            yield from _promotion(position, text)


def _may_be_link(text: str) -> bool:
    return "](" in text or text.startswith(("http", "www."))


def _promotion(position: int, text: str) -> Iterator[tuple[int, Aside]]:
    label = _LABEL.match(text) if ":" in text or "：" in text else None
    if (
        label
        and len(WORDS.findall(label[1])) <= _MOST_LABEL_WORDS
        and "related" in begins_with_cue(label[1] + ":")
    ):
        yield (
            position,
            Aside(
                "teaser", f'The line opens with the label "{label[1].strip()}:" of a link to another story.'
            ),
        )
        return
    address = has_address(text)
    loud = text.isupper() and len(WORDS.findall(text)) <= 12
    if not (address or loud):
        return
    opening = begins_with_cue(text)
    for kind, reason in (("subscribe", "newsletter"), ("share", "share")):
        if kind in opening and (address or loud):
            how = "gives an address or handle" if address else "is all capitals"
            yield position, Aside(reason, f"The line opens with an invitation to {kind} and {how}.")


def _same_words(a: str, b: str) -> bool:
    return WORDS.findall(a.casefold()) == WORDS.findall(b.casefold())


def _teaser_groups(blocks: Sequence[Block], taken: dict[int, Aside]) -> Iterator[tuple[int, Aside]]:
    """Headline, standfirst and byline of another story, which page layouts drop between two paragraphs."""
    spaced = _is_spaced(blocks)
    bylines = [_glued_byline(block.text) for block in blocks]
    for start in range(len(blocks) - 2):
        end = start + 3
        if (
            not bylines[end - 1]
            or not _headline(blocks[start].text)
            or not ends_sentence(blocks[start + 1].text)
        ):
            continue
        if any(position in taken for position in range(start, end)):
            continue
        if spaced and (any(block.gap for block in blocks[start + 1 : end]) or not blocks[start].gap):
            continue
        evidence = (
            "A headline, a sentence and a byline that runs two names together stand between paragraphs: "
            "the teaser of another story."
        )
        for position in range(start, end):
            yield position, Aside("teaser", evidence)


def _is_spaced(blocks: Sequence[Block]) -> bool:
    """Whether blank lines part the blocks of this document, so that lines without one belong together."""
    return sum(block.gap for block in blocks) * 3 >= len(blocks)


def _headline(text: str) -> bool:
    return len(text) <= _MOST_TITLE and not ends_sentence(text) and len(WORDS.findall(text)) >= 4


def _glued_byline(text: str) -> bool:
    """Names without a stop, two of them run together where the page had two: "The GazetteAnn Lee"."""
    if len(text) > _MOST_BYLINE or not _GLUED.search(text) or ends_sentence(text):
        return False
    return 2 <= len(WORDS.findall(text)) <= _MOST_BYLINE_WORDS
