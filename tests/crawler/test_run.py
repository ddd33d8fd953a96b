"""A crawl on disk: what is saved is saved whole, and what cannot be saved or read is said."""

from __future__ import annotations

import errno
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from scrapy.settings import Settings

from crawler.asked import Asked
from crawler.frontier import HostRecord
from crawler.items import Candidate, Kind, Memory, Outcome, RawResponse, Visit
from crawler.plan import Plan
from crawler.promise import GUESSED_SITEMAP, RECHECK
from crawler.run import CrawlRun, articles_of, gathering_of
from crawler.warc import WarcIndex
from dedupe import Article
from dedupe.errors import CorpusFolderError, CorpusLockedError
from tests.crawler.news_web import EXAMPLES
from tests.faults import FailingDisk

MOMENT = datetime(2031, 3, 1, tzinfo=UTC)


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    settings = Settings()
    settings.setmodule("crawler.settings")
    settings.set("SEEDBED_CRAWLS", str(tmp_path / "crawls"))
    settings.set("SEEDBED_CORPORA", str(tmp_path / "seeds"))
    return Plan.make(
        Asked.read("coverage", {"seeds": EXAMPLES / "seeds", "sites": "https://a.example/"}, settings),
        settings,
    )


def visit(name: str, **fields: object) -> Visit:
    url = f"https://a.example/{name}"
    article = Article.model_validate({"id": name, "text": f"Text of {name}.", "url": url, **fields})
    raw = RawResponse(200, "OK", (("Content-Type", "text/html"),), name.encode())
    found = (Candidate(f"{url}/more"),)
    return Visit(Candidate(url), Outcome.KEPT, article=article, found=found, raw=raw, fetched=MOMENT)


def kept(run: CrawlRun) -> list[str]:
    return [article.id for article in articles_of([run]) if article.found_by != "seed"]


def test_a_visit_that_cannot_be_written_leaves_nothing_of_itself(plan: Plan, monkeypatch: pytest.MonkeyPatch):
    """A full disk: page, article and frontier stay as they were; with room again the same visit is saved."""
    run = CrawlRun.open(plan)
    run.record(visit("one"))
    sizes = {
        path.name: path.stat().st_size
        for path in plan.run_folder.iterdir()
        if path.suffix in (".gz", ".jsonl")
    }

    class FullDisk:
        def __getattr__(self, name: str) -> object:
            return getattr(articles, name)

        def write(self, _: bytes) -> int:
            raise OSError(28, "No space left on device")

    articles = run._articles
    monkeypatch.setattr(run, "_articles", FullDisk())
    with pytest.raises(CorpusFolderError, match="No space left on device"):
        run.record(visit("two"))
    monkeypatch.undo()

    assert {name: (plan.run_folder / name).stat().st_size for name in sizes} == sizes
    assert not run.frontier.is_done("https://a.example/two")
    run.record(visit("two"))
    assert kept(run) == ["one", "two"]
    run.close()


def test_the_gathering_says_when_the_last_article_was_fetched_and_what_window_was_asked_for(plan: Plan):
    """The latest moment of all that was kept, in whatever order it came; pages of no use do not count."""
    window = plan.arguments.model_copy(update={"since": date(2031, 2, 1), "until": date(2031, 3, 7)})
    with closing(CrawlRun.open(replace(plan, arguments=window))) as run:
        assert gathering_of([run]).last_fetched is None
        run.record(visit("one", fetched=MOMENT + timedelta(hours=23)))
        run.record(visit("two", fetched=MOMENT - timedelta(days=3)))
        late = replace(visit("three"), outcome=Outcome.OFF_TOPIC, fetched=MOMENT + timedelta(days=3))
        run.record(late)

        gathering = gathering_of([run])

    assert gathering.last_fetched == date(2031, 3, 1)
    assert (gathering.published_from, gathering.published_to) == (date(2031, 2, 1), date(2031, 3, 7))


def test_a_warc_that_does_not_say_when_says_nothing_of_the_last_fetch(plan: Plan):
    """Its records read as of 1970: held against that, every date would be impossible."""
    with closing(CrawlRun.open(plan)) as run:
        run.record(visit("one", fetched=datetime.fromtimestamp(0, UTC)))

        assert gathering_of([run]).last_fetched is None


