"""A clock on the wall that goes back a day in the middle of a crawl."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from benchmarks.faults import _run
from benchmarks.faults._corpus import differences, digests
from benchmarks.faults.kit import Kit
from benchmarks.faults.row import Row
from tests.crawler.news_web import NewsWeb, environment, live

__all__ = ["rows"]

# Requests after which it goes back; the crawl makes 128.
JUMP_AT = 60


def rows(kit: Kit, workdir: Path) -> Iterator[Row]:  # noqa: ARG001
    """A live crawl over loopback: ids, order, what is kept and when hosts are asked are as without the jump."""
    expected = "the corpus of a clock that goes right, byte for byte; no host waits for the lost day"
    library = _run.preloaded("jumping_clock", workdir)
    if library is None:
        yield Row("back by a day", expected, "not tried: no compiler here", None)
        return
    right, jumped, jump = workdir / "right", workdir / "jumped", workdir / "jump"
    with NewsWeb() as web:
        _run.run(live(right), workdir / "right.log", env=environment(web.proxy))
    with NewsWeb(lambda _: jump.touch() if len(web.log) == JUMP_AT else None) as web:
        env = environment(web.proxy) | {"LD_PRELOAD": str(library), "JUMP": str(jump)}
        ended = _run.run(live(jumped), workdir / "jumped.log", env=env)
    reference = workdir / "reference"
    reference.write_text(json.dumps(digests(right / "seeds" / "story")))
    differ = differences(jumped / "seeds" / "story", reference)
    [articles] = jumped.glob("crawls/*/articles.jsonl")
    days = {json.loads(line)["fetched"][:10] for line in articles.read_text("utf-8").splitlines()}
    problems = [
        *([f"exit code {ended.code}"] if ended.code else []),
        *([f"differs: {', '.join(differ[:3])}"] if differ else []),
        *(["the clock did not jump"] if len(days) < 2 else []),
    ]
    yield Row(
        "back by a day",
        expected,
        "; ".join(problems) or f"the same {len(digests(right / 'seeds' / 'story'))} files",
        not problems,
    )
