"""Lines with no word of the story, where the model that cuts dumps sees none of its lines.

Either sign alone is wrong too often: a heading may have words of its own, a short line a strange place. How
sure the model must be depends on how the line speaks: to the reader, of the page, or as the headline of
another story.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from dedupe.boilerplate.cutting import story_probability
from dedupe.quality.checks.paywall_stub import is_prompt
from dedupe.quality.checks.repeated_lines import LEAST_TIMES
from dedupe.quality.facts import WORD, Columns, Facts
from dedupe.quality.page_words import COMMON, LEADERS, OWNERS, PAGE_WORDS, READERS
from dedupe.quality.reading import reading_of
from dedupe.quality.text import ends_sentence

__all__ = ["BLOCKS", "FAR_SCRIPT", "QUOTED", "name_strange_lines", "own_stems", "stems"]

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
LEAST_HEADLINE: Final = 3  # own words of a headline of another story
LEAST_LONG_HEADLINE, MOST_KNOWN = 5, 0.2  # of a longer one; share of them that the story may use, too
LEAST_TITLE: Final = 5  # words of one; a shorter line is a label
# Such lines at either end of a text: of more it is a list, and each costs a look at all of it.
MOST_ASKED: Final = 100
# Probability of being the story's, below which such a line is none of it.
LABEL, LABEL_OF_PAGE, HEADLINE = 0.15, 0.3, 0.8
SENTENCE_OF_PAGE, SENTENCE_BESIDE, SENTENCE_BELOW = 0.3, 0.5, 0.7
ADDRESSED, ADDRESSED_OF_PAGE = 0.9, 0.97


class _Manner(NamedTuple):
    """How a line speaks that may be none of the story's."""

    ends: bool  # as a sentence does
    is_informal: bool
    speaks: bool  # to the reader
    pages: bool  # of the page: a word of a sentence is the page's, or a third of a label's
    own: frozenset[str]  # its words that do not stand in stories of any subject

    @property
    def may_head(self) -> bool:
        """Whether it may be the headline of this story, or of a part of it."""
        return not (self.speaks or self.pages or self.ends)

    def least(self, is_beside: bool, is_last: bool) -> float:
        """Probability of being the story's below which it is none, beside furniture or below the story."""
        is_long = len(self.own) >= LEAST_HEADLINE
        if self.speaks:
            return ADDRESSED_OF_PAGE if self.pages else ADDRESSED
        if self.ends and is_beside and is_long:
            return SENTENCE_BELOW if is_last else SENTENCE_BESIDE
        if self.ends:
            return SENTENCE_OF_PAGE * self.pages
        if is_long and (is_last or (is_beside and len(self.own) >= LEAST_LONG_HEADLINE)):
            return HEADLINE
        return LABEL_OF_PAGE if self.pages else LABEL


def name_strange_lines(text: str, facts: Facts, kinds: list[str | None], few: Sequence[int]) -> None:
    """Name the kinds of such lines.

    Args:
        text: with a story in it.
        facts: of its lines.
        kinds: of the lines; those found are put in.
        few: places of the lines of few words.
    """
    lines = facts.columns
    if sum(words for words in lines.words if words > PARAGRAPH) < LEAST_STORY_WORDS:
        return
    asked: dict[int, _Manner] = {}
    last = len(kinds) - 1
    for place in few:
        words, line = lines.words[place], lines.text[place]
        if place and kinds[place] is None and words <= MOST_WORDS:
            is_beside = kinds[place - 1] is not None or (place < last and kinds[place + 1] is not None)
            if words > MOST_TO_READER and line[-1] in STOPS and not is_beside:
                continue  # a sentence of the story, as nearly all are
            manner = _manner_of(line, is_beside)
            if manner is not None:
                asked[place] = manner
    if not asked:
        return
    edges = [*list(asked)[:MOST_ASKED], *list(asked)[MOST_ASKED:][-MOST_ASKED:]]
    folded = reading_of(text).folded
    times = {place: lines.text.count(lines.text[place]) for place in edges}
    strange = [
        place
        for place in edges
        if times[place] < LEAST_TIMES  # else `repeated_lines` names it
        # A mark that stands twice is no word of the story for that.
        and _has_no_word_of(folded, "\n".join([lines.text[place]] * times[place]), asked[place])
    ]
    likely = story_probability(text) if strange else []
    if len(likely) != len(kinds):
        return  # what ends a line is seen otherwise there
    top = _top(folded, lines, kinds)
    last_paragraph = max((place for place, words in enumerate(lines.words) if words > PARAGRAPH), default=0)
    for place in strange:
        manner, around = asked[place], kinds[place - 1 : place + 2]
        may_head = manner.may_head and (place in top or (place + 1 < len(kinds) and all(around[::2])))
        least = manner.least(any(around), place > last_paragraph)
        if likely[place] < least and not may_head and not is_prompt(facts.line(place)):
            kinds[place] = next(
                (kind for kind in around if kind in BLOCKS), _kind_of(manner, lines.words[place])
            )


