"""`scrapy why ADDRESS`: what became of an address, how it was found, and why it was not fetched."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.urls import is_web_address
from dedupe.errors import CorpusFolderError
from dedupe.terminal import as_line, say

__all__ = ["Command"]


class Command(ScrapyCommand):
    """Asks the crawls on disk; nothing is fetched or changed."""

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012

    def syntax(self) -> str:
        """What follows the command's name."""
        return "[ADDRESS] [--in CRAWL]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Say what became of an address, and why; without one, count all addresses by outcome"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add ours to Scrapy's."""
        super().add_options(parser)
        parser.add_argument("--in", dest="folder", help="folder of the crawl; none: all under SEEDBED_CRAWLS")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Print what the crawls say.

        Sets `exitcode`: 0 a crawl knows the address, 1 none does, 2 there is no crawl to ask.
        """
        if len(args) > 1 or (args and not is_web_address(args[0])):
            raise UsageError("give one address, like https://news.example/2031/flood")
        from crawler.account import accounts_of, crawls_in  # Scrapy loads every command at each start

        assert self.settings is not None
        crawls = Path(self.settings["SEEDBED_CRAWLS"])
        folders = [Path(opts.folder)] if opts.folder else crawls_in(crawls)
        try:
            if not folders:
                raise CorpusFolderError(f"{crawls}: holds no crawl. Name one with --in crawls/NAME.")
            said, is_known = accounts_of(args[0] if args else None, folders)
        except CorpusFolderError as error:
            say(f"scrapy why: {as_line(str(error))}", sys.stderr)
            self.exitcode = error.exit_code
            return
        say(said)
        self.exitcode = int(bool(args) and not is_known)
