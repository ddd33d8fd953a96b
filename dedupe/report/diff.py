"""Two texts side by side, by words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from rapidfuzz.distance import Levenshtein

from dedupe.report.model import DiffPart

__all__ = ["compare", "fold", "side_by_side"]

# A word with its marks; each letter of scripts without spaces is a word.
TOKEN = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]|[^\s\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]+")
CONTEXT = 12  # words of what is the same, on either side of a difference
LONGEST = 360  # characters of a stretch that stands in one text only; of a longer one its ends are shown
MOST_WORDS = 4000  # of either text; alignment takes time with the product of both


def compare(kept: str, other: str) -> tuple[DiffPart, ...]:
    """Align two texts by words; empty where they have the same words.

    Returns:
        The stretches in reading order: in both, only in `kept`, only in `other`.
    """
    left, right = TOKEN.findall(kept)[:MOST_WORDS], TOKEN.findall(other)[:MOST_WORDS]
    if left == right:
        return ()
    numbers: dict[str, int] = {}
    coded = [[numbers.setdefault(word, len(numbers)) for word in words] for words in (left, right)]
    parts: list[DiffPart] = []
    for same, start, end, other_start, other_end in _stretches(*coded):
        gone, come = left[start:end], right[other_start:other_end]
        if same:
            parts.append(DiffPart(op="same", text=" ".join(gone)))
            continue
        if gone:
            parts.append(DiffPart(op="only_kept", text=" ".join(gone)))
        if come:
            parts.append(DiffPart(op="only_other", text=" ".join(come)))
    return tuple(parts)


Stretch = tuple[bool, int, int, int, int]  # the same words?, [start, end) in the one and in the other text


def _stretches(left: Sequence[int], right: Sequence[int]) -> list[Stretch]:
    """What is the same and what is not, by turns.

    A few words that two changed passages happen to share, as "of the", are part of the change: what is the
    same and shorter than the changes on both its sides is read as changed.
    """
    stretches: list[Stretch] = []
    for op in Levenshtein.opcodes(left, right):
        stretch = (op.tag == "equal", op.src_start, op.src_end, op.dest_start, op.dest_end)
        stretches.append(stretch)
        while len(stretches) > 1 and not stretches[-1][0]:
            if not stretches[-2][0]:
                stretches[-2:] = [_joined(stretches[-2], stretches[-1])]
            elif len(stretches) > 2 and _size(stretches[-2]) < min(
                _size(stretches[-3]), _size(stretches[-1])
            ):
                stretches[-3:] = [_joined(stretches[-3], stretches[-1])]
            else:
                break
    return stretches


def _joined(first: Stretch, last: Stretch) -> Stretch:
    return (False, first[1], last[2], first[3], last[4])


def _size(stretch: Stretch) -> int:
    return max(stretch[2] - stretch[1], stretch[4] - stretch[3])


def fold(parts: Sequence[DiffPart], most_characters: int) -> tuple[DiffPart, ...]:
    """Leave out what is the same far from a difference, shorten long stretches, and stop at a length."""
    folded: list[DiffPart] = []
    left = most_characters
    for place, part in enumerate(parts):
        pieces = [part] if part.op != "same" else _ends(part.text, place == 0, place == len(parts) - 1)
        for piece in pieces:
            text = _shortened(piece.text)
            if len(text) > left:
                folded.append(DiffPart(op="gap", text="the rest is not shown"))
                return tuple(folded)
            left -= len(text)
            folded.append(piece.model_copy(update={"text": text}))
    return tuple(folded)


def side_by_side(parts: Sequence[DiffPart]) -> list[tuple[list[DiffPart], list[DiffPart]] | str]:
    """The rows of a comparison: what the kept text and the other say, or what is left out between rows."""
    rows: list[tuple[list[DiffPart], list[DiffPart]] | str] = []
    for is_gap, run in groupby(parts, key=lambda part: part.op == "gap"):
        stretch = list(run)
        if is_gap:
            rows += [part.text for part in stretch]
        else:
            rows.append(
                (
                    [part for part in stretch if part.op != "only_other"],
                    [part for part in stretch if part.op != "only_kept"],
                )
            )
    return rows


def _shortened(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return f"{text[: LONGEST * 2 // 3].rsplit(' ', 1)[0]} … {text[-LONGEST // 3 :].split(' ', 1)[-1]}"


def _ends(text: str, first: bool, last: bool) -> list[DiffPart]:
    """What is the same, but for its middle."""
    words = text.split(" ")
    before, after = (0 if first else CONTEXT), (0 if last else CONTEXT)
    left_out = len(words) - before - after
    if left_out <= CONTEXT // 2:
        return [DiffPart(op="same", text=text)]
    gap = DiffPart(op="gap", text=f"{left_out:,} same words")
    head = [DiffPart(op="same", text=" ".join(words[:before]))] if before else []
    tail = [DiffPart(op="same", text=" ".join(words[-after:]))] if after else []
    return [*head, gap, *tail]
