"""What measures the project is itself held against cases that can be worked out by hand."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

from benchmarks import __main__ as command
from benchmarks import _planted, _scores, crawl, faults
from benchmarks._engines import joined
from benchmarks.cluster import _told as spark_told
from benchmarks.faults import _corpus
from benchmarks.faults.kit import Kit
from benchmarks.faults.row import Row
from dedupe.models import Cluster, Clusters, Relation, RelationKind


def test_a_figure_past_its_floor_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Floors and ceilings hold; a figure that every run owes is missed, one of a kit is not."""
    floors = tmp_path / "floors.json"
    floors.write_text(
        json.dumps({"x": {"speed": 2.0, "lost": {"most": 0}}, "x, where measured": {"kit: F1": 0.9}})
    )
    monkeypatch.setattr(command, "FLOORS", floors)

    assert command.below_floor("x", {"speed": 2.0, "lost": 0}) == []
    assert command.below_floor("x", {"speed": 1.9, "lost": 1, "kit: F1": 0.8}) == [
        "x: kit: F1 is 0.8; its floor is 0.9",
        "x: lost is 1; at most 0 is allowed",
        "x: speed is 1.9; its floor is 2.0",
    ]
    assert command.below_floor("x", {}) == [
        "x: lost is nan; at most 0 is allowed",
        "x: speed is nan; its floor is 2.0",
    ]


def test_the_crawls_table_stars_what_is_short(capsys: pytest.CaptureFixture[str]) -> None:
    """A line a figure: what it is to be, ours, and the peers'; each aim holds from its own side."""
    good = {figure: aim[1] if aim else 1.0 for figure, aim in crawl.AIMS.items()}
    bad = good | {"recall_at_budget": 0.94, "waste": 0.04, "requests": 400.0}

    crawl.print_table({crawl.OURS: good, "peer": bad})
    assert "*" not in capsys.readouterr().out

    crawl.print_table({crawl.OURS: bad, "peer": good})
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines if line.endswith("*")] == ["recall_at_budget", "waste"]
    assert "recall_at_budget          >= 0.95          0.940          0.950 *" in lines


def cluster(*members: str) -> Cluster:
    return Cluster(
        id=members[0], family=members[0], members=members, representative=members[0], reason="the first"
    )


def test_scores_are_those_worked_out_by_hand() -> None:
    """Gold {a b c} {d}, found {a b} {c d}; c and d only tell of one event."""
    truth = [{"id": name, "cluster": "1" if name != "d" else "2", "kind": kind} for name, kind in
             [("a", "original"), ("b", "trims"), ("c", "ocr"), ("d", "original")]]  # fmt: skip
    labels = {
        ("a", "b"): "near_duplicate", ("a", "c"): "near_duplicate", ("b", "c"): "near_duplicate", ("c", "d"): "same_event_only"
    }  # fmt: skip
    relation = Relation(
        a="a", b="b", relation=RelationKind.NEAR_DUPLICATE, similarity=0.9, containment_a=1, containment_b=1
    )
    found = Clusters(clusters=(cluster("a", "b"), cluster("c", "d")), relations=(relation,))

    scores = _scores.against_truth(found, truth, labels)

    assert scores["pair F1"] == scores["strict pair F1"] == pytest.approx(2 * 1 / (2 + 3))
    assert scores["false merges"] == 1
    assert scores["strict ARI"] == pytest.approx(0)  # 1 pair in both, 3 * 2 / 6 = 1 by chance
    precision, recall = (1 + 1 + 1 / 2 + 1 / 2) / 4, (2 / 3 + 2 / 3 + 1 / 3 + 1) / 4
    assert scores["B-cubed F1"] == pytest.approx(2 * precision * recall / (precision + recall))
    assert scores["F1 of near_duplicate"] == pytest.approx(0.5)
    assert scores["relation macro-F1"] == pytest.approx(0.25)
    assert scores["recall of trims"] == 0.5
    assert scores["recall of ocr"] == 0


