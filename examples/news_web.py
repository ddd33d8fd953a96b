"""The sites and stories of the example as read from `web/*.toml`."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

KIND_OF_EVENT = {"brenna-star": "original", "lady-osmund": "related_event", None: "noise"}
LINK = re.compile(r"\[([^\]]+)\]\(([^)]+)\)")  # [words](key of a story, or an address)


@dataclass(frozen=True)
class Page:
    """One answer of a site."""

    address: str
    content: str | bytes
    content_type: str = "text/html; charset=utf-8"
    charset: str = "utf-8"

    @property
    def body(self) -> bytes:
        """The bytes on the wire."""
        return self.content if isinstance(self.content, bytes) else self.content.encode(self.charset)


@dataclass(frozen=True)
class Block:
    """One paragraph or heading, with its links still marked."""

    source: str

    @property
    def is_heading(self) -> bool:
        """Whether it stands over the paragraphs that follow."""
        return self.source.startswith("## ")

    @property
    def marked(self) -> str:
        """The words with `[words](target)` links."""
        return self.source.removeprefix("## ")

    @property
    def text(self) -> str:
        """The words alone."""
        return LINK.sub(r"\1", self.marked)


@dataclass(frozen=True)
class Site:
    """One outlet."""

    name: str
    host: str
    template: str
    language: str
    address: str
    sections: tuple[str, ...]
    charset: str
    page_size: int
    robots: str
    listed: bool
    soft_404s: tuple[str, ...]

    @property
    def root(self) -> str:
        """Scheme and host."""
        return f"https://{self.host}"


@dataclass(frozen=True)
class Story:
    """One article page of a site."""

    key: str
    site: Site
    url: str
    title: str
    section: str
    published: datetime
    blocks: tuple[Block, ...]
    standfirst: str
    authors: tuple[str, ...]
    image: str
    credit: str
    note: str
    kind: str
    event: str | None
    copy_of: str | None
    allowed: bool
    number: int

    @property
    def text(self) -> str:
        """The whole text on one line, for summaries."""
        return " ".join(block.text for block in self.blocks)


@dataclass(frozen=True)
class Web:
    """All sites and all their stories."""

    sites: tuple[Site, ...]
    stories: dict[str, Story]

    def story(self, key: str) -> Story:
        """The story of a key; KeyError if there is none."""
        return self.stories[key]

    def of(self, site: Site) -> list[Story]:
        """The stories a site lists, newest first."""
        mine = [story for story in self.stories.values() if story.site is site and story.allowed]
        return sorted(mine, key=lambda story: (story.published, story.key), reverse=True)


def read_web(folder: Path) -> Web:
    """Read every site's file; a copy takes its blocks from the story it copies."""
    tables = [
        tomllib.loads(path.read_text(encoding="utf-8"))
        for path in sorted(folder.glob("*.toml"))
        if path.name != "seeds.toml"
    ]
    sources = {spec["key"]: spec for table in tables for spec in table["stories"]}
    sites: list[Site] = []
    stories: dict[str, Story] = {}
    for table in tables:
        site = _site(table)
        sites.append(site)
        for number, spec in enumerate(table["stories"]):
            stories[spec["key"]] = _story(spec, site, 4100 + 3 * number, sources)
    return Web(tuple(sites), stories)


def _site(table: dict[str, Any]) -> Site:
    root = f"https://{table['host']}"
    return Site(
        name=table["name"],
        host=table["host"],
        template=table["template"],
        language=table["language"],
        address=table["address"],
        sections=tuple(table["sections"]),
        charset=table.get("charset", "utf-8"),
        page_size=table.get("page_size", 20),
        robots=table.get("robots", ""),
        listed=table.get("listed", True),
        soft_404s=tuple(root + path for path in table.get("soft_404s", ())),
    )


def _story(spec: dict[str, Any], site: Site, number: int, sources: dict[str, dict[str, Any]]) -> Story:
    published = datetime.fromisoformat(spec["published"])
    path = spec.get("path") or site.address.format(
        year=f"{published:%Y}",
        month=f"{published:%m}",
        day=f"{published:%d}",
        slug=spec["slug"],
        number=number,
        section_slug=slug_of(spec["section"]),
        section_number=site.sections.index(spec["section"]) + 1,
    )
    return Story(
        key=spec["key"],
        site=site,
        url=site.root + path,
        title=spec["title"],
        section=spec["section"],
        published=published,
        blocks=_blocks(spec, sources),
        standfirst=spec.get("standfirst", ""),
        authors=tuple(spec.get("authors", ())),
        image=spec.get("image", ""),
        credit=spec.get("credit", ""),
        note=spec.get("note", ""),
        kind=spec.get("kind") or KIND_OF_EVENT[spec.get("event")],
        event=spec.get("event"),
        copy_of=spec.get("copy_of"),
        allowed=spec.get("allowed", True),
        number=number,
    )


def _blocks(spec: dict[str, Any], sources: dict[str, dict[str, Any]]) -> tuple[Block, ...]:
    """Own text, or lead, the kept paragraphs of the copied story, and what follows."""
    if "text" in spec:
        own = _split(spec["text"])
        return (Block(spec.get("dateline", "") + own[0].source), *own[1:])
    source = sources[spec["copy_of"]]
    copied = _split(source["text"])
    if "keep" not in spec and "lead" not in spec:
        copied = [Block(source.get("dateline", "") + copied[0].source), *copied[1:]]
    kept = [copied[place] for place in spec.get("keep", range(len(copied)))]
    return (*_split(spec.get("lead", "")), *kept, *_split(spec.get("after", "")))


def _split(text: str) -> list[Block]:
    return [Block(part.strip()) for part in text.split("\n\n") if part.strip()]


def slug_of(name: str) -> str:
    """`World of Sport` -> `world-of-sport`."""
    return name.lower().replace(" ", "-")
