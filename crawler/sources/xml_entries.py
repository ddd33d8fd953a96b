"""The entries of a feed or a sitemap, one at a time, within bounds that no honest one reaches.

What strangers send is cut before it is parsed, not after: the tree of a few megabytes of tags takes hundreds.
Entities are never expanded and nothing is loaded from elsewhere.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from typing import Final

from lxml import etree
from lxml.etree import _Element

__all__ = ["entries"]

log = logging.getLogger(__name__)

# The largest sitemap that the protocol allows has 50,000 addresses; ten fields each, two tags a field. Count.
MOST_TAGS: Final = 1_000_000
# libxml2 takes 400 bytes of memory for an attribute of four; no tag of a feed is a hundredth as long. Bytes.
_OVERLONG_TAG: Final = re.compile(rb"<[^\s<>!][^<>]{65536}")


def entries(body: bytes, names: tuple[str, ...], place: str, most: int) -> Iterator[_Element]:
    """Yield the elements of some names as they end, up to where the document can be read.

    Args:
        body: XML, unpacked.
        names: local names; they count in any namespace.
        place: the document's address, for the log.
        most: how many elements at most.

    An element is empty once the next is asked for.
    """
    events = etree.iterparse(
        io.BytesIO(_bounded(body, place)),
        events=("end",),
        tag=tuple(f"{{*}}{name}" for name in names),
        recover=True,
        resolve_entities=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
    )
    read = 0
    try:
        for _, element in events:
            if read == most:
                log.info("%s: only its first %d entries are read", place, most)
                return
            read += 1
            yield element
            element.clear()
            _forget_those_before(element, names)
    except etree.XMLSyntaxError as error:
        log.info("%s: read only in part: %s", place, error)


def _forget_those_before(element: _Element, names: tuple[str, ...]) -> None:
    """Take the entries right before one out of the tree; other things there may belong to what is open."""
    parent = element.getparent()
    before = element.getprevious()
    while parent is not None and before is not None and etree.QName(before).localname in names:
        parent.remove(before)
        before = element.getprevious()


def _bounded(body: bytes, place: str) -> bytes:
    """The document up to a tag that is too long, or one too many."""
    overlong = _OVERLONG_TAG.search(body)
    end = overlong.start() if overlong else len(body)
    if body.count(b"<", 0, end) > MOST_TAGS:
        end = _place_of_tag(body, MOST_TAGS)
    if end < len(body):
        log.info("%s: cut at byte %d: no feed or sitemap is made so", place, end)
    return body[:end]


def _place_of_tag(body: bytes, number: int) -> int:
    """Where the tag of a number begins, counted from 0; there are more."""
    low, high = 0, len(body)
    while high - low > 1:  # fewer than `number` tags begin before `low`, at least as many before `high`
        middle = (low + high) // 2
        if body.count(b"<", 0, middle) > number:
            high = middle
        else:
            low = middle
    return low
