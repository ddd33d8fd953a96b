"""Which inner loops run: the compiled kernel, or its twin in numpy and Python with the same bits."""

from __future__ import annotations

import os
from typing import Any

__all__ = ["kernel", "kernel_name"]

kernel: Any = None
"""The compiled module, or None. `SEEDBED_KERNEL=numpy` in the environment asks for the twin."""

if os.environ.get("SEEDBED_KERNEL") != "numpy":
    try:
        from dedupe.duplicates import _kernel as kernel  # type: ignore[no-redef,attr-defined,unused-ignore]
    except ImportError:  # installed without a compiler
        kernel = None


def kernel_name() -> str:
    """What `dedupe --version` says of the kernel."""
    return "numpy" if kernel is None else "C"
