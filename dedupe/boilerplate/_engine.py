"""The compiled kernel of this stage, or None."""

from __future__ import annotations

from dedupe.kernels import load

__all__ = ["kernel"]

kernel = load("boilerplate")
