"""An article on several pages that a site offers on one: that one is asked for, and the others only in need."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.crawler.news_web import crawl, files
from tests.crawler.test_hostile_answers import FRONT, STORY, Answer, Sites, line, ok, to

SITE = "http://paper.example"
AT = f"{SITE}/2025/ferry-towed-home"
SINGLE = f"{AT}?page=all"
SECOND = (
    b"<p>In the dock of Aldermouth the Brenna Star lay open from the bow to the third bulkhead, and the Marine Safety "
    b"Commission counted forty metres of torn plates where the Grey Sow had cut her.</p>"
)
THIRD = (
    b"<p>Corrin Line said that the Brenna Star would sail to the Skerrow Islands again before midsummer.</p>"
)
PAGER = (
    f'<p><a href="{AT}?page=2">2</a> <a href="{AT}?page=3">3</a> <a href="{SINGLE}">View all</a></p>'.encode()
)
END = b"</article>"
FIRST: Answer = ok(STORY.replace(END, PAGER + END))
WHOLE: Answer = ok(STORY.replace(END, SECOND + THIRD + PAGER + END))


def later(text: bytes) -> Answer:
    start, rest = STORY.split(b"<p>", 1)
    return ok(start + text + rest[rest.rindex(b"</p>") + 4 :])


PARTS = {f"{AT}?page=2": [later(SECOND)], f"{AT}?page=3": [later(THIRD)]}


def told(folder: Path) -> str:
    corpus = folder / "seeds" / "story"
    [name] = [
        json.loads(text)["file"]
        for text in (corpus / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
        if "ferry-towed-home" in json.loads(text).get("url", "")
    ]
    return (corpus / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("single", "asked_for_parts"),
    [
        ({SINGLE: [WHOLE]}, 0),
        ({SINGLE: [FIRST]}, 2),
        ({SINGLE: [(404, {}, b"")]}, 2),
        ({SINGLE: [(500, {}, b"")]}, 2),
        ({SINGLE: [to(AT)]}, 2),
        ({SINGLE: [ok(b"<html></html>")]}, 2),
        ({f"{SITE}/robots.txt": [ok(b"User-agent: *\nDisallow: /*page=all", "text/plain")]}, 2),
    ],
    ids=["whole", "first page again", "gone", "broken", "redirect", "empty", "forbidden"],
)
def test_the_whole_story_is_told_whatever_the_one_page_holds(
    single: dict[str, list[Answer]], asked_for_parts: int, tmp_path: Path
):
    """One request at most is made in vain; a replay gives the same bytes."""
    answers = {f"{SITE}/": [ok(FRONT)], AT: [FIRST], **PARTS, **single}
    with Sites(answers) as sites:
        done = crawl(line(tmp_path / "live", f"{SITE}/"), sites.proxy)
    assert done.returncode == 0, done.stderr
    assert len([url for url in sites.log if url in PARTS]) == asked_for_parts
    assert sites.log.count(AT) == 1
    text = told(tmp_path / "live")
    assert text.count("forty metres of torn plates") == text.count("before midsummer") == 1
    assert text.index("Crowds lined") < text.index("forty metres") < text.index("midsummer")
    [run] = (tmp_path / "live" / "crawls").iterdir()

    crawl(line(tmp_path / "again", f"{SITE}/", archive=run / "pages.warc.gz"))

    assert files(tmp_path / "again" / "seeds" / "story") == files(tmp_path / "live" / "seeds" / "story")
