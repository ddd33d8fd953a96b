"""`scrapy crawl coverage` and `scrapy crawl archive`."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
from pathlib import Path
from typing import NoReturn, cast, get_args

from scrapy.commands import crawl
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings

from crawler.asked import Arguments, Asked, Mode
from dedupe.errors import INTERRUPTED, SeedbedError, SettingsError
from dedupe.terminal import as_line, make_logs_safe, say

__all__ = ["Command"]


class Command(crawl.Command):
    """Checks the arguments and opens the crawl before Scrapy starts, and ends with the crawl's exit code."""

    _asked: Asked | None = None  # None: somebody else's spider

    def long_desc(self) -> str:
        """What `--help` says, with the arguments of our spiders."""
        arguments = "; ".join(
            f"{name}: {field.description}" for name, field in Arguments.model_fields.items()
        )
        return f"Gather coverage of a story. Arguments, as -a NAME=VALUE: {arguments}."

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Tell what is wrong with the arguments, or that the crawl is going on already, before much loads.

        Raises:
            SystemExit: with the code 2, and the message on stderr.
        """
        super().process_options(args, opts)
        if len(args) != 1 or args[0] not in get_args(Mode):
            return
        # Until the crawl runs nothing is to be saved; libraries that load may swallow KeyboardInterrupt.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        make_logs_safe()
        assert self.settings is not None
        try:
            _refuse_pickles(self.settings)
            self._asked = Asked.read(cast("Mode", args[0]), opts.spargs, self.settings)
            self._asked.check_not_running(Path(self.settings["SEEDBED_CRAWLS"]))
        except SeedbedError as error:
            sys.exit(_told(error))

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Run one spider.

        Sets `exitcode`: 0 done, 1 Scrapy could not start, 2 an argument, a file or a folder is wrong,
        130 interrupted.
        """
        if len(args) != 1:
            raise UsageError("name one spider: scrapy crawl coverage, or scrapy crawl archive")
        assert self.crawler_process is not None
        assert self.settings is not None
        if self._asked is None:
            super().run(args, opts)
            return
        from crawler.exchange_desk import joined
        from crawler.plan import Plan
        from crawler.run import CrawlRun
        from crawler.steady_clock import use_steady_clock

        use_steady_clock()
        crawler = self._create_crawler(args[0])
        try:
            run = CrawlRun.open(Plan.make(self._asked, self.settings))
            exchange = joined(run)
        except SeedbedError as error:
            self.exitcode = _told(error)
            return
        self.crawler_process.crawl(crawler, run=run, exchange=exchange)
        self.crawler_process.start()
        if exchange is not None:
            exchange.close()
        if self.crawler_process.bootstrap_failed:
            self.exitcode = 1
            return
        said = getattr(crawler.spider, "exit_code", None)
        self.exitcode = INTERRUPTED if said is None else said  # told to stop before it had begun
        if self.exitcode == INTERRUPTED:
            _end_now(INTERRUPTED)


def _told(error: SeedbedError) -> int:
    """Say what is wrong; the exit code."""
    say(f"scrapy crawl: {as_line(str(error))}", sys.stderr)
    return error.exit_code


def _refuse_pickles(settings: BaseSettings) -> None:
    """Refuse what would have Scrapy load pickles from the disk, which can run anything.

    Raises:
        SettingsError: such a setting is on.
    """
    for name in ("JOBDIR", "HTTPCACHE_ENABLED"):
        if settings.get(name):
            raise SettingsError(
                f"{name}: not used here: it keeps pickles, which run what stands in them. A crawl goes on by "
                f"itself when the same command runs again, and replays from its WARC with -a archive=."
            )


def _end_now(code: int) -> NoReturn:
    """End without waiting for threads: all is saved, and who pressed Ctrl-C waits."""
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
