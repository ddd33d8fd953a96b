"""A long crawl: open files, threads and memory after 10,000 pages are what they were after a few hundred.

The pages are served from this process on loopback, 20 hosts, each page with a story of its own and links to others.
"""

from __future__ import annotations

import asyncio
import random
import re
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.faults import _run
from benchmarks.faults.kit import Kit
from benchmarks.faults.row import Row

__all__ = ["rows"]

PAGES, HOSTS, LINKS = 10_000, 20, 30
# Pages after which all that is loaded once is there, and the share of all pages that is looked at, at either end.
WARM, PART = 300, 0.05
# MiB that the crawl's own process may have more at the end: what it knows of the addresses is among them.
MOST_MIB = 64
WORDS = 12_000


def rows(kit: Kit, workdir: Path) -> Iterator[Row]:
    """Crawl, looking at the process five times a second."""
    pages = max(2 * WARM, round(PAGES * kit.scale))
    expected = (
        f"as many open files and threads after {pages:,} pages as after {WARM}, at most {MOST_MIB} MiB more"
    )
    if not Path("/proc/self/fd").exists():
        yield Row("a long crawl", expected, "not tried: no /proc here", None)
        return
    with _Site() as site:
        seen = list(_looks(_command(site.port, workdir), workdir / "growth.log", site, pages))
    early = [look for look in seen if WARM <= look.pages <= WARM + pages * PART]
    late = [look for look in seen if look.pages >= pages * (1 - PART)]
    if not early or not late:
        yield Row("a long crawl", expected, f"ended after {site.served} pages", False)
        return
    most_early, most_late = _most(early), _most(late)
    passed = (
        most_late.files <= most_early.files + 2
        and most_late.threads <= most_early.threads
        and most_late.mib <= most_early.mib + MOST_MIB
    )
    yield Row("a long crawl", expected, f"early {most_early}, late {most_late}", passed)


@dataclass(frozen=True)
class _Look:
    """What the crawl's own process holds at a moment."""

    pages: int
    files: int
    threads: int
    mib: int

    def __str__(self) -> str:
        return f"{self.files} files, {self.threads} threads, {self.mib} MiB"


def _most(looks: list[_Look]) -> _Look:
    return _Look(
        max(look.pages for look in looks),
        max(look.files for look in looks),
        max(look.threads for look in looks),
        max(look.mib for look in looks),
    )


def _command(port: int, workdir: Path) -> list[str]:
    sites = workdir / "growth-sites.txt"
    sites.write_text("".join(f"http://127.0.0.{host}:{port}/\n" for host in range(1, HOSTS + 1)))
    quick = {
        "SEEDBED_ALSO_REACH": "127.0.0.0/8",
        "SEEDBED_DELAY": "0",
        "SEEDBED_HARVEST": "0",
        "SEEDBED_PATIENCE": "0",
        "LOG_LEVEL": "ERROR",
    }
    line = _run.crawl(
        workdir / "growth", "-a", f"seeds={_run.ROOT / 'examples' / 'seeds'}", "-a", f"sites={sites}"
    )
    line += ["-a", f"budget={2 * PAGES}"]
    return [*line, *(part for name, value in quick.items() for part in ("-s", f"{name}={value}"))]


def _looks(line: list[str], log: Path, site: _Site, pages: int) -> Iterator[_Look]:
    """Look at the crawl until it has fetched so many pages; then it is ended."""
    with log.open("wb") as out, subprocess.Popen(line, cwd=_run.ROOT, stdout=out, stderr=out) as crawl:
        own = Path(f"/proc/{crawl.pid}")
        while crawl.poll() is None and site.served < pages:
            try:
                status = (own / "status").read_text()
                files = sum(1 for _ in (own / "fd").iterdir())
            except OSError:
                break
            threads, kib = (int(re.search(rf"{name}:\s+(\d+)", status)[1]) for name in ("Threads", "VmRSS"))  # type: ignore[index]
            yield _Look(site.served, files, threads, kib >> 10)
            time.sleep(0.2)
        crawl.terminate()
        try:
            crawl.wait(30)
        except subprocess.TimeoutExpired:
            crawl.kill()


class _Site:
    """Stories without end on 127.0.0.1 to 127.0.0.HOSTS."""

    def __init__(self) -> None:
        self.served = 0
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        made_up = random.Random(7)
        self._words = [
            "".join(made_up.choices("aeiourstlnmdk", k=made_up.randrange(2, 11))) for _ in range(WORDS)
        ]

    def __enter__(self) -> _Site:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _serve(self) -> None:
        async def begin() -> None:
            first = await asyncio.start_server(self._answer, "127.0.0.1", 0)
            self.port = first.sockets[0].getsockname()[1]
            for host in range(2, HOSTS + 1):
                await asyncio.start_server(self._answer, f"127.0.0.{host}", self.port)
            self._ready.set()

        self._loop.run_until_complete(begin())
        self._loop.run_forever()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await _head(reader):
            path = head.split(b" ", 2)[1].decode("ascii", "replace")
            kind, body = (
                ("text/plain", b"User-agent: *\n")
                if path == "/robots.txt"
                else ("text/html", self._page(path))
            )
            self.served += path != "/robots.txt"
            writer.write(
                f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
                + body
            )
            await writer.drain()
        writer.close()

    def _page(self, path: str) -> bytes:
        """The page of an address: the same at each time, and links to others."""
        said = random.Random(path)
        words = self._words
        story = "".join(f"<p>{' '.join(said.choices(words, k=50)).capitalize()}.</p>" for _ in range(8))
        links = "".join(
            f"<li><a href='/2031/{said.randrange(10 * PAGES)}/'>{' '.join(said.choices(words, k=7))}</a></li>"
            for _ in range(LINKS)
        )
        title = " ".join(said.choices(words, k=8))
        return (
            f"<html><head><title>{title}</title></head><body><nav><ul>{links}</ul></nav>"
            f"<article><h1>{title}</h1>{story}</article></body></html>"
        ).encode()


async def _head(reader: asyncio.StreamReader) -> bytes:
    """The next request's head; empty: the client is gone."""
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return b""
