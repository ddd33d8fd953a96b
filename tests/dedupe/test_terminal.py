"""What comes from anywhere shows on the terminal and in logs, and never acts there."""

from __future__ import annotations

import io
import logging

import pytest

from dedupe.terminal import SafeRecord, as_line, as_lines, say

ACTS = {
    "a line end forges a record": ("title\r\n2031-01-01 INFO: all is well", "title\\r\\n2031-01-01 INFO: all is well"),
    "a line separator too": ("title\u2028x\u2029y\x85z", "title\\u2028x\\u2029y\\x85z"),
    "an escape paints the terminal": ("\x1b[2J\x1b]0;name\x07", "\\x1b[2J\\x1b]0;name\\x07"),
    "a sign turns the text around": ("\u202egnp.exe\u202c", "\\u202egnp.exe\\u202c"),
    "half a character breaks the stream": ("\ud800 and \udcff", "\\ud800 and \\udcff"),
    "nothing ends it": ("a\x00b", "a\\x00b"),
    "tags of language are not seen": ("a\U000e0041", "a\\U000e0041"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "shown"), ACTS.values(), ids=ACTS)
def test_what_would_act_is_written_out(text: str, shown: str):
    """In one line, whatever it holds."""
    assert as_line(text) == shown


def test_lines_of_ours_stay_lines_and_scripts_stay_readable():
    """Joiners, accents and letters of any script are text."""
    text = "cut      5 lines\nनमस्\u200dते, Ålesund, سلام, 東京\tx"

    assert as_lines(text) == text


def test_a_name_longer_than_any_line_is_shortened():
    """A log that cannot be read tells nothing."""
    assert as_line("a" * 100_000) == f"{'a' * 4000}... (100,000 characters)"


def test_a_log_record_is_one_line_and_its_traceback_is_indented():
    """Also where the text that acts is in the error itself, or in an argument of the message."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(levelname)s: %(message)s"))
    try:
        raise ValueError("odd\nERROR: forged\x1b[2J")
    except ValueError as error:
        problem = (ValueError, error, error.__traceback__)

    record = SafeRecord("x", logging.INFO, __file__, 1, "%s", ("a\nINFO: forged",), problem)
    handler.emit(record)

    lines = stream.getvalue().splitlines()
    assert lines[0] == "INFO: a\\nINFO: forged"
    assert all(line.startswith("  ") for line in lines[1:])
    assert lines[-1] == "  ERROR: forged\\x1b[2J"


def test_say_writes_to_a_stream_that_knows_no_half_characters(capsys: pytest.CaptureFixture[str]):
    """A file name that is no UTF-8 comes as such."""
    say("005_\udcff.txt")

    assert capsys.readouterr().out == "005_\\udcff.txt\n"
