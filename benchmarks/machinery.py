"""What the crawl costs beside reading pages: against plain Scrapy on the same pages, and by addresses seen.

The pages are served from memory on loopback. Plain Scrapy fetches them and extracts their links. Seedbed does all
that it does with a page but the reading of its text, which is done before: it parses it, walks it for its links,
and has its frontier, scores, signature, copies and WARC. A second row has Scrapy's link extractor in place of that
parse and walk: what is left of it beyond the first row is what the machinery alone adds. With --kit FOLDER the pages
are the folder's .html and .html.gz files, else made up.
"""

from __future__ import annotations

import gc
import gzip
import json
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.extraction import PageReading

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
CRAWLS = {
    "plain": "plain Scrapy, links extracted",
    "seedbed": "seedbed, text not read",
    "borrowed": "the same with Scrapy's link extractor",
}
PAGES = 400
HOSTS = 20
SIZES = (10_000, 100_000, 1_000_000)
# Pages of which the cost at a size is the mean, and links on each; half of them were seen before.
VISITS = 300
LINKS = 80
NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


def run(kit: Path | None, predictions: Path | None, peers: bool) -> dict[str, float]:  # noqa: ARG001
    """Time both crawls, and the frontier at several sizes."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with served(kit, folder) as port:
            # In turn: what else the machine does costs both the same.
            turns = [[measured(crawl, port) for crawl in CRAWLS] for _ in range(3)]
        sizes = {size: measured("frontier", size) for size in SIZES}
    costs = {
        name: min(each["ms"] for each in runs)
        for name, runs in zip(CRAWLS, zip(*turns, strict=True), strict=True)
    }
    times = {name: cost / costs["plain"] for name, cost in costs.items()}
    print(f"\n{turns[0][1]['pages']:.0f} pages, ms of processor time for each, the least of three runs")
    for name, what in CRAWLS.items():
        print(f"  {what:<46} {costs[name]:6.2f}   {times[name]:.2f} times")
    print(f"\nfrontier, {VISITS} pages of {LINKS} links each")
    for size, each in sizes.items():
        print(f"  {size:>9,} addresses   {each['ms']:6.2f} ms a page   {each['mib']:6.0f} MiB")
    return {
        "plain_over_seedbed": 1 / times["seedbed"],
        "plain_over_seedbed_with_its_extractor": 1 / times["borrowed"],
        "cost_at_least_size_over_most": sizes[SIZES[0]]["ms"] / sizes[SIZES[-1]]["ms"],
        "mib_left_of_512_at_most_size": 512 - sizes[SIZES[-1]]["mib"],
    }


def measured(what: str, argument: int) -> dict[str, float]:
    """Run one measurement in a process of its own."""
    line = [sys.executable, "-m", "benchmarks.machinery", what, str(argument)]
    done = subprocess.run(line, cwd=ROOT, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


# ------------------------------------------------------------------------------------------- the pages


@contextmanager
def served(kit: Path | None, folder: Path) -> Iterator[int]:
    """Serve the pages on loopback; yields the port."""
    for number, page in enumerate(pages_of(kit) if kit else made_up()):
        (folder / f"{number:05}.html").write_bytes(page)
    line = [sys.executable, "-m", "benchmarks.machinery", "serve", str(folder)]
    with subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield int(server.stdout.readline())
        finally:
            server.terminate()


def pages_of(kit: Path) -> Iterator[bytes]:
    """The pages of a folder."""
    for path in sorted(kit.rglob("*.html*"))[:PAGES]:
        body = path.read_bytes()
        yield gzip.decompress(body) if path.suffix == ".gz" else body


def made_up() -> Iterator[bytes]:
    """Pages of the usual size (100 kB, 150 links): stories of the seeds' words, menus, teasers, scripts.

    One teaser in ten is of the seeds' words, the others of words made up.
    """
    random = Random(7)
    words = " ".join(path.read_text(encoding="utf-8") for path in (EXAMPLES / "seeds").glob("*.txt")).split()
    words = [word for word in words if word.isascii() and word.isalnum()]
    others = ["".join(random.choices("aeiourstlnmdk", k=random.randrange(2, 11))) for _ in range(20_000)]
    menu = "".join(f'<li><a href="/section-{i}/">Section {i}</a></li>' for i in range(90))
    script = f"<script>{'var layout = {columns: 3};' * 2000}</script>"

    def teaser(number: int) -> str:
        title = random.choices(others if number % 10 else words, k=9)
        path = f"/2025/{random.randrange(9999)}/{'-'.join(title).lower()}.html"
        return f'<div><a href="{path}">{" ".join(title)}</a></div>'

    for number in range(PAGES):
        title = " ".join(random.sample(words, 9))
        story = "".join(f"<p>{' '.join(random.choices(words, k=60))}</p>" for _ in range(20))
        teasers = "".join(map(teaser, range(60)))
        yield (
            f"<html><head><title>{title}</title>{script}</head><body><nav><ul>{menu}</ul></nav><article>"
            f"<h1>{title}</h1>{story}</article><aside>{teasers}</aside><footer>{number}</footer></body></html>"
        ).encode()


def serve(folder: str) -> None:
    """Answer from memory on 127.0.0.1 to 127.0.0.HOSTS, and say on which port."""
    import asyncio

    def answer(body: bytes, kind: str) -> bytes:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        return head.encode() + body

    answers = {f"/{path.name}": answer(path.read_bytes(), "text/html") for path in Path(folder).iterdir()}
    answers["/index"] = answer("\n".join(sorted(answers)).encode(), "text/plain")
    answers["/robots.txt"] = answer(b"User-agent: *\nDisallow: /private\n", "text/plain")

    class Server(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport, self.asked = transport, b""

        def data_received(self, data: bytes) -> None:
            self.asked += data
            while b"\r\n\r\n" in self.asked:
                head, _, self.asked = self.asked.partition(b"\r\n\r\n")
                path = head.split(b" ", 2)[1].decode()
                self.transport.write(answers.get(path, NOT_FOUND))  # type: ignore[attr-defined]

    async def main() -> None:
        loop = asyncio.get_running_loop()
        first = await loop.create_server(Server, "127.0.0.1", 0)
        port = first.sockets[0].getsockname()[1]
        for host in range(2, HOSTS + 1):
            await loop.create_server(Server, f"127.0.0.{host}", port)
        print(port, flush=True)
        await asyncio.Event().wait()

    asyncio.run(main())


def addresses(port: int) -> list[str]:
    """Where the pages are."""
    from urllib.request import urlopen

    paths = urlopen(f"http://127.0.0.1:{port}/index").read().decode().split()
    return [f"http://127.0.0.{number % HOSTS + 1}:{port}{path}" for number, path in enumerate(paths)]


# ------------------------------------------------------------------------------------------- the crawls


def plain(port: int) -> dict[str, float]:
    """Scrapy as it comes, with a link extractor."""
    import scrapy
    from scrapy.crawler import CrawlerProcess
    from scrapy.linkextractors import LinkExtractor

    class Links(scrapy.Spider):
        name = "links"
        pages = 0
        begun = ended = 0.0
        extractor = LinkExtractor()

        async def start(self):  # type: ignore[no-untyped-def]
            Links.begun = time.process_time()
            for url in addresses(port):
                yield scrapy.Request(url)

        def parse(self, response):  # type: ignore[no-untyped-def]
            self.extractor.extract_links(response)
            Links.pages += 1

        def closed(self, _: str) -> None:
            Links.ended = time.process_time()

    settings = {"LOG_LEVEL": "ERROR", "CONCURRENT_REQUESTS": 32, "TELNETCONSOLE_ENABLED": False}
    process = CrawlerProcess(settings)
    process.crawl(Links)
    process.start()
    return {"pages": Links.pages, "ms": 1000 * (Links.ended - Links.begun) / Links.pages}


def seedbed(port: int) -> dict[str, float]:
    """Our crawl of the same pages, which are parsed and walked for their links."""
    from crawler.extraction.addresses import feeds_of, links_of
    from crawler.extraction.reading import Page

    def links_only(readings: Readings) -> None:
        def read(page: Page, **_: object) -> PageReading:
            links_of(page.outline, frozenset(), page.url)
            feeds_of(page.said, page.url)
            return readings.take(page.url or "")

        Page.read = read  # type: ignore[method-assign]

    return our_crawl(port, links_only)


def borrowed(port: int) -> dict[str, float]:
    """Our crawl of the same pages, whose links are extracted as plain Scrapy does."""
    from scrapy.http import HtmlResponse
    from scrapy.linkextractors import LinkExtractor

    import crawler.reading

    extractor = LinkExtractor()

    def links_only(readings: Readings) -> None:
        def read_page(html: bytes, url: str, *, encoding: str | None = None, **_: object) -> PageReading:
            extractor.extract_links(HtmlResponse(url, body=html, encoding=encoding or "utf-8"))
            return readings.take(url)

        crawler.reading.read_page = read_page  # type: ignore[assignment]

    return our_crawl(port, links_only)


class Readings:
    """What the pages hold, read before the crawl."""

    def __init__(self, urls: list[str]) -> None:
        from crawler.extraction import read_page

        self._readings = {url: at_home(read_page(bodies(url), url), url) for url in urls}
        self.left = set(urls)

    def take(self, url: str) -> PageReading:
        """What a page holds; it is read now."""
        self.left.discard(url)
        return self._readings[url]


def our_crawl(port: int, links_only: Callable[[Readings], None]) -> dict[str, float]:
    """Our crawl of the same pages.

    Args:
        links_only: makes reading a page no more than reading its links.
    """
    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.settings import Settings

    from crawler.spiders.coverage import CoverageSpider

    urls = addresses(port)
    readings = Readings(urls)
    gc.freeze()  # a crawl holds no readings: the collector need not go through these
    links_only(readings)
    marks: list[float] = []

    class Timed(CoverageSpider):
        async def start(self):  # type: ignore[no-untyped-def]
            marks.append(time.process_time())
            async for nothing in super().start():
                yield nothing

        def stop_reason(self) -> str | None:
            # What the pages link to is not served: a host that is done early is not to ask for it.
            return "all pages are asked for" if len(readings.left) <= self.run.frontier.in_flight else None

        def closed(self, _: str) -> None:
            marks.append(time.process_time())

    with tempfile.TemporaryDirectory() as folder:
        settings = Settings()
        settings.setmodule("crawler.settings")
        settings.setdict(
            {
                "SEEDBED_CRAWLS": folder,
                "SEEDBED_CORPORA": f"{folder}/seeds",
                "SEEDBED_ALSO_REACH": "127.0.0.0/8",
                "SEEDBED_DELAY": 0,
                "SEEDBED_PATIENCE": 1,
                "SEEDBED_HARVEST": 0,
                "SEEDBED_WORKERS": 0,
                "LOG_LEVEL": "ERROR",
            }
        )
        settings["EXTENSIONS"] = {
            **settings["EXTENSIONS"],
            "crawler.extensions.clean_on_close.CleanOnClose": None,
        }
        process = AsyncCrawlerProcess(settings)
        process.crawl(Timed, seeds=str(EXAMPLES / "seeds"), urls=",".join(urls), budget=10 * len(urls))
        process.start()
        [run] = Path(folder).glob("*/frontier.sqlite")
        database = sqlite3.connect(run)
        asked = database.execute("SELECT outcome, count(*) FROM addresses GROUP BY 1").fetchall()
    return {"pages": len(urls), "ms": 1000 * (marks[-1] - marks[0]) / len(urls), **dict(asked)}


def at_home(reading: PageReading, url: str) -> PageReading:
    """A reading whose links all lead to the page's own host: others would be asked for their robots.txt."""
    host = "/".join(url.split("/")[:3])
    links = tuple(
        link
        if link.url.startswith(f"{host}/")
        else replace(link, url=f"{host}/{link.url.partition('://')[2]}")
        for link in reading.links
    )
    return replace(reading, links=links, feeds=(), linked_feeds=(), next_pages=())


