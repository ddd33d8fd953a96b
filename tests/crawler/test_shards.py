"""Several processes on one crawl, through a real Redis: the same pages as one, whatever is killed."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from crawler.account import Account
from crawler.exchange import Beat, Exchange, ExchangeError, ExchangeSilentError, State, without_password
from crawler.outbox import Letter
from crawler.shards import Shard, site_of
from crawler.shared_index import SharedIndex, index_header
from crawler.warc import read_responses
from dedupe.duplicates.index import LiveIndex
from dedupe.settings import DuplicateSettings
from tests.crawler.news_web import (
    LONGEST,
    ROOT,
    NewsWeb,
    command,
    crawl,
    environment,
    files,
    live,
    wait_until,
)
from tests.crawler.redis_server import RedisServer, needs_redis
from tests.dedupe.fictional import BRIDGE, FERRY, FERRY_OTHER

NOWHERE = "redis://127.0.0.1:1/0"
DUPLICATES = DuplicateSettings()


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    with RedisServer() as server:
        yield server


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a crawl by one process."""
    folder = tmp_path_factory.mktemp("alone")
    with NewsWeb() as web:
        done = crawl(live(folder), web.proxy)
    assert done.returncode == 0, done.stderr
    return folder


class Team:
    """Two shards, each with a news web of its own, so that it is seen who asks whom."""

    def __init__(self, folder: Path, redis: RedisServer, *options: str) -> None:
        self.folder = folder
        self.redis = redis
        self.options = options
        self.webs = {1: NewsWeb(), 2: NewsWeb()}
        self.processes: dict[int, subprocess.Popen[str]] = {}

    def __enter__(self) -> Team:
        self._stack = ExitStack()
        for web in self.webs.values():
            self._stack.enter_context(web)
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes.values():
            process.kill()
            process.communicate()
        self._stack.close()

    def start(self, *shards: int) -> None:
        for shard in shards or (1, 2):
            line = [*live(self.folder, *self.options), "-a", f"shard={shard}/2"]
            self.processes[shard] = subprocess.Popen(
                [*line, "-a", f"exchange={self.redis.url}"],
                cwd=ROOT,
                env=environment(self.webs[shard].proxy),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )

    def kill(self, shard: int) -> None:
        self.processes[shard].kill()
        self.processes[shard].communicate()

    def end(self) -> dict[int, str]:
        """What each said; all are to end well."""
        said = {}
        for shard, process in self.processes.items():
            out, problems = process.communicate(timeout=LONGEST)
            assert process.returncode == 0, problems
            said[shard] = out + problems
        return said

    def asked(self, shard: int) -> list[str]:
        return self.webs[shard].log

    def check_as_alone(self, alone: Path) -> None:
        """The same corpus; no site asked by two; nothing fetched that was recorded before."""
        folders = sorted((self.folder / "crawls").iterdir())
        sites = [{site_of(url.split("/")[2]) for url in self.asked(shard)} for shard in (1, 2)]
        recorded = Counter(
            response.url for folder in folders for _, response in read_responses(folder / "pages.warc.gz")
        )
        cleaned = crawl(scrapy(self.folder, "clean", *folders))

        assert cleaned.returncode == 0, cleaned.stderr
        assert len(folders) == 2
        assert sites[0]
        assert sites[1]
        assert not sites[0] & sites[1]
        assert [url for url, times in recorded.items() if times > 1] == []
        assert files(self.folder / "seeds" / "story") == files(alone / "seeds" / "story")


def scrapy(folder: Path, name: str, *arguments: object) -> list[str]:
    """A command that asks or cleans the crawls of a folder."""
    line = command(folder, name)
    line.remove("crawl")
    return [*line, *map(str, arguments)]


