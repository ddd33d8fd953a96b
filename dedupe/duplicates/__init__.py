"""Which articles are copies, which carry or update one another, and which only tell of the same event."""

from dedupe.duplicates.against import find_duplicates_against
from dedupe.duplicates.corpus_index import CorpusIndex
from dedupe.duplicates.find import find_duplicates, relate

__all__ = ["CorpusIndex", "find_duplicates", "find_duplicates_against", "relate"]
