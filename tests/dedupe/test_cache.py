"""The cache of cleanings: the same bytes as without it, for less work, whatever happens to its file."""

from __future__ import annotations

import json
import logging
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest

from dedupe import Article, DedupeSettings, clean, intake
from dedupe.cache import KEPT_DAYS, Cache
from dedupe.cli import main
from dedupe.errors import CacheError
from tests.dedupe.fictional import BRIDGE, FERRY, FERRY_OTHER
from tests.dedupe.test_faults import ROOT, files_of

PLACES = ("Alder", "Brink", "Corvey", "Dunmoor", "Eastry", "Fenwick", "Garth", "Holm")
PROMISE = "The Courier is printed on paper from our own woods, and delivered by bicycle to your door."
DAY = date(2031, 3, 4)


def story(number: int, more: str = "") -> Article:
    """A story of its own, with a line that its site prints on every page, and one that had to be mended."""
    place = PLACES[number]
    lines = (
        f"The mayor of {place} opened a well on Monday that is {number + 40} metres deep.",
        f"People of {place} had carried water from the river Tarn{'â€™'}s bank for {number + 2} years, he said.",
        PROMISE,
        f"A pump from the works in {PLACES[number - 1]} lifts {number + 3} litres a second, says its engineer.",
        *more.splitlines(),
    )
    address = f"https://courier.example/{place}"
    return Article(id=f"{number:016x}", text="\n".join(lines), url=address)


