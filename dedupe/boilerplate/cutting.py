"""The recipe: count what repeats, let the model read each document, correct it by shapes, name every cut."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

import numpy as np
from numpy.typing import NDArray

from dedupe.boilerplate.asides import Aside, find_asides, forms_spread, loose_end
from dedupe.boilerplate.blocks import Batch, Blocks, batch_of
from dedupe.boilerplate.lines import Ints, read_lines
from dedupe.boilerplate.measures import Lines
from dedupe.boilerplate.model import emissions_of, load
from dedupe.boilerplate.reasons import belongs_to_story, headlines, reasons_of
from dedupe.boilerplate.repeated import Repetition, Stories, site_lines, site_of
from dedupe.boilerplate.traits import PROSE
from dedupe.models import Article, BlockKind, Cut, trusted
from dedupe.settings import BoilerplateSettings, DedupeSettings
from dedupe.spool import Spool, article_from, article_json

__all__ = [
    "REPEATED",
    "count_stories",
    "cut_boilerplate",
    "cut_counted",
    "in_batches",
    "repeated_evidence",
    "repeated_lines",
    "story_probability",
]

# Characters that count as a block in a batch: a character takes 70 bytes while it is measured.
LONG_BLOCK = 100

# The reasons of blocks that repeat: whether their site is known.
_OF_SITE, _OF_INPUT = "repeated_on_site", "repeated_across_input"
REPEATED = {_OF_SITE: "of this site", _OF_INPUT: "of the input"}


def cut_boilerplate(
    articles: Iterable[Article], settings: DedupeSettings
) -> Iterator[tuple[Article, list[Cut]]]:
    """Take the page furniture out of articles, and say of every line that goes why it went.

    Args:
        articles: read twice, in order; those of an iterator once, and kept in a temporary file till then.
            Articles with `kinds` come from a page's main text already, so that only strong evidence cuts
            there.
        settings: the part `boilerplate` counts.

    Yields:
        each article in the order it came, with the text that is left: repaired, one block a line; and its
        cuts, by line. Lines that were blank, or held only invisible characters, are not named.

    Raises:
        CorpusFolderError: the folder for temporary files is full, or cannot be written.
    """
    knobs = settings.boilerplate
    if not isinstance(articles, Iterator):  # they can be read again
        yield from cut_counted(articles, count_stories(articles, knobs), knobs)
        return
    with Spool(None, article_json, article_from) as kept:
        counted = count_stories(_kept_in(kept, articles), knobs)
        yield from cut_counted(kept, counted, knobs)


def count_stories(articles: Iterable[Article], knobs: BoilerplateSettings) -> Repetition:
    """On how many stories of its site each line of some articles stands."""
    repetition = Repetition()
    for batch in in_batches(articles, knobs):
        repetition.add(site_lines(batch), knobs.copy_share)
    return repetition


def cut_counted(
    articles: Iterable[Article], counted: Stories, knobs: BoilerplateSettings
) -> Iterator[tuple[Article, list[Cut]]]:
    """The same where the stories of the lines were counted already."""
    for batch in in_batches(articles, knobs):
        yield from _cut_all(batch_of(batch), counted, knobs)


def repeated_lines(
    articles: Sequence[Article], counted: Stories, knobs: BoilerplateSettings
) -> list[dict[int, int]]:
    """On how many stories those lines of each article stand that repeat; the rest of its cut is its own.

    Returns:
        for each article: number of a line, from 0 -> stories.
    """
    lines = read_lines([article.text for article in articles])
    counts = counted.stories(articles, lines.keys, lines.first)
    repeated = _by_article((counts >= knobs.repeated_stories).nonzero()[0], lines.first)
    return [
        {line: int(counts[low + line]) for line in often}
        for often, low in zip(repeated, lines.first.tolist(), strict=False)
    ]


def repeated_evidence(reason: str, stories: int) -> str:
    """What is said of a block that is cut for one of the reasons `REPEATED`."""
    where = REPEATED[reason]
    return f"{stories} stories {where} print this block, and it is no sentence of the story around it."


def story_probability(text: str) -> list[float]:
    """How likely each line that is not blank is the story's, by what the model sees of one text."""
    batch = batch_of([Article(id="text", text=text)])
    if not batch.texts:
        return []
    _, likely = _judge(batch, np.arange(len(batch.texts)), batch.first)
    return [float(each) for each in likely]


def _kept_in(kept: Spool[Article], articles: Iterable[Article]) -> Iterator[Article]:
    for article in articles:
        kept.append(article)
        yield article


def in_batches(articles: Iterable[Article], knobs: BoilerplateSettings) -> Iterator[list[Article]]:
    """Articles, as many at a time as are measured together."""
    batch: list[Article] = []
    held = 0
    for article in articles:
        batch.append(article)
        held += 1 + len(article.text) // LONG_BLOCK
        if held >= knobs.blocks_a_batch:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch


@dataclass(frozen=True)
class _Reading:
    """What the model makes of an article's blocks; of one whose kinds are known it says nothing."""

    story: list[float]  # probability of each block
    furniture: dict[int, Aside]  # by position
    headline: int | None


