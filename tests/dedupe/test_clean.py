"""The recipe of the cleaning, from articles to a corpus, on texts small enough to know the answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import dedupe
from dedupe import Article, DedupeSettings, clean, cleaning
from dedupe.corpus import read_removed
from dedupe.errors import CorpusFolderError, SeedFormatError
from dedupe.gate import check
from dedupe.models import Cluster, Clusters, Relation, RelationKind, Severity
from dedupe.quality import Problem, registry
from dedupe.report import write_report
from dedupe.report.terminal import summary

WIRE = """HALLIN, March 3 (Norland Press) - A ferry with 241 people aboard ran on to rocks off Hallin late on Monday.
All passengers were taken off by two lifeboats within three hours, the coast guard said on Tuesday morning.
The captain told the coast guard that a warning light on the reef had been dark when the ship passed it.
Salvors hope to pull the ship free at Thursday's high tide, before a storm that is forecast for the weekend.
The ferry line said that its replacement would take a week to arrive from the southern islands.""".splitlines()
OTHER = """Islanders counted what was left on the shelves of the only shop in Hallin on Wednesday afternoon.
There is flour for six days and milk for four, said shopkeeper Ada Brun, who has begun to ration candles.
The council asked the navy for a ship; nobody there remembers a winter in which that was necessary.
School went on by lamplight, and the choir moved its rehearsal to the boathouse because of the generator.""".splitlines()


def article(name: str, lines: list[str], **fields: object) -> Article:
    return Article.model_validate({"id": name, "text": "\n".join(lines), **fields})


ARTICLES = [
    article("wire", WIRE, url="https://press.example/1", published="2031-03-03T08:00Z"),
    article(
        "copy", ["Ferry on the rocks", *WIRE], url="https://paper.example/1", published="2031-03-03T11:00Z"
    ),
    article("own", OTHER, url="https://herald.example/1", published="2031-03-04T09:00Z"),
    article("trimmed", WIRE[:4], url="https://radio.example/1", published="2031-03-03T12:00Z"),
]


def manifest(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]


def test_one_of_each_copy_and_every_independent_report_stays(tmp_path: Path):
    """The wire's own text stands for its copies; the island's report is nobody's copy."""
    clean(ARTICLES, tmp_path)

    assert [record["url"] for record in manifest(tmp_path)] == [
        "https://press.example/1",
        "https://herald.example/1",
    ]
    out = {record.source: record for record in read_removed(tmp_path) if record.what == "document"}
    assert set(out) == {"https://paper.example/1", "https://radio.example/1"}
    assert {record.representative for record in out.values()} == {manifest(tmp_path)[0]["id"]}


def test_nothing_is_lost(tmp_path: Path):
    """Every line that came in stands in a file of the corpus or in removed.jsonl."""
    texts = [*ARTICLES, article("dump", ["Skip to content", "Subscribe", *OTHER[:3], "Share on Facebook"])]

    clean(texts, tmp_path)

    kept = "".join(path.read_text(encoding="utf-8") for path in tmp_path.glob("*.txt"))
    removed = "\n".join(record.text for record in read_removed(tmp_path))
    lost = [line for text in texts for line in text.lines if line not in kept and line not in removed]
    assert lost == []


def test_the_same_input_gives_the_same_bytes(tmp_path: Path):
    """In a new folder and in the old one."""
    clean(ARTICLES, tmp_path / "a")
    clean(ARTICLES, tmp_path / "b")
    clean(ARTICLES, tmp_path / "b")

    first, second = ({p.name: p.read_bytes() for p in (tmp_path / name).iterdir()} for name in "ab")
    differ = {name for name in first if first[name] != second.get(name)}
    # The report names its corpus, and the folders have two names.
    assert differ <= {"report.json", "report.html", ".lock"}
    assert set(first) == set(second)


