"""A response as those want it who read pages: header names in lower case, the charset apart, unpacked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from crawler.items import Page
from crawler.packing import unpacked
from crawler.warc import ArchivedResponse

__all__ = ["made_page", "page_of_record"]

CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)


def made_page(
    url: str,
    status: int,
    headers: Mapping[str, Iterable[str]],
    body: bytes,
    fetched: datetime,
    *,
    is_whole: bool = True,
) -> Page:
    """A page of an unpacked body and headers, whose names are in lower case."""
    # Each X-Robots-Tag speaks to an agent of its own.
    joined = {
        name: ("\n" if name == "x-robots-tag" else ", ").join(values) for name, values in headers.items()
    }
    content_type = joined.get("content-type", "")
    charset = CHARSET.search(content_type)
    return Page(
        url=url,
        status=status,
        body=body,
        fetched=fetched,
        content_type=content_type.partition(";")[0].strip().lower(),
        charset=charset[1] if charset else None,
        headers=joined,
        is_whole=is_whole,
    )


def page_of_record(archived: ArchivedResponse, most: int) -> Page:
    """The page of a record, the same as if its site had sent it.

    Raises:
        TooLargeError: it holds more than `most` bytes.
    """
    raw = archived.raw
    headers: dict[str, list[str]] = {}
    for name, value in raw.headers:
        # As bytes come over the wire, each a character.
        headers.setdefault(name.lower(), []).append(value.encode("utf-8", "replace").decode("latin-1"))
    body, is_whole = raw.body, True
    if encodings := headers.pop("content-encoding", None):
        plain = unpacked(body, encodings, most)
        body, is_whole = plain.body, plain.is_whole
    return made_page(archived.url, raw.status, headers, body, archived.fetched, is_whole=is_whole)
