"""The one way a document gets its id, so that a rerun gives the same file names."""

from __future__ import annotations

import hashlib

__all__ = ["document_id"]


def document_id(url: str) -> str:
    """First 16 hex digits of the SHA-256 of a canonical address, or of the text where there is none."""
    return hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()[:16]
