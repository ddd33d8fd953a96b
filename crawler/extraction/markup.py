"""Bytes to a tree: the charset is found, damage is repaired, and markup made to hang a parser is disarmed."""

from __future__ import annotations

import codecs
import re
from typing import Final

from charset_normalizer import from_bytes
from lxml import etree

__all__ = ["decode", "parse"]

# A page with more is no article; the rest is not read. Bytes.
MAX_BYTES: Final = 12_000_000
# libxml2 compares each attribute of a tag with all before it: a tag with more than this loses them. Count.
MAX_ATTRIBUTES: Final = 400
# A tag shorter than this cannot hold that many. Bytes.
LONG_TAG: Final = 4 * MAX_ATTRIBUTES
# A page with more tags is cut there: the walk would end before (`blocks.MOST_ELEMENTS`), and each tag takes a
# quarter of a kB of memory. Count.
MAX_TAGS: Final = 400_000
# How far into a page a charset declaration is looked for; the standard says 1,024. Bytes.
DECLARATION_WINDOW: Final = 8_192

_META_CHARSET = re.compile(rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]+)""", re.IGNORECASE)
_XML_CHARSET = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_:.-]+)""")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# What browsers read under these labels (WHATWG Encoding Standard, "names and labels").
_SUPERSETS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
}
_QUOTED = re.compile("\"[^\"]*\"|'[^']*'")
_CONTROL = bytes.maketrans(controls := bytes([*range(9), 11, *range(14, 32), 127]), b" " * len(controls))
_NOT_XML = re.compile("[\ufffe\uffff\ud800-\udfff]")
# Signs that bytes were read under the wrong charset: C1 controls, replacement marks, private use.
_DAMAGE = re.compile("[\x80-\x9f\ufffd\ue000-\uf8ff]")
# Words of accented letters alone: Cyrillic, Greek or Japanese bytes read as Western European.
_ACCENTED_WORD = re.compile("[\u00a1-\u00ff]{3,}")
# Half-width katakana in a row with Latin signs: Western bytes read as Shift JIS.
_HALF_WIDTH = re.compile("[\uff61-\uff9f]")


def parse(markup: str) -> etree._Element | None:
    """Parse a page; None: it holds no element.

    Time is linear in the length, whatever the markup: tags with too many attributes lose them first.
    """
    markup = _disarm(markup)
    if "<" not in markup:
        return None
    if not markup.isascii():
        markup = _NOT_XML.sub(" ", markup)
    # lxml.html's own parser makes each element an object of a class it looks up in Python: four times slower
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(markup.encode("utf-8").translate(_CONTROL), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def _disarm(markup: str) -> str:
    """Drop the attributes of tags that have more than any page needs, and all that follows too many tags."""
    pieces = markup.split(">")  # each ends in a tag, if it holds one
    for number, piece in enumerate(pieces):
        if len(piece) > LONG_TAG and (start := piece.find("<")) >= 0 and len(piece) - start > LONG_TAG:
            tag = _QUOTED.sub("", piece[start:])  # a summary of many words is one attribute
            if tag.count("=") + len(tag.split(None, MAX_ATTRIBUTES)) > MAX_ATTRIBUTES and tag[1:2].isalpha():
                pieces[number] = piece[:start] + tag.split(None, 1)[0][:32]
    if len(pieces) > MAX_TAGS:
        tags = [number for number, piece in enumerate(pieces) if "<" in piece]
        if len(tags) > MAX_TAGS:
            pieces[tags[MAX_TAGS] :] = [pieces[tags[MAX_TAGS]].partition("<")[0]]
    return ">".join(pieces)


def decode(page: bytes, declared: str | None = None) -> str:
    """Read a page's bytes as text, under the charset that leaves the least damage.

    Args:
        page: the body, decompressed.
        declared: charset of the HTTP header; a hint that may be wrong.

    A byte order mark wins; bytes that are valid UTF-8 and not plain ASCII are UTF-8 whatever was declared;
    else header, declaration in the page and a guess compete, in this order at equal damage.
    """
    page = page[:MAX_BYTES]
    for mark, name in _BOMS:
        if page.startswith(mark):
            return page[len(mark) :].decode(name, "replace")
    labels = [codec for label in (declared, *_declared_inside(page)) if (codec := _codec(label))]
    if page.isascii() and not any(codec.startswith(("iso2022", "hz", "utf_7")) for codec in labels):
        return page.decode("ascii")
    try:
        return page.decode("utf-8")
    except UnicodeDecodeError as error:
        broken_near_end = error.start > len(page) - 4
    if broken_near_end:
        return page.decode("utf-8", "replace")
    readings = [(damage(text), text) for codec in dict.fromkeys(labels) if (text := _read(page, codec))]
    if not readings or min(readings, key=lambda reading: reading[0])[0] > 0.02:
        readings += [(damage(text), text) for text in _guesses(page)]
    return min(readings, key=lambda reading: reading[0])[1]


def damage(text: str) -> float:
    """How likely text was read under a wrong charset: marks of it per character that is not ASCII."""
    foreign = len(text) - len(text.encode("ascii", "ignore"))
    if not foreign:
        return 0.0
    accented = sum(len(word) for word in _ACCENTED_WORD.findall(text))
    marks = 5 * len(_DAMAGE.findall(text)) + accented + len(_HALF_WIDTH.findall(text))
    return marks / foreign


def _declared_inside(page: bytes) -> list[str]:
    window = page[:DECLARATION_WINDOW]
    return [
        found.group(1).decode("ascii", "replace")
        for pattern in (_XML_CHARSET, _META_CHARSET)
        if (found := pattern.search(window))
    ]


def _codec(label: str | None) -> str | None:
    """Python's name of the charset browsers read under a label; None: no such charset."""
    try:
        name = codecs.lookup((label or "").strip().strip("\"'").lower()).name
        "".encode(name)
    except (LookupError, ValueError, TypeError):
        return None
    return _SUPERSETS.get(name, name)


def _read(page: bytes, name: str) -> str | None:
    try:
        return page.decode(name, "replace")
    except (UnicodeError, LookupError):
        return None


def _guesses(page: bytes) -> list[str]:
    """Readings under UTF-8 with damage, the charset that statistics suggest, and Western European."""
    best = from_bytes(page[:65_536]).best()
    names = ["utf-8", *([best.encoding] if best else []), "cp1252"]
    return [text for name in dict.fromkeys(names) if (text := _read(page, name)) is not None]
