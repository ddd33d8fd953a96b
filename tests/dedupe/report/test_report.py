"""The report: a pure function of the folder, whose sums add up and in which no text acts."""

from __future__ import annotations

import json
import re
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from dedupe.cleaning import clean
from dedupe.models import Article, RemovedRecord
from dedupe.report import Report, write_report
from dedupe.report.diff import compare, fold, side_by_side
from dedupe.report.documents import Row
from dedupe.report.funnel import funnel_of
from dedupe.report.groups import carried_texts
from dedupe.report.html import behind, first_members, lane, render, room, safe_url, seen
from dedupe.report.model import ClusterFacts, DocumentFacts, MemberFacts
from dedupe.report.shown import allowances, changed_part, shown_text
from dedupe.report.words import title_of
from dedupe.settings import DedupeSettings, GateSettings, QualitySettings
from tests.dedupe.fictional import BRIDGE, FERRY, FERRY_OTHER, fictional_corpus, ident, make_article

HOSTILE = (
    "<script>alert(1)</script> \u202egnp.exe \x1b[31mred ”><img src=x onerror=alert(2)> ' onmouseover='x"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A clean corpus."""
    return fictional_corpus(tmp_path / "skerry")


def test_the_report_is_the_same_wherever_and_whenever_it_is_made(tmp_path: Path):
    """No clock and no path takes part."""
    for place in ("one", "two"):
        write_report(fictional_corpus(tmp_path / place / "skerry"), DedupeSettings())
    write_report(tmp_path / "two" / "skerry", DedupeSettings())

    for name in ("report.json", "report.html", "findings.jsonl"):
        assert (tmp_path / "one/skerry" / name).read_bytes() == (tmp_path / "two/skerry" / name).read_bytes()
    assert str(tmp_path) not in (tmp_path / "one/skerry/report.html").read_text(encoding="utf-8")


def test_report_json_reads_back_as_the_report(folder: Path):
    """The page and the gate know nothing that does not stand in the file."""
    report = write_report(folder, DedupeSettings())

    assert Report.model_validate_json((folder / "report.json").read_bytes()) == report


def test_the_funnel_adds_up(folder: Path):
    """Every step is the one before, less its losses, plus what was given directly."""
    steps = write_report(folder, DedupeSettings()).funnel.steps

    for before, after in pairwise(steps):
        assert before.count - sum(loss.count for loss in after.losses) + after.added == after.count
    assert [(step.name, step.count) for step in steps] == [
        ("discovered", 40),
        ("fetched", 20),
        ("articles", 9),
        ("on_topic", 4),
        ("came_in", 5),
        ("usable", 4),
        ("deduplicated", 3),
        ("kept", 3),
    ]


def test_every_number_of_the_cleaning_leads_to_its_documents(folder: Path):
    """The filter behind a number shows as many documents as the number says, whatever the step."""
    report = write_report(folder, DedupeSettings())

    page = (folder / "report.html").read_text(encoding="utf-8")
    funnel = page.split('<section id="funnel"')[1].split("</section>")[0]
    links = re.findall(r'data-f="([^"]*)">(\d+)</a>', funnel)
    assert len(links) == 6
    for wanted, number in links:
        name, _, value = wanted.partition("=")
        shown = [
            document
            for document in report.documents
            if (name != "not" or document.kept or document.why not in value.split(","))
            and (name != "state" or (document.kept if value == "kept" else document.why == value))
        ]
        assert len(shown) == int(number), wanted


def test_one_reason_belongs_to_one_step():
    """The same address again is a duplicate, also where the first of the two was left out."""
    gone = [
        DocumentFacts(name=name, id=name, kept=False, verdict="drop", why="same_address", representative=of)
        for name, of in (("a", 0), ("b", None))
    ]
    kept = write_free_document("2031-03-04")

    steps = funnel_of([kept, *gone], None).steps

    assert [(step.name, [loss.count for loss in step.losses]) for step in steps] == [
        ("came_in", []),
        ("usable", []),
        ("deduplicated", [2]),
        ("kept", []),
    ]


def test_the_head_says_what_the_report_is_of(folder: Path):
    """Program, corpus, settings and seeds stand where the verdict stands."""
    report = write_report(folder, DedupeSettings())

    head = (folder / "report.html").read_text(encoding="utf-8").split("</header>")[0]
    for value in (report.corpus_digest[:12], report.settings_digest, report.made_by, "1 seed</a>"):
        assert value in head


def test_copies_are_shown_with_the_kept_text_and_who_was_first(folder: Path):
    """A reader sees which copy stays, why, when each was published, and the words that differ."""
    report = write_report(folder, DedupeSettings())

    (cluster,) = report.clusters
    assert [report.documents[member.document].publisher for member in cluster.members] == [
        "Alder Courier",
        "Alder Gazette",
    ]
    assert [member.behind_minutes for member in cluster.members] == [0, 200]
    assert [(part.op, part.text) for part in cluster.members[1].diff if part.op.startswith("only")] == [
        ("only_other", "that"),
        ("only_kept", "would"),
        ("only_other", "will"),
    ]
    assert report.independent == 1
    (carried,) = report.coverage.carried
    assert (carried.source, [bar.label for bar in carried.carriers]) == ("Alder Courier", ["Alder Gazette"])


def test_of_many_sources_the_page_says_how_many_it_does_not_name(folder):
    """Fifteen papers are carried, each by one other: twelve have a row."""
    rows = [
        Row(
            kept=place % 2 == 0,
            why="exact",
            site=None,
            publisher=f"Paper {place}",
            published=None,
            language=None,
            words=100,
            characters=600,
            relevance=None,
            seed=False,
            rights=(),
        )
        for place in range(30)
    ]
    named, more = carried_texts(rows, [(place, [place + 1]) for place in range(0, 30, 2)])
    assert (len(named), more) == (12, 3)

    report = write_report(folder, DedupeSettings())
    coverage = report.coverage.model_copy(update={"carried": named, "carried_more": more})
    assert "And 3 others whose texts were carried." in render(
        report.model_copy(update={"coverage": coverage})
    )


def test_a_cut_line_is_shown_in_its_place(folder: Path):
    """Nothing is taken out unseen."""
    report = write_report(folder, DedupeSettings())

    lines = [(line.kind, line.reason) for line in report.documents[0].text]
    assert lines == [("kept", ""), ("kept", ""), ("cut", "newsletter"), *[("kept", "")] * 3]
    (site,) = report.furniture
    assert (site.site, site.lines, site.examples[0].count) == ("courier.example", 1, 1)


def test_a_mended_line_shows_what_it_was_before(folder: Path):
    """A reader sees the words as they are and as they came, with what nobody could see drawn."""
    line = FERRY.split("\n")[0]
    came = line.replace("crack", "cr\u200back")
    record = RemovedRecord(
        what="line",
        id=ident("https://courier.example/ferry"),
        source="https://courier.example/ferry",
        line=0,
        reason="mended",
        evidence="Invisible characters were taken out.",
        text=came,
        mended=line,
    )
    with (folder / "removed.jsonl").open("a", encoding="utf-8") as file:
        file.write(record.model_dump_json() + "\n")

    document = write_report(folder, DedupeSettings()).documents[0]

    assert document.mended_lines == 1
    assert document.text[0].was == "… running on Tuesday after a cr\u200back was found in its hull, the…"
    assert 'cr<i class="u">U+200B</i>ack' in (folder / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("before", "now", "shown"),
    [
        ("a\u200bb", "ab", "a\u200bb"),
        ("ab", "a b", "ab"),
        ("x" * 50 + "&amp;" + "y" * 50, "x" * 50 + "&" + "y" * 50, "…" + "x" * 29 + "&amp;" + "y" * 30 + "…"),
    ],
)
def test_of_a_mended_line_the_part_that_was_another_is_shown(before: str, now: str, shown: str):
    """With a few characters on either side, so that the place is found."""
    assert changed_part(before, now) == shown


def test_a_broken_rule_comes_first_and_names_its_documents(folder: Path):
    """The verdict leads with what stands against the corpus."""
    settings = DedupeSettings(quality=QualitySettings(gate=GateSettings(least_documents=10)))
    next(folder.glob("001_*")).write_text("Nothing here.", encoding="utf-8")

    verdict = write_report(folder, settings).verdict

    assert not verdict.clean
    assert [(rule.name, rule.passed, rule.documents) for rule in verdict.rules[:4]] == [
        ("files", False, (1,)),
        ("least_documents", False, ()),
        ("most_unusable", False, (1,)),
        ("checks_ran", True, ()),
    ]


class Elements(HTMLParser):
    """Collects what a browser would act on."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.targets: set[str] = set()
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name in ("href", "src", "srcset", "action", "data", "poster"):
                self.targets.add(value or "")
            if name == "id":
                self.ids.append(value or "")


def test_no_title_or_text_acts_in_the_page(tmp_path: Path):
    """What came from the web is shown, with its hidden characters drawn, and never interpreted."""
    article = make_article(
        "https://evil.example/a?b=<c>",
        f"{FERRY}\n{HOSTILE}",
        title=HOSTILE,
        publisher=HOSTILE,
    )
    folder = fictional_corpus(tmp_path / "skerry", {"independent": article})
    manifest = (folder / "manifest.jsonl").read_text(encoding="utf-8")
    (folder / "manifest.jsonl").write_text(
        manifest.replace("https://evil.example/a?b=<c>", "javascript:alert(1)"), encoding="utf-8"
    )

    write_report(folder, DedupeSettings())

    page = (folder / "report.html").read_text(encoding="utf-8")
    elements = Elements()
    elements.feed(page)
    assert elements.tags.count("script") == 1
    assert not {"img", "iframe", "object", "form", "link", "base"} & set(elements.tags)
    assert not {name for name in elements.attributes if name.startswith("on") or name == "style"}
    assert not [target for target in elements.targets if re.match(r"(?i)javascript|data|//", target)]
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0e-\x1f]", page)
    assert '<i class="u">U+202E</i>' in page
    assert len(elements.ids) == len(set(elements.ids))
    assert {target[1:] for target in elements.targets if target.startswith("#")} <= set(elements.ids)


