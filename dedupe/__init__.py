"""Cleans a news corpus: cuts furniture, relates texts, keeps one of each copy, and reports on the rest."""

from dedupe.boilerplate import cut_boilerplate
from dedupe.clean import clean
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
