"""How well each check does on documents with planted defects, as measured last.

`python -m benchmarks quality --kit FOLDER --predictions PRED` writes them to `PRED/measured.json`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

__all__ = ["Figures", "measured"]


@dataclass(frozen=True)
class Figures:
    """Of one kind of finding."""

    planted: int  # documents with the defect
    precision: float  # share of its findings that are right
    recall: float  # share of the planted documents that it finds
    false_alarms: float  # share of the documents without the defect that it flags


@cache
def measured() -> dict[str, Figures]:
    """Kind of finding -> figures."""
    text = (files("dedupe.quality") / "measured.json").read_text(encoding="utf-8")
    return {name: Figures(**figures) for name, figures in json.loads(text).items()}