def test_the_page_asks_nothing_of_the_network(folder: Path):
    """It opens offline: no picture, font, style or script from elsewhere, and a policy that forbids them."""
    write_report(folder, DedupeSettings())

    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    assert not re.search(r"@import|url\(|<link|srcset|\bsrc=", page)


def test_unseen_characters_are_drawn_and_markup_is_escaped():
    """A reader sees what a program would read."""
    assert str(seen("a\u200bb<i>")) == 'a<i class="u">U+200B</i>b&lt;i&gt;'


@pytest.mark.parametrize(
    ("url", "given"),
    [
        ("https://a.example/b?c=d", "https://a.example/b?c=d"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("https://a.example/\u202egnp", None),
        ('https://a.example/"onclick=', None),
        (None, None),
    ],
)
def test_only_plain_web_addresses_can_be_clicked(url: str | None, given: str | None):
    """An address leads to the web or is only text."""
    assert safe_url(url) == given


def test_a_comparison_shows_only_what_differs_and_some_words_around():
    """Long stretches of the same are folded."""
    words = [f"word{n}" for n in range(200)]
    other = [*words[:100], "new", *words[101:]]

    parts = fold(compare(" ".join(words), " ".join(other)), 10_000)

    assert [part.op for part in parts] == ["gap", "same", "only_kept", "only_other", "same", "gap"]
    assert parts[0].text == "88 same words"
    assert compare("a  b\nc", "a b c") == ()


def test_words_that_two_changed_passages_share_by_chance_belong_to_the_change():
    """A reader sees one passage put in another's place, not a passage in shreds."""
    kept = "The harbour office said the boat of the island stays ashore for weeks"
    other = "The harbour office said a crew from the mainland will begin with repairs tonight"

    parts = compare(kept, other)

    assert [(part.op, part.text) for part in parts] == [
        ("same", "The harbour office said"),
        ("only_kept", "the boat of the island stays ashore for weeks"),
        ("only_other", "a crew from the mainland will begin with repairs tonight"),
    ]


def test_a_comparison_stands_in_two_columns_that_stay_level():
    """What the kept text says is left, what the other says right, and what is left out lies between the rows."""
    words = [f"word{n}" for n in range(200)]
    other = [*words[:100], "new", *words[101:]]

    before, (left, right), after = side_by_side(fold(compare(" ".join(words), " ".join(other)), 10_000))

    assert (before, after) == ("88 same words", "87 same words")
    assert [part.text for part in left if part.op != "same"] == ["word100"]
    assert [part.text for part in right if part.op != "same"] == ["new"]
    assert left[0] == right[0]


def test_a_long_stretch_of_one_text_shows_its_ends():
    """A paragraph that only one text has does not take the room of all other differences."""
    parts = fold(compare("a b c d", "a b " + "x " * 900 + "y c d e"), 600)

    (long,) = [part.text for part in parts if part.op == "only_other" and "…" in part.text]
    assert long.startswith("x x")
    assert long.endswith("x y")
    assert len(long) <= 370
    assert parts[-1] == compare("d", "d e")[-1]


def test_the_page_shows_who_published_when_and_the_texts_side_by_side(folder: Path):
    """A reader sees at once who was first, and which words the copy changed."""
    report = write_report(folder, DedupeSettings())

    (cluster,) = report.clusters
    at = [lane(member, cluster, report.documents[member.document]) for member in cluster.members]
    assert at == [(0, 0), (100, 100)]
    page = (folder / "report.html").read_text(encoding="utf-8")
    (table,) = re.findall("<table class=sbs>.*?</table>", page, re.DOTALL)
    assert "<del>would</del>" in table
    assert "<ins>will</ins>" in table


def test_a_day_without_its_hour_takes_the_whole_day_of_the_line():
    """Nobody is shown as first or last for an hour that the page does not say."""
    timed, dayed = write_free_document("2031-03-04T12:00"), write_free_document("2031-03-04")
    members = [MemberFacts(document=0, behind_minutes=0), MemberFacts(document=1, behind_minutes=719)]
    cluster = ClusterFacts(kept=0, reason="", members=tuple(members))

    assert lane(members[0], cluster, timed) == (0, 0)
    assert lane(members[1], cluster, dayed) == (0, 100)
    assert lane(MemberFacts(document=2), cluster, dayed) is None


def test_a_long_title_ends_with_a_whole_word():
    """Titles take a bounded room, in any script."""
    assert room("The ferry to Skerry stops after a crack is found", 30) == "The ferry to Skerry stops…"
    assert room("Short", 30) == "Short"
    assert room("船" * 40, 30) == "船" * 9 + "…"


def test_room_on_the_page_goes_to_evidence_first():
    """Nobody gets more than it needs; where too little is left to show something, the lightest show nothing."""
    assert allowances([100, 5000, 5000], [1, 4, 1], 3100) == [100, 2220, 780]
    assert allowances([1000, 1000, 1000], [1, 6, 1], 650) == [308, 342, 0]
    assert sum(allowances([5000] * 400, [1, 6] * 200, 30_000)) == 30_000


def test_a_long_text_shows_its_cut_lines_and_says_what_it_leaves_out():
    """Short of room, the evidence stays."""
    text = "\n".join([FERRY, FERRY_OTHER])

    lines = shown_text(text, (), (), 400)

    assert sum(len(part) for line in lines for part, _ in line.parts) <= 450
    assert lines[-1].kind == "gap"


def test_times_behind_the_first_are_said_as_people_say_them():
    """Minutes where the minute is known, days where only the day is."""
    document = write_free_document("2031-03-04T11:20")

    assert behind(200, document) == "+3 h 20 min"
    assert behind(0, document) == "first"
    assert behind(3 * 24 * 60, write_free_document("2031-03-07")) == "+3 days"
    assert behind(0, write_free_document("2031-03-07")) == "same day"
    assert behind(60, write_free_document("2031-03-07")) == "same day"


def write_free_document(published: str):
    """A document of which only the date matters."""
    return DocumentFacts(name="x", id="x", kept=True, verdict="keep", why="only_copy", published=published)


def test_findings_are_written_a_line_each(folder: Path):
    """Other programs read them without the report."""
    next(folder.glob("001_*")).write_text("Nothing here.", encoding="utf-8")

    write_report(folder, DedupeSettings())

    rows = [json.loads(line) for line in (folder / "findings.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {row["kind"] for row in rows} == {"hash_mismatch", "empty_or_short"}
    assert set(rows[0]) >= {"file", "kind", "severity", "reason", "check", "action"}


def test_pictures_mark_the_seeds_and_the_cut_and_have_a_table_beside_them(folder: Path):
    """What a picture shows stands in words too, for those who do not see it."""
    report = write_report(folder, DedupeSettings())

    assert [bar.label for bar in report.coverage.lengths if bar.marked] == ["100–199"]
    assert [bar.label for bar in report.coverage.relevance if bar.marked] == ["0.90"]
    page = (folder / "report.html").read_text(encoding="utf-8")
    coverage = page.split('<section id="coverage"')[1].split("</section>")[0]
    assert coverage.count('class="chart"') == coverage.count("The same as a table") == 3
    assert "100–199 (a seed)" in coverage
    assert 'class="limit" x1="30.00%"' in coverage


def gathered(folder: Path, **fields: object) -> None:
    """Change what the crawl says of itself."""
    path = folder / "gathering.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | fields), encoding="utf-8")


@pytest.mark.parametrize(
    ("by_settings", "by_crawl", "window", "marked"),
    [
        ({}, {}, None, []),
        ({}, {"published_to": "2031-03-02"}, "crawl", ["2031-03-01", "2031-03-02"]),
        ({"published_from": date(2031, 3, 3)}, {"published_to": "2031-03-02"}, "settings", ["2031-03-03"]),
    ],
    ids=["nobody asked for one", "the crawl's", "that of the settings goes first"],
)
def test_the_window_is_shaded_in_the_timeline(
    folder: Path,
    by_settings: dict[str, date],
    by_crawl: dict[str, str],
    window: str | None,
    marked: list[str],
):
    """What the crawl was asked for, unless the settings of the corpus give a window of their own."""
    dates = ("2031-03-01", "2031-03-02", "2031-03-03")
    lines = (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) | {"published": f"{dates[n % 3]}T08:00:00Z"} for n, line in enumerate(lines)]
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / "manifest.jsonl").write_text(text, encoding="utf-8")
    gathered(folder, **by_crawl)

    coverage = write_report(folder, DedupeSettings(quality=QualitySettings(**by_settings))).coverage

    assert coverage.window == window
    assert [bar.label for bar in coverage.timeline if bar.marked] == marked
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert ("publication that the crawl was asked for." in page) is (window == "crawl")
    assert ("publication that the settings give." in page) is (window == "settings")


def test_a_year_that_the_window_begins_in_is_shaded(folder: Path):
    """A bar stands for all of its days: those of which the window has a part are marked."""
    lines = (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [
        json.loads(line) | {"published": f"{2019 + 6 * n}-05-01T08:00:00Z"} for n, line in enumerate(lines)
    ]
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / "manifest.jsonl").write_text(text, encoding="utf-8")
    gathered(folder, published_from="2025-02-01", published_to="2026-01-31")

    coverage = write_report(folder, DedupeSettings()).coverage

    assert [bar.label for bar in coverage.timeline if bar.marked] == ["2025", "2026"]


def test_the_report_says_whether_dates_were_held_against_the_last_fetch(folder: Path):
    """What could not be looked for is said, not passed over."""
    unsaid = write_report(folder, DedupeSettings())
    assert unsaid.integrity.last_fetched is None
    assert "were not looked for" in (folder / "report.html").read_text(encoding="utf-8")

    gathered(folder, last_fetched="2031-03-20")
    said = write_report(folder, DedupeSettings())

    assert said.integrity.last_fetched == date(2031, 3, 20)
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "The last page was fetched on 2031-03-20;" in page
    assert "were not looked for" not in page


def test_a_document_whose_check_says_so_can_be_left_out(folder: Path):
    """The task names the command, for the remedies that ask for it; other defects are mended otherwise."""
    path = next(folder.glob("000_*"))
    told = "As an AI language model, I cannot browse the internet or give real-time reports."
    path.write_text(f"{FERRY}\n{told}\n", "utf-8")

    tasks = write_report(folder, DedupeSettings()).tasks

    by_title = {task.title.partition(":")[0]: task.leave_out for task in tasks}
    assert by_title["Leftovers of a language model"] == 'dedupe leave-out skerry 000 --because "…"'
    assert by_title["Changed file"] == ""
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "Leave it out: <code" in page


def test_a_seed_that_was_left_out_as_a_copy_is_marked_all_the_same(folder: Path):
    """Seeds come back from the web as other copies: where they stood is what the corpus is held against."""
    gathering = json.loads((folder / "gathering.json").read_text(encoding="utf-8"))
    gathering["seeds"] = [f"000_{ident('https://tarnpost.example/soon')}.txt"]
    (folder / "gathering.json").write_text(json.dumps(gathering), encoding="utf-8")

    coverage = write_report(folder, DedupeSettings()).coverage

    assert [bar.label for bar in coverage.lengths if bar.marked] == ["0–49"]


def test_a_site_that_lost_half_its_text_carries_a_warning(folder: Path):
    """A part of the story may have gone with the furniture: somebody has to look."""
    record = RemovedRecord(
        what="block",
        id=ident("https://tarnpost.example/bridge"),
        source="https://tarnpost.example/bridge",
        line=5,
        reason="menu",
        evidence="A menu.",
        text="Contact " * 300,
    )
    with (folder / "removed.jsonl").open("a", encoding="utf-8") as file:
        file.write(record.model_dump_json() + "\n")

    report = write_report(folder, DedupeSettings())

    assert [site.share > 0.5 for site in report.furniture] == [True, False]
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert page.count("a part of the story may have gone with the furniture") == 1
    assert '<td class="n">1 of 2</td>' in page


def test_each_task_says_how_to_look_and_how_to_settle_it(folder: Path):
    """A reviewer who has read the page knows what to type; what nobody can let stand is not offered."""
    next(folder.glob("001_*")).write_text("Nothing here.", encoding="utf-8")

    tasks = write_report(folder, DedupeSettings()).tasks

    assert [(task.command, task.settle) for task in tasks if task.title.startswith("Empty")] == [
        ("dedupe explain skerry 001", 'dedupe accept skerry 001:empty_or_short --because "…"')
    ]
    assert [task.settle for task in tasks if task.title.startswith("Changed")] == [""]


def test_a_clean_report_says_how_the_corpus_is_handed_on(folder: Path):
    """With nothing to do, the next step is the use of the corpus."""
    assert write_report(folder, DedupeSettings()).verdict.clean
    assert "dedupe export skerry -o skerry.parquet" in (folder / "report.html").read_text(encoding="utf-8")


def test_reserved_rights_and_personal_data_lead_to_their_documents(tmp_path: Path):
    """Whoever passes a corpus on sees what it holds of others' rights."""
    article = make_article(
        "https://quay.example/lift",
        BRIDGE.replace("bridge", "lift").replace("Lower Tarn", "Port Alder"),
        title="Harbour lift closes",
        publisher="The Quay",
        rights=("tdm-reservation: 1",),
    )
    folder = fictional_corpus(tmp_path / "skerry", {"only_copy": article})

    write_report(folder, DedupeSettings())

    page = (folder / "report.html").read_text(encoding="utf-8")
    integrity = page.split('<section id="integrity"')[1].split("</section>")[0]
    assert 'tdm-reservation: 1</th><td class="n">1</td><td><a href="#d3">003</a>' in integrity
    assert "<strong>Rights reserved</strong>: 1 document" in integrity
    assert "<strong>Personal data</strong>: none was found" in integrity


def test_style_and_script_agree_on_how_many_documents_are_shown_at_first(folder: Path):
    """The style holds the others back until the script can show them; without scripts all are shown."""
    write_report(folder, DedupeSettings())

    page = (folder / "report.html").read_text(encoding="utf-8")
    (first,) = re.findall(r"FIRST=(\d+)", page)
    assert (
        f"@media (scripting:enabled){{.docs:not(.ready) tbody:nth-of-type(n+{int(first) + 1}){{display:none}}}}"
        in page
    )


def test_each_check_says_how_far_to_believe_it(folder: Path):
    """Precision, recall, false alarms, and on how many documents they were measured."""
    checks = {check.name: check for check in write_report(folder, DedupeSettings()).checks}

    assert checks["mojibake"].planted > 0
    for check in checks.values():
        measured = (check.precision, check.recall, check.false_alarms)
        assert check.planted == 0 or all(figure is not None and 0 <= figure <= 1 for figure in measured)
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "share of the documents without the defect that it flags" in page


@pytest.mark.parametrize(
    ("publishers", "least", "passed", "told", "says"),
    [
        ((None, None), 1, True, True, "No publisher is known of any of the 2 documents."),
        ((None, None), 2, False, False, "No publisher is known of any of the 2 documents. So it cannot"),
        ((None, None), 3, False, True, "No publisher is known of any of the 2 documents."),
        (("Alder Courier", None), 2, False, False, "1 publisher. Not known of 1 of 2 documents. So it"),
        (("Alder Courier", None), 1, True, True, "1 publisher. Not known of 1 of 2 documents."),
        (("Alder Courier", "Tarn Post"), 2, True, True, "2 publishers."),
        (("Alder Courier", "Alder Courier"), 2, False, True, "1 publisher."),
    ],
)
def test_documents_without_a_publisher_are_no_voices(
    tmp_path: Path, publishers: tuple[str | None, ...], least: int, passed: bool, told: bool, says: str
):
    """They may all be of one publisher: a rule that they would decide does not hold, and says why."""
    texts = (FERRY, BRIDGE)
    articles = [
        Article(id=str(number), text=text, publisher=publisher)
        for number, (text, publisher) in enumerate(zip(texts, publishers, strict=True))
    ]
    report = clean(
        articles, tmp_path, DedupeSettings(quality=QualitySettings(gate=GateSettings(least_publishers=least)))
    )

    [rule] = [rule for rule in report.verdict.rules if rule.name == "least_publishers"]
    known = len({name for name in publishers if name})
    assert (rule.passed, rule.told) == (passed, told)
    assert rule.says.startswith(says)
    assert (report.coverage.publisher_count, report.coverage.unnamed) == (known, publishers.count(None))
    assert sum(bar.count for bar in report.coverage.publishers) == 2
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert ("? not known" in page) is not told


@pytest.mark.parametrize("kept", [0, 11, 12, 19])
def test_the_kept_copy_of_a_large_group_has_a_row(kept: int):
    """However late it was published; each of the others is named once."""
    members = tuple(MemberFacts(document=place) for place in range(20))

    shown, others = first_members(ClusterFacts(kept=kept, reason="the fullest", members=members))

    assert (len(shown), len(others)) == (12, 8)
    assert kept in [member.document for member in shown]
    assert sorted(member.document for member in (*shown, *others)) == list(range(20))


def test_why_one_of_a_cluster_stays_is_said_in_words():
    """With the number of the texts that it stands for, itself among them."""
    assert title_of("representative of 1200: the earliest") == "the one kept of 1,200 copies: the earliest"


def test_a_corpus_that_is_not_clean_is_not_told_to_have_nothing_to_do(tmp_path: Path):
    """Too few documents have no findings; the page says what to do all the same."""
    settings = DedupeSettings(quality=QualitySettings(gate=GateSettings(least_documents=9)))
    report = clean([make_article("https://a.example/1", FERRY)], tmp_path, settings)

    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert not report.verdict.clean
    assert not report.tasks
    assert "Nothing: no document" not in page
    assert "Gather more" in page
