"""Bytes that are no UTF-8 text."""

from __future__ import annotations

from collections.abc import Iterator

from dedupe.models import Severity
from dedupe.quality.folder import CorpusFile, has_wide_characters
from dedupe.quality.problem import Problem
from dedupe.quality.registry import file_check
from dedupe.settings import QualitySettings

__all__ = ["ByteOrderMark", "LineEnds", "WrongEncoding"]


@file_check
class WrongEncoding:
    """Files that cannot be decoded as UTF-8, or that are UTF-16."""

    name = "wrong_encoding"
    title = "Not UTF-8"
    reason = "The text cannot be read, or is read with other letters than it has."
    remedy = "Convert the file, as with `iconv -f WINDOWS-1252 -t UTF-8`."

    def __call__(self, file: CorpusFile, settings: QualitySettings) -> Iterator[Problem]:
        """One problem a file."""
        data = file.data or b""
        wide = data[:2] in (b"\xff\xfe", b"\xfe\xff") or has_wide_characters(data)
        if wide or not file.is_utf8:
            what = "It is UTF-16" if wide else "Its bytes cannot be decoded as UTF-8"
            yield Problem(Severity.UNUSABLE, f"{what}; a seed is UTF-8.")


@file_check
class ByteOrderMark:
    """A byte order mark before the text."""

    name = "bom"
    title = "Byte order mark"
    reason = "The first word of the text is another word to most tools."
    remedy = "Take out the first three bytes."

    def __call__(self, file: CorpusFile, settings: QualitySettings) -> Iterator[Problem]:
        """One problem a file."""
        if file.data is not None and file.data.startswith(b"\xef\xbb\xbf"):
            yield Problem(Severity.COSMETIC, "The file begins with a byte order mark.")


@file_check
class LineEnds:
    """Line ends of other systems."""

    name = "crlf"
    title = "Line ends"
    reason = "Lines are counted differently, and a hidden character ends each of them."
    remedy = "Convert the line ends to \\n."

    def __call__(self, file: CorpusFile, settings: QualitySettings) -> Iterator[Problem]:
        """One problem a file."""
        returns = (file.data or b"").count(b"\r")
        if returns and file.is_utf8 and b"\0" not in (file.data or b""):
            yield Problem(Severity.COSMETIC, f"{returns} line(s) end with a carriage return.")
