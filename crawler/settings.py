"""Every switch of the crawl: Scrapy's own, and ours under SEEDBED_, each with its unit and reason.

A value can be set for one crawl with `-s NAME=VALUE`; what people change often has an argument of its own
(`-a budget=200`; `docs/cli.md` lists them).
"""

from __future__ import annotations

from pathlib import Path

BOT_NAME = "seedbed"
SPIDER_MODULES = ["crawler.spiders"]
COMMANDS_MODULE = "crawler.commands"

# ---- ours ---------------------------------------------------------------------------------------------

# Where crawls and corpora go, and where the bundled example is: relative to where the command runs.
SEEDBED_CRAWLS = "crawls"
SEEDBED_CORPORA = "seeds"
SEEDBED_EXAMPLE = str(Path(__file__).parent.parent / "examples")
# Requests of one crawl, robots.txt not counted: an evening's crawl of a few dozen sites.
SEEDBED_BUDGET = 2000
# Least relevance of a kept article. A seed scores about .75 against the others; articles on a twin event
# (same kind, same country, other town) stayed under .45 where this was measured, coverage over .6.
SEEDBED_THRESHOLD = 0.5
# Characters under which an article that its page calls not free is what the paywall leaves of it.
SEEDBED_STUB = 1000
# The crawl ends when this many articles in a row brought nothing new on the topic; a copy is nothing new.
SEEDBED_PATIENCE = 150
# Seconds between two requests to a host that asks for nothing else.
SEEDBED_DELAY = 0.25
# Seconds on top of a Crawl-delay: the site counts from arrival to arrival, and the way there varies.
SEEDBED_DELAY_MARGIN = 0.15
# Seconds a Crawl-delay or Retry-After may ask for at most; a host that wants more is given up for this crawl.
SEEDBED_LONGEST_DELAY = 120.0
# Further tries after no answer, 429 or 5xx.
SEEDBED_RETRIES = 2
# Seconds a host rests after a failed try, doubled at each further one.
SEEDBED_BACKOFF = 5.0
# Redirects followed from one address (RFC 9309 asks for at least five for robots.txt).
SEEDBED_REDIRECTS = 5
# Whom to write to, an address of mail or web; sites read it in their logs as part of the user agent.
SEEDBED_CONTACT = ""
# Table of the sources by name; one more is one more line.
SEEDBED_SOURCES = {
    "feeds": "crawler.sources.feeds.Feeds",
    "sitemaps": "crawler.sources.sitemaps.Sitemaps",
    "sections": "crawler.sources.sections.Sections",
    "url_lists": "crawler.sources.url_lists.UrlLists",
}

# ---- Scrapy's -----------------------------------------------------------------------------------------

USER_AGENT = "seedbed/0.1"
# Only the web is fetched, whatever a page or a redirect names.
DOWNLOAD_HANDLERS = {"file": None, "ftp": None, "s3": None, "data": None}
SCHEDULER = "crawler.scheduler.FrontierScheduler"
# The frontier hands out one request a host at a time, so hosts, not requests, bound what is in flight.
CONCURRENT_REQUESTS = 32
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = SEEDBED_DELAY
# A Crawl-delay is kept exactly, not by half.
DOWNLOAD_DELAY_JITTER = 0
# Seconds for a whole page, and bytes of one: news pages are under 2 MB.
DOWNLOAD_TIMEOUT = 30
DOWNLOAD_MAXSIZE = 16 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
COOKIES_ENABLED = False
REFERRER_POLICY = "no-referrer"
TELNETCONSOLE_ENABLED = False
# Redirects, retries and robots.txt pass through the frontier, so that each is polite and accounted for.
ROBOTSTXT_OBEY = False
REDIRECT_ENABLED = False
METAREFRESH_ENABLED = False
RETRY_ENABLED = False
DOWNLOADER_MIDDLEWARES = {
    "crawler.middlewares.wire.WireMiddleware": 860,
    "crawler.middlewares.replay.ReplayMiddleware": 990,
}
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.referer.RefererMiddleware": None,
}
ITEM_PIPELINES = {
    "crawler.pipelines.relevance.RelevancePipeline": 100,
    "crawler.pipelines.copies.CopiesPipeline": 500,
    "crawler.pipelines.record.RecordPipeline": 900,
}
EXTENSIONS = {
    "scrapy.extensions.remote_control.RemoteControl": None,
    "scrapy.extensions.telnet.TelnetConsole": None,
    "scrapy.extensions.logstats.LogStats": None,
    "crawler.extensions.progress.Progress": 100,
    "crawler.extensions.clean_on_close.CleanOnClose": 900,
}
LOG_LEVEL = "WARNING"
LOG_FORMAT = "%(levelname)s: %(message)s"
STATS_DUMP = False