def test_a_text_is_checked_once_and_again_only_when_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """As it came in and, if that was mended or cut, as it is; the report takes the findings it was written with."""
    seen: list[tuple[str, str]] = []

    class Counting:
        name, title, reason, remedy = "counting", "Counting", "It counts.", "None."

        def __call__(self, article: Article, settings: object) -> Iterator[Problem]:
            seen.append((article.id, article.text))
            yield Problem(Severity.COSMETIC, "It was looked at.", (0, 5))

    monkeypatch.setattr(registry, "_CHECKS", {**registry._CHECKS, "counting": Counting()})
    clean(ARTICLES, tmp_path)
    written = (tmp_path / "findings.jsonl").read_bytes()

    assert len(seen) == len(set(seen)) == len(ARTICLES) + 2  # two lost a headline
    assert sum(b'"counting"' in line for line in written.splitlines()) == len(manifest(tmp_path))

    write_report(tmp_path, DedupeSettings())

    assert len(seen) == len(ARTICLES) + 2 + len(manifest(tmp_path))
    assert (tmp_path / "findings.jsonl").read_bytes() == written


def test_a_corpus_that_was_just_written_passes_the_gate_until_it_is_touched(tmp_path: Path):
    """Any file changed, added or missing since the report closes it."""
    settings = DedupeSettings()
    clean([ARTICLES[0], ARTICLES[2]], tmp_path, settings)
    from dedupe.gate import check

    assert check(tmp_path).exit_code == 0, check(tmp_path).broken
    assert [a.url for a in dedupe.open_corpus(tmp_path)] == [
        "https://press.example/1",
        "https://herald.example/1",
    ]

    (tmp_path / manifest(tmp_path)[0]["file"]).write_text("changed\n")

    assert check(tmp_path).exit_code == 1


def test_one_address_counts_once(tmp_path: Path):
    """The first reading stays; the second is on record."""
    twice = [
        ARTICLES[0],
        ARTICLES[0].model_copy(update={"text": "Another text entirely, at the same address."}),
    ]

    clean(twice, tmp_path)

    assert len(manifest(tmp_path)) == 1
    assert [r.reason for r in read_removed(tmp_path) if r.what == "document"] == ["same_address"]


def test_a_text_far_too_long_for_an_article_is_left_out_unread(tmp_path: Path):
    """No cut makes an article of it, and reading it would take the memory and time of thousands."""
    settings = DedupeSettings.model_validate({"quality": {"most_characters": 1000}})
    run_together = article("all", [*WIRE, *OTHER] * 9, url="https://press.example/all")

    clean([*ARTICLES, run_together], tmp_path, settings)

    [left_out] = [each for each in read_removed(tmp_path) if each.source == "https://press.example/all"]
    assert (left_out.what, left_out.reason, left_out.text) == (
        "document",
        "enormous_file",
        run_together.text,
    )
    assert "articles have at most 1,000 (quality.most_characters)" in left_out.evidence
    assert [record["url"] for record in manifest(tmp_path)] == [
        "https://press.example/1",
        "https://herald.example/1",
    ]


def test_what_is_off_topic_goes_if_the_settings_say_so(tmp_path: Path):
    """Where the crawl measured relevance."""
    settings = DedupeSettings.model_validate({"corpus": {"least_relevance": 0.5}})
    low = ARTICLES[2].model_copy(update={"relevance": 0.31})

    clean([ARTICLES[0], low], tmp_path, settings)

    [out] = [r for r in read_removed(tmp_path) if r.what == "document"]
    assert (out.reason, out.source) == ("off_topic", "https://herald.example/1")
    assert "0.31" in out.evidence


def test_the_settings_stay_with_their_corpus(tmp_path: Path):
    """Gate, report and the next cleaning ask what this one was made with, and the default leaves no file."""
    strict = DedupeSettings.model_validate(
        {"quality": {"gate": {"least_publishers": 2, "most_of_kind": {"pii": 0}}}, "engine": {"workers": 1}}
    )
    clean(ARTICLES, tmp_path, strict)

    kept = (tmp_path / "seedbed.toml").read_text(encoding="utf-8")
    assert kept.splitlines()[1:] == [
        "quality.gate.least_publishers = 2",
        'quality.gate.most_of_kind = {"pii" = 0}',
    ]
    assert DedupeSettings.from_toml(tmp_path / "seedbed.toml").digest == strict.digest
    assert clean(ARTICLES, tmp_path).settings_digest == strict.digest
    assert (tmp_path / "seedbed.toml").read_text(encoding="utf-8") == kept
    assert check(tmp_path).exit_code == 0

    clean(ARTICLES, tmp_path, DedupeSettings())

    assert not (tmp_path / "seedbed.toml").exists()


