"""GDELT DOC 2.0: addresses of articles of the world's press, by words in their text.

https://blog.gdeltproject.org/gdelt-doc-2-0-api-debuts/ describes it: `query` takes words, "phrases",
`(a OR b)` with the brackets around alternatives only, and `sourcelang:`. What is searched is a translation
into English, so names find articles in 65 languages. It answers at most 250 articles, for sure of the last
three months, and wants one request in five seconds. Errors come as plain text, many of them with status 200.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from crawler.items import Candidate, Memory
from crawler.sources import Answer, Question
from crawler.sources.asking import Asker, IndexSilentError
from crawler.sources.wording import telling_terms
from crawler.topic import Topic
from crawler.urls import cleaned, is_fetchable

__all__ = ["Gdelt", "Query", "Slice", "read_articles"]

log = logging.getLogger(__name__)

MOST_RECORDS = 250
# Days it searches without being told; earlier ones it may know or not.
REACH = timedelta(days=90)
# It takes in what is new every fifteen minutes, so a shorter slice cannot part anything.
SHORTEST_SLICE = timedelta(minutes=15)
# Longer queries are "too long"; it does not say from where on. 250 are, 240 are not.
MOST_CHARACTERS = 240
# A phrase in quotation marks of fewer characters is "too short".
LEAST_PHRASE = 5
# One of the main names and one more term: either alone is in too many texts or in too few.
MAIN_TERMS, FURTHER_TERMS = 4, 8
# What it adds, in log-odds, that an article's text has the story's names: three of ten are on the topic
# whatever their titles say.
FOUND_BY_WORDS = 4.3
# Its words for what waiting helps, and for what another query helps.
BUSY = re.compile(r"limit requests|too many requests|try again", re.IGNORECASE)
WORDING = re.compile(r"too (?:short|long|common)|illegal character|surrounded by|parenthes", re.IGNORECASE)
# Backslashes that begin no escape of JSON; titles come with them.
BROKEN_ESCAPE = re.compile(r'\\(?:(["\\/bfnrt]|u[0-9a-fA-F]{4})|)')
LANGUAGES = {
    "ar": "arabic", "bg": "bulgarian", "bn": "bengali", "bs": "bosnian", "ca": "catalan", "cs": "czech",
    "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish", "et": "estonian",
    "fa": "persian", "fi": "finnish", "fr": "french", "he": "hebrew", "hi": "hindi", "hr": "croatian",
    "hu": "hungarian", "hy": "armenian", "id": "indonesian", "is": "icelandic", "it": "italian",
    "ja": "japanese", "ka": "georgian", "kk": "kazakh", "ko": "korean", "lt": "lithuanian", "lv": "latvian",
    "mk": "macedonian", "ms": "malay", "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sk": "slovak", "sl": "slovenian", "sq": "albanian", "sr": "serbian",
    "sv": "swedish", "ta": "tamil", "th": "thai", "tr": "turkish", "uk": "ukrainian", "ur": "urdu",
    "vi": "vietnamese", "zh": "chinese",
}  # fmt: skip


class BusyError(Exception):
    """It asks to be asked later."""


class WordingError(Exception):
    """It does not take this query; another one it may."""


@dataclass(frozen=True)
class Query:
    """One term of each group, in one of the languages."""

    groups: tuple[tuple[str, ...], ...]
    languages: tuple[str, ...] = ()

    @classmethod
    def of(cls, topic: Topic, languages: frozenset[str]) -> Query | None:
        """The question for a topic; None: the topic has no word that may be asked for."""
        terms = telling_terms(topic, MAIN_TERMS + FURTHER_TERMS)
        # It searches translations into English, so other alphabets come last.
        terms.sort(key=lambda term: not _is_latin(term))
        groups = tuple(group for group in (tuple(terms[:MAIN_TERMS]), tuple(terms[MAIN_TERMS:])) if group)
        query: Query | None = cls(
            groups, tuple(sorted(LANGUAGES[code] for code in languages & LANGUAGES.keys()))
        )
        while query is not None and len(query.text) > MOST_CHARACTERS:
            query = query.simpler()
        return query if terms else None

    @property
    def text(self) -> str:
        """As it is sent: `(a OR b) (c OR "d-e") sourcelang:french`."""
        filters = [f"sourcelang:{language}" for language in self.languages]
        parts = [[_quoted(term) for term in group] for group in self.groups]
        return " ".join(map(_alternatives, [*parts, filters] if filters else parts))

    def simpler(self) -> Query | None:
        """Without its last phrase, else without its last term; None: it has but one term."""
        terms = [term for group in self.groups for term in group]
        if len(terms) < 2:
            return None
        goes = next((term for term in reversed(terms) if not term.isalpha()), terms[-1])
        left = (tuple(term for term in group if term != goes) for group in self.groups)
        return replace(self, groups=tuple(filter(None, left)))

    @property
    def key(self) -> str:
        """Names it among others."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:8]


