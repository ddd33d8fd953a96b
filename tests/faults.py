"""A disk that fails, or a process that is killed, at the nth step of writing: each write, fsync and rename is one."""

from __future__ import annotations

import errno
import io
import os
import signal
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

__all__ = ["FailingDisk", "kill_at"]


class FailingDisk:
    """From the nth step on every write, fsync and rename fails; a write that fails has written half.

    Args:
        at: steps that succeed.
        number: ENOSPC, EIO, ... ; None: the process is killed at that step.
    """

    def __init__(self, at: int, number: int | None = errno.ENOSPC) -> None:
        self.left = at
        self._number = number

    @property
    def failed(self) -> bool:
        """Whether any step has failed."""
        return self.left < 0

    def install(self, set_attribute: Callable[[Any, str, Any], None] = setattr) -> None:
        """Stand between this process and its files; pytest's `monkeypatch.setattr` takes it away again."""
        fsync, replace, opened = os.fsync, Path.replace, io.open

        def failing_fsync(handle: int) -> None:
            self.step()
            fsync(handle)

        def failing_replace(path: Path, target: Path) -> Path:
            self.step()
            return replace(path, target)

        def failing_open(file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
            real = opened(file, mode, *args, **kwargs)
            return _FailingFile(real, self) if "b" in mode and set(mode) & set("wxa+") else real

        set_attribute(os, "fsync", failing_fsync)
        set_attribute(Path, "replace", failing_replace)
        set_attribute(io, "open", failing_open)

    def step(self, before: Callable[[], object] = lambda: None) -> None:
        """Count a step; fail, after doing something, if it is one that fails."""
        self.left -= 1
        if self.left >= 0:
            return
        before()
        if self._number is None:
            os.kill(os.getpid(), signal.SIGKILL)
        else:
            raise OSError(self._number, os.strerror(self._number))


class _FailingFile:
    """A file whose writes are steps."""

    def __init__(self, real: Any, disk: FailingDisk) -> None:
        self._real = real
        self._disk = disk

    def write(self, data: bytes) -> int:
        self._disk.step(lambda: self._real.write(bytes(data)[: len(data) // 2]))
        return int(self._real.write(data))

    def writelines(self, lines: Iterable[bytes]) -> None:
        for line in lines:
            self.write(line)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._real)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def __enter__(self) -> _FailingFile:
        return self

    def __exit__(self, *problem: object) -> None:
        self._real.close()


def kill_at(step: int) -> None:
    """Let this process be killed at a step of writing."""
    FailingDisk(step, None).install()
