"""The bundled example's web, served on loopback as an HTTP proxy, with a log of who asked for what."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from crawler.warc import WarcIndex

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
NOT_SENT_ON = {"content-length", "connection", "transfer-encoding"}
LONGEST = 300.0  # s until a test is given up; it asks what comes, not when


class _Server(ThreadingHTTPServer):
    def handle_error(self, *of: Any) -> None:
        """Show what went wrong here; that a client was killed is no fault of ours."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(*of)


class NewsWeb:
    """Answers as the example's sites would, over plain http.

    Args:
        on_request: may count, wait or kill.
        service: plays a service beside the sites: address -> headers and body of its answer; None: not its own.
    """

    def __init__(
        self,
        on_request: Callable[[str], None] = lambda url: None,
        service: Callable[[str], tuple[dict[str, str], bytes] | None] = lambda url: None,
    ) -> None:
        index = WarcIndex([EXAMPLES / "web.warc.gz"])
        log: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                log.append(self.path)
                on_request(self.path)
                if (said := service(self.path)) is not None:
                    self.send_response(200)
                    for name, value in {**said[0], "Content-Length": str(len(said[1]))}.items():
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(said[1])
                    return
                found = index.get(self.path)
                if found is None:
                    self.send_error(404)
                    return
                # The example's addresses are https; a proxy can only see into http.
                body = as_http(found.raw.body)
                self.send_response(found.raw.status)
                for name, value in found.raw.headers:
                    if name.lower() not in NOT_SENT_ON:
                        self.send_header(name, value.replace("https://", "http://"))
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Stay silent."""

        self.log = log
        self._server = _Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def proxy(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> NewsWeb:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def as_http(body: bytes) -> bytes:
    """A body whose addresses are http, gzipped sitemaps included."""
    if body.startswith(b"\x1f\x8b"):
        return gzip.compress(gzip.decompress(body).replace(b"https://", b"http://"), mtime=0)
    return body.replace(b"https://", b"http://")


def command(folder: Path, spider: str, *options: str, **arguments: object) -> list[str]:
    """The command line of a crawl whose crawls and corpora go into a folder."""
    line = [sys.executable, "-m", "scrapy", "crawl", spider, *options]
    line += ["-s", f"SEEDBED_CRAWLS={folder / 'crawls'}", "-s", f"SEEDBED_CORPORA={folder / 'seeds'}"]
    for name, value in arguments.items():
        line += ["-a", f"{name}={value}"]
    return line


def live(folder: Path, *options: str) -> list[str]:
    """A crawl of the example's web over the network, of all of it: when it would stop depends on the network."""
    sites = folder / "sites.txt"
    if not sites.exists():
        folder.mkdir(parents=True, exist_ok=True)
        sites.write_text((EXAMPLES / "sites.txt").read_text().replace("https://", "http://"))
    fast = ["-s", "SEEDBED_DELAY=0", "-s", "SEEDBED_BACKOFF=0.1"]
    fast += ["-s", "SEEDBED_HARVEST=0"]
    return command(folder, "coverage", *fast, *options, seeds=EXAMPLES / "seeds", sites=sites, corpus="story")


def environment(proxy: str | None = None) -> dict[str, str]:
    """The environment of a crawl; without a proxy it has no network to speak of."""
    clean = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    return clean | ({"http_proxy": proxy} if proxy else {})


def crawl(line: list[str], proxy: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run a crawl to its end."""
    return subprocess.run(
        line, cwd=ROOT, env=environment(proxy), capture_output=True, text=True, timeout=LONGEST, check=False
    )


def files(folder: Path) -> dict[str, bytes]:
    """Name -> bytes of all files of a folder but the lock."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.startswith(".lock")}


def wait_until(condition: Callable[[], bool], seconds: float = LONGEST) -> None:
    """Wait for something to become true; a test that waits in vain fails."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)
