"""What the seeds are about, learned from the seeds alone: no network, no model to download.

A story is told by its names. Two floods in one country, told by one agency, share the words of floods and
the name of the country; they differ in the town, the people and the river. So the topic weighs names far
above other words, and asks two questions of an article: how much of the topic does it speak of (coverage),
and how much of what it names is the topic's (focus). A twin event fails the second.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from statistics import median

import py3langid

from dedupe.models import Article

__all__ = ["Topic", "read_terms", "terms_of", "weights_of"]

# Words, numbers, and for scripts without spaces each character on its own (they are paired below).
SINGLE = re.compile(r"[぀-ヿ㐀-鿿가-힯฀-๿]")
TOKEN = re.compile(rf"{SINGLE.pattern}|[^\W_]+(?:[’'\-][^\W_]+)*")
UNSPACED = re.compile(r"[぀-ヿ㐀-鿿฀-๿]")
# The same where no character stands on its own and no `_` is left: half the time.
WORD = re.compile(r"\w+(?:[’'\-]\w+)*")
# ASCII that may stand in a word; the rest as spaces. As bytes: a table for text is a dictionary, and slow.
ASCII_WORDS = bytes(code if chr(code).isalnum() or code in b"'-" else 0x20 for code in range(128)).ljust(256)
# A token that is no end of a longer one, where no character stands on its own.
FIRST = re.compile(r"(?<![^\W_][’'\-])[^\W_]+(?:[’'\-][^\W_]+)*")
SENTENCE_START = re.compile(r"(?:^|[.!?…。！？:]['”’\")\]]*\s+|[“\"„«‘(\[—–-]\s*)$")
# Characters before a word in which such a mark must stand; and each mark with what may stand between.
NEAR = 4
MARK = re.compile(rf"[.!?…。！？:“\"„«‘(\[—–-](?=(['”’\")\]\s]{{0,{NEAR - 1}}}))")

# Anchors of menus stand on every page of a site: texts of at most so many characters are remembered, so many.
HEADLINE = 200
REMEMBERED = 8192

# A word that is more than this share of all words of the seeds, and no name, is grammar: "the", "und".
GRAMMAR_SHARE = 0.006
NAME_WEIGHT = 1.0
NUMBER_WEIGHT = 0.4
WORD_WEIGHT = 0.15
# Short words are mostly grammar too; in a script with spaces a word has its full weight from this length on.
FULL_LENGTH = 7
# Terms of few seeds count less than their share: one seed's teaser of another story must not steer.
AGREEMENT_POWER = 1.5
# Terms beyond these add weight to no score worth the time.
MOST_TERMS = 400
# What a seed scores against the others is by definition well on topic.
SEED_RELEVANCE = 0.75
# With fewer than two seeds nothing can be left out; then this is taken for a seed's raw score.
LONE_SEED_SCORE = 0.6
LEAST_SEED_SCORE = 0.25
# Names that a text is taken to mention beyond those it does: three of three say less than thirty of thirty.
DOUBT = 4
# Names that carry a story over into another language.
MAIN_NAMES = 12


@dataclass(frozen=True)
class Terms:
    """The terms of one text: how often each stands there, and which are written as names."""

    counts: Counter[str]
    names: frozenset[str]


@dataclass(frozen=True)
class Topic:
    """Weighted terms of a story, with the scale on which articles are measured."""

    weights: dict[str, float]
    names: frozenset[str]
    languages: tuple[str, ...]
    unit: float
    names_unit: float

    @classmethod
    def from_texts(cls, texts: Iterable[str]) -> Topic:
        """Learn the topic of some texts about one event.

        Raises:
            ValueError: no text holds a word.
        """
        texts = list(texts)
        seeds = [terms for terms in map(read_terms, texts) if terms.counts]
        if not seeds:
            raise ValueError("a topic needs at least one text with words in it")
        topic = cls._weighted(seeds, _languages(texts))
        if not topic.weights:
            raise ValueError("the texts hold nothing but a few words that say nothing")
        against_others = _left_out(seeds)
        return replace(
            topic,
            unit=_typical([others._raw(seed) for seed, others in against_others]),
            names_unit=_typical([others._names_raw(seed) for seed, others in against_others]),
        )

    @classmethod
    def _weighted(cls, seeds: Sequence[Terms], languages: tuple[str, ...]) -> Topic:
        total = Counter[str]()
        present = Counter[str]()
        named = Counter[str]()
        for seed in seeds:
            total.update(seed.counts)
            present.update(seed.counts.keys())
            named.update(seed.names)
        words = sum(total.values())
        weights = {
            term: _kind_weight(term, named[term] * 2 >= present[term], total[term] / words)
            * (present[term] / len(seeds)) ** AGREEMENT_POWER
            * (1 + math.log(total[term] / present[term]))
            for term in total
        }
        heaviest = sorted(weights, key=lambda term: (-weights[term], term))[:MOST_TERMS]
        return cls(
            weights={term: weights[term] for term in heaviest if weights[term] > 0},
            names=frozenset(term for term in heaviest if named[term] * 2 >= present[term]),
            languages=languages,
            unit=1.0,
            names_unit=1.0,
        )

    def score(self, article: Article) -> float:
        """Nearness of an article to the topic, in [0, 1]; a seed scores about 0.75 against the others.

        Of an article in another language than the seeds only the names can be compared.
        """
        text = f"{article.title or ''}\n{article.text}"
        if article.language and article.language not in self.languages:
            return min(1.0, SEED_RELEVANCE * self._names_raw(read_terms(text)) / self.names_unit)
        return self.score_text(text)

    def score_text(self, text: str) -> float:
        """Nearness of a text of article length, in [0, 1]."""
        return min(1.0, SEED_RELEVANCE * self._raw(read_terms(text)) / self.unit)

    def heaviest(self, count: int) -> list[str]:
        """The weightiest terms, heaviest first."""
        return list(self.weights)[:count]

    def slug(self) -> str:
        """A name for a corpus on this topic: its three weightiest names of letters."""
        named = [term for term in self.weights if term in self.names and re.fullmatch(r"[^\W\d_]{3,}", term)]
        return "-".join((named or list(self.weights))[:3])

    def _names_raw(self, terms: Terms) -> float:
        """Share of the weightiest names that a text mentions, by weight."""
        names = [term for term in self.weights if term in self.names][:MAIN_NAMES]
        known = sum(self.weights[name] for name in names)
        return sum(self.weights[name] for name in names if name in terms.counts) / known if known else 0.0

    def _raw(self, terms: Terms) -> float:
        """Geometric mean of coverage and focus."""
        weights, counts = self.weights, terms.counts
        known = sum(weights.values())
        spoken = sum(
            weight * min(1.0, 0.6 + 0.2 * counts[term]) for term, weight in weights.items() if term in counts
        )
        mentions = sum(map(counts.__getitem__, terms.names))
        ours = sum(counts[name] for name in terms.names if name in weights)
        coverage = spoken / known if known else 0.0  # a seed left out may have had all the words
        if not mentions:  # a script without capitals: coverage has to do
            return coverage
        return math.sqrt(coverage * ours / (mentions + DOUBT))


def weights_of(texts: Sequence[Terms]) -> Mapping[str, float]:
    """The weighted terms of a topic that some texts are of, heaviest first."""
    return Topic._weighted([terms for terms in texts if terms.counts], ()).weights


def terms_of(text: str) -> Iterable[str]:
    """The terms of a text in their order, as often as they stand there."""
    if text.isascii() and "'" not in text:
        return _tokens(text.lower())
    return map(_term, _tokens(text))


def read_terms(text: str) -> Terms:
    """Words in lower case, numbers, and pairs of characters where a script has no spaces.

    A word is a name if it stands in capitals where no sentence starts, as often as not.
    """
    return _remembered(text) if len(text) <= HEADLINE else _read(text)


@lru_cache(maxsize=REMEMBERED)
def _remembered(text: str) -> Terms:
    return _read(text)


def _read(text: str) -> Terms:
    tokens = _tokens(text)
    if text.islower():
        return Terms(Counter(map(_term, tokens)), frozenset())
    counts: dict[str, int] = {}
    starts = Counter(token for line in text.splitlines() for token in _sentence_starts(line))
    capital: dict[str, int] = {}  # inside of sentences
    for token, times in Counter(tokens).items():
        term = _term(token)
        counts[term] = counts.get(term, 0) + times
        if token[0].isupper() and (inside := times - starts.get(token, 0)) > 0:
            capital[term] = capital.get(term, 0) + inside
    starting = Counter(map(_term, starts.elements()))
    names = frozenset(term for term in capital if capital[term] * 2 >= counts[term] - starting[term])
    return Terms(Counter(counts), names)


def _tokens(text: str) -> list[str]:
    """The words of a text as they stand there; of scripts without spaces each two neighbours."""
    if text.isascii():
        words = text.encode().translate(ASCII_WORDS).decode().split()
        if "-" not in text and "'" not in text:
            return words
        return [token for word in words for token in ((word,) if word.isalnum() else TOKEN.findall(word))]
    if SINGLE.search(text):
        return [token for line in text.splitlines() for token in _paired(line)]
    return WORD.findall(text.replace("_", " "))


def _paired(line: str) -> Iterator[str]:
    previous = ""
    for token in TOKEN.findall(line):
        is_unspaced = UNSPACED.match(token) is not None
        if not is_unspaced:
            yield token
        elif previous:
            yield previous + token
        previous = token if is_unspaced else ""


def _term(token: str) -> str:
    """A word in lower case, without the mark of its genitive."""
    term = token.lower()
    return term.removesuffix("'s").removesuffix("’s") if term[-1] == "s" else term


def _sentence_starts(line: str) -> Iterator[str]:
    """The words of a line with which sentences start."""
    words: Iterable[re.Match[str] | None]
    if not line.isascii() and SINGLE.search(line):
        words = TOKEN.finditer(line)
    else:
        words = (FIRST.match(line, place) for place in {0, *(mark.end(1) for mark in MARK.finditer(line))})
    for word in filter(None, words):
        if SENTENCE_START.search(line[max(0, word.start() - NEAR) : word.start()]):
            yield word[0]


def _kind_weight(term: str, named: bool, share: float) -> float:
    if term.isdigit():
        return NUMBER_WEIGHT if len(term) > 1 else 0.0
    if named and len(term) > 1:
        return NAME_WEIGHT
    if share > GRAMMAR_SHARE or len(term) < 2:
        return 0.0
    if UNSPACED.match(term):
        return WORD_WEIGHT
    return WORD_WEIGHT * min(1.0, (len(term) / FULL_LENGTH) ** 2)


def _left_out(seeds: Sequence[Terms]) -> list[tuple[Terms, Topic]]:
    """Each seed, with the topic of the others; a lone seed has no others."""
    if len(seeds) < 2:
        return []
    return [
        (seed, Topic._weighted([*seeds[:index], *seeds[index + 1 :]], ())) for index, seed in enumerate(seeds)
    ]


def _typical(scores: Sequence[float]) -> float:
    return max(LEAST_SEED_SCORE, median(scores)) if scores else LONE_SEED_SCORE


def _languages(texts: Sequence[str]) -> tuple[str, ...]:
    found = Counter(py3langid.classify(text)[0] for text in texts if text.strip())
    return tuple(language for language, _ in sorted(found.items(), key=lambda item: (-item[1], item[0])))
