"""The three protocols of the checks, and their registry by name.

A new check is one new file in `dedupe/quality/checks/` (the text and fields of one document) or in
`dedupe/quality/corpus_checks/` (one file and its line of the manifest, or the whole corpus at once): a
class with `@check`, `@file_check` or `@corpus_check` above it. One that most texts have nothing for
may say so in `wants`: it is not asked of texts that have nothing of it.
"""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Collection, Iterator
from functools import cache
from typing import Protocol, TypeVar

from dedupe.errors import SettingsError
from dedupe.models import Article
from dedupe.quality.folder import CorpusFile, CorpusFolder
from dedupe.quality.problem import Problem
from dedupe.quality.reading import Wants
from dedupe.settings import QualitySettings

__all__ = [
    "AboutCheck",
    "CorpusCheck",
    "FileCheck",
    "QualityCheck",
    "about_checks",
    "check",
    "check_names",
    "checks_of_corpora",
    "checks_of_documents",
    "checks_of_files",
    "corpus_check",
    "file_check",
    "register_check",
    "wants_of",
]


class AboutCheck(Protocol):
    """What every check says of itself."""

    @property
    def name(self) -> str:
        """Names the check and, unless a problem says otherwise, its kind of finding."""

    @property
    def title(self) -> str:
        """For people: "Garbled characters"."""

    @property
    def reason(self) -> str:
        """One sentence: what the problem does to an analysis."""

    @property
    def remedy(self) -> str:
        """One sentence: what to do about it."""


class QualityCheck(AboutCheck, Protocol):
    """Looks at one document."""

    def __call__(self, article: Article, settings: QualitySettings) -> Iterator[Problem]:
        """Yield the problems of the article's text and fields, in reading order."""


def wants_of(each: QualityCheck) -> Wants | None:
    """What a text must have for the check to say anything of it; None: it is asked of all."""
    wants: Wants | None = getattr(each, "wants", None)
    return wants


class FileCheck(AboutCheck, Protocol):
    """Looks at one document as a file: at its bytes, its name, and its line of the manifest."""

    def __call__(self, file: CorpusFile, settings: QualitySettings) -> Iterator[Problem]:
        """Yield the problems of the file."""


class CorpusCheck(AboutCheck, Protocol):
    """Looks across the documents of a corpus.

    They are read anew from the disk each time one goes through `corpus.files`, and there may be a million:
    keep numbers of them, not texts, and go through `corpus.listings()` where the manifest is enough.
    """

    def __call__(self, corpus: CorpusFolder, settings: QualitySettings) -> Iterator[tuple[str, Problem]]:
        """Yield (file name, problem) pairs."""


Q = TypeVar("Q", bound=QualityCheck)
F = TypeVar("F", bound=FileCheck)
C = TypeVar("C", bound=CorpusCheck)

_CHECKS: dict[str, QualityCheck] = {}
_FILE_CHECKS: dict[str, FileCheck] = {}
_CORPUS_CHECKS: dict[str, CorpusCheck] = {}


def check(cls: type[Q]) -> type[Q]:
    """Enter a check of single documents."""
    register_check(cls())
    return cls


def register_check(each: QualityCheck) -> None:
    """Enter one of several checks of the same class."""
    _CHECKS[each.name] = each


def file_check(cls: type[F]) -> type[F]:
    """Enter a check of single files."""
    each = cls()
    _FILE_CHECKS[each.name] = each
    return cls


def corpus_check(cls: type[C]) -> type[C]:
    """Enter a check of whole corpora."""
    each = cls()
    _CORPUS_CHECKS[each.name] = each
    return cls


@cache
def _import_all(package: str) -> None:
    for module in pkgutil.iter_modules(importlib.import_module(package).__path__):
        importlib.import_module(f"{package}.{module.name}")


def checks_of_documents() -> tuple[QualityCheck, ...]:
    """All checks of single documents, by name."""
    _import_all("dedupe.quality.checks")
    return tuple(_CHECKS[name] for name in sorted(_CHECKS))


def checks_of_files() -> tuple[FileCheck, ...]:
    """All checks of single files, by name."""
    _import_all("dedupe.quality.corpus_checks")
    return tuple(_FILE_CHECKS[name] for name in sorted(_FILE_CHECKS))


def checks_of_corpora() -> tuple[CorpusCheck, ...]:
    """All checks of whole corpora, by name."""
    _import_all("dedupe.quality.corpus_checks")
    return tuple(_CORPUS_CHECKS[name] for name in sorted(_CORPUS_CHECKS))


def about_checks() -> tuple[AboutCheck, ...]:
    """All checks of every sort, by name."""
    checks = (*checks_of_documents(), *checks_of_files(), *checks_of_corpora())
    return tuple(sorted(checks, key=lambda each: each.name))


def kinds_of(each: AboutCheck) -> tuple[str, ...]:
    """The kinds of finding that a check gives: those that it names, else one called as the check is."""
    return getattr(each, "kinds", (each.name,))


def check_names(settings: QualitySettings) -> None:
    """Make sure that the checks and kinds that the settings name exist: a slip of the pen is no rule.

    Raises:
        SettingsError: there is no such check or kind.
    """
    checks = {each.name for each in about_checks()}
    kinds = {kind for each in about_checks() for kind in kinds_of(each)}
    _check_known(settings.skip, checks, "quality.skip", "check")
    _check_known(settings.gate.most_of_kind, kinds, "quality.gate.most_of_kind", "kind of finding")


def _check_known(named: Collection[str], known: Collection[str], place: str, noun: str) -> None:
    for name in named:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            meant = f" Did you mean {near[0]}?" if near else ""
            raise SettingsError(
                f"{place}: {name}: there is no such {noun}.{meant} docs/reading_the_report.md lists them."
            )
