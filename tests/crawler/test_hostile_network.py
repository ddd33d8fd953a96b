"""A small hostile web on loopback: inner addresses, bombs, endless and slow answers; good pages are kept all the same."""

from __future__ import annotations

import gzip
import subprocess
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from crawler.frontier import Frontier
from crawler.items import Outcome
from tests.crawler.news_web import EXAMPLES, ROOT, command, crawl, environment

STORY = """<html><head><title>Ferry towed home</title><meta property="og:type" content="article"></head><body><article>
<h1>Ferry towed home</h1>
<p>The Brenna Star came home to Aldermouth on Monday, six days after she struck the Grey Sow off the Skerrow Islands.</p>
<p>Crowds lined the breakwater as the tugs of Corrin Line brought the Brenna Star past the lights of the harbour.</p>
<p>Captain Magnus Birrell of the Marine Safety Commission said that the Brenna Star would be looked at in dock.</p>
<p>The Grey Sow has claimed eleven ships in a hundred years, the harbour master of Hallin told the crowd that evening.</p>
</article></body></html>"""
GOOD = "/2025/ferry-towed-home"
Handle = Callable[[BaseHTTPRequestHandler], None]


class Site:
    """A site on an address of loopback; `asked` holds path and headers of each request.

    Args:
        pages: path -> HTML, or what answers in its own way; what is not there is 404.
        ip: where it stands.
        port: 0: any.
    """

    def __init__(self, pages: dict[str, str | Handle], ip: str = "127.0.0.1", port: int = 0) -> None:
        asked: list[tuple[str, dict[str, str]]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
                page = pages.get(self.path)
                with suppress(ConnectionError):
                    if callable(page):
                        page(self)
                    else:
                        answer(self, (page or "").encode(), 404 if page is None else 200)

            def log_message(self, *_: object) -> None:
                """Stay silent."""

        self.asked = asked
        self._server = ThreadingHTTPServer((ip, port), Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.port = int(self._server.server_port)
        self.root = f"http://{ip}:{self.port}"

    def __enter__(self) -> Site:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


def answer(handler: BaseHTTPRequestHandler, body: bytes, status: int = 200, **headers: str) -> None:
    handler.send_response(status)
    usual = {"Content_Type": "text/html; charset=utf-8", "Content_Length": str(len(body))}
    for name, value in (usual | headers).items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def front(*links: str) -> str:
    links = (GOOD, *links)
    return "<html><body>" + "".join(f'<a href="{link}">Brenna Star at the Grey Sow</a> ' for link in links)


def packed(body: bytes, encoding: str) -> Handle:
    return lambda handler: answer(handler, body, Content_Encoding=encoding)


def to(target: str) -> Handle:
    return lambda handler: answer(handler, b"", 302, Location=target)


def line(folder: Path, site: Site, **settings: object) -> list[str]:
    given = {
        "SEEDBED_ALSO_REACH": "127.0.0.1/32",
        "SEEDBED_DELAY": 0,
        "SEEDBED_BACKOFF": 0.1,
        "SEEDBED_WORKERS": 0,
        "SEEDBED_HARVEST": 0,
        **settings,
    }
    options = [part for name, value in given.items() for part in ("-s", f"{name}={value}")]
    return command(
        folder, "coverage", *options, seeds=EXAMPLES / "seeds", sites=f"{site.root}/", corpus="story"
    )


def details(folder: Path) -> dict[str, tuple[str | None, str | None]]:
    """Path of each address found -> its outcome and why."""
    [run] = (folder / "crawls").iterdir()
    frontier = Frontier(run / "frontier.sqlite")
    rows = frontier._db.execute("SELECT url, outcome, detail FROM addresses").fetchall()
    frontier.close()
    return {url.partition("//")[2].partition("/")[2]: (outcome, detail) for url, outcome, detail in rows}


def crawled(folder: Path, site: Site, **settings: object) -> dict[str, tuple[str | None, str | None]]:
    done = crawl(line(folder, site, **settings))
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    found = details(folder)
    assert found[GOOD[1:]][0] == Outcome.KEPT
    return found


@pytest.fixture
def inner() -> Iterator[Site]:
    """What must not be asked: it stands on another address of loopback, which is not allowed."""
    with Site({"/robots.txt": "", "/": "secret"}, "127.0.0.2") as site:
        yield site


# ------------------------------------------------------------------------------------------- addresses


def test_no_way_leads_to_an_address_that_may_not_be_reached(tmp_path: Path, inner: Site):
    """Links in many spellings, redirects, meta refresh, feeds, sitemaps and robots.txt: it is never asked."""
    port = inner.port
    spelled = [
        f"http://{host}:{port}/" for host in ("127.0.0.2", "127.2", "2130706434", "0x7f.2", "0177.0.0.2")
    ]
    spelled += [f"http://[::ffff:127.0.0.2]:{port}/", f"//127.0.0.2:{port}/", f"http://me@127.0.0.2:{port}/"]
    spelled += [
        f"http://１２７.０.０.２:{port}/",
        f"http://127。0。0。2:{port}/",
        f"http://127.0.0.2.:{port}/",
    ]
    refresh = f"<html><head><meta http-equiv=refresh content='0;url={spelled[0]}refresh'></head><body>Wait</body></html>"
    feed = (
        f"<rss><channel><item><link>{spelled[1]}feed</link><title>Brenna Star</title></item></channel></rss>"
    )
    sitemap = (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        f"<url><loc>{spelled[2]}map</loc></url></urlset>"
    )
    head = '<html><head><link rel="alternate" type="application/rss+xml" href="/feed"><base href="/"></head>'
    pages: dict[str, str | Handle] = {
        "/": head + front("/moved", "/refresh", *spelled),
        "/moved": to(f"{spelled[3]}moved"),
        "/refresh": refresh,
        "/feed": lambda handler: answer(handler, feed.encode(), Content_Type="application/rss+xml"),
        "/map.xml": lambda handler: answer(handler, sitemap.encode(), Content_Type="application/xml"),
        GOOD: STORY,
    }
    with Site(pages) as site:
        pages["/robots.txt"] = f"User-agent: *\nSitemap: {site.root}/map.xml\nSitemap: {spelled[0]}map.xml\n"
        found = crawled(tmp_path, site)

    assert inner.asked == []
    refused = {path: why for path, (outcome, why) in found.items() if outcome == Outcome.REFUSED}
    assert {"moved", "feed", "map", "map.xml", ""} <= refused.keys()
    assert "127.0.0.2 is this machine" in refused.values()


def test_a_site_whose_robots_txt_stands_where_it_may_not_be_reached_gave_no_rules(
    tmp_path: Path, inner: Site
):
    """Nothing of it is fetched; it is named."""
    with Site({"/robots.txt": to(f"{inner.root}/robots.txt"), "/": front()}) as site:
        done = crawl(line(tmp_path, site))

    assert done.returncode == 2
    assert inner.asked == []
    assert site.paths == ["/robots.txt"]
    assert "robots.txt answered nothing" in done.stderr


def test_a_start_that_may_not_be_reached_is_named_with_the_way_out(tmp_path: Path):
    """Closed by default, also for what a person names."""
    with Site({"/": front(), GOOD: STORY}) as site:
        done = crawl(line(tmp_path, site, SEEDBED_ALSO_REACH=""))

    assert done.returncode == 2
    assert site.asked == []
    assert f"127.0.0.1:{site.port}: not reached: 127.0.0.1 is this machine" in done.stderr
    assert "SEEDBED_ALSO_REACH" in done.stderr


def test_a_name_that_leads_inside_is_refused(tmp_path: Path):
    """The numbers that it resolves to decide."""
    with Site({"/": front()}) as site:
        site.root = f"http://localhost:{site.port}"
        done = crawl(line(tmp_path, site, SEEDBED_ALSO_REACH=""))

    assert done.returncode == 2
    assert site.asked == []
    assert "not reached: localhost: " in done.stderr


def test_through_a_proxy_too_nothing_inside_is_asked_for(tmp_path: Path, inner: Site):
    """The user's proxy may stand anywhere; what it is asked for may not."""
    pages: dict[str, str | Handle] = {
        "http://paper.example/": front(f"{inner.root}/", "http://localhost/", "http://10.1/"),
        f"http://paper.example{GOOD}": STORY,
    }
    with Site(pages) as proxy:
        given = line(tmp_path, proxy, SEEDBED_ALSO_REACH="")
        given = [part.replace(f"sites={proxy.root}/", "sites=http://paper.example/") for part in given]
        done = crawl(given, proxy.root)

    assert done.returncode == 0, done.stderr
    assert inner.asked == []
    assert all(path.startswith("http://paper.example/") for path in proxy.paths)
    assert [outcome for outcome, _ in details(tmp_path).values()].count(Outcome.REFUSED) >= 1


def test_another_host_hears_of_nothing(tmp_path: Path):
    """No cookie that a site set, no address that the link stood on, no password."""
    with Site({GOOD: STORY, "/landing": STORY}, "127.0.0.3") as other:
        pages: dict[str, str | Handle] = {
            "/": lambda handler: answer(
                handler, front(f"{other.root}/landing", "/moved").encode(), Set_Cookie="sid=secret; Path=/"
            ),
            "/moved": to(f"{other.root}/landing?moved"),
            GOOD: STORY,
        }
        with Site(pages) as site:
            crawled(tmp_path, site, SEEDBED_ALSO_REACH="127.0.0.1/32,127.0.0.3/32")

    assert "/landing" in other.paths
    for _, headers in (*site.asked, *other.asked):
        assert not {"cookie", "referer", "authorization"} & headers.keys()


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="asks Linux who listens")
def test_nothing_listens(tmp_path: Path):
    """Neither Scrapy's telnet console nor anything else can be connected to while a crawl runs."""
    arrived, go_on = threading.Event(), threading.Event()

    def waits(handler: BaseHTTPRequestHandler) -> None:
        arrived.set()
        go_on.wait(60)
        answer(handler, STORY.encode())

    with Site({"/": front(), GOOD: waits}) as site:
        process = subprocess.Popen(
            line(tmp_path, site), cwd=ROOT, env=environment(), stdout=subprocess.DEVNULL
        )
        assert arrived.wait(60)
        listening = _listening(process.pid)
        go_on.set()
        assert process.wait(60) == 0

    assert listening == set()


def _listening(pid: int) -> set[str]:
    """Sockets of a process that wait for connections from the network."""
    own = {str(each.readlink()) for each in Path(f"/proc/{pid}/fd").iterdir()}
    rows = [
        row.split()
        for name in ("tcp", "tcp6")
        for row in Path(f"/proc/net/{name}").read_text().splitlines()[1:]
    ]
    return {row[1] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in own}


# --------------------------------------------------------------------------------------- sizes and time


def zeros(size: int) -> bytes:
    packer = zlib.compressobj(wbits=31)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(size >> 20)) + packer.flush()


def endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.end_headers()
    while True:
        handler.wfile.write(b"<p>endless</p>\n" * 4000)


def endless_head(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        handler.wfile.write(b"X-A: b\r\n" * 1000)


def endless_hints(handler: BaseHTTPRequestHandler) -> None:
    while True:
        handler.wfile.write(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 100)


def short(handler: BaseHTTPRequestHandler) -> None:
    answer(handler, STORY.encode(), Content_Length=str(len(STORY) + 5000))


TOO_MUCH: dict[str, tuple[Handle, str]] = {
    "a bomb": (packed(zeros(64 << 20), "gzip"), "TooLargeError: holds more than 16,777,216 bytes"),
    "a bomb in a bomb": (
        packed(gzip.compress(zeros(64 << 20)), "gzip, gzip"),
        "TooLargeError: holds more than",
    ),
    "many packings": (packed(b"x", ", ".join(["gzip"] * 2000)), "TooLargeError: packed 2000 times over"),
    "an endless body": (endless, "DownloadCancelledError"),
    "a length of 10 GB": (
        lambda handler: answer(handler, b"x", Content_Length="10000000000"),
        "DownloadCancelledError",
    ),
    "an endless head": (endless_head, "HeadTooLargeError: its head has more than 262,144 bytes"),
    "endless hints": (endless_hints, "HeadTooLargeError: its head has more than 262,144 bytes"),
}


@pytest.mark.parametrize("case", TOO_MUCH)
def test_what_is_too_large_is_given_up_once_and_for_all(tmp_path: Path, case: str):
    """One try, a reason, and the good pages."""
    handle, reason = TOO_MUCH[case]
    with Site({"/": front("/2025/too-much"), "/2025/too-much": handle, GOOD: STORY}) as site:
        found = crawled(tmp_path, site)

    outcome, detail = found["2025/too-much"]
    assert outcome == Outcome.ERROR
    assert detail is not None
    assert detail.startswith(reason)
    assert site.paths.count("/2025/too-much") == 1


def test_a_page_has_its_time_in_all_and_other_hosts_go_on(tmp_path: Path):
    """A body that comes drop by drop, and an answer that never comes; both are asked for once."""

    def drips(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while True:
            handler.wfile.write(b"<p>a</p>")
            time.sleep(0.1)

    def never(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(60)

    with Site({"/2025/drips": drips, "/2025/never": never}, "127.0.0.3") as slow:
        links = (f"{slow.root}/2025/drips", f"{slow.root}/2025/never")
        with Site({"/": front(*links), GOOD: STORY}) as site:
            found = crawled(
                tmp_path, site, SEEDBED_ALSO_REACH="127.0.0.1/32,127.0.0.3/32", DOWNLOAD_TIMEOUT=2
            )

    for path in ("2025/drips", "2025/never"):
        assert found[path][0] == Outcome.ERROR
        assert str(found[path][1]).startswith("DownloadTimeoutError")
        assert slow.paths.count(f"/{path}") == 1


def test_a_body_shorter_than_it_says_is_no_page(tmp_path: Path):
    """It is asked for again, and then ends as an error: half a story is none."""
    with Site({"/": front("/2025/cut"), "/2025/cut": short, GOOD: STORY}) as site:
        found = crawled(tmp_path, site)

    assert found["2025/cut"] == (Outcome.ERROR, found["2025/cut"][1])
    assert site.paths.count("/2025/cut") == 2


def test_a_robots_txt_without_end_is_read_as_far_as_it_counts(tmp_path: Path):
    """Its first rules hold, and its site stays in the crawl."""

    def robots(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/plain")
        handler.end_headers()
        handler.wfile.write(b"User-agent: *\nDisallow: /private\n")
        while True:
            handler.wfile.write(b"# endless\n" * 4000)

    with Site({"/robots.txt": robots, "/": front("/private/story"), GOOD: STORY}) as site:
        found = crawled(tmp_path, site)

    assert found["private/story"] == (Outcome.ROBOTS, "disallowed")
    assert "/private/story" not in site.paths


def test_a_rest_of_decades_ends_one_page_and_not_its_site(tmp_path: Path):
    """Nobody means it."""

    def later(handler: BaseHTTPRequestHandler) -> None:
        answer(handler, b"later", 429, Retry_After="999999999")

    with Site({"/": front("/2025/later"), "/2025/later": later, GOOD: STORY}) as site:
        found = crawled(tmp_path, site)

    assert found["2025/later"] == (Outcome.ERROR, "status 429")


def test_large_answers_of_many_hosts_come_few_at_a_time(tmp_path: Path):
    """More of them than there is room for: all are read, one after the other."""
    large = STORY.replace("</body>", f"<!--{'x' * (3 << 20)}--></body>")
    many = [f"127.0.0.{number}" for number in range(11, 18)]
    with ExitStack() as stack:
        hosts = [stack.enter_context(Site({"/large": large, "/robots.txt": ""}, ip)) for ip in many]
        zipped = stack.enter_context(
            Site({"/zip": packed(gzip.compress(large.encode()), "gzip")}, "127.0.0.18")
        )
        links = [f"{host.root}/large" for host in hosts] + [f"{zipped.root}/zip"]
        site = stack.enter_context(Site({"/": front(*links), GOOD: STORY}))
        found = crawled(tmp_path, site, SEEDBED_ALSO_REACH="127.0.0.0/8")

    assert all("/large" in host.paths for host in hosts)
    assert found["large"][0] == found["zip"][0] == Outcome.KEPT
