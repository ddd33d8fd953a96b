"""A title that is another article's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dedupe.models import Article, Severity
from dedupe.quality.problem import Problem
from dedupe.quality.reading import reading_of
from dedupe.quality.registry import check
from dedupe.quality.text import UNSPACED
from dedupe.settings import QualitySettings

__all__ = ["TitleMismatch"]

WORD = re.compile(r"[^\W\d_]{4,}")
LEAST_WORDS = 4  # words of the title that can be looked for
STEM = 5  # letters: enough to find a word in another form
TELLING = 6  # letters: shorter words stand in any text
MOST_SHARED = 0.25  # of the title's words
LEAST_TEXT = 60  # words: a shorter text cannot be told to be another
SEPARATORS = re.compile(r"\s[|–—-]\s[^|–—-]{2,40}$")  # "Title | The Outlet"


@check
class TitleMismatch:
    """Looks for the title's words in the text, by their first letters."""

    name = "title_mismatch"
    title = "Title of another article"
    reason = "The title says what the document is taken for: here it says something else."
    remedy = "See whether the page showed another story, and fetch it again."

    def __call__(self, article: Article, settings: QualitySettings) -> Iterator[Problem]:
        """One problem on the document, where the title's words do not stand in the text."""
        title = SEPARATORS.sub("", article.title or "")
        if not title or reading_of(article.text).words < LEAST_TEXT:
            return
        text = reading_of(article.text).folded
        if UNSPACED.search(title):
            pairs = {title[i : i + 2] for i in range(len(title) - 1) if UNSPACED.match(title[i])}
            missing = len(pairs) >= LEAST_WORDS and not any(pair in article.text for pair in pairs)
        else:
            words = {word.casefold() for word in WORD.findall(title)}
            if len(words) < LEAST_WORDS or any(
                len(word) >= TELLING and word[:STEM] in text for word in sorted(words)
            ):
                return
            shared = [word for word in words if word[:STEM] in text]
            told = any(_is_name(word, article.text) for word in shared)
            missing = not told and len(shared) <= MOST_SHARED * len(words)
        if missing:
            yield Problem(Severity.DISTORTING, f"Its title speaks of something else: “{title[:80]}”.")


def _is_name(word: str, text: str) -> bool:
    """Whether the text writes a word with a capital inside a sentence."""
    return re.search(rf"(?:[a-z\u00df-\u00ff],? ){re.escape(word.capitalize()[:STEM])}", text) is not None
