"""Code, style sheets, JSON or bytes that were taken for text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from dedupe.models import Article, Severity
from dedupe.quality.characters import MARKUP
from dedupe.quality.checks.html_remnants import REMNANT, without_remnants
from dedupe.quality.problem import Problem
from dedupe.quality.reading import Line, reading_of
from dedupe.quality.registry import check
from dedupe.quality.sought import AnyOf, Sought
from dedupe.settings import QualitySettings

__all__ = ["MachineGarbage", "code_in", "is_code"]

# What code, style sheets and data have and prose has not.
CODE = (
    re.compile(r"[\w$\])]\.\w+\([^)]{0,200}\)"),  # a.b(c)
    re.compile(r"\b(?:function|var|let|const|return|window|document|typeof|null|undefined)\b[\s.(\[{=;]"),
    re.compile(r"[{;,]\s*[\w-]+\s*:\s*[^;{}\s][^;{}]{0,60}(?=[;}])"),  # property: value;
    re.compile(r"\"[\w@$:-]+\"\s*:\s*[\"\[{\d]|\"[\w@$:-]+\"\s*:\s*(?:true|false|null)"),  # "key": value
    re.compile(r"[)\]}]\s*[;{]|[{(]\s*[{(\['\"]|=>|[!=]==?\s|&&|\|\|"),
    re.compile(r"@(?:media|import|font-face|keyframes)\b"),
    re.compile(r"</?\w+(?::\w+)?(?:\s+\w+(?::\w+)?=\"[^\"]*\")*\s*/?>"),
)
BINARY = Sought(
    r"%PDF-\d|\bendobj\b|\bendstream\b|\bxref\b|\x89PNG|JFIF|PK\x03\x04|<\?(?:xml|php|=)|<rss\b|<feed\b|data:[a-z]+/[a-z+.-]+;base64,"
)
SELECTOR = r"[.#@]?[\w-]+(?:[\s>,:]{1,3}[.#@]?[\w-]+|\.[\w-]+){0,5}\s?"  # of a style sheet
# What programs print where they fail, and short pieces of code, as whole lines.
PRINTED = AnyOf(
    (
        Sought(r"^(?:Uncaught\s)?[A-Z]\w{2,20}Error:\s.+$"),
        Sought(r"^(?:\[object\s\w+\]|undefined|NaN|Traceback\s\(most\srecent\scall\slast\):)$"),
        Sought(
            r"^(?:PHP\s)?(?:Warning|Notice|Fatal\serror|Deprecated|Parse\serror):\s.+\b(?:on\sline\s\d+|\.php\b).*$"
        ),
        Sought(
            r"^(?:SELECT\s.+\sFROM\s.+|INSERT\sINTO\s.+|export\s(?:default|const)\s.+|import\s.+\sfrom\s['\"].+)$"
        ),
        Sought(r"^\w+=[^&=\s]+(?:&\w+=[^&=\s]*)+$"),
        Sought(r"^(?:[a-z]+(?:-[a-z]+){0,3}\s?:\s?[^:;{}]{1,80};\s?){2,}$"),
        Sought(rf"^{SELECTOR}\{{[^{{}}]{{0,300}}\}}(?:\s?{SELECTOR}\{{[^{{}}]{{0,300}}\}})*$"),
        Sought(r"^https?://\S+\.(?:js|css|woff2?|svg|json)(?:\?\S*)?$"),
        # Statements, alone or the pieces of a longer one.
        Sought(r"^[\w$.]{2,80}\(.*\);$"),
        Sought(r"^[\w$.\[\]\"']{2,80}\s?=\s?\S.*;$"),
        Sought(r"^(?:var|let|const)\s[\w${},\s]{1,80}=.*$"),
        Sought(r"^(?:for|if|else|while|function|try|switch|async)\b[\w\s]{0,40}[({].*[;{}]$"),
        Sought(r"^return\b.*[&|(){}=\[\]].*;$"),
        Sought(r"^(?:console|window|document|jQuery|\$|googletag|dataLayer|module)[.(\[].*[;{()\]},]$"),
        Sought(r"^[{}()\[\],;]*[{}][{}()\[\],;]*$"),
        Sought(r"^\"[\w@$:-]{1,60}\"\s?:\s?(?:[\"\[{\d-]|true|false|null).*[,\"\]}\d]$"),
        Sought(r"^(?:/\*.*\*/|//\s?(?:[a-z<]|\Z).*)$"),
        Sought(r"^[$#]\{[\w.]{1,60}\}$"),
        Sought(r"^--[\w-]{2,60}:\s?[^;]{1,80};$"),
        # Where programs failed, and what servers say to one another.
        Sought(r"^(?:at\s[\w$.<>]{1,120}\s?\(.*:\d+\)|File\s\"[^\"]{1,200}\",\sline\s\d+.*)$"),
        Sought(r"^(?:[a-z]\w*\.){1,8}[A-Z]\w*(?:Exception|Error)\b.*$"),
        Sought(r"^[A-Z]\w{2,40}Exception(?::.*)?$"),
        Sought(
            r"^(?:HTTP/\d.*|(?:GET|POST|PUT|HEAD|OPTIONS)\s\S+\sHTTP/\d.*|ERR_[A-Z_]{4,60}|SQLSTATE\[.*)$"
        ),
        Sought(
            r"^(?:Content-(?:Type|Length|Encoding|Security-Policy)|Set-Cookie|Cache-Control|User-Agent"
            r"|Access-Control-[\w-]+|Strict-Transport-Security):\s.*$"
        ),
        Sought(
            r"^(?:WEBVTT|[\d:.,]{9,12}\s-->\s[\d:.,]{9,12}.*|-{2,5}\s?(?:BEGIN|END)\s[A-Z ]{3,40}-{2,5})$"
        ),
    )
)
ANY = AnyOf((REMNANT, BINARY, *PRINTED.of))  # of which a line that is code has one, or its marks, or a blob
LEAST_BLOB = 48  # characters
BLOB = re.compile(rf"[A-Za-z0-9+/=_-]{{{LEAST_BLOB},}}")
# Marks of code among all characters: prose has under 0.02, minified code over 0.06.
MARKS = re.compile(f"[{MARKUP}]")
LEAST_MARKS = 0.06
LEAST_SIGNS = 3
LEAST_LINE = 40  # characters
WHOLE = 0.5  # share of the document's characters


@check
class MachineGarbage:
    """Finds lines with several sorts of signs that only machines write, and many of their marks."""

    name = "machine_garbage"
    title = "Code or data in the text"
    reason = "Scripts, style sheets and data add words that nobody wrote as news."
    remedy = "Take the text out of the page anew; leave it out where nothing else is there."

    def __call__(self, article: Article, settings: QualitySettings) -> Iterator[Problem]:
        """One problem a line; one on the document where most of it is such lines."""
        found = code_in(article.text)
        share = sum(len(line.text) for line in found) / max(1, len(article.text.strip()))
        if share >= WHOLE:
            yield Problem(Severity.UNUSABLE, f"{share:.0%} of its characters are code or data.")
            return
        for line in found:
            yield Problem(Severity.DISTORTING, f"The line is code or data ({line.words} words).", line.span)


@lru_cache(maxsize=8)
def code_in(text: str) -> tuple[Line, ...]:
    """The lines of a text that were written for a machine."""
    reading = reading_of(text)
    facts = reading.facts
    if facts.text.longest >= LEAST_BLOB or facts.text.densest >= 1000 * LEAST_MARKS:
        return tuple(line for line in reading.lines if is_code(line))
    if not ANY.may_match(reading):
        return ()
    return tuple(line for place in facts.places_of(ANY.bits) if is_code(line := facts.line(place)))


def is_code(line: Line) -> bool:
    """Whether a line was written for a machine."""
    text = line.text
    if BINARY.search(line) or PRINTED.search(line):
        return True
    if len(text) < LEAST_LINE:
        return False
    if line.longest >= LEAST_BLOB:
        blob = BLOB.search(text)
        if blob and len(blob[0]) > len(text) / 2 and "/" not in blob[0][:10]:
            return True
    if line.marks / len(text) < LEAST_MARKS and not (line.marks and REMNANT.may_match(line)):
        return False
    text = without_remnants(text)  # tags in prose are markup, not code
    if len(text) < LEAST_LINE:
        return False
    if len(MARKS.findall(text)) / len(text) < LEAST_MARKS:
        return False
    return sum(min(3, len(pattern.findall(text))) for pattern in CODE) >= LEAST_SIGNS
