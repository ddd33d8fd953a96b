"""CC-NEWS: which files, which records, and how a stream that breaks off is gone on with."""

from __future__ import annotations

import gzip
import io
import random
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import responses
from scrapy.settings import Settings

from crawler.items import Memory, RawResponse
from crawler.plan import Window
from crawler.sources import Answer, Question
from crawler.sources.asking import IndexSilentError
from crawler.sources.cc_news import CcNews
from crawler.topic import Topic
from crawler.warc import WarcWriter
from crawler.warc_stream import read_members

TOPIC = Topic(
    {"marrowick": 1.0, "tarn": 0.8, "zürich": 0.7, "dam": 0.1},
    frozenset({"marrowick", "tarn", "zürich"}),
    ("en",),
    1,
    1,
)
STORE = "https://data.commoncrawl.org/"
MOMENT = datetime(2031, 3, 1, 12, tzinfo=UTC)
STORY = "<p>The dam above Marrowick burst, said Ilse Tarn."
FILE = "crawl-data/CC-NEWS/2031/03/CC-NEWS-20310301000000-00001.warc.gz"


def warc(
    folder: Path,
    *bodies: str | bytes,
    status: int = 200,
    kind: str = "text/html; charset=utf-8",
    packed: str = "",
) -> tuple[bytes, list[int]]:
    """The bytes of a WARC whose records hold some bodies, and where each record begins; the first is `warcinfo`."""
    path = folder / "made.warc.gz"
    path.unlink(missing_ok=True)
    writer = WarcWriter(path, 0, "test")
    begins = [0]
    for number, body in enumerate(bodies):
        begins.append(writer.size)
        raw = RawResponse(
            status,
            "OK",
            (("Content-Type", kind), *((("Content-Encoding", packed),) if packed else ())),
            body if isinstance(body, bytes) else body.encode(),
        )
        writer.write(f"https://paper.example/{number}.html", raw, MOMENT)
    writer.close()
    return path.read_bytes(), begins


def question(known: dict[str, str] | None = None, store: str = STORE, **changes: Any) -> Question:
    settings = Settings()
    settings.setmodule("crawler.settings")
    settings.set("SEEDBED_CC_NEWS", store)
    settings.set("SEEDBED_BACKOFF", 0)
    settings.set("SEEDBED_ALSO_REACH", "127.0.0.0/8")
    for name, value in changes.items():
        settings.set(name, value)
    window = Window(datetime(2031, 3, 1, tzinfo=UTC), datetime(2031, 3, 2, tzinfo=UTC))
    plan = SimpleNamespace(topic=TOPIC, window=window, threshold=0.5)
    return Question(plan, settings, known or {}, iter(()), threading.Event())  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is April 2031, and nobody waits between requests."""

    class Then(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return datetime(2031, 4, 1, tzinfo=tz)

    monkeypatch.setattr("crawler.sources.cc_news.datetime", Then)
    monkeypatch.setattr("crawler.sources.cc_news.INTERVAL", 0.0)


@pytest.fixture
def store() -> Iterator[responses.RequestsMock]:
    """Common Crawl's store, played by `responses`; months without a list are 404."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as service:
        yield service


def lists(store: responses.RequestsMock, month: str, *names: str) -> None:
    paths = "".join(f"crawl-data/CC-NEWS/{month}/CC-NEWS-{name}.warc.gz\n" for name in names)
    store.get(f"{STORE}crawl-data/CC-NEWS/{month}/warc.paths.gz", body=gzip.compress(paths.encode()))


def urls(answers: list[Answer]) -> list[str]:
    return [answer.page.url for answer in answers if answer.page]


# ---------------------------------------------------------------------------------------- which files


def test_the_files_of_the_window_are_read_and_the_one_that_reaches_into_it(
    store: responses.RequestsMock, tmp_path: Path
):
    """From the last one begun before it to two days behind it, over the turn of a month."""
    lists(store, "2031/02", "20310227000000-00001", "20310228230000-00002")
    lists(store, "2031/03", "20310301110000-00003", "20310303230000-00004", "20310304010000-00005")
    packed, _ = warc(tmp_path, "nothing")
    for month, name in (
        ("02", "20310228230000-00002"),
        ("03", "20310301110000-00003"),
        ("03", "20310303230000-00004"),
    ):
        store.get(f"{STORE}crawl-data/CC-NEWS/2031/{month}/CC-NEWS-{name}.warc.gz", body=packed)

    found = list(CcNews().answers(question()))

    assert [answer.memory.key[-22:-8] for answer in found if answer.memory] == [
        "28230000-00002",
        "01110000-00003",
        "03230000-00004",
    ]
    assert {answer.memory.value for answer in found if answer.memory} == {"done"}


