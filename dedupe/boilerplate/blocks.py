"""The blocks of articles: repaired lines that know where they stood in the input, and what they are like."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dedupe.boilerplate.characters import Codes, Keys, codes_of
from dedupe.boilerplate.lines import Ints, RawLines, read_lines
from dedupe.boilerplate.repair import calls_for_repair, repaired
from dedupe.boilerplate.traits import Traits, traits_of
from dedupe.models import Article, BlockKind

__all__ = ["Batch", "Blocks", "batch_of"]


@dataclass(frozen=True, slots=True)
class Blocks:
    """The non-blank lines of one article; each list has one value a block."""

    line: list[int]  # in the input, from 0, blank lines counted
    original: list[str]
    text: list[str]  # repaired, never empty
    gap: list[bool]  # a blank line stands above
    kinds: list[BlockKind]  # empty: not known
    key: list[int]  # of the shape of `original`
    signs: list[int]
    words: list[int]
    cues: list[int]

    def __len__(self) -> int:
        return len(self.line)


@dataclass(frozen=True)
class Batch:
    """The blocks of some articles, one after another; each array and list has one value a block."""

    articles: Sequence[Article]
    first: Ints  # shape (articles + 1,): where the blocks of each article begin, and the number of all
    line: Ints
    originals: list[str]
    texts: list[str]
    gap: NDArray[np.bool_]
    keys: Keys
    codes: Codes  # of the texts, among others
    starts: Ints
    ends: Ints
    traits: Traits

    @property
    def blocks(self) -> Iterator[Blocks]:
        """Those of each article."""
        line, gap, key = self.line.tolist(), self.gap.tolist(), self.keys.tolist()
        signs, words, cues = (
            each.tolist() for each in (self.traits.signs, self.traits.words, self.traits.cues)
        )
        for article, (low, high) in zip(self.articles, pairwise(self.first.tolist()), strict=True):
            at = slice(low, high)
            yield Blocks(
                line=line[at],
                original=self.originals[at],
                text=self.texts[at],
                gap=gap[at],
                kinds=_kinds(article, line[at]),
                key=key[at],
                signs=signs[at],
                words=words[at],
                cues=cues[at],
            )


def _kinds(article: Article, lines: list[int]) -> list[BlockKind]:
    """Those of some lines; none where there is not one for each line of the text."""
    if not article.kinds or len(article.kinds) != len(article.lines):
        return []
    return [article.kinds[line] for line in lines]


def batch_of(articles: Sequence[Article]) -> Batch:
    """The non-blank lines of articles; lines that hold only invisible characters count as blank."""
    raw = read_lines([article.text for article in articles])
    originals = [line for article in articles for line in article.lines]
    texts, codes, starts, ends = _repaired(originals, raw)
    is_block = ends > starts
    here = is_block.nonzero()[0]
    gap = np.concatenate(([False], ~is_block[:-1]))
    gap[raw.first[:-1]] = False
    document = np.repeat(np.arange(len(articles)), np.diff(raw.first))[here]
    numbers = here.tolist()
    blocks = [texts[number] for number in numbers]
    return Batch(
        articles=articles,
        first=np.searchsorted(here, raw.first),
        line=here - raw.first[document],
        originals=[originals[number] for number in numbers],
        texts=blocks,
        gap=gap[here],
        keys=raw.keys[here],
        codes=codes,
        starts=starts[here],
        ends=ends[here],
        traits=traits_of(blocks, codes, starts[here], ends[here]),
    )


def _repaired(originals: list[str], raw: RawLines) -> tuple[list[str], Codes, Ints, Ints]:
    """The lines' texts without stray spaces, repaired where that is called for, and where they lie."""
    texts = originals.copy()
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    for number in (raw.ends - raw.starts != lengths).nonzero()[0].tolist():
        texts[number] = texts[number].strip(" ")
    added: list[str] = []
    starts, ends, past = raw.starts.copy(), raw.ends.copy(), len(raw.codes)
    signs = raw.signs.tolist()
    for number in raw.signs.nonzero()[0].tolist():
        if not calls_for_repair(texts[number], signs[number]):
            continue
        text = repaired(texts[number])
        if text != texts[number]:
            texts[number] = text
            added.append(text)
            starts[number], ends[number] = past, past + len(text)
            past += len(text)
    codes = np.concatenate((raw.codes, codes_of("".join(added)))) if added else raw.codes
    return texts, codes, starts, ends
