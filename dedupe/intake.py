"""The intake of a cleaning: each article is looked at, mended and cut, and looked at again.

What comes of an article hangs on nothing but the article, the settings, a reviewer's decisions on it, and
which of its lines its site repeats. With a cache it is taken from there where an earlier run made it.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from typing import Generic, TypeVar

from dedupe.boilerplate.cutting import count_stories, cut_counted, in_batches, repeated_lines
from dedupe.boilerplate.repeated import Stories
from dedupe.cache import Cache
from dedupe.decisions import Decisions
from dedupe.documents import Documents, FiledDocument, came_in, filed, mended_in, recounted
from dedupe.engines import engine
from dedupe.fingerprint import code_digest
from dedupe.models import Article, Cut
from dedupe.progress import Counted, Progress
from dedupe.settings import DedupeSettings
from dedupe.spool import Spool, article_from, article_json
from dedupe.stages import Stage, Stages
from dedupe.steps import as_it_came, finish, look_at, named, sifted

__all__ = ["Intake"]

In = TypeVar("In")
Out = TypeVar("Out", bytes, FiledDocument)

# What the checks, the cut, and the first choice of what is wanted do not ask.
_OF_LATER_STEPS: dict[str, bool | set[str]] = {
    "duplicates": True,
    "engine": True,
    "quality": {"gate", "report_text"},
    "corpus": {"keep_contained", "whole_share", "version_share", "keep_versions"},
}

AfterCut = tuple[bytes, tuple[Article, list[Cut]]]
"""An article that was looked at, and what the cut made of it."""


@dataclass(frozen=True)
class _Asked(Generic[In, Out]):
    """Work on one article; what is known is not done."""

    work: In | None
    known: Out | None = None
    key: bytes = b""  # in the cache

    def or_made(self, made: Out | None) -> Out:
        """What is known, else what was made of the work."""
        result = made if self.known is None else self.known
        assert result is not None
        return result


class Intake:
    """Makes documents of articles; the steps `read`, `count` and `cut`.

    Args:
        stages: where finished steps stay after a kill.
        settings: of the cut, the checks and the engine.
        decisions: a reviewer's.
        progress: is shown each step.
        cache: of what earlier runs made; None: everything is made.
    """

    def __init__(
        self,
        stages: Stages,
        settings: DedupeSettings,
        decisions: Decisions,
        progress: Progress,
        cache: Cache | None,
    ) -> None:
        self._stages = stages
        self._settings = settings
        self._decisions = decisions
        self._progress = progress
        self._recall = None if cache is None else _Recall(cache, settings, decisions)

    def documents(self, articles: Iterable[Article]) -> Documents:
        """Cut the furniture, assess what is left, and set apart what no corpus wants."""
        stages = self._stages
        under_way = stages.begin("documents")
        documents = Documents(under_way)
        taken = self._taken(self._progress(articles, "read"), documents)
        looked_at = None
        if stages.are_left:  # whether by a run on this input shows when all of it is read
            whole = Spool(stages.folder, article_json, article_from)
            whole.extend(taken)
            stages.input_is(chain(whole.all_bytes(), under_way.all_bytes()))
            if (finished := stages.taken_up("documents")) is not None:
                return Documents(finished)
            taken = iter(whole)
            looked_at = stages.taken_up("looked_at")
        if looked_at is None:
            looked_at = self._look_at_all(taken, documents)
        for document in self._finished(looked_at):
            documents.add(document)
        documents.file = stages.finish(under_way)
        stages.drop(looked_at)
        return documents

    def _taken(self, articles: Iterable[Article], documents: Documents) -> Iterator[Article]:
        """The articles that are looked at; the others are added to the documents, as unwanted."""
        for article, why in sifted(map(named, articles), self._settings):
            if why is None:
                yield article
            else:
                documents.add(filed(as_it_came(article), why))

    def _look_at_all(self, articles: Iterable[Article], documents: Documents) -> Stage:
        """Check and mend articles; those that are not looked at are documents when all are taken."""
        looked_at = self._stages.begin("looked_at")
        look = partial(look_at, settings=self._settings, decisions=self._decisions)
        ask = _Asked if self._recall is None else self._recall.looked_at

        def kept() -> Iterator[bytes]:
            for asked, data in self._done(look, map(ask, articles)):
                if self._recall is not None and asked.known is None:
                    self._recall.keep_looked_at(asked.key, data)
                looked_at.append_bytes(data)
                yield came_in(data)

        self._stages.input_is(chain(kept(), documents.file.all_bytes()))
        return self._stages.finish(looked_at)

    def _finished(self, looked_at: Stage) -> Iterator[FiledDocument]:
        """The documents after the cut."""
        mended = _Mended(looked_at, self._progress)
        counted = count_stories(mended, self._settings.boilerplate)
        finish_one = partial(finish, settings=self._settings, decisions=self._decisions)
        for asked, document in self._done(finish_one, self._cut(looked_at, mended, counted)):
            if self._recall is not None and asked.known is None:
                self._recall.keep_document(asked.key, document)
            yield document

    def _cut(
        self, looked_at: Stage, mended: Iterable[Article], counted: Stories
    ) -> Iterator[_Asked[AfterCut, FiledDocument]]:
        """The articles after the cut, or as documents where they are known."""
        knobs = self._settings.boilerplate
        records = looked_at.all_bytes()
        for batch in in_batches(mended, knobs):
            came = list(islice(records, len(batch)))
            known: list[tuple[bytes, FiledDocument | None]] = [(b"", None)] * len(batch)
            if self._recall is not None:
                stories = repeated_lines(batch, counted, knobs)
                known = list(map(self._recall.document, map(came_in, came), batch, stories))
            unknown = [article for article, (_, document) in zip(batch, known, strict=True) if not document]
            cut = cut_counted(unknown, counted, knobs)
            for record, (key, document) in zip(came, known, strict=True):
                yield _Asked(None if document else (record, next(cut)), document, key)

    def _done(
        self, function: Callable[[In], Out], asked: Iterable[_Asked[In, Out]]
    ) -> Iterator[tuple[_Asked[In, Out], Out]]:
        """What was asked and what came of it, in order; where much is not known the engine does it."""
        stream = iter(asked)
        do = partial(_if_any, function)
        many = self._settings.engine.documents_for_workers
        while some := list(islice(stream, many)):
            if 2 * sum(each.known is None for each in some) > many:
                yield from self._by_engine(do, chain(some, stream))
            else:
                yield from ((each, each.or_made(do(each.work))) for each in some)

    def _by_engine(
        self, do: Callable[[In | None], Out | None], asked: Iterable[_Asked[In, Out]]
    ) -> Iterator[tuple[_Asked[In, Out], Out]]:
        under_way: deque[_Asked[In, Out]] = deque()

        def work() -> Iterator[In | None]:
            for each in asked:
                under_way.append(each)
                yield each.work

        for made in engine(self._settings.engine).map(do, work()):
            each = under_way.popleft()
            yield each, each.or_made(made)


def _if_any(function: Callable[[In], Out], work: In | None) -> Out | None:
    return None if work is None else function(work)


class _Mended:
    """The articles as the cut reads them, twice."""

    def __init__(self, looked_at: Stage, progress: Progress) -> None:
        self._looked_at = looked_at
        self._steps = iter(("count", "cut"))
        self._progress = progress

    def __iter__(self) -> Iterator[Article]:
        records = Counted(self._looked_at.all_bytes(), len(self._looked_at))
        return map(mended_in, self._progress(records, next(self._steps)))


class _Recall:
    """What earlier runs made of articles, by all that it hangs on."""

    def __init__(self, cache: Cache, settings: DedupeSettings, decisions: Decisions) -> None:
        self._cache = cache
        self._decisions = decisions
        self._rules = hashlib.sha256(code_digest())
        self._rules.update(settings.model_dump_json(exclude=_OF_LATER_STEPS).encode())

    def looked_at(self, article: Article) -> _Asked[Article, bytes]:
        """An article to look at."""
        data = article_json(article)
        key = self._key(b"looked_at", article.id, data)
        value = self._cache.get(key)
        return _Asked(article, key=key) if value is None else _Asked(None, data + b"\n" + value, key)

    def keep_looked_at(self, key: bytes, data: bytes) -> None:
        """Keep what `look_at` made, but for the article itself."""
        self._cache.put(key, data.partition(b"\n")[2])

    def document(
        self, came: bytes, article: Article, stories: dict[int, int]
    ) -> tuple[bytes, FiledDocument | None]:
        """The document of an article that came in so, whose lines stand on so many stories, and its key."""
        lines = ",".join(map(str, stories)).encode()
        key = self._key(b"document", article.id, came, lines)
        value = self._cache.get(key)
        return key, None if value is None else recounted(FiledDocument.from_bytes(value), stories)

    def keep_document(self, key: bytes, document: FiledDocument) -> None:
        """Keep what `finish` made."""
        self._cache.put(key, document.to_bytes())

    def _key(self, step: bytes, article_id: str, *made_from: bytes) -> bytes:
        digest = self._rules.copy()
        decisions = (each.model_dump_json().encode() for each in self._decisions.on(article_id))
        for part in (step, *made_from, *decisions):
            digest.update(len(part).to_bytes(8, "big") + part)
        return digest.digest()[:16]