STORIES = [story(number) for number in range(6)]
OTHERS = [
    Article(id=f"{number:016x}", text=text, url=f"https://gazette.example/{number}")
    for number, text in enumerate((FERRY, FERRY_OTHER, BRIDGE, f"Home | News | Sport\n{FERRY}"), 16)
]
FIRST = [*STORIES[:2], *OTHERS]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is done anew, as (step, article's id) with a blank between."""
    done: list[str] = []
    look_at, finish = intake.look_at, intake.finish

    def looks(article: Article, **more: object) -> bytes:
        done.append(f"look_at {article.id}")
        return look_at(article, **more)  # type: ignore[arg-type]

    def finishes(left: intake.AfterCut, **more: object) -> object:
        done.append(f"finish {left[1][0].id}")
        return finish(left, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(intake, "look_at", looks)
    monkeypatch.setattr(intake, "finish", finishes)
    return done


def cleaned(
    articles: list[Article], folder: Path, cache: Path | None, settings: str = ""
) -> dict[str, bytes]:
    """The files of a corpus that is always called the same."""
    toml = folder.parent / f"{folder.name}.toml"
    toml.write_text(settings)
    clean(iter(articles), folder / "corpus", DedupeSettings.from_toml(toml), cache=cache)
    return files_of(folder / "corpus")


def test_a_second_run_makes_nothing_anew(tmp_path: Path, made: list[str]):
    """And all three write the same bytes."""
    without = cleaned(FIRST, tmp_path / "without", None)
    made.clear()
    cold = cleaned(FIRST, tmp_path / "cold", tmp_path / "cache")
    assert len(made) == 2 * len(FIRST)
    made.clear()
    warm = cleaned(FIRST, tmp_path / "warm", tmp_path / "cache")

    assert made == []
    assert without == cold == warm


def test_of_more_articles_the_new_ones_are_made_and_those_whose_lines_repeat_now(
    tmp_path: Path, made: list[str]
):
    """The third story of a site makes its line furniture; a fourth changes only the count in the evidence."""
    cache = tmp_path / "cache"
    for number, anew in ((2, [0, 1]), (3, [0, 1, 2]), (4, [3]), (6, [4, 5])):
        articles = [*OTHERS, *STORIES[:number]]
        made.clear()
        with_cache = cleaned(articles, tmp_path / f"with{number}", cache)
        finished = [int(each.split()[1], 16) for each in made if each.startswith("finish")]
        looked_at = [int(each.split()[1], 16) for each in made if each.startswith("look_at")]

        assert [each for each in finished if each < 16] == anew
        assert [each for each in looked_at if each < 16] == (
            [0, 1] if number == 2 else anew[-1:] if number < 6 else [4, 5]
        )
        assert with_cache == cleaned(articles, tmp_path / f"without{number}", None)
    assert b"6 stories of this site print this block" in with_cache["removed.jsonl"]


def test_fewer_articles_and_a_changed_one(tmp_path: Path, made: list[str]):
    """What goes takes its count with it; what is changed is made anew."""
    cache = tmp_path / "cache"
    cleaned([*STORIES, *OTHERS], tmp_path / "all", cache)
    fewer = [
        *STORIES[1:5],
        story(5, "A second well is planned for the spring, beside the school."),
        *OTHERS[1:],
    ]
    made.clear()

    with_cache = cleaned(fewer, tmp_path / "with", cache)

    assert made == ["look_at 0000000000000005", "finish 0000000000000005"]
    assert with_cache == cleaned(fewer, tmp_path / "without", None)


@pytest.mark.parametrize(
    ("settings", "anew"),
    [
        ("[duplicates]\ncopy_share = 0.9\n", False),
        ("[quality.gate]\nleast_documents = 100\n", False),
        ("[corpus]\nkeep_versions = true\n", False),
        ("[engine]\nworkers = 1\n", False),
        ("[corpus]\nleast_relevance = 0.1\n", True),
        ("[quality]\nleast_words = 500\n", True),
        ("[boilerplate]\nleast_story = 0.3\n", True),
    ],
)
def test_settings_that_the_steps_ask_for_count_and_no_others(
    settings: str, anew: bool, tmp_path: Path, made: list[str]
):
    """Another threshold for copies leaves the cut as it was."""
    cleaned(FIRST, tmp_path / "first", tmp_path / "cache")
    made.clear()

    with_cache = cleaned(FIRST, tmp_path / "with", tmp_path / "cache", settings)

    assert bool(made) is anew
    assert with_cache == cleaned(FIRST, tmp_path / "without", None, settings)


def test_a_decision_makes_its_own_document_anew(tmp_path: Path, made: list[str]):
    """And the next release everything."""
    cleaned(FIRST, tmp_path / "with", tmp_path / "cache")
    line = {"finding": f"{1:016x}:left_out", "because": "a test", "decided": "2031-01-01"}
    line |= {"until": "9999-01-01", "file": "x", "kind": "left_out", "severity": 3, "reason": "It goes."}
    for folder in ("with", "without"):
        (tmp_path / folder / "corpus").mkdir(parents=True, exist_ok=True)
        (tmp_path / folder / "corpus" / "decisions.jsonl").write_text(f"{json.dumps(line)}\n")
    made.clear()

    with_cache = cleaned(FIRST, tmp_path / "with", tmp_path / "cache")

    assert made == ["look_at 0000000000000001", "finish 0000000000000001"]
    assert "left_out" in with_cache["removed.jsonl"].decode()


def test_another_release_makes_everything_anew(
    tmp_path: Path, made: list[str], monkeypatch: pytest.MonkeyPatch
):
    """It may say something else of a text."""
    cleaned(FIRST, tmp_path / "first", tmp_path / "cache")
    made.clear()
    monkeypatch.setattr(intake, "code_digest", lambda: b"the next release")

    cleaned(FIRST, tmp_path / "next", tmp_path / "cache")

    assert len(made) == 2 * len(FIRST)


def _damage_values(path: Path) -> None:
    with sqlite3.connect(path) as base:
        base.execute("UPDATE made SET value = substr(value, 1, 20)")


def _damage_pages(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096:] = bytes(byte ^ 0x55 for byte in data[4096:])
    path.write_bytes(data)


@pytest.mark.parametrize("damage", [_damage_values, _damage_pages])
def test_damage_costs_the_cache_and_not_the_run(
    damage: Callable[[Path], None], tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    """One line names the file and the way out."""
    expected = cleaned(FIRST, tmp_path / "without", None)
    cleaned(FIRST, tmp_path / "first", tmp_path / "cache")
    damage(tmp_path / "cache")

    with caplog.at_level(logging.WARNING):
        assert cleaned(FIRST, tmp_path / "with", tmp_path / "cache") == expected

    [said] = [record.getMessage() for record in caplog.records]
    assert said.startswith(str(tmp_path / "cache"))
    assert said.endswith("delete the file.")


def _text(path: Path) -> None:
    path.write_text("Dear diary, today I kept a cache. " * 40)


def _other_base(path: Path) -> None:
    with sqlite3.connect(path) as base:
        base.execute("CREATE TABLE mine (treasure TEXT)")


def _folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize("other", [_text, _other_base, _folder])
def test_a_file_that_is_something_else_is_left_as_it_is(other: Callable[[Path], None], tmp_path: Path):
    """Nothing is written, neither to it nor to the corpus."""
    path = tmp_path / "cache"
    other(path)
    before = path.read_bytes() if path.is_file() else None

    with pytest.raises(CacheError, match=r"cache: .*Name another file"):
        clean(FIRST, tmp_path / "corpus", cache=path)

    assert before == (path.read_bytes() if path.is_file() else None)
    assert not (tmp_path / "corpus").exists()
    with pytest.raises(CacheError, match="Name another file"):
        Cache(tmp_path / "nowhere" / "cache", DAY)


def test_what_nobody_asks_for_goes(tmp_path: Path):
    """After so many days; each use begins them anew."""
    path = tmp_path / "cache"
    with Cache(path, DAY) as cache:
        cache.put(b"used", b"1")
        cache.put(b"not used", b"2")
    with Cache(path, DAY + timedelta(KEPT_DAYS)) as cache:
        assert cache.get(b"used") == b"1"
    with Cache(path, DAY + timedelta(KEPT_DAYS + 1)) as cache:
        pass
    with Cache(path, DAY + timedelta(KEPT_DAYS + 1)) as cache:
        assert (cache.get(b"used"), cache.get(b"not used")) == (b"1", None)


def test_a_kill_leaves_what_was_written(tmp_path: Path):
    """At any moment; the next run goes on with it."""
    script = (
        "import os, signal\n"
        "from datetime import date\nfrom pathlib import Path\nfrom dedupe.cache import Cache\n"
        f"cache = Cache(Path({str(tmp_path / 'cache')!r}), date(2031, 3, 4))\n"
        "for number in range(5000): cache.put(b'%d' % number, b'value %d' % number)\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode == -9

    with Cache(tmp_path / "cache", DAY) as cache:
        found = [cache.get(b"%d" % number) for number in range(5000)]

    kept = 5000 // 1024 * 1024
    assert found == [b"value %d" % number for number in range(kept)] + [None] * (5000 - kept)


def _fill(path: Path, first: int) -> None:
    with Cache(path, DAY) as cache:
        for number in range(first, first + 3000):
            cache.put(b"%d" % number, b"value %d" % number)


def test_two_runs_share_a_file(tmp_path: Path):
    """Neither waits for the end of the other, and nothing is lost."""
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(_fill, [tmp_path / "cache"] * 2, (0, 2000)))

    with Cache(tmp_path / "cache", DAY) as cache:
        assert all(cache.get(b"%d" % number) == b"value %d" % number for number in range(5000))


def test_the_command_has_it(tmp_path: Path, made: list[str], capsys: pytest.CaptureFixture[str]):
    """On one machine; Spark's workers cannot read it."""
    source = tmp_path / "in.jsonl"
    source.write_text("".join(f"{article.model_dump_json()}\n" for article in FIRST), encoding="utf-8")
    command = ["clean", str(source), "-o", str(tmp_path / "corpus"), "--cache", str(tmp_path / "cache")]
    assert main(command) == 0
    made.clear()
    assert main(command) == 0
    assert made == []

    assert main([*command, "--engine", "spark"]) == 2
    assert "--cache" in capsys.readouterr().err
