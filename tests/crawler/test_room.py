"""Room for large answers: few at a time, whole ones first, and nobody keeps a place who is gone."""

from __future__ import annotations

import asyncio

from crawler.room import Room, leave_room


def test_who_comes_later_waits_and_enters_in_turn():
    """What has come whole goes first: it only has to be read."""
    entered: list[str] = []
    room = Room(places=1)
    first = room.take(lambda: entered.append("first"))
    second = room.take(lambda: entered.append("second"))
    whole = room.take(lambda: entered.append("whole"), is_whole=True)

    for place in (first, whole, second):
        place.leave()

    assert entered == ["first", "whole", "second"]


def test_who_gives_up_waiting_takes_no_place():
    """Its host hung up, or its time was over; leaving twice gives nothing twice."""
    entered: list[str] = []
    room = Room(places=1)
    first = room.take(lambda: entered.append("first"))
    gone = room.take(lambda: entered.append("gone"))
    gone.leave()
    first.leave()
    first.leave()
    room.take(lambda: entered.append("second"))
    room.take(lambda: entered.append("third"))

    assert entered == ["first", "second"]


def test_an_answer_waits_for_its_place_and_gives_it_back():
    """A place given up while waiting is free again."""

    async def scene() -> list[str]:
        room, told = Room(places=1), []
        place = await room.enter()
        cancelled = asyncio.create_task(room.enter())
        waiting = asyncio.create_task(room.enter())
        await asyncio.sleep(0)
        cancelled.cancel()
        await asyncio.sleep(0)
        told.append(f"waits: {not waiting.done()}")
        meta = {"place": place}
        leave_room(meta)
        leave_room(meta)
        await waiting
        told.append("entered")
        return told

    assert asyncio.run(scene()) == ["waits: True", "entered"]
