"""What makes results out of input and settings: this code, that of checks from elsewhere, the libraries."""

from __future__ import annotations

import hashlib
import inspect
import sys
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from dedupe.quality.registry import checks_of_documents

__all__ = ["code_digest"]

# Libraries whose next release may say something else of a text.
_LIBRARIES = ("ftfy", "numpy", "py3langid", "pydantic", "rapidfuzz")


def code_digest() -> bytes:
    """SHA-256 that changes with each of them."""
    digest = hashlib.sha256(sys.version.encode())
    for library in _LIBRARIES:
        digest.update(f"{library} {version(library)}\n".encode())
    for path in sorted({*_own_files(), *map(_file_of, checks_of_documents())}):
        digest.update(path.read_bytes())
    return digest.digest()


def _own_files() -> Iterable[Path]:
    package = Path(__file__).parent
    return (path for path in package.rglob("*") if path.is_file() and path.suffix != ".pyc")


def _file_of(check: object) -> Path:
    """The file of a check's code; checks may come from elsewhere."""
    return Path(inspect.getfile(type(check)))
