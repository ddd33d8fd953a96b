"""Hostile folders of seeds, manifests, articles and databases, and texts that act where they are shown."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.faults import _run
from benchmarks.faults.kit import Kit
from benchmarks.faults.row import Row

__all__ = ["rows"]

GOOD = 5
MOST_SECONDS, MOST_MIB = 10, 1024
# Folders whose sixth file is a seed like the others, or many of them; there nothing is refused.
NO_FAULT = (
    "bom-crlf",
    "dup-number",
    "dup-text",
    "injected-tags",
    "many-files",
    "unreadable",
    "symlink-dir-loop",
    "symlink-loop",
)


def rows(kit: Kit, workdir: Path) -> Iterator[Row]:
    """Clean each folder of seeds, read each manifest and database, and look at what is written of acting texts."""
    hostile = workdir / "hostile"
    kit.make_hostile(hostile, "seeds", "manifest", "sqlite")
    for path in sorted((hostile / "seeds").iterdir()):
        yield _folder(path, workdir)
    yield from _manifests(hostile, workdir)
    yield from _databases(hostile, workdir)
    yield from _acting(kit, hostile, workdir)


def _limits(ended: _run.Ended, most_seconds: float = MOST_SECONDS) -> Iterator[str]:
    if ended.crashed:
        yield f"crashed: {(ended.said.strip().splitlines() or [''])[-1][:100]}"
    if ended.seconds > most_seconds:
        yield f"{ended.seconds:.0f} s"
    if ended.mib > MOST_MIB:
        yield f"{ended.mib} MiB"


def _folder(folder: Path, workdir: Path) -> Row:
    """Are the five good seeds in the corpus, and is the bad one named?"""
    name, out = folder.name, workdir / "cleaned" / folder.name
    ended = _run.run(_run.dedupe("clean", folder, "-o", out), workdir / "seeds.log", 120)
    texts = {path.read_text("utf-8").strip() for path in out.glob("[0-9]*.txt")}
    good = [
        (folder / f"{number:03d}_{number * 7919:016x}.txt").read_text("utf-8").strip()
        for number in range(GOOD)
    ]
    bad = [path.name for path in folder.glob("*") if path.name.startswith(("005_", "a.", "b.", "--"))]
    removed = (out / "removed.jsonl").read_text("utf-8") if (out / "removed.jsonl").exists() else ""
    refused = any(name.isascii() and name.isprintable() and name in ended.said + removed for name in bad)
    odd = any(not (name.isascii() and name.isprintable()) for name in bad) and "left out" in ended.said
    problems = [
        *_limits(ended, MOST_SECONDS if name != "many-files" else 60),
        *(f"good seed {number} is missing" for number, text in enumerate(good) if text not in texts),
        *(
            []
            if name in NO_FAULT or refused or odd or f'"{5:016x}"' in removed or ended.said.count("000_")
            else ["not named"]
        ),
        *(
            ["two seeds of one number are not told"]
            if name == "dup-number" and "have the number" not in ended.said
            else []
        ),
        *(["what stands outside was read"] if any("root:x:0" in text for text in texts) else []),
    ]
    expected = "the five good seeds are read, the bad one is named"
    return Row(
        f"seeds: {name}",
        expected,
        "; ".join(problems) or f"{ended.seconds:.1f} s, {ended.mib} MiB",
        not problems,
    )


def _manifests(hostile: Path, workdir: Path) -> Iterator[Row]:
    """The kit's manifests over a good corpus, each fault put into a line of ours."""
    corpus = workdir / "corpus"
    _run.run(_run.dedupe("clean", hostile / "seeds" / "dup-text", "-o", corpus), workdir / "manifest.log")
    lines = (corpus / "manifest.jsonl").read_bytes().splitlines(keepends=True)
    for path in sorted((hostile / "manifest").iterdir()):
        folder = workdir / "manifests" / path.stem
        shutil.copytree(corpus, folder)
        (folder / "manifest.jsonl").write_bytes(_with_fault(path.read_bytes(), lines))
        report = _run.run(_run.dedupe("report", folder), workdir / "manifest.log", 120)
        gate = _run.run(_run.dedupe("check", folder), workdir / "manifest-check.log", 120)
        again = _run.run(
            _run.dedupe("clean", hostile / "seeds" / "dup-text", "-o", folder),
            workdir / "manifest-clean.log",
            120,
        )
        seen = f"report {report.code}, check {gate.code}, clean {again.code}"
        problems = [
            *_limits(report), *_limits(gate), *_limits(again),
            *(["the gate lets it through"] if gate.code == 0 else []),
            *(f"/tmp/{each.name}" for each in Path("/tmp").glob("fk7q-*") if "xxe" not in each.name),
        ]  # fmt: skip
        yield Row(
            f"manifest: {path.stem}",
            "refused with the place; nothing outside is read or written",
            "; ".join(problems) or seen,
            not problems,
        )


