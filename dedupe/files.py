"""Files written whole or not at all, and the lock that keeps a second run out.

Order of a write: temporary file in the same folder, fsync, rename, fsync of the folder. A kill at any
moment leaves the old file or the new one.
"""

from __future__ import annotations

import ctypes
import errno
import gzip
import hashlib
import json
import os
import socket
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from io import BufferedReader
from pathlib import Path
from typing import IO, Any, TypeVar, cast

from filelock import FileLock, Timeout
from pydantic import BaseModel, ValidationError

from dedupe.errors import CorpusFolderError, CorpusLockedError, InputFormatError

__all__ = [
    "HOLDER_NAME",
    "LOCK_NAME",
    "FilesTogether",
    "NotPlainError",
    "append_records",
    "check_not_in_use",
    "is_plain",
    "open_binary",
    "open_plain",
    "read_plain",
    "read_records",
    "run_lock",
    "sha256_of",
    "write_all",
    "write_bytes",
    "write_records",
    "write_text",
    "written_whole",
]

LOCK_NAME = ".lock"
# Says who holds the lock.
HOLDER_NAME = f"{LOCK_NAME}.holder"

# A link is not followed, and a pipe not waited for. Not every system knows them all.
PLAIN_FLAGS = sum(getattr(os, name, 0) for name in ("O_RDONLY", "O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))
NOT_PLAIN = "not a plain file (a link, a pipe, a device or a folder)"

RecordT = TypeVar("RecordT", bound=BaseModel)


class NotPlainError(OSError):
    """What stands under a name is no plain file, or larger than it may be."""


@contextmanager
def written_whole(path: Path) -> Iterator[IO[bytes]]:
    """A file to write beside its place, renamed into it at the end; nothing is left of one that fails.

    Raises:
        CorpusFolderError: the folder cannot be written or the disk is full; the old file is untouched.
    """
    beside = _beside(path)
    try:
        with _named_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            beside.unlink(missing_ok=True)  # of a killed run with the same number, or put there by somebody
            with beside.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
            _fsync_folder(path.parent)
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.part")


@contextmanager
def _named_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CorpusFolderError(
            f"{path}: cannot be written: {error.strerror or error}. What was there before is untouched; "
            f"make room or allow writing there, then run the same command again."
        ) from error


# Files written together from which on one sync of the file system costs less than one of each file.
_FEW = 32


class FilesTogether:
    """Files written beside their places, and renamed into them together when all are on the disk.

    A sync of each of a million files takes hours: one serves them all. Leaving the context without `place`
    takes away what was written.
    """

    def __init__(self) -> None:
        self._waiting: list[tuple[Path, Path]] = []  # where it is, where it goes

    def __enter__(self) -> FilesTogether:
        return self

    def __exit__(self, *problem: object) -> None:
        for beside, _ in self._waiting:
            with suppress(OSError):
                beside.unlink(missing_ok=True)

    def add(self, path: Path, data: bytes) -> None:
        """Write a file beside its place.

        Raises:
            CorpusFolderError: as `written_whole`.
        """
        beside = _beside(path)
        with _named_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            beside.unlink(missing_ok=True)
            self._waiting.append((beside, path))
            with beside.open("xb") as file:
                file.write(data)

    def sync(self) -> None:
        """Bring what was written to the disk.

        Raises:
            CorpusFolderError: as `written_whole`.
        """
        if not self._waiting:
            return
        with _named_errors(self._waiting[0][1]):
            if len(self._waiting) >= _FEW and _sync_file_system(self._waiting[0][0]):
                return
            for beside, _ in self._waiting:
                with beside.open("r+b") as file:
                    os.fsync(file.fileno())

    def place(self) -> None:
        """Rename the files into their places, after `sync`.

        Raises:
            CorpusFolderError: as `written_whole`.
        """
        folders = {path.parent for _, path in self._waiting}
        while self._waiting:
            beside, path = self._waiting[-1]
            with _named_errors(path):
                beside.replace(path)
            self._waiting.pop()
        for folder in sorted(folders):
            _fsync_folder(folder)


@cache
def _libc() -> Any:
    return ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None


def _sync_file_system(path: Path) -> bool:
    """Bring all of a file's file system to the disk, where the system can; says whether it did."""
    if not hasattr(_libc(), "syncfs"):
        return False
    handle = os.open(path, os.O_RDONLY)
    try:
        if _libc().syncfs(handle):
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    finally:
        os.close(handle)
    return True


def write_all(file: IO[bytes], data: bytes) -> None:
    """Write all of some bytes to a file without a buffer, which may take a part at a time.

    Raises:
        OSError: the disk is full or broken; a part may be written.
    """
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file beside its place and rename it into it; errors as `written_whole`."""
    with written_whole(path) as file:
        file.write(data)


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text with `\\n` line ends on every system; errors as `written_whole`."""
    write_bytes(path, text.encode("utf-8"))


def write_records(path: Path, records: Iterable[BaseModel]) -> None:
    """Write one JSON record a line; errors as `written_whole`."""
    with written_whole(path) as file:
        file.writelines(f"{record_line(record)}\n".encode() for record in records)


def append_records(path: Path, records: Iterable[BaseModel]) -> None:
    """Add one JSON record a line to a file, and bring it to the disk; a kill may tear the last line.

    Raises:
        CorpusFolderError: as `written_whole`.
    """
    with _named_errors(path), path.open("ab") as file:
        file.write("".join(f"{record_line(record)}\n" for record in records).encode())
        file.flush()
        os.fsync(file.fileno())


def record_line(record: BaseModel) -> str:
    """One record as one line of JSON: fields at their default are left out."""
    return record.model_dump_json(exclude_defaults=True)


def read_records(path: Path, model: type[RecordT]) -> Iterator[RecordT]:
    """Read what `write_records` wrote, one record at a time.

    Raises:
        InputFormatError: a line is not such a record; the error names file and line.
    """
    try:
        file = open_plain(path)
    except OSError as error:
        raise InputFormatError(f"{path}: cannot be read: {error.strerror or error}.") from error
    with file:
        for number, line in enumerate(file, 1):
            try:
                yield model.model_validate_json(line)
            except ValidationError as error:
                raise InputFormatError(
                    f"{path}, line {number}: not a {model.__name__}: {first_problem(error)}. "
                    f"Restore the file, or write the corpus again with `dedupe clean`."
                ) from error


def first_problem(error: ValidationError) -> str:
    """The first complaint of pydantic, on one line."""
    problem = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in problem["loc"])
    says = str(problem["msg"]).removeprefix("Value error, ")
    return f"{place}: {says}" if place else says


def open_plain(path: Path) -> BufferedReader:
    """Open a file for reading, only if it is one: a link may lead anywhere, and a pipe never ends.

    Raises:
        NotPlainError: it is a link, a pipe, a device or a folder.
        OSError: it cannot be opened.
    """
    if path.is_symlink():  # said by name, also where the system knows no O_NOFOLLOW
        raise NotPlainError(errno.ELOOP, NOT_PLAIN)
    handle = os.open(path, PLAIN_FLAGS)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise NotPlainError(errno.EINVAL, NOT_PLAIN)
    return os.fdopen(handle, "rb")


def read_plain(path: Path, most: int) -> bytes:
    """All bytes of a plain file.

    Raises:
        NotPlainError: it is none, or holds more than `most` bytes.
        OSError: it cannot be opened or read.
    """
    with open_plain(path) as file:
        size = os.fstat(file.fileno()).st_size
        if size > most:
            raise NotPlainError(errno.EFBIG, f"holds {size:,} bytes; the most is {most:,}")
        return file.read(most)


def is_plain(path: Path) -> bool:
    """Whether there is a file under a name, and no link, pipe or device."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except (OSError, ValueError):
        return False


def sha256_of(path: Path) -> str:
    """SHA-256 of a plain file's bytes, in hexadecimal; errors as `open_plain`."""
    with open_plain(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def open_binary(path: Path) -> IO[bytes]:
    """Open a file for reading, unpacking `.gz` and `.zst` by its name."""
    if path.suffix == ".gz":
        return cast("IO[bytes]", gzip.open(path, "rb"))
    if path.suffix == ".zst":
        if sys.version_info >= (3, 14):
            from compression import zstd
        else:
            from backports import zstd
        return cast("IO[bytes]", zstd.open(path, "rb"))
    return path.open("rb")


@contextmanager
def run_lock(folder: Path, doing: str) -> Iterator[None]:
    """Hold a folder for one run; a second one is refused at once with the holder's name.

    Raises:
        CorpusLockedError: another run holds it.
        CorpusFolderError: the folder cannot be made or written.
    """
    holder = folder / HOLDER_NAME
    lock = FileLock(folder / LOCK_NAME)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if (folder / LOCK_NAME).exists() and not is_plain(folder / LOCK_NAME):
            raise NotPlainError(errno.EINVAL, f"{LOCK_NAME} is {NOT_PLAIN}")
        lock.acquire(timeout=0)
    except Timeout:
        raise _in_use(folder) from None
    except OSError as error:
        raise CorpusFolderError(
            f"{folder}: cannot be written: {error.strerror or error}. "
            f"Choose another folder, or allow writing there."
        ) from error
    try:
        write_text(holder, f"`{doing}` (process {os.getpid()} on {socket.gethostname()})")
        yield
    finally:
        with suppress(OSError):
            holder.unlink()
        lock.release()


def check_not_in_use(folder: Path) -> None:
    """Make sure that no run holds a folder at this moment; nothing is written.

    Raises:
        CorpusLockedError: a run holds it.
    """
    if is_plain(folder / LOCK_NAME):
        lock = FileLock(folder / LOCK_NAME)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise _in_use(folder) from None
        except OSError:  # it is told when the folder is to be written
            return
        lock.release()


def _in_use(folder: Path) -> CorpusLockedError:
    who = _holder(folder / HOLDER_NAME)
    return CorpusLockedError(f"{folder}: in use by {who}. Wait for it to end, or end it first.")


def _holder(path: Path) -> str:
    """Who says that the lock is his."""
    try:
        return read_plain(path, 1000).decode("utf-8", "replace")
    except OSError:  # between taking the lock and saying so
        return "another run"


def _fsync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows cannot open a folder; its rename is journaled
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # the file is in place already; some network systems cannot do this
            os.fsync(handle)
    finally:
        os.close(handle)


def to_json(data: object) -> str:
    """JSON text of plain data: sorted keys, two spaces, so that a diff of two runs is readable."""
    return json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
