"""A Crawl-delay counts from the end of the answer before."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.core.downloader import Slot
from scrapy.http import Response

from crawler.middlewares.pace import FROM_ANSWER, PaceMiddleware

URL = "https://a.example/1"


def answered(pace: PaceMiddleware, request: Request) -> None:
    pace.process_response(request, Response(URL))


def failed(pace: PaceMiddleware, request: Request) -> None:
    pace.process_exception(request, OSError("broke off"))


@pytest.mark.parametrize("ended", [answered, failed])
@pytest.mark.parametrize(("asked", "moved"), [(True, True), (False, False)])
def test_the_delay_that_a_host_asked_for_counts_from_the_end_of_the_answer(
    ended: Callable[[PaceMiddleware, Request], None], asked: bool, moved: bool
):
    """However the request ended; our own delay counts from request to request."""
    slot = Slot(concurrency=1, delay=1.0, jitter=0.0)
    downloader: Any = SimpleNamespace(slots={"a.example": slot})
    crawler: Any = SimpleNamespace(engine=SimpleNamespace(downloader=downloader))

    ended(PaceMiddleware(crawler), Request(URL, meta={"download_slot": "a.example", FROM_ANSWER: asked}))

    assert (slot.lastseen > 0) is moved


def test_a_slot_that_is_gone_is_no_error():
    """The downloader forgets the slots of hosts that were quiet for a minute."""
    crawler: Any = SimpleNamespace(engine=SimpleNamespace(downloader=SimpleNamespace(slots={})))

    answered(PaceMiddleware(crawler), Request(URL, meta={"download_slot": "a.example", FROM_ANSWER: True}))

    assert crawler.engine.downloader.slots == {}
