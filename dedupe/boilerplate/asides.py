"""Furniture in the middle of a story, by its shape: teasers of other stories, promotion, pictures' markup."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from dedupe.boilerplate.blocks import Block
from dedupe.boilerplate.cues import begins_with_cue, cues_in, has_address
from dedupe.boilerplate.words import WORDS, ends_sentence, holds_sentence, is_sentence, word_count

__all__ = ["Aside", "find_asides", "forms_spread", "loose_end"]

_IMAGE = re.compile(r"\[?!\[([^\]]*)\]\([^)]*\)(?:\]\([^)]*\))?")
_LINK_ONLY = re.compile(r"(?:[-*•>»›→▶]+\s*)?\[[^\]]+\]\([^)\s]+\)[.,;|]?|(?:https?://|www\.)\S+")
_LABEL = re.compile(r"^[>»›→▶►•*\-–—#\s]*([^:：]{3,30})[:：]\s*\S")
_QUOTED = re.compile('["“”„«»「」『』]')
_BARRED = re.compile(r"[^|]{2,60}(?:\s\|\s[^|]{2,60}){1,12}")
_CREDIT = re.compile(r"[:(©|]([^:(©|]*)$")
_MOST_LABEL_WORDS = 5
_MOST_TITLE = 180  # characters of a headline
_MOST_BYLINE_WORDS = 10
_MOST_BYLINE = 120  # characters
_MOST_STANDFIRST = 220  # characters
_LEAST_STANDFIRST_WORDS = 7
_GLUE = 4  # small letters before the capital: fewer stand in names of products
_FORMS = frozenset(("newsletter", "consent"))
_LEAST_SENTENCES = 4  # blocks that must stay above a loose end
_LEAST_STOPPED = 0.75  # share of them that end with a stop; subheadings do not
_MOST_LOOSE = 120  # characters
_SURELY_STORY = 0.8  # probability from which on the model's word stands


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
    for start in range(1, len(blocks) - 2):
        group = range(start, start + 3)
        headline, standfirst, byline = (blocks[position] for position in group)
        if not _headline(headline.text) or not ends_sentence(standfirst.text) or not _names(byline.text):
            continue
        if any(position in taken for position in group):
            continue
        # The story's own headline, standfirst and byline stand below a menu, not below a paragraph.
        above = next((p for p in range(start - 1, -1, -1) if p not in taken), None)
        if above is None or not is_sentence(blocks[above].text):
            continue
        if spaced and (standfirst.gap or byline.gap or not headline.gap):
            continue
        if _glued(byline.text):
            mark = "runs two names together"
        elif _is_standfirst(standfirst.text) and _names_stand_apart(blocks, group):
            mark = "gives a name that stands in the page's furniture as well"
        else:
            continue
        evidence = f"A headline, a sentence and a byline that {mark}: the teaser of another story."
        for position in group:
            yield position, Aside("teaser", evidence)


def _names_stand_apart(blocks: Sequence[Block], group: range) -> bool:
    """Whether the byline names the site: as a credit or a mark of rights elsewhere, hardly in sentences.

    Whom a story is about, its sentences name as well, and a subheading of the story may hold such a name.
    """
    byline = blocks[group[-1]].text
    names = _name_pairs(byline)
    credited, told = 0, 0
    for position, block in enumerate(blocks):
        if position in group or block.text == byline or not names & _name_pairs(block.text):
            continue
        credit = _CREDIT.search(block.text)
        if credit and names & _name_pairs(credit[1]):
            credited += 1
        else:
            told += ends_sentence(block.text)
    return credited > 0 and told <= 1


def _name_pairs(text: str) -> set[tuple[str, str]]:
    words = WORDS.findall(text)
    return {(a, b) for a, b in pairwise(words) if a[0].isupper() and b[0].isupper()}


def forms_spread(blocks: Sequence[Block], cut: Mapping[int, Aside]) -> dict[int, Aside]:
    """Blocks that speak of subscribing or of terms right beside a form that is cut: its small print."""
    found: dict[int, Aside] = {}
    for step, order in ((1, range(1, len(blocks))), (-1, range(len(blocks) - 2, -1, -1))):
        for position in order:
            beside = found.get(position - step) or cut.get(position - step)
            if position in cut or position in found or beside is None or beside.reason not in _FORMS:
                continue
            if cues_in(blocks[position].text) & {"subscribe", "legal"}:
                found[position] = Aside(beside.reason, "It speaks of the form beside it, which is furniture.")
    return found


def loose_end(blocks: Sequence[Block], cut: Mapping[int, Aside], story: Sequence[float]) -> dict[int, Aside]:
    """The last block that stays, where it is short and without a stop, and nearly all above it have one."""
    kept = [position for position in range(len(blocks)) if position not in cut]
    if len(kept) <= _LEAST_SENTENCES:
        return {}
    last, rest = kept[-1], kept[:-1]
    text = blocks[last].text
    stopped = sum(ends_sentence(blocks[position].text) for position in rest)
    if holds_sentence(text) or len(text) > _MOST_LOOSE or stopped < _LEAST_STOPPED * len(rest):
        return {}
    if story[last] >= _SURELY_STORY or _QUOTED.search(text):
        return {}
    evidence = f"It ends the text without a stop; {stopped} of the {len(rest)} blocks above it end with one."
    return {last: Aside("below_story", evidence)}


def _is_spaced(blocks: Sequence[Block]) -> bool:
    """Whether blank lines part the blocks of this document, so that lines without one belong together."""
    return sum(block.gap for block in blocks) * 3 >= len(blocks)


def _headline(text: str) -> bool:
    return len(text) <= _MOST_TITLE and not ends_sentence(text) and len(WORDS.findall(text)) >= 4


def _is_standfirst(text: str) -> bool:
    return len(text) <= _MOST_STANDFIRST and word_count(text) >= _LEAST_STANDFIRST_WORDS


def _glued(text: str) -> bool:
    """Whether a capital stands inside a word, after several small letters: "GazetteAnn", not "iPhone"."""
    return any(
        text[at].isupper() and all(letter.islower() for letter in text[at - _GLUE : at])
        for at in range(_GLUE, len(text))
    )


def _names(text: str) -> bool:
    """Whether a block is a few names and no sentence; only scripts with capitals show that."""
    if len(text) > _MOST_BYLINE or ends_sentence(text) or ":" in text:
        return False
    words = WORDS.findall(text)
    capitals = sum(word[0].isupper() for word in words)
    return 2 <= len(words) <= _MOST_BYLINE_WORDS and capitals * 2 > len(words) and not text.isupper()