def test_planted_copies_are_what_they_are_called() -> None:
    """An exact copy is equal; the others keep the share of their original that their level says."""
    documents = {row["id"]: row for row in _planted.documents(300)}
    copies = [row for row in documents.values() if "of" in row]

    assert {row["level"] for row in copies} == set(_planted.LEVELS)
    for row in copies:
        original, words = documents[row["of"]]["text"], row["text"].split()
        kept = len(set(words) & set(original.split())) / len(set(original.split()))
        assert (row["text"] == original) == (row["level"] == "exact")
        assert kept > {"exact": 0.99, "light": 0.8, "medium": 0.5, "heavy": 0.35}[row["level"]]
    assert list(_planted.documents(100)) == list(documents.values())[:100]


def test_connected_pairs_are_groups() -> None:
    """Peers that give pairs are scored by what their pairs connect."""
    groups = joined([(5, 2), (7, 8), (2, 9), (8, 7)])

    assert sorted(sorted(group) for group in groups) == [[2, 5, 9], [7, 8]]


def test_a_failed_row_and_a_family_that_breaks_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The table shows each row; what was seen of an attack may act, and is shown as signs."""

    class Family:
        @staticmethod
        def rows(kit: Kit, workdir: Path) -> list[Row]:
            assert workdir.is_dir()
            if kit.scale == 2:
                raise OSError("no room")
            if kit.scale == 3:
                os.kill(os.getpid(), signal.SIGKILL)
            return [
                Row("calm", "holds", "held", True),
                Row("storm", "holds", "lost\x1b[2J", False),
                Row("flood", "holds", "not tried: no water here", None),
            ]

    monkeypatch.setattr(faults.importlib, "import_module", lambda _: Family)

    assert faults.run(tmp_path, None, False, scale=1, only=["x"]) == {
        "cases": 3,
        "failed": 1,
        "not tried": 1,
    }
    for scale in (2, 3):
        assert faults.run(tmp_path, None, False, scale=scale, only=["x"]) == {
            "cases": 1,
            "failed": 1,
            "not tried": 0,
        }

    shown = capsys.readouterr().out
    assert "FAILED: lost?[2J" in shown
    assert "x: calm" in shown
    assert "no room" in shown
    assert "its process was ended" in shown


def test_a_torn_line_and_a_file_that_is_not_the_manifests_are_seen(tmp_path: Path) -> None:
    """What the kills are judged by."""
    seed = tmp_path / "000_0123456789abcdef.txt"
    seed.write_text("A story.\n")
    digest = _corpus.digests(tmp_path)[seed.name]
    manifest = tmp_path / "manifest.jsonl"
    manifest.write_text(json.dumps({"file": seed.name, "sha256": digest}) + "\n")

    assert _corpus.torn(tmp_path) == []
    seed.write_text("Another story.\n")
    assert _corpus.torn(tmp_path) == [seed.name]
    manifest.write_text('{"file": "000')
    assert manifest.name in _corpus.torn(tmp_path)


def test_shuffled_bytes_belong_to_the_step_that_asked_for_them(tmp_path: Path) -> None:
    """A job is named by its last stage, as those before may be left over from an earlier one; rounds are counted."""
    jobs = [
        ("collect at duplicates.py:1", 100),
        ("first at components.py:2", 20),
        ("first at components.py:2", 3),
        ("toLocalIterator at duplicates.py:3", 50),
    ]
    events: list[dict[str, object]] = []
    for number, (place, size) in enumerate(jobs):
        stages = [{"Stage ID": 0, "Stage Name": jobs[0][0]}, {"Stage ID": number, "Stage Name": place}]
        events.append({"Event": "SparkListenerJobStart", "Stage Infos": stages, "Stage IDs": [number]})
        written = {"Shuffle Write Metrics": {"Shuffle Bytes Written": size}}
        events.append({"Event": "SparkListenerTaskEnd", "Stage ID": number, "Task Metrics": written})
    log = tmp_path / "log"
    log.write_text("\n".join(map(json.dumps, events)))

    assert spark_told(log) == (
        {
            "texts sorted": 100,
            "candidates": 20,
            "rounds of the components": 3,
            "texts to their components": 50,
        },
        1,
    )
