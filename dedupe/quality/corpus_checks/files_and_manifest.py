"""Files without a line in the manifest, lines without a file, and hashes that do not match."""

from __future__ import annotations

from collections.abc import Iterator

from dedupe.models import Severity, Verdict
from dedupe.quality.folder import CorpusFile
from dedupe.quality.problem import Problem
from dedupe.quality.registry import file_check
from dedupe.settings import QualitySettings

__all__ = ["HashMismatch", "MissingFile", "OrphanFile"]


@file_check
class OrphanFile:
    """A file that the manifest does not name."""

    name = "orphan_file"
    title = "File without a line in the manifest"
    reason = "Nobody can say where it came from, and tools that read the manifest leave it out."
    remedy = "Take it out of the folder, or clean the corpus again from its source."

    def __call__(self, file: CorpusFile, settings: QualitySettings) -> Iterator[Problem]:
        """One problem a file."""
        if file.listing is None:
            yield Problem(Severity.DISTORTING, "The manifest does not name this file.")


@file_check
class MissingFile:
    """A line of the manifest whose file is not there."""

    name = "missing_file"
    title = "Line in the manifest without a file"
    reason = "A document is counted that nobody can read."
    remedy = "Restore the file, or clean the corpus again from its source."

    def __call__(self, file: CorpusFile, settings: QualitySettings) -> Iterator[Problem]:
        """One problem a line."""
        if file.data is None:
            yield Problem(Severity.UNUSABLE, "The manifest names a file that is not there.")


@file_check
class HashMismatch:
    """A file whose bytes are not those that the manifest names."""

    name = "hash_mismatch"
    title = "Changed file"
    reason = "The file is not the one that was looked at."
    remedy = "Restore the file, or clean the corpus again from its source."

    def __call__(self, file: CorpusFile, settings: QualitySettings) -> Iterator[Problem]:
        """One problem a file."""
        named = file.listing.sha256 if file.listing else None
        if file.data is not None and named and named != file.sha256:
            yield Problem(
                Severity.UNUSABLE,
                f"Its SHA-256 begins {file.sha256[:12]}; the manifest says {named[:12]}.",
                action=Verdict.REVIEW,
            )
