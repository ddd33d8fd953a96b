"""What the shards of one crawl tell each other through Redis, in one round trip a beat.

Redis holds nothing that is not also on a shard's disk, but for the live index and the count of the budget:
one that forgets everything costs the sending of what was on its way. Letters go through a stream for each
pair of shards; a reader takes from its streams what it has saved, so that what stands there is leased to it,
and says in the same step (MULTI) up to which number it has all. What it saved, the sender strikes from its
outbox.

The crawl is over when one look at Redis, which is one moment for all, finds every shard idle. A shard says
that it is idle only while it has nothing to fetch, nothing in hand and nothing in its outbox; so whatever is
on its way has a sender that is not idle, and an idle shard goes to work only by a letter (cf. Dijkstra and
Scholten, "Termination detection for diffusing computations", 1980: who sent is not done before what it sent
is).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from crawler.outbox import Letter
from crawler.shards import Shard
from dedupe.errors import MissingExtraError, SeedbedError

__all__ = ["Beat", "Exchange", "ExchangeError", "ExchangeSilentError", "Heard", "State", "without_password"]

# Raised when what stands in Redis, or how it is used, changes.
FORMAT = 1
# Seconds for an answer: a beat carries a megabyte at most.
TIMEOUT = 10.0
# Letters that are read in a beat.
READ_AT_ONCE = 1000
# Requests that a shard may make until its next beat: as many as can be in flight, ten times a second.
GRANT = 64
# Seconds that Redis keeps a crawl that is over, for a shard that was killed before it heard so.
KEPT = 3600

NUMBER = re.compile(rb"\d{1,18}")

# One shard's news in, the state of all out: who is where, what each may fetch, whether the crawl is over.
# KEYS: states, beats, grants, over. ARGV: shard, its state, its requests, the budget, a grant, shards.
BEAT = """
redis.call('HINCRBY', KEYS[2], ARGV[1], 1)
local used, budget, others = tonumber(ARGV[3]), tonumber(ARGV[4]), 0
local grants = redis.call('HGETALL', KEYS[3])
for at = 1, #grants, 2 do
    if grants[at] ~= ARGV[1] then others = others + tonumber(grants[at + 1]) end
end
local granted = used
if ARGV[2] == 'working' or ARGV[2] == 'hungry' then
    granted = math.max(used, math.min(used + tonumber(ARGV[5]), budget - others))
end
redis.call('HSET', KEYS[3], ARGV[1], granted)
local is_fed = ARGV[2] == 'hungry' and granted > used
redis.call('HSET', KEYS[1], ARGV[1], is_fed and 'working' or ARGV[2])
local states = redis.call('HGETALL', KEYS[1])
local over = #states == 2 * tonumber(ARGV[6])
for at = 2, #states, 2 do
    local may_eat = states[at] == 'hungry' and others + granted < budget
    if states[at] == 'working' or states[at] == 'posting' or may_eat then over = false end