@needs_redis
def test_two_shards_find_what_one_process_finds(tmp_path: Path, redis: RedisServer, alone: Path):
    """Each site lives in one process; the corpus of both is the same, byte for byte; the accounts add up."""
    with Team(tmp_path, redis) as team:
        team.start()
        said = team.end()
        asked = len(team.asked(1)) + len(team.asked(2))
        team.check_as_alone(alone)
        team.start()
        team.end()
        again = len(team.asked(1)) + len(team.asked(2)) - asked

    assert 0 < again < asked  # a further run, which looks for news and ends by itself
    crawls = sorted((tmp_path / "crawls").iterdir())
    outcomes = [outcomes_of(folder) for folder in crawls]
    [one] = (alone / "crawls").iterdir()
    assert sum(sum(each.values()) - each["handed_over"] for each in outcomes) == sum(
        outcomes_of(one).values()
    )
    assert sum(each["handed_over"] for each in outcomes) > 0
    assert sum(each["waiting"] for each in outcomes) == 0
    assert "next     scrapy clean " in said[1]
    assert "WARNING" not in said[1] + said[2]
    why = crawl(scrapy(tmp_path, "why", handed_over(crawls))).stdout
    assert "handed_over: to shard " in why
    assert why.count("outcome") == 2
    assert "waiting" not in why
    assert "never seen" not in why

    partly = crawl([*scrapy(tmp_path, "clean", crawls[0]), "-s", f"SEEDBED_CORPORA={tmp_path / 'partly'}"])
    assert partly.returncode == 0
    assert "without shard 2: its folder was not named" in partly.stderr
    assert "exchange" not in json.loads((crawls[0] / "plan.json").read_text())["arguments"]


def outcomes_of(folder: Path) -> Counter[str]:
    with closing(Account(folder)) as account:
        return Counter(account.outcomes())


def handed_over(crawls: list[Path]) -> str:
    """An address that one shard found and another fetched."""
    for folder in crawls:
        with closing(sqlite3.connect(folder / "frontier.sqlite")) as database:
            for (url,) in database.execute("SELECT url FROM addresses WHERE outcome = 'handed_over'"):
                return str(url)
    raise AssertionError("nothing was handed over")


@needs_redis
def test_a_killed_shard_goes_on_and_the_other_waits(tmp_path: Path, redis: RedisServer, alone: Path):
    """SIGKILL of one amid its work, then of the other that waits: each goes on, and the corpus is the same."""
    with Team(tmp_path, redis) as team:
        team.start()
        wait_until(lambda: len(team.asked(2)) >= 20)
        team.kill(2)
        wait_until(lambda: redis_says(redis, "states").get("1") in ("idle", "posting"))
        assert team.processes[1].poll() is None
        team.kill(1)
        team.start()
        team.end()

        team.check_as_alone(alone)


def redis_says(redis: RedisServer, name: str) -> dict[str, str]:
    """A table of the crawl in Redis."""
    for key in redis.client.keys(f"seedbed:*:{name}"):
        return {field.decode(): value.decode() for field, value in redis.client.hgetall(key).items()}
    return {}


@needs_redis
def test_a_redis_that_forgets_everything_costs_nothing(tmp_path: Path, redis: RedisServer, alone: Path):
    """Killed with all that was on its way, and started empty: the shards send it again."""
    with Team(tmp_path, redis) as team:
        team.start()
        wait_until(lambda: len(team.asked(1)) >= 10 and len(team.asked(2)) >= 10)
        redis.kill()
        asked = len(team.asked(1)) + len(team.asked(2))
        wait_until(lambda: len(team.asked(1)) + len(team.asked(2)) > asked)
        redis.start()
        team.end()
        team.check_as_alone(alone)


