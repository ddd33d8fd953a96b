"""Room for large answers: a few at a time, so that many hosts together cannot fill the memory.

An answer of 16 MiB is held several times over: as it comes, unpacked, and on its way to a reader. A crawl
asks dozens of hosts at once; if all of them send as much as they may, those that come later wait.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

__all__ = ["LARGE", "Place", "Room", "leave_room", "room_of"]

# Bytes from which on an answer is large: news pages are under 2 MB.
LARGE = 2 * 1024 * 1024
# Large answers at a time. Each takes up to three times DOWNLOAD_MAXSIZE.
PLACES = 3


class Place:
    """A place in the room, or one in the queue before it."""

    def __init__(self, room: Room, entered: Callable[[], None]) -> None:
        self._room = room
        self.entered = entered

    def leave(self) -> None:
        """Give the place to who waits longest."""
        self._room._left(self)


class Room:
    """A few places, and two queues: who has come whole goes before who is still coming."""

    def __init__(self, places: int = PLACES) -> None:
        self._free = places
        self._inside: set[Place] = set()
        self._whole: deque[Place] = deque()
        self._coming: deque[Place] = deque()

    def take(self, entered: Callable[[], None], *, is_whole: bool = False) -> Place:
        """Ask for a place; `entered` is called when there is one, perhaps at once."""
        place = Place(self, entered)
        (self._whole if is_whole else self._coming).append(place)
        self._let_in()
        return place

    async def enter(self) -> Place:
        """Wait for a place for an answer that has come whole."""
        waited: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        place = self.take(lambda: None if waited.done() else waited.set_result(None), is_whole=True)
        try:
            await waited
        except asyncio.CancelledError:
            place.leave()
            raise
        return place

    def _let_in(self) -> None:
        while self._free and (queue := self._whole or self._coming):
            place = queue.popleft()
            self._free -= 1
            self._inside.add(place)
            place.entered()

    def _left(self, place: Place) -> None:
        if place in self._inside:
            self._inside.discard(place)
            self._free += 1
            self._let_in()
            return
        for queue in (self._whole, self._coming):
            if place in queue:
                queue.remove(place)


_rooms: WeakKeyDictionary[Any, Room] = WeakKeyDictionary()


def room_of(crawler: Crawler) -> Room:
    """The room of one crawl."""
    return _rooms.setdefault(crawler, Room())


def leave_room(meta: dict[str, Any]) -> None:
    """Give back the place that an answer has, if it has one: it was read."""
    place: Place | None = meta.pop("place", None)
    if place is not None:
        place.leave()
