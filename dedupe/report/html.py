"""`report.json` for people: one page that works offline, without scripts, and lets no text act in it."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import timedelta
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from dedupe.models import Finding
from dedupe.report.diff import side_by_side
from dedupe.report.groups import MOST_SHOWN
from dedupe.report.model import ClusterFacts, DocumentFacts, MemberFacts, Report
from dedupe.report.part import totals_of
from dedupe.report.words import counted, title_of
from dedupe.terminal import UNSEEN

__all__ = ["render"]

# Shown whole; what there is beyond is listed, or said to be in the files. 500 documents stay under 400 kB.
MOST_SITES = 14
MOST_LISTED = 120
MOST_MEMBERS = 12  # rows of a group
MOST_AT_EASE = 400  # documents; beyond, each row says less: 500 stay under 400 kB, 5,000 under 2 MB
SEVERITIES = {1: "cosmetic", 2: "to review", 3: "not usable"}
DAY_MINUTES = 24 * 60
NUMBER = re.compile(r"(?:\d+/)?(\d{3,})_")


def render(report: Report) -> str:
    """The page, from the report alone."""
    style, script = _packaged("report.css"), _packaged("report.js")
    labels = _labels(report)
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            report=report,
            totals=totals_of(report),
            documents=report.documents,
            coverage=report.coverage,
            labels=labels,
            left=_left_after(report),
            kept=[place for place, document in enumerate(report.documents) if document.kept],
            style=Markup(style),  # noqa: S704
            script=Markup(script),  # noqa: S704
            style_hash=_hash(style),
            script_hash=_hash(script),
            severities=SEVERITIES,
            sites=report.furniture,
            most_clusters=MOST_SHOWN,
            most_sites=MOST_SITES,
            most_listed=MOST_LISTED,
            compact=len(report.documents) > MOST_AT_EASE,
        )
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("dedupe.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "seen": seen,
        "title": title_of,
        "percent": percent,
        "day": day,
        "behind": behind,
        "first_members": first_members,
        "safe_url": safe_url,
        "code": code,
        "lane": lane,
        "room": room,
        "rows": side_by_side,
        "number": lambda value: f"{value:,}",
    }
    environment.globals |= {"counted": counted, "severity_of": severity_of, "by_kind": by_kind}
    return environment


def _packaged(name: str) -> str:
    return (files("dedupe.report") / "templates" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """What a Content-Security-Policy names an inline style or script by."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _labels(report: Report) -> list[str]:
    """What each document is called on the page: its file's number, or r1, r2, ... for those left out."""
    labels: list[str] = []
    gone = 0
    for document in report.documents:
        number = NUMBER.match(document.name) if document.kept else None
        gone += not document.kept
        labels.append(number[1] if number else document.name[:24] if document.kept else f"r{gone}")
    return labels


def _left_after(report: Report) -> dict[str, str]:
    """Step of the cleaning -> the filter that shows the documents it left: all but those that went so far."""
    filters: dict[str, str] = {}
    gone: list[str] = []
    for step in report.funnel.steps:
        if step.name == "came_in" or filters:
            gone += [loss.reason for loss in step.losses if loss.documents]
            filters[step.name] = f"not={','.join(dict.fromkeys(gone))}" if gone else ""
    return filters | {"kept": "state=kept"}


def seen(text: str | None) -> Markup:
    """Escape a text and draw what nobody would see in it."""
    drawn = UNSEEN.sub(lambda match: f"\ue000{ord(match[0]):04X}\ue001", text or "")
    return Markup(  # noqa: S704
        str(escape(drawn)).replace("\ue000", '<i class="u">U+').replace("\ue001", "</i>")
    )


def room(text: str, most: int) -> str:
    """The beginning of a text, whole words where it has any, that takes at most so many bytes."""
    text = " ".join(text.split())
    if len(text.encode()) <= most:
        return text
    short = text.encode()[: most - 3].decode("utf-8", errors="ignore")
    return f"{short.rsplit(' ', 1)[0] if ' ' in short[most // 2 :] else short}…"


def code(text: str) -> Markup:
    """Escape a sentence of ours and set what stands in backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704


def percent(share: float) -> str:
    """`37 %`; what is not nothing is not shown as nothing."""
    if 0 < share < 0.01:
        return "<1 %"
    return f"{share * 100:.0f} %"


def day(published: str | None) -> str:
    """Day and time of publication as people read them."""
    return (published or "no date").replace("T", " ")


def behind(minutes: int | None, document: DocumentFacts) -> str:
    """How long after the first of its cluster a document was published."""
    if minutes is None:
        return "no date"
    timed = "T" in (document.published or "")
    if minutes == 0 and timed:
        return "first"
    span = timedelta(minutes=minutes)
    if not timed or span.days >= 2:
        return f"+{counted(span.days, 'day')}" if span.days else "same day"
    hours, rest = divmod(minutes, 60)
    return f"+{hours} h {rest:02d} min" if hours else f"+{rest} min"


def first_members(cluster: ClusterFacts) -> tuple[list[MemberFacts], list[MemberFacts]]:
    """The members of a group that have a row, the kept one always among them, and the others."""
    shown = list(cluster.members[:MOST_MEMBERS])
    if all(member.document != cluster.kept for member in shown):
        shown[-1] = next(member for member in cluster.members if member.document == cluster.kept)
    return shown, [member for member in cluster.members if member not in shown]


def lane(member: MemberFacts, cluster: ClusterFacts, document: DocumentFacts) -> tuple[float, float] | None:
    """Where a member stands between the first and the last of its group, in percent: from and to.

    A day without its hour takes the whole day. None: it has no date, or all were published at once.
    """
    last = max((each.behind_minutes or 0 for each in cluster.members), default=0)
    if member.behind_minutes is None or not last:
        return None
    end = 100 * member.behind_minutes / last
    timed = "T" in (document.published or "")
    return (end, end) if timed else (max(0.0, end - 100 * (DAY_MINUTES - 1) / last), end)


def safe_url(url: str | None) -> str | None:
    """An address a click may open; None: it would not lead to the web."""
    return url if url and re.match(r"https?://[^\s\"'<>]+$", url) and not UNSEEN.search(url) else None


def by_kind(document: DocumentFacts) -> list[list[Finding]]:
    """The findings of a document, those of a kind together, the gravest kinds first."""
    kinds: dict[str, list[Finding]] = {}
    for finding in sorted(document.findings, key=lambda each: -each.severity):
        kinds.setdefault(finding.kind, []).append(finding)
    return list(kinds.values())


def severity_of(document: DocumentFacts) -> dict[str, int]:
    """Kind of finding -> its severity in a document."""
    return {finding.kind: int(finding.severity) for finding in document.findings}
