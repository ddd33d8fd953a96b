"""Copies that stand in the corpus beside each other."""

from __future__ import annotations

from collections.abc import Iterator

from dedupe.models import Severity, Verdict
from dedupe.quality.folder import CorpusFolder
from dedupe.quality.problem import Problem
from dedupe.quality.registry import corpus_check
from dedupe.settings import QualitySettings

__all__ = ["CopiesLeft"]


@corpus_check
class CopiesLeft:
    """Reads the relations: two documents of the corpus may not be copies."""

    name = "copies_left"
    title = "Copy left in the corpus"
    reason = "One report counts as several."
    remedy = "Clean the corpus again: it keeps one of each."

    def __call__(self, corpus: CorpusFolder, settings: QualitySettings) -> Iterator[tuple[str, Problem]]:
        """One problem a document, of the kind of its nearest relation."""
        nearest: dict[str, tuple[float, str, str]] = {}
        for relation in corpus.relations:
            if relation.relation.is_copy and relation.a in corpus.by_id and relation.b in corpus.by_id:
                for one, other in ((relation.a, relation.b), (relation.b, relation.a)):
                    rank = (relation.similarity, f"{relation.relation}", other)
                    nearest[one] = max(nearest.get(one, rank), rank)
        for one, (similarity, kind, other) in sorted(nearest.items()):
            yield (
                corpus.by_id[one].name,
                Problem(
                    Severity.DISTORTING,
                    f"{similarity:.0%} of its word sequences are those of {corpus.by_id[other].name}.",
                    kind="exact_duplicate" if kind == "exact" else "near_duplicate",
                    action=Verdict.DROP,
                ),
            )
