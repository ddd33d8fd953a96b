"""The recipe: count what repeats, let the model read each document, correct it by shapes, name every cut."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dedupe.boilerplate.asides import Aside, find_asides, forms_spread, loose_end
from dedupe.boilerplate.blocks import Block, blocks_of
from dedupe.boilerplate.features import line_features
from dedupe.boilerplate.measures import Lines
from dedupe.boilerplate.model import STATES, Model, load
from dedupe.boilerplate.reasons import belongs_to_story, headline_at, reason_of
from dedupe.boilerplate.repeated import Repetition, shape_of, site_of
from dedupe.boilerplate.words import is_prose
from dedupe.models import Article, BlockKind, Cut
from dedupe.settings import BoilerplateSettings, DedupeSettings

__all__ = ["cut_boilerplate"]

# Characters for which a block counts once more in a batch: a character takes 70 bytes while it is measured.
LONG_BLOCK = 100


def cut_boilerplate(
    articles: Iterable[Article], settings: DedupeSettings
) -> Iterator[tuple[Article, list[Cut]]]:
    """Take the page furniture out of articles, and say of every line that goes why it went.

    Args:
        articles: read once, in order. Articles with `kinds` come from a page's main text already, so that
        only
            strong evidence cuts there.
        settings: the part `boilerplate` counts.

    Yields:
        each article in the order it came, with the text that is left: repaired, one block a line; and its
        cuts, by line. Lines that were blank, or held only invisible characters, are not named.
    """
    knobs = settings.boilerplate
    with _Store() as store:
        repetition = Repetition()
        for article in articles:
            store.append(article)
            repetition.add(article, knobs.copy_share)
        for batch in _batches(store, knobs.blocks_a_batch):
            for article, blocks, reading in _read(batch, load()):
                yield _cut(article, blocks, reading, repetition, knobs)


class _Store:
    """Articles kept between the two passes in a temporary file: memory stays flat."""

    def __enter__(self) -> _Store:
        self._file = tempfile.TemporaryFile("w+", encoding="utf-8", errors="surrogatepass", newline="\n")
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def append(self, article: Article) -> None:
        self._file.write(article.model_dump_json(exclude_defaults=True) + "\n")

    def __iter__(self) -> Iterator[Article]:
        self._file.seek(0)
        for line in self._file:
            yield Article.model_validate_json(line)


@dataclass(frozen=True)
class _Reading:
    """What the model makes of a document's blocks; None of an article whose kinds are known."""

    marginals: NDArray[np.float64]  # shape (blocks, states)
    story: NDArray[np.float64]  # shape (blocks,)
    features: NDArray[np.float32]


def _batches(articles: Iterable[Article], size: int) -> Iterator[list[tuple[Article, list[Block]]]]:
    batch: list[tuple[Article, list[Block]]] = []
    held = 0
    for article in articles:
        blocks = blocks_of(article)
        batch.append((article, blocks))
        held += sum(1 + len(block.text) // LONG_BLOCK for block in blocks)
        if held >= size:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch


def _read(
    batch: Sequence[tuple[Article, list[Block]]], model: Model
) -> Iterator[tuple[Article, list[Block], _Reading | None]]:
    """Let the model judge all documents of a batch at once."""
    judged = [blocks for article, blocks in batch if blocks and not article.kinds]
    readings: Iterator[_Reading] = iter(())
    if judged:
        first = np.concatenate(([0], np.cumsum([len(blocks) for blocks in judged])))
        features, _ = line_features(Lines([block.text for blocks in judged for block in blocks], first))
        marginals, story = model.story_probability(features, first)
        readings = (
            _Reading(marginals[low:high], story[low:high], features[low:high])
            for low, high in pairwise(first.tolist())
        )
    for article, blocks in batch:
        yield article, blocks, next(readings) if blocks and not article.kinds else None


def _cut(
    article: Article,
    blocks: list[Block],
    reading: _Reading | None,
    repetition: Repetition,
    knobs: BoilerplateSettings,
) -> tuple[Article, list[Cut]]:
    """Decide on each block of one article."""
    shapes = [shape_of(block.original) for block in blocks]
    counts = repetition.stories(article, shapes, knobs.repeated_stories)
    reasons = _repeated(article, blocks, counts, knobs)
    for position, aside in find_asides(blocks).items():
        reasons.setdefault(position, aside)
    headline = None
    if reading is not None:
        headline = _judge(blocks, shapes, reading, reasons, knobs)
        reasons |= loose_end(blocks, reasons, reading.story.tolist())
    reasons |= forms_spread(blocks, reasons)
    kept = [block for position, block in enumerate(blocks) if position not in reasons]
    cuts = [
        Cut(
            line=blocks[position].line,
            text=blocks[position].original,
            reason=aside.reason,
            evidence=aside.evidence,
        )
        for position, aside in sorted(reasons.items())
    ]
    update: dict[str, object] = {
        "text": "\n".join(block.text for block in kept),
        "kinds": tuple(block.kind for block in kept) if all(block.kind for block in kept) else (),
    }
    if headline is not None and article.title is None:
        # The headline leaves the text, and is not lost: it becomes the title.
        update["title"] = blocks[headline].text
    return article.model_copy(update=update), cuts


def _judge(
    blocks: list[Block],
    shapes: list[str],
    reading: _Reading,
    reasons: dict[int, Aside],
    knobs: BoilerplateSettings,
) -> int | None:
    """Add what the model takes for furniture to the reasons; the position of the headline, if it is cut."""
    # The model finds a story in every document. Where no block is prose there is none: then only the
    # likeliest block stays, so that no article comes out empty.
    likeliest = float(reading.story.max())
    least = min(knobs.least_story, likeliest) if any(is_prose(b.text) for b in blocks) else likeliest
    story = reading.story.tolist()
    headline = headline_at(blocks, story, least)
    repeats = Counter(shapes)
    for position, probability in enumerate(story):
        if probability >= least or position in reasons:
            continue
        state = STATES[int(reading.marginals[position].argmax())]
        times = repeats[shapes[position]]
        reasons[position] = reason_of(blocks, position, state, probability, headline, times)
    return headline if headline in reasons else None


def _repeated(
    article: Article, blocks: list[Block], counts: list[int], knobs: BoilerplateSettings
) -> dict[int, Aside]:
    """Blocks that stand on several stories of the site, and are no background of this one."""
    often = {position: count for position, count in enumerate(counts) if count >= knobs.repeated_stories}
    if not often:
        return {}
    own = [block.text for position, block in enumerate(blocks) if position not in often]
    known = bool(site_of(article))
    found = {}
    for position, count in often.items():
        if belongs_to_story(blocks[position].text, own, knobs.repeated_paragraph_share):
            continue
        where = "of this site" if known else "of the input"
        found[position] = Aside(
            "repeated_on_site" if known else "repeated_across_input",
            f"{count} stories {where} print this block, and it is no sentence of the story around it.",
        )
    return {position: aside for position, aside in found.items() if not _heads_story(blocks, position, found)}


def _heads_story(blocks: list[Block], position: int, found: dict[int, Aside]) -> bool:
    """Whether the block is a heading whose paragraph stays: "Background" may head many stories."""
    below = position + 1
    return blocks[position].kind is BlockKind.HEADING and below < len(blocks) and below not in found
