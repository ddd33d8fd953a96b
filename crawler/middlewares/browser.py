"""Pages that need JavaScript: opened in a browser, where SEEDBED_BROWSER says so (extra `browser`).

scrapy-playwright (https://github.com/scrapy-plugins/scrapy-playwright) downloads what is marked for it;
robots.txt, feeds and sitemaps go the usual way. What the WARC keeps is the page as the browser shows it.
"""

from __future__ import annotations

import asyncio
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.exceptions import NotConfigured
from scrapy.http import Response
from scrapy.settings import BaseSettings

from crawler.guard import AddressRefusedError, Guard
from crawler.items import Candidate, Kind
from dedupe.errors import MissingExtraError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.plan import Plan

__all__ = ["BrowserMiddleware", "Sieve", "browser_settings", "check_browser"]

HANDLER = "scrapy_playwright.handler.ScrapyPlaywrightDownloadHandler"
# Most of a page's bytes, and nothing that a reader of texts sees.
NEEDLESS = frozenset({"image", "media", "font"})
# What Chromium resolves to nothing (`--host-resolver-rules`); it has put all spellings of a number into one.
INNER = (
    *("localhost", "*.localhost", "*.internal", "*.local", "0.*", "10.*", "127.*", "169.254.*", "192.168.*"),
    *(f"172.{number}.*" for number in range(16, 32)),
    *(f"100.{number}.*" for number in range(64, 128)),
    "[*]",
)
# A browser answers these out of its own store; then there would be no page to read.
CONDITIONS = ("If-None-Match", "If-Modified-Since")


def check_browser(settings: BaseSettings) -> None:
    """Make sure that the extra is there where the settings ask for it.

    Raises:
        MissingExtraError: it is not; the text says how to get it.
    """
    if settings.getbool("SEEDBED_BROWSER") and find_spec("scrapy_playwright") is None:
        raise MissingExtraError(
            "SEEDBED_BROWSER: opening pages in a browser needs scrapy-playwright and a browser: "
            "pip install 'seedbed[browser]' && playwright install chromium. Or leave the setting out."
        )


def browser_settings(settings: BaseSettings) -> dict[str, Any]:
    """Scrapy's and scrapy-playwright's settings that turn the browser on; none where it is off."""
    if not settings.getbool("SEEDBED_BROWSER"):
        return {}
    return {
        "DOWNLOAD_HANDLERS": settings.getdict("DOWNLOAD_HANDLERS") | {"http": HANDLER, "https": HANDLER},
        "PLAYWRIGHT_ABORT_REQUEST": Sieve(Guard.from_settings(settings)),
        "PLAYWRIGHT_LAUNCH_OPTIONS": _closed(settings.getdict("PLAYWRIGHT_LAUNCH_OPTIONS"), settings),
        "PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT": settings.getint("DOWNLOAD_TIMEOUT") * 1000,
        "PLAYWRIGHT_MAX_PAGES_PER_CONTEXT": settings.getint("SEEDBED_BROWSER_PAGES"),
    }


class Sieve:
    """Says which of the things that a page asks for are not fetched.

    The browser looks names up by itself and follows redirects by itself; `_closed` shuts what it can of that.
    """

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    async def __call__(self, request: Any) -> bool:
        """Whether a `playwright.async_api.Request` shows nothing of the text, or may not be reached."""
        if request.resource_type in NEEDLESS:
            return True
        if request.url.startswith(("data:", "blob:")):
            return False
        if self._guard.refusal_of(request.url) is not None:
            return True
        host = urlsplit(request.url).hostname or ""
        try:
            await asyncio.get_running_loop().run_in_executor(None, self._guard.endpoints_all_allowed, host, 0)
        except AddressRefusedError:
            return True
        except (OSError, UnicodeError):
            return False  # a name that nobody knows, or a proxy alone
        return False


def _closed(options: dict[str, Any], settings: BaseSettings) -> dict[str, Any]:
    """Launch options under which Chromium takes no inner number for a host, also behind a redirect."""
    if settings.get("SEEDBED_ALSO_REACH"):
        return options
    rules = ",".join(f"MAP {pattern} ~NOTFOUND" for pattern in INNER)
    return options | {"args": [*options.get("args", ()), f"--host-resolver-rules={rules}"]}


class BrowserMiddleware:
    """Marks pages for the browser, and hands its redirects back to the frontier."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """On only where the settings say so, and pages come over the network."""
        plan: Plan | None = getattr(crawler.spider, "plan", None)
        if not crawler.settings.getbool("SEEDBED_BROWSER") or plan is None or plan.is_replay:
            raise NotConfigured
        return cls()

    def process_request(self, request: Request) -> None:
        """Mark a page."""
        candidate: Candidate | None = request.meta.get("candidate")
        if candidate is not None and candidate.kind in (Kind.PAGE, Kind.PART):
            request.meta["playwright"] = True
            for name in CONDITIONS:
                request.headers.pop(name, None)

    def process_response(self, request: Request, response: Response) -> Response:
        """Make a redirect of it where the browser ended elsewhere: the frontier asks that host's rules."""
        elsewhere = response.url.partition("#")[0] != request.url.partition("#")[0]
        if "playwright" in response.flags and elsewhere:
            return Response(request.url, status=302, headers={"Location": response.url}, request=request)
        return response