end
if over then redis.call('SET', KEYS[4], 1) end
return {granted, redis.call('EXISTS', KEYS[4]), redis.call('HGETALL', KEYS[2]), states}
"""


class ExchangeError(SeedbedError):
    """A shard cannot take part in its crawl, or not go on with it."""


class ExchangeSilentError(Exception):
    """Redis did not answer, or not as it should: the next beat tries again."""


class State(StrEnum):
    """What a shard is doing."""

    WORKING = "working"
    POSTING = "posting"  # it has nothing to fetch, and letters that have not arrived
    HUNGRY = "hungry"  # it would fetch more, and the budget is spent
    IDLE = "idle"


@dataclass(frozen=True)
class Beat:
    """What a shard tells."""

    state: State
    requests: int
    budget: int
    letters: Sequence[Letter]
    taken: Mapping[int, int]  # shard -> number up to which its letters are saved here
    done: Mapping[int, Sequence[bytes]]  # shard -> entries of its stream that were read and are done with


@dataclass(frozen=True)
class Heard:
    """What a shard hears."""

    granted: int  # requests that it may have made in all
    is_over: bool  # of the whole crawl
    letters: Sequence[Letter]
    done: Mapping[int, Sequence[bytes]]  # their entries, for the next beat
    taken: Mapping[int, int]  # shard -> number up to which it has saved ours
    lying: Mapping[int, int]  # shard -> letters that it has not taken out of the stream yet
    beats: Mapping[int, int] = field(default_factory=dict)  # shard -> its beats so far
    states: Mapping[int, str] = field(default_factory=dict)


class Exchange:
    """One shard's line to the others; safe to use from several threads.

    Args:
        url: of the Redis server.
        name: of the crawl and the run of it.
        header: what all that take part must have in common, by name.
        place: names this process's part, and where it stands: one process, and only it, is each shard.

    Raises:
        MissingExtraError: the client is not installed.
        ExchangeError: Redis does not answer, or holds another crawl; the text says what to do.
    """

    def __init__(self, url: str, name: str, shard: Shard, header: Mapping[str, str], place: str) -> None:
        self.shard = shard
        self.server = without_password(url)
        self._name = name
        self._header = {"format": str(FORMAT), "shards": str(shard.of), **header}
        self._place = place
        self.redis = _client(url)
        try:
            self._announce()
        except ExchangeSilentError as error:
            raise ExchangeError(
                f"-a exchange: {self.server} does not answer: {error}. Start Redis there, or name another."
            ) from error

    def key(self, *parts: object) -> str:
        """The name in Redis of something of this crawl; the braces keep all on one node of a cluster."""
        return ":".join(("seedbed", f"{{{self._name}}}", *map(str, parts)))

    def close(self) -> None:
        """Let go of the connections."""
        self.redis.close()

    def _announce(self) -> None:
        """Write the header, or make sure that what stands there is the same."""
        mine = self._header | {f"shard {self.shard.number}": self._place}
        pipe = self.redis.pipeline()
        for name, value in mine.items():
            pipe.hsetnx(self.key("header"), name, value)
        pipe.hgetall(self.key("header"))
        found = {name.decode(): value.decode("utf-8", "replace") for name, value in _run(pipe)[-1].items()}
        for name, value in mine.items():
            if found[name] != value:
                raise ExchangeError(self._says(name, found[name], value))

    def _says(self, name: str, found: str, mine: str) -> str:
        if name.startswith("shard "):
            return (
                f"-a shard: shard {self.shard} of this crawl is at {found.partition(' ')[2]}. Go on with it "
                f"there; or begin the crawl anew, all shards, with a database of its own, as in "
                f"-a exchange=redis://HOST:6379/1."
            )
        return (
            f"-a exchange: {self.server}: the shards of this crawl have {name} {found}, this one {mine}. "
            f"Start all of them with the same version, N and settings; or give the crawl a database of "
            f"its own, as in -a exchange=redis://HOST:6379/1."
        )

    def _line(self, sender: int, receiver: int) -> str:
        return self.key("letters", sender, receiver)

    def beat(self, told: Beat) -> Heard:
        """Tell and hear, in one round trip; what is told twice counts once.

        Raises:
            ExchangeSilentError: no answer; whether anything arrived is not known.
            ExchangeError: Redis was emptied, and another crawl is there by now.
        """
        me, others = self.shard.number, self.shard.others
        pipe = self.redis.pipeline(transaction=True)
        pipe.hget(self.key("header"), "format")
        for letter in told.letters:
            pipe.xadd(self._line(me, letter.shard), {"number": letter.number, "candidate": letter.candidate})
        for sender, entries in told.done.items():
            pipe.xdel(self._line(sender, me), *entries)
        if told.taken:
            pipe.hset(self.key("taken", me), mapping=told.taken)
        for other in others:
            pipe.hget(self.key("taken", other), me)
            pipe.xlen(self._line(me, other))
        if others:
            pipe.xread({self._line(other, me): "0" for other in others}, count=READ_AT_ONCE)
        keys = [self.key(name) for name in ("states", "beats", "grants", "over")]
        pipe.eval(BEAT, len(keys), *keys, me, told.state, told.requests, told.budget, GRANT, self.shard.of)
        answers = _run(pipe)
        if answers[0] is None:
            self._announce()
        try:
            return self._heard(answers)
        except ValueError as error:  # somebody else wrote there
            raise ExchangeSilentError(f"not as a shard writes: {error}") from error

    def _heard(self, answers: Sequence[Any]) -> Heard:
        others = self.shard.others
        granted, is_over, beats, states = answers[-1]
        letters, done = self._read(answers[-2] or ()) if others else ([], {})
        pairs = answers[-2 - 2 * len(others) : -2] if others else []
        return Heard(
            granted=granted,
            is_over=bool(is_over),
            letters=letters,
            done=done,
            taken={other: int(number or 0) for other, number in zip(others, pairs[::2], strict=True)},
            lying=dict(zip(others, pairs[1::2], strict=True)),
            beats={int(shard): int(count) for shard, count in _pairs(beats)},
            states={int(shard): state.decode() for shard, state in _pairs(states)},
        )

    def _read(self, streams: Sequence[Any]) -> tuple[list[Letter], dict[int, list[bytes]]]:
        """The letters of some streams, and their entries; what is no letter is done with."""
        senders = {self._line(other, self.shard.number).encode(): other for other in self.shard.others}
        letters, done = [], {}
        for line, entries in streams:
            sender = senders[line]
            done[sender] = [entry for entry, _ in entries]
            letters += [
                Letter(sender, int(fields[b"number"]), fields[b"candidate"])
                for _, fields in entries
                if NUMBER.fullmatch(fields.get(b"number", b"")) and b"candidate" in fields
            ]
        return letters, done

    def end(self) -> None:
        """Let Redis forget the crawl that is over, in a while."""
        shards = range(1, self.shard.of + 1)
        keys = [self.key(name) for name in ("header", "states", "beats", "grants", "over", "texts", "bands")]
        keys += [self.key("taken", shard) for shard in shards]
        pipe = self.redis.pipeline()
        for key in keys:
            pipe.expire(key, KEPT)
        _run(pipe)


def _client(url: str) -> Any:
    """Redis's client, which tries nothing twice by itself: whether something arrived is for us to judge."""
    try:
        from redis import Redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry
    except ImportError:
        raise MissingExtraError(
            "-a exchange: sharing a crawl needs the client of Redis: pip install 'seedbed[redis]'. "
            "Without it one process crawls alone: leave out -a shard and -a exchange."
        ) from None
    try:
        return Redis.from_url(
            url,
            protocol=2,
            socket_timeout=TIMEOUT,
            socket_connect_timeout=TIMEOUT,
            retry=Retry(NoBackoff(), 0),
        )
    except ValueError as error:
        raise ExchangeError(
            f"-a exchange: {without_password(url)}: {error}. Give it as redis://127.0.0.1:6379/0."
        ) from error


def _run(pipe: Any) -> list[Any]:
    """Run a pipeline.

    Raises:
        ExchangeSilentError: no answer, or one that says that it could not be done.
    """
    from redis.exceptions import RedisError

    try:
        return list(pipe.execute())
    except (RedisError, OSError) as error:
        raise ExchangeSilentError((str(error) or repr(error)).rstrip(".")) from error


def _pairs(flat: Sequence[bytes]) -> list[tuple[bytes, bytes]]:
    return list(zip(flat[::2], flat[1::2], strict=True))


def without_password(url: str) -> str:
    """The address of a server as it may be shown."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
