"""`scrapy crawl coverage` and `archive`, as a person runs them: whole, replayed, killed, interrupted, misused."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from collections import Counter
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawler.account import Account
from crawler.frontier import Frontier
from crawler.warc import read_responses
from tests.crawler.news_web import (
    EXAMPLES,
    ROOT,
    NewsWeb,
    command,
    crawl,
    environment,
    files,
    live,
    wait_until,
)

TRUTH = json.loads((EXAMPLES / "truth.json").read_text(encoding="utf-8"))["articles"]


def manifest(folder: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def live_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str], str]:
    """One whole crawl over loopback: its folder, what was asked of the sites, and what it printed."""
    folder = tmp_path_factory.mktemp("live")
    with NewsWeb() as web:
        done = crawl(live(folder), web.proxy)
    assert done.returncode == 0, done.stderr
    return folder, web.log, done.stdout


def test_the_bundled_example_runs_without_arguments_and_network(tmp_path: Path):
    """Coverage is in, each story once; twin events, noise, stubs and error pages are out."""
    done = crawl(command(tmp_path, "coverage"))

    assert done.returncode == 0, done.stderr
    [corpus] = (tmp_path / "seeds").iterdir()
    kept = [TRUTH[record["url"]]["kind"] for record in manifest(corpus) if record.get("url") in TRUTH]
    assert not {"noise", "related_event", "stub", "soft_404"} & set(kept)
    assert len(kept) >= 16
    assert any(
        "fairlead" in record.get("url", "") for record in manifest(corpus)
    )  # told by its JSON Feed alone
    assert "Traceback" not in done.stderr


def test_a_live_crawl_asks_politely_and_once(live_run: tuple[Path, list[str], str]):
    """robots.txt comes before all else of a host; nothing it forbids is asked for, nothing twice."""
    _, log, _ = live_run
    first = {}
    for url in log:
        first.setdefault(url.split("/")[2], url)

    assert all(url.endswith("/robots.txt") for url in first.values())
    assert [url for url in log if "/internal/" in url] == []
    assert [url for url, times in Counter(log).items() if times > 1] == []


def test_a_site_that_no_list_names_is_found_through_links(live_run: tuple[Path, list[str], str]):
    """The tenth site of the example."""
    listed = (EXAMPLES / "sites.txt").read_text()
    assert "harbourlight" not in listed

    assert [url for url in live_run[1] if url.endswith("harbourlight.example/2025/what-we-know")]


@pytest.mark.parametrize("workers", [0, 1, 3])
def test_replaying_a_crawls_own_warc_gives_the_same_corpus_byte_for_byte(
    live_run: tuple[Path, list[str], str], tmp_path: Path, workers: int
):
    """The network leaves no trace in the corpus, nor does the number of processes that read pages."""
    folder, _, _ = live_run
    [run] = (folder / "crawls").iterdir()
    line = command(
        tmp_path,
        "coverage",
        "-s",
        f"SEEDBED_WORKERS={workers}",
        seeds=EXAMPLES / "seeds",
        sites=folder / "sites.txt",
        corpus="story",
        archive=run / "pages.warc.gz",
    )

    done = crawl(line)

    assert done.returncode == 0, done.stderr
    assert files(tmp_path / "seeds" / "story") == files(folder / "seeds" / "story")


def test_a_second_run_asks_for_no_article_again(tmp_path: Path):
    """Listings are looked at for what is new; the corpus stays as it is."""
    with NewsWeb() as web:
        assert crawl(live(tmp_path), web.proxy).returncode == 0
        before = files(tmp_path / "seeds" / "story")
        asked = len(web.log)

        assert crawl(live(tmp_path), web.proxy).returncode == 0

        again = web.log[asked:]
    assert [url for url in again if "/2025/" in url or "story.php" in url] == []
    after = files(tmp_path / "seeds" / "story")
    assert {name for name in before if before[name] != after.get(name)} <= {
        "gathering.json",
        "report.json",
        "report.html",
    }


@pytest.mark.parametrize("kill_at", [3, 25, 60])
def test_a_killed_crawl_goes_on_with_the_same_command(
    live_run: tuple[Path, list[str], str], tmp_path: Path, kill_at: int
):
    """SIGKILL at any moment: nothing lost, nothing doubled, the corpus as if nothing had happened."""
    with NewsWeb() as web:
        process = subprocess.Popen(
            live(tmp_path), cwd=ROOT, env=environment(web.proxy), stderr=subprocess.DEVNULL
        )
        wait_until(lambda: len(web.log) >= kill_at)
        process.kill()
        process.wait()

        done = crawl(live(tmp_path), web.proxy)

    assert done.returncode == 0, done.stderr
    [run] = (tmp_path / "crawls").iterdir()
    recorded = Counter(response.url for _, response in read_responses(run / "pages.warc.gz"))
    assert [url for url, times in recorded.items() if times > 1] == []
    assert files(tmp_path / "seeds" / "story") == files(live_run[0] / "seeds" / "story")


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")
def test_an_interrupted_crawl_is_saved_and_says_how_to_go_on(tmp_path: Path):
    """SIGINT: exit code 130, no corpus yet, no second copy of anything afterwards."""
    with NewsWeb() as web:
        process = subprocess.Popen(
            live(tmp_path), cwd=ROOT, env=environment(web.proxy), stderr=subprocess.PIPE, text=True
        )
        wait_until(lambda: len(web.log) >= 20)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)

        assert process.returncode == 130
        assert "the same command goes on from there" in said
        assert not (tmp_path / "seeds").exists()
        assert crawl(live(tmp_path), web.proxy).returncode == 0


def test_a_budget_ends_a_crawl(tmp_path: Path):
    """No more requests than asked for, robots.txt not counted; what there is becomes a corpus."""
    with NewsWeb() as web:
        done = crawl([*live(tmp_path), "-a", "budget=15"], web.proxy)

    assert done.returncode == 0, done.stderr
    assert len([url for url in web.log if not url.endswith("/robots.txt")]) <= 15
    assert "the budget of 15 requests is spent" in done.stdout


def test_a_budget_holds_for_each_host_and_each_minute(tmp_path: Path):
    """What waits at a host whose budget is spent goes on waiting, and `scrapy why` says so."""
    with NewsWeb() as web:
        done = crawl([*live(tmp_path, "-a", "host_budget=4")], web.proxy)
        asked = Counter(urlsplit(url).netloc for url in web.log if not url.endswith("/robots.txt"))

    assert done.returncode == 0, done.stderr
    assert max(asked.values()) == 4
    assert re.search(r"the budget of 4 requests a host is spent at \d+ of them", done.stdout)
    [folder] = (tmp_path / "crawls").iterdir()
    with closing(Frontier(folder / "frontier.sqlite")) as frontier:
        waits = next(frontier.waiting())
    with closing(Account(folder)) as account:
        assert "the budget of 4 requests a host is spent there" in "\n".join(account.why(waits.url))


def test_a_crawl_ends_when_nothing_more_is_to_be_expected(
    tmp_path: Path, live_run: tuple[Path, list[str], str]
):
    """Fewer requests than all there is, and the coverage all the same."""
    with NewsWeb() as web:
        done = crawl([*live(tmp_path), "-s", "SEEDBED_HARVEST=0.05"], web.proxy)

    assert done.returncode == 0, done.stderr
    assert "no request is expected to bring 0.05 new pages" in done.stdout
    assert len(web.log) < len(live_run[1])
    everything = {record["url"] for record in manifest(live_run[0] / "seeds" / "story") if "url" in record}
    found = {record["url"] for record in manifest(tmp_path / "seeds" / "story") if "url" in record}
    assert len(found) >= 0.9 * len(everything)


def test_a_crawl_that_expects_nothing_tries_that_belief_before_it_ends(tmp_path: Path):
    """So many requests in vain, one after the other; each page on the topic starts the count anew."""
    asked: dict[int, list[str]] = {}
    for probes in (0, 2, 12):
        with NewsWeb() as web:
            line = [*live(tmp_path / str(probes)), "-s", "SEEDBED_HARVEST=1"]
            done = crawl([*line, "-s", f"SEEDBED_PROBES={probes}"], web.proxy)
        assert done.returncode == 0, done.stderr
        assert "no request is expected to bring 1 new pages" in done.stdout
        asked[probes] = [url for url in web.log if not url.endswith("/robots.txt")]

    assert (asked[0], len(asked[2])) == ([], 2)
    assert len(asked[12]) > 30  # its nine start pages are in vain, and what they lead to is not


def test_a_site_that_does_not_answer_stops_nothing(tmp_path: Path):
    """It is named in the log of addresses, and the rest goes on."""
    sites = tmp_path / "sites.txt"
    with NewsWeb() as web:
        line = live(tmp_path)
        sites.write_text(sites.read_text() + "http://127.0.0.1:9/\n")
        done = crawl([*line, "-s", "SEEDBED_ALSO_REACH=127.0.0.0/8"], web.proxy)

    assert done.returncode == 0, done.stderr
    assert "kept" in done.stdout


def test_articles_are_taken_out_of_a_warc_by_content(tmp_path: Path):
    """No link is followed, no network asked; the corpus is of the same kind."""
    warc = EXAMPLES / "web.warc.gz"

    done = crawl(command(tmp_path, "archive", seeds=EXAMPLES / "seeds", warc=warc, corpus="story"))

    assert done.returncode == 0, done.stderr
    kept = {
        TRUTH[record["url"]]["kind"]
        for record in manifest(tmp_path / "seeds" / "story")
        if record.get("url") in TRUTH
    }
    assert "original" in kept
    assert not {"noise", "related_event", "soft_404"} & kept


def test_a_warc_cut_in_half_is_read_as_far_as_it_goes(tmp_path: Path):
    """What is whole is used; the warning says what is missing."""
    half = tmp_path / "half.warc.gz"
    whole = (EXAMPLES / "web.warc.gz").read_bytes()
    half.write_bytes(whole[: len(whole) // 2])

    done = crawl(command(tmp_path, "archive", seeds=EXAMPLES / "seeds", warc=half, corpus="story"))

    assert done.returncode == 0, done.stderr
    assert "hold no record that can be read: damaged, cut, or larger" in done.stderr
    assert manifest(tmp_path / "seeds" / "story")


def _no_seeds(folder: Path) -> dict[str, object]:
    (folder / "empty").mkdir()
    return {"seeds": folder / "empty"}


def _not_utf8(folder: Path) -> dict[str, object]:
    (folder / "bad").mkdir()
    (folder / "bad" / "000_00000000deadbeef.txt").write_bytes("Fähre läuft auf".encode("latin-1"))
    return {"seeds": folder / "bad"}


def _someone_elses_corpus(folder: Path) -> dict[str, object]:
    (folder / "seeds" / "mine").mkdir(parents=True)
    (folder / "seeds" / "mine" / "thesis.docx").write_text("mine")
    return {"seeds": EXAMPLES / "seeds", "sites": "https://a.example/", "corpus": "mine"}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (_no_seeds, "holds no seed that can be read. A seed is a UTF-8 text file called"),
        (_not_utf8, "not UTF-8 at byte 1. Convert it"),
        (_someone_elses_corpus, "holds 1 file(s) that Seedbed did not write there (thesis.docx)"),
        (lambda _: {"seeds": "nowhere"}, "nowhere: cannot be read as a folder of seeds"),
        (lambda _: {"seeds": EXAMPLES / "seeds", "sources": "feeds"}, "-a sites: nowhere to look yet"),
        (lambda _: {"seeds": EXAMPLES / "seeds", "sites": "gone.txt"}, "gone.txt: neither an address"),
        (lambda _: {"seeds": EXAMPLES / "seeds", "sites": "ftp://a.example/"}, "not a web address"),
        (lambda _: {"archive": "gone.warc.gz"}, "gone.warc.gz: there is no such file"),
        (lambda _: {"budget": "many"}, "-a budget"),
        (lambda _: {"since": "2031-02-30"}, "-a since"),
        (lambda _: {"since": "2031-03-02", "until": "2031-03-01"}, "is after until"),
        (lambda _: {"corpus": "../outside"}, "-a corpus: the name of a folder under seeds/"),
        (lambda _: {"sights": "x"}, "-a sights: there is no such argument. There are: archive"),
    ],
)
def test_a_wrong_argument_is_one_clear_message(tmp_path: Path, arguments, says: str):
    """It names the place and the way out, ends with exit code 2, and nothing is written or lost."""
    given = arguments(tmp_path)
    before = sorted(path for path in tmp_path.rglob("*"))

    done = crawl(command(tmp_path, "coverage", **given))

    assert done.returncode == 2, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(path for path in tmp_path.rglob("*")) == before


def test_what_is_no_warc_is_one_clear_message(tmp_path: Path):
    """The archive spider refuses what is not a WARC."""
    notes = tmp_path / "notes.warc.gz"
    notes.write_text("no WARC")

    done = crawl(command(tmp_path, "archive", seeds=EXAMPLES / "seeds", warc=notes))

    assert done.returncode == 2, done.stderr
    assert "notes.warc.gz: not a WARC" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_one_clear_message(tmp_path: Path):
    """Known before anything is fetched."""
    (tmp_path / "crawls").mkdir(mode=0o500)

    done = crawl(command(tmp_path, "coverage"))

    assert done.returncode == 2, done.stderr
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr


def test_one_bad_record_does_not_end_the_reading_of_a_warc(tmp_path: Path):
    """A plain body under a gzip header is read as it is; a redirect to the same page is no page."""
    from datetime import UTC, datetime

    from crawler.items import RawResponse
    from crawler.warc import WarcWriter

    moment = datetime(2031, 3, 1, tzinfo=UTC)
    [story] = [
        r
        for _, r in read_responses(EXAMPLES / "web.warc.gz")
        if r.url.endswith("six-days-of-flour-4100.html")
    ]
    html = ("Content-Type", "text/html; charset=utf-8")
    writer = WarcWriter(tmp_path / "odd.warc.gz", 0, "test")
    moved = RawResponse(301, "Moved", (("Location", "https://www.a.example/1"),), b"")
    writer.write("http://a.example/1", moved, moment)
    writer.write(
        "https://www.a.example/1",
        RawResponse(200, "OK", (html, ("Content-Encoding", "gzip")), story.raw.body),
        moment,
    )
    writer.write("https://b.example/1", RawResponse(200, "OK", (html,), story.raw.body), moment)
    writer.close()

    done = crawl(
        command(tmp_path, "archive", seeds=EXAMPLES / "seeds", warc=tmp_path / "odd.warc.gz", corpus="story")
    )

    assert done.returncode == 0, done.stderr
    [run] = (tmp_path / "crawls").iterdir()
    articles = [json.loads(row) for row in (run / "articles.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(articles) == 2
