"""A document's text as the page shows it: what was found marked, what was cut in its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rapidfuzz.distance import Postfix, Prefix

from dedupe.models import Finding, RemovedRecord
from dedupe.report.model import ShownLine

__all__ = ["allowances", "changed_part", "places_of_cuts", "shown_text"]

LEAST = 300  # characters: less than that shows nothing
BESIDE = 30  # characters kept beside what was mended
AROUND = 90  # characters kept beside a mark in a long line

Span = tuple[int, int, str]  # start, end, kind of finding


def allowances(needs: Sequence[int], weights: Sequence[int], budget: int) -> list[int]:
    """Share out the characters that may be shown: nobody gets more than it needs, the heavier get more.

    Where there are not enough for everybody to show something, the lightest and longest show nothing.

    Args:
        needs: characters of each text.
        weights: how much each should get beside the others; >= 1.
        budget: characters in all.
    """
    given = [0] * len(needs)
    left = budget
    chosen = []
    for i in sorted(range(len(needs)), key=lambda i: (-weights[i], needs[i])):
        if left < min(needs[i], LEAST):
            break
        given[i] = min(needs[i], LEAST)
        left -= given[i]
        chosen.append(i)
    weight = sum(weights[i] for i in chosen)
    for i in sorted(chosen, key=lambda i: (needs[i] - given[i]) / weights[i]):
        more = min(needs[i] - given[i], left * weights[i] // weight)
        given[i] += more
        left -= more
        weight -= weights[i]
    return given


def shown_text(
    text: str,
    findings: Iterable[Finding],
    cuts: Sequence[RemovedRecord],
    allowance: int,
    mended: Sequence[RemovedRecord] = (),
) -> tuple[ShownLine, ...]:
    """The lines of a text, with marks, cuts and what mended lines were, shortened to what may be shown.

    Lines with a mark, cut and mended ones come first when room is short; the others show their beginning.
    """
    if allowance <= 0:
        return ()
    was = {record.mended: record.text for record in mended if record.mended}
    kept = [
        _with_before(line, was) for line in _kept_lines(text, _flat(findings, len(text))) if _is_written(line)
    ]
    merged = _with_cuts(iter(kept), places_of_cuts(cuts, len(kept)))
    return _shortened([line for line in merged if _is_written(line)], allowance)


def _with_before(line: ShownLine, was: Mapping[str, str]) -> ShownLine:
    """A line with the part of it that was mended, as it was before."""
    now = "".join(part for part, _ in line.parts)
    before = was.get(now)
    return line if before is None else line.model_copy(update={"was": changed_part(before, now)})


def changed_part(before: str, now: str) -> str:
    """What of a line is another text now, with a few characters on either side."""
    start = Prefix.similarity(before, now)
    end = Postfix.similarity(before[start:], now[start:])
    first, last = max(0, start - BESIDE), min(len(before), len(before) - end + BESIDE)
    return f"{'…' if first else ''}{before[first:last]}{'…' if last < len(before) else ''}"


def _is_written(line: ShownLine) -> bool:
    return any(part.strip() for part, _ in line.parts)


def places_of_cuts(cuts: Sequence[RemovedRecord], kept_lines: int) -> list[tuple[int, RemovedRecord]]:
    """Where the cut lines stood among all lines of a text that are not blank, in order.

    A cut line's number counts the blank lines of the text that came in; they are not kept. Where a number
    shows that there were some, they are taken to have parted every two lines, as in most texts with any.
    """
    found = sorted((cut for cut in cuts if cut.line is not None), key=lambda cut: cut.line or 0)
    most = max((cut.line or 0 for cut in found), default=0)
    step = 2 if most >= kept_lines + len(found) else 1
    return [((cut.line or 0) // step, cut) for cut in found]


def _with_cuts(kept: Iterator[ShownLine], waiting: list[tuple[int, RemovedRecord]]) -> Iterator[ShownLine]:
    """Put the cut lines back where they stood."""
    waiting = waiting[::-1]
    number = 0
    for line in kept:
        while waiting and waiting[-1][0] <= number:
            yield _cut_line(waiting.pop()[1])
            number += 1
        yield line
        number += 1
    while waiting:
        yield _cut_line(waiting.pop()[1])


def _cut_line(cut: RemovedRecord) -> ShownLine:
    return ShownLine(kind="cut", parts=((cut.text, ""),), reason=cut.reason)


def _flat(findings: Iterable[Finding], length: int) -> list[Span]:
    """Spans that do not overlap, in order; the graver one wins."""
    taken: list[Span] = []
    for finding in sorted(findings, key=lambda each: (-each.severity, each.span or (0, 0))):
        if finding.span is None or finding.span[0] >= length:
            continue
        start, end = finding.span[0], min(finding.span[1], length)
        if start < end and all(end <= a or start >= b for a, b, _ in taken):
            taken.append((start, end, finding.kind))
    return sorted(taken)


def _kept_lines(text: str, spans: list[Span]) -> Iterator[ShownLine]:
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        parts: list[tuple[str, str]] = []
        place = start
        for a, b, kind in spans:
            first, last = max(a, start), min(b, end)
            if first >= last:
                continue
            if place < first:
                parts.append((text[place:first], ""))
            parts.append((text[first:last], kind))
            place = last
        if place < end:
            parts.append((text[place:end], ""))
        yield ShownLine(kind="kept", parts=tuple(parts))
        start = end + 1


def _size(line: ShownLine) -> int:
    return len(line.was) + sum(len(part) for part, _ in line.parts)


def _is_evidence(line: ShownLine) -> bool:
    return line.kind == "cut" or bool(line.was) or any(kind for _, kind in line.parts)


def _shortened(lines: list[ShownLine], allowance: int) -> tuple[ShownLine, ...]:
    if sum(map(_size, lines)) <= allowance:
        return tuple(lines)
    chosen: dict[int, ShownLine] = {}
    left = allowance
    for evidence in (True, False):
        for place, line in enumerate(lines):
            if _is_evidence(line) is evidence and left >= LEAST // 4:
                chosen[place] = _clipped(line, min(left, max(LEAST, allowance // 2)))
                left -= _size(chosen[place])
    shown: list[ShownLine] = []
    missing = 0
    for place, line in enumerate(lines):
        if place in chosen:
            shown += [*_gap(missing), chosen[place]]
            missing = 0
        else:
            missing += _size(line)
    return (*shown, *_gap(missing))


def _gap(missing: int) -> list[ShownLine]:
    return [ShownLine(kind="gap", reason=f"{missing:,} characters")] if missing else []


def _clipped(line: ShownLine, most: int) -> ShownLine:
    """A line with what stands far from its marks left out."""
    if _size(line) <= most:
        return line
    parts: list[tuple[str, str]] = []
    room = most
    for place, (text, kind) in enumerate(line.parts):
        if len(line.parts) == 1 or kind or len(text) <= 2 * AROUND:
            short = text if len(text) <= room else text[: max(0, room)] + " …"
        else:
            head = text[:AROUND] if place else ""
            tail = text[-AROUND:] if place < len(line.parts) - 1 else ""
            short = f"{head} … {tail}"
        parts.append((short, kind))
        room -= len(short)
        if room <= 0:
            break
    return line.model_copy(update={"parts": tuple(parts)})
