"""Mends in a text what the checks found, where that is safe: every reader would mend it the same way.

Characters that nobody sees go, look-alike letters become the letters of the text's script, markup goes and
its words stay, and lines that are no part of the story are taken out whole. What is in doubt stays for a
reviewer: a finding inside a sentence, a paragraph told anew with other words, a text of which more than half
would go.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from types import MappingProxyType

from dedupe.boilerplate.repair import NOISE, needs_repair, repaired, without_controls
from dedupe.lookalikes import AS_CYRILLIC, AS_LATIN
from dedupe.lost_characters import restored
from dedupe.models import Article, Cut, Finding, Repair, Span
from dedupe.quality.page_words import COMMON
from dedupe.stray_signs import is_stray

__all__ = ["Mended", "MendedArticle", "mend", "mended_article", "repairs_of", "taken_out"]

MOST_TAKEN_OUT = 0.5  # share of the text's characters; more, and it was hardly a story with something added

# Kinds of finding that name whole lines which are no part of the story.
LINE_KINDS = frozenset(
    [
        "caption_lines",
        "comments_block",
        "cookie_consent",
        "machine_garbage",
        "nav_lines",
        "newsletter_cta",
        "related_links",
        "repeated_lines",
        "site_boilerplate",
    ]
)
# Of so much furniture the text is a dump of a page, and the cut knows other lines by it; a line or two of it
# in a story makes the cut take the sentences beside it for more of the same. Share of the lines, and lines.
DUMP_SHARE = 0.2
DUMP_LINES = 10
# A heading in Markdown is the story's own where the story uses its words; else it leads to another one.
TELLING_LETTERS = 4  # of a word; shorter ones stand in every text
LEAST_TELLING = 3  # such words; fewer are a label
KNOWN_SHARE = 0.5
# Where a sentence begins behind another one in a line, and where it ends.
SENTENCE = re.compile(r"[.!?…][\"”“»’)]?\s+(?=[\"„“«(]?[^\W\d_a-zß-ÿ])")
SENTENCE_END = re.compile(r"[.!?…][\"”“»’)]?(?=\s|$)")
SAYING = re.compile(r"(?:^|\s)\W?[^\W\d_]{2,}\W?(?:\s|$)")  # a word that is no part of an address or a number
LONGEST_SENTENCE = 400  # characters at either side of an address
MOST_CONTACT_WORDS = 20  # longer ones, each counted once, of a sentence that says whose an address is
MOST_MARKED = 2000  # tags and entities whose surroundings are looked at
LINE = re.compile(r"[^\r\n]+")
WORD = re.compile(r"\w+")
LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
CYRILLIC = re.compile(r"[\u0400-\u04ff]")
STYLED = re.compile(r"[\uff01-\uff5e\U0001d400-\U0001d7ff]")
TARGET = (
    r"\((?:[^()\n]|\([^()\n]*\))*\)"  # an address in its brackets; pages write blanks and brackets in them
)
PICTURE = re.compile(rf"!\[([^\[\]\n]*)\]{TARGET}")
LINK = re.compile(rf"\[([^\[\]\n]*)\]{TARGET}")
HEADING = re.compile(r"#{1,6} (\S.*)|(?:[-*+] )?(?:\\?[*_]){1,2}([^\s*_\\].*[^\s*_\\])(?:\\?[*_]){1,2}")
ESCAPED_TAG = re.compile(r"&(?:amp;)*lt;[^\n]*&(?:amp;)*gt;")
ENTITY = re.compile(r"&[^;\s]{1,40};")
CODE_TAG = re.compile(r"<(script|style|noscript|template)\b[^<>]*>", re.IGNORECASE)
# The number of a footnote, but not a power: "10<sup>6</sup>", "m<sup>2</sup>"; an address to embed.
NOTE = re.compile(
    r"<sup\b[^<>]*>\s*(?:(\[\d{1,3}\]|[*†‡])|\d{1,3})\s*</sup>|(\[embed[^\[\]\n]*\]\s*https?://[^\s\[\]]*\s*\[/embed\])",
    re.IGNORECASE,
)
MEASURE = re.compile(r"(?:\d|\b(?:[kcdm]?m|ft|in|s|x|y|R|cm|CO|H))$")
BREAKING_TAG = re.compile(r"<(?:br|hr)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Mended:
    """A text after mending, line by line."""

    lines: tuple[str | None, ...]  # of the lines that are not blank; None: taken out
    because: Mapping[int, Finding]  # line, counted as above -> the finding that took it out
    kinds: Mapping[int, tuple[str, ...]]  # line -> kinds of the findings that were mended in it

    @property
    def text(self) -> str:
        """What is left, one block a line."""
        return "\n".join(line for line in self.lines if line is not None)


def mend(text: str, findings: Iterable[Finding]) -> Mended:
    """Mend what the findings name.

    Args:
        text: as the checks read it.
        findings: on this text; what a reviewer lets stand is left alone.
    """
    spans = [
        (finding, finding.span)
        for finding in findings
        if finding.span is not None and finding.accepted is None
    ]
    read = _Reading(text)
    taken = _taken_out(read, spans)
    marked = sum(finding.kind in ("html_remnants", "control_chars") for finding, _ in spans)
    read.is_full_of_marks = marked > MOST_MARKED
    read.lost = restored(text, read.marks_of(spans))
    contacts = {read.sentence(span) for finding, span in spans if finding.kind == "pii"}
    read.contact_words = Counter(word for place in contacts for word in _words(text[slice(*place)]))
    edits = sorted(
        (whole, MENDERS[finding.kind](read, whole))
        for finding, span in spans
        if finding.kind in MENDERS
        for whole in [_with_its_contact(read, span) if finding.kind == "pii" else _with_its_code(read, span)]
    )
    lines = tuple(
        None if number in taken else repaired(_edited(text, line, edits)) or None
        for number, line in enumerate(read.lines)
    )
    begun: defaultdict[int, dict[str, None]] = defaultdict(dict)
    for finding, span in spans:
        for number in read.lines_of((span[0], span[0] + 1)):
            begun[number].setdefault(finding.kind)
    kinds = {
        number: tuple(begun[number])
        for number, (start, end) in enumerate(read.lines)
        if number not in taken and lines[number] != text[start:end]
    }
    return Mended(lines, MappingProxyType(taken), MappingProxyType(kinds))


@dataclass(frozen=True)
class MendedArticle:
    """An article after mending, with as many lines as it had.

    The furniture of a dump stands there still, though it is to go: by it the cut knows other lines.
    """

    article: Article
    cuts: tuple[Cut, ...]  # the lines that are to go, or of which nothing is left
    kinds: Mapping[int, tuple[str, ...]]  # line, counted from 0 -> kinds of the findings mended in it


def mended_article(article: Article, findings: Sequence[Finding]) -> MendedArticle:
    """Mend the text of an article.

    Args:
        article: with line ends as `\\n`.
        findings: on its text; what a reviewer lets stand is left alone.
    """
    if not any(_is_mendable(finding) for finding in findings):
        return MendedArticle(article, (), {})
    mended = mend(article.text, findings)
    numbers = [number for number, line in enumerate(article.lines) if line.strip()]
    lines = [""] * len(article.lines)
    furniture = sum(finding.kind in LINE_KINDS for finding in mended.because.values())
    is_dump = furniture >= max(DUMP_LINES, DUMP_SHARE * len(numbers))
    cuts = []
    for place, (number, line) in enumerate(zip(numbers, mended.lines, strict=True)):
        lines[number] = line or ""
        finding = mended.because.get(place)
        if finding is not None:
            lines[number] = article.lines[number] if is_dump and finding.kind in LINE_KINDS else ""
            cut = (finding.kind, finding.reason)
        elif line is None and repaired(article.lines[number]):
            kinds = (*mended.kinds.get(place, ()), "markup")
            cut = (kinds[0], "Nothing is left of the line when it is mended.")
        else:
            continue
        cuts.append(Cut(line=number, text=article.lines[number], reason=cut[0], evidence=cut[1]))
    return MendedArticle(
        article.model_copy(update={"text": "\n".join(lines)}),
        tuple(cuts),
        {numbers[place]: kinds for place, kinds in mended.kinds.items()},
    )


def taken_out(mended: MendedArticle, left: Article, cuts: Iterable[Cut]) -> tuple[Article, tuple[Cut, ...]]:
    """Take out the lines that are to go, where the cut left them standing.

    Args:
        mended: the article before the cut.
        left: what the cut left of it, one block a line.
        cuts: the lines that it cut.

    Returns:
        What is left then, and all lines that went, in their order.
    """
    gone = {cut.line: cut for cut in (*cuts, *mended.cuts)}
    to_go = {cut.line for cut in mended.cuts}
    cut_lines = {cut.line for cut in cuts}
    stood = [
        number
        for number, line in enumerate(mended.article.lines)
        if number not in cut_lines and line and repaired(line)
    ]
    blocks = left.text.split("\n") if left.text else []
    kept = [place for place, number in enumerate(stood) if number not in to_go]
    if len(kept) < len(stood):
        text = "\n".join(blocks[place] for place in kept)
        kinds = tuple(left.kinds[place] for place in kept) if left.kinds else ()
        left = left.model_copy(update={"text": text, "kinds": kinds})
    return left, tuple(gone[line] for line in sorted(gone))


def repairs_of(original: str, mended: MendedArticle, left: str, cuts: Iterable[Cut]) -> tuple[Repair, ...]:
    """The lines that stay and are not as they came in, each as it was and as it is, but for wider blanks.

    Args:
        original: the text as it came in.
        mended: the same after mending.
        left: what the cut left of that, one block a line.
        cuts: all lines that were taken out.
    """
    if mended.article.text == original and not needs_repair(original):
        return ()
    cut = {each.line for each in cuts}
    came = original.split("\n")
    stood = [
        number
        for number, line in enumerate(mended.article.lines)
        if number not in cut and line and repaired(line)
    ]
    return tuple(
        Repair(
            line=number,
            before=came[number],
            after=after,
            evidence=_what_was_mended(mended.kinds.get(number, ())),
        )
        for number, after in zip(stood, left.split("\n") if left else [], strict=True)
        if after.split() != came[number].split()
    )


def _is_mendable(finding: Finding) -> bool:
    kinds = (finding.kind in LINE_KINDS, finding.kind in MENDERS, finding.kind == "repeated_paragraphs")
    return any(kinds) and finding.span is not None and finding.accepted is None


def _what_was_mended(kinds: Sequence[str]) -> str:
    named = ", ".join(kind.replace("_", " ") for kind in kinds)
    return f"Mended: {named or 'encoding, entities, invisible or stray characters'}."


class _Reading:
    """A text, and what is asked of it for one finding after another."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = [match.span() for match in LINE.finditer(text) if match[0].strip()]
        self._starts = [start for start, _ in self.lines]
        self._closings: dict[str, tuple[int, int, int | None]] = {}  # tag -> looked from, to, and its end

        self.is_full_of_marks = False  # of so many that what stands beside one tells nothing
        self.lost: Mapping[Span, str] = {}  # marks of lost characters -> what stood there

        self.contact_words: Mapping[str, int] = {}  # of the sentences that say how to reach people

    def sentence(self, span: Span) -> Span:
        """The sentence around a span, in its line; the span itself, where it is too long to tell."""
        line = next((self.lines[number] for number in self.lines_of(span)), span)
        start, end = max(line[0], span[0] - LONGEST_SENTENCE), min(line[1], span[1] + LONGEST_SENTENCE)
        begins = [match.end() for match in SENTENCE.finditer(self.text, start, span[0])]
        ended = SENTENCE_END.search(self.text, span[1], end)
        if (not begins and start > line[0]) or (ended is None and end < line[1]):
            return span
        return (begins[-1] if begins else start, ended.end() if ended else end)

    def marks_of(self, findings: Iterable[tuple[Finding, Span]]) -> Iterator[Span]:
        """The marks of lost characters that findings name, each alone."""
        for finding, (start, end) in findings:
            if finding.kind == "replacement_chars":
                single = self.text[start:end].strip("\ufffd") == ""
                yield from ((at, at + 1) for at in range(start, end)) if single else ((start, end),)

    def lines_of(self, span: Span) -> Iterable[int]:
        """Numbers of the lines in which a span has characters."""
        first = max(0, bisect_right(self._starts, span[0]) - 1)
        last = bisect_left(self._starts, span[1])
        return (number for number in range(first, last) if self.lines[number][1] > span[0])

    def is_told_again(self, number: int) -> bool:
        """Whether a line is a picture whose words are the next line: the two lead to another story."""
        if number + 1 >= len(self.lines):
            return False
        this, after = (self.text[slice(*self.lines[place])].strip() for place in (number, number + 1))
        picture = PICTURE.fullmatch(this)
        return picture is not None and _words(picture[1]) == _words(after) != ()

    @cached_property
    def first_said(self) -> dict[tuple[str, ...], int]:
        """Words of a line -> where the first line of those words ends."""
        said: dict[tuple[str, ...], int] = {}
        for start, end in self.lines:
            said.setdefault(_words(self.text[start:end]), end)
        return said

    @cached_property
    def words(self) -> Counter[str]:
        """How often each word stands in it."""
        return Counter(_words(self.text))

    @cached_property
    def is_noisy(self) -> bool:
        """Whether it holds controls that no writer types."""
        return NOISE.search(self.text) is not None

    @cached_property
    def is_latin(self) -> bool:
        """Whether it has at least as many Latin letters as Cyrillic ones."""
        return len(LATIN.findall(self.text)) >= len(CYRILLIC.findall(self.text))

    def closing(self, tag: str, start: int) -> int | None:
        """Where a tag is closed in the line that it stands in, looked for from a place on."""
        begun, ended, found = self._closings.get(tag, (0, -1, None))
        if not begun <= start <= (ended if found is None else found):
            line_end = self.text.find("\n", start)
            ended = line_end if line_end >= 0 else len(self.text)
            match = re.compile(rf"</{tag}\s*>", re.IGNORECASE).search(self.text, start, ended)
            found = match.end() if match else None
            self._closings[tag] = (start, ended, found)
        return found


