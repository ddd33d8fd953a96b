"""Gathers coverage of a story from the web: knows Scrapy, imports dedupe, never the other way round."""
