"""What a page asks of those who fetch it, and which of it this crawl honours.

Robots meta tags and `X-Robots-Tag` headers give directives for all or for one agent (`googlebot: noindex`,
https://developers.google.com/search/docs/crawling-indexing/robots-meta-tag; `noai` is later).
The TDM Reservation Protocol (W3C community group report, 2024) reserves text and data mining by a file of
the site (`crawler.reservations`), a header or a meta tag, `tdm-reservation: 1`; the later of these stands.
All are recorded with the article; the settings say which of them change what the crawl does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from scrapy.settings import BaseSettings

from crawler.reservations import is_hinted
from dedupe.errors import SettingsError

__all__ = ["HONOURABLE", "RESERVED", "FileAsked", "RightsPolicy", "directives", "superseded"]

# Directives that a crawl can honour: follow no link; keep no copy of the page; keep no article of it.
NOFOLLOW, NOARCHIVE = "nofollow", "noarchive"
RESERVED = "tdm-reservation=1"
REFUSALS = ("noindex", "noai", RESERVED)
HONOURABLE = (NOFOLLOW, NOARCHIVE, *REFUSALS)

RECORDED = frozenset(
    {"noindex", NOFOLLOW, NOARCHIVE, "nosnippet", "nocache", "noai", "noimageai", "noml", "noimageindex"}
)
# Directives with a value of their own; anything else before a colon is the name of an agent.
VALUED = ("unavailable_after", "max-snippet", "max-image-preview", "max-video-preview")
FileAsked = Literal["always", "hinted", "never"]
AGENT = re.compile(r"^\s*([\w*-]+)\s*:\s*(.*)$", re.DOTALL)


def directives(text: str, agent: str = "") -> set[str]:
    """The directives of one header or meta tag; those for another agent carry its name (`googlebot:noindex`).

    Args:
        text: "noindex, nofollow", "googlebot: noindex", "none".
        agent: whom a meta tag speaks to; "": all.
    """
    found: set[str] = set()
    for part in text.lower().split(","):
        named = AGENT.match(part)
        if named and named[1] not in VALUED:
            agent, part = ("" if named[1] == "*" else named[1]), named[2]
        words = {word for word in part.split() if word in RECORDED}
        if "none" in part.split():
            words |= {"noindex", NOFOLLOW}
        found |= {f"{agent}:{word}" if agent else word for word in words}
    return found


def superseded(earlier: Iterable[str], later: Iterable[str]) -> frozenset[str]:
    """The signals of two places, where the later one's `name=value` stands for that of the earlier one.

    TDMRep, "Processing priority": a header goes before the site's file, and a meta tag before both; what a
    later place does not mention stays.
    """
    said = set(later)
    names = {signal.partition("=")[0] for signal in said}
    return frozenset(said | {signal for signal in earlier if signal.partition("=")[0] not in names})


@dataclass(frozen=True, slots=True)
class RightsPolicy:
    """Whose directives concern this crawl, and which of them it honours.

    Args:
        agent: the product token of our user agent, in lower case.
        honoured: some of HONOURABLE.
        file: where a site is asked for its reservation file.
    """

    agent: str
    honoured: frozenset[str]
    file: FileAsked = "hinted"

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> RightsPolicy:
        """The policy that the settings ask for.

        Raises:
            SettingsError: SEEDBED_HONOURED names what cannot be honoured, or SEEDBED_TDM_FILE what there is
                not.
        """
        honoured = frozenset(settings.getlist("SEEDBED_HONOURED"))
        if unknown := sorted(honoured - set(HONOURABLE)):
            raise SettingsError(
                f"SEEDBED_HONOURED: {unknown[0]}: there is no such directive. "
                f"There are: {', '.join(HONOURABLE)}."
            )
        file, choices = settings.get("SEEDBED_TDM_FILE", "hinted"), get_args(FileAsked)
        if file not in choices:
            raise SettingsError(
                f"SEEDBED_TDM_FILE: {file}: there is no such choice. There are: {', '.join(choices)}."
            )
        return cls(re.split(r"[/\s]", settings["USER_AGENT"])[0].lower(), honoured, file)

    def asks_for_file(self, robots: bytes) -> bool:
        """Whether a site with such a robots.txt is asked for its file; each one is where that is honoured."""
        if self.file == "hinted":
            return RESERVED in self.honoured or is_hinted(robots)
        return self.file == "always"

    def signals(self, headers: Mapping[str, str], on_page: Iterable[str]) -> frozenset[str]:
        """What a page says, in its headers and itself; what speaks to us by name, as if to all.

        Args:
            headers: names in lower case; of several X-Robots-Tag headers one stands in each line.
            on_page: signals of its meta tags.
        """
        found: set[str] = set()
        for line in headers.get("x-robots-tag", "").split("\n"):
            found |= directives(line)
        if (reservation := headers.get("tdm-reservation", "").strip()) in ("0", "1"):
            found.add(f"tdm-reservation={reservation}")
        if policy := headers.get("tdm-policy", "").strip():
            found.add(f"tdm-policy={policy}")
        return frozenset(signal.removeprefix(f"{self.agent}:") for signal in superseded(found, on_page))

    def honours(self, directive: str, signals: Iterable[str]) -> bool:
        """Whether a page gives a directive that this crawl honours."""
        return directive in self.honoured and directive in signals

    def refusal(self, signals: Iterable[str]) -> str | None:
        """The directive by which a page keeps its article from us; None: none that is honoured."""
        return next((directive for directive in REFUSALS if self.honours(directive, signals)), None)