def _taken_out(read: _Reading, spans: Sequence[tuple[Finding, Span]]) -> dict[int, Finding]:
    """Lines that go whole, each with a finding that covers it."""
    taken: dict[int, Finding] = {}
    for finding, span in spans:
        if finding.kind in LINE_KINDS or _says_nothing(read, finding, span):
            for number in read.lines_of(span):
                start, end = read.lines[number]
                marked = read.text[max(start, span[0]) : min(end, span[1])]
                if marked.strip() and marked.strip() == read.text[start:end].strip():
                    taken.setdefault(number, finding)
                    if read.is_told_again(number):
                        taken.setdefault(number + 1, finding)
    going = sum(read.lines[number][1] - read.lines[number][0] for number in taken)
    return taken if going <= MOST_TAKEN_OUT * len(read.text) else {}


def _says_nothing(read: _Reading, finding: Finding, span: Span) -> bool:
    """Whether the marked words stand in the text before, are links and pictures, or head another story."""
    marked = read.text[slice(*span)]
    if finding.kind == "repeated_paragraphs":
        return read.first_said.get(_words(marked), span[0] + 1) <= span[0]
    if finding.kind != "markdown_remnants":
        return False
    here = Counter(_words(marked))
    telling = {word for word in here if len(word) >= TELLING_LETTERS}
    if not HEADING.fullmatch(marked.strip()):
        return True
    known = {word for word in telling if read.words[word] > here[word]}
    return len(telling) >= LEAST_TELLING and len(known) < KNOWN_SHARE * len(telling)


