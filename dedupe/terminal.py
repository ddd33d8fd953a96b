"""What is written to a terminal or a log shows its text and never acts: the one place that sees to it.

Titles, addresses and file names come from anywhere. In them an escape sequence would paint or rename the
terminal, a line end would forge a record of the log, and a sign that turns the text around would hide a name.
"""

from __future__ import annotations

import logging
import re
import sys
from typing import IO

__all__ = ["UNSEEN", "as_line", "as_lines", "make_logs_safe", "say"]

# Characters that nobody sees or that turn the text around them. Joiners stay: many scripts are written with
# them. Line ends and tabs are apart.
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff]"
)
# Characters of one line that are shown; a name of 100,000 characters is no name.
LONGEST_LINE = 4000


def as_lines(text: str) -> str:
    """A text of several lines with what nobody would see in it written out by number."""
    return UNSEEN.sub(_written_out, text.replace("\r\n", "\n"))


def as_line(text: str) -> str:
    """A text in one line, its line ends written out too, and shortened where it is longer than any line."""
    if len(text) > LONGEST_LINE:
        text = f"{text[:LONGEST_LINE]}... ({len(text):,} characters)"
    return UNSEEN.sub(_written_out, text).replace("\n", "\\n")


def _written_out(sign: re.Match[str]) -> str:
    number = ord(sign[0])
    if number < 0x100:
        return {"\r": "\\r"}.get(sign[0], f"\\x{number:02x}")
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def say(text: str, file: IO[str] | None = None) -> None:
    """Print lines, on standard output if no other file is given."""
    print(as_lines(text), file=file or sys.stdout)


class SafeRecord(logging.LogRecord):
    """A record of the log that stays one line, with its traceback indented below it."""

    _traceback: str | None = None

    def getMessage(self) -> str:  # noqa: N802
        """The message in one line."""
        return as_line(super().getMessage())

    @property
    def exc_text(self) -> str | None:
        """The traceback as the formatter made it, so indented that no line of it passes for a record."""
        return self._traceback

    @exc_text.setter
    def exc_text(self, text: str | None) -> None:
        self._traceback = text and "\n".join(f"  {line}" for line in as_lines(text).split("\n"))


def make_logs_safe() -> None:
    """Let every record of every logger of this process be a `SafeRecord`."""
    logging.setLogRecordFactory(SafeRecord)
