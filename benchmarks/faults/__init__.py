"""Attacks and failures, tried on the whole: each family gives rows of what was expected and what was seen.

A family is a module of this package with a function `rows(kit, workdir)`, which gives its `Row`s as they come, and
where other tools can be put to the same cases, `peers(kit, workdir)`, which says by case how they fared.
`python -m benchmarks faults --kit KIT [--peers]` runs them all and prints the table; a failed row ends it with exit code 1.
"""

from __future__ import annotations

import argparse
import importlib
import multiprocessing
import pkgutil
import tempfile
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path

from benchmarks.faults.kit import Kit
from benchmarks.faults.row import Row

__all__ = ["add_arguments", "families", "run"]

WIDTHS = (40, 44, 60, 50)


def families() -> list[str]:
    """Modules of this package that can be run."""
    found = (module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))
    return sorted(name for name in found if name not in ("kit", "row"))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this benchmark can be asked for beside the kit."""
    parser.add_argument(
        "--scale", type=float, default=1.0, help="1: the sizes that the threats name; 0.01: a try"
    )
    parser.add_argument("--seed", type=int, default=0, help="of what the attacks draw by lot")
    parser.add_argument(
        "--only", action="append", choices=families(), help="one family, or several; none: all"
    )


def run(
    folder: Path | None,
    predictions: Path | None,  # noqa: ARG001
    peers: bool,
    scale: float = 1.0,
    seed: int = 0,
    only: Iterable[str] | None = None,
) -> dict[str, float]:
    """Print the table of all rows; the figures are how many there were, and how many failed."""
    if folder is None:
        raise SystemExit(
            "faults: --kit names the folder with the tools that attack: killer.py, sandbox.py, ..."
        )
    kit = Kit(folder.resolve(), scale, seed)
    seen: Counter[bool | None] = Counter()
    print(_line(("case", "expected", "seen", "peer")), flush=True)
    for family in only or families():
        with tempfile.TemporaryDirectory(prefix="seedbed-faults-") as workdir:
            others = _peers_of(family, kit, Path(workdir)) if peers else {}
            for row in _rows_of(family, kit, Path(workdir)):
                seen[row.passed] += 1
                mark = "FAILED: " if row.passed is False else ""
                cells = (f"{family}: {row.case}", row.expected, mark + row.seen, others.get(row.case, ""))
                print(_line(cells), flush=True)
    print(f"{seen.total()} cases, {seen[False]} failed, {seen[None]} not tried")
    return {"cases": seen.total(), "failed": seen[False], "not tried": seen[None]}


def _rows_of(family: str, kit: Kit, workdir: Path) -> Iterator[Row]:
    """The rows of a family as they come, from a process of its own.

    What a command takes is counted from what its parent held when it began: a family that measures in its own process
    would be counted to those after it. One that breaks has failed, and the others go on.
    """
    context = multiprocessing.get_context("fork")
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=_send_rows, args=(family, kit, workdir, sending))
    process.start()
    sending.close()
    try:
        while (row := receiving.recv()) is not None:
            yield row
    except EOFError:
        yield Row("all", "runs to its end", "its process was ended", False)
    process.join()


def _send_rows(family: str, kit: Kit, workdir: Path, sending: Connection) -> None:
    try:
        for row in importlib.import_module(f"benchmarks.faults.{family}").rows(kit, workdir):
            sending.send(row)
    except Exception as error:
        sending.send(Row("all", "runs to its end", repr(error), False))
    sending.send(None)


def _peers_of(family: str, kit: Kit, workdir: Path) -> dict[str, str]:
    """Case -> how another tool fared in it."""
    module = importlib.import_module(f"benchmarks.faults.{family}")
    if not hasattr(module, "peers"):
        return {}
    folder = workdir / "peers"
    folder.mkdir()
    told: dict[str, str] = module.peers(kit, folder)
    return told


def _line(cells: tuple[str, ...]) -> str:
    """One row of the table, each cell wrapped in its column."""
    plain = ("".join(sign if sign.isprintable() else "?" for sign in cell) for cell in cells)
    columns = [textwrap.wrap(cell, width) or [""] for cell, width in zip(plain, WIDTHS, strict=True)]
    height = max(map(len, columns))
    filled = [column + [""] * (height - len(column)) for column in columns]
    return "\n".join(
        "  ".join(f"{cell:{width}}" for cell, width in zip(line, WIDTHS, strict=True)).rstrip()
        for line in zip(*filled, strict=True)
    )
