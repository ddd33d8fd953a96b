"""What a check says of a text, before it is known which document it speaks of."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from dedupe.models import Finding, Severity, Span, Verdict

__all__ = ["Problem", "as_finding"]

# What each severity asks for, unless the check knows better.
ACTIONS = {
    Severity.COSMETIC: Verdict.KEEP,
    Severity.DISTORTING: Verdict.REVIEW,
    Severity.UNUSABLE: Verdict.DROP,
}

DIGEST_LENGTH = 10  # hexadecimal digits: a document's findings of one kind are few
QUOTE_LENGTH = 120  # characters of a quote: a line of a report


@dataclass(frozen=True)
class Problem:
    """One quality problem in one place of one text."""

    severity: Severity
    reason: str  # one plain sentence with the measure and its limit
    span: Span | None = None  # characters of the text; None: the whole document
    kind: str | None = None  # None: the name of the check
    action: Verdict | None = None  # None: as the severity asks
    quote: str | None = None  # None: the text in the span
    # What else it hangs on, where that is not in the text: the other document, the field. Parts findings.
    about: str = ""

    def quoted(self, text: str) -> str:
        """The text in the span on one line, shortened in its middle."""
        if self.quote is not None:
            return self.quote
        if self.span is None:
            return ""
        quote = " ".join(text[self.span[0] : self.span[1]].split(" ")).replace("\n", " ⏎ ")
        half = QUOTE_LENGTH // 2
        return quote if len(quote) <= QUOTE_LENGTH else f"{quote[:half]} … {quote[-half:]}"


def as_finding(
    problem: Problem, *, check: str, file: str, stem: str, text: str, seen: dict[str, int]
) -> Finding:
    """Name the document, the check and the place.

    Args:
        problem: what the check said.
        check: name of the check.
        file: name of the document's file, else its article id.
        stem: what the finding's id begins with: the article id.
        text: what the span counts in.
        seen: how many findings there were of each file and name; a further one is numbered.
    """
    kind = problem.kind or check
    name = f"{stem}:{kind}:{_digest(problem, text)}"
    seen[file + name] += 1
    return Finding(
        id=name if seen[file + name] == 1 else f"{name}-{seen[file + name]}",
        file=file,
        kind=kind,
        severity=problem.severity,
        span=problem.span,
        quote=problem.quoted(text),
        reason=problem.reason,
        check=check,
        action=problem.action or ACTIONS[problem.severity],
    )


def _digest(problem: Problem, text: str) -> str:
    """Names what a finding is about, wherever it stands: a decision on it holds until that changes.

    It is made of the marked words and of what else the problem hangs on. A finding on the whole document
    marks all of its words.
    """
    marked = text[slice(*problem.span)] if problem.span else ""
    told = "\0".join([(marked or text).rstrip("\n"), problem.about])
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:DIGEST_LENGTH]
