"""A run after a kill: finished steps are taken up where nothing changed, and never where anything did."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from dedupe import Article, DedupeSettings, clean, cleaning, intake, stages
from dedupe.cleaning import SHARES
from dedupe.progress import WholeRun
from dedupe.stages import Stages
from tests.dedupe.fictional import BRIDGE, FERRY, FERRY_OTHER
from tests.dedupe.test_faults import ROOT, files_of

STORIES = (FERRY, FERRY_OTHER, BRIDGE, f"Home | News | Sport\n{FERRY}", FERRY_OTHER.replace("bread", "flour"))
ARTICLES = [
    Article.model_validate({"id": f"{number:016x}", "text": text, "url": f"https://gazette.example/{number}"})
    for number, text in enumerate(STORIES)
]
TWICE = [*ARTICLES, ARTICLES[0].model_copy(update={"text": "The same address again, which counts once."})]
# Called when the step before it is over -> what an earlier run has finished by then.
MOMENTS = {
    "look_at": set(),
    "count_stories": {".looked_at.stage"},
    "finish": {".looked_at.stage"},
    "others": {".documents.stage"},
    "find_duplicates": {".documents.stage"},
    "_chosen": {".documents.stage", ".clusters.stage"},
    "_manifest_record": {".documents.stage", ".clusters.stage"},
    "write_report": {".documents.stage", ".clusters.stage"},
}
WORK = ("look_at", "finish", "find_duplicates")
HOMES = dict.fromkeys(("look_at", "count_stories", "finish"), intake)


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What an undisturbed run writes."""
    folder = tmp_path_factory.mktemp("undisturbed") / "corpus"
    clean(TWICE, folder)
    return files_of(folder)


def home(name: str) -> ModuleType:
    """Where the recipe calls a function."""
    return HOMES.get(name, cleaning)


def killed_at(moment: str, folder: Path, settings: str = "") -> None:
    """Clean in a process of its own that is killed when it calls a function of the recipe."""
    source = folder.parent / "in.jsonl"
    source.write_text("".join(f"{article.model_dump_json()}\n" for article in TWICE), encoding="utf-8")
    (folder.parent / "settings.toml").write_text(settings)
    script = (
        f"import os, signal, dedupe.cli, {home(moment).__name__} as home\n"
        "def die(*arguments, **more): os.kill(os.getpid(), signal.SIGKILL)\n"
        f"home.{moment} = die\n"
        "dedupe.cli.main()"
    )
    command = [sys.executable, "-c", script, "clean", str(source), "-o", str(folder)]
    command += ["--settings", str(folder.parent / "settings.toml")]
    assert subprocess.run(command, cwd=ROOT, check=False, capture_output=True).returncode == -9


def stage_files(folder: Path) -> set[str]:
    return {path.name for path in folder.glob(".*.stage")}


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_next_run_takes_up_what_was_finished_and_writes_the_same_bytes(
    moment: str, tmp_path: Path, expected: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
):
    """Nothing is done twice, whatever the kind of the input; then nothing of it is left."""
    folder = tmp_path / "corpus"
    killed_at(moment, folder)
    left = stage_files(folder)
    done: list[str] = []
    for name in WORK:
        monkeypatch.setattr(home(name), name, _noting(name, getattr(home(name), name), done))

    with WholeRun(SHARES) as progress:
        clean(iter(TWICE), folder, progress=progress)

    assert left == MOMENTS[moment]
    after = {".looked_at.stage": WORK[1:], ".documents.stage": WORK[2:], ".clusters.stage": ()}
    still = min((after[name] for name in left), key=len, default=WORK)
    assert tuple(dict.fromkeys(done)) == tuple(still)
    assert files_of(folder) == expected
    assert progress.done == pytest.approx(1)


def _noting(name: str, function: Callable[..., object], done: list[str]) -> Callable[..., object]:
    def noted(*arguments: object, **more: object) -> object:
        done.append(name)
        return function(*arguments, **more)

    return noted


def _other_text(articles: list[Article]) -> list[Article]:
    return [articles[0].model_copy(update={"text": f"{BRIDGE}\n{FERRY}"}), *articles[1:]]


def _other_date(articles: list[Article]) -> list[Article]:
    return [*articles[:3], articles[3].model_copy(update={"section": "Sport"}), *articles[4:]]


CHANGES = {
    "another text": _other_text,
    "another field": _other_date,
    "another order": lambda articles: [articles[1], articles[0], *articles[2:]],
    "one less": lambda articles: articles[1:],
    "one more": lambda articles: [*articles, Article(id="f" * 16, text=f"{BRIDGE}\n{FERRY_OTHER}")],
    "the same address, another text": lambda articles: [
        *articles[:-1],
        articles[-1].model_copy(update={"text": "Said otherwise."}),
    ],
}


