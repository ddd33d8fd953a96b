"""One command for all figures: `python -m benchmarks NAME [--kit FOLDER] [--predictions PATH] [--peers]`.

Each NAME is a module of this package with one function:

    run(kit: Path | None, predictions: Path | None, peers: bool) -> dict[str, float]

It prints its table and returns the figures that `floors.json` pins. A figure below its floor ends the
command with exit code 1; a floor goes down only on purpose, with the reason in the changelog.
"""

from __future__ import annotations

import argparse
import importlib
import json
import pkgutil
import sys
from pathlib import Path

import benchmarks

FLOORS = Path(__file__).with_name("floors.json")


def names() -> list[str]:
    """Modules of this package that can be run."""
    return sorted(
        module.name
        for module in pkgutil.iter_modules(benchmarks.__path__)
        if not module.name.startswith("_") and not module.ispkg
    )


def below_floor(name: str, figures: dict[str, float]) -> list[str]:
    """Sentences for the figures that fall below the floors pinned for `name`."""
    floors: dict[str, float] = json.loads(FLOORS.read_text(encoding="utf-8")).get(name, {})
    return [
        f"{name}: {figure} is {figures.get(figure, 'missing')}; its floor is {floor}"
        for figure, floor in sorted(floors.items())
        if not figures.get(figure, float("-inf")) >= floor
    ]


def main() -> int:
    """Run one benchmark and hold its figures against the floors."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.split("\n")[0])
    parser.add_argument("name", choices=names())
    parser.add_argument("--kit", type=Path, help="folder laid out like the kit of that name")
    parser.add_argument(
        "--predictions", type=Path, help="where to write the files that the kit's scorer reads"
    )
    parser.add_argument("--peers", action="store_true", help="run the other tools that are installed as well")
    options = parser.parse_args()
    module = importlib.import_module(f"benchmarks.{options.name}")
    figures = module.run(options.kit, options.predictions, options.peers)
    misses = below_floor(options.name, figures)
    print("\n".join(misses), file=sys.stderr, end="\n" if misses else "")
    return 1 if misses else 0


if __name__ == "__main__":
    raise SystemExit(main())
