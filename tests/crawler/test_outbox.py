"""Candidates between shards: each arrives once, whatever is lost, doubled or made up on the way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.settings import Settings

from crawler.frontier import Frontier
from crawler.items import Candidate, Kind
from crawler.outbox import Letter, Outbox
from crawler.shards import MOST_SHARDS, Shard, site_of

HERE = Shard(1, 2)
THERE = Shard(2, 2)


def addresses(shard: Shard) -> list[str]:
    """Addresses of sites that belong to a shard."""
    hosts = (f"www.paper{number}.example" for number in range(40))
    return [f"https://{host}/2031/flood" for host in hosts if shard.holds(host)]


THEIRS = addresses(THERE)
FULL = Candidate(
    THEIRS[0],
    Kind.FEED,
    0.4,
    "feed",
    log_odds=0.5,
    found_by="feeds",
    found_on="https://a.example/",
    title="Ferry",
    said=("A ferry", "sank"),
    published=datetime(2031, 3, 1, tzinfo=UTC),
    modified=datetime(2031, 3, 2, tzinfo=UTC),
    hops=2,
)


@pytest.fixture
def sender(tmp_path: Path) -> Iterator[tuple[Frontier, Outbox]]:
    with closing(Frontier(tmp_path / "sender.sqlite")) as frontier:
        yield frontier, Outbox(frontier, HERE)


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[tuple[Frontier, Outbox]]:
    with closing(Frontier(tmp_path / "receiver.sqlite")) as frontier:
        yield frontier, Outbox(frontier, THERE)


def came(letter: Letter) -> Letter:
    """A letter as its receiver sees it."""
    return letter._replace(shard=HERE.number)


@pytest.mark.parametrize(
    ("host", "site"),
    [
        ("www.paper.example", "paper.example"),
        ("m.paper.example:8080", "paper.example"),
        ("paper.example", "paper.example"),
        ("news.paper.co.uk", "paper.co.uk"),
        ("paper.co.uk", "paper.co.uk"),
        ("www.paper.test", "paper.test"),
        ("localhost", "localhost"),
        ("127.0.0.1:8001", "127.0.0.1"),
        ("[::1]:80", "::1"),
        ("user@www.paper.example.", "paper.example"),
    ],
)
def test_a_site_is_its_registrable_domain(host: str, site: str):
    """Its mobile hosts and ports belong to it; where no suffix is known the last label is one."""
    assert site_of(host) == site


def test_each_host_has_one_owner_the_same_everywhere():
    """The owner hangs on the name alone: no process's hash seed, no order."""
    hosts = [f"www.paper{number}.example" for number in range(200)]
    for of in (1, 2, 3, 7, MOST_SHARDS):
        shards = [Shard(number, of) for number in range(1, of + 1)]
        assert all(sum(shard.holds(host) for shard in shards) == 1 for host in hosts)
    assert [Shard(1, 4).owner(host) for host in hosts[:8]] == [3, 4, 3, 2, 2, 1, 4, 2]


def test_shards_divide_what_they_ask_of_the_indexes():
    """An index is asked once for the crawl, and an archive no more often than by one process."""
    settings = Settings()
    settings.setmodule("crawler.settings")

    part = THERE.part_of(settings)

    assert [shard.asks("gdelt") for shard in (HERE, THERE)] == [True, False]
    assert [shard.asks("wayback") for shard in (HERE, THERE)] == [True, True]
    assert part.getfloat("SEEDBED_WAYBACK_INTERVAL") == 2 * settings.getfloat("SEEDBED_WAYBACK_INTERVAL")
    assert part.getint("SEEDBED_RESCUES") == settings.getint("SEEDBED_RESCUES") // 2


@pytest.mark.parametrize("text", ["0/2", "3/2", "1", "1/0", "a/b", "1/2/3", "-1/2", "1/257", "01/2", ""])
def test_a_shard_that_is_none_is_refused(text: str):
    """Counted from 1 to N."""
    with pytest.raises(ValueError, match="is none of 1/N to N/N"):
        Shard.parse(text)


def test_a_candidate_arrives_as_it_was(sender: tuple[Frontier, Outbox], receiver: tuple[Frontier, Outbox]):
    """All that is known of it goes along; until it is saved there it is on its way, then handed over."""
    frontier, outbox = sender

    added = outbox.add([FULL])

    [letter] = outbox.letters(THERE.number, 0, 10)
    assert added.unknown == [FULL.url]
    assert receiver[1].take(came(letter)) == FULL
    assert frontier.outcomes() == {"waiting": 1}
    outbox.arrived(THERE.number, 1)
    assert frontier.outcomes() == {"handed_over": 1}
    assert outbox.is_empty


