"""Sites that redirect, break off, lie or ask for time: each address gets its outcome, and the crawl its end."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import brotli
import pytest

from crawler.frontier import Frontier
from crawler.items import Kind
from tests.crawler.news_web import EXAMPLES, ROOT, command, crawl, environment, files, wait_until

Answer = tuple[int, dict[str, str], bytes]

STORY = b"""<html><head><title>Ferry towed home</title><meta property="og:type" content="article"></head><body><article>
<h1>Ferry towed home</h1>
<p>The Brenna Star came home to Aldermouth on Monday, six days after she struck the Grey Sow off the Skerrow Islands.</p>
<p>Crowds lined the breakwater as the tugs of Corrin Line brought the Brenna Star past the lights of the harbour.</p>
<p>Captain Magnus Birrell of the Marine Safety Commission said that the Brenna Star would be looked at in dock.</p>
<p>The Grey Sow has claimed eleven ships in a hundred years, the harbour master of Hallin told the crowd that evening.</p>
</article></body></html>"""
FRONT = (
    b'<html><body><a href="/2025/ferry-towed-home">Brenna Star towed home past the Grey Sow</a></body></html>'
)


class Sites:
    """A proxy with a list of answers for each address; the last one stays; what has none is 404."""

    def __init__(self, answers: dict[str, list[Answer]]) -> None:
        log: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                log.append(self.path)
                left = answers.get(self.path, [(404, {}, b"")])
                status, headers, body = left.pop(0) if len(left) > 1 else left[0]
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Stay silent."""

        self.log = log
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True

    @property
    def proxy(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Sites:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def ok(body: bytes, kind: str = "text/html; charset=utf-8") -> Answer:
    return (200, {"Content-Type": kind}, body)


def to(target: str) -> Answer:
    return (301, {"Location": target}, b"")


def line(folder: Path, site: str, **arguments: object) -> list[str]:
    quick = [
        "-s",
        "SEEDBED_DELAY=0",
        "-s",
        "SEEDBED_BACKOFF=0.1",
        "-s",
        "SEEDBED_WORKERS=0",
        "-s",
        "SEEDBED_HARVEST=0",
    ]
    return command(
        folder, "coverage", *quick, seeds=EXAMPLES / "seeds", sites=site, corpus="story", **arguments
    )


def outcomes(folder: Path) -> Counter[str]:
    [run] = (folder / "crawls").iterdir()
    frontier = Frontier(run / "frontier.sqlite")
    found = frontier.outcomes()
    frontier.close()
    return found


def test_redirects_to_other_spellings_of_an_address_are_followed(tmp_path: Path):
    """www, a slash, and UTF-8 in the header: the page behind is kept, live and replayed alike."""
    www = "http://www.paper.example"
    answers = {
        "http://paper.example/": [to(f"{www}/")],
        f"{www}/": [ok(FRONT.replace(b"ferry-towed-home", "fähre".encode()))],
        f"{www}/2025/f%C3%A4hre": [to("/2025/fähre/".encode().decode("latin-1"))],
        f"{www}/2025/f%C3%A4hre/": [ok(STORY)],
    }
    with Sites(answers) as sites:
        done = crawl(line(tmp_path / "live", "http://paper.example/"), sites.proxy)
    assert done.returncode == 0, done.stderr
    assert outcomes(tmp_path / "live")["kept"] == 1
    [run] = (tmp_path / "live" / "crawls").iterdir()

    done = crawl(line(tmp_path / "again", "http://paper.example/", archive=run / "pages.warc.gz"))

    assert done.returncode == 0, done.stderr
    assert files(tmp_path / "again" / "seeds" / "story") == files(tmp_path / "live" / "seeds" / "story")


def test_a_page_that_sends_its_readers_on_is_a_redirect(tmp_path: Path):
    """By a meta refresh, at once, and without a story of its own; in a circle it ends."""
    refresh = (
        '<html><head><meta http-equiv="Refresh" content="0; URL=\'{}\'"></head><body>Moved.</body></html>'
    )
    circle = "http://paper.example/2025/circle-of-ferries"
    front = FRONT.replace(b"</body>", b'<a href="/2025/circle-of-ferries">Brenna Star</a></body>')
    answers = {
        "http://paper.example/": [ok(front)],
        "http://paper.example/2025/ferry-towed-home": [ok(refresh.format("/2025/home").encode())],
        "http://paper.example/2025/home": [
            ok(STORY.replace(b"<head>", b'<head><meta http-equiv="refresh" content="900">'))
        ],
        circle: [ok(refresh.format(f"{circle}-2").encode())],
        f"{circle}-2": [ok(refresh.format(circle).encode())],
    }
    with Sites(answers) as sites:
        done = crawl(line(tmp_path, "http://paper.example/"), sites.proxy)

    assert done.returncode == 0, done.stderr
    assert (outcomes(tmp_path)["kept"], outcomes(tmp_path)["redirect"]) == (1, 3)
    assert len(sites.log) == len(set(sites.log))


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_crawl_that_is_told_to_stop_waits_for_no_slow_host(tmp_path: Path, number: int):
    """A host wants 100 s between two requests: what waits for that is fetched by the next run."""
    answers = {
        "http://paper.example/robots.txt": [ok(b"User-agent: *\nCrawl-delay: 100", "text/plain")],
        "http://paper.example/": [ok(FRONT)],
    }
    with Sites(answers) as sites:
        process = subprocess.Popen(
            [*line(tmp_path, "http://paper.example/"), "-s", "SEEDBED_GRACE=1"],
            cwd=ROOT,
            env=environment(sites.proxy),
            stderr=subprocess.PIPE,
            text=True,
        )
        wait_until(lambda: bool(sites.log))
        process.send_signal(number)
        _, said = process.communicate(timeout=60)

    assert process.returncode == 130
    assert "the same command goes on from there" in said
    assert "Traceback" not in said
    assert outcomes(tmp_path)["waiting"] == 1


FEED = b"""<rss><channel><item><title>Brenna Star</title><link>http://[bad/x</link></item>
<item><title>Brenna Star home</title><link>/2025/ferry-towed-home</link>
<pubDate>1 Jan 99999999999999999999 00:00:00 GMT</pubDate></item></channel></rss>"""


def test_answers_that_break_their_readers_stop_nothing(tmp_path: Path):
    """Impossible addresses and dates: the rest of the site is read, and every address has its outcome."""
    front = (
        FRONT
        + b'<a href="/bad">Brenna Star</a><link rel="alternate" type="application/rss+xml" href="/feed">'
    )
    answers = {
        "http://paper.example/": [ok(b"<html><head>" + front + b"</head></html>")],
        "http://paper.example/bad": [to("http://[bad/x")],
        "http://paper.example/feed": [ok(FEED, "application/rss+xml")],
        "http://paper.example/2025/ferry-towed-home": [ok(STORY)],
    }
    with Sites(answers) as sites:
        done = crawl(line(tmp_path, "http://paper.example/"), sites.proxy)

    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert outcomes(tmp_path)["kept"] == 1
    assert "waiting" not in outcomes(tmp_path)


def test_a_page_that_breaks_off_is_asked_for_again_and_told_if_it_stays_so(tmp_path: Path):
    """A packed body without its end passes for a short page; the whole one is taken, else the article says so."""
    packed = gzip.compress(STORY)
    half = (200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}, packed[:-6])
    whole = (200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}, packed)
    front = b'<a href="/2025/ferry-towed-home">Brenna Star</a><a href="/2025/ferry-aground">Brenna Star</a>'
    answers = {
        "http://paper.example/": [ok(b"<html><body>" + front + b"</body></html>")],
        "http://paper.example/2025/ferry-towed-home": [half, whole],
        "http://paper.example/2025/ferry-aground": [half],
    }
    with Sites(answers) as sites:
        done = crawl(line(tmp_path, "http://paper.example/"), sites.proxy)

    assert done.returncode == 0, done.stderr
    [run] = (tmp_path / "crawls").iterdir()
    articles = map(json.loads, (run / "articles.jsonl").read_text(encoding="utf-8").splitlines())
    notes = {article["url"].rpartition("/")[2]: article.get("notes", []) for article in articles}
    assert "its packed body came cut or damaged" in notes["ferry-aground"]
    assert "its packed body came cut or damaged" not in notes["ferry-towed-home"]