@needs_redis
def test_a_shard_that_is_left_alone_ends_and_can_be_gone_on_with(
    tmp_path: Path, redis: RedisServer, alone: Path
):
    """After its patience it says who is missing, with exit code 2; both started again end as if at once."""
    with Team(tmp_path, redis, "-s", "SEEDBED_EXCHANGE_PATIENCE=2") as team:
        team.start(1)
        _, problems = team.processes[1].communicate(timeout=LONGEST)
        assert team.processes[1].returncode == 2
        assert "shard 2/2 was not heard of for 2 s (SEEDBED_EXCHANGE_PATIENCE)" in problems
        assert "the same command goes on from there" in problems

        team.options = ()
        team.start()
        team.end()
        team.check_as_alone(alone)


@needs_redis
def test_the_budget_is_of_all_shards_together(tmp_path: Path, redis: RedisServer):
    """No more requests than asked for, whoever makes them, and all of them are made."""
    with Team(tmp_path, redis, "-a", "budget=30") as team:
        team.start()
        team.end()
        asked = [url for shard in (1, 2) for url in team.asked(shard) if not url.endswith("/robots.txt")]

    assert len(asked) == 30


# ------------------------------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"shard": "1/2"}, "shard and exchange go together"),
        ({"exchange": NOWHERE}, "shard and exchange go together"),
        ({"shard": "3/2", "exchange": NOWHERE}, "'3/2' is none of 1/N to N/N"),
        ({"shard": "1/2", "exchange": "http://127.0.0.1/"}, "the address of a Redis server, as redis://"),
        ({"shard": "1/3", "exchange": NOWHERE, "per_minute": 2}, "leaves nothing for some shards of 1/3"),
        ({"shard": "1/2", "exchange": NOWHERE}, "redis://127.0.0.1:1/0 does not answer"),
        ({"shard": "1/2", "exchange": "redis://user:secret@127.0.0.1:1/0"}, "redis://127.0.0.1:1/0 does not"),
    ],
)
def test_wrong_arguments_are_told(tmp_path: Path, arguments: dict[str, object], says: str):
    """Exit code 2, with the way out, and no password."""
    done = crawl(command(tmp_path, "coverage", **arguments))

    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stderr


def test_files_are_not_sharded(tmp_path: Path):
    """`scrapy crawl archive` has no sites to share out."""
    given = {"warc": ROOT / "examples" / "web.warc.gz", "seeds": ROOT / "examples" / "seeds"}
    done = crawl(command(tmp_path, "archive", shard="1/2", exchange=NOWHERE, **given))

    assert done.returncode == 2
    assert (
        "name each process its own" in " ".join(done.stderr.split()) or "naming each process" in done.stderr
    )


def test_a_missing_client_is_named(tmp_path: Path):
    """Without the extra the error says how to get it."""
    hidden = "import sys; sys.modules['redis'] = None; from scrapy.cmdline import execute; execute()"
    line = command(tmp_path, "coverage", shard="1/2", exchange=NOWHERE)
    done = crawl([sys.executable, "-c", hidden, *line[3:]])

    assert done.returncode == 2
    assert "pip install 'seedbed[redis]'" in done.stderr


def test_a_password_is_not_shown():
    """Neither in messages nor in the crawl's folder."""
    assert without_password("rediss://user:secret@host:6379/1?x=y") == "rediss://host:6379/1"


def exchange(
    redis: RedisServer, shard: str, place: str, settings: DuplicateSettings = DUPLICATES
) -> Exchange:
    return Exchange(redis.url, "crawl.1", Shard.parse(shard), index_header(settings), place)


@needs_redis
@pytest.mark.parametrize(
    ("shard", "settings", "says"),
    [
        ("2/3", DUPLICATES, "have shards 2, this one 3"),
        ("2/2", DuplicateSettings(slots=128), "have duplicates.slots 256, this one 128"),
        ("2/2", DuplicateSettings(shingle_words=4), "have duplicates.shingle_words 5, this one 4"),
        ("1/2", DUPLICATES, "shard 1/2 of this crawl is at /b on host"),
    ],
)
def test_a_process_that_does_not_fit_is_refused_by_name(
    redis: RedisServer, shard: str, settings: DuplicateSettings, says: str
):
    """Other parameters sign otherwise; a second process on a shard would ask its sites twice."""
    first = exchange(redis, "1/2", "a /b on host")

    with pytest.raises(ExchangeError, match=says):
        exchange(redis, shard, "c /d on host", settings)

    exchange(redis, "1/2", "a /b on host").close()
    first.close()