def _with_fault(data: bytes, lines: list[bytes]) -> bytes:
    """Our manifest with what is wrong in the kit's; that as it stands where it is no table of rows."""
    try:
        table: Any = json.loads(data)
        faulty = list(table["rows"])
        names = {row["file"] for row in faulty}
    except (ValueError, RecursionError, TypeError, KeyError):
        return lines[0] + data.replace(b"\n", b" ") + b"\n"
    usual = {"url": "http://a.test/{}", "title": "t{}"}
    ours: list[dict[str, Any]] = [json.loads(line) for line in lines[:3]]
    if len(names) < len(faulty):
        ours[1]["file"] = ours[0]["file"]
    for number, (row, mine) in enumerate(zip(faulty, ours, strict=False)):
        if row["n"] != number:
            mine["file"] = f"{row['n']!s:0>3}_{mine['id']}.txt"
        if row["file"] != f"{number:03d}_{number:016x}.txt":
            mine["file"] = row["file"]
        mine |= {
            key: row[key] for key, value in usual.items() if key in row and row[key] != value.format(number)
        }
    return "".join(json.dumps(mine) + "\n" for mine in ours).encode()


def _databases(hostile: Path, workdir: Path) -> Iterator[Row]:
    """A frontier that is none of ours, or ours with the kit's kinds of damage: refused, and nothing cut for it."""
    whole = workdir / "frontier"
    _run.run(_run.crawl(whole), workdir / "crawl.log")
    [made] = whole.glob("crawls/*")
    good = (hostile / "sqlite" / "good.db").read_bytes()
    data = (made / "frontier.sqlite").read_bytes()
    articles = (made / "articles.jsonl").read_bytes()
    broken = {
        path.stem: path.read_bytes()
        for path in sorted((hostile / "sqlite").glob("*.db"))
        if path.stem != "good"
    }
    damaged = {
        "another's": good,
        **broken,
        "ours, truncated": data[: len(data) // 2],
        "ours, flipped": data[:9000] + bytes(byte ^ 0xFF for byte in data[9000:14000]) + data[14000:],
        "ours, without header": bytes(100) + data[100:],
        "ours, zero tail": data[:-8192] + bytes(8192),
    }
    for name, content in damaged.items():
        (made / "frontier.sqlite").write_bytes(content)
        ended = _run.run(_run.crawl(whole), workdir / "crawl.log")
        problems = [
            *(["crashed"] if ended.crashed else []),
            *(["exit code 0"] if ended.code == 0 else []),
            *(["not named"] if "frontier.sqlite" not in ended.said else []),
            *(["articles were cut"] if (made / "articles.jsonl").read_bytes() != articles else []),
        ]
        yield Row(
            f"frontier: {name}",
            "refused by name; no other file is cut for it",
            "; ".join(problems) or f"exit code {ended.code}",
            not problems,
        )


def _acting(kit: Kit, hostile: Path, workdir: Path) -> Iterator[Row]:
    """Articles whose titles, authors, publishers, addresses and texts act: in files, on the terminal, in logs."""
    strings = json.loads((hostile / "strings.json").read_text())
    body = next((hostile / "seeds" / "dup-text").glob("000_*")).read_text("utf-8")
    source, out = workdir / "acting.jsonl", workdir / "acting"
    with source.open("w", encoding="utf-8") as file:
        for number, (name, text) in enumerate(strings.items()):
            words = " ".join(f"w{number}x{word}" for word in body.split())
            record = {
                "id": f"{name}{text}"[:3000] or "none",
                "text": f"{words}\n{text}\n{words[::2]}",
                "url": f"https://a.test/{number}?{text}"[:3000],
            }
            file.write(
                json.dumps(record | {"title": text, "publisher": text, "authors": [text], "section": text})
                + "\n"
            )
        file.write("not JSON \x1b[2J\u202e\n")
    logs = workdir / "acting-logs"
    logs.mkdir(exist_ok=True)
    for command in (
        ("clean", source, "-o", out), ("report", out), ("check", out), ("explain", out, "000"), ("explain", out, "000", "001"),
        ("duplicates", source, "-o", out.with_suffix(".jsonl")), ("boilerplate", source, "-o", out.with_suffix(".cut.jsonl")),
    ):  # fmt: skip
        ended = _run.run(_run.dedupe(*command), logs / f"{command[0]}{len(command)}.log")
        problems = list(_limits(ended, 60))
        yield Row(
            f"acting texts: {command[0]}",
            "no crash",
            "; ".join(problems) or f"exit code {ended.code}",
            not problems,
        )
    checked = _run.run(kit.tool("check_output.py", out, logs), workdir / "acting.log")
    found = [line for line in checked.said.splitlines() if line != "clean"]
    yield Row(
        f"acting texts: {len(strings)} of them in report, files and logs",
        "none acts",
        "; ".join(found[:3]) or "none",
        not found,
    )
