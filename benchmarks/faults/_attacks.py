"""Inputs that cost a careless reader more than twice as much when they are twice as long.

Two kinds: shapes that hurt parsers and text functions in general, and, for one regular expression, strings that
are made from its own parts so that its repetitions compete for the same characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from re import _constants as codes  # type: ignore[attr-defined]  # the parser of `re` has no public name
from re import _parser as grammar  # type: ignore[attr-defined]
from typing import Any, Final

__all__ = ["SHAPES", "attacks_on", "filled"]

PROSE: Final = "The council of Harbour Town voted on 12 May 2031 to close the old bridge. "

# name -> unit that is repeated up to the length asked for
UNITS: Final[dict[str, str]] = {
    "prose": PROSE,
    "prose-lines": PROSE + "\n",
    "other-lines": "",  # numbered lines, each of its own: see `filled`
    "letters": "x",
    "capitals": "X",
    "digits": "7",
    "spaces": " ",
    "no-break-spaces": "\u00a0",
    "tabs": "\t",
    "line-ends": "\n",
    "returns": "\r\n",
    "space-lines": " \n",
    "short-lines": "a\n",
    "blank-then-word": "\n\na",
    "full-stops": ".",
    "dots-spaced": ". ",
    "commas": ", ",
    "punctuation": "-_.,!?;:",
    "dashes": "\u2014-",
    "quotes": "\"'\u201e\u201c\u00ab\u00bb",
    "open-brackets": "[[((",
    "nested-brackets": "([{",
    "closed-brackets": "()[]",
    "angles": "<",
    "tags": "<b>",
    "broken-tags": "<a href='",
    "tags-closed": "</b>",
    "comments": "<!--",
    "cdata": "<![CDATA[",
    "entities": "&amp;&#x41;&notit;",
    "ampersands": "&",
    "half-entities": "&#",
    "attributes": " a=1",
    "addresses": "http://a/",
    "mails": "a@a.",
    "mail-like": "a.a-",
    "slashes": "/",
    "percent": "%41%",
    "query": "&a=1",
    "dates": "2024-01-",
    "day-dates": "12.12.12 ",
    "clock": "12:30 Uhr, ",
    "months": "12 May ",
    "bylines": "By Ada Moss, ",
    "agencies": "(Reuters) - ",
    "credits": "Photo: Ada Moss/Getty ",
    "initials": "A. B. ",
    "names": "Ada Moss and ",
    "hashtags": "#a ",
    "ats": "@a ",
    "combining": "a" + "\u0301\u0316" * 30,
    "marks-only": "\u0301",
    "bidi": "\u202ea\u202c\u2066",
    "zero-width": "a\u200b\ufeff",
    "soft-hyphens": "a\u00ad",
    "cyrillic": "Совет города решил ",
    "cjk": "市议会今天决定关闭旧桥",
    "cjk-stops": "市。",
    "hangul": "시의회는 ",
    "arabic": "المجلس قرر ",
    "emoji": "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "surrogate-like": "\ufffd",
    "mojibake": "Ã¤â€™Ã©",
    "nulls": "\0a",
    "controls": "\x1b[2J",
    "braces": '{"a":',
    "arrays": "[",
    "escapes": "\\",
    "backslash-u": "\\ud800",
    "ligatures": "ﬁﬀ",
    "fullwidth": "ＡＢ１",
    "wide-words": "ab ",
    "same-sentence": "It is so. ",
    "bars": " | ",
    "bullets": "\u2022 ",
    "read-more": "Read more: ",
    "share": "Share Tweet Email ",
    "hyphen-breaks": "com-\n",
}


def filled(unit: str, length: int) -> str:
    """A text of about the length, made of the unit; numbered lines where it is empty."""
    if not unit:
        return "\n".join(
            f"Line {i} says that {i * 7919 % 10007} people saw it." for i in range(length // 40 + 1)
        )
    return unit * max(1, length // len(unit))


def _around(head: str, unit: str, tail: str) -> Callable[[int], str]:
    return lambda length: head + filled(unit, length) + tail


SHAPES: Final[dict[str, Callable[[int], str]]] = {
    **{name: _around("", unit, "") for name, unit in UNITS.items()},
    # What does not end as it began makes an expression try again from every place.
    **{f"{name}-broken": _around("a", unit, "\u2603!") for name, unit in UNITS.items()},
}


def attacks_on(expression: re.Pattern[str]) -> Iterator[tuple[str, Callable[[int], str]]]:
    """Strings made of an expression's own parts: each repetition pumped, behind what may stand before it."""
    tree = grammar.parse(expression.pattern, expression.flags & ~re.DEBUG)
    seen: set[tuple[str, str]] = set()
    for head, units in _pumps(tree, ""):
        for unit in units:
            for start, pumped in ((head, unit), ("", head + unit), ("", unit)):
                if pumped and (start, pumped) not in seen:
                    seen.add((start, pumped))
                    for tail in ("", "\u2603"):
                        yield f"{start!r} + {pumped!r}*n + {tail!r}", _around(start, pumped, tail)


