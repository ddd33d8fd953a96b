"""Runs the checks: over one document, or over a whole corpus."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from tempfile import SpooledTemporaryFile
from typing import TypeVar

from dedupe.collector import paused_collection
from dedupe.decisions import NO_DECISIONS, Decisions
from dedupe.files import record_line
from dedupe.models import Article, Finding, Severity
from dedupe.quality.checks.enormous_file import EnormousFile, is_far_too_long
from dedupe.quality.folder import CorpusFile, CorpusFolder
from dedupe.quality.problem import Problem, as_finding
from dedupe.quality.reading import Wants, reading_of
from dedupe.quality.registry import (
    AboutCheck,
    FileCheck,
    QualityCheck,
    checks_of_corpora,
    checks_of_documents,
    checks_of_files,
    wants_of,
)
from dedupe.settings import DedupeSettings, QualitySettings

__all__ = ["assess", "assess_corpus", "each_finding"]

Named = TypeVar("Named", bound=AboutCheck)
Asked = tuple[QualityCheck, Wants | None]

MOST_IN_MEMORY = 1 << 24  # bytes of findings; further ones are written to the disk


def assess(article: Article, settings: DedupeSettings, decisions: Decisions = NO_DECISIONS) -> list[Finding]:
    """Look at one document with every check.

    Args:
        article: the document.
        settings: of the checks.
        decisions: what a reviewer lets stand.

    Returns:
        The findings in reading order, those on the whole document first; `file` is the article's id.
    """
    asked = _of_texts(settings.quality)
    return list(_without_effects(_on_text(article, article.id, asked, settings.quality, decisions)))


def assess_corpus(corpus: CorpusFolder, settings: DedupeSettings) -> list[Finding]:
    """Look at every document of a corpus and at the corpus as a whole.

    Returns:
        The findings by file; `file` is the document's file name, or the file of the corpus that is wrong.
    """
    return list(each_finding(corpus, settings))


def each_finding(
    corpus: CorpusFolder,
    settings: DedupeSettings,
    look: Callable[[CorpusFile], None] | None = None,
    only: str | None = None,
) -> Iterator[Finding]:
    """Yield what `assess_corpus` gives; what is found in documents waits on the disk, not in memory.

    Args:
        corpus: the folder.
        settings: of the checks.
        look: is shown every document, by name, while its text is at hand, before the first finding is given.
        only: file name of the one document whose findings are wanted; None: all are.
    """
    of_texts = _of_texts(settings.quality)
    of_files = _asked(checks_of_files(), settings.quality)
    with SpooledTemporaryFile(MOST_IN_MEMORY) as spool:
        with paused_collection():
            for file in corpus.each_file():
                if look is not None:
                    look(file)
                if only is None or file.name == only:
                    spool.writelines(
                        f"{record_line(finding)}\n".encode()
                        for finding in _on_file(file, of_texts, of_files, corpus, settings.quality)
                    )
        across: defaultdict[str, list[Finding]] = defaultdict(list)
        for finding in _across(corpus, settings.quality):
            if only is None or finding.file == only:
                across[finding.file].append(finding)
        spool.seek(0)
        on_corpus = (finding for name in sorted(across) for finding in across[name])
        merged = heapq.merge(map(Finding.model_validate_json, spool), on_corpus, key=attrgetter("file"))
        for _, same in groupby(merged, key=attrgetter("file")):
            yield from in_order(_without_effects(list(same)))


def _across(corpus: CorpusFolder, settings: QualitySettings) -> Iterator[Finding]:
    """What the checks of the whole corpus say."""
    seen: defaultdict[str, int] = defaultdict(int)
    for each in _asked(checks_of_corpora(), settings):
        for name, problem in each(corpus, settings):
            file = corpus.file(name)
            yield corpus.decisions.honour(_finding(problem, each.name, name, file, seen))


def _finding(
    problem: Problem, check: str, name: str, file: CorpusFile | None, seen: dict[str, int]
) -> Finding:
    """A finding on a file of a corpus; `file`: where it is a document."""
    stem = file.article.id if file and file.article else name
    return as_finding(problem, check=check, file=name, stem=stem, text=file.text if file else "", seen=seen)


# What a document is said to be, by what it speaks of; it follows where the document is no article at all,
# or is in another language than its title and the corpus.
FOLLOW = {
    "manifest_invalid": frozenset({"date_outside_window"}),
    "paywall_stub": frozenset({"truncated", "empty_or_short", "title_mismatch"}),
    "press_release": frozenset({"truncated", "title_mismatch"}),
    "liveblog": frozenset({"repeated_lines"}),
    "wrong_language": frozenset({"title_mismatch"}),
    "off_topic": frozenset({"title_mismatch", "wrong_language"}),
}
ABOUT_CONTENT = frozenset({"wrong_language", "off_topic", "title_mismatch"})


def _without_effects(findings: list[Finding]) -> Iterator[Finding]:
    """Drop what only follows from another finding on the same document, unless that one is let stand."""
    kinds: defaultdict[str, set[str]] = defaultdict(set)
    whole: set[str] = set()
    for finding in findings:
        if finding.accepted is not None:
            continue
        kinds[finding.file].add(finding.kind)
        if finding.severity is Severity.UNUSABLE and finding.span is None and finding.check in _check_names():
            whole.add(finding.file)
    for finding in findings:
        follows = any(finding.kind in FOLLOW.get(kind, ()) for kind in kinds[finding.file])
        if not follows and not (finding.file in whole and finding.kind in ABOUT_CONTENT):
            yield finding


def _check_names() -> frozenset[str]:
    return frozenset(each.name for each in checks_of_documents())


# What a corpus keeps of an article beside its text, for a check to look at.
KEPT = ("title", "url", "authors", "published", "publisher", "language", "relevance", "rights")


def _on_file(
    file: CorpusFile,
    of_texts: Sequence[Asked],
    of_files: Sequence[FileCheck],
    corpus: CorpusFolder,
    settings: QualitySettings,
) -> Iterator[Finding]:
    """The findings on a document by itself: on its text, then on its file."""
    if file.article is not None:
        yield from _on_article(file, file.article, of_texts, corpus, settings)
    seen: defaultdict[str, int] = defaultdict(int)
    for each in of_files:
        for problem in each(file, settings):
            yield corpus.decisions.honour(_finding(problem, each.name, file.name, file, seen))


def _on_article(
    file: CorpusFile,
    article: Article,
    asked: Sequence[Asked],
    corpus: CorpusFolder,
    settings: QualitySettings,
) -> list[Finding]:
    """The findings on a text: those it was written with, where it still is what was looked at."""
    known = corpus.assessed.get(article.id)
    if (
        known is None
        or known.digest != file.sha256
        or any(getattr(known.article, name) != getattr(article, name) for name in KEPT)
    ):
        return _on_text(article, file.name, asked, settings, corpus.decisions)
    return [finding.model_copy(update={"file": file.name}) for finding in known.findings]


def _on_text(
    article: Article,
    file: str,
    asked: Sequence[Asked],
    settings: QualitySettings,
    decisions: Decisions,
) -> list[Finding]:
    if is_far_too_long(article, settings):
        asked = [(each, wants) for each, wants in asked if each.name == EnormousFile.name]
    seen: defaultdict[str, int] = defaultdict(int)
    reading = reading_of(article.text)
    found = [
        decisions.honour(
            as_finding(problem, check=each.name, file=file, stem=article.id, text=article.text, seen=seen)
        )
        for each, wants in asked
        if wants is None or wants.met_by(reading)
        for problem in each(article, settings)
    ]
    return in_order(_one_cause(found))


def _of_texts(settings: QualitySettings) -> Sequence[Asked]:
    """The checks of single documents, each with what a text must have for it to be asked."""
    return [(each, wants_of(each)) for each in _asked(checks_of_documents(), settings)]


def _asked(checks: Sequence[Named], settings: QualitySettings) -> list[Named]:
    """Those that are not to be skipped."""
    return [each for each in checks if each.name not in settings.skip]


def _one_cause(found: list[Finding]) -> list[Finding]:
    """Drop what follows from a page that is no article at all.

    An error page is short, and an index has repeated lines: one finding names the cause. What a reviewer lets
    stand is no cause, and stays.
    """
    whole = [
        finding
        for finding in found
        if finding.severity is Severity.UNUSABLE
        and finding.span is None
        and finding.check != "empty_or_short"
        and finding.accepted is None
    ]
    return [*whole, *(finding for finding in found if finding.accepted is not None)] if whole else found


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Sort by file, place, severity and kind; the same finding twice counts once."""
    unique = {(finding.id, finding.span): finding for finding in findings}
    return sorted(
        unique.values(), key=lambda each: (each.file, each.span or (-1, -1), -each.severity, each.kind)
    )
