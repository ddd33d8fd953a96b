"""Decisions of a reviewer: kept in a file, honoured by the next run, and over on their last day."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from dedupe.cleaning import clean
from dedupe.cli import main
from dedupe.corpus import read_removed
from dedupe.decisions import accept, leave_out, read_decisions
from dedupe.errors import DecisionError, InputFormatError
from dedupe.gate import check
from dedupe.models import Article, Decision, Finding
from dedupe.quality import assess
from dedupe.report import Report, write_report
from dedupe.settings import DedupeSettings
from tests.dedupe.fictional import BRIDGE, FERRY, FERRY_OTHER, fictional_corpus, make_article

DAY = date(2031, 3, 6)
GARBLED = BRIDGE.replace("cyclists", "cyclists and cafÃ© guests")
SETTINGS = DedupeSettings()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A corpus with one document to review, which is more than a tenth."""
    extra = {"only_copy": make_article("https://courier.example/cafe", GARBLED, publisher="Courier")}
    path = fictional_corpus(tmp_path / "skerry", extra)
    write_report(path, SETTINGS, DAY)
    return path


def findings(folder: Path) -> list[Finding]:
    lines = (folder / "findings.jsonl").read_text(encoding="utf-8").splitlines()
    return [Finding.model_validate_json(line) for line in lines]


def garbled(folder: Path) -> Finding:
    return next(finding for finding in findings(folder) if finding.kind == "mojibake")


def decide(folder: Path, name: str, **given: object) -> list[Decision]:
    known = {"because": "The name of the place is spelled so.", "days": 30, "day": DAY, **given}
    return accept(folder, [name], **known)  # type: ignore[arg-type]


def said(report: Report) -> list[tuple[str, str]]:
    return [(facts.decision.kind, facts.state) for facts in report.decisions]


def test_an_accepted_finding_is_shown_and_breaks_no_rule(folder: Path):
    """The gate lets through what it stopped before; the report says who let it stand, why and until when."""
    assert check(folder, DAY).exit_code == 1

    [decision] = decide(folder, garbled(folder).id, by="R. Vey")
    report = write_report(folder, SETTINGS, DAY)

    assert (decision.decided, decision.until, decision.by) == (DAY, date(2031, 4, 5), "R. Vey")
    assert said(report) == [("mojibake", "honoured")]
    assert garbled(folder).accepted == "The name of the place is spelled so."
    assert "1 finding stands by a reviewer's decision." in report.verdict.sentence
    assert not any("Garbled" in task.title for task in report.tasks)
    assert "The name of the place is spelled so." in (folder / "report.html").read_text(encoding="utf-8")
    assert check(folder, DAY).exit_code == 0


def test_a_decision_not_yet_reported_makes_the_report_stale(folder: Path):
    """The report is bound to the decisions as to every other file."""
    decide(folder, garbled(folder).id)

    assert any("decisions.jsonl" in broken for broken in check(folder, DAY).broken)


def test_a_decision_runs_out_after_its_last_day(folder: Path):
    """The gate says so of an old report, and a new one counts the finding again."""
    decide(folder, garbled(folder).id, until=date(2031, 3, 20))
    write_report(folder, SETTINGS, DAY)
    assert check(folder, date(2031, 3, 20)).exit_code == 0

    late = check(folder, date(2031, 3, 21))

    assert late.exit_code == 1
    assert any("run out" in broken and garbled(folder).id in broken for broken in late.broken)
    report = write_report(folder, SETTINGS, date(2031, 3, 21))
    assert said(report) == [("mojibake", "run_out")]
    assert garbled(folder).accepted is None
    assert not report.verdict.clean


def test_a_finding_keeps_its_id_while_its_words_are_the_same():
    """Wherever they stand; other words, or the same a second time, are another finding."""
    first, *_ = mojibake(GARBLED)
    moved, *_ = mojibake(f"A line above it all, new since yesterday.\n{GARBLED}")
    other, *_ = mojibake(GARBLED.replace("cafÃ©", "crÃªpe"))
    twice = mojibake(f"{GARBLED}\nThe cafÃ© guests had their say as well, at great length.")

    assert moved.span != first.span
    assert moved.id == first.id == twice[0].id
    assert other.id != first.id
    assert twice[1].id != first.id


def mojibake(text: str) -> list[Finding]:
    return [each for each in assess(Article(id="a" * 16, text=text), SETTINGS) if each.kind == "mojibake"]


def test_a_decision_does_not_outlive_the_words_it_was_made_on(folder: Path):
    """Another garbled word in the same document is another finding."""
    decide(folder, garbled(folder).id)
    path = folder / garbled(folder).file
    path.write_text(path.read_text(encoding="utf-8").replace("cafÃ©", "crÃªpe"), encoding="utf-8")

    report = write_report(folder, SETTINGS, DAY)

    assert ("mojibake", "gone") in said(report)
    assert garbled(folder).accepted is None