@needs_redis
def test_what_is_no_letter_is_passed_over(redis: RedisServer):
    """Who can write to Redis can write anything there."""
    with closing(exchange(redis, "1/2", "a /b")) as one, closing(exchange(redis, "2/2", "c /d")) as two:
        line = one.key("letters", 1, 2)
        redis.client.xadd(line, {"number": "x", "candidate": "{}"})
        redis.client.xadd(line, {"other": "1"})
        quiet = Beat(State.WORKING, 0, 10, [], {}, {})
        one.beat(Beat(State.WORKING, 0, 10, [Letter(2, 1, b"{}")], {}, {}))

        heard = two.beat(quiet)

        assert heard.letters == [Letter(1, 1, b"{}")]
        assert len(heard.done[1]) == 3
        assert two.beat(Beat(State.WORKING, 0, 10, [], {1: 1}, heard.done)).letters == []
        assert one.beat(quiet).taken == {2: 1}


@needs_redis
def test_a_crawl_is_over_when_all_are_idle_at_once(redis: RedisServer):
    """Not while one has not begun, works, has letters on their way, or waits for a budget that another holds."""
    with closing(exchange(redis, "1/2", "a /b")) as one, closing(exchange(redis, "2/2", "c /d")) as two:

        def says(who: Exchange, state: State, requests: int = 0) -> bool:
            return who.beat(Beat(state, requests, 10, [], {}, {})).is_over

        assert not says(one, State.IDLE)
        assert not says(two, State.WORKING)
        assert not says(one, State.IDLE)
        assert not says(two, State.POSTING)
        assert not says(one, State.HUNGRY)
        assert not says(two, State.IDLE)
        assert not says(one, State.HUNGRY, 9)
        assert says(one, State.HUNGRY, 10)
        assert says(two, State.WORKING)


@needs_redis
def test_no_shards_are_granted_more_than_the_budget(redis: RedisServer):
    """What one does not use is another's once it says so."""
    with closing(exchange(redis, "1/2", "a /b")) as one, closing(exchange(redis, "2/2", "c /d")) as two:

        def granted(who: Exchange, state: State, requests: int) -> int:
            return who.beat(Beat(state, requests, 100, [], {}, {})).granted

        assert granted(one, State.WORKING, 0) == 64
        assert granted(two, State.WORKING, 0) == 36
        assert granted(two, State.WORKING, 36) == 36
        assert granted(one, State.IDLE, 10) == 10
        assert granted(two, State.HUNGRY, 36) == 90


@needs_redis
def test_a_silent_redis_is_told_apart(redis: RedisServer):
    """The next beat tries again; nothing hangs."""
    one = exchange(redis, "1/2", "a /b")
    redis.kill()

    with pytest.raises(ExchangeSilentError):
        one.beat(Beat(State.WORKING, 0, 10, [], {}, {}))

    redis.start()
    assert one.beat(Beat(State.WORKING, 0, 10, [], {}, {})).granted == 10
    one.close()


# ------------------------------------------------------------------------------------------ the live index