def _words(text: str) -> tuple[str, ...]:
    return tuple(WORD.findall(text.casefold()))


def _with_its_code(read: _Reading, span: Span) -> Span:
    """A tag with what is no text behind it, up to its end: code, the number of a note, an address."""
    noted = NOTE.match(read.text, span[0])
    if noted is not None and (
        noted.lastindex or MEASURE.search(read.text, max(0, span[0] - 4), span[0]) is None
    ):
        return noted.span()
    opening = CODE_TAG.fullmatch(read.text, *span)
    closing = read.closing(opening[1].lower(), span[1]) if opening else None
    return (span[0], closing) if closing is not None else span


def _with_its_contact(read: _Reading, span: Span) -> Span:
    """An address with the sentence that only says whose it is: none of its words is the story's."""
    sentence = read.sentence(span)
    said = {word for word in _words(read.text[slice(*sentence)]) if len(word) >= TELLING_LETTERS} - COMMON
    known = any(read.words[word] > read.contact_words[word] for word in said)
    return span if known or len(said) > MOST_CONTACT_WORDS else sentence


def _edited(text: str, line: Span, edits: Sequence[tuple[Span, str]]) -> str:
    """A line of the text with the edits (sorted) that lie in it; of two that overlap the first counts."""
    parts: list[str] = []
    position = line[0]
    for number in range(bisect_left(edits, ((line[0],),)), len(edits)):
        (start, end), instead = edits[number]
        if start > line[1]:
            break
        if position <= start and end <= line[1]:
            parts += [text[position:start], instead]
            position = end
    return "".join([*parts, text[position : line[1]]])


