"""HTML to articles: one parse of a page gives its story, metadata, links and signals.

extract(html, url) -> Article | None
read_page(html, url) -> PageReading          # and why there is no article, links, feeds, next pages
"""

from crawler.extraction.models import Link, NoArticle, PageReading
from crawler.extraction.reading import extract, read_page

__all__ = ["Link", "NoArticle", "PageReading", "extract", "read_page"]
