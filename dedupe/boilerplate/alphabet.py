"""One table of what the kernel asks about a character: what Unicode says, and what our modules mark."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
from numpy.typing import NDArray

from dedupe import mojibake
from dedupe.boilerplate import cues, repair, words
from dedupe.boilerplate.characters import (
    CLOSER,
    CUE_HEAD,
    PLANE,
    STOP,
    SUSPECT,
    TEARS,
    TELLS,
    TORN,
    UNSPACED,
    bits_of_characters,
    marked,
)

__all__ = ["character_bits"]

_TELLING_SIGNS = ":：|@/.[(<&{}"  # as `sign_at` in `_kernel.c` has them


@cache
def character_bits() -> NDArray[np.uint32]:
    """The bits of each character of the basic plane, shape (65536,)."""
    plane = "".join(map(chr, range(PLANE)))
    table = bits_of_characters().copy()
    for pattern, bit in (
        (repair.SUSPECT, SUSPECT),
        (mojibake.TEARS, TEARS),
        (mojibake.TORN, TORN),
        (cues.UNSPACED, UNSPACED),
    ):
        table |= marked("".join(re.findall(pattern, plane)), bit)
    for characters, bit in (
        ("".join(words.STOPS), STOP),
        (words.CLOSERS, CLOSER),
        (cues.cue_heads(), CUE_HEAD),
        (_TELLING_SIGNS, TELLS),
    ):
        table |= marked(characters, bit)
    return table
