"""Page furniture that was left in the text, one check a kind; they share one reading of the lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dedupe.models import Article, Severity
from dedupe.quality.furniture import furniture_in
from dedupe.quality.problem import Problem
from dedupe.quality.registry import register_check
from dedupe.settings import QualitySettings

__all__ = ["FurnitureCheck"]

FEW = 2  # lines of a kind; up to here they are cosmetic


@dataclass(frozen=True)
class FurnitureCheck:
    """Finds the lines of one kind of page furniture."""

    name: str
    title: str
    says: str  # what such a line does, for the finding
    reason: str = "The page's own words are counted as the story's, in every document of the site."
    remedy: str = "Clean the corpus again; it cuts what belongs to the page."

    def __call__(self, article: Article, settings: QualitySettings) -> Iterator[Problem]:
        """One problem a line."""
        all_found = furniture_in(article.text)
        if not all_found:
            return
        found = [line for kind, line in all_found if kind == self.name]
        severity = Severity.COSMETIC if len(found) <= FEW else Severity.DISTORTING
        for line in found:
            yield Problem(severity, f"The line {self.says}.", line.span)


for each in (
    FurnitureCheck("nav_lines", "Menu lines", "is a label of a menu or a button"),
    FurnitureCheck("newsletter_cta", "Newsletter and follow lines", "asks the reader to subscribe or follow"),
    FurnitureCheck("cookie_consent", "Consent notices", "asks for consent to cookies or to foreign content"),
    FurnitureCheck("caption_lines", "Picture captions", "describes or credits a picture"),
    FurnitureCheck("related_links", "Links to other stories", "points to another story"),
    FurnitureCheck("comments_block", "Readers' comments", "belongs to the readers' comments"),
):
    register_check(each)
