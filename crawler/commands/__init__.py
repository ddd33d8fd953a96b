"""`scrapy crawl`, with one clear message and an exit code where Scrapy would print a traceback."""
