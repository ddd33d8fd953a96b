"""Furniture in the middle of a story, by its shape: teasers of other stories, promotion, pictures' markup."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from dedupe.boilerplate.blocks import Blocks
from dedupe.boilerplate.cues import BITS, begins_with_cue, has_address
from dedupe.boilerplate.traits import (
    ADDRESS,
    BAR,
    COLON,
    HEADLINE,
    IMAGE,
    LINK,
    LOUD,
    NAMES,
    SENTENCE_END,
)
from dedupe.boilerplate.words import WORDS, ends_sentence, holds_sentence, is_sentence

__all__ = ["Aside", "find_asides", "forms_spread", "loose_end"]

_IMAGE = re.compile(r"\[?!\[([^\]]*)\]\([^)]*\)(?:\]\([^)]*\))?")
_LINK_ONLY = re.compile(r"(?:[-*•>»›→▶]+\s*)?\[[^\]]+\]\([^)\s]+\)[.,;|]?|(?:https?://|www\.)\S+")
_LABEL = re.compile(r"^[>»›→▶►•*\-–—#\s]*([^:：]{3,30})[:：]\s*\S")
_QUOTED = re.compile('["“”„«»「」『』]')
_BARRED = re.compile(r"[^|]{2,60}(?:\s\|\s[^|]{2,60}){1,12}")
_CREDIT = re.compile(r"[:(©|]([^:(©|]*)$")
_MOST_LABEL_WORDS = 5
_MOST_PROMOTION = 250  # characters
_MOST_STANDFIRST = 220  # characters
_LEAST_STANDFIRST_WORDS = 7
_GLUE = 4  # small letters before the capital: fewer stand in names of products
_FORMS = frozenset(("newsletter", "consent"))
_LEAST_SENTENCES = 4  # blocks that must stay above a loose end
_LEAST_STOPPED = 0.75  # share of them that end with a stop; subheadings do not
_MOST_LOOSE = 120  # characters
_SURELY_STORY = 0.8  # probability from which on the model's word stands


class Aside(NamedTuple):
    """A block that is not the story, by its shape alone."""

    reason: str
    evidence: str


def find_asides(blocks: Blocks) -> dict[int, Aside]:
    """Positions in `blocks` that are furniture wherever they stand, with the shape that says so."""
    found: dict[int, Aside] = {}
    for position, aside in _single_blocks(blocks):
        found.setdefault(position, aside)
    for position, aside in _teaser_groups(blocks, found):
        found.setdefault(position, aside)
    for position, aside in _rows_at_the_edges(blocks, found):
        found.setdefault(position, aside)
    return found


def _rows_at_the_edges(blocks: Blocks, known: dict[int, Aside]) -> Iterator[tuple[int, Aside]]:
    """Rows of labels between bars above and below the story; inside it such a row may be a table's."""
    for positions in (range(len(blocks)), range(len(blocks) - 1, -1, -1)):
        for position in positions:
            signs = blocks.signs[position]
            if signs & BAR and not signs & SENTENCE_END and _BARRED.fullmatch(blocks.text[position]):
                yield (
                    position,
                    Aside("menu", "It is a row of short labels between bars at the story's edge."),
                )
            elif position not in known:
                break


_MAY_BE_ALONE = IMAGE | LINK | COLON | ADDRESS | LOUD
_INVITES = BITS["subscribe"] | BITS["share"]


def _single_blocks(blocks: Blocks) -> Iterator[tuple[int, Aside]]:
    for position, signs in enumerate(blocks.signs):
        if not signs & _MAY_BE_ALONE:
            continue
        text = blocks.text[position]
        image = _IMAGE.fullmatch(text) if signs & IMAGE else None
        if image:
            yield position, Aside("markup", "The line is the markup of a picture and nothing else.")
            following = blocks.text[position + 1] if position + 1 < len(blocks) else ""
            if image[1] and _same_words(image[1], following):
                yield (
                    position + 1,
                    Aside("teaser", "The line repeats the description of the picture right above it."),
                )
        elif signs & LINK and _LINK_ONLY.fullmatch(text):
            yield position, Aside("markup", "The line is one link and nothing else.")
        elif len(text) <= _MOST_PROMOTION and not _QUOTED.search(text[:1]):
            yield from _promotion(position, text, signs, blocks.cues[position])


def _promotion(position: int, text: str, signs: int, cues: int) -> Iterator[tuple[int, Aside]]:
    label = _LABEL.match(text) if signs & COLON and _may_be_label(text, cues) else None
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
    address = bool(signs & ADDRESS) and has_address(text)
    if not (cues & _INVITES and (address or signs & LOUD)):
        return
    opening = begins_with_cue(text)
    for kind, reason in (("subscribe", "newsletter"), ("share", "share")):
        if kind in opening:
            how = "gives an address or handle" if address else "is all capitals"
            yield position, Aside(reason, f"The line opens with an invitation to {kind} and {how}.")


