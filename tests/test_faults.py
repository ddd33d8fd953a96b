"""The measure of hostile texts: it finds what costs more than it may, and looks at everything that reads texts."""

from __future__ import annotations

import re

import pytest

from benchmarks.faults import _ratios, kills
from benchmarks.faults._attacks import SHAPES, attacks_on
from benchmarks.faults._entry_points import FILES, expressions, matched_whole, text_functions
from benchmarks.faults._ratios import worst


@pytest.mark.parametrize(
    ("power", "holds"),
    [(1.0, True), (1.3, True), (1.4, False), (2.0, False)],
    ids=["n", "n^1.3", "n^1.4", "n^2"],
)
def test_twice_the_text_may_cost_two_and_a_half_times_as_much(
    power: float, holds: bool, monkeypatch: pytest.MonkeyPatch
):
    """Counted in steps here, which stand for seconds."""
    monkeypatch.setattr(_ratios, "_seconds", lambda function, text: len(text) ** power * 1e-6)

    ratio = worst(len, {"letters": lambda length: "x" * length}, 60_000)

    assert ratio is not None
    assert ratio.holds is holds


def test_what_is_too_fast_to_measure_is_linear_enough(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(_ratios, "_seconds", lambda function, text: 0.01)

    assert worst(len, {"letters": lambda length: "x" * length}) is None


def test_what_is_given_up_fails_whatever_its_half_took(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(_ratios, "_seconds", lambda function, text: _ratios.PATIENCE)

    ratio = worst(len, {"letters": lambda length: "x" * length})

    assert ratio is not None
    assert not ratio.holds


@pytest.mark.parametrize(
    ("expression", "pumped"),
    [
        (r"by\s+\w+:", r"'by' + ' '*n"),
        (r"<[^>]*>", r"'<' + 'a'*n"),
        (r"(?:\d+,)+x", r"'' + '7,'*n"),
        (r"a|b[cd]*e", r"'b' + 'c'*n"),
    ],
)
def test_an_expression_is_attacked_with_strings_of_its_own_parts(expression: str, pumped: str):
    """Each repetition is pumped behind what leads to it: only such strings make it try all of them."""
    assert any(name.startswith(pumped) for name, _ in attacks_on(re.compile(expression)))


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_has_about_the_length_that_was_asked_for(name: str):
    assert 500 <= len(SHAPES[name](1_000)) <= 1_600


def test_every_text_function_reads_the_short_form_of_every_shape():
    """None raises what is not its own; the table names functions that are there."""
    for function in text_functions().values():
        for shape in ("broken-tags", "nulls"):
            _ratios._seconds(function, SHAPES[shape](200))


def test_every_expression_of_the_tree_is_found():
    """Also those in tables, and none twice."""
    found = expressions()

    assert {"crawler.urls.TRACKING", "dedupe.corpus.SEED_NAME"} <= set(found)
    assert any("[" in name for name in found)
    assert len({(each.pattern, each.flags) for each in found.values()}) == len(found)


def test_where_an_expression_is_only_matched_from_the_beginning_it_is_measured_so():
    assert matched_whole("SEED_NAME")
    assert not matched_whole("SENTENCE_END")


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("body", [b"", b"\x00\xff", b"<<<<", b"User-agent: *\nDisallow: /"], ids=repr)
def test_a_hostile_file_ends_in_words(kind: str, body: bytes):
    assert FILES[kind](body)


@pytest.mark.parametrize(
    ("bad", "early", "passed"), [(0, 0, True), (1, 1, True), (2, 1, False), (1, 0, False)]
)
def test_a_stop_before_python_has_begun_is_told_and_no_failure(bad: int, early: int, passed: bool):
    """Its exit code is the interpreter's own; any other that is not one of a stop is ours."""
    counts = ("rounds_lost", "invariant_broken", "restart_failed", "hangs", "stop_too_slow")
    told: dict[str, object] = dict.fromkeys(counts, 0)
    told |= {"kills": 20, "rounds": 4, "stop_code_bad": bad, "too_early": early, "failures": []}

    row = kills._row("clean, SIGINT", "INT", told)

    assert row.passed is passed
    assert ("before Python itself had begun" in row.seen) is (early > 0)
