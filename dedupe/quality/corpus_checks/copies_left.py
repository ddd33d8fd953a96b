"""Copies that stand in the corpus beside each other."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from dedupe.models import Relation, RelationKind, Severity, Verdict
from dedupe.quality.folder import CorpusFolder
from dedupe.quality.problem import Problem
from dedupe.quality.registry import corpus_check
from dedupe.settings import QualitySettings

__all__ = ["CopiesLeft"]


MOST_TITLE = 200  # characters


@corpus_check
class CopiesLeft:
    """Reads the relations: two documents of the corpus may not be copies."""

    name = "copies_left"
    kinds = ("exact_duplicate", "near_duplicate")
    title = "Copy left in the corpus"
    reason = "One report counts as several."
    remedy = "Clean the corpus again: it keeps one of each."

    def __call__(self, corpus: CorpusFolder, settings: QualitySettings) -> Iterator[tuple[str, Problem]]:
        """One problem a document, of the kind of its nearest relation."""
        nearest: dict[str, tuple[bool, float, str]] = {}
        for relation in corpus.relations:
            if relation.relation.is_copy and relation.a in corpus.by_id and relation.b in corpus.by_id:
                for one, other in ((relation.a, relation.b), (relation.b, relation.a)):
                    rank = (_is_exact(corpus, relation), relation.similarity, other)
                    nearest[one] = max(nearest.get(one, rank), rank)
        for one, (exact, similarity, other) in sorted(nearest.items()):
            yield (
                corpus.by_id[one].name,
                Problem(
                    Severity.DISTORTING,
                    f"{similarity:.0%} of its word sequences are those of {corpus.by_id[other].name}.",
                    kind="exact_duplicate" if exact else "near_duplicate",
                    action=Verdict.DROP,
                    about=other,
                ),
            )


def _is_exact(corpus: CorpusFolder, relation: Relation) -> bool:
    """Whether two documents have the same words; a title above one of them makes no other text."""
    a, b = sorted((_words(corpus.by_id[each].text) for each in (relation.a, relation.b)), key=len)
    return relation.relation is RelationKind.EXACT or (len(b) - len(a) <= MOST_TITLE and b.endswith(a))


def _words(text: str) -> str:
    """Letters and digits alone: blanks, marks, capitals and composition make no other text."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())
