"""Captions of pictures among the lines of a text: they come with a page's pictures, not with the story.

Papers print a wire story under pictures of their own choice, some twice, before its first line. A caption is
known by the credit of its photographer, or by the archive's mark that opens it.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["caption_marks", "without_captions"]

_MARKS: Final = (
    "photo",
    "Photo",
    "PHOTO",
    "Foto",
    "FILE",
    "Getty",
    "REUTERS/",
    "Reuters/",
    "Bild:",
    "Image:",
)
_FOREIGN_MARKS: Final = ("фото", "Фото", "摄", "写真", "사진")
"""Without one of these a text has no caption: a search for a few letters is all that most texts cost."""

_AGENCIES: Final = (
    r"(?:AP|AFP|EPA|EFE|dpa|DPA|ANSA|PA|TASS|Reuters|REUTERS|Getty(?:\s?Images)?|Shutterstock|Alamy|imago)"
)
_CAPTION: Final = re.compile(
    rf"^\W{{0,3}}(?:FILE|File|FILES|ARCHIV|Archiv)\s?(?:PHOTO|photo|FOTO|foto|BILD|bild|IMAGE|image)?\s?[-–—:)]|"
    rf"[(\[（](?:[^()\[\]（）]{{0,60}}[\s/,:])?(?:[Pp]hotos?|[Ff]otos?|[Ff]otografie|Bild|Image|[Фф]ото|写真|사진)\b"
    rf"[^()\[\]（）]{{0,80}}[)\]）][^.]{{0,40}}$|"
    rf"[(\[（][^()\[\]（）]{{2,60}}/\s?{_AGENCIES}[^()\[\]（）]{{0,30}}[)\]）]\W*$|"
    rf"\bREUTERS/\w[^.]{{2,50}}\.?$|"
    rf"(?:^|[.!?…\"”]\s)(?:Photos?|Photograph|Fotos?|Bild|Image|Фото|写真|사진)\s?[:/©]\s?\S.{{1,60}}$|"
    rf"[.!?]\s?[^.]{{2,50}}/\s?{_AGENCIES}\)?\.?$|"
    rf"[（(]?[\w\s]{{1,20}}摄[）)]?\s*$"
)
_IN_CAPTIONS: Final = (
    *("photo", "Photo", "foto", "Foto", "FILE", "File", "RCHIV", "rchiv", "/", "Bild", "Image"),
    *("фото", "Фото", "写真", "사진", "摄"),
)
"""Every caption has one of these: others are spared the expression, a hundred times as dear."""
_LEAST_LEFT: Final = (
    0.2  # share of the characters; a text that is all captions is a gallery, and they its story
)


def caption_marks(is_ascii: bool) -> tuple[str, ...]:
    """Letters of which a text with a caption has some; `is_ascii`: those that such a text can have."""
    return _MARKS if is_ascii else _MARKS + _FOREIGN_MARKS


def without_captions(text: str) -> str:
    """The text without the lines that are captions; all of it where little else is there."""
    for mark in caption_marks(text.isascii()):
        if mark in text:
            break
    else:
        return text
    lines = text.split("\n")
    kept = [line for line in lines if not _is_caption(line)]
    left = "\n".join(kept)
    return left if len(kept) < len(lines) and len(left) >= _LEAST_LEFT * len(text) else text


def _is_caption(line: str) -> bool:
    return any(map(line.__contains__, _IN_CAPTIONS)) and _CAPTION.search(line.strip()) is not None