# ------------------------------------------------------------------------- what stands instead of a span


def _nothing(read: _Reading, span: Span) -> str:  # noqa: ARG001
    return ""


def _control(read: _Reading, span: Span) -> str:
    control = read.text[slice(*span)]
    meant = without_controls(control, read.is_noisy)
    told = len(meant) == 1 and meant != control and not read.is_full_of_marks
    return "" if told and is_stray(meant, read.text, *span) else meant


def _contact(read: _Reading, span: Span) -> str:
    """Nothing stands for a sentence; an address alone stays, for a reviewer to mask."""
    marked = read.text[slice(*span)]
    return "" if SAYING.search(marked) else marked


def _markup(read: _Reading, span: Span) -> str:
    """An entity is its character; a tag goes, and where it ended a line a blank parts the words."""
    text = read.text
    marked = text[slice(*span)]
    if CODE_TAG.match(marked) or NOTE.fullmatch(marked):
        return ""
    if ESCAPED_TAG.fullmatch(marked):
        marked = unescape(marked)
    if ENTITY.fullmatch(marked):
        stray = not read.is_full_of_marks and is_stray(repaired(marked), text, *span)
        return "" if stray else marked  # which `repaired` reads
    return " " if BREAKING_TAG.match(marked) else ""


def _lost(read: _Reading, span: Span) -> str:
    """What stood at marks for lost characters, where that is known."""
    if span in read.lost:
        return read.lost[span]
    return "".join(read.lost.get((at, at + 1), read.text[at]) for at in range(*span))


