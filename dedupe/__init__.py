"""Cleans a news corpus: cuts furniture, relates texts, keeps one of each copy, and reports on the rest.

Each name is looked up in its module when it is first used: who asks for one does not wait for all.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dedupe.boilerplate import cut_boilerplate
    from dedupe.cleaning import clean
    from dedupe.corpus import Corpus, read_corpus
    from dedupe.duplicates import find_duplicates, relate
    from dedupe.gate import open_corpus
    from dedupe.inputs import read_articles
    from dedupe.models import Article, Cluster, Clusters, Cut, Finding, Relation, RelationKind
    from dedupe.quality import assess
    from dedupe.report import Report, write_report
    from dedupe.settings import DedupeSettings

__all__ = [
    "Article",
    "Cluster",
    "Clusters",
    "Corpus",
    "Cut",
    "DedupeSettings",
    "Finding",
    "Relation",
    "RelationKind",
    "Report",
    "assess",
    "clean",
    "cut_boilerplate",
    "find_duplicates",
    "open_corpus",
    "read_articles",
    "read_corpus",
    "relate",
    "write_report",
]

_NAMES_OF = {
    "dedupe.boilerplate": ("cut_boilerplate",),
    "dedupe.cleaning": ("clean",),
    "dedupe.corpus": ("Corpus", "read_corpus"),
    "dedupe.duplicates": ("find_duplicates", "relate"),
    "dedupe.gate": ("open_corpus",),
    "dedupe.inputs": ("read_articles",),
    "dedupe.models": ("Article", "Cluster", "Clusters", "Cut", "Finding", "Relation", "RelationKind"),
    "dedupe.quality": ("assess",),
    "dedupe.report": ("Report", "write_report"),
    "dedupe.settings": ("DedupeSettings",),
}
_HOME = {name: module for module, names in _NAMES_OF.items() for name in names}


def __getattr__(name: str) -> object:
    """PEP 562: a name of `__all__`, out of its module."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(_HOME[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
