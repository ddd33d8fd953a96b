"""Hostile pages, feeds, sitemaps and robots.txt, and texts that make careless readers slow.

Each file is read in a process of its own, as a worker of the crawl reads it, under the limits that hold there;
then all pages go through the crawl's own workers, one after the other. Text functions and regular expressions
are measured at a length and at twice that (`_ratios`).
"""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks.faults import _peers, _run
from benchmarks.faults._attacks import SHAPES, attacks_on
from benchmarks.faults._entry_points import FILES, expressions, length_of, matched_whole, text_functions
from benchmarks.faults._ratios import CHARACTERS, MOST, worst
from benchmarks.faults.kit import Kit
from benchmarks.faults.row import Row
from dedupe.models import Article

__all__ = ["peers", "rows"]

SECONDS: Final = 10  # of processor time, for one file
MEBIBYTES: Final = 512  # of memory, for one file
CLEAN_SECONDS: Final = 60  # for what was read of all of them
CLEAN_MEBIBYTES: Final = 1024
# Modules that cut what they are given before they look at it, and the characters that are left.
CUT: Final = {
    "crawler.extraction.authors": 2_000,  # statements are cut, bylines shorter still
    "crawler.extraction.dates": 200,  # `parse_moment`
    "crawler.extraction.metadata": 2_000,  # statements
    "crawler.extraction.cues": 200,  # words of class and id
    "crawler.extraction.reading": 100,  # names of meta tags
    "crawler.extraction.phrases": 600,  # edges of a block
    "crawler.extraction.features": 600,
    "crawler.extraction.page_kind": 2_000,
    "crawler.extraction.addresses": 2_000,
    "crawler.urls": 2_000,
    "crawler.spellings": 2_000,
    "crawler.promise": 2_000,
    "crawler.shapes": 2_000,
    "dedupe.boilerplate.cues": 300,
    "dedupe.boilerplate.asides": 250,
    "dedupe.duplicates.origin": 600,
    "dedupe.quality.furniture": 330,
    "dedupe.quality.checks.ai_leftover": 320,
    "dedupe.quality.checks.bot_block": 3_000,
    "dedupe.quality.checks.paywall_stub": 320,
    "dedupe.quality.checks.sponsored": 220,
    "dedupe.corpus": 255,  # names of files
    "dedupe.quality.text": 100,  # LONGEST_END
}
EXPRESSION_CHARACTERS: Final = 16_384
# Tools that many use for each kind of file.
PEERS: Final = {"html": "trafilatura", "feed": "feedparser", "sitemap": "scrapy-sitemap", "robots": "protego"}


def rows(kit: Kit, workdir: Path) -> Iterator[Row]:
    """Read the kit's hostile files, then measure every text function and regular expression.

    Args:
        kit: makes `<kind>/<name>` for each of `FILES`.
        workdir: where the files are made; it may take a gigabyte.
    """
    folder = workdir / "hostile"
    kit.make_hostile(folder, *FILES)
    files = sorted(path for kind in FILES for path in (folder / kind).iterdir())
    yield from map(_read_alone, files)
    yield from _through_workers(files, workdir)
    yield from _functions()
    yield from _expressions()


def peers(kit: Kit, workdir: Path) -> dict[str, str]:
    """How tools that many use read the same files."""
    kit.make_hostile(workdir, *PEERS)
    told: dict[Path, str] = {}
    for kind, peer in PEERS.items():
        told |= _peers.read(kit, peer, sorted((workdir / kind).iterdir()), SECONDS, MEBIBYTES)
    return {_case(path): said for path, said in told.items()}


def _case(path: Path) -> str:
    return f"{path.parent.name}/{path.name.partition('.')[0]}"


# ---------------------------------------------------------------------------------------------- files


def _read_alone(path: Path) -> Row:
    kind = path.parent.name
    done, seconds, memory = _limited([sys.executable, "-m", "benchmarks.faults._read_one", kind, str(path)])
    said = (
        done.stdout.decode("utf-8", "replace").strip()[:120]
        or done.stderr.decode("utf-8", "replace").strip()[-120:]
    )
    return Row(
        case=_case(path),
        expected=f"an outcome within {SECONDS} s of processor time and {MEBIBYTES} MiB",
        seen=f"{seconds:.1f} s, {memory} MiB: {said}",
        passed=done.returncode == 0 and seconds <= SECONDS and memory <= MEBIBYTES,
    )


def _limited(command: list[str]) -> tuple[subprocess.CompletedProcess[bytes], float, int]:
    """A command that may take 12 s of processor time; with the seconds and MiB it took."""
    import resource  # not on Windows

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS + 2, SECONDS + 4))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=limit
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        out, err = process.stdout.read(), process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    done = subprocess.CompletedProcess(command, process.returncode, out, err)
    return done, usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024


