"""Story lines out of text dumps, beside simple rules and, with --peers, the tools that are installed.

KIT holds dumps.jsonl: {"id", "domain", "source", "lines": [...], "content": [bool...]} a line. Line F1 and
character
F1 are means over documents; `borders` is the share of documents whose first and last story line were both
found with nothing kept outside them.

On the dumps that the weights were fitted on these figures flatter Seedbed; `python -m benchmarks._fit_boilerplate`
prints them cross-validated by domain.
"""

from __future__ import annotations

import importlib.util
import json
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from dedupe.boilerplate import cut_boilerplate
from dedupe.boilerplate._engine import kernel
from dedupe.errors import InputFormatError
from dedupe.models import Article
from dedupe.settings import DedupeSettings

Keep = list[bool]


@dataclass(frozen=True)
class Dump:
    """One labelled document."""

    id: str
    domain: str
    source: str
    lines: list[str]
    content: Keep


def read_dumps(kit: Path) -> list[Dump]:
    """The documents of a kit."""
    with (kit / "dumps.jsonl").open(encoding="utf-8") as stream:
        rows = [json.loads(line) for line in stream if line.strip()]
    return [Dump(r["id"], r["domain"], r.get("source", "all"), r["lines"], r["content"]) for r in rows]


def figures_of(dump: Dump, keep: Keep) -> tuple[float, float, float]:
    """Line F1, character F1, and whether both borders are right."""
    f1 = []
    for weight in ([1] * len(keep), [len(line) for line in dump.lines]):
        hit = sum(w for w, true, kept in zip(weight, dump.content, keep, strict=True) if true and kept)
        sizes = sum(w * (true + kept) for w, true, kept in zip(weight, dump.content, keep, strict=True))
        f1.append(2 * hit / sizes if sizes else 0.0)
    at = [number for number, true in enumerate(dump.content) if true]
    kept_at = [number for number, kept in enumerate(keep) if kept]
    return f1[0], f1[1], float(bool(kept_at) and (at[0], at[-1]) == (kept_at[0], kept_at[-1]))


def seedbed(dumps: list[Dump]) -> list[Keep]:
    """What `cut_boilerplate` keeps of each document."""
    articles = (
        Article(id=dump.id, text="\n".join(dump.lines), url=f"https://{dump.domain}/{dump.id}")
        for dump in dumps
    )
    kept = []
    for dump, (_, cuts) in zip(dumps, cut_boilerplate(articles, DedupeSettings()), strict=True):
        gone = {cut.line for cut in cuts}
        kept.append([number not in gone for number in range(len(dump.lines))])
    return kept


def each(rule: Callable[[list[str]], Keep]) -> Callable[[list[Dump]], list[Keep]]:
    """A rule that judges one document at a time."""
    return lambda dumps: [rule(dump.lines) for dump in dumps]


def keep_all(lines: list[str]) -> Keep:
    """Everything."""
    return [True] * len(lines)


def long_lines(lines: list[str]) -> Keep:
    """Lines of 80 characters."""
    return [len(line) >= 80 for line in lines]


def c4_rule(lines: list[str]) -> Keep:
    """Five words and terminal punctuation: Raffel et al., JMLR 21, 2020."""
    return [
        line.rstrip().endswith((".", "!", "?", '"', "”", "’")) and len(line.split()) >= 5 for line in lines
    ]


def _as_page(lines: list[str]) -> str:
    from html import escape

    return "<html><body>" + "".join(f"<p>{escape(line)}</p>" for line in lines) + "</body></html>"


def _in_order(lines: list[str], found: Iterable[str]) -> Keep:
    """Which lines a tool's output holds, each used once, in order."""
    keep = [False] * len(lines)
    at = 0
    for text in found:
        for number in range(at, len(lines)):
            if lines[number].split() == text.split():
                keep[number] = True
                at = number + 1
                break
    return keep


def justext_rule(lines: list[str]) -> Keep:
    """JusText without a stop list, which it offers for unknown languages."""
    import justext

    paragraphs = justext.justext(_as_page(lines), frozenset(), stopwords_low=0, stopwords_high=0)
    return _in_order(lines, (part.text for part in paragraphs if not part.is_boilerplate))


