"""`scrapy clean CRAWL [CRAWL ...]`: one corpus out of the shards of a crawl, or a crawl's corpus anew."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings

from dedupe.errors import CorpusFolderError, SeedbedError
from dedupe.terminal import as_line, say

if TYPE_CHECKING:
    from crawler.run import CrawlRun

__all__ = ["Command"]


class Command(ScrapyCommand):
    """Cleans what crawls gathered; nothing is fetched."""

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012

    def syntax(self) -> str:
        """What follows the command's name."""
        return "CRAWL [CRAWL ...]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Clean what a crawl gathered, of all its shards together: one corpus with its report"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:  # noqa: ARG002
        """Write the corpus.

        Sets `exitcode`: 0 done, 2 a folder is missing, no crawl, of another crawl, or in use.
        """
        if not args:
            raise UsageError("name the folders of a crawl, as in: scrapy clean crawls/story-1a2b3c4d-*of2")
        assert self.settings is not None
        try:
            _clean([Path(name) for name in args], self.settings)
        except SeedbedError as error:
            say(f"scrapy clean: {as_line(str(error))}", sys.stderr)
            self.exitcode = error.exit_code


def _clean(folders: list[Path], settings: BaseSettings) -> None:
    """Clean what some folders hold, and say where to look.

    Raises:
        SeedbedError: they are not the folders of one crawl, or the corpus cannot be written.
    """
    from crawler.run import articles_of, gathering_of
    from dedupe.cleaning import clean
    from dedupe.progress import on_terminal
    from dedupe.report.terminal import summary

    with ExitStack() as stack:
        runs = [stack.enter_context(closing(run)) for run in _opened(folders, settings)]
        plan, gathering = runs[0].plan, gathering_of(runs)
        report = clean(
            articles_of(runs), plan.corpus_folder, plan.cleaning, gathering=gathering, progress=on_terminal
        )
    say(summary(report, plan.corpus_folder))


def _opened(folders: list[Path], settings: BaseSettings) -> Iterator[CrawlRun]:
    """The parts of one crawl, open; the first one's arguments hold for all.

    Raises:
        SeedbedError: a folder is no part of the crawl, or in use.
    """
    from crawler.asked import Asked
    from crawler.plan import Plan
    from crawler.run import CrawlRun
    from crawler.shards import Shard

    described = _description(folders[0])
    asked = {name: value for name, value in described["arguments"].items() if name != "shard"}
    plan = Plan.make(Asked.read(described["spider"], asked, settings), settings)
    part = re.compile(rf".+-{plan.digest}(?:-(\d+)of(\d+))?")
    missing: set[int] = set()
    for place, folder in enumerate(folders):
        _description(folder)
        name = part.fullmatch(folder.resolve().name)
        if name is None:
            raise CorpusFolderError(
                f"{folder}: no part of the crawl of {folders[0]}: its seeds, sites and settings, read anew, "
                f"say that all parts are called *-{plan.digest}-*. Name the folders of one crawl."
            )
        shard = Shard(int(name[1]), int(name[2])) if name[1] else None
        if shard is not None and not place:
            missing = set(range(1, shard.of + 1))
        missing -= {shard.number} if shard else set()
        arguments = plan.arguments.model_copy(update={"shard": str(shard) if shard else None})
        run = CrawlRun.open(replace(plan, run_folder=folder, shard=shard, arguments=arguments))
        yield run
        if not run.frontier.fact("ended"):
            say(f"scrapy clean: {folder}: this crawl has not ended; what it has so far is taken.", sys.stderr)
    if missing:
        numbers = ", ".join(map(str, sorted(missing)))
        say(f"scrapy clean: without shard {numbers}: its folder was not named.", sys.stderr)


def _description(folder: Path) -> dict[str, Any]:
    """What a crawl was asked for, as it stands beside it."""
    try:
        described = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CorpusFolderError(f"{folder}: holds no crawl (no plan.json to read).") from error
    return dict(described)