def test_a_second_process_is_refused(plan: Plan):
    """One crawl, one process; the refusal names the holder."""
    run = CrawlRun.open(plan)

    with pytest.raises(CorpusLockedError, match="in use by `scrapy crawl`"):
        CrawlRun.open(plan)

    run.close()


@pytest.mark.parametrize("name", ["articles.jsonl", "pages.warc.gz"])
def test_a_file_that_lost_its_end_is_named_and_not_filled_up(plan: Plan, name: str):
    """What the frontier says is kept must be there."""
    run = CrawlRun.open(plan)
    run.record(visit("one"))
    run.close()
    (plan.run_folder / name).write_bytes(b"")

    with pytest.raises(CorpusFolderError, match=f"{name}: shorter than the crawl knows it"):
        CrawlRun.open(plan)

    assert (plan.run_folder / name).read_bytes() == b""


def test_a_frontier_that_is_none_is_named(plan: Plan):
    """A damaged file, with the way out."""
    plan.run_folder.mkdir(parents=True)
    (plan.run_folder / "frontier.sqlite").write_bytes(b"no database at all, " * 400)

    with pytest.raises(CorpusFolderError, match=r"frontier\.sqlite: damaged .* to start the crawl anew"):
        CrawlRun.open(plan)


def test_half_characters_are_written_as_question_marks(plan: Plan):
    """JavaScript cuts titles in the middle of an emoji; JSON carries the half, UTF-8 cannot."""
    run = CrawlRun.open(plan)

    run.record(visit("one", title="Ferry \ud83d"))
    run.frontier.add([Candidate("https://a.example/two", title="Home \ud83d")])
    run.frontier.commit()

    assert [article.title for article in articles_of([run]) if article.id == "one"] == ["Ferry ?"]
    run.close()


def test_an_archive_that_changed_is_another_crawl(tmp_path: Path):
    """The same name with other pages in it does not go on with what the old one gave."""
    settings = Settings()
    settings.setmodule("crawler.settings")
    warc = tmp_path / "web.warc.gz"
    whole = (EXAMPLES / "web.warc.gz").read_bytes()
    folders = []
    for data in (whole, whole[:-500], whole):
        warc.write_bytes(data)
        given = {"seeds": EXAMPLES / "seeds", "sites": "https://a.example/", "archive": str(warc)}
        folders.append(Plan.make(Asked.read("coverage", given, settings), settings).run_folder)

    assert folders[0] == folders[2] != folders[1]


def test_a_contact_stands_in_the_user_agent():
    """Sites see whom to write to; robots.txt still knows the agent by its name."""
    from crawler.spiders.coverage import CoverageSpider

    settings = Settings()
    settings.setmodule("crawler.settings")
    settings.set("SEEDBED_CONTACT", "desk@paper.example")

    CoverageSpider.update_settings(settings)

    assert settings["USER_AGENT"] == "seedbed/0.1 (+desk@paper.example)"


def test_a_page_of_an_index_is_saved_with_how_far_the_index_read(plan: Plan):
    """Both or neither; its site was not asked, so it costs no request; its record says who named it."""
    run = CrawlRun.open(plan)
    page = visit("one")
    candidate = page.candidate._replace(found_by="cc_news")
    run.record(replace(page, candidate=candidate, memory=Memory("cc_news", "file", "4711")))
    run.record(visit("two"))

    assert run.frontier.memories("cc_news") == {"file": "4711"}
    assert run.requests == 1
    run.close()
    again = CrawlRun.open(plan)
    assert again.frontier.memories("cc_news") == {"file": "4711"}
    assert again.frontier.is_taken("https://a.example/one")
    again.close()
    starts = WarcIndex([plan.run_folder / "pages.warc.gz"]).starts
    assert starts["https://a.example/one"] == "cc_news"


def test_a_page_of_an_index_that_cannot_be_written_is_read_again(plan: Plan, monkeypatch: pytest.MonkeyPatch):
    """The index goes on from before it."""
    run = CrawlRun.open(plan)

    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(run._pages, "write", fails)
    with pytest.raises(CorpusFolderError):
        run.record(replace(visit("one"), memory=Memory("cc_news", "file", "4711")))

    assert run.frontier.memories("cc_news") == {}
    run.close()