def _cut_all(
    batch: Batch, counted: Stories, knobs: BoilerplateSettings
) -> Iterator[tuple[Article, list[Cut]]]:
    counts = counted.stories(batch.articles, batch.keys, batch.first)
    repeated = _by_article((counts >= knobs.repeated_stories).nonzero()[0], batch.first)
    readings = _read(batch, knobs.least_story)
    places = pairwise(batch.first.tolist())
    for article, blocks, reading, often, (low, _) in zip(
        batch.articles, batch.blocks, readings, repeated, places, strict=True
    ):
        stories = {position: int(counts[low + position]) for position in often}
        yield _cut(article, blocks, reading, stories, knobs)


def _by_article(positions: Ints, first: Ints) -> list[list[int]]:
    """Some blocks of a batch, in order, as positions among the blocks of each article."""
    borders = np.searchsorted(positions, first)
    own = (positions - np.repeat(first[:-1], np.diff(borders))).tolist()
    return [own[low:high] for low, high in pairwise(borders.tolist())]


def _read(batch: Batch, least_story: float) -> list[_Reading | None]:
    """Let the model judge all articles of a batch at once, but for those whose kinds are known."""
    sizes = np.diff(batch.first)
    judged = np.array([not article.kinds for article in batch.articles]) & (sizes > 0)
    if not judged.any():
        return [None] * len(judged)
    at = np.repeat(judged, sizes).nonzero()[0]
    first = np.concatenate(([0], np.cumsum(sizes[judged])))
    marginals, likely = _judge(batch, at, first)
    # The model finds a story in every document. Where no block is prose there is none: then only the
    # likeliest block stays, so that no article comes out empty.
    least = np.maximum.reduceat(likely, first[:-1])
    prose = np.bitwise_or.reduceat(batch.traits.signs[at], first[:-1]) & PROSE > 0
    least[prose] = np.minimum(least[prose], least_story)
    stays = likely >= np.repeat(least, sizes[judged])
    begins = np.full(len(judged), -1)
    begins[judged] = at[stays][np.searchsorted(at[stays], batch.first[:-1][judged])]
    goes = ~stays
    asides = iter(reasons_of(batch, at[goes], marginals[goes].argmax(axis=1), likely[goes]))
    furniture, headline = _by_article(at[goes], batch.first), headlines(batch, begins)
    story = likely.tolist()
    readings: list[_Reading | None] = [None] * len(judged)
    for article, (low, high) in zip(judged.nonzero()[0].tolist(), pairwise(first.tolist()), strict=True):
        positions = furniture[article]
        named = dict(zip(positions, islice(asides, len(positions)), strict=True))
        readings[article] = _Reading(story[low:high], named, headline[article])
    return readings


def _judge(batch: Batch, at: Ints, first: Ints) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Probabilities of the states of some blocks, and of being story."""
    lines = Lines(
        texts=[batch.texts[position] for position in at.tolist()],
        first=first,
        codes=batch.codes,
        starts=batch.starts[at],
        ends=batch.ends[at],
        cues=batch.traits.cues[at],
    )
    return load().story_probability(emissions_of(lines, load()), first)


def _cut(
    article: Article,
    blocks: Blocks,
    reading: _Reading | None,
    stories: dict[int, int],
    knobs: BoilerplateSettings,
) -> tuple[Article, list[Cut]]:
    """Decide on each block of one article; `stories` says on how many stories those stand that repeat."""
    reasons = _repeated(article, blocks, stories, knobs)
    for position, aside in find_asides(blocks).items():
        reasons.setdefault(position, aside)
    headline = None
    if reading is not None:
        headline = reading.headline
        if headline in reading.furniture:
            _, evidence = reading.furniture[headline]
            reasons.setdefault(headline, Aside("headline", evidence))
        reasons = reading.furniture | reasons
        headline = headline if headline in reasons else None
        reasons |= loose_end(blocks, reasons, reading.story)
    reasons |= forms_spread(blocks, reasons)
    kept = [position for position in range(len(blocks)) if position not in reasons]
    cuts = [
        trusted(
            Cut,
            {
                "line": blocks.line[position],
                "text": blocks.original[position],
                "reason": reason,
                "evidence": evidence,
            },
        )
        for position, (reason, evidence) in sorted(reasons.items())
    ]
    update: dict[str, object] = {
        "text": "\n".join([blocks.text[position] for position in kept]),
        "kinds": tuple([blocks.kinds[position] for position in kept]) if blocks.kinds else (),
    }
    if headline is not None and article.title is None:
        # The headline leaves the text, and is not lost: it becomes the title.
        update["title"] = blocks.text[headline]
    return article.model_copy(update=update), cuts


def _repeated(
    article: Article, blocks: Blocks, stories: dict[int, int], knobs: BoilerplateSettings
) -> dict[int, Aside]:
    """Blocks that stand on several stories of the site, and are no background of this one."""
    if not stories:
        return {}
    own = [text for position, text in enumerate(blocks.text) if position not in stories]
    reason = _OF_SITE if site_of(article) else _OF_INPUT
    found = {}
    for position, count in stories.items():
        if belongs_to_story(blocks.text[position], own, knobs.repeated_paragraph_share):
            continue
        found[position] = Aside(reason, repeated_evidence(reason, count))
    return {position: aside for position, aside in found.items() if not _heads_story(blocks, position, found)}


def _heads_story(blocks: Blocks, position: int, found: dict[int, Aside]) -> bool:
    """Whether the block is a heading whose paragraph stays: "Background" may head many stories."""
    below = position + 1
    heading = bool(blocks.kinds) and blocks.kinds[position] is BlockKind.HEADING
    return heading and below < len(blocks) and below not in found
