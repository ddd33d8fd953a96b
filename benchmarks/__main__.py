"""One command for all figures: `python -m benchmarks NAME [--kit FOLDER] [--predictions PATH] [--peers]`.

Each NAME is a module of this package with one function:

    run(kit: Path | None, predictions: Path | None, peers: bool) -> dict[str, float]

and, where it can be asked for more, `add_arguments(parser)`, whose options `run` takes by name. It prints its table
and returns the figures that `floors.json` pins: a number is a floor, {"most": number} a ceiling. Those under NAME are
expected of every run, those under "NAME, where measured" of a run that has the figure (a kit's, a peer's). A figure
past its floor ends the command with exit code 1; a floor goes down only on purpose, with the reason in the changelog.
"""

from __future__ import annotations

import argparse
import importlib
import json
import math
import pkgutil
import sys
from pathlib import Path

import benchmarks

FLOORS = Path(__file__).with_name("floors.json")


def names() -> list[str]:
    """Modules and packages of this package that can be run."""
    found = (module.name for module in pkgutil.iter_modules(benchmarks.__path__))
    return sorted(name for name in found if not name.startswith("_"))


def below_floor(name: str, figures: dict[str, float]) -> list[str]:
    """Sentences for the figures that are past the floors pinned for `name`."""
    pinned: dict[str, dict[str, float | dict[str, float]]] = json.loads(FLOORS.read_text(encoding="utf-8"))
    floors = dict(pinned.get(name, {}))
    floors |= {
        figure: floor
        for figure, floor in pinned.get(f"{name}, where measured", {}).items()
        if figure in figures
    }
    misses = []
    for figure, floor in sorted(floors.items()):
        value = figures.get(figure, math.nan)
        if isinstance(floor, dict):
            if not value <= floor["most"]:
                misses.append(f"{name}: {figure} is {value}; at most {floor['most']} is allowed")
        elif not value >= floor:
            misses.append(f"{name}: {figure} is {value}; its floor is {floor}")
    return misses


def main() -> int:
    """Run one benchmark and hold its figures against the floors."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.split("\n")[0])
    parser.add_argument("name", choices=names())
    parser.add_argument("--kit", type=Path, help="folder laid out like the kit of that name")
    parser.add_argument(
        "--predictions", type=Path, help="where to write the files that the kit's scorer reads"
    )
    parser.add_argument("--peers", action="store_true", help="run the other tools that are installed as well")
    first = argparse.ArgumentParser(add_help=False)
    first.add_argument("name", nargs="?")
    name = first.parse_known_args()[0].name
    module = importlib.import_module(f"benchmarks.{name}") if name in names() else None
    if hasattr(module, "add_arguments"):
        module.add_arguments(parser)
    options = vars(parser.parse_args())
    del options["name"]
    assert module is not None, "the parser refuses other names"
    figures = module.run(options.pop("kit"), options.pop("predictions"), options.pop("peers"), **options)
    misses = below_floor(name, figures)
    print("\n".join(misses), file=sys.stderr, end="\n" if misses else "")
    return 1 if misses else 0


if __name__ == "__main__":
    raise SystemExit(main())
