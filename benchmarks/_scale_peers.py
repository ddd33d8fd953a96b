"""The stages of the cleaning beside tools that do the same work on the same articles: CPU time, in turn, in one process.

A tool that is not installed is left out.
"""

from __future__ import annotations

import importlib.util
import time
from collections import deque
from collections.abc import Callable, Sequence
from statistics import median
from typing import NamedTuple

from benchmarks._engines import ENGINES
from benchmarks.boilerplate import PEERS as CUTTERS
from dedupe import assess, cut_boilerplate
from dedupe.models import Article
from dedupe.settings import DedupeSettings

ROUNDS = 3


class Stage(NamedTuple):
    """A stage of ours, and who does its work."""

    ours: Callable[[Sequence[Article]], object]
    peers: dict[str, Callable[[Sequence[Article]], object]]


def beside(articles: Sequence[Article]) -> dict[str, float]:
    """Print what each stage takes; return how many times as many documents ours does in the same time."""
    figures = {}
    for name, stage in STAGES.items():
        tools = {"seedbed": stage.ours} | {peer: run for peer, run in stage.peers.items() if _is_here(peer)}
        for run in tools.values():
            run(articles[:20])  # tables and models are loaded once, however many documents come
        taken: dict[str, list[float]] = {tool: [] for tool in tools}
        for _ in range(ROUNDS):
            for tool, run in tools.items():
                began = time.process_time()
                run(articles)
                taken[tool].append(time.process_time() - began)
        for tool, seconds in taken.items():
            ratio = median(seconds) / median(taken["seedbed"])
            print(f"  {name:12} {tool:18} {len(articles) / median(seconds):10.0f} docs/cpu s {ratio:8.2f}")
            if tool != "seedbed":
                figures[f"{name} over {tool}"] = ratio
    return figures


def _is_here(peer: str) -> bool:
    missing = [part for part in peer.split(" and ") if importlib.util.find_spec(part) is None]
    for part in missing:
        print(f"  {part} is not installed and left out")
    return not missing


def _cut(articles: Sequence[Article]) -> object:
    return deque(cut_boilerplate(articles, DedupeSettings()), maxlen=0)


def _cutter(name: str) -> Callable[[Sequence[Article]], object]:
    """A tool that takes the lines of a text for paragraphs of a page."""
    return lambda articles: [CUTTERS[name](article.text.splitlines()) for article in articles]


def _clusters(name: str) -> Callable[[Sequence[Article]], object]:
    return lambda articles: deque(ENGINES[name]([article.text for article in articles])(), maxlen=0)


def _checked(articles: Sequence[Article]) -> object:
    settings = DedupeSettings()
    return [assess(article, settings) for article in articles]


def _language_and_repair(articles: Sequence[Article]) -> object:
    """Two of the things that the checks tell: in which language a text is, and whether it was decoded wrongly."""
    import ftfy
    import py3langid

    return [(py3langid.classify(article.text), ftfy.fix_text(article.text)) for article in articles]


STAGES = {
    "boilerplate": Stage(_cut, {name: _cutter(name) for name in CUTTERS}),
    "duplicates": Stage(_clusters("default"), {name: _clusters(name) for name in ("datasketch", "rensa")}),
    "checks": Stage(_checked, {"py3langid and ftfy": _language_and_repair}),
}
