"""Lines that one site prints under many of its articles."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Mapping

from dedupe.models import Severity, Span
from dedupe.quality.folder import CorpusFile, CorpusFolder, key_of, repeated, site_of
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
        named = (site_of(each.url, each.publisher) for _, each in corpus.listings() if each)
        listed = Counter(filter(None, named))
        if max(listed.values(), default=0) < LEAST_DOCUMENTS:
            return  # no document has to be read
        sites: Counter[str] = Counter()
        keys, lines = array("Q"), array("L")  # of all documents, and how many of each
        for file in corpus.files:
            lines.append(0)
            if file.site and file.article and listed[file.site] >= LEAST_DOCUMENTS:
                sites[file.site] += 1
                own = _lines_by_key(file.site, file)
                keys.extend(own)
                lines[-1] = len(own)
        counts = repeated(keys, LEAST_DOCUMENTS)
        at = 0
        for place, number in enumerate(lines):
            own_keys = keys[at : at + number]
            at += number
            if any(key in counts for key in own_keys):
                file = corpus.files[place]
                yield from _shared_lines(file, counts, sites[file.site or ""])


def _lines_by_key(site: str, file: CorpusFile) -> dict[int, Span]:
    return {
        key_of(f"{site}\n{line.text.casefold()}"): line.span
        for line in reading_of(file.text).lines
        if SHORTEST <= len(line.text) <= LONGEST
    }


def _shared_lines(
    file: CorpusFile, counts: Mapping[int, int], documents: int
) -> Iterator[tuple[str, Problem]]:
    keyed = _lines_by_key(file.site or "", file)
    shared = [(key, span) for key, span in keyed.items() if key in counts]
    if len(shared) > max(3, MOST_SHARED * len(keyed)):
        return
    for key, span in shared:
        reason = f"The line stands in {counts[key]} of the {documents} documents of its site."
        yield file.name, Problem(Severity.DISTORTING, reason, span)