def trafilatura_rule(lines: list[str]) -> Keep:
    """Trafilatura on the lines as paragraphs."""
    import trafilatura

    text = trafilatura.extract(_as_page(lines), include_comments=False) or ""
    return _in_order(lines, text.split("\n"))


RULES = {"keep all": keep_all, "80 characters": long_lines, "C4 line rule": c4_rule}
PEERS = {"justext": justext_rule, "trafilatura": trafilatura_rule}


def run(kit: Path | None, predictions: Path | None, peers: bool) -> dict[str, float]:
    """Print the table; return the figures of Seedbed as "<source> line F1", "... char F1", "... borders"."""
    if kit is None or not (kit / "dumps.jsonl").is_file():
        raise InputFormatError(
            f"{kit}: no dumps.jsonl there. Give the folder that holds it with --kit FOLDER."
        )
    dumps = read_dumps(kit)
    if predictions is not None:
        write_predictions(dumps, seedbed(dumps), predictions)
    tools: dict[str, Callable[[list[Dump]], list[Keep]]] = {"seedbed": seedbed}
    tools |= {name: each(rule) for name, rule in RULES.items()}
    if peers:
        tools |= {name: each(rule) for name, rule in PEERS.items() if importlib.util.find_spec(name)}
    sources = sorted({dump.source for dump in dumps})
    print(f"{'':15}" + "".join(f"{source:>8}: line  char  borders" for source in sources) + "   MB/s")
    figures: dict[str, float] = {}
    speeds: dict[str, float] = {}
    for name, tool in tools.items():
        row, seconds = measured(tool, dumps, sources)
        speeds[name] = megabytes(dumps) / seconds
        cells = "".join(f"{'':9}{line:.3f} {char:.3f} {ends:.3f}   " for line, char, ends in row.values())
        print(f"{name:15}{cells}{speeds[name]:8.1f}")
        if name == "seedbed":
            for source, triple in row.items():
                for figure, value in zip(("line F1", "char F1", "borders"), triple, strict=True):
                    figures[f"{source} {figure}"] = round(value, 4)
    stories = [story_of(dump) for dump in dumps]
    _, seconds = measured(seedbed, stories, sources)
    print(f"seedbed takes {megabytes(stories) / seconds:.1f} MB/s where nothing but the story is left")
    if kernel is not None:
        for name in ("C4 line rule", "justext"):
            if name in speeds:
                figures[f"speed over {name}"] = round(speeds["seedbed"] / speeds[name], 3)
    return figures


def megabytes(dumps: list[Dump]) -> float:
    """Size of the dumps' lines in UTF-8."""
    return sum(len(line.encode()) + 1 for dump in dumps for line in dump.lines) / 1e6


def story_of(dump: Dump) -> Dump:
    """The dump without its furniture."""
    lines = [line for line, story in zip(dump.lines, dump.content, strict=True) if story]
    return Dump(dump.id, dump.domain, dump.source, lines, [True] * len(lines))


def measured(
    tool: Callable[[list[Dump]], list[Keep]], dumps: list[Dump], sources: list[str]
) -> tuple[dict[str, tuple[float, float, float]], float]:
    """Mean figures a source, and the processor seconds it took, from lines to lines; loading the tool is apart."""
    tool(dumps[:1])
    begin = time.process_time()
    kept = tool(dumps)
    seconds = time.process_time() - begin
    row = {}
    for source in sources:
        parts = [figures_of(d, keep) for d, keep in zip(dumps, kept, strict=True) if d.source == source]
        line, char, ends = (statistics.fmean(column) for column in zip(*parts, strict=True))
        row[source] = (line, char, ends)
    return row, seconds


def write_predictions(dumps: list[Dump], kept: list[Keep], path: Path) -> None:
    """One line a document: {"id", "keep": [bool...]}."""
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        for dump, keep in zip(dumps, kept, strict=True):
            stream.write(json.dumps({"id": dump.id, "keep": keep}) + "\n")
