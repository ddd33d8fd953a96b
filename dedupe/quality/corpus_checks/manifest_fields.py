"""Lines of the manifest in which something is missing or wrong."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from dedupe.models import Severity, Verdict
from dedupe.quality.folder import CorpusFolder, Listing
from dedupe.quality.problem import Problem
from dedupe.quality.registry import corpus_check
from dedupe.settings import QualitySettings

__all__ = ["BrokenRecord", "ManifestInvalid", "ManifestMissing"]

NEEDED = ("url", "title", "published", "publisher", "language")
# A field that most documents lack is a choice of the corpus, not a slip.
LEAST_SHARE = 0.5
MARKUP = re.compile(r"<[a-zA-Z/][^<>]*>|&(?:[a-zA-Z]{2,8}|#\d{2,6});")
CODE = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z]{2,4})*")
DAY = re.compile(r"\d{4}-\d\d-\d\d(?:[T ].+)?")
# A page may be updated after it was listed, and clocks differ; a year later, the date is no date.
LATEST = timedelta(days=366)
FIRST_YEAR = 1990  # no news site is older; an earlier date is a default of some program


@corpus_check
class BrokenRecord:
    """Files of the corpus that hold lines which cannot be read."""

    name = "broken_record"
    title = "Unreadable record"
    reason = "What the line said is lost to every tool."
    remedy = "Restore the file, or clean the corpus again from its source."

    def __call__(self, corpus: CorpusFolder, settings: QualitySettings) -> Iterator[tuple[str, Problem]]:
        """One problem a file."""
        first: dict[str, str] = {}
        for name, what in corpus.unreadable():
            first.setdefault(name, what)
        for name, what in first.items():
            yield (
                name,
                Problem(Severity.UNUSABLE, f"The file {name} {what}.", action=Verdict.REVIEW, about=what),
            )


@corpus_check
class ManifestMissing:
    """Fields that most documents of the corpus have and this one has not."""

    name = "manifest_missing"
    title = "Missing field"
    reason = "The document falls out of every count by date, publisher, language or address."
    remedy = "Fill it in, or fetch the page again."

    def __call__(self, corpus: CorpusFolder, settings: QualitySettings) -> Iterator[tuple[str, Problem]]:
        """One problem a document."""
        listed, given = 0, Counter[str]()
        for _, listing in corpus.listings():
            if listing is not None:
                listed += 1
                given.update(field for field in NEEDED if getattr(listing, field))
        usual = [field for field in NEEDED if given[field] > LEAST_SHARE * listed]
        for name, listing in corpus.listings():
            missing = [field for field in usual if listing is not None and not getattr(listing, field)]
            if missing:
                said = f"The manifest does not say: {', '.join(missing)}."
                yield name, Problem(Severity.COSMETIC, said, about=said)


@corpus_check
class ManifestInvalid:
    """Fields whose values cannot be right."""

    name = "manifest_invalid"
    title = "Impossible field"
    reason = "A wrong date or address puts the document where it does not belong."
    remedy = "Correct it, or fetch the page again."

    def __call__(self, corpus: CorpusFolder, settings: QualitySettings) -> Iterator[tuple[str, Problem]]:
        """One problem a document."""
        for name, listing in corpus.listings():
            wrong = wrong_fields(listing, corpus.latest) if listing else []
            if wrong:
                said = f"The manifest says {'; '.join(wrong)}."
                yield name, Problem(Severity.DISTORTING, said, about=said)


def wrong_fields(listing: Listing, latest: date | None) -> list[str]:
    """What is wrong in a line of the manifest, in words."""
    wrong = []
    if listing.url and not _is_address(listing.url):
        wrong.append(f"“{listing.url[:60]}”, which is no web address")
    if listing.language and not (CODE.fullmatch(listing.language) and _is_language(listing.language)):
        wrong.append(f"“{listing.language[:30]}”, which is no ISO 639 code")
    if listing.title and MARKUP.search(listing.title):
        wrong.append("a title with markup in it")
    if listing.relevance is not None and not 0 <= listing.relevance <= 1:
        wrong.append(f"a relevance of {listing.relevance:g}, which is none from 0 to 1")
    if listing.published:
        day = day_of(listing.published)
        if day is None:
            wrong.append(f"“{listing.published[:30]}”, which is no date")
        elif day.year < FIRST_YEAR:
            wrong.append(f"{day}, before there were news sites")
        elif latest is not None and day > latest + LATEST:
            wrong.append(f"{day}, after it was fetched")
    return wrong


def day_of(value: str) -> date | None:
    """The day of an ISO 8601 date or time; None: it is none."""
    if not DAY.fullmatch(value.strip()):
        return None
    try:
        return datetime.fromisoformat(value.strip()).date()
    except ValueError:
        return None


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in url
    except ValueError:
        return False


def _is_language(code: str) -> bool:
    """ISO 639-1 keeps qa to qt free of languages; three letters from qaa to qtz are for private use."""
    return not ("qa" <= code[:2] <= "qt")
