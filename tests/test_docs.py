"""The docs say what is there: commands, arguments, options, files and links."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest
import responses
from scrapy.spiderloader import SpiderLoader
from scrapy.utils.project import get_project_settings

from crawler.asked import Arguments
from crawler.items import Candidate, Page
from crawler.sources import Question, Seen
from crawler.topic import Topic
from dedupe.models import Article
from dedupe.quality import registry
from dedupe.report import write_report
from dedupe.settings import DedupeSettings, QualitySettings
from tests.dedupe.fictional import fictional_corpus

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
PAGES += [ROOT / "examples" / "README.md", ROOT / "seeds" / "README.md"]
CONSOLE = re.compile(r"^```console\n(.*?)^```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
GENERATED = re.compile(r"<!-- generated: \w+ -->.*?<!-- end -->", re.DOTALL)


@cache
def dedupe_help(*words):
    return subprocess.run(
        [sys.executable, "-m", "dedupe", *words, "--help"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
    )


def commands_in(page):
    """Every command of a page's console blocks, cut at `&&`, as words."""
    for block in CONSOLE.findall(page.read_text(encoding="utf-8")):
        for line in block.splitlines():
            if line.startswith("$ "):
                for part in line[2:].split("&&"):
                    words = shlex.split(part, comments=True)
                    if words:
                        yield [words[0].removeprefix(".venv/bin/"), *words[1:]]


ALL = [(page, words) for page in PAGES for words in commands_in(page)]


def of_program(name):
    cases = [(page, words) for page, words in ALL if words[0] == name]
    return pytest.mark.parametrize(
        ("page", "words"), cases, ids=[f"{p.name}: {' '.join(w)}" for p, w in cases]
    )


def slug(heading):
    """The anchor that a heading gets: `articles.jsonl` -> articlesjsonl."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def headings_of(path):
    return [slug(heading) for heading in HEADING.findall(path.read_text(encoding="utf-8"))]


@of_program("dedupe")
def test_a_dedupe_command_in_the_docs_exists_with_its_options(page, words):
    """`dedupe NAME` is a command, and its help names each option used."""
    done = dedupe_help(words[1])

    assert done.returncode == 0, done.stderr
    assert [word for word in words[2:] if word.startswith("-") and word not in done.stdout] == []


@of_program("scrapy")
def test_a_crawl_in_the_docs_exists_with_its_arguments(page, words):
    """`scrapy crawl NAME` is a spider; `-a` and `-s` names are its arguments and our settings."""
    settings = get_project_settings()
    given = {flag: [] for flag in ("-a", "-s")}
    for flag, value in zip(words[3::2], words[4::2], strict=True):
        given[flag].append(value.partition("=")[0])

    if words[1] == "clean":
        assert not any(given.values())
        return
    assert words[1] == "crawl"
    assert words[2] in SpiderLoader.from_settings(settings).list()
    assert [name for name in given["-a"] if name not in Arguments.model_fields] == []
    assert [name for name in given["-s"] if name not in settings] == []


HOOK = re.compile(r"^```sh\n(#!/bin/sh\n.*?)^```", re.DOTALL | re.MULTILINE)


@pytest.mark.skipif(os.name == "nt" or not shutil.which("git"), reason="a hook of Git in sh")
def test_the_hook_in_the_docs_stops_a_commit_of_a_corpus_that_is_not_clean(tmp_path):
    """What the page tells to put into `.git/hooks/pre-commit` does what it says."""
    [script] = HOOK.findall((ROOT / "docs" / "hand_a_corpus_on.md").read_text(encoding="utf-8"))
    folder = fictional_corpus(tmp_path / "seeds" / "skerry")
    write_report(folder, DedupeSettings())
    tools = tmp_path / "tools"
    tools.mkdir()
    for path, text in (
        (tools / "dedupe", f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m dedupe "$@"\n'),
        (tmp_path / ".hook", script),
    ):
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}", "HOME": str(tmp_path)}

    def git(*words):
        name = ["-c", "user.name=R. Vey", "-c", "user.email=r@skerry.example"]
        command = ["git", *name, *words]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)

    git("init", "-q")
    (tmp_path / ".hook").rename(tmp_path / ".git" / "hooks" / "pre-commit")
    git("add", "seeds")
    assert git("commit", "-qm", "clean").returncode == 0
    next(folder.glob("000_*")).write_text("Changed.", encoding="utf-8")
    git("add", "seeds")

    stopped = git("commit", "-qm", "changed")

    assert stopped.returncode == 1
    assert "Changed since the report: 000_" in stopped.stdout + stopped.stderr


def test_every_command_is_in_the_docs():
    """What can be typed is described: every `dedupe` command, every spider, every argument."""
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    told = GENERATED.sub("", text)
    spiders = SpiderLoader.from_settings(get_project_settings()).list()
    commands = re.findall(r"^    (\w+) ", dedupe_help().stdout, re.MULTILINE)

    assert len(commands) >= 6
    assert [name for name in commands if f"### `dedupe {name}`" not in text] == []
    assert [name for name in spiders if f"scrapy crawl {name}" not in told] == []
    assert [name for name in Arguments.model_fields if f"`{name}`" not in text] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_files_resolve(page):
    """A link names a file of the project, and a heading that it has."""
    broken = []
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        path = (page.parent / name) if name else page
        if not path.exists() or (anchor and anchor not in headings_of(path)):
            broken.append(target)

    assert broken == []


# argparse sets out options otherwise from 3.13 on.
@pytest.mark.skipif(sys.version_info >= (3, 13), reason="the help is pasted as Python 3.11 and 3.12 print it")
def test_the_generated_parts_are_current():
    """`python docs/paste_help.py` has nothing to renew."""
    done = subprocess.run(
        [sys.executable, ROOT / "docs" / "paste_help.py", "--check"], capture_output=True, text=True
    )

    assert (done.stdout, done.returncode) == ("", 0), done.stderr


def test_the_readme_marks_its_test_command_for_ci():
    """`.ci/run` runs the command after the mark, word for word."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    command = text.split("<!-- the test command -->", 1)[1].split("\n$ ", 1)[1].split("\n", 1)[0]

    assert "requirements-dev.lock" in command
    assert "-m pytest" in command