def _pumps(tree: Any, head: str) -> Iterator[tuple[str, list[str]]]:
    """Each repetition with no small bound: what leads to it, and strings that it may repeat."""
    for code, value in tree:
        if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            _, most, inner = value
            if most is codes.MAXREPEAT or most > 50:
                yield head, [*dict.fromkeys([_example(inner, 0), _example(inner, 1), _example(inner, 2)])]
            yield from _pumps(inner, head)
        elif code is codes.SUBPATTERN:
            yield from _pumps(value[3], head)
        elif code is codes.ATOMIC_GROUP:
            yield from _pumps(value, head)
        elif code is codes.BRANCH:
            for branch in value[1]:
                yield from _pumps(branch, head)
        elif code in (codes.ASSERT, codes.ASSERT_NOT):
            yield from _pumps(value[1], head)
        head += _example([(code, value)], 0)


_CLASSES: Final = {
    codes.CATEGORY_SPACE: (" ", "\n", "\u00a0"),
    codes.CATEGORY_NOT_SPACE: ("a", ".", "1"),
    codes.CATEGORY_DIGIT: ("7", "1", "0"),
    codes.CATEGORY_NOT_DIGIT: ("a", " ", "."),
    codes.CATEGORY_WORD: ("a", "1", "_"),
    codes.CATEGORY_NOT_WORD: (" ", ".", "-"),
}


def _example(tree: Any, which: int) -> str:
    """A short string that a part of an expression matches; there are some to choose from."""
    text = ""
    for code, value in tree:
        if code is codes.LITERAL:
            text += chr(value)
        elif code is codes.NOT_LITERAL:
            text += "ab "[which] if chr(value) not in "ab " else "c"
        elif code is codes.ANY:
            text += "a 1"[which]
        elif code is codes.IN:
            text += _member(value, which)
        elif code is codes.BRANCH:
            branches = value[1]
            text += _example(branches[which % len(branches)], which)
        elif code is codes.SUBPATTERN:
            text += _example(value[3], which)
        elif code is codes.ATOMIC_GROUP:
            text += _example(value, which)
        elif code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            least, most, inner = value
            text += _example(inner, which) * max(
                least, min(1 if which else least, most if most is not codes.MAXREPEAT else 1)
            )
        elif code is codes.CATEGORY:
            text += _CLASSES[value][which]
    return text


def _member(members: Any, which: int) -> str:
    if members[0][0] is codes.NEGATE:
        pattern = [(codes.IN, members)]
        for char in ("a 1" if which == 0 else " a." if which == 1 else ".-a") + "\u00e9\n":
            if not any(_holds(member, char) for member in members[1:]):
                return char
        del pattern
        return "\u0416"
    code, value = members[which % len(members)]
    if code is codes.LITERAL:
        return chr(value)
    if code is codes.RANGE:
        return chr(value[0])
    return _CLASSES[value][which]


def _holds(member: Any, char: str) -> bool:
    code, value = member
    if code is codes.LITERAL:
        return chr(value) == char
    if code is codes.RANGE:
        return value[0] <= ord(char) <= value[1]
    kinds = {
        codes.CATEGORY_SPACE: char.isspace(),
        codes.CATEGORY_NOT_SPACE: not char.isspace(),
        codes.CATEGORY_DIGIT: char.isdigit(),
        codes.CATEGORY_NOT_DIGIT: not char.isdigit(),
        codes.CATEGORY_WORD: char.isalnum() or char == "_",
        codes.CATEGORY_NOT_WORD: not (char.isalnum() or char == "_"),
    }
    return kinds[value]
