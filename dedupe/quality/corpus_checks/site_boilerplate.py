"""Lines that one site prints under many of its articles."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from dedupe.models import Severity
from dedupe.quality.folder import CorpusFile, CorpusFolder
from dedupe.quality.problem import Problem
from dedupe.quality.reading import reading_of
from dedupe.quality.registry import corpus_check
from dedupe.settings import QualitySettings

__all__ = ["SiteBoilerplate"]

LEAST_DOCUMENTS = 3
SHORTEST = 20  # characters; shorter lines are names and labels that stories share
LONGEST = 600
MOST_SHARED = 0.3  # of a document's lines: documents that share more are copies, not neighbours


@corpus_check
class SiteBoilerplate:
    """Counts in how many documents of a site a line stands."""

    name = "site_boilerplate"
    title = "Line of the site"
    reason = "A site's own lines make all of its articles alike and drown their words."
    remedy = "Clean the corpus again; it cuts what a site repeats."

    def __call__(self, corpus: CorpusFolder, settings: QualitySettings) -> Iterator[tuple[str, Problem]]:
        """One problem a line and document."""
        sites: defaultdict[str, list[CorpusFile]] = defaultdict(list)
        for file in corpus.files:
            if file.site and file.article:
                sites[file.site].append(file)
        for files in sites.values():
            if len(files) >= LEAST_DOCUMENTS:
                yield from _shared_lines(files)


def _shared_lines(files: list[CorpusFile]) -> Iterator[tuple[str, Problem]]:
    found = {
        file.name: {
            line.text.casefold(): line.span
            for line in reading_of(file.text).lines
            if SHORTEST <= len(line.text) <= LONGEST
        }
        for file in files
    }
    counts = Counter(key for keyed in found.values() for key in keyed)
    for name, keyed in found.items():
        shared = [(key, span) for key, span in keyed.items() if counts[key] >= LEAST_DOCUMENTS]
        if len(shared) > max(3, MOST_SHARED * len(keyed)):
            continue
        for key, span in shared:
            reason = f"The line stands in {counts[key]} of the {len(files)} documents of its site."
            yield name, Problem(Severity.DISTORTING, reason, span)
