"""One shard's work with the others while it crawls: hands over, takes in, and knows when all is done.

The crawl never waits for Redis. Where it does not answer, a shard goes on with its own sites; what it hands
over waits in its outbox.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import socket
from collections.abc import Callable
from contextlib import suppress
from time import monotonic

from crawler.exchange import Beat, Exchange, ExchangeError, ExchangeSilentError, Heard, State
from crawler.run import CrawlRun
from crawler.shared_index import index_header

__all__ = ["ExchangeDesk", "joined"]

log = logging.getLogger(__name__)

# Seconds between two beats: what a candidate waits on its way, and how long after the end a shard ends.
PAUSE = 0.2
# Letters to one shard that are sent in a beat, and that may be on their way: the rest waits on disk, so that
# Redis needs no more than 5 MB for each pair of shards, however long one of them is away.
SENT_AT_ONCE = 500
ON_THEIR_WAY = 10_000


def joined(run: CrawlRun) -> Exchange | None:
    """The line of a shard to the others, for the run of the crawl that begins or goes on; None: it is alone.

    Raises:
        SeedbedError: the shard cannot take part; the text says why.
    """
    plan, frontier = run.plan, run.frontier
    if plan.shard is None or plan.arguments.exchange is None:
        return None
    is_further = bool(frontier.fact("ended")) and not plan.is_replay
    if not frontier.fact("identity"):
        frontier.set_fact("identity", secrets.randbits(62))
        frontier.commit()
    return Exchange(
        plan.arguments.exchange,
        f"{plan.digest}.{frontier.fact('runs', 1) + is_further}",
        plan.shard,
        index_header(plan.cleaning.duplicates),
        f"{frontier.fact('identity'):x} {plan.run_folder.resolve()} on {socket.gethostname()}",
    )


class ExchangeDesk:
    """Keeps one shard in touch.

    Args:
        fetching: whether the shard has something to fetch: `WORKING`, `HUNGRY` or `IDLE`.
        is_over: whether this process is to end, whatever the others do.
        wake: called when there is something new to fetch.
        patience: seconds that a shard with nothing to do waits for one that is not heard of.
    """

    def __init__(
        self,
        exchange: Exchange,
        run: CrawlRun,
        fetching: Callable[[], State],
        is_over: Callable[[], bool],
        wake: Callable[[], None],
        patience: float,
    ) -> None:
        assert run.outbox is not None
        self._exchange = exchange
        self._shard = exchange.shard
        self._run = run
        self._outbox = run.outbox
        self._fetching = fetching
        self._is_over = is_over
        self._wake = wake
        self._patience = patience
        self.granted = 0  # requests that this run may have made
        self._sent = {other: self._outbox.last_arrived(other) for other in self._shard.others}
        self._heard: Heard | None = None
        self._is_silent = False
        self._beats: dict[int, int] = {}
        self._last_beat = dict.fromkeys(self._shard.others, monotonic())

    async def work(self) -> None:
        """Keep in touch until the whole crawl is over.

        Raises:
            ExchangeError: nothing is left to do here, and others are not heard of for too long.
        """
        while not self._is_over():
            told = self._told()
            try:
                heard = await asyncio.to_thread(self._exchange.beat, told)
            except ExchangeSilentError as error:
                self._note_silence(error)
            else:
                self._take(told, heard)
                if heard.is_over:
                    await self._end()
                    return
            self._lose_patience()
            await asyncio.sleep(PAUSE)

    def _told(self) -> Beat:
        letters = []
        for other in self._shard.others:
            after = self._sent[other]
            room = min(SENT_AT_ONCE, self._outbox.last_arrived(other) + ON_THEIR_WAY - after)
            letters += self._outbox.letters(other, after, room) if room > 0 else []
        return Beat(
            state=self._state(),
            requests=self._run.requests_now,
            budget=self._run.plan.budget,
            letters=letters,
            taken={other: self._outbox.last_taken(other) for other in self._shard.others},
            done=self._heard.done if self._heard else {},
        )

    def _state(self) -> State:
        fetching = self._fetching()
        return fetching if fetching is State.WORKING or self._outbox.is_empty else State.POSTING

    def _take(self, told: Beat, heard: Heard) -> None:
        """Save what came, and strike what arrived."""
        if self._is_silent:
            log.warning("%s answers again.", self._exchange.server)
            self._is_silent = False
        self._heard, self.granted = heard, heard.granted
        for letter in told.letters:
            self._sent[letter.shard] = letter.number
        for other, number in heard.taken.items():
            if number > self._outbox.last_arrived(other):
                self._outbox.arrived(other, number)
            if not heard.lying[other]:  # nothing is on its way: what has not arrived is lost, and sent again
                self._sent[other] = self._outbox.last_arrived(other)
        candidates = [found for letter in heard.letters if (found := self._outbox.take(letter)) is not None]
        self._run.add(candidates)
        self._run.frontier.commit()
        for other in self._shard.others:
            if heard.beats.get(other) != self._beats.get(other):
                self._last_beat[other] = monotonic()
        self._beats = dict(heard.beats)
        self._wake()

    def _note_silence(self, error: ExchangeSilentError) -> None:
        if not self._is_silent:
            log.warning(
                "%s: %s. The crawl goes on with its own sites and asks again.", self._exchange.server, error
            )
        self._is_silent = True

    async def _end(self) -> None:
        with suppress(ExchangeSilentError):  # all is said: then Redis keeps it longer
            await asyncio.to_thread(self._exchange.end)

    def _lose_patience(self) -> None:
        """End where nothing is left to fetch here or at the shards that are heard of, and others are not."""
        if self._fetching() is State.WORKING:
            return
        now = monotonic()
        lost = [shard for shard, moment in self._last_beat.items() if now - moment > self._patience]
        states = self._heard.states if self._heard else {}
        at_work = [shard for shard in self._shard.others if states.get(shard) == State.WORKING]
        if not lost or not set(at_work) <= set(lost):
            return
        who = (
            f"{self._exchange.server} was silent"
            if self._is_silent
            else f"shard{'s' * (len(lost) > 1)} {', '.join(f'{shard}/{self._shard.of}' for shard in lost)} "
            f"{'were' if len(lost) > 1 else 'was'} not heard of"
        )
        raise ExchangeError(
            f"Nothing is left to do here, and {who} for {self._patience:g} s (SEEDBED_EXCHANGE_PATIENCE): "
            f"see why, and start each shard again that has ended."
        )
