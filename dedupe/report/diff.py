"""Two texts side by side, by words."""

from __future__ import annotations

import re

from rapidfuzz.distance import Levenshtein

from dedupe.report.model import DiffPart

__all__ = ["compare", "fold"]

# A word with its marks; each letter of scripts without spaces is a word.
TOKEN = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]|[^\s\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]+")
CONTEXT = 12  # words of what is the same, on either side of a difference
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
    for op in Levenshtein.opcodes(*coded):
        gone, come = left[op.src_start : op.src_end], right[op.dest_start : op.dest_end]
        if op.tag == "equal":
            parts.append(DiffPart(op="same", text=" ".join(gone)))
            continue
        if gone:
            parts.append(DiffPart(op="only_kept", text=" ".join(gone)))
        if come:
            parts.append(DiffPart(op="only_other", text=" ".join(come)))
    return tuple(parts)


def fold(parts: tuple[DiffPart, ...], most_characters: int) -> tuple[DiffPart, ...]:
    """Leave out what is the same far from a difference, and stop at a length."""
    folded: list[DiffPart] = []
    used = 0
    for place, part in enumerate(parts):
        pieces = [part] if part.op != "same" else _ends(part.text, place == 0, place == len(parts) - 1)
        for piece in pieces:
            text = piece.text if len(piece.text) <= most_characters else piece.text[:most_characters] + " …"
            if used + len(text) > most_characters:
                folded.append(DiffPart(op="gap", text="the rest is not shown"))
                return tuple(folded)
            used += len(text)
            folded.append(piece.model_copy(update={"text": text}))
    return tuple(folded)


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
