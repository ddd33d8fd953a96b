"""Characters that nobody sees and that split words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dedupe.models import Article, Severity
from dedupe.quality.characters import Sign
from dedupe.quality.problem import Problem
from dedupe.quality.reading import Reading, Wants, reading_of
from dedupe.quality.registry import check
from dedupe.settings import QualitySettings

__all__ = ["InvisibleCharacters"]

# Zero-width spaces and joiners, word joiner, soft hyphen, inner BOM, tag characters, fillers.
INVISIBLE = re.compile(
    r"(?<!^)\ufeff+|[\u00ad\u180e\u200b\u2060-\u2064\u3164\uffa0\u115f\u1160\U000e0000-\U000e007f]+|[\u200c\u200d]+"
)
# Joiners shape letters in these scripts, and hold emoji together.
JOINING_SCRIPTS = ("arabic", "indic", "southeast_asian")
EMOJI_JOINT = re.compile(r"[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f]")
# A zero-width space marks where a line may break in scripts without spaces.
BREAKING_SCRIPTS = ("southeast_asian", "han", "kana")
FLAG_TAGS = re.compile(r"\U0001f3f4[\U000e0020-\U000e007f]+")
HALVES = frozenset("ÂÃÄÅÐÑЂ")  # what the first half of a letter is read as in the wrong encoding
MANY = 20  # places


@check
class InvisibleCharacters:
    """Finds zero-width characters and soft hyphens, but not where a script or an emoji needs them."""

    name = "invisible_chars"
    title = "Invisible characters"
    reason = "They split words unseen: a search for the word does not find it."
    remedy = "Take them out."
    wants = Wants(signs=Sign.INVISIBLE)

    def __call__(self, article: Article, settings: QualitySettings) -> Iterator[Problem]:
        """One problem a place."""
        text, reading = article.text, reading_of(article.text)
        spans = [match.span() for match in INVISIBLE.finditer(text) if not _belongs(match, reading)]
        if text.startswith("\ufeff"):  # the marks of the file's encoding: `bom` names them
            spans = [span for span in spans if text[slice(*span)].strip("\ufeff")]
        for span in spans:
            yield Problem(
                Severity.DISTORTING if len(spans) >= MANY else Severity.COSMETIC,
                f"{len(spans)} place(s) hold characters that are not seen.",
                span,
                quote=" ".join(f"U+{ord(character):04X}" for character in text[slice(*span)][:8]),
            )


def _belongs(match: re.Match[str], reading: Reading) -> bool:
    text, (start, end) = reading.text, match.span()
    around = text[max(0, start - 1) : start] + text[end : end + 1]
    if match[0] == "\u00ad" and text[start - 1 : start] in HALVES:
        return True  # a part of a garbled letter: `mojibake` names it
    if match[0][0] in "\u200c\u200d":
        return reading.has_script(*JOINING_SCRIPTS) or EMOJI_JOINT.search(around) is not None
    if match[0] == "\u200b":
        return reading.has_script(*BREAKING_SCRIPTS)
    return any(flag.start() < start < flag.end() for flag in FLAG_TAGS.finditer(text, max(0, start - 1), end))
