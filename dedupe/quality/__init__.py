"""The quality checks: one file a check, found by a registry, run on a document or on a corpus."""

from dedupe.quality.assess import assess, assess_corpus
from dedupe.quality.folder import CorpusFile, CorpusFolder, Listing
from dedupe.quality.problem import Problem
from dedupe.quality.registry import (
    CorpusCheck,
    QualityCheck,
    about_checks,
    check,
    checks_of_corpora,
    checks_of_documents,
    corpus_check,
)

__all__ = [
    "CorpusCheck",
    "CorpusFile",
    "CorpusFolder",
    "Listing",
    "Problem",
    "QualityCheck",
    "about_checks",
    "assess",
    "assess_corpus",
    "check",
    "checks_of_corpora",
    "checks_of_documents",
    "corpus_check",
]
