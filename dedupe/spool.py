"""Records kept in a temporary file and read one by one: memory holds eight bytes of each, however long."""

from __future__ import annotations

import os
import tempfile
import weakref
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import IO, Generic, Self, TypeVar, overload

from pydantic import TypeAdapter

from dedupe.errors import CorpusFolderError
from dedupe.models import Article

__all__ = ["Chosen", "Spool", "StoredArticles", "article_from", "article_json", "texts_in"]

Item = TypeVar("Item")

_AT_ONCE = 1 << 20  # bytes that are read at once where all records are read in order


class Chosen(Sequence[Item]):
    """Items by their numbers, each looked up when it is asked for."""

    def __init__(self, look_up: Callable[[int], Item], numbers: Sequence[int]) -> None:
        self._look_up = look_up
        self._numbers = numbers

    @classmethod
    def all_of(cls, items: Sequence[Item]) -> Chosen[Item]:
        """Every item of a sequence."""
        return Chosen(items.__getitem__, range(len(items)))

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, place: int) -> Item: ...
    @overload
    def __getitem__(self, place: slice) -> list[Item]: ...
    def __getitem__(self, place: int | slice) -> Item | list[Item]:
        if isinstance(place, slice):
            return [self._look_up(number) for number in self._numbers[place]]
        return self._look_up(self._numbers[place])

    def __iter__(self) -> Iterator[Item]:
        return map(self._look_up, self._numbers)

    def at(self, places: Iterable[int]) -> list[Item]:
        """Those at some places."""
        return [self._look_up(self._numbers[place]) for place in places]


class Spool(Sequence[Item], Generic[Item]):
    """A sequence that grows at its end and lives in a file without a name, which goes with this object.

    A kill leaves nothing of it. Several threads may read, one at a time may write, and not both at once.

    Args:
        folder: in whose file system the file lies; None: the folder for temporary files.
        encode: item -> bytes.
        decode: the same back.
    Raises:
        CorpusFolderError: the folder cannot be written, or the disk is full; while appending too.
    """

    def __init__(
        self, folder: Path | None, encode: Callable[[Item], bytes], decode: Callable[[bytes], Item]
    ) -> None:
        self._encode = encode
        self._decode = decode
        self._is_given = folder is not None
        self.folder = folder or Path(tempfile.gettempdir())
        self._ends = array("q", [0])
        self._flushed = 0
        self._lock = Lock()
        with self._named_errors():
            self._file = self._opened()
        weakref.finalize(self, self._file.close)

    def _opened(self) -> IO[bytes]:
        # Where a file cannot be without a name it has that of a part of a write for a moment.
        return tempfile.TemporaryFile(dir=self.folder, prefix=".spool.", suffix=f".{os.getpid()}.part")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the file go."""
        self._file.close()

    def append(self, item: Item) -> None:
        """Add one item."""
        self.append_bytes(self._encode(item))

    def append_bytes(self, data: bytes) -> None:
        """Add one item that was encoded already."""
        with self._named_errors():
            self._file.write(data)
        self._ends.append(self._ends[-1] + len(data))

    def extend(self, items: Iterable[Item]) -> None:
        """Add some items."""
        for item in items:
            self.append(item)

    def __len__(self) -> int:
        return len(self._ends) - 1

    @overload
    def __getitem__(self, place: int) -> Item: ...
    @overload
    def __getitem__(self, place: slice) -> list[Item]: ...
    def __getitem__(self, place: int | slice) -> Item | list[Item]:
        if isinstance(place, slice):
            return [self[number] for number in range(*place.indices(len(self)))]
        return self._decode(self.bytes_of(place))

    def bytes_of(self, number: int) -> bytes:
        """One item as it is encoded."""
        if not 0 <= number < len(self):
            raise IndexError(number)
        start, end = self._ends[number], self._ends[number + 1]
        return self._read(start, end)

    def all_bytes(self) -> Iterator[bytes]:
        """All items as they are encoded, in order."""
        number = 0
        while number < len(self):
            first, start = number, self._ends[number]
            while number < len(self) and (number == first or self._ends[number + 1] - start <= _AT_ONCE):
                number += 1
            block = self._read(start, self._ends[number])
            for place in range(first, number):
                yield block[self._ends[place] - start : self._ends[place + 1] - start]

    def __iter__(self) -> Iterator[Item]:
        return map(self._decode, self.all_bytes())

    def _read(self, start: int, end: int) -> bytes:
        with self._named_errors():
            if self._flushed < self._ends[-1]:
                with self._lock:
                    self._file.flush()
                    self._flushed = self._ends[-1]
            if hasattr(os, "pread"):
                return os.pread(self._file.fileno(), end - start, start)
            with self._lock:
                place = self._file.tell()
                self._file.seek(start)
                data = self._file.read(end - start)
                self._file.seek(place)
                return data

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            elsewhere = "choose another folder" if self._is_given else "name another folder in TMPDIR"
            raise CorpusFolderError(
                f"{self.folder}: cannot be written: {error.strerror or error}. Articles are kept "
                f"there for a while: make room, or {elsewhere}, then run the same command again."
            ) from error


def texts_in(folder: Path | None) -> Spool[str]:
    """A spool of texts."""
    return Spool(folder, _as_bytes, _as_text)


def _as_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _as_text(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")


_ARTICLE = TypeAdapter(Article)


def article_json(article: Article) -> bytes:
    """An article on one line."""
    return _ARTICLE.dump_json(article, exclude_defaults=True)


def article_from(data: bytes) -> Article:
    """What `article_json` wrote."""
    return _ARTICLE.validate_json(data)


class StoredArticles(Chosen[Article]):
    """Articles that are read from a file when they are asked for.

    Args:
        look_up: number of an article -> the article.
        numbers: of the articles.
        ids: of the articles, in the same order.
        folder: where more may be kept for a while.
    """

    def __init__(
        self, look_up: Callable[[int], Article], numbers: Sequence[int], ids: Sequence[str], folder: Path
    ) -> None:
        super().__init__(look_up, numbers)
        self.ids = ids
        self.folder = folder

    def with_more(self, more: StoredArticles) -> StoredArticles:
        """These, and after them some others."""
        if not more:
            return self
        own = len(self)

        def look_up(place: int) -> Article:
            return self[place] if place < own else more[place - own]

        return StoredArticles(look_up, range(own + len(more)), [*self.ids, *more.ids], self.folder)

    def sorted(self) -> StoredArticles:
        """The same by id."""
        order = sorted(range(len(self)), key=self.ids.__getitem__)
        numbers = array("q", (self._numbers[place] for place in order))
        return StoredArticles(self._look_up, numbers, [self.ids[place] for place in order], self.folder)
