"""Documents whose publisher reserved text and data mining."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dedupe.models import Severity, Verdict
from dedupe.quality.folder import CorpusFile
from dedupe.quality.problem import Problem
from dedupe.quality.registry import file_check
from dedupe.settings import QualitySettings

__all__ = ["RightsReserved"]

# What a page or its server says: robots meta noai, the TDM Reservation Protocol, robots.txt, a licence.
RESERVED = re.compile(
    r"\bnoai\b|\bnoimageai\b|\bnoml\b|tdm-?reservation\W{0,3}1|tdm-reserved|robots\W{0,3}disallow|disallow|"
    r"all.rights.reserved|no\s(?:text|tdm|data|ai)\b",
    re.IGNORECASE,
)


@file_check
class RightsReserved:
    """Reads the signals that the page sent: `noai`, a TDM reservation, a licence.

    W3C TDM Reservation Protocol, 2024; article 4(3) of Directive (EU) 2019/790.
    """

    name = "rights_reserved"
    title = "Rights reserved"
    reason = "Who owns the text has said that programs may not mine it."
    remedy = "Leave it out, or ask for leave."

    def __call__(self, file: CorpusFile, settings: QualitySettings) -> Iterator[Problem]:
        """One problem a document."""
        signals = [
            signal for signal in (file.listing.rights if file.listing else ()) if RESERVED.search(signal)
        ]
        if signals:
            yield Problem(
                Severity.DISTORTING,
                f"The page says: {', '.join(signals)}.",
                action=Verdict.DROP,
                about=" ".join(signals),
            )
