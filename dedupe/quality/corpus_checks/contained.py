"""Documents that another document of the corpus carries whole."""

from __future__ import annotations

from collections.abc import Iterator

from dedupe.models import Relation, RelationKind, Severity
from dedupe.quality.folder import CorpusFile, CorpusFolder
from dedupe.quality.problem import Problem
from dedupe.quality.registry import corpus_check
from dedupe.settings import QualitySettings

__all__ = ["Contained"]

LEAST_CARRIED = 0.9  # share of its word sequences; with less it tells something of its own


@corpus_check
class Contained:
    """Reads the relations: a text may not stand inside another one's."""

    name = "contained"
    title = "Text inside another"
    reason = "Its words are in the corpus twice, once alone and once in the longer document."
    remedy = "Keep the longer one; `dedupe clean` does, unless its settings keep both."

    def __call__(self, corpus: CorpusFolder, settings: QualitySettings) -> Iterator[tuple[str, Problem]]:
        """One problem a document, for the document that carries most of it."""
        most: dict[str, tuple[float, str]] = {}
        for relation in corpus.relations:
            for inner, outer, share in _both_ways(relation):
                carrier = corpus.by_id.get(outer)
                if inner in corpus.by_id and carrier is not None and _is_article(carrier, settings):
                    most[inner] = max(most.get(inner, (0.0, "")), (share, outer))
        for inner, (share, outer) in sorted(most.items()):
            if share >= LEAST_CARRIED:
                yield (
                    corpus.by_id[inner].name,
                    Problem(
                        Severity.DISTORTING,
                        f"{share:.0%} of its word sequences stand in {corpus.by_id[outer].name}.",
                    ),
                )


def _both_ways(relation: Relation) -> Iterator[tuple[str, str, float]]:
    """(inner document, outer document, share of the inner that the outer has) of each."""
    if relation.relation is RelationKind.CONTAINS:
        yield relation.a, relation.b, relation.containment_a
        yield relation.b, relation.a, relation.containment_b


def _is_article(file: CorpusFile, settings: QualitySettings) -> bool:
    """Whether a document may be one article; many in one file carry each other's words, and are the fault."""
    return len(file.text) <= settings.most_characters
