"""Keeps each response as it came over the wire, for the WARC, before anything unpacks it."""

from __future__ import annotations

from datetime import UTC, datetime

from scrapy import Request
from scrapy.http import Response
from twisted.web.http import RESPONSES

from crawler.items import RawResponse

__all__ = ["WireMiddleware"]


class WireMiddleware:
    """Puts `raw` (RawResponse) and `fetched` (moment, whole seconds as WARCs have) into `request.meta`."""

    def process_response(self, request: Request, response: Response) -> Response:
        """Note the response."""
        headers = tuple(
            (name.decode("latin-1"), _text(value))
            for name, values in response.headers.items()
            for value in values
        )
        reason = RESPONSES.get(response.status, b"").decode("ascii")
        request.meta.setdefault("raw", RawResponse(response.status, reason, headers, response.body))
        request.meta.setdefault("fetched", datetime.now(UTC).replace(microsecond=0))
        return response


def _text(value: bytes) -> str:
    """A header's value: UTF-8 as servers write it in fact, else ISO 8859-1 as HTTP/1.1 once said."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")
