"""The gate: clean only for the very files that the report was made from."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from dedupe.cli import main
from dedupe.errors import CorpusNotCleanError, SettingsError
from dedupe.gate import GateState, check, open_corpus
from dedupe.report import write_report
from dedupe.settings import DedupeSettings, QualitySettings
from tests.dedupe.fictional import BRIDGE, FERRY, FERRY_OTHER, fictional_corpus


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A clean corpus with its report."""
    path = fictional_corpus(tmp_path / "skerry")
    write_report(path, DedupeSettings())
    return path


def test_a_clean_corpus_passes_and_its_articles_can_be_read(folder: Path):
    """Exit code 0, and the articles as the manifest lists them."""
    result = check(folder)

    assert (result.state, result.exit_code) == (GateState.CLEAN, 0)
    assert [article.text for article in open_corpus(folder)] == [FERRY, FERRY_OTHER, BRIDGE]


def first(folder: Path) -> Path:
    """The first document's file."""
    return next(folder.glob("000_*"))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            lambda folder: first(folder).write_text("Changed.", encoding="utf-8"),
            "Changed since the report: 000_",
        ),
        (
            lambda folder: (folder / "x.txt").write_text("new", encoding="utf-8"),
            "Added since the report: x.txt.",
        ),
        (lambda folder: first(folder).unlink(), "Missing since the report: 000_"),
        (lambda folder: (folder / "removed.jsonl").write_text("", encoding="utf-8"), "removed.jsonl"),
        (lambda folder: (folder / "seedbed.toml").write_text("", encoding="utf-8"), "seedbed.toml"),
    ],
    ids=["changed", "added", "missing", "removed list", "settings"],
)
@pytest.mark.parametrize("most_whole", [5, 4], ids=["all named", "a large corpus"])
def test_any_change_after_the_report_makes_it_stale(
    folder: Path, change: Callable[[Path], object], says: str, most_whole: int
):
    """The gate names the file, also where the report has one digest for all."""
    write_report(folder, DedupeSettings(), most_whole=most_whole)
    assert check(folder).exit_code == 0
    change(folder)

    result = check(folder)

    assert result.exit_code == 1
    assert says in " ".join(result.broken)
    with pytest.raises(CorpusNotCleanError, match="not clean"):
        open_corpus(folder)


def test_the_rules_are_those_of_the_corpus_own_settings(folder: Path):
    """A report made with laxer ones opens no gate; one made with its own says which rule is broken."""
    rules = "[quality.gate]\nleast_publishers = 30\nmost_of_kind = { pii = 0 }\n"
    (folder / "seedbed.toml").write_text(rules, encoding="utf-8")
    write_report(folder, DedupeSettings())

    assert check(folder).broken == (
        "The report was made with other settings than those of seedbed.toml. `dedupe report` asks these.",
    )

    write_report(folder, DedupeSettings.from_toml(folder / "seedbed.toml"))

    assert check(folder).broken == ("At least 30 publishers. 3 publishers.",)


def test_settings_that_cannot_be_read_leave_the_corpus_unchecked(folder: Path):
    """Nobody knows then what was to be asked."""
    (folder / "seedbed.toml").write_text("[quality.gate\n", encoding="utf-8")

    assert check(folder).exit_code == 2
    assert "seedbed.toml" in check(folder).sentence


@pytest.mark.parametrize(
    ("quality", "says"),
    [
        ({"gate": {"most_of_kind": {"mojibakke": 0}}}, "mojibakke: .* Did you mean mojibake"),
        ({"gate": {"most_of_kind": {"copies_left": 0}}}, "copies_left: there is no such kind"),
        ({"skip": ["pius"]}, "pius: there is no such check"),
    ],
    ids=["a slip of the pen", "a check that is no kind", "a check to skip"],
)
def test_a_rule_for_what_does_not_exist_is_an_error(folder: Path, quality: dict[str, object], says: str):
    """It would hold for ever, and be taken for a rule."""
    with pytest.raises(SettingsError, match=says):
        write_report(folder, DedupeSettings(quality=QualitySettings.model_validate(quality)))


def test_most_findings_of_a_kind(folder: Path):
    """Copies go by their kinds, and a limit is kept at its number."""
    path = folder / "seedbed.toml"
    first(folder).write_text(f"{FERRY}\nCall Ines Marlow at +44 7700 900123.\n", encoding="utf-8")
    for most, passed in ((0, False), (1, True)):
        path.write_text(f"[quality.gate.most_of_kind]\npii = {most}\nnear_duplicate = 0\n", encoding="utf-8")
        report = write_report(folder, DedupeSettings.from_toml(path))

        [rule] = [rule for rule in report.verdict.rules if rule.name == "most_of_kind.pii"]
        assert (rule.passed, rule.says) == (passed, "1 found.")


def test_an_opened_corpus_yields_only_what_was_checked(folder: Path):
    """A file that is changed after the gate let the corpus through is not read."""
    corpus = open_corpus(folder)
    first(folder).write_text("Changed.", encoding="utf-8")

    with pytest.raises(CorpusNotCleanError, match="was changed since"):
        list(corpus)


def test_of_several_corpora_the_worst_counts(folder: Path, tmp_path: Path):
    """0 where all are clean, 1 where one is not, 2 where one could not be checked."""
    changed = fictional_corpus(tmp_path / "changed")
    write_report(changed, DedupeSettings())
    first(changed).write_text("Changed.", encoding="utf-8")

    assert main(["check", str(folder), str(folder)]) == 0
    assert main(["check", str(folder), str(changed)]) == 1
    assert main(["check", str(tmp_path / "none"), str(folder), str(changed)]) == 2


def test_hidden_files_of_a_run_change_nothing(folder: Path):
    """Locks are no part of a corpus."""
    (folder / ".lock").write_text("", encoding="utf-8")

    assert check(folder).exit_code == 0


def test_broken_rules_are_named(folder: Path):
    """Exit code 1, with what was found."""
    first(folder).write_text("Too short.", encoding="utf-8")
    write_report(folder, DedupeSettings())

    result = check(folder)

    assert result.exit_code == 1
    assert "No document that cannot be used. 1 document with a finding of severity 3." in result.broken


def test_a_corpus_is_never_clean_when_a_check_did_not_run(folder: Path):
    """A check that the settings skip breaks a rule; one that the report does not know leaves it unchecked."""
    write_report(folder, DedupeSettings(quality=QualitySettings(skip=("mojibake",))))

    assert check(folder).exit_code == 1

    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    report["checks"] = [each for each in report["checks"] if each["name"] != "mojibake"]
    (folder / "report.json").write_text(json.dumps(report), encoding="utf-8")

    assert check(folder).exit_code == 2


@pytest.mark.parametrize("content", ["{}", "not json", '{"format": "seedbed-report", "version": 99}'])
def test_a_report_that_cannot_be_read_leaves_the_corpus_unchecked(folder: Path, content: str):
    """Exit code 2, with the way out."""
    (folder / "report.json").write_text(content, encoding="utf-8")

    result = check(folder)

    assert result.exit_code == 2
    assert "dedupe report" in result.sentence


def test_a_folder_without_a_report_or_a_manifest_is_unchecked(tmp_path: Path, folder: Path):
    """There is nothing to ask."""
    (folder / "report.json").unlink()

    assert check(folder).exit_code == 2
    assert check(tmp_path / "nowhere").exit_code == 2
    with pytest.raises(CorpusNotCleanError):
        open_corpus(tmp_path / "nowhere")