def test_a_document_whose_finding_is_accepted_stays_in_the_next_cleaning(tmp_path: Path):
    """The decisions live with the corpus, and a new cleaning leaves them there."""
    articles = [
        make_article("https://a.example/1", FERRY),
        make_article("https://b.example/2", FERRY_OTHER),
        make_article("https://c.example/3", "Ferry stopped for a crack. More soon."),
    ]
    clean(articles, tmp_path, SETTINGS)
    [gone] = [record for record in read_removed(tmp_path) if record.finding]

    decide(tmp_path, str(gone.finding), day=None)
    waiting = write_report(tmp_path, SETTINGS)
    report = clean(articles, tmp_path, SETTINGS)

    assert gone.reason == "empty_or_short"
    assert said(waiting) == [("empty_or_short", "waiting")]
    assert said(report) == [("empty_or_short", "honoured")]
    assert len(list(tmp_path.glob("*.txt"))) == 3
    assert report.documents[2].verdict == "keep"


def test_what_followed_from_an_accepted_cause_is_found(folder: Path):
    """An error page hides its lesser defects; one that a reviewer takes for an article does not."""
    page = make_article(
        "https://a.example/404", "404 Not Found\nThe page you requested could not be found. cafÃ© cafÃ©"
    )
    before = assess(page, SETTINGS)
    decision = Decision.model_validate(
        {
            **before[0].model_dump(include={"file", "kind", "severity", "reason"}),
            "finding": before[0].id,
            "because": "A poem.",
            "decided": DAY,
            "until": DAY,
        }
    )
    (folder / "decisions.jsonl").write_text(decision.model_dump_json() + "\n", encoding="utf-8")

    after = assess(page, SETTINGS, read_decisions(folder, DAY))

    assert [finding.kind for finding in before] == ["soft_404"]
    assert {"soft_404", "mojibake"} <= {finding.kind for finding in after}


def test_a_kind_of_a_document_is_accepted_by_its_number(folder: Path):
    """`003:mojibake`: all of that kind in the document."""
    number = garbled(folder).file.partition("_")[0]

    [decision] = decide(folder, f"{number}:mojibake")

    assert decision.finding == garbled(folder).id


def test_a_number_that_two_files_have_names_no_document(folder: Path):
    """Which of the two is meant is for the reviewer to say, by the whole id."""
    for name in ("1" * 16, "2" * 16):
        (folder / f"000_{name}.txt").write_text(
            f"{BRIDGE}\nCall Bram at +44 7700 900123.\n", encoding="utf-8"
        )
    write_report(folder, SETTINGS, DAY)

    with pytest.raises(DecisionError, match="may be a finding of any of 000_1"):
        decide(folder, "000:pii")


def test_the_report_names_each_finding_as_accept_takes_it(folder: Path):
    """A reviewer copies the name from the page."""
    number = garbled(folder).file.partition("_")[0]

    assert f"<code>{number}:mojibake</code>" in (folder / "report.html").read_text(encoding="utf-8")
    assert decide(folder, f"{number}:mojibake")


def test_a_second_decision_on_a_finding_takes_the_place_of_the_first(folder: Path):
    """The later reason and day count."""
    decide(folder, garbled(folder).id)
    decide(folder, garbled(folder).id, because="Seen again.", day=date(2031, 3, 9))

    [decision] = read_decisions(folder, DAY).made

    assert (decision.because, decision.until) == ("Seen again.", date(2031, 4, 8))


@pytest.mark.parametrize(
    ("name", "given", "says"),
    [
        ("nothing:like:this", {}, "no finding is called"),
        ("003", {}, "no finding is called"),
        ("003:mojibake", {"because": " "}, "needs a reason"),
        ("003:mojibake", {"until": date(2031, 3, 5)}, "is over"),
        ("000:hash_mismatch", {}, "cannot be accepted"),
    ],
    ids=["unknown", "a whole document", "no reason", "a day that is over", "a changed file"],
)
def test_what_cannot_be_decided_is_said(folder: Path, name: str, given: dict[str, object], says: str):
    """Nothing is written, and the message names the way out."""
    path = next(folder.glob("000_*"))
    path.write_text(path.read_text(encoding="utf-8") + "A line.\n", encoding="utf-8")
    write_report(folder, SETTINGS, DAY)

    with pytest.raises(DecisionError, match=says):
        decide(folder, name, **given)

    assert not (folder / "decisions.jsonl").exists()


def test_a_decision_written_by_hand_on_a_changed_file_is_not_honoured(folder: Path):
    """Whether the files are those of the manifest is no matter of opinion."""
    path = next(folder.glob("000_*"))
    path.write_text(path.read_text(encoding="utf-8") + "A line.\n", encoding="utf-8")
    write_report(folder, SETTINGS, DAY)
    changed = next(finding for finding in findings(folder) if finding.kind == "hash_mismatch")
    row = {"finding": changed.id, "because": "It is fine.", "decided": "2031-03-06", "until": "2031-12-31"}
    row |= {"file": changed.file, "kind": changed.kind, "severity": 3, "reason": "Known."}
    (folder / "decisions.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")

    report = write_report(folder, SETTINGS, DAY)

    assert not report.verdict.clean
    assert said(report) == [("hash_mismatch", "gone")]