@dataclass(frozen=True)
class Slice:
    """A stretch of time that one request asks for."""

    start: datetime
    end: datetime

    @property
    def key(self) -> str:
        """As it is sent, both ends."""
        return f"{self.start:%Y%m%d%H%M%S}-{self.end:%Y%m%d%H%M%S}"

    def halves(self) -> tuple[Slice, Slice]:
        """The later one first, since it lies on a stack."""
        middle = self.start + timedelta(seconds=(self.end - self.start).total_seconds() // 2)
        return Slice(middle, self.end), Slice(self.start, middle)


class Gdelt:
    """What GDELT lists for the topic in the window; a slice of time that comes back full is halved."""

    name = "gdelt"

    def answers(self, question: Question) -> Iterator[Answer]:
        """An answer for each slice, earlier ones first; slices of which all was said before are left out."""
        query = Query.of(question.plan.topic, question.plan.languages)
        if query is None:
            log.warning("gdelt: the seeds hold no word to ask for, so it is not asked.")
            return
        interval = question.settings.getfloat("SEEDBED_GDELT_INTERVAL")
        asker = Asker(question.settings, question.stopped, interval)
        waiting = [_whole(question)]
        while waiting:
            part = waiting.pop()
            said = question.known.get(f"{query.key} {part.key}")
            if said is None:
                articles, query = self._ask(asker, query, part)
                is_full = len(articles) >= MOST_RECORDS and part.end - part.start >= 2 * SHORTEST_SLICE
                said = "full" if is_full else "done"
                candidates = tuple(_candidates(articles))
                yield Answer(candidates, memory=Memory(self.name, f"{query.key} {part.key}", said))
            if said == "full":
                waiting.extend(part.halves())

    def _ask(self, asker: Asker, query: Query, part: Slice) -> tuple[list[dict[str, Any]], Query]:
        """The articles of a slice, and the query that found them: simpler, where the first was not taken.

        Raises:
            IndexSilentError: it does not answer, or takes no query.
        """
        tries = 0
        while True:
            try:
                return self._articles(asker, query, part), query
            except BusyError as error:
                tries += 1
                if tries > asker.retries:
                    raise IndexSilentError(f"it says: {error}") from error
                asker.wait(asker.interval * 2**tries)
            except WordingError as error:
                following = query.simpler()
                if following is None:
                    raise IndexSilentError(f"it does not take {query.text!r} and says: {error}") from error
                query = following

    def _articles(self, asker: Asker, query: Query, part: Slice) -> list[dict[str, Any]]:
        response = asker.get(
            asker.settings["SEEDBED_GDELT"],
            {
                "query": query.text,
                "mode": "ArtList",
                "format": "json",
                "sort": "HybridRel",
                "maxrecords": MOST_RECORDS,
                "startdatetime": f"{part.start:%Y%m%d%H%M%S}",
                "enddatetime": f"{part.end:%Y%m%d%H%M%S}",
            },
        )
        text = response.content.decode("utf-8", "replace").strip()
        if response.status_code == 429:
            raise BusyError(text[:200] or "status 429")
        if response.status_code != 200:
            raise IndexSilentError(f"it answered with status {response.status_code}: {text[:200]}")
        return read_articles(text)


def read_articles(text: str) -> list[dict[str, Any]]:
    """The articles of an answer.

    Raises:
        BusyError: it asks to wait.
        WordingError: it does not take the query.
        IndexSilentError: it says something else than JSON.
    """
    if not text.startswith("{"):
        if not text:
            return []
        if BUSY.search(text):
            raise BusyError(text[:200])
        if WORDING.search(text):
            raise WordingError(text[:200])
        raise IndexSilentError(f"it says: {text[:200]}")
    try:
        said = json.loads(BROKEN_ESCAPE.sub(_mended, text), strict=False)
    except (ValueError, RecursionError) as error:
        raise BusyError(f"an answer that is broken off or no JSON: {error}") from error
    articles = said.get("articles") if isinstance(said, dict) else None
    return [each for each in articles if isinstance(each, dict)] if isinstance(articles, list) else []


def _mended(escape: re.Match[str]) -> str:
    return escape[0] if escape[1] else r"\\"


def _whole(question: Question) -> Slice:
    """The window of the crawl; where that is open, what the service searches anyway, up to next midnight."""
    window = question.plan.window
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    end = window.until or today + timedelta(days=1)
    return Slice(window.since or end - REACH, end)


def _candidates(articles: list[dict[str, Any]]) -> Iterator[Candidate]:
    for article in articles:
        url = article.get("url")
        if not isinstance(url, str) or not is_fetchable(url):
            continue
        url = cleaned(url)
        title = article.get("title")
        title = " ".join(title.split()) if isinstance(title, str) else None
        yield Candidate(
            url,
            log_odds=FOUND_BY_WORDS,
            found_by=Gdelt.name,
            title=title or None,
            published=_moment(article.get("seendate")),
        )


def _moment(text: object) -> datetime | None:
    """`20310301T101500Z`: when it saw the article."""
    try:
        return datetime.strptime(str(text), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def _alternatives(terms: list[str]) -> str:
    return f"({' OR '.join(terms)})" if len(terms) > 1 else terms[0]


def _quoted(term: str) -> str:
    """A hyphen or an apostrophe is an illegal character, except in a phrase."""
    return term if term.isalpha() or len(term) < LEAST_PHRASE else f'"{term}"'


def _is_latin(term: str) -> bool:
    return all(ord(letter) < 0x250 for letter in term)
