"""What can go wrong, each with a sentence that names the place and the way out."""

from __future__ import annotations

__all__ = [
    "INTERRUPTED",
    "CacheError",
    "CorpusFolderError",
    "CorpusLockedError",
    "CorpusNotCleanError",
    "DecisionError",
    "EmptyDocumentError",
    "IndexFormatError",
    "InputFormatError",
    "MissingExtraError",
    "SeedFormatError",
    "SeedbedError",
    "SettingsError",
    "WorkerError",
]


# Exit code of a command that was told to stop: 128 and the number of SIGINT, as shells have it.
INTERRUPTED = 130


class SeedbedError(Exception):
    """Base of every error a user may see; its text names what is wrong, where, and what to do.

    Commands print the text, without a traceback, and end with `exit_code`.
    """

    exit_code = 2


class SeedFormatError(SeedbedError):
    """A file does not follow the seed format."""


class InputFormatError(SeedbedError):
    """An input cannot be read as articles."""


class IndexFormatError(SeedbedError):
    """An index on disk is of another format, made by other signatures, or damaged."""


class SettingsError(SeedbedError):
    """A setting has an unknown name or a value out of its range."""


class CacheError(SeedbedError):
    """A file cannot be used as the cache of cleanings."""


class MissingExtraError(SeedbedError):
    """An optional dependency is not installed."""


class WorkerError(SeedbedError):
    """A worker process ended before its work was done."""


class EmptyDocumentError(SeedbedError):
    """A document without a single shingle was given where a set is needed."""


class CorpusFolderError(SeedbedError):
    """A corpus folder cannot be written or read as one."""


class CorpusLockedError(CorpusFolderError):
    """Another run is writing this corpus or crawl."""


class DecisionError(SeedbedError):
    """A reviewer's decision cannot be taken down."""


class CorpusNotCleanError(SeedbedError):
    """The gate does not let this corpus through."""

    exit_code = 1