def test_a_line_that_is_no_decision_is_named_and_never_passed_over(folder: Path):
    """The gate does not pass, and a cleaning stops before it writes."""
    (folder / "decisions.jsonl").write_text('{"finding": "x"}\n', encoding="utf-8")

    report = write_report(folder, SETTINGS, DAY)

    assert "decisions.jsonl cannot be read in line 1" in " ".join(rule.says for rule in report.verdict.rules)
    with pytest.raises(InputFormatError, match=r"decisions\.jsonl, line 1"):
        clean([make_article("https://a.example/1", FERRY)], folder, SETTINGS)


def test_the_way_of_a_reviewer_on_the_command_line(folder: Path, capsys: pytest.CaptureFixture[str]):
    """Explain names the finding, accept takes the decision down, and the gate opens."""
    assert main(["explain", str(folder), "003"]) == 0
    assert garbled(folder).id in capsys.readouterr().out

    done = main(["accept", str(folder), garbled(folder).id, "--because", "Spelled so.", "--by", "R. Vey"])

    assert done == 0
    assert f"accepted {garbled(folder).id} until" in capsys.readouterr().out
    assert main(["check", str(folder)]) == 0
    assert main(["explain", str(folder), "003"]) == 0
    assert "stands by a reviewer's decision: Spelled so." in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["accept", str(folder), garbled(folder).id, "--because", "x", "--until", "tomorrow"])


def document(folder: Path, name: str) -> tuple[str, str]:
    """Article id and file name of a document, by its number."""
    [path] = folder.glob(f"{name}_*.txt")
    return path.stem.partition("_")[2], path.name


def remove(folder: Path, **given: object) -> Decision:
    known = {"because": "An advertisement.", "days": 30, "day": DAY, **given}
    [decision] = leave_out(folder, [document(folder, "000")], **known)  # type: ignore[arg-type]
    return decision


def articles() -> list[Article]:
    return [
        make_article("https://gazette.example/bridge", BRIDGE, publisher="Gazette"),
        make_article("https://courier.example/ferry", FERRY, publisher="Courier"),
    ]


def test_a_document_that_a_reviewer_leaves_out_goes_with_the_next_cleaning(tmp_path: Path):
    """Until then the report says that the decision waits; then removed.jsonl has the reviewer's reason."""
    folder = tmp_path / "skerry"
    clean(articles(), folder, SETTINGS)
    decision = remove(folder, by="R. Vey", until=date.max)
    waiting = write_report(folder, SETTINGS, DAY)

    done = clean(articles(), folder, SETTINGS)

    assert said(waiting) == [("left_out", "waiting")]
    assert said(done) == [("left_out", "honoured")]
    [record] = [record for record in read_removed(folder) if record.what == "document"]
    assert record.finding == decision.finding
    assert (record.reason, record.evidence) == (
        "left_out",
        "A reviewer (R. Vey) left it out: An advertisement.",
    )
    assert record.text == BRIDGE
    assert len(list(folder.glob("*.txt"))) == 1
    html = (folder / "report.html").read_text(encoding="utf-8")
    assert "An advertisement." in html
    assert "left out by a reviewer" in html


@pytest.mark.parametrize("withdrawn", [True, False], ids=["withdrawn", "run out"])
def test_a_document_comes_back_when_the_decision_to_leave_it_out_holds_no_longer(
    tmp_path: Path, withdrawn: bool
):
    """Its line taken out of decisions.jsonl, or its last day over, the next cleaning takes the document up."""
    folder = tmp_path / "skerry"
    clean(articles(), folder, SETTINGS)
    remove(folder, until=date.max if withdrawn else None, day=DAY if withdrawn else date(2024, 3, 6))
    if withdrawn:
        clean(articles(), folder, SETTINGS)
        assert len(list(folder.glob("*.txt"))) == 1
        (folder / "decisions.jsonl").unlink()

    clean(articles(), folder, SETTINGS)

    assert len(list(folder.glob("*.txt"))) == 2


def test_what_a_reviewer_left_out_cannot_be_accepted_as_a_finding(tmp_path: Path):
    """There is one way back: the decision is withdrawn."""
    folder = tmp_path / "skerry"
    clean(articles(), folder, SETTINGS)
    decision = remove(folder, until=date.max)
    clean(articles(), folder, SETTINGS)

    with pytest.raises(DecisionError, match="to withdraw the decision"):
        decide(folder, decision.finding)


def test_the_way_of_leaving_out_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """By number or address; a document of no such name is said, and nothing is written."""
    folder = tmp_path / "skerry"
    clean(articles(), folder, SETTINGS)

    assert main(["leave-out", str(folder), "009", "--because", "No news."]) == 2
    assert not (folder / "decisions.jsonl").exists()
    assert main(["leave-out", str(folder), "https://courier.example/ferry", "--because", "No news."]) == 0
    assert "the next `dedupe clean` does it" in capsys.readouterr().out
    assert read_decisions(folder).made[0].file == document(folder, "001")[1]
