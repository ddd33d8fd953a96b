"""Lines among a story that are not of it: few of its words, and the manner of a page.

No sign is enough alone: a heading may have words of its own, a short line a strange place, a story may speak
to its reader. So each has a weight, and their sum decides: logistic regression, fitted by
`benchmarks/_fit_strange_lines.py` on lines that were planted in real stories.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from math import log, log1p
from types import MappingProxyType
from typing import Final, NamedTuple

from dedupe.boilerplate.cutting import story_probability
from dedupe.quality.checks.paywall_stub import is_prompt
from dedupe.quality.checks.repeated_lines import LEAST_TIMES
from dedupe.quality.facts import WORD, Columns, Facts
from dedupe.quality.page_words import COMMON, LEADERS, OWNERS, PAGE_WORDS, READERS
from dedupe.quality.reading import reading_of
from dedupe.quality.text import ends_sentence

__all__ = ["BLOCKS", "FAR_SCRIPT", "QUOTED", "Signs", "name_strange_lines", "own_stems", "signs_in", "stems"]

BLOCKS: Final = frozenset(
    {"cookie_consent", "comments_block", "newsletter_cta", "related_links", "nav_lines"}
)
QUOTED: Final = re.compile(
    r"^[\"“„«‹「『»]|[\"”“»」』]\s*[,.]?\s*(?:said|says|sagte?|a dit|dijo|disse|ha detto)\b", re.IGNORECASE
)
SAID: Final = re.compile(r"^[-–—]\s")  # the dash before what somebody says, in many languages
FAR_SCRIPT: Final = re.compile("[\u0590-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
MARKED_UP: Final = re.compile(r"[|#*_>`~]|.*(?:\]\(|[<>{}]|==|;$)")  # markup or code, which other checks name
# How readers write to each other: many marks, or a face at the end.
INFORMAL: Final = re.compile(
    r"(?:!{2}|\?{2}|!\?|\?!)[!?]*\W*$|[\U0001f300-\U0001faff☀-➿]\W*$|\b(?:lol|omg|rofl|haha\w*)\W*$",
    re.IGNORECASE,
)
LONGEST_MARK: Final = 16  # characters at the end of a line that may be such
COURTEOUS: Final = frozenset(
    ["Sie", "Ihr", "Ihre", "Ihren", "Ihrem", "Ihrer", "Ihnen"]
)  # so in German, in capitals
STOPS: Final = '.!?”"»'
TELLING_LETTERS: Final = 4  # of a word; shorter ones stand in every text
PAGE_SAYS: Final = PAGE_WORDS - LEADERS  # a story says "next" or "back", too
STEM: Final = 6  # letters by which a word is known in its other forms
MOST_WORDS: Final = 28  # of such a line
PARAGRAPH: Final = 16  # words; a headline has hardly more
MOST_TO_READER: Final = 20  # of one that speaks to the reader
LEAST_STORY_WORDS: Final = 80  # in paragraphs; a list of headlines has no story
LEAST_ADDRESSED: Final = 4  # words of a sentence to the reader; a shorter line is a label
LEAST_TITLE: Final = 5  # words of a headline; a shorter line is a label
MOST_STRANGE: Final = 6  # words that the story does not use, of which each counts
# Such lines at either end of a text: of more it is a list, and each costs a look at all of it.
MOST_ASKED: Final = 100
ROUNDS: Final = 3  # what is found makes what stands beside it stranger
HOPE: Final = 0.01  # probability of being the story's that is assumed before the model is asked
SURE: Final = (0.001, 0.999)  # between these the model's probability counts
THRESHOLD: Final = -0.3  # sum of the weighted signs, above which a line is none of the story's
WEIGHTS: Final[Mapping[str, float]] = MappingProxyType(
    {
        "always": -2.73,
        "story": -0.48,
        "shares": -0.67,
        "shares_any": -0.67,
        "strange": 1.01,
        "strange_words": 0.20,
        "length": -0.51,
        "label": -0.25,
        "long": -0.48,
        "stops": -0.23,
        "asks": -0.27,
        "leads_on": -0.25,
        "beside": 1.17,
        "between": 0.19,
        "below": 0.47,
        "above": 0.36,
        "speaks": 0.94,
        "of_page": 1.11,
        "page_share": 0.73,
        "owns": 0.74,
        "capitals": -0.47,
        "speaks, stops": 0.51,
        "speaks, foreign": 1.29,
        "of_page, foreign": 0.64,
        "story, foreign": -0.56,
        "stops, foreign": 0.46,
        "stops, below": 1.04,
        "below, foreign": 0.44,
    }
)


class Signs(NamedTuple):
    """What a line has that speaks for or against its being the story's; flags are 0 or 1.

    Attributes:
        story: log odds of being the story's, by the model that cuts dumps.
        shares: of its telling words, the share that the story uses, too; 0: it has none.
        shares_any: the same with the words that stand in stories of any subject.
        strange: it has telling words, and the story uses none.
        strange_words: telling words that the story does not use, a third of them, at most 2.
        length: natural logarithm of its words and 1.
        label: it has three words or fewer.
        long: it has more than `MOST_TO_READER`.
        stops: it ends as a sentence does.
        asks: with a question mark.
        leads_on: with a colon or an ellipsis.
        beside: a line above or below is furniture.
        between: both are.
        below: no paragraph follows.
        above: no paragraph stands above it.
        speaks: to the reader.
        of_page: it has a word of a page.
        page_share: share of its words that are a page's, at most .5.
        owns: it has a word as "our".
        capitals: share of its words that begin with a capital.
    """

    story: float
    shares: float
    shares_any: float
    strange: float
    strange_words: float
    length: float
    label: float
    long: float
    stops: float
    asks: float
    leads_on: float
    beside: float
    between: float
    below: float
    above: float
    speaks: float
    of_page: float
    page_share: float
    owns: float
    capitals: float

    @property
    def terms(self) -> dict[str, float]:
        """Name -> value, with the products of signs that tell more together; the keys of `WEIGHTS`."""
        foreign = 1 - self.shares
        return {
            **self._asdict(),
            "speaks, stops": self.speaks * self.stops,
            "speaks, foreign": self.speaks * foreign,
            "of_page, foreign": self.of_page * foreign,
            "story, foreign": self.story * foreign,
            "stops, foreign": self.stops * foreign,
            "stops, below": self.stops * self.below,
            "below, foreign": self.below * foreign,
        }

    def given(self, probability: float) -> Signs:
        """The same where the model says how likely the line is the story's."""
        return self._replace(story=_odds(probability))

    @property
    def strangeness(self) -> float:
        """Log odds of being none of the story's."""
        return WEIGHTS["always"] + sum(WEIGHTS[name] * value for name, value in self.terms.items())