@pytest.mark.parametrize("packing", ["gzip", "br"])
def test_a_page_of_which_damage_leaves_nothing_is_named_so(packing: str, tmp_path: Path):
    """Asked for once more, then an error that says what it is, live and in a replay; no page without an article."""
    packed = gzip.compress(STORY, mtime=0) if packing == "gzip" else brotli.compress(STORY)
    damaged = packed[:10] + b"\x00\xff\x13\x37" + packed[14:]
    answers = {
        "http://paper.example/": [ok(FRONT)],
        "http://paper.example/2025/ferry-towed-home": [
            (200, {"Content-Type": "text/html", "Content-Encoding": packing}, damaged)
        ],
    }
    with Sites(answers) as sites:
        done = crawl(line(tmp_path / "live", "http://paper.example/"), sites.proxy)
    assert done.returncode == 0, done.stderr
    assert sites.log.count("http://paper.example/2025/ferry-towed-home") == 2
    [run] = (tmp_path / "live" / "crawls").iterdir()

    crawl(line(tmp_path / "again", "http://paper.example/", archive=run / "pages.warc.gz"))

    for folder in ("live", "again"):
        assert outcomes(tmp_path / folder)["error"] == 1
        assert outcomes(tmp_path / folder)["no_article"] == 1  # the front page