def test_the_locks_pin_everything_by_hash_and_name_no_index():
    """Every requirement has `==` and hashes; where it comes from is the machine's affair."""
    for lock in ("requirements.lock", "requirements-dev.lock"):
        lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
        pins = [line for line in lines if line and not line.startswith((" ", "#"))]
        assert [line for line in pins if not re.match(r"[\w.-]+==[\w.]+", line)] == []
        assert [line for line in lines if "://" in line or line.startswith("-")] == []
        hashed = [pin for pin, below in pairwise(lines) if below.strip().startswith("--hash=sha256:")]
        assert [pin for pin in pins if pin not in hashed] == []


def python_in(page):
    """The Python blocks of a page."""
    return re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def test_the_source_of_the_docs_lists_what_its_file_says():
    """The example source, as printed, yields each line's address with its title's promise."""
    namespace = {}
    exec(python_in(ROOT / "docs" / "add_a_source.md")[0], namespace)
    page = Page(
        "https://paper.example/today.txt",
        200,
        b"https://paper.example/1 Harbour wall gives way\nnot an address\n",
        datetime(2025, 10, 15, tzinfo=UTC),
    )

    found = list(namespace["DayLists"]().candidates(Seen(page, Candidate(page.url))))

    assert [(each.url, each.title, each.found_by) for each in found] == [
        ("https://paper.example/1", "Harbour wall gives way", "day_lists")
    ]


@responses.activate
def test_the_index_of_the_docs_asks_for_each_name_once():
    """The example index, as printed, yields what is listed, and leaves out what it remembers."""
    namespace = {}
    exec(python_in(ROOT / "docs" / "add_a_source.md")[2], namespace)
    search = responses.get(
        "https://archive.newsroom.example/search", "https://archive.newsroom.example/saltry"
    )
    topic = Topic.from_texts(["The harbour wall of Saltry gave way on Tuesday, said Ilse Tarn in Saltry."])
    settings = get_project_settings()
    known = {"tarn": "asked", "ilse": "asked", "tuesday": "asked"}

    [answer] = namespace["Newsroom"]().answers(
        Question(SimpleNamespace(topic=topic), settings, known, iter(()), threading.Event())
    )

    assert search.call_count == 1
    assert [each.url for each in answer.candidates] == ["https://archive.newsroom.example/saltry"]
    assert answer.memory.key == "saltry"


def test_the_check_of_the_docs_finds_what_it_promises(monkeypatch):
    """The example check, as printed, registers itself and finds a line in capitals."""
    monkeypatch.setattr(registry, "_CHECKS", dict(registry._CHECKS))
    namespace = {}
    exec(python_in(ROOT / "docs" / "add_a_source.md")[3], namespace)
    text = "A quiet line of a quiet report.\nOUR NEW FERRY IS THE BEST FERRY EVER BUILT, SAYS ITS BUILDER"

    found = list(registry._CHECKS["shouting"](Article(id="a", text=text), QualitySettings()))

    assert [problem.span for problem in found] == [(32, len(text))]