class _Manner(NamedTuple):
    """How a line speaks that may be none of the story's."""

    stops: bool
    is_informal: bool
    speaks: bool
    says: int  # words that only pages say
    owns: bool


def name_strange_lines(text: str, facts: Facts, kinds: list[str | None], few: Sequence[int]) -> None:
    """Name the kinds of such lines.

    Args:
        text: with a story in it.
        facts: of its lines.
        kinds: of the lines; those found are put in.
        few: places of the lines of few words.
    """
    likely: list[float] = []
    for _ in range(ROUNDS):
        asked = signs_in(text, facts, kinds, few)
        asked = {place: signs for place, signs in asked.items() if signs.strangeness > THRESHOLD}
        likely = likely or (story_probability(text) if asked else [])
        if len(likely) != len(kinds):
            return  # what ends a line is seen otherwise there
        found = [
            place for place, signs in asked.items() if signs.given(likely[place]).strangeness > THRESHOLD
        ]
        if not _name(found, text, facts, kinds):
            return


def _name(found: Sequence[int], text: str, facts: Facts, kinds: list[str | None]) -> bool:
    """Put in the kinds of lines that are none of the story's; whether there are any but headings."""
    lines, before = facts.columns, kinds.count(None)
    top = _top(reading_of(text).folded, lines, kinds) if found else range(0)
    for place in found:
        around = kinds[place - 1 : place + 2]
        manner = _manner_of(lines.text[place])
        is_plain = not (manner.speaks or manner.says or manner.stops)
        may_head = is_plain and (place in top or (place + 1 < len(kinds) and all(around[::2])))
        if not may_head and not is_prompt(facts.line(place)):
            kinds[place] = next(
                (kind for kind in around if kind in BLOCKS), _kind_of(manner, lines.words[place])
            )
    return kinds.count(None) < before