def _kind_of(manner: _Manner, words: int) -> str:
    if manner.speaks:
        return "comments_block" if manner.is_informal else "newsletter_cta"
    is_title = not (manner.ends or manner.pages) and words >= LEAST_TITLE
    return "related_links" if is_title else "nav_lines"


def _top(folded: str, lines: Columns, kinds: Sequence[str | None]) -> range:
    """The lines above the first paragraph, if one may be the headline: none has words of the story."""
    paragraphs = (place for place, words in enumerate(lines.words) if words > MOST_WORDS)
    first = next(paragraphs, len(kinds))
    rest = (lines.text[place] for place in range(min(first, MOST_ASKED)) if kinds[place] is None)
    return range(first if all(_is_strange(folded, text.casefold(), stems(text)) for text in rest) else 0)


def _manner_of(text: str, is_beside: bool) -> _Manner | None:
    """How a line speaks: a label, or a sentence to the reader or of the page; None: as stories do."""
    ends, is_informal = ends_sentence(text), INFORMAL.search(text[-LONGEST_MARK:]) is not None
    folded = text.casefold().split()
    speaks = not (READERS.isdisjoint(folded) and COURTEOUS.isdisjoint(text.split()[1:]))
    pages = not PAGE_SAYS.isdisjoint(folded)
    speaks = len(folded) >= LEAST_ADDRESSED and (speaks or (ends and pages and not OWNERS.isdisjoint(folded)))
    if (speaks or is_informal) and len(folded) > MOST_TO_READER:
        return None
    if ends and not (speaks or is_informal or is_beside or pages):
        return None
    if QUOTED.search(text) or FAR_SCRIPT.search(text) or MARKED_UP.match(text) or SAID.match(text):
        return None
    own = own_stems(text)
    # A headline may have a word of the page's; in a label, they are many.
    of_page = pages and (ends or 3 * sum(word in PAGE_WORDS for word in folded) >= len(folded))
    return _Manner(ends, is_informal, speaks or is_informal, of_page, own)


def _has_no_word_of(folded: str, line: str, manner: _Manner) -> bool:
    """Whether a line has longer words, and none that begins as one in the rest of the text does.

    What has a manner of its own may share those of any subject, a short label may not: a headline shares few
    words with its story.
    """
    all_stems = stems(line)
    if len(set(all_stems)) < (2 if manner.ends and not manner.is_informal else 1):
        return False
    if manner.may_head and len(manner.own) >= LEAST_LONG_HEADLINE:
        known = sum(not _is_strange(folded, line.casefold(), [word]) for word in manner.own)
        return known <= MOST_KNOWN * len(manner.own)
    is_label = manner.may_head and len(manner.own) < LEAST_HEADLINE
    return _is_strange(folded, line.casefold(), all_stems if is_label else manner.own)


def _is_strange(folded: str, line: str, words: Sequence[str] | frozenset[str]) -> bool:
    return all(folded.count(word) == line.count(word) for word in words)


def stems(text: str) -> list[str]:
    """How the longer words of a text begin."""
    return [word[:STEM] for word in WORD.findall(text.casefold()) if len(word) >= TELLING_LETTERS]


def own_stems(text: str) -> frozenset[str]:
    """The same of the words that do not stand in stories of any subject; the page's own words whole."""
    words = {word for word in WORD.findall(text.casefold()) if len(word) >= TELLING_LETTERS} - COMMON
    return frozenset(word if word in PAGE_WORDS else word[:STEM] for word in words)