def test_an_address_is_sent_again_only_if_it_promises_more(sender: tuple[Frontier, Outbox]):
    """A menu names a site on every page; a headline says more than a bare link."""
    _, outbox = sender
    bare = Candidate(THEIRS[0], priority=0.03, lane="untitled")
    titled = bare._replace(priority=0.8, lane="title 0.8", title="Ferry sinks off the skerries")

    for each in (bare, bare, titled, bare, titled):
        outbox.add([each])

    assert [letter.number for letter in outbox.letters(THERE.number, 0, 10)] == [1, 2]
    assert outbox.add([titled]).new == 0


def test_a_letter_is_taken_once_and_in_its_turn(receiver: tuple[Frontier, Outbox]):
    """One that came before is a double; one that comes too early would leave a gap behind it."""
    frontier, outbox = receiver
    letters = [Letter(1, number, letter(url)) for number, url in enumerate(THEIRS[:3], 1)]

    taken = [outbox.take(each) for each in (letters[0], letters[0], letters[2], letters[1], letters[2])]

    assert [found and found.url for found in taken] == [THEIRS[0], None, None, THEIRS[1], THEIRS[2]]
    assert outbox.last_taken(1) == 3
    frontier.rollback()
    assert outbox.last_taken(1) == 0


def letter(url: str) -> bytes:
    """What stands in a letter about an address."""
    return f'{{"url": "{url}"}}'.encode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no json",
        b"[]",
        b"\x80\x04K\x01.",
        b'{"url": "file:///etc/passwd"}',
        b'{"url": "javascript:alert(1)"}',
        letter(addresses(HERE)[0]),
        f'{{"url": "{THEIRS[0]}", "priority": NaN}}'.encode(),
        f'{{"url": "{THEIRS[0]}", "priority": 1e999}}'.encode(),
        f'{{"url": "{THEIRS[0]}", "kind": "robots"}}'.encode(),
        f'{{"url": "{THEIRS[0]}", "kind": "reservation"}}'.encode(),
        f'{{"url": "{THEIRS[0]}", "robots_of": "a.example"}}'.encode(),
        f'{{"url": "{THEIRS[0]}", "published": "2031-03-01T00:00:00"}}'.encode(),
    ],
)
def test_what_is_no_candidate_of_ours_is_passed_over(receiver: tuple[Frontier, Outbox], content: bytes):
    """Who can write to Redis can make up letters: what no page could have named counts as taken, and is not."""
    _, outbox = receiver

    assert outbox.take(Letter(1, 1, content)) is None
    assert outbox.take(Letter(1, 2, letter(THEIRS[1]))) is not None


def test_half_characters_are_sent_as_question_marks(sender: tuple[Frontier, Outbox]):
    """JavaScript cuts titles in the middle of an emoji."""
    _, outbox = sender

    outbox.add([FULL._replace(title="Ferry \ud83d", said=("\ud83d",))])

    assert b'"title":"Ferry ?","said":["?"]' in outbox.letters(THERE.number, 0, 10)[0].candidate


def test_a_further_run_asks_nothing_that_was_handed_over(sender: tuple[Frontier, Outbox]):
    """Feeds wait again at the start of a further run: each at the shard that its site belongs to."""
    frontier, outbox = sender
    outbox.add([FULL, FULL._replace(url=THEIRS[1])])
    outbox.arrived(THERE.number, 1)

    frontier.start_again(recheck=None)

    assert not frontier.has_waiting


@given(st.lists(st.sampled_from(["send", "take", "lose", "ack"]), max_size=60))
def test_nothing_is_lost_or_doubled_whatever_is_lost_between(steps: list[str]):
    """A window that is sent again from the last number that arrived: in the end each came once, in order."""
    with closing(Frontier(Path(":memory:"))) as ours, closing(Frontier(Path(":memory:"))) as other:
        outbox, inbox = Outbox(ours, HERE), Outbox(other, THERE)
        outbox.add([Candidate(url) for url in THEIRS[:6]])
        between: list[Letter] = []
        sent, taken = 0, []
        for step in [*steps, *["lose", "send", "send", "take", "take", "take", "ack"] * 6]:
            if step == "send":
                for each in outbox.letters(THERE.number, sent, 2):
                    between.append(came(each))
                    sent = each.number
            elif step == "take" and between:
                taken.append(inbox.take(between.pop(0)))
            elif step == "lose":
                between.clear()
            elif step == "ack":
                outbox.arrived(THERE.number, inbox.last_taken(HERE.number))
            if not between:
                sent = outbox.last_arrived(THERE.number)

        assert [found.url for found in taken if found] == THEIRS[:6]
        assert outbox.is_empty
