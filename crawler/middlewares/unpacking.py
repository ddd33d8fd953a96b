"""Takes the content encoding off each answer, within DOWNLOAD_MAXSIZE, and notes whether it came whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from scrapy import Request
from scrapy.http import Response
from scrapy.responsetypes import responsetypes

from crawler.packing import TooLargeError, unpacked
from crawler.room import LARGE, Room, leave_room, room_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

__all__ = ["UnpackingMiddleware", "unpacked_response"]

ACCEPTED = "gzip, deflate, br, zstd"


class UnpackingMiddleware:
    """Stands in for Scrapy's own, which neither tells a cut body from a whole one nor bounds the layers."""

    def __init__(self, most: int, room: Room) -> None:
        self._most = most
        self._room = room

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy makes it."""
        return cls(crawler.settings.getint("DOWNLOAD_MAXSIZE"), room_of(crawler))

    def process_request(self, request: Request) -> None:
        """Say what is understood."""
        request.headers.setdefault("Accept-Encoding", ACCEPTED)

    async def process_response(self, request: Request, response: Response) -> Response:
        """Unpack an answer; `request.meta["came_whole"]` says whether it ended where its packing says.

        One that is large takes a place in the room, which its reader gives back.

        Raises:
            TooLargeError: it holds more than DOWNLOAD_MAXSIZE.
        """
        try:
            plain, is_whole = unpacked_response(response, min(LARGE, self._most))
            is_large = len(plain.body) > LARGE
        except TooLargeError:
            is_large = True
        if is_large:
            request.meta["place"] = await self._room.enter()
            try:
                plain, is_whole = unpacked_response(response, self._most)
            except TooLargeError:
                leave_room(request.meta)
                raise
        request.meta["came_whole"] = is_whole
        return plain


def unpacked_response(response: Response, most: int) -> tuple[Response, bool]:
    """An answer without its content encoding, and whether it ended where its packing says.

    Raises:
        TooLargeError: it holds more than `most` bytes.
    """
    encodings = [value.decode("latin-1") for value in response.headers.getlist("Content-Encoding")]
    if not encodings:
        return response, True
    plain = unpacked(response.body, encodings, most)
    headers = response.headers.copy()
    del headers["Content-Encoding"]
    kind = responsetypes.from_args(headers=headers, url=response.url, body=plain.body)
    return response.replace(cls=kind, headers=headers, body=plain.body), plain.is_whole