def _markdown(read: _Reading, span: Span) -> str:
    """The words of a link or a heading; a picture has none."""
    marked = LINK.sub(r"\1", PICTURE.sub("", read.text[slice(*span)]))
    heading = HEADING.fullmatch(marked.strip())
    return (heading[1] or heading[2]) if heading else marked


def _letters(read: _Reading, span: Span) -> str:
    """The word in the letters of the text's script, if each has its like there; else as it is."""
    word = read.text[slice(*span)]
    if STYLED.search(word):
        return unicodedata.normalize("NFKC", word)
    if read.is_latin:
        return _in_script(word, AS_LATIN, LATIN)
    return _in_script(word, AS_CYRILLIC, CYRILLIC)


def _in_script(word: str, likes: Mapping[int, int], script: re.Pattern[str]) -> str:
    mended = word.translate(likes)
    return mended if all(script.match(letter) for letter in mended) else word


MENDERS: Mapping[str, Callable[[_Reading, Span], str]] = MappingProxyType(
    {
        "bidi_controls": _nothing,
        "invisible_chars": _nothing,
        "nul_bytes": _nothing,
        "pii": _contact,
        "control_chars": _control,
        "html_remnants": _markup,
        "markdown_remnants": _markdown,
        "homoglyphs": _letters,
        "replacement_chars": _lost,
    }
)
