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
# Of WARCs (the archive spider and CC-NEWS): a record is not read where the words in its bytes keep any
# article in it below this share of the least relevance. Less than 1, since tags may break a word of an
# article in two; 0: all are read, which takes many times as long.
SEEDBED_SIEVE = 0.9
# Characters under which an article that its page calls not free is what the paywall leaves of it.
SEEDBED_STUB = 1000
# The crawl ends when no request is expected to bring this many new pages on the topic: one in twenty.
SEEDBED_HARVEST = 0.05
# Before it ends it tries that belief: so many requests that promise less, one after the other, have to bring
# no page on the topic.
SEEDBED_PROBES = 6
# Nothing is fetched that is worth less than this share of what waits at a host that is busy: time is cheaper
# than requests. 0: whatever is free is fetched.
SEEDBED_PATIENCE = 0.5
# Seconds between two requests to a host that asks for nothing else.
SEEDBED_DELAY = 0.25
# Seconds a Crawl-delay or Retry-After may ask for at most; a host that wants more is given up for this crawl.
SEEDBED_LONGEST_DELAY = 120.0
# Further tries after no answer, 429, 5xx or an answer that broke off: what fails twice mostly fails for good.
SEEDBED_RETRIES = 1
# Seconds a host rests after a failed try, doubled at each further one.
SEEDBED_BACKOFF = 5.0
# Processes that read pages (text, links, topic), within limits; None: one a core; 0: none, and pages are read
# in the crawl's own process, which they can hold up, fill or break.
SEEDBED_WORKERS = None
# Seconds of processor time that reading one page may take. Most take .01 to .05: what takes 10 is an attack.
SEEDBED_PAGE_SECONDS = 10
# MiB that a process which reads pages may take in all. Its libraries take 190 of them.
SEEDBED_PAGE_MEMORY = 512
# Seconds that what is in flight gets to end after Ctrl-C; what needs longer waits for the next run.
SEEDBED_GRACE = 5.0
# What pages ask of crawlers (robots meta, X-Robots-Tag, TDM reservation) that changes what this one does.
# nofollow: their links are not followed; noarchive: they are not kept in the WARC, and so not replayed;
# noindex, noai, tdm-reservation=1: their articles are left out. All is recorded and reported in any case. The
# last three are no defaults: a corpus is no search index, and the law on mining differs by land and purpose;
# the report names such documents, and the gate stops at them.
SEEDBED_HONOURED = ["nofollow", "noarchive"]
# Where a site is asked for its file of the TDM Reservation Protocol, when an article of it is about to be
# kept. "hinted": where its robots.txt speaks of text and data mining, or names agents that gather for models,
# and everywhere if tdm-reservation=1 is honoured; "always"; "never". Most sites have no such file, and of the
# requests of a short crawl one in fourteen would ask for it in vain.
SEEDBED_TDM_FILE = "hinted"
# Whether a further run asks the sites of kept articles if these changed (a 304 costs next to nothing).
SEEDBED_RECHECK = True
# Of several processes that share a crawl: seconds that one with nothing to do waits for another that is not
# heard of (killed, or its machine is down), or for Redis; then it ends, and the same command goes on.
SEEDBED_EXCHANGE_PATIENCE = 600.0
# Networks beside the public internet that may be reached, as "127.0.0.0/8,10.1.2.0/24": none, since any page
# may lead the crawl to any address, and what stands inside a network trusts who comes from inside.
SEEDBED_ALSO_REACH = ""
# Redirects followed from one address (RFC 9309 asks for at least five for robots.txt).
SEEDBED_REDIRECTS = 5
# Whom to write to, an address of mail or web; sites read it in their logs as part of the user agent.
SEEDBED_CONTACT = ""
# Least promise of a page that is gone for which an archive of the web is asked. A title that names the story
# has over .3 as a rule; an archive can be asked but once in several seconds.
SEEDBED_RESCUE_PROMISE = 0.25
# Whether what a paywall leaves of an article is looked for in an archive of the web.
SEEDBED_RESCUE_STUBS = False
# GDELT's search (DOC 2.0), and seconds between two requests, as it asks for.
SEEDBED_GDELT = "https://api.gdeltproject.org/api/v2/doc/doc"
SEEDBED_GDELT_INTERVAL = 5.0
# The Wayback Machine, and seconds between two requests: who asks more than fifteen times a minute is barred.
SEEDBED_WAYBACK = "https://web.archive.org/"
SEEDBED_WAYBACK_INTERVAL = 4.5
# Pages that are gone for which it is asked at most; each takes two requests.
SEEDBED_RESCUES = 150
# Common Crawl's store, for CC-NEWS, and how many of its files are read at most: each has a gigabyte and takes
# a minute or more; a day has about thirty.
SEEDBED_CC_NEWS = "https://data.commoncrawl.org/"
SEEDBED_CC_NEWS_FILES = 48
# Those of them that are used where no site is given. CC-NEWS is not: it takes gigabytes, and a window.
SEEDBED_WITHOUT_SITES = "starter_list,gdelt,wayback"
# Sites of the starter list that a crawl begins with at most: as many as a budget of 2000 can look into.
SEEDBED_MOST_STARTERS = 60
# TOML file of sites beside the bundled ones (`crawler/sources/starter_sites.toml`, whose shape it has).
SEEDBED_STARTER_SITES = ""
# Further tries of a request to an index (GDELT, CC-NEWS, the Wayback Machine).
SEEDBED_INDEX_RETRIES = 4
# Whether pages are opened in a browser, so that what JavaScript writes is read: needs the extra `browser`,
# and takes ten times as long and more.
SEEDBED_BROWSER = False
# Pages open in the browser at once; each takes 50 to 200 MB.
SEEDBED_BROWSER_PAGES = 4
# Table of the sources by name; one more is one more line.
SEEDBED_SOURCES = {
    "feeds": "crawler.sources.feeds.Feeds",
    "sitemaps": "crawler.sources.sitemaps.Sitemaps",
    "sections": "crawler.sources.sections.Sections",
    "url_lists": "crawler.sources.url_lists.UrlLists",
}
# Sources that are used where `-a sources=` names them, by name.
SEEDBED_ON_REQUEST = {
    "starter_list": "crawler.sources.starter_list.StarterList",
    "gdelt": "crawler.sources.gdelt.Gdelt",
    "cc_news": "crawler.sources.cc_news.CcNews",
    "wayback": "crawler.sources.wayback.Wayback",
}

