"""Which articles are copies, which carry or update one another, and which only tell of the same event."""

from dedupe.duplicates.find import find_duplicates, relate

__all__ = ["find_duplicates", "relate"]