def _through_workers(files: list[Path], workdir: Path) -> Iterator[Row]:
    """All files through the crawl's workers, each followed by a good page; then what was read of them is cleaned."""
    from crawler.items import Candidate, Kind, Page
    from crawler.plan import RightsPolicy
    from crawler.reading import PageReader
    from crawler.sources.feeds import Feeds
    from crawler.sources.sections import Sections
    from crawler.sources.sitemaps import Sitemaps
    from crawler.topic import Topic
    from crawler.worker import Limits
    from crawler.workers import PageUnreadableError, ReaderPool

    kinds = {"html": Kind.PAGE, "feed": Kind.FEED, "sitemap": Kind.SITEMAP}
    story = (
        "<p>The council of Harbour Town voted to close the old bridge, and Mayor Ada Moss said so.</p>" * 8
    )
    good = f"<html><head><title>Bridge</title></head><body><article><h1>Bridge closes</h1>{story}</article></body></html>"
    url, now = "https://news.example/2031/05/12/bridge", datetime(2031, 5, 12, tzinfo=UTC)
    reader = PageReader(
        Topic.from_texts([good]), [Feeds(), Sitemaps(), Sections()], RightsPolicy("seedbed", frozenset())
    )
    pool = ReaderPool(reader, Limits(SECONDS, MEBIBYTES), workers=1)
    read = refused = lost = 0
    articles: list[Article] = []
    try:
        for path in files:
            if path.parent.name not in kinds:
                continue
            try:
                visit = pool.submit(
                    Candidate(url, kinds[path.parent.name]),
                    Page(url, 200, path.read_bytes()[: 16 << 20], now),
                ).result()
                read += 1
                if visit.article is not None:
                    articles.append(visit.article.model_copy(update={"id": path.name, "url": None}))
            except PageUnreadableError:
                refused += 1
            lost += pool.submit(Candidate(url), Page(url, 200, good.encode(), now)).result().article is None
    finally:
        pool.close()
    yield Row(
        case="workers",
        expected="each file ends in an outcome, and the good page after it is read",
        seen=f"{read} read, {refused} refused with a reason, {lost} good pages lost",
        passed=lost == 0,
    )
    yield _cleaned(articles, workdir)


def _cleaned(articles: list[Article], workdir: Path) -> Row:
    """A corpus of what was read of hostile pages: nothing in it may hold up the cleaning or the report."""
    path = workdir / "read.jsonl"
    path.write_text("".join(f"{article.model_dump_json()}\n" for article in articles), encoding="utf-8")
    ended = _run.run(_run.dedupe("clean", path, "-o", workdir / "cleaned"), workdir / "clean.log")
    return Row(
        case="what was read of the pages, cleaned",
        expected=f"a corpus within {CLEAN_SECONDS} s of processor time and {CLEAN_MEBIBYTES} MiB",
        seen=f"{len(articles)} articles, exit code {ended.code}, {ended.seconds:.0f} s, {ended.mib} MiB",
        passed=ended.code == 0 and ended.seconds <= CLEAN_SECONDS and ended.mib <= CLEAN_MEBIBYTES,
    )


# ---------------------------------------------------------------------------------------------- texts


def _functions() -> Iterator[Row]:
    for name, function in text_functions().items():
        yield _ratio(name, worst(function, SHAPES, length_of(function, CHARACTERS)))


def _expressions() -> Iterator[Row]:
    for name, expression in expressions().items():
        module = name.partition("[")[0].rpartition(".")[0]
        length = CUT.get(module, EXPRESSION_CHARACTERS)
        if length < EXPRESSION_CHARACTERS:
            # What is cut costs what it costs at that length: nothing that could be told from nothing.
            length //= 2
        shapes = {**SHAPES, **dict(attacks_on(expression))}
        method = "fullmatch" if matched_whole(name.rpartition(".")[2]) else "finditer"
        yield _ratio(
            f"expression {name}",
            worst(functools.partial(_applied, getattr(expression, method)), shapes, length),
        )


def _applied(method: Callable[[str], object], text: str) -> None:
    found = method(text)
    if isinstance(found, Iterator):
        for _ in found:
            pass


def _ratio(case: str, found: object) -> Row:
    from benchmarks.faults._ratios import Ratio

    expected = f"twice the text takes at most {MOST} times as long"
    if found is None:
        return Row(case, expected, "too fast to measure", passed=True)
    assert isinstance(found, Ratio)
    return Row(case, expected, str(found), passed=found.holds)