def bodies(url: str) -> bytes:
    """A page as the server gives it."""
    from urllib.request import urlopen

    return urlopen(url).read()  # type: ignore[no-any-return]


# ------------------------------------------------------------------------------------------- the frontier


def frontier(size: int) -> dict[str, float]:
    """What the next page costs when so many addresses are known, and the memory of it all."""
    from crawler.frontier import Frontier, HostRecord
    from crawler.items import Candidate, Outcome

    random = Random(7)
    hosts = [f"news{number}.example" for number in range(max(10, size // 500))]

    def of_page(count: int, first: int) -> list[Candidate]:
        """Addresses that a page links to, half of them new and numbered from `first` on; nine in ten are its site's."""
        site = random.randrange(len(hosts))
        found = []
        for number in range(count):
            host = site if random.random() < 0.9 else random.randrange(len(hosts))
            known = first // len(hosts)  # addresses of each host
            serial = first + number if number % 2 else random.randrange(known + 1) * len(hosts) + host
            found.append(
                Candidate(
                    f"https://{hosts[host]}/2031/{serial}/what-the-council-said-{serial % 997}",
                    priority=serial * 7919 % 1000 / 1000,
                    found_on=f"https://{hosts[site]}/",
                    title=f"What the council said on day {serial % 997}",
                )
            )
        return found

    def every(count: int, first: int) -> list[Candidate]:
        """Addresses numbered from `first` on, of all hosts in turn."""
        return [
            Candidate(
                f"https://{hosts[number % len(hosts)]}/2031/{number}/what-the-council-said-{number % 997}",
                priority=number * 7919 % 1000 / 1000,
                title=f"What the council said on day {number % 997}",
            )
            for number in range(first, first + count)
        ]

    with tempfile.TemporaryDirectory() as folder:
        waiting = Frontier(Path(folder) / "frontier.sqlite")
        for host in hosts:
            waiting.set_host(host, HostRecord(b"", 404, ""))
        for first in range(0, size, 5000):
            waiting.add(every(5000, first))
            waiting.commit()
        begun = time.process_time()
        for number in range(VISITS):
            candidate = waiting.next()
            assert candidate is not None
            waiting.finish(candidate, Outcome.OFF_TOPIC, "relevance 0.10")
            waiting.learn(candidate, 0.0, 0.0)
            waiting.add(of_page(LINKS, size + number * LINKS))
            waiting.commit()
        spent = time.process_time() - begun
        waiting.close()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "linux" else 1024**2)
    return {"ms": 1000 * spent / VISITS, "mib": most}


if __name__ == "__main__":
    name, argument = sys.argv[1:]
    if name == "serve":
        serve(argument)
    else:
        measure = {"plain": plain, "seedbed": seedbed, "borrowed": borrowed, "frontier": frontier}[name]
        print(json.dumps(measure(int(argument))))
