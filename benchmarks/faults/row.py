"""One line of the table that the command prints."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Row"]


@dataclass(frozen=True)
class Row:
    """One attack or failure, and how it went."""

    case: str
    expected: str
    seen: str
    passed: bool | None  # None: this machine has not what it takes to try
