"""Placeholder text of a template."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dedupe.models import Article, Severity
from dedupe.quality.problem import Problem
from dedupe.quality.reading import Line, Wants, reading_of
from dedupe.quality.registry import check
from dedupe.quality.sought import Sought
from dedupe.settings import QualitySettings

__all__ = ["LoremIpsum", "is_filler"]

# Words of the placeholder that are rare in every living language: of the texts that generators give out, and
# of the passage that these are made of (Cicero, "De finibus bonorum et malorum", 1.10.32 and 33).
FILLER = Sought(
    r"\b(?:lorem|ipsum|dolor|amet|consectetur|adipisc\w+|eiusmod|tempor|incididunt|labore|aliqu\w{1,3}|veniam|nostrud|"
    r"exercitation|ullamco|laboris|commodo|consequat|reprehenderit|voluptate|cillum|fugiat|pariatur|excepteur|"
    r"occaecat|cupidatat|proident|deserunt|mollit|laborum|vestibulum|pellentesque|curabitur|phasellus|suspendisse|"
    r"vivamus|praesent|maecenas|ullamcorper|malesuada|fermentum|bibendum|sollicitudin|elementum|habitant|morbi|"
    r"tristique|senectus|netus|turpis|egestas|tortor|feugiat|ultrici?es|eget|donec|semper|aenean|placerat|mauris|"
    r"suscipit|felis|porttitor|volutpat|posuere|blandit|accumsan|tincidunt|sapien|convallis|molestie|nibh|pulvinar|"
    r"faucibus|luctus|cubilia|proin|ligula|dapibus|tellus|rutrum|gravida|lectus|fringilla|iaculis|euismod|viverra|"
    r"interdum|sagittis|hendrerit|scelerisque|varius|vulputate|facilisis|mattis|sodales|augue|ornare|laoreet|"
    r"condimentum|congue|imperdiet|nullam|etiam|quisque|fusce|vehicula|dignissim|eleifend|lobortis|consectetuer|"
    r"consetetur|sadipscing|elitr|nonumy|eirmod|invidunt|aliquyam|voluptua|accusam|kasd|gubergren|takimata|"
    r"sanctus|perspiciatis|voluptat\w{1,5}|voluptas|accusantium|doloremque|laudantium|aperiam|inventore|"
    r"veritatis|architecto|beatae|explicabo|aspernatur|consequuntur|dolor\w{1,4}|ratione|nesciunt|quisquam|"
    r"quaerat|nostrum|exercitationem|ullam|corporis|laboriosam|molestia[ems]|accusamus|dignissimos|ducimus|"
    r"blanditiis|praesentium|deleniti|corrupti|excepturi|obcaecati|cupiditate|similique|mollitia|expedita|"
    r"distinctio|soluta|eligendi|cumque|impedit|placeat|possimus|assumenda|repellendus|temporibus|"
    r"quibusdam|officiis|debitis|necessitatibus|eveniet|repudiandae|recusandae|tenetur|sapiente|delectus|"
    r"reiciendis|maiores|perferendis|asperiores|repellat)\b",
    re.IGNORECASE,
)
LEAST_WORDS = 4
LEAST_SHARE = 0.2  # of a line's words
WHOLE = 0.5  # of the text


@check
class LoremIpsum:
    """Counts the placeholder's own words."""

    name = "lorem_ipsum"
    title = "Placeholder text"
    reason = "A template's filler is no news."
    remedy = "Leave the document out, or cut the paragraph."
    wants = Wants(expressions=FILLER.bit)

    def __call__(self, article: Article, settings: QualitySettings) -> Iterator[Problem]:
        """One problem a line; one on the document where most of it is filler."""
        facts = reading_of(article.text).facts
        found = [line for place in facts.places_of(FILLER.bit) if is_filler(line := facts.line(place))]
        share = sum(len(line.text) for line in found) / max(1, len(article.text))
        if share >= WHOLE:
            yield Problem(Severity.UNUSABLE, f"{share:.0%} of its characters are placeholder text.")
            return
        for line in found:
            yield Problem(Severity.DISTORTING, "The paragraph is placeholder text.", line.span)


def is_filler(line: Line) -> bool:
    """Whether a paragraph is placeholder text."""
    hits = sum(1 for _ in FILLER.finditer(line))
    return hits >= LEAST_WORDS and hits >= LEAST_SHARE * len(line.text.split())
