"""What the finished steps of a cleaning left, so that the same command takes up from there after a kill.

The records of a step lie in a file of the corpus's folder, `.NAME.stage`, which gets that name when it is
whole. At its end stand the place where each record ends, how many there are, the digest of all that they
were made from (input, settings, decisions, the code), and the SHA-256 of the whole. A file of which any of
that is another does not count, so that nothing has to be brought to the disk in time: what a power cut
tears is thrown away. When the run is done they all go.
"""

from __future__ import annotations

import hashlib
import logging
import os
import struct
import sys
from array import array
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO, Self

from dedupe.corpus import STAGE_NAME
from dedupe.decisions import Decisions
from dedupe.files import open_plain
from dedupe.fingerprint import code_digest
from dedupe.settings import DedupeSettings
from dedupe.spool import Spool

__all__ = ["Stage", "StageUnderWay", "Stages"]

log = logging.getLogger(__name__)

_UNFINISHED = ".*.stage.*.part"
_FOOTER = struct.Struct("<8sQ32s32s")  # format, records, what they were made from, SHA-256 of all before
_FORMAT = b"stage 1\n"
_AT_ONCE = 1 << 20  # bytes that are read and digested at once


class StageUnderWay(Spool[bytes]):
    """The records of a step that is not finished; a kill leaves a file that the next run deletes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._part = path.with_name(f"{path.name}.{os.getpid()}.part")
        self._digest = hashlib.sha256()
        super().__init__(path.parent, bytes, bytes)

    def _opened(self) -> IO[bytes]:
        return self._part.open("x+b")

    def append_bytes(self, data: bytes) -> None:
        """Add one record."""
        super().append_bytes(data)
        self._digest.update(data)

    def finish(self, made_from: bytes) -> Stage:
        """Close the file with its footer, and give it its name."""
        ends = _little_endian(self._ends).tobytes()
        head = _FOOTER.pack(_FORMAT, len(self), made_from, bytes(32))[:-32]
        self._digest.update(ends + head)
        with self._named_errors():
            self._file.write(ends + head + self._digest.digest())
            self._file.close()
            self._part.replace(self.path)
        return Stage(self.path, self._ends)

    def close(self) -> None:
        """Let the file go, and delete it if it was not finished."""
        with suppress(OSError):  # of a full disk: what was not written is not needed
            super().close()
        self._part.unlink(missing_ok=True)


class Stage(Spool[bytes]):
    """The records of a finished step."""

    def __init__(self, path: Path, ends: array[int]) -> None:
        self.path = path
        super().__init__(path.parent, bytes, bytes)
        self._ends = ends
        self._flushed = ends[-1]

    def _opened(self) -> IO[bytes]:
        return open_plain(self.path)


class Stages:
    """The stage files of one run, in the folder that it holds."""

    def __init__(self, folder: Path, settings: DedupeSettings, decisions: Decisions) -> None:
        self.folder = folder
        self._rules = hashlib.sha256(code_digest())
        self._rules.update(settings.model_dump_json(exclude={"engine"}).encode())
        for decision in decisions.standing:
            self._rules.update(decision.model_dump_json().encode())
        self._made_from = self._rules
        self._open: list[StageUnderWay | Stage] = []
        for part in folder.glob(_UNFINISHED):
            part.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *problem: object) -> None:
        """Delete what is not finished; of a run that is done, everything."""
        for stage in self._open:
            stage.close()
        if kind is None:
            self._delete(self._finished())

    @property
    def are_left(self) -> bool:
        """Whether an earlier run finished steps before it was killed."""
        return bool(self._finished())

    def input_is(self, records: Iterable[bytes]) -> None:
        """Say what all steps are made from, beside settings, decisions and code."""
        self._made_from = self._rules.copy()
        self.input_is_also(records)

    def input_is_also(self, records: Iterable[bytes]) -> None:
        """Say what else the steps to come are made from."""
        for record in records:
            self._made_from.update(record)

    def begin(self, name: str) -> StageUnderWay:
        """A file for the records of a step."""
        stage = StageUnderWay(self._path(name))
        self._open.append(stage)
        return stage

    def finish(self, stage: StageUnderWay) -> Stage:
        """The same as a step that is finished."""
        finished = stage.finish(self._made_from.digest())
        self._open.append(finished)
        return finished

    def taken_up(self, name: str) -> Stage | None:
        """What an earlier run left of a step; None: nothing, or it was thrown away."""
        path = self._path(name)
        if path not in self._finished():
            return None
        ends = _ends_if_whole(path, self._made_from.digest())
        if ends is None:
            self._throw_away()
            return None
        stage = Stage(path, ends)
        self._open.append(stage)
        return stage

    def _throw_away(self) -> None:
        """Delete what earlier runs left and this one has not taken up."""
        log.warning(
            "%s: what a run before had finished is of another input, of other settings or damaged; "
            "it is thrown away.", self.folder,
        )  # fmt: skip
        in_use = {stage.path for stage in self._open if isinstance(stage, Stage)}
        self._delete(path for path in self._finished() if path not in in_use)

    def drop(self, stage: Stage) -> None:
        """Delete the records of a step that the steps to come do without."""
        stage.close()
        self._delete([stage.path])

    def _path(self, name: str) -> Path:
        return self.folder / f".{name}.stage"

    def _finished(self) -> list[Path]:
        return [path for path in self.folder.glob(".*.stage") if STAGE_NAME.fullmatch(path.name)]

    def _delete(self, paths: Iterable[Path]) -> None:
        for path in paths:
            with suppress(OSError):  # it is thrown away by the next run, and takes no part until then
                path.unlink(missing_ok=True)


def _ends_if_whole(path: Path, made_from: bytes) -> array[int] | None:
    """Where the records of a stage file end; None: it was made from something else, or is damaged."""
    with suppress(OSError), open_plain(path) as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _FOOTER.size))
        footer = file.read()
        if len(footer) < _FOOTER.size:
            return None
        form, records, made, checksum = _FOOTER.unpack(footer)
        start = size - _FOOTER.size - 8 * (records + 1)
        if (form, made) != (_FORMAT, made_from) or start < 0:
            return None
        if _digest_of(file, size - len(checksum)) != checksum:
            return None
        file.seek(start)
        ends = array("q", file.read(8 * (records + 1)))
        return _little_endian(ends)
    return None


def _digest_of(file: IO[bytes], length: int) -> bytes:
    """SHA-256 of the first bytes of a file."""
    digest = hashlib.sha256()
    file.seek(0)
    while length:
        block = file.read(min(length, _AT_ONCE))
        digest.update(block)
        length -= len(block)
    return digest.digest()


def _little_endian(numbers: array[int]) -> array[int]:
    """Numbers of this machine as they stand in a file, and back."""
    if sys.byteorder == "little":
        return numbers
    turned = array("q", numbers)
    turned.byteswap()
    return turned
