"""The site-wide file of the TDM Reservation Protocol: read as its report says, asked for once, and replayed."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from crawler.reservations import Reservations, Rule, read_rules, signals_of
from tests.crawler.news_web import ROOT, crawl, environment, files, wait_until
from tests.crawler.test_hostile_answers import FRONT, STORY, Answer, Sites, line, ok, outcomes, to

SITE = "http://paper.example"
FILE = f"{SITE}/.well-known/tdmrep.json"
STORY_AT = f"{SITE}/2025/ferry-towed-home"
HINT: Answer = ok(
    b"# Text and data mining: see tdmrep.json\nUser-agent: *\nDisallow: /private/", "text/plain"
)
RESERVES_ALL: Answer = ok(b'[{"location": "/", "tdm-reservation": 1}]', "application/json")


def rules(*rules: tuple[str, object]) -> bytes:
    return json.dumps([{"location": at, "tdm-reservation": value} for at, value in rules]).encode()


@pytest.mark.parametrize(
    ("location", "path", "fits"),
    [
        ("/", "/any/page", True),
        ("/news/", "/news/ferry", True),
        ("/news/", "/News/ferry", False),
        ("/news/ferry$", "/news/ferry", True),
        ("/news/ferry$", "/news/ferry-aground", False),
        ("/*/ferry", "/2031/03/ferry-aground", True),
        ("/*.html$", "/news/ferry.html", True),
        ("/*.html$", "/news/ferry.html?page=2", False),
        ("*page=", "/news/ferry?page=2", True),
        ("/a*a$", "/a", False),
        ("/news/f%C3%A4hre", "/news/fähre", True),
        ("/news/fähre", "/news/f%c3%a4hre", True),
        ("/news/%66erry", "/news/ferry", True),
        ("/news/a%2Fb", "/news/a/b", False),
        ("/path/foo-%24", "/path/foo-%24", True),
        ("news/", "/news/ferry", False),
        ("", "/news/ferry", False),
    ],
)
def test_a_location_is_a_pattern_of_robots_txt(location: str, path: str, fits: bool):
    """Case counts, `*` is any run of characters, `$` the end; what need not be encoded is the same encoded."""
    said = signals_of(read_rules(rules((location, 1))), f"https://paper.example{path}")

    assert (said == {"tdm-reservation=1"}) is fits


def test_the_first_rule_that_fits_holds():
    """TDMRep: the most specific match is the first in sequence; what nothing matches is not spoken of."""
    read = read_rules(rules(("/a/open/", 0), ("/a/", 1), ("/a/open/after-all", 1)))

    assert signals_of(read, "https://paper.example/a/open/after-all") == {"tdm-reservation=0"}
    assert signals_of(read, "https://paper.example/a/x") == {"tdm-reservation=1"}
    assert signals_of(read, "https://paper.example/b") == frozenset()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>not found</html>",
        b'[{"location": "/", "tdm-reservation": 1}',
        b'{"location": "/", "tdm-reservation": 1}',
        b"[" * 400_000,
        b"\xff\xfe\x00",
        b'[1, null, "x", {}, {"location": "/"}, {"location": 1, "tdm-reservation": 1}]',
        b'[{"location": "/", "tdm-reservation": 2}, {"location": "/", "tdm-reservation": true}]',
    ],
)
def test_what_is_damaged_says_nothing(body: bytes):
    """No array, no rule, or a value that the protocol does not know."""
    assert read_rules(body) == ()


def test_a_policy_is_an_address_or_left_out():
    """It goes into the records of articles as it stands."""
    rule: dict[str, Any] = {"location": "/", "tdm-reservation": 1}
    policies = ["https://paper.example/policy.json", "half \ud800", "javascript:x", 7]

    read = read_rules(json.dumps([rule | {"tdm-policy": policy} for policy in policies]).encode())

    assert [rule.policy for rule in read] == [policies[0], None, None, None]
    assert "tdm-policy=https://paper.example/policy.json" in signals_of(read, STORY_AT)


def test_no_pattern_takes_long():
    """A hundred thousand stars against the longest address."""
    hostile = read_rules(rules(("/" + "*a" * 100_000 + "$", 1), ("/*" + "a*" * 5_000 + "b$", 1)))

    begun = time.process_time()
    assert signals_of(hostile, "https://paper.example/" + "a" * 2_000) == frozenset()

    assert time.process_time() - begun < 2


def test_rules_are_kept_and_forgotten():
    """A host without a file is known as such; a further run asks anew."""
    kept = Reservations(sqlite3.connect(":memory:"))
    kept.put("a.example", (Rule("/", "1", None),))
    kept.put("b.example", ())

    assert (kept.of("a.example"), kept.of("b.example"), kept.of("c.example")) == (
        (Rule("/", "1", None),),
        (),
        None,
    )
    kept.forget()
    assert kept.of("a.example") is None


def articles(folder: Path) -> list[dict[str, Any]]:
    [run] = (folder / "crawls").iterdir()
    return [json.loads(text) for text in (run / "articles.jsonl").read_text(encoding="utf-8").splitlines()]


def site(**more: list[Answer]) -> dict[str, list[Answer]]:
    second = STORY.replace(b"towed home", b"in dock").replace(b"Crowds", b"Many hundreds")
    front = FRONT.replace(b"</body>", b'<a href="/2025/brenna-star-in-dock">Brenna Star in dock</a></body>')
    return {
        f"{SITE}/robots.txt": [HINT],
        f"{SITE}/": [ok(front)],
        STORY_AT: [ok(STORY)],
        f"{SITE}/2025/brenna-star-in-dock": [ok(second)],
        **{f"{SITE}/{name.replace('__', '/')}": answers for name, answers in more.items()},
    }


def test_a_file_is_asked_for_once_recorded_and_replayed(tmp_path: Path):
    """Before the first article is saved; it counts against no budget, and a replay gives the same bytes."""
    answers = site() | {FILE: [RESERVES_ALL]}
    with Sites(answers) as sites:
        done = crawl(line(tmp_path / "live", f"{SITE}/", budget=3), sites.proxy)
    assert done.returncode == 0, done.stderr
    assert sites.log.count(FILE) == 1
    assert len(sites.log) == 5  # robots.txt, front, two stories, and the file
    assert [article["rights"] for article in articles(tmp_path / "live")] == [["tdm-reservation=1"]] * 2
    [run] = (tmp_path / "live" / "crawls").iterdir()

    done = crawl(line(tmp_path / "again", f"{SITE}/", archive=run / "pages.warc.gz"))

    assert done.returncode == 0, done.stderr
    assert files(tmp_path / "again" / "seeds" / "story") == files(tmp_path / "live" / "seeds" / "story")


def test_what_a_file_reserves_is_left_out_on_request(tmp_path: Path):
    """Live and replayed; what its rules do not reach is kept. A site without a hint is asked as well."""
    reserved = ok(rules(("/2025/ferry-", 1)), "application/json")
    answers = site() | {FILE: [reserved], f"{SITE}/robots.txt": [(404, {}, b"")]}
    honour = ["-s", "SEEDBED_HONOURED=nofollow,noarchive,tdm-reservation=1"]
    with Sites(answers) as sites:
        done = crawl([*line(tmp_path / "live", f"{SITE}/"), *honour], sites.proxy)
    assert done.returncode == 0, done.stderr
    assert [article["url"] for article in articles(tmp_path / "live")] == [f"{SITE}/2025/brenna-star-in-dock"]
    assert outcomes(tmp_path / "live")["reserved"] == 1
    [run] = (tmp_path / "live" / "crawls").iterdir()

    crawl([*line(tmp_path / "again", f"{SITE}/", archive=run / "pages.warc.gz"), *honour])

    assert files(tmp_path / "again" / "seeds" / "story") == files(tmp_path / "live" / "seeds" / "story")


@pytest.mark.parametrize(
    ("robots", "options"),
    [
        (ok(b"User-agent: *\nDisallow:", "text/plain"), []),
        (ok(b"User-agent: GPTBot\nDisallow: /\n\nUser-agent: *\nDisallow: /.well-known/", "text/plain"), []),
        (HINT, ["-s", "SEEDBED_TDM_FILE=never"]),
    ],
    ids=["no hint", "forbidden", "turned off"],
)
def test_a_file_is_not_asked_for(robots: Answer, options: list[str], tmp_path: Path):
    """Where nothing speaks for one, robots.txt forbids it, or the settings do."""
    with Sites(site() | {FILE: [RESERVES_ALL], f"{SITE}/robots.txt": [robots]}) as sites:
        crawl([*line(tmp_path, f"{SITE}/"), *options], sites.proxy)

    assert FILE not in sites.log
    assert len(articles(tmp_path)) == 2


def test_a_site_that_keeps_no_article_is_not_asked(tmp_path: Path):
    """A request is made where its answer counts."""
    dull = STORY.replace(b"Brenna Star", b"Town Band").replace(b"Grey Sow", b"old march")
    with Sites({f"{SITE}/robots.txt": [HINT], f"{SITE}/": [ok(FRONT)], STORY_AT: [ok(dull)]}) as sites:
        crawl([*line(tmp_path, f"{SITE}/"), "-s", "SEEDBED_THRESHOLD=0.99"], sites.proxy)

    assert STORY_AT in sites.log
    assert FILE not in sites.log


@pytest.mark.parametrize(
    ("answers", "asked", "is_reserved"),
    [
        ({FILE: [to("/tdm.json")], f"{SITE}/tdm.json": [RESERVES_ALL]}, 1, True),
        ({FILE: [(503, {}, b""), RESERVES_ALL]}, 2, True),
        ({FILE: [(503, {"Retry-After": "600"}, b"")]}, 1, False),
        ({FILE: [(500, {}, b"")]}, 2, False),
        ({FILE: [(404, {}, b"no")]}, 1, False),
        ({FILE: [to("http://other.example/tdm.json")]}, 1, False),
        ({FILE: [to(FILE)]}, 6, False),
        ({FILE: [ok(b"[" + b" " * 600_000 + b'{"location": "/", "tdm-reservation": 1}]')]}, 1, False),
    ],
    ids=["redirect", "busy once", "wants rest", "broken", "none", "elsewhere", "circle", "endless"],
)
def test_whatever_a_site_answers_its_articles_are_kept(
    answers: dict[str, list[Answer]], asked: int, is_reserved: bool, tmp_path: Path
):
    """Redirects are followed as far as robots.txt is known, a busy site is asked once more, the rest is silence."""
    with Sites(site() | answers) as sites:
        done = crawl(line(tmp_path, f"{SITE}/"), sites.proxy)

    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert sites.log.count(FILE) == asked
    assert not any("other.example" in url for url in sites.log)
    assert {"tdm-reservation=1" in article.get("rights", ()) for article in articles(tmp_path)} == {
        is_reserved
    }


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")
def test_a_crawl_killed_while_it_asks_loses_no_article(tmp_path: Path):
    """The article that waited for the file is fetched again, the file asked for again; the rest is as ever."""
    answers = site() | {FILE: [(503, {"Retry-After": "60"}, b""), RESERVES_ALL]}
    with Sites(answers) as sites:
        process = subprocess.Popen(line(tmp_path, f"{SITE}/"), cwd=ROOT, env=environment(sites.proxy))
        wait_until(lambda: FILE in sites.log)
        process.kill()
        process.wait()
        done = crawl(line(tmp_path, f"{SITE}/"), sites.proxy)

    assert done.returncode == 0, done.stderr
    kept = articles(tmp_path)
    assert sorted(article["url"] for article in kept) == sorted(
        [STORY_AT, f"{SITE}/2025/brenna-star-in-dock"]
    )
    assert {tuple(article["rights"]) for article in kept} == {("tdm-reservation=1",)}