@needs_redis
def test_the_shared_index_knows_what_the_live_index_knows(redis: RedisServer):
    """Seen by one shard, known to the other; stubs and texts that were added before say nothing."""
    stories = {"a": FERRY, "b": BRIDGE, "c": FERRY_OTHER, "d": "By Jonna Feld\n" + FERRY, "e": "Not found"}
    stories |= {f"d{number}": FERRY for number in range(5)} | {"f": FERRY_OTHER[: len(FERRY_OTHER) * 3 // 4]}
    local = LiveIndex(DUPLICATES)
    with closing(exchange(redis, "1/2", "a /b")) as one, closing(exchange(redis, "2/2", "c /d")) as two:
        shared = [SharedIndex(one, DUPLICATES), SharedIndex(two, DUPLICATES)]

        told = {
            name: shared[number % 2].add(name, story) for number, (name, story) in enumerate(stories.items())
        }

        assert told == {name: local.add(name, story) for name, story in stories.items()}
        assert told["d"] == "a"
        assert shared[0].add("d", stories["d"]) is None


@needs_redis
def test_a_text_takes_one_round_trip_and_no_pickle(redis: RedisServer):
    """Redis holds signatures as bytes and ids as text."""
    with closing(exchange(redis, "1/1", "a /b")) as one:
        index = SharedIndex(one, DUPLICATES)
        index.add("a", FERRY)
        before = redis.client.info("stats")["total_commands_processed"]
        index.add("b", BRIDGE)
        calls = redis.client.info("commandstats")["cmdstat_evalsha"]["calls"]

        held = redis.client.hgetall(one.key("texts"))

        assert calls == 3  # the first one was told that the script is not there yet
        assert redis.client.info("stats")["total_commands_processed"] > before
        assert {name: len(signature) for name, signature in held.items()} == {b"a": 1024, b"b": 1024}
        bands = redis.client.hgetall(one.key("bands"))
        assert set(b"".join(bands.values()).split()) == {b"a", b"b"}


@needs_redis
def test_a_full_bucket_takes_no_more(redis: RedisServer):
    """What a text costs Redis does not grow with a site that prints much the same on every page."""
    half = " ".join(f"word{number}" for number in range(300))
    with closing(exchange(redis, "1/1", "a /b")) as one:
        index = SharedIndex(one, DUPLICATES)
        told = [
            index.add(f"{page:03}", half + " ".join(f"own{page}x{number}" for number in range(100)))
            for page in range(100)
        ]
        fullest = max(map(len, redis.client.hgetall(one.key("bands")).values()))

    assert fullest <= 64 * len("000\n")
    assert set(told[1:]) - {None}


@needs_redis
def test_without_redis_every_text_is_new(redis: RedisServer, caplog: pytest.LogCaptureFixture):
    """The crawl goes on; the cleaning finds the copies. It is told once."""
    with closing(exchange(redis, "1/1", "a /b")) as one:
        index = SharedIndex(one, DUPLICATES)
        index.add("a", FERRY)
        redis.kill()

        assert [index.add("b", FERRY), index.add("c", FERRY)] == [None, None]
        assert len(caplog.records) == 1
        redis.start()


# --------------------------------------------------------------------------------------------- scrapy clean


def test_clean_makes_the_corpus_of_a_crawl_anew(alone: Path, tmp_path: Path):
    """Nothing is fetched; the corpus is the same, byte for byte."""
    [folder] = (alone / "crawls").iterdir()

    done = crawl([*scrapy(alone, "clean", folder), "-s", f"SEEDBED_CORPORA={tmp_path}"])

    assert done.returncode == 0, done.stderr
    assert files(tmp_path / "story") == files(alone / "seeds" / "story")


def test_clean_refuses_what_is_no_part_of_the_crawl(alone: Path, tmp_path: Path):
    """A folder without a crawl, and one of another."""
    [folder] = (alone / "crawls").iterdir()
    other = tmp_path / "story-00000000-1of2"
    other.mkdir()
    nothing = crawl(scrapy(alone, "clean", tmp_path))
    (other / "plan.json").write_text((folder / "plan.json").read_text())
    another = crawl(scrapy(alone, "clean", folder, other))

    assert (nothing.returncode, another.returncode) == (2, 2)
    assert "holds no crawl (no plan.json to read)" in nothing.stderr
    assert "no part of the crawl of" in another.stderr