def test_somebodys_own_settings_are_never_written(tmp_path: Path):
    """They stay what they are; a cleaning by others says so, and opens no gate."""
    own = "[quality.gate]\nleast_documents = 2\n"
    tmp_path.joinpath("seedbed.toml").write_text(own, encoding="utf-8")

    report = clean(ARTICLES, tmp_path, DedupeSettings())

    assert (tmp_path / "seedbed.toml").read_text(encoding="utf-8") == own
    assert "other settings than those of seedbed.toml" in summary(report, tmp_path)
    assert check(tmp_path).exit_code == 1
    assert "other settings" not in summary(clean(ARTICLES, tmp_path), tmp_path)


def test_someone_elses_folder_is_refused_before_any_work(tmp_path: Path):
    """And left as it is."""
    (tmp_path / "notes.md").write_text("mine")

    with pytest.raises(CorpusFolderError, match=r"notes\.md"):
        clean(ARTICLES, tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["notes.md"]


def relation(a: str, b: str, kind: str, share_a: float, share_b: float) -> Relation:
    return Relation(
        a=a, b=b, relation=RelationKind(kind), similarity=0.5, containment_a=share_a, containment_b=share_b
    )


def test_what_is_left_out_stands_in_what_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A text inside an old version, and a copy of it, lead to a document that is in the corpus."""
    names = {"inner": "1" * 16, "old": "2" * 16, "new": "3" * 16}
    texts = {"inner": WIRE[:4], "old": WIRE, "new": [*WIRE[:4], *OTHER]}
    articles = [
        article(names[name], lines, published=f"2031-03-0{day}")
        for day, (name, lines) in enumerate(texts.items(), 3)
    ]
    decided = Clusters(
        clusters=tuple(
            Cluster(id=i, family=names["inner"], members=(i,), representative=i, reason="alone")
            for i in sorted(names.values())
        ),
        relations=(
            relation(names["inner"], names["old"], "contains", 1.0, 0.5),
            relation(names["old"], names["new"], "updated_version", 0.9, 0.5),
        ),
    )
    monkeypatch.setattr(
        cleaning, "find_duplicates", lambda articles, settings, progress: list(articles) and decided
    )

    clean(articles, tmp_path)

    kept = {record["id"] for record in manifest(tmp_path)}
    assert kept == {names["inner"], names["new"]}
    out = [record for record in read_removed(tmp_path) if record.what == "document"]
    assert {record.representative for record in out} <= kept


def test_without_two_dates_the_longer_version_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """An undated text is not from 1970."""
    short, full = "1" * 16, "2" * 16
    decided = Clusters(
        clusters=tuple(
            Cluster(id=i, family=short, members=(i,), representative=i, reason="alone") for i in (short, full)
        ),
        relations=(relation(short, full, "updated_version", 1.0, 0.6),),
    )
    monkeypatch.setattr(
        cleaning, "find_duplicates", lambda articles, settings, progress: list(articles) and decided
    )

    clean([article(short, WIRE[:4], published="2031-03-03"), article(full, [*WIRE, *OTHER])], tmp_path)

    assert [record["id"] for record in manifest(tmp_path)] == [full]


def test_an_input_without_articles_leaves_no_folder_behind(tmp_path: Path):
    """It is known before anything is written."""
    (tmp_path / "empty").mkdir()

    with pytest.raises(SeedFormatError):
        clean(dedupe.read_articles(tmp_path / "empty"), tmp_path / "new")

    assert not (tmp_path / "new").exists()


def test_in_a_dump_furniture_tells_what_stands_between_it(tmp_path: Path):
    """Lines that are to go stand there while the cut looks; without them a teaser behind the story joins it."""
    menu = ["Home", "Subscribe", "Most popular", "Follow us", "Newsletters", "Enter your email to subscribe"]
    teaser = (
        "Harbour dredging starts in May, and the council has set aside money for the work on the quay wall."
    )
    dump = [
        *menu,
        *WIRE,
        "Comments",
        "Most popular",
        "9:38 AM",
        teaser,
        "Read more",
        "Editors' picks",
        *menu,
        *menu,
    ]

    clean([article("dump", dump)], tmp_path)

    [text] = [path.read_text(encoding="utf-8") for path in tmp_path.glob("0*.txt")]
    assert teaser not in text
    assert all(line in text for line in WIRE)
