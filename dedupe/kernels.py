"""Which inner loops run: a stage's compiled kernel, or its twin in numpy and Python with the same bits."""

from __future__ import annotations

import os
import warnings
from importlib import import_module
from typing import Any

__all__ = ["compiled", "kernel_names", "load"]

# Stage -> the number of what its kernel's functions take and give, as `INTERFACE` in its `_kernel.c`.
_INTERFACES = {"boilerplate": 1, "duplicates": 4, "quality": 5}


def load(name: str) -> Any:
    """The compiled kernel of the stage of that name, as `compiled` gives it."""
    return compiled(f"dedupe.{name}", _INTERFACES[name])


def compiled(package: str, interface: int) -> Any:
    """The compiled kernel of a package; None where there is none that fits this code.

    `SEEDBED_KERNEL=numpy` in the environment asks for the twin.

    Args:
        package: dotted.
        interface: the number of what its functions must take and give.
    """
    if os.environ.get("SEEDBED_KERNEL") == "numpy":
        return None
    try:
        kernel = import_module(f"{package}._kernel")
    except ImportError:  # installed without a compiler
        return None
    if getattr(kernel, "INTERFACE", 0) != interface:
        warnings.warn(
            f"the compiled kernel of {package.rpartition('.')[2]} was built from other code and is not used "
            "(slower, the same results): install Seedbed again to build it anew",
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
