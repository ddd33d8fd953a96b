"""Addresses and numbers of people."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dedupe.models import Article, Severity
from dedupe.quality.problem import Problem
from dedupe.quality.reading import reading_of
from dedupe.quality.registry import check
from dedupe.quality.sought import Sought
from dedupe.settings import QualitySettings

__all__ = ["PersonalData"]

EMAIL = Sought(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,24}(?![\w-])")
PHONE = re.compile(
    r"(?<![\w.,/:€$£-])(?:\+\d{1,3}[\s./()-]{0,2}(?:\d[\s./()-]{0,2}){6,12}\d|\(0?\d{2,5}\)\s?\d{2,5}[\s./-]?\d{2,6}(?:[\s.-]\d{1,6})?|"
    r"\d{3}[-.]\d{3,4}[-.]\d{4}|\d{3}-\d{4}-\d{4}|\d{3}-\d{4}(?!\d)|0\d{2,4}[\s/-]\d{3,4}[\s-]?\d{3,5})(?![\w-])"
)
# What a number can be made of; its shape is for PHONE to say. Digits that begin one are named (ASCII, Arabic,
# Persian, Indian): to look for any digit of Unicode takes three times as long.
RUN = re.compile(r"[+(0-9٠-٩۰-۹०-९][\d\s./()-]{5,}")
FEWEST_DIGITS = 6
YEARS = re.compile(r"(?:1[5-9]|20)\d\d\D(?:1[5-9]|20)\d\d|\d{3}-\d{4}")
# A number is a telephone's where the text says so, or where it is written in the international way.
CALL = re.compile(
    r"phone|reach|call|tel|fax|mobil|handy|whatsapp|contact|hotline|ruf|appel|llam|chiam|ligue|\bphone|тел|電話|电话|@",
    re.IGNORECASE,
)
AROUND = 60  # characters before a number that may say what it is
# Mailboxes of an office are no personal data.
OFFICE = re.compile(
    r"^(?:info|contact|kontakt|press|presse|media|news|newsroom|redaktion|editor(?:s|ial)?|letters?|support|service|help|hello|mail|office|tips?|privacy|"
    r"webmaster|noreply|no-reply|subscri\w*|abo|feedback|corrections?|advertis\w*|sales|admin|stories)@",
    re.IGNORECASE,
)


@check
class PersonalData:
    """Finds mail addresses and telephone numbers; quotes of them are masked."""

    name = "pii"
    title = "Personal data"
    reason = "A corpus that is passed on passes on how to reach people who did not ask for it."
    remedy = "The repair takes out sentences that say nothing else; mask the rest before you pass it on."

    def __call__(self, article: Article, settings: QualitySettings) -> Iterator[Problem]:
        """One problem a place, its quote masked."""
        text = article.text
        reading = reading_of(text)
        lines = reading.facts.columns
        spans = [
            (lines.start[place] + match.start(), lines.start[place] + match.end())
            for place in (reading.facts.places_of(EMAIL.bit) if EMAIL.may_match(reading) else ())
            for match in EMAIL.pattern.finditer(lines.text[place])
            if not OFFICE.match(match[0])
        ]
        for match in _numbers(text) if reading.facts.text.digits >= FEWEST_DIGITS else ():
            around = text[max(0, match.start() - AROUND) : match.start()]
            if match[0].startswith("+") or (CALL.search(around) and not YEARS.fullmatch(match[0])):
                spans.append(match.span())
        for start, end in sorted(spans):
            yield Problem(
                Severity.COSMETIC,
                "It tells how to reach a person.",
                (start, end),
                quote=masked(text[start:end]),
            )


def _numbers(text: str) -> Iterator[re.Match[str]]:
    """What `PHONE.finditer` yields, tried only where enough digits stand together."""
    end = 0
    for run in RUN.finditer(text):
        if sum(map(str.isdigit, run[0])) < FEWEST_DIGITS:
            continue
        for place in range(run.start(), run.end()):
            if place >= end and not text[place].isspace() and (match := PHONE.match(text, place)):
                end = match.end()
                yield match


def masked(text: str) -> str:
    """The first character and stars: enough to find the place, too little to use."""
    return text[:1] + "".join("*" if character.isalnum() else character for character in text[1:])