DAMAGE = {
    "cut in half": lambda data: data[: len(data) // 2],
    "flipped bytes": lambda data: data[:5000] + bytes(byte ^ 0xFF for byte in data[5000:9000]) + data[9000:],
    "no header": lambda data: bytes(100) + data[100:],
    "zeros at the end": lambda data: data[: -len(data) // 2] + bytes(len(data) // 2),
    "text": lambda _: b"not a database",
    "empty": lambda _: b"",
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_frontier_is_refused_and_nothing_that_it_knew_is_lost(
    damage: Callable[[bytes], bytes], plan: Plan
):
    """It says up to where the other files are whole: without it they must not be cut."""
    run = CrawlRun.open(plan)
    for number in range(40):
        run.record(visit(f"page{number}"))
    run.close()
    path = plan.run_folder / "frontier.sqlite"
    path.write_bytes(damage(path.read_bytes()))
    articles = (plan.run_folder / "articles.jsonl").read_bytes()

    with pytest.raises(CorpusFolderError, match=r"Move the folder|move the folder"):
        CrawlRun.open(plan)

    assert (plan.run_folder / "articles.jsonl").read_bytes() == articles


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO], ids=["full", "broken"])
def test_wherever_the_disk_fails_each_page_is_saved_once_by_the_next_run(number: int, plan: Plan):
    """The page that could not be saved waits; no line is torn, and none is there twice."""
    names = [f"page{count}" for count in range(4)]
    for steps in range(0, 14, 2):
        with pytest.MonkeyPatch.context() as patch:
            FailingDisk(steps, number).install(patch.setattr)
            with suppress(CorpusFolderError), closing(CrawlRun.open(plan)) as run:
                for name in names:
                    if not run.frontier.is_done(f"https://a.example/{name}"):
                        run.record(visit(name))

    with closing(CrawlRun.open(plan)) as run:
        for name in names:
            if not run.frontier.is_done(f"https://a.example/{name}"):
                run.record(visit(name))
        assert sorted(kept(run)) == names
    assert len(WarcIndex([plan.run_folder / "pages.warc.gz"])) == len(names)


@pytest.mark.parametrize(
    ("promise", "is_worth"), [((0.9, "title 0.8"), True), ((0.08, "title 0.0"), False), (RECHECK[:2], True)]
)
def test_what_failed_is_asked_again_where_that_may_pay(
    plan: Plan, promise: tuple[float, str], is_worth: bool
):
    """Half of its promise is left; a page kept before is asked again, lest one failure lose it."""
    candidate = Candidate("https://a.example/one", Kind.PAGE, *promise)

    with closing(CrawlRun.open(plan)) as run:
        assert run.is_worth_a_retry(candidate) is is_worth


def test_a_sitemap_is_looked_for_where_a_site_has_told_of_the_story(plan: Plan):
    """Not where robots.txt names one; a guess in vain leads to the next, and is not made again by a further run."""

    def guesses(run: CrawlRun) -> list[str]:
        return [each.url for each in run.frontier.waiting() if each.lane.startswith(GUESSED_SITEMAP.lane)]

    first = "https://a.example/sitemap.xml"
    with closing(CrawlRun.open(plan)) as run:
        run.record(visit("one"))
        assert guesses(run) == []  # its robots.txt is not known

        run.frontier.set_host("a.example", HostRecord(b"Sitemap: https://a.example/map.xml", 200, ""))
        run.record(visit("two"))
        assert guesses(run) == []

        run.frontier.set_host("a.example", HostRecord(b"", 404, ""))
        run.record(visit("three"))
        assert guesses(run) == [first]

        lane = f"{GUESSED_SITEMAP.lane}: sitemap.xml"
        run.record(Visit(Candidate(first, Kind.SITEMAP, 0.02, lane), Outcome.GONE, "status 404"))
        assert guesses(run) == ["https://a.example/sitemap_index.xml"]

        run.frontier.start_again(recheck=None)
        assert first not in guesses(run)
