"""New articles against an index: what the neighbours that it holds make of them.

The index names the documents worth comparing; those that relate to a new article, decided on the two texts,
and their copies, are looked at together with the new articles as one corpus (`find`). So a relation means
the same here as there, and costs what the neighbours cost, not what the index holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from dedupe.duplicates.comparison import Comparison
from dedupe.duplicates.corpus_index import CorpusIndex
from dedupe.duplicates.find import find_duplicates
from dedupe.duplicates.normalise import tidy
from dedupe.duplicates.relations import COPY, UNRELATED
from dedupe.duplicates.result import folded
from dedupe.duplicates.versions import Tellings
from dedupe.models import Article, Clusters
from dedupe.settings import DedupeSettings, DuplicateSettings
from dedupe.spool import Chosen

__all__ = ["find_duplicates_against", "neighbours"]

_AT_ONCE = 512  # articles whose candidates are compared at once; each may have a hundred


def find_duplicates_against(
    articles: Iterable[Article], index: CorpusIndex, settings: DedupeSettings
) -> Clusters:
    """Find copies of articles among themselves and in an index, and how those that are no copies relate.

    A document of the index with the id of an article given is an earlier state of it, and takes no part:
    the answer is the same before and after the articles were added.

    Returns:
        As `find_duplicates`, of the clusters that hold an article given and of the relations that such an
        article has; their other members are documents of the index.
    Raises:
        SettingsError, ValueError: as `find_duplicates`.
        IndexFormatError: a record of the index is damaged.
    """
    members = list(articles)
    given = {article.id for article in members}
    found = find_duplicates([*members, *neighbours(members, index, settings.duplicates)], settings)
    clusters = tuple(cluster for cluster in found.clusters if not given.isdisjoint(cluster.members))
    held = {member for cluster in clusters for member in cluster.members}
    return Clusters(
        clusters=clusters,
        relations=tuple(
            relation for relation in found.relations if relation.a in given or relation.b in given
        ),
        origins={article_id: origin for article_id, origin in found.origins.items() if article_id in held},
    )


def neighbours(articles: Sequence[Article], index: CorpusIndex, settings: DuplicateSettings) -> list[Article]:
    """Documents of an index that relate to some articles, and the copies of those; sorted by id."""
    found: dict[str, Article] = {}
    seen = {article.id for article in articles}
    for start in range(0, len(articles), _AT_ONCE):
        frontier, first = list(articles[start : start + _AT_ONCE]), True
        while frontier:
            related = {
                other.id: other
                for other, kind in _related(frontier, index, settings)
                if other.id not in seen and (first or kind == COPY)
            }
            seen |= related.keys()
            found |= related
            frontier = list(related.values())
            first = False
    return [article for _, article in sorted(found.items())]


def _related(
    articles: Sequence[Article], index: CorpusIndex, settings: DuplicateSettings
) -> Iterator[tuple[Article, int]]:
    """Documents of the index that relate to one of the articles, and how (a number of `relations.KINDS`)."""
    rows, numbers = index.candidates(index.sign(articles))
    distinct, places = np.unique(numbers, return_inverse=True)
    documents = index.articles(distinct.tolist())
    both = (*articles, *documents)
    texts = [tidy(article.text) for article in both]
    compared = Comparison(
        Chosen(texts.__getitem__, range(len(texts))),
        Tellings(Chosen(both.__getitem__, range(len(both)))),
        settings,
    )
    compared.add(np.stack([rows, len(articles) + places], axis=1))
    for (one, other), row in compared.rows.items():
        article, document = articles[one], documents[other - len(articles)]
        kind = compared.kinds[row]
        if kind == UNRELATED and folded(article) and folded(article) == folded(document):
            kind = COPY  # too short to be compared, and equal
        if kind != UNRELATED:
            yield document, kind
