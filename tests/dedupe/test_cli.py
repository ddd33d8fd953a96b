"""`dedupe`, as a person types it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from dedupe.cli import main

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "examples" / "seeds"


def rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_clean_check_report_and_explain_on_a_folder_of_seeds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """The way of a reviewer: clean, ask the gate, look, ask why."""
    out = tmp_path / "corpus"

    assert main(["clean", str(SEEDS), "-o", str(out)]) == 0
    said = capsys.readouterr().out
    assert "5 documents" in said
    assert str(out / "report.html") in said
    before = (out / "report.json").read_bytes()
    assert main(["report", str(out)]) == 0
    assert (out / "report.json").read_bytes() == before
    assert main(["check", str(out)]) in (0, 1)
    capsys.readouterr()
    assert main(["explain", str(out), "000"]) == 0
    assert "Kept" in capsys.readouterr().out
    assert main(["explain", str(out), "000", "001"]) == 0
    assert "They are: " in capsys.readouterr().out


def test_clean_keeps_independent_reports_apart_and_cuts_furniture(tmp_path: Path):
    """The five seeds of the example are five."""
    main(["clean", str(SEEDS), "-o", str(tmp_path / "out")])

    kept = sorted(path.name for path in (tmp_path / "out").glob("*.txt"))
    assert kept == sorted(path.name for path in SEEDS.glob("*.txt"))
    assert "Skip to content" not in "".join(path.read_text() for path in (tmp_path / "out").glob("*.txt"))


def test_duplicates_writes_a_line_a_document_and_related_pairs(tmp_path: Path):
    """The promised fields, for other programs."""
    source = tmp_path / "in.jsonl"
    text = "The ferry ran aground on the reef at night and all people aboard were saved by two boats from the island. "
    docs = [
        {"id": "a", "text": text * 3},
        {"id": "b", "text": text * 3},
        {"id": "c", "text": "Wool prices rose."},
    ]
    source.write_text("".join(json.dumps(doc) + "\n" for doc in docs))

    code = main(
        [
            "duplicates",
            str(source),
            "-o",
            str(tmp_path / "out.jsonl"),
            "--relations",
            str(tmp_path / "rel.jsonl"),
        ]
    )

    assert code == 0
    clusters = {row["id"]: row for row in rows(tmp_path / "out.jsonl")}
    assert set(clusters["a"]) == {"id", "cluster", "family", "representative", "reason"}
    assert clusters["a"]["cluster"] == clusters["b"]["cluster"] != clusters["c"]["cluster"]
    [pair] = rows(tmp_path / "rel.jsonl")
    assert pair == {
        "a": "a",
        "b": "b",
        "relation": "exact",
        "similarity": 1.0,
        "containment_a": 1.0,
        "containment_b": 1.0,
    }


def test_duplicates_writes_who_carried_whom(tmp_path: Path):
    """An edge a line, with both times: the graph can be drawn from the file alone."""
    source = tmp_path / "in.jsonl"
    told = "The ferry ran aground on the reef at night and all people aboard were saved by two boats from the island. "
    docs = [
        {"id": "a", "text": told * 3, "publisher": "Orlavik Courier", "published": "2025-02-04T09:30:00Z"},
        {"id": "b", "text": told * 3, "publisher": "Kessling Post", "published": "2025-02-04T06:00:00Z"},
        {"id": "c", "text": "Wool prices rose.", "publisher": "Kessling Post"},
    ]
    source.write_text("".join(json.dumps(doc) + "\n" for doc in docs))
    out = str(tmp_path / "out.jsonl")

    assert main(["duplicates", str(source), "-o", out, "--syndication", str(tmp_path / "syn.jsonl")]) == 0
    assert rows(tmp_path / "syn.jsonl") == [
        {
            "cluster": "a",
            "carrier": "a",
            "publisher": "Orlavik Courier",
            "source": "b",
            "outlet": "Kessling Post",
            "published": "2025-02-04T09:30:00Z",
            "source_published": "2025-02-04T06:00:00Z",
        }
    ]


def test_boilerplate_writes_text_and_cuts(tmp_path: Path):
    """Lines are counted from 0 in the input's text."""
    assert main(["boilerplate", str(SEEDS), "-o", str(tmp_path / "cut.jsonl")]) == 0

    for row in rows(tmp_path / "cut.jsonl"):
        assert set(row) == {"id", "text", "cut"}
        original = next(SEEDS.glob(f"*_{row['id']}.txt")).read_text(encoding="utf-8").split("\n")
        for cut in row["cut"]:
            assert original[cut["line"]] == cut["text"]


def test_settings_come_as_toml_that_is_read_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """`dedupe settings > seedbed.toml` is a settings file."""
    main(["settings"])
    path = tmp_path / "seedbed.toml"
    path.write_text(capsys.readouterr().out, encoding="utf-8")

    assert main(["clean", str(SEEDS), "-o", str(tmp_path / "out"), "--settings", str(path)]) == 0


@pytest.mark.parametrize(
    ("text", "says"),
    [("[duplicates]\nnear = 1\n", "duplicates.near"), ("[", "cannot be read as TOML")],
    ids=["unknown name", "no TOML"],
)
def test_wrong_settings_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, says: str):
    """With the file and the way out; exit code 2."""
    path = tmp_path / "s.toml"
    path.write_text(text)

    assert main(["clean", str(SEEDS), "-o", str(tmp_path / "out"), "--settings", str(path)]) == 2
    assert says in capsys.readouterr().err


@pytest.mark.parametrize("command", ["check", "report", "explain"])
def test_a_folder_that_is_no_corpus_could_not_be_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
):
    """Never 0: what did not run is not clean."""
    line = [command, str(tmp_path)] + (["000"] if command == "explain" else [])

    assert main(line) == 2
    assert "manifest.jsonl" in "".join(capsys.readouterr())


def test_every_file_has_a_schema(capsys: pytest.CaptureFixture[str]):
    """Exported from the models."""
    main(["schema"])
    names = capsys.readouterr().out.split()

    for name in names:
        assert main(["schema", name]) == 0
        assert json.loads(capsys.readouterr().out)["type"] == "object"
    assert main(["schema", "nothing.jsonl"]) == 2


def test_dedupe_needs_no_scrapy():
    """The cleaning works alone: importing it loads neither Scrapy nor the crawler."""
    code = "import dedupe, dedupe.cli, sys; print([m for m in sys.modules if m.split('.')[0] in ('scrapy', 'crawler', 'twisted')])"

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
