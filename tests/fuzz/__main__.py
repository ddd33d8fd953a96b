"""Feed the targets made-up inputs, in turns, until the time is over or one breaks its promise.

    python -m tests.fuzz [TARGET ...] [--minutes 10]

What breaks one is shrunk, printed and kept in `.fuzz/`, from where the next run tries it first.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.database import DirectoryBasedExampleDatabase

from tests.fuzz.targets import TARGETS

# Inputs of one target before it is the next one's turn.
TURN = 200


def main(arguments: list[str]) -> int:
    """Return 0 where all promises held, else 1."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.fuzz", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument(
        "targets", nargs="*", metavar="TARGET", help=f"some of: {', '.join(TARGETS)} (default: all)"
    )
    parser.add_argument("--minutes", type=float, default=10, help="when to stop (default: 10)")
    given_up = parser.parse_args(arguments)
    names = given_up.targets or list(TARGETS)
    if unknown := sorted(set(names) - set(TARGETS)):
        parser.error(f"{unknown[0]}: no such target. There are: {', '.join(TARGETS)}.")
    end, tried = time.monotonic() + 60 * given_up.minutes, 0
    while time.monotonic() < end:
        for name in names:
            if not _holds(name):
                print(f"{name}: broke its promise; kept in .fuzz/", file=sys.stderr)
                return 1
            tried += TURN
    print(f"{tried} inputs, {len(names)} targets: every promise held")
    return 0


def _holds(name: str) -> bool:
    target = TARGETS[name]

    @settings(
        max_examples=TURN,
        deadline=None,
        database=DirectoryBasedExampleDatabase(".fuzz"),
        phases=(Phase.reuse, Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )
    @given(target.inputs)
    def promise(value: object) -> None:
        target.holds(value)

    try:
        promise()
    except Exception:
        traceback.print_exc()
        return False
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