@pytest.mark.parametrize("moment", ["count_stories", "find_duplicates", "write_report"])
@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_input_is_cleaned_anew(
    moment: str, change: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    """One line says that what was finished is thrown away."""
    articles = CHANGES[change](TWICE)
    killed_at(moment, tmp_path / "corpus")

    with caplog.at_level(logging.WARNING):
        clean(articles, tmp_path / "corpus")
    clean(articles, tmp_path / "new" / "corpus")

    assert [record.getMessage().rpartition("; ")[2] for record in caplog.records] == ["it is thrown away."]
    assert files_of(tmp_path / "corpus") == files_of(tmp_path / "new" / "corpus")


def test_what_other_settings_decisions_or_code_made_does_not_count(
    tmp_path: Path, expected: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
):
    """Nor what is of another release."""
    folder = tmp_path / "corpus"
    killed_at("find_duplicates", folder, "[quality]\nleast_words = 200\n")
    clean(TWICE, folder)
    (folder / "report.json").unlink(missing_ok=True)  # it would say what changed
    clean(TWICE, folder)
    assert files_of(folder) == expected

    decided = tmp_path / "decided"
    clean(TWICE, decided)
    killed_at("find_duplicates", decided)
    line = {"finding": "0000000000000000:left_out", "because": "a test", "decided": "2031-01-01"}
    line |= {"until": "9999-01-01", "file": "x", "kind": "left_out", "severity": 3, "reason": "It goes."}
    (decided / "decisions.jsonl").write_text(f"{json.dumps(line)}\n")
    clean(TWICE, decided)
    assert "left_out" in (decided / "removed.jsonl").read_text()

    another = tmp_path / "another"
    killed_at("find_duplicates", another)
    monkeypatch.setattr(stages, "code_digest", lambda: b"the next release")
    done: list[str] = []
    monkeypatch.setattr(intake, "look_at", _noting("look_at", intake.look_at, done))
    clean(TWICE, another)
    assert len(done) == len(ARTICLES)


@pytest.mark.parametrize("damage", ["a byte", "an end", "the footer", "its beginning", "nothing left"])
def test_a_damaged_file_is_thrown_away(
    damage: str, tmp_path: Path, expected: dict[str, bytes], caplog: pytest.LogCaptureFixture
):
    """Its checksum tells; a power cut tears what a kill does not."""
    folder = tmp_path / "corpus"
    killed_at("write_report", folder)
    path = folder / ".documents.stage"
    data = bytearray(path.read_bytes())
    data[{"a byte": 100, "an end": -100, "the footer": -5}.get(damage, 0)] ^= 1
    parts = {"its beginning": data[:2000], "nothing left": b""}
    path.write_bytes(parts.get(damage, data))

    clean(TWICE, folder)

    assert "it is thrown away" in caplog.text
    assert files_of(folder) == expected


def test_of_another_corpus_to_compare_with_only_the_comparison_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """The cut does not depend on it."""
    clean([ARTICLES[2]], tmp_path / "there")
    killed_at("write_report", tmp_path / "corpus")
    done: list[str] = []
    for name in WORK:
        monkeypatch.setattr(home(name), name, _noting(name, getattr(home(name), name), done))

    clean(TWICE, tmp_path / "corpus", against=[tmp_path / "there"])

    assert done == ["find_duplicates"]
    assert "in_other_corpus" in (tmp_path / "corpus" / "removed.jsonl").read_text()
    assert stage_files(tmp_path / "corpus") == set()


def test_a_run_killed_again_and_again_goes_on(tmp_path: Path, expected: dict[str, bytes]):
    """Each run adds what it finishes, and a part of a file is deleted by the next."""
    folder = tmp_path / "corpus"
    for moment in ("finish", "count_stories", "find_duplicates", "_chosen", "write_report"):
        killed_at(moment, folder)
        assert stage_files(folder) == MOMENTS[moment]
        assert len(list(folder.glob(".*.stage.*.part"))) <= 1

    clean(TWICE, folder)

    assert files_of(folder) == expected


def test_workers_processes_are_taken_up_from_too(tmp_path: Path, expected: dict[str, bytes]):
    """The number of workers is none of what a step is made from."""
    folder = tmp_path / "corpus"
    killed_at("find_duplicates", folder, "[engine]\nworkers = 2\ndocuments_for_workers = 1\n")
    assert stage_files(folder) == {".documents.stage"}

    clean(TWICE, folder)

    assert files_of(folder) == expected


def test_an_interrupted_run_keeps_what_it_finished_and_no_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """As after Ctrl-C."""

    def interrupt(*arguments: object, **more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cleaning, "find_duplicates", interrupt)
    with pytest.raises(KeyboardInterrupt):
        clean(TWICE, tmp_path / "corpus")

    assert stage_files(tmp_path / "corpus") == {".documents.stage"}
    assert not list((tmp_path / "corpus").glob("*.part"))


def test_what_stands_where_a_stage_would_is_not_followed(tmp_path: Path):
    """A folder from somebody else must not make this run read or write where its links lead."""
    treasure = tmp_path / "treasure"
    treasure.write_text("mine")
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name in ("looked_at", "documents", "clusters"):
        (folder / f".{name}.stage").symlink_to(treasure)

    clean(TWICE, folder)

    assert treasure.read_text() == "mine"
    assert stage_files(folder) == set()


def test_records_come_back_as_they_were(tmp_path: Path):
    """In order, by number, and none at all."""
    with Stages(tmp_path, DedupeSettings(), cleaning.Decisions()) as under_way:
        under_way.input_is([b"what came in"])
        for name, records in (("some", [b"one", b"", b"x" * 3_000_000, b"two\nlines"]), ("none", [])):
            stage = under_way.begin(name)
            for record in records:
                stage.append_bytes(record)
            under_way.finish(stage)
            taken_up = under_way.taken_up(name)
            assert taken_up is not None
            assert list(taken_up) == records
            assert [taken_up[number] for number in range(len(taken_up))] == records
    assert list(tmp_path.iterdir()) == []
