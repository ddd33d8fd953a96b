"""What a long command shows of itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from dedupe.cleaning import SHARES, clean
from dedupe.inputs import estimated_count
from dedupe.models import Article
from dedupe.progress import Counted, WholeRun
from tests.dedupe.fictional import BRIDGE, FERRY

EDITED = f"{FERRY}\nThe harbour office will say more on Monday."


def test_the_steps_of_a_run_fill_one_bar_by_their_shares():
    """A step of known length fills its share as it goes, another when it is over; nothing is changed."""
    with WholeRun({"read": 0.5, "check": 0.3, "write": 0.2}) as progress:
        read = list(progress(iter("abcd"), "read"))
        after_reading = progress.done
        checked = progress(Counted(iter("abcd"), 4), "check")
        half = [next(checked), next(checked), next(checked)]

        assert (read, half) == (["a", "b", "c", "d"], ["a", "b", "c"])
        assert after_reading == pytest.approx(0.5)
        assert progress.done == pytest.approx(0.65)


def test_a_bar_never_runs_ahead_of_its_step():
    """The length of an input is an estimate; more than that may come."""
    with WholeRun({"read": 0.5, "check": 0.5}) as progress:
        assert len(list(progress(Counted(range(9), 3), "read"))) == 9
        assert progress.done == pytest.approx(0.5)


def test_the_steps_of_the_cleaning_are_those_whose_shares_are_known(tmp_path: Path):
    """Else the bar would stop, or end early."""
    assert sum(SHARES.values()) == pytest.approx(1)
    seen = []
    articles = [
        Article(id=f"{number:016x}", text=text) for number, text in enumerate((FERRY, BRIDGE, EDITED))
    ]

    with WholeRun(SHARES) as whole:

        def progress(items, step):
            seen.append(step)
            return whole(items, step)

        clean(articles, tmp_path / "corpus", progress=progress)

        assert seen == list(SHARES)
        assert whole.done == pytest.approx(1)


def test_how_many_records_a_file_holds_is_told_from_its_length(tmp_path: Path):
    """Without reading it, and that of a folder from its files; a packed file or a folder of seeds does not say."""
    path = tmp_path / "in.jsonl"
    path.write_text('{"id": "x", "text": "one"}\n' * 300_000)

    assert estimated_count(path) == pytest.approx(300_000, rel=0.001)
    assert estimated_count(tmp_path) == pytest.approx(300_000, rel=0.001)
    (tmp_path / "000_0123456789abcdef.txt").write_text("A seed.\n")
    assert estimated_count(tmp_path) is None
    assert estimated_count(tmp_path / "in.jsonl.gz") is None