def signs_in(text: str, facts: Facts, kinds: Sequence[str | None], few: Sequence[int]) -> dict[int, Signs]:
    """The signs of the lines that may be none of the story's, by their places; the model is not asked yet.

    Args:
        text: of it all; one without a story has no such lines.
        facts: of its lines.
        kinds: of the lines that are known to be furniture.
        few: places of the lines of few words.
    """
    lines = facts.columns
    paragraphs = [place for place, words in enumerate(lines.words) if words > PARAGRAPH]
    if sum(lines.words[place] for place in paragraphs) < LEAST_STORY_WORDS:
        return {}
    possible = [
        (place, beside, manner)
        for place in few
        if place and kinds[place] is None and lines.words[place] <= MOST_WORDS
        for beside in [(kinds[place - 1] is not None) + any(kinds[place + 1 : place + 2])]
        if beside or lines.words[place] <= MOST_TO_READER or lines.text[place][-1] not in STOPS
        for manner in [_manner_of(lines.text[place])]
        if (beside or manner.speaks or manner.says or not manner.stops)
        and not _is_another_matter(lines.text[place])
    ]
    folded = reading_of(text).folded if possible else ""
    found = {}
    for place, beside, manner in [*possible[:MOST_ASKED], *possible[MOST_ASKED:][-MOST_ASKED:]]:
        times = lines.text.count(lines.text[place])
        if times < LEAST_TIMES:  # else `repeated_lines` names it
            found[place] = _signs_of(lines.text[place], lines.words[place], manner, folded, times)._replace(
                beside=float(beside > 0),
                between=float(beside > 1),
                below=float(place > paragraphs[-1]),
                above=float(place < paragraphs[0]),
            )
    return found


def _odds(probability: float) -> float:
    bound = min(max(probability, SURE[0]), SURE[1])
    return log(bound / (1 - bound))


def _signs_of(line: str, words: int, manner: _Manner, folded: str, times: int) -> Signs:
    """The signs of a line by itself and against the words of its text; the model's is a hope yet."""
    here = line.casefold()
    used = {word: folded.count(word) > times * here.count(word) for word in {*stems(line), *own_stems(line)}}
    own = [used[word] for word in own_stems(line)]
    every = [used[word] for word in set(stems(line))]
    tokens = WORD.findall(line)
    return Signs(
        story=_odds(HOPE),
        shares=sum(own) / max(1, len(own)),
        shares_any=sum(every) / max(1, len(every)),
        strange=float(bool(own) and not any(own)),
        strange_words=min(own.count(False), MOST_STRANGE) / 3,
        length=log1p(words),
        label=float(words <= 3),
        long=float(words > MOST_TO_READER),
        stops=float(manner.stops),
        asks=float(line.endswith("?")),
        leads_on=float(line.endswith((":", "…"))),
        beside=0,
        between=0,
        below=0,
        above=0,
        speaks=float(manner.speaks),
        of_page=float(manner.says > 0),
        page_share=min(manner.says / max(1, words), 0.5),
        owns=float(manner.owns),
        capitals=sum(token[0].isupper() for token in tokens) / max(1, len(tokens)),
    )


def _kind_of(manner: _Manner, words: int) -> str:
    if manner.speaks:
        return "comments_block" if manner.is_informal else "newsletter_cta"
    is_title = not (manner.stops or manner.says) and words >= LEAST_TITLE
    return "related_links" if is_title else "nav_lines"


def _top(folded: str, lines: Columns, kinds: Sequence[str | None]) -> range:
    """The lines above the first paragraph, if one may be the headline: none has words of the story."""
    paragraphs = (place for place, words in enumerate(lines.words) if words > MOST_WORDS)
    first = next(paragraphs, len(kinds))
    rest = (lines.text[place] for place in range(min(first, MOST_ASKED)) if kinds[place] is None)
    return range(first if all(_is_strange(folded, text.casefold(), stems(text)) for text in rest) else 0)


def _manner_of(text: str) -> _Manner:
    """How a line speaks."""
    stops, is_informal = ends_sentence(text), INFORMAL.search(text[-LONGEST_MARK:]) is not None
    folded = text.casefold().split()
    owns = not OWNERS.isdisjoint(folded)
    says = sum(word in PAGE_SAYS for word in folded)
    speaks = not (READERS.isdisjoint(folded) and COURTEOUS.isdisjoint(text.split()[1:]))
    speaks = len(folded) >= LEAST_ADDRESSED and (speaks or (stops and says > 0 and owns))
    return _Manner(stops, is_informal, speaks or is_informal, says, owns)


def _is_another_matter(text: str) -> bool:
    """Whether a line is quoted, said, marked up, or of a script in which words are not parted."""
    return (
        any(pattern.search(text) is not None for pattern in (QUOTED, FAR_SCRIPT))
        or MARKED_UP.match(text) is not None
        or SAID.match(text) is not None
    )


def _is_strange(folded: str, line: str, words: Sequence[str] | frozenset[str]) -> bool:
    return all(folded.count(word) == line.count(word) for word in words)


def stems(text: str) -> list[str]:
    """How the longer words of a text begin."""
    return [word[:STEM] for word in WORD.findall(text.casefold()) if len(word) >= TELLING_LETTERS]


def own_stems(text: str) -> frozenset[str]:
    """The same of the words that do not stand in stories of any subject; the page's own words whole."""
    words = {word for word in WORD.findall(text.casefold()) if len(word) >= TELLING_LETTERS} - COMMON
    return frozenset(word if word in PAGE_WORDS else word[:STEM] for word in words)