def test_a_month_without_a_list_is_passed_over(store: responses.RequestsMock, tmp_path: Path):
    """The store says 403 or 404 of what it does not have, as of the month to come."""
    store.get(
        f"{STORE}crawl-data/CC-NEWS/2031/02/warc.paths.gz", status=403, body="<Error>AccessDenied</Error>"
    )
    lists(store, "2031/03", "20310301000000-00001")
    store.get(STORE + FILE, body=warc(tmp_path, STORY)[0])

    assert urls(list(CcNews().answers(question()))) == ["https://paper.example/0.html"]


@pytest.mark.parametrize("body", [b"<html>Down", gzip.compress(b"crawl-data", mtime=0)[:-9]])
def test_what_is_no_list_is_said(store: responses.RequestsMock, body: bytes):
    """Nothing is taken for an empty month."""
    store.get(f"{STORE}crawl-data/CC-NEWS/2031/02/warc.paths.gz", body=body)

    with pytest.raises(IndexSilentError, match="no list of files"):
        list(CcNews().answers(question()))


def test_more_files_than_allowed_are_chosen_evenly_with_a_warning(
    store: responses.RequestsMock, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    """It says how many there are and how to have more."""
    store.get(f"{STORE}crawl-data/CC-NEWS/2031/02/warc.paths.gz", status=404)
    names = [f"2031030{1 + hour // 24}{hour % 24:02}0000-00001" for hour in range(40)]
    lists(store, "2031/03", *names)
    for name in names:
        store.get(f"{STORE}crawl-data/CC-NEWS/2031/03/CC-NEWS-{name}.warc.gz", body=warc(tmp_path, "x")[0])

    found = list(CcNews().answers(question(SEEDBED_CC_NEWS_FILES=4)))

    assert [answer.memory.key[-22:-12] for answer in found if answer.memory] == [
        "01000000-0", "01100000-0", "01200000-0", "02060000-0",
    ]  # fmt: skip
    assert "40 files of a gigabyte each; 4 are read" in caplog.text


# ------------------------------------------------------------------------------------- which records


def taken(store: responses.RequestsMock, packed: bytes, **changes: Any) -> list[str]:
    """The addresses of the pages that come out of a file."""
    store.get(f"{STORE}crawl-data/CC-NEWS/2031/02/warc.paths.gz", status=404)
    lists(store, "2031/03", "20310301000000-00001")
    store.get(STORE + FILE, body=packed)
    return urls(list(CcNews().answers(question(**changes))))


@pytest.mark.parametrize(
    ("body", "passes"),
    [
        (STORY, True),
        ("<p>MARROWICK and TARN", True),
        ("<p>Marrowick alone", False),
        ("<p>A dam burst in Zürich near Marrowick", True),
        ("<p>Z&#252;rich, Marrowick", True),
        ('<script type="application/ld+json">{"text": "Z\\u00fcrich, Marrowick"}</script>', True),
        ("<p>Zürich und Marrowick".encode("utf-16"), True),
        ("<p>Football", False),
    ],
    ids=["story", "capitals", "one name", "accent", "entity", "escape", "utf-16", "other"],
)
def test_a_page_comes_whose_words_can_make_an_article_on_the_topic(
    store: responses.RequestsMock, tmp_path: Path, body: str | bytes, passes: bool
):
    """In any case of letters, as characters, entities or escapes."""
    found = taken(store, warc(tmp_path, body)[0])

    assert found == ["https://paper.example/0.html"] * passes


@pytest.mark.parametrize("encoding", ["cp1252", "cp1250", "utf-8"])
def test_a_page_that_does_not_say_its_encoding_comes(
    store: responses.RequestsMock, tmp_path: Path, encoding: str
):
    """It is guessed as for its reading."""
    packed, _ = warc(tmp_path, "<p>Zürich und Marrowick".encode(encoding), kind="text/html")

    assert taken(store, packed) == ["https://paper.example/0.html"]


def test_a_packed_page_is_looked_into(store: responses.RequestsMock, tmp_path: Path):
    """What stands in it counts."""
    bodies = [gzip.compress(body.encode()) for body in (STORY, "Football")]

    assert taken(store, warc(tmp_path, *bodies, packed="gzip")[0]) == ["https://paper.example/0.html"]


def test_a_packed_page_that_is_too_large_comes(store: responses.RequestsMock, tmp_path: Path):
    """Its reader says so, and it is accounted for."""
    packed, _ = warc(tmp_path, gzip.compress(b"Football" * 2000), packed="gzip")

    assert taken(store, packed, DOWNLOAD_MAXSIZE=9999) == ["https://paper.example/0.html"]


def test_an_error_page_does_not_come(store: responses.RequestsMock, tmp_path: Path):
    """Whatever it names."""
    assert taken(store, warc(tmp_path, STORY, status=404)[0]) == []


@pytest.mark.parametrize("changes", [{"SEEDBED_SIEVE": 0}, {"SEEDBED_SIEVE": 0.1}], ids=str)
def test_the_setting_says_how_near_to_the_topic_a_page_is_to_be(
    store: responses.RequestsMock, tmp_path: Path, changes: dict[str, float]
):
    """As for the archive spider; 0: every page comes."""
    found = taken(store, warc(tmp_path, "<p>Marrowick alone", "<p>Football")[0], **changes)

    assert found == [
        f"https://paper.example/{number}.html" for number in range(1 + (not changes["SEEDBED_SIEVE"]))
    ]


def test_each_page_comes_with_the_byte_to_go_on_from(store: responses.RequestsMock, tmp_path: Path):
    """And at the end of the file that it is done."""
    packed, begins = warc(tmp_path, STORY, "Football", STORY)
    store.get(f"{STORE}crawl-data/CC-NEWS/2031/02/warc.paths.gz", status=404)
    lists(store, "2031/03", "20310301000000-00001")
    store.get(STORE + FILE, body=packed)

    found = list(CcNews().answers(question()))

    assert [answer.memory for answer in found] == [
        Memory("cc_news", FILE, str(begins[2])),
        Memory("cc_news", FILE, str(len(packed))),
        Memory("cc_news", FILE, "done"),
    ]
    assert urls(found) == ["https://paper.example/0.html", "https://paper.example/2.html"]
    assert found[0].page is not None
    assert (found[0].page.raw.body, found[0].page.fetched) == (STORY.encode(), MOMENT)


def test_a_file_that_was_read_is_not_asked_for(store: responses.RequestsMock):
    """Its record says so."""
    store.get(f"{STORE}crawl-data/CC-NEWS/2031/02/warc.paths.gz", status=404)
    lists(store, "2031/03", "20310301000000-00001")

    assert list(CcNews().answers(question({FILE: "done"}))) == []


# -------------------------------------------------------------------------------------- the stream


@pytest.mark.parametrize("size", [1, 7, 64, 100_000])
def test_records_are_the_same_however_the_stream_is_cut(tmp_path: Path, size: int):
    """Places too."""
    packed, begins = warc(tmp_path, STORY, "Football" * 500, STORY)

    found = list(read_members(packed[place : place + size] for place in range(0, len(packed), size)))

    assert [member.start for member in found] == begins
    assert [member.end for member in found] == [*begins[1:], len(packed)]
    assert all(member.record is not None and member.record.startswith(b"WARC/") for member in found)


@pytest.mark.parametrize("size", [50, 100_000])
def test_a_damaged_record_costs_no_other(tmp_path: Path, size: int):
    """Reading goes on at the next record; the damage is told with its place."""
    noise = random.Random(3).randbytes(60)
    packed, begins = warc(tmp_path, STORY, "Football " + "news " * 300, STORY)
    middle = begins[2] + 40
    packed = packed[:middle] + noise + packed[middle + 60 :]

    found = list(read_members(packed[place : place + size] for place in range(0, len(packed), size)))

    assert [member.start for member in found if member.record is not None] == [
        begins[0],
        begins[1],
        begins[3],
    ]
    damaged = [member for member in found if member.record is None]
    assert (damaged[0].start, damaged[-1].end) == (begins[2], begins[3])


def test_a_cut_end_and_a_bomb_are_no_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Neither is held in memory whole."""
    packed, begins = warc(tmp_path, STORY, "x" * 100_000, STORY)
    monkeypatch.setattr("crawler.warc_stream.MOST_BYTES", 50_000)

    found = list(read_members([packed[:-5]]))

    assert [(member.start, member.record is None) for member in found] == [
        (begins[0], False), (begins[1], False), (begins[2], True), (begins[3], True),
    ]  # fmt: skip


class Store:
    """Common Crawl's store on loopback: knows ranges or not, and breaks off as often as it is told."""

    def __init__(self, files: dict[str, bytes], break_after: list[int], ranges: bool = True) -> None:
        asked: list[tuple[str, str | None]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                wanted = self.headers.get("Range")
                asked.append((self.path, wanted))
                body = files.get(self.path)
                if body is None:
                    self.send_error(404)
                    return
                start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted and ranges else 0
                if wanted and start >= len(body):
                    self.send_error(416)
                    return
                self.send_response(206 if wanted and ranges else 200)
                self.send_header("Content-Length", str(len(body) - start))
                self.end_headers()
                most = break_after.pop(0) if break_after and self.path.endswith("warc.gz") else len(body)
                self.wfile.write(body[start:][:most])

            def log_message(self, *_: object) -> None:
                """Stay silent."""

        self.asked = asked
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_port}/"

    def __enter__(self) -> Store:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def files_of(packed: bytes) -> dict[str, bytes]:
    return {
        "/crawl-data/CC-NEWS/2031/03/warc.paths.gz": gzip.compress(f"{FILE}\n".encode()),
        f"/{FILE}": packed,
    }


@pytest.mark.parametrize("ranges", [True, False], ids=["ranges", "no ranges"])
def test_a_stream_that_breaks_off_goes_on_at_the_next_record(tmp_path: Path, ranges: bool):
    """No record is lost or read twice, whether the server knows ranges or sends the file again."""
    packed, begins = warc(tmp_path, *[STORY] * 4)
    with Store(files_of(packed), [begins[2] + 30, begins[4] + 3 if not ranges else 300], ranges) as store:
        found = list(CcNews().answers(question(store=store.address)))

    assert urls(found) == [f"https://paper.example/{number}.html" for number in range(4)]
    wanted = [span for path, span in store.asked if path.endswith("warc.gz")]
    assert wanted[:2] == [None, f"bytes={begins[2]}-"]


def test_a_stopped_crawl_goes_on_at_the_record(tmp_path: Path):
    """The request asks for the rest of the file alone."""
    packed, begins = warc(tmp_path, *[STORY] * 3)
    with Store(files_of(packed), []) as store:
        found = list(CcNews().answers(question({FILE: str(begins[3])}, store.address)))

    assert urls(found) == ["https://paper.example/2.html"]
    assert (f"/{FILE}", f"bytes={begins[3]}-") in store.asked


def test_a_file_read_to_its_last_byte_is_done(tmp_path: Path):
    """The server says that nothing is left (416)."""
    packed, _ = warc(tmp_path, STORY)
    with Store(files_of(packed), []) as store:
        found = list(CcNews().answers(question({FILE: str(len(packed))}, store.address)))

    assert found == [Answer(memory=Memory("cc_news", FILE, "done"))]


def test_a_stream_that_breaks_off_at_one_place_again_and_again_is_given_up(tmp_path: Path):
    """What was read before stays."""
    packed, begins = warc(tmp_path, STORY, STORY)
    with Store(files_of(packed), [begins[2] + 5, *[5] * 9]) as store:
        answers = CcNews().answers(question(store=store.address, SEEDBED_INDEX_RETRIES=2))

        assert next(answers).page is not None
        with pytest.raises(IndexSilentError, match=f"breaks off at byte {begins[2]}"):
            next(answers)


def test_damage_in_a_file_is_told_once_with_its_place(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    """How much, and where it begins."""
    packed, begins = warc(tmp_path, STORY, "Football " * 90, STORY)
    packed = packed[: begins[2] + 20] + bytes(40) + packed[begins[2] + 60 :]
    with Store(files_of(packed), []) as store:
        found = list(CcNews().answers(question(store=store.address)))

    assert urls(found) == ["https://paper.example/0.html", "https://paper.example/2.html"]
    [told] = [message for message in caplog.messages if "damaged" in message]
    assert f"{begins[3] - begins[2]} damaged bytes were skipped, the first at byte {begins[2]}" in told


def test_a_record_that_is_no_response_is_passed_over():
    """A gzip member of something else stops nothing."""
    packed = io.BytesIO()
    for text in (b"no WARC", b"WARC/1.0\r\nWARC-Type: response\r\n\r\nHTTP/1.1 200 OK\r\n\r\nMarrowick Tarn"):
        packed.write(gzip.compress(text))
    with Store(files_of(packed.getvalue()), []) as store:
        found = list(CcNews().answers(question(store=store.address)))

    assert urls(found) == []
