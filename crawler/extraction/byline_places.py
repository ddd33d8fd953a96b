"""Where a byline may stand: near the headline, and at the edges of the story."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from crawler.extraction.blocks import Outline
from crawler.extraction.cues import Cue

__all__ = ["BylinePlaces"]

# A byline stands this close to the headline or an edge of the story. Blocks.
AFTER_HEADLINE, BEFORE_STORY, BEFORE_HEADLINE, AFTER_STORY = 10, 10, 4, 8
AFTER_FIRST: Final = 4  # a byline may stand behind the standfirst
# A stamp that speaks against declarations stands so close behind the headline, or before it. Blocks.
CLOSE_AFTER, CLOSE_BEFORE = 6, 2
# A line of names alone says who wrote a story so close to its edges. Blocks.
BESIDE_STORY: Final = 2
_ELSEWHERE: Final = int(Cue.COMMENTS | Cue.RELATED | Cue.FOOTER | Cue.CAPTION | Cue.NAVIGATION | Cue.CONSENT)
# Names of boxes that hold an article's byline too: its own footer, a bar of links beside it.
_BESIDE: Final = int(Cue.FOOTER | Cue.RELATED)


@dataclass(frozen=True, slots=True)
class BylinePlaces:
    """The blocks near headline and story, and what their boxes are named."""

    near: tuple[int, ...]  # indices of blocks, likeliest first
    headline: int  # index of the block that shows the title; -1: none
    first: int  # of the story's blocks
    last: int
    around: int  # cues of the boxes that headline and story stand in: what is named so holds the article

    @classmethod
    def of(cls, page: Outline, headline: int, story: tuple[int, ...]) -> Self:
        """Likeliest first: after the headline, before the story, before the headline, at the story's end."""
        first, last = (story[0], story[-1]) if story else (headline, headline)
        places = [
            *(range(headline + 1, headline + 1 + AFTER_HEADLINE) if headline >= 0 else ()),
            *range(first, first - BEFORE_STORY, -1),
            *(range(headline - 1, headline - 1 - BEFORE_HEADLINE, -1) if headline >= 0 else ()),
            *range(first, first + AFTER_FIRST),
            *range(last, last + AFTER_STORY),
        ]
        near = [
            place for place in dict.fromkeys(places) if 0 <= place < len(page.blocks) and place != headline
        ]
        around = 0
        for place in {headline, first} & {*range(len(page.blocks))}:
            around |= page.boxes[page.blocks[place].box].cues
        return cls(tuple(near), headline, first, last, around)

    def is_close(self, block: int) -> bool:
        """Whether a block stands right at the headline."""
        at = block - self.headline
        return self.headline >= 0 and -CLOSE_BEFORE <= at <= CLOSE_AFTER and block < self.last

    def is_at_story(self, block: int) -> bool:
        """Whether a block stands at an edge of the story."""
        return min(abs(block - self.first), abs(block - self.last)) <= BESIDE_STORY

    def is_at_end(self, block: int) -> bool:
        """Whether a block is the story's last, or follows it at once."""
        return 0 <= block - self.last <= 1

    def elsewhere(self, page: Outline, block: int) -> int:
        """The cues by which a block belongs to something beside the article; 0: it does not."""
        cues = page.near_cues(page.blocks[block].box) & _ELSEWHERE & ~self.around
        # no story follows a page's footer: what stands before it is the article's own
        return cues & ~_BESIDE if block < self.last and block in self.near else cues
