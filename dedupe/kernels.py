"""Which inner loops run: a stage's compiled kernel, or its twin in numpy and Python with the same bits."""

from __future__ import annotations

import os
import warnings
from importlib import import_module
from typing import Any

__all__ = ["kernel_names", "load"]

# Stage -> the number of what its kernel's functions take and give, as `INTERFACE` in its `_kernel.c`.
_INTERFACES = {"boilerplate": 1, "duplicates": 3, "quality": 3}


def load(stage: str) -> Any:
    """The compiled kernel of a stage; None where there is none that fits this code.

    `SEEDBED_KERNEL=numpy` in the environment asks for the twin.
    """
    if os.environ.get("SEEDBED_KERNEL") == "numpy":
        return None
    try:
        kernel = import_module(f"dedupe.{stage}._kernel")
    except ImportError:  # installed without a compiler
        return None
    if getattr(kernel, "INTERFACE", 0) != _INTERFACES[stage]:
        warnings.warn(
            f"the compiled kernel of {stage} was built from other code and is not used (slower, the same "
            "results): install Seedbed again to build it anew",
            stacklevel=2,
        )
        return None
    return kernel


def kernel_names() -> str:
    """What `dedupe --version` says of the kernels: "C", "numpy", or which stages run in which."""
    compiled = {stage: load(stage) is not None for stage in _INTERFACES}
    if len(set(compiled.values())) == 1:
        return "C" if all(compiled.values()) else "numpy"
    return ", ".join(
        f"{'C' if is_compiled else 'numpy'} for {stage}" for stage, is_compiled in compiled.items()
    )