def test_a_host_that_is_busy_is_asked_again_before_it_is_given_up(tmp_path: Path):
    """robots.txt answered 503, then 200: the rules count, and nothing was fetched before them."""
    answers = {
        "http://paper.example/robots.txt": [
            (503, {}, b""),
            ok(b"User-agent: *\nDisallow: /private", "text/plain"),
        ],
        "http://paper.example/": [ok(FRONT + b'<a href="/private/x">Brenna Star</a>')],
        "http://paper.example/2025/ferry-towed-home": [ok(STORY)],
    }
    with Sites(answers) as sites:
        done = crawl(line(tmp_path, "http://paper.example/"), sites.proxy)

    assert done.returncode == 0, done.stderr
    assert [url for url in sites.log if "private" in url] == []
    assert sites.log[:2] == ["http://paper.example/robots.txt"] * 2
    assert outcomes(tmp_path)["kept"] == 1


def test_a_host_that_wants_more_rest_than_we_give_is_left_alone(tmp_path: Path):
    """Retry-After beyond the longest delay: not one more request."""
    answers = {
        "http://paper.example/": [
            ok(FRONT + b'<a href="/a-b-c">Brenna Star</a><a href="/d-e-f">Grey Sow</a>')
        ],
        "http://paper.example/2025/ferry-towed-home": [(503, {"Retry-After": "600"}, b"")],
    }
    with Sites(answers) as sites:
        crawl(line(tmp_path, "http://paper.example/"), sites.proxy)

    assert sites.log[-1] == "http://paper.example/2025/ferry-towed-home"
    assert len(sites.log) == 3
    assert "waiting" not in outcomes(tmp_path)


def test_a_robots_txt_that_moved_is_followed(tmp_path: Path):
    """RFC 9309, 2.3.1.2: to another host too; its rules hold for the host that was asked."""
    answers = {
        "http://paper.example/robots.txt": [to("http://www.paper.example/robots.txt")],
        "http://www.paper.example/robots.txt": [to("http://cdn.example/rules.txt")],
        "http://cdn.example/rules.txt": [ok(b"User-agent: *\nDisallow: /private", "text/plain")],
        "http://paper.example/": [ok(FRONT + b'<a href="/private/x">Brenna Star</a>')],
        "http://paper.example/2025/ferry-towed-home": [ok(STORY)],
    }
    with Sites(answers) as sites:
        done = crawl(line(tmp_path, "http://paper.example/"), sites.proxy)

    assert done.returncode == 0, done.stderr
    assert [url for url in sites.log if "private" in url] == []
    assert outcomes(tmp_path)["kept"] == 1


@pytest.mark.parametrize(
    "target", ["file:///etc/hostname", "ftp://paper.example/robots.txt", "data:text/plain,x"]
)
def test_a_redirect_leads_to_the_web_or_nowhere(tmp_path: Path, target: str):
    """robots.txt that redirects to a file of ours is no robots.txt."""
    answers = {
        "http://paper.example/robots.txt": [to(target)],
        "http://paper.example/": [ok(FRONT)],
        "http://paper.example/2025/ferry-towed-home": [to(target)],
    }
    with Sites(answers) as sites:
        done = crawl(line(tmp_path, "http://paper.example/"), sites.proxy)

    assert done.returncode == 0, done.stderr
    [run] = (tmp_path / "crawls").iterdir()
    frontier = Frontier(run / "frontier.sqlite")
    host = frontier.host("paper.example")
    frontier.close()
    assert host is not None
    assert (host.status, host.body) == (400, b"")
    assert Kind.ROBOTS not in outcomes(tmp_path)
