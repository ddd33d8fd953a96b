"""The spiders: coverage (live or replayed) and archive (articles out of WARCs)."""
