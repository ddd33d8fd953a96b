"""What stands already in other corpora, for a cleaning that takes it out of this one.

A document of another corpus is called `other:FOLDER/FILE` here: its own id may be that of a document of this
corpus, a page that both have. The name sorts after all ids, so that a cluster or a family of both corpora is
called by a document of this one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

from dedupe.corpus import Seed, check_corpus, read_documents
from dedupe.errors import CorpusFolderError
from dedupe.files import check_not_in_use
from dedupe.models import Article
from dedupe.progress import Progress
from dedupe.spool import Spool, StoredArticles, article_from, article_json

__all__ = ["check_others", "each_once", "is_other", "named_here", "others"]

_PREFIX = "other:"


def is_other(article_id: str) -> bool:
    """Whether a document is one of another corpus."""
    return article_id.startswith(_PREFIX)


def check_others(corpora: Sequence[Path], folder: Path) -> None:
    """Make sure that a corpus in `folder` can be compared with others.

    Raises:
        CorpusFolderError: one of them is no corpus, or the very folder.
        CorpusLockedError: a run is writing one of them.
    """
    for corpus in corpora:
        if corpus.resolve() == folder.resolve():
            raise CorpusFolderError(
                f"{corpus}: is the corpus that is to be written, which would leave nothing of it. "
                f"Give another one to compare with."
            )
        check_corpus(corpus)
        check_not_in_use(corpus)


def others(corpora: Sequence[Path], room: Path, progress: Progress) -> StoredArticles:
    """The documents of other corpora, under the names that they have here; `room`: where they are kept."""
    ids: list[str] = []
    kept = Spool(room, article_json, article_from)
    found = (named_here(corpus, read_documents(corpus)) for corpus in each_once(corpora))
    for article in progress(chain.from_iterable(found), "against"):
        kept.append(article)
        ids.append(article.id)
    return StoredArticles(kept.__getitem__, range(len(kept)), ids, room)


def each_once(corpora: Sequence[Path]) -> list[Path]:
    """Each of some corpora once, however often and by whatever path it is named."""
    return list({corpus.resolve(): corpus for corpus in corpora}.values())


def named_here(corpus: Path, documents: Iterable[Seed]) -> Iterator[Article]:
    """Documents of another corpus under the names that they have here."""
    for seed in documents:
        yield seed.article.model_copy(update={"id": f"{_PREFIX}{corpus.as_posix()}/{seed.name}"})
