"""File names that are no seed's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dedupe.models import Severity
from dedupe.quality.folder import CorpusFile
from dedupe.quality.problem import Problem
from dedupe.quality.registry import file_check
from dedupe.settings import QualitySettings

__all__ = ["FilenameFormat"]

SEED_NAME = re.compile(r"(?:[0-9]{4,}/)?[0-9]{3,}_[0-9a-f]{16}\.txt")  # in a shard or in none


@file_check
class FilenameFormat:
    """Seeds are called NNN_<16 hex digits>.txt."""

    name = "filename_format"
    title = "Wrong file name"
    reason = "Tools that read the seed format do not see the file."
    remedy = "Rename it, or clean the corpus again from its source."

    def __call__(self, file: CorpusFile, settings: QualitySettings) -> Iterator[Problem]:
        """One problem a file."""
        if not SEED_NAME.fullmatch(file.name):
            yield Problem(Severity.DISTORTING, "A seed is called NNN_<16 hex digits>.txt.")
