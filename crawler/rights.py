"""What a page asks of those who fetch it, and which of it this crawl honours.

Robots meta tags and `X-Robots-Tag` headers give directives for all or for one agent (`googlebot: noindex`,
https://developers.google.com/search/docs/crawling-indexing/robots-meta-tag; `noai` is later).
The TDM Reservation Protocol (W3C community group report, 2024) reserves text and data mining by a header or a
meta tag, `tdm-reservation: 1`. All are recorded with the article; the settings say which of them change what
the crawl does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scrapy.settings import BaseSettings

from dedupe.errors import SettingsError

__all__ = ["HONOURABLE", "RightsPolicy", "directives"]

# Directives that a crawl can honour: follow no link; keep no copy of the page; keep no article of it.
NOFOLLOW, NOARCHIVE = "nofollow", "noarchive"
REFUSALS = ("noindex", "noai", "tdm-reservation=1")
HONOURABLE = (NOFOLLOW, NOARCHIVE, *REFUSALS)

RECORDED = frozenset(
    {"noindex", NOFOLLOW, NOARCHIVE, "nosnippet", "nocache", "noai", "noimageai", "noml", "noimageindex"}
)
# Directives with a value of their own; anything else before a colon is the name of an agent.
VALUED = ("unavailable_after", "max-snippet", "max-image-preview", "max-video-preview")
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


@dataclass(frozen=True, slots=True)
class RightsPolicy:
    """Whose directives concern this crawl, and which of them it honours.

    Args:
        agent: the product token of our user agent, in lower case.
        honoured: some of HONOURABLE.
    """

    agent: str
    honoured: frozenset[str]

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> RightsPolicy:
        """The policy that the settings ask for.

        Raises:
            SettingsError: SEEDBED_HONOURED names what cannot be honoured.
        """
        honoured = frozenset(settings.getlist("SEEDBED_HONOURED"))
        if unknown := sorted(honoured - set(HONOURABLE)):
            raise SettingsError(
                f"SEEDBED_HONOURED: {unknown[0]}: there is no such directive. "
                f"There are: {', '.join(HONOURABLE)}."
            )
        return cls(re.split(r"[/\s]", settings["USER_AGENT"])[0].lower(), honoured)

    def signals(self, headers: Mapping[str, str], on_page: Iterable[str]) -> frozenset[str]:
        """What a page says, in its headers and itself; what speaks to us by name, as if to all.

        Args:
            headers: names in lower case; of several X-Robots-Tag headers one stands in each line.
            on_page: signals of its meta tags.
        """
        found = set(on_page)
        for line in headers.get("x-robots-tag", "").split("\n"):
            found |= directives(line)
        if headers.get("tdm-reservation", "").strip() == "1":
            found.add("tdm-reservation=1")
        if policy := headers.get("tdm-policy", "").strip():
            found.add(f"tdm-policy={policy}")
        return frozenset(signal.removeprefix(f"{self.agent}:") for signal in found)

    def honours(self, directive: str, signals: Iterable[str]) -> bool:
        """Whether a page gives a directive that this crawl honours."""
        return directive in self.honoured and directive in signals

    def refusal(self, signals: Iterable[str]) -> str | None:
        """The directive by which a page keeps its article from us; None: none that is honoured."""
        return next((directive for directive in REFUSALS if self.honours(directive, signals)), None)