def _may_be_label(text: str, cues: int) -> bool:
    """Whether a cue of other stories may stand before a colon; some cues hold one, but no wide one."""
    return bool(cues & BITS["related"]) or "：" in text


def _same_words(a: str, b: str) -> bool:
    return WORDS.findall(a.casefold()) == WORDS.findall(b.casefold())


def _teaser_groups(blocks: Blocks, taken: dict[int, Aside]) -> Iterator[tuple[int, Aside]]:
    """Headline, standfirst and byline of another story, which page layouts drop between two paragraphs."""
    spaced = _is_spaced(blocks)
    signs, texts = blocks.signs, blocks.text
    for start in range(1, len(blocks) - 2):
        if not (signs[start] & HEADLINE and signs[start + 1] & SENTENCE_END and signs[start + 2] & NAMES):
            continue
        group = range(start, start + 3)
        headline, standfirst, byline = group
        if any(position in taken for position in group):
            continue
        # The story's own headline, standfirst and byline stand below a menu, not below a paragraph.
        above = next((p for p in range(start - 1, -1, -1) if p not in taken), None)
        if above is None or not is_sentence(texts[above]):
            continue
        if spaced and (blocks.gap[standfirst] or blocks.gap[byline] or not blocks.gap[headline]):
            continue
        if _glued(texts[byline]):
            mark = "runs two names together"
        elif _is_standfirst(blocks, standfirst) and _names_stand_apart(blocks, group):
            mark = "gives a name that stands in the page's furniture as well"
        else:
            continue
        evidence = f"A headline, a sentence and a byline that {mark}: the teaser of another story."
        for position in group:
            yield position, Aside("teaser", evidence)


def _names_stand_apart(blocks: Blocks, group: range) -> bool:
    """Whether the byline names the site: as a credit or a mark of rights elsewhere, hardly in sentences.

    Whom a story is about, its sentences name as well, and a subheading of the story may hold such a name.
    """
    byline = blocks.text[group[-1]]
    names = _name_pairs(byline)
    credited, told = 0, 0
    for position, text in enumerate(blocks.text):
        if position in group or text == byline or not names & _name_pairs(text):
            continue
        credit = _CREDIT.search(text)
        if credit and names & _name_pairs(credit[1]):
            credited += 1
        else:
            told += ends_sentence(text)
    return credited > 0 and told <= 1


def _name_pairs(text: str) -> set[tuple[str, str]]:
    words = WORDS.findall(text)
    return {(a, b) for a, b in pairwise(words) if a[0].isupper() and b[0].isupper()}


_SMALL_PRINT = BITS["subscribe"] | BITS["legal"]


def forms_spread(blocks: Blocks, cut: Mapping[int, Aside]) -> dict[int, Aside]:
    """Blocks that speak of subscribing or of terms right beside a form that is cut: its small print."""
    found: dict[int, Aside] = {}
    forms = {position: aside.reason for position, aside in cut.items() if aside.reason in _FORMS}
    for step, end in ((1, len(blocks)), (-1, -1)):
        for form, reason in forms.items():
            for position in range(form + step, end, step):
                if position in cut or position in found or not blocks.cues[position] & _SMALL_PRINT:
                    break
                found[position] = Aside(reason, "It speaks of the form beside it, which is furniture.")
    return found


def loose_end(blocks: Blocks, cut: Mapping[int, Aside], story: Sequence[float]) -> dict[int, Aside]:
    """The last block that stays, where it is short and without a stop, and nearly all above it have one."""
    kept = [position for position in range(len(blocks)) if position not in cut]
    if len(kept) <= _LEAST_SENTENCES:
        return {}
    last, rest = kept[-1], kept[:-1]
    text = blocks.text[last]
    if len(text) > _MOST_LOOSE or holds_sentence(text):
        return {}
    stopped = sum(bool(blocks.signs[position] & SENTENCE_END) for position in rest)
    if stopped < _LEAST_STOPPED * len(rest):
        return {}
    if story[last] >= _SURELY_STORY or _QUOTED.search(text):
        return {}
    evidence = f"It ends the text without a stop; {stopped} of the {len(rest)} blocks above it end with one."
    return {last: Aside("below_story", evidence)}


def _is_spaced(blocks: Blocks) -> bool:
    """Whether blank lines part the blocks of this document, so that lines without one belong together."""
    return sum(blocks.gap) * 3 >= len(blocks)


def _is_standfirst(blocks: Blocks, position: int) -> bool:
    long_enough = blocks.words[position] >= _LEAST_STANDFIRST_WORDS
    return long_enough and len(blocks.text[position]) <= _MOST_STANDFIRST


def _glued(text: str) -> bool:
    """Whether a capital stands inside a word, after several small letters: "GazetteAnn", not "iPhone"."""
    return any(
        text[at].isupper() and all(letter.islower() for letter in text[at - _GLUE : at])
        for at in range(_GLUE, len(text))
    )