# ---- Scrapy's -----------------------------------------------------------------------------------------

USER_AGENT = "seedbed/0.1"
# Only the web is fetched, whatever a page or a redirect names, and only from addresses that may be reached.
DOWNLOAD_HANDLERS: dict[str, str | None] = {
    **dict.fromkeys(("http", "https"), "crawler.downloads.GuardedHandler"),
    **dict.fromkeys(("file", "ftp", "s3", "data")),
}
TWISTED_DNS_RESOLVER = "crawler.downloads.GuardedResolver"
# Threads that look names up: a name service that does not answer holds one for up to half a minute.
REACTOR_THREADPOOL_MAXSIZE = 20
SCHEDULER = "crawler.scheduler.FrontierScheduler"
# The frontier hands out one request a host at a time, so hosts, not requests, bound what is in flight.
CONCURRENT_REQUESTS = 32
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = SEEDBED_DELAY
# A page makes one item; Scrapy starts as many tasks for each page as items may be underway.
CONCURRENT_ITEMS = 1
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
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "crawler.middlewares.unpacking.UnpackingMiddleware": 590,
    # Its stores hold pickles; a replay from the WARC needs none.
    "scrapy.downloadermiddlewares.httpcache.HttpCacheMiddleware": None,
    "crawler.middlewares.wire.WireMiddleware": 860,
    "crawler.middlewares.pace.PaceMiddleware": 870,
    "crawler.middlewares.browser.BrowserMiddleware": 900,
    "crawler.middlewares.replay.ReplayMiddleware": 990,
}
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.referer.RefererMiddleware": None,
}
ITEM_PIPELINES = {
    "crawler.pipelines.relevance.RelevancePipeline": 100,
    "crawler.pipelines.reservations.ReservationsPipeline": 300,
    "crawler.pipelines.copies.CopiesPipeline": 500,
    "crawler.pipelines.record.RecordPipeline": 900,
}
EXTENSIONS = {
    "scrapy.extensions.remote_control.RemoteControl": None,
    "scrapy.extensions.telnet.TelnetConsole": None,
    "scrapy.extensions.logstats.LogStats": None,
    # It reads a pickle from JOBDIR; the crawl's state is in its frontier.
    "scrapy.extensions.spiderstate.SpiderState": None,
    "crawler.extensions.progress.Progress": 100,
    "crawler.extensions.short_robots.ShortRobots": 150,
    "crawler.extensions.stop_in_time.StopInTime": 200,
    "crawler.extensions.clean_on_close.CleanOnClose": 900,
}
LOG_LEVEL = "WARNING"
LOG_FORMAT = "%(levelname)s: %(message)s"
STATS_DUMP = False
