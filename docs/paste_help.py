"""Fill the generated parts of the docs from the code that they describe.

    python docs/paste_help.py          # writes them
    python docs/paste_help.py --check  # exit code 1 if one is out of date

A part stands between `<!-- generated: NAME -->` and `<!-- end -->`.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from pydantic import BaseModel
from pydantic.fields import FieldInfo

ROOT = Path(__file__).parents[1]
PART = re.compile(r"<!-- generated: (\w+) -->\n.*?<!-- end -->", re.DOTALL)
FILES = [ROOT / "docs" / name for name in ("cli.md", "file_formats.md", "reading_the_report.md")]
SUBCOMMAND = re.compile(r"^    (\w+) ", re.MULTILINE)  # a line of `dedupe --help`
GROUP = re.compile(r"((?:^# .*\n)+)((?:^[A-Z_]+ = .*\n)+)", re.MULTILINE)
SETTING = re.compile(r"^(SEEDBED_\w+) = (.+)$", re.MULTILINE)


def renewed(text: str) -> str:
    """The text with every generated part as it should be."""
    return PART.sub(lambda part: f"<!-- generated: {part[1]} -->\n{PARTS[part[1]]()}\n<!-- end -->", text)


def main() -> int:
    """Write the parts, or with --check say which files are out of date."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit code 1 if a part is out of date"
    )
    check: bool = parser.parse_args().check
    stale = [
        path
        for path in FILES
        if renewed(path.read_text(encoding="utf-8")) != path.read_text(encoding="utf-8")
    ]
    for path in stale:
        print(f"{path.relative_to(ROOT)}: {'is out of date' if check else 'renewed'}")
        if not check:
            path.write_bytes(renewed(path.read_text(encoding="utf-8")).encode("utf-8"))
    return int(check and bool(stale))


# ------------------------------------------------------------------------------------------- the parts


def arguments() -> str:
    """The `-a` arguments."""
    from crawler.asked import Arguments

    rows = [f"| `{name}` | {cell(field.description)} |" for name, field in Arguments.model_fields.items()]
    return "\n".join(["| argument | what it is |", "|---|---|", *rows])


def crawl_settings() -> str:
    """Our switches; the comment above a group of lines is each one's."""
    rows = []
    for group in GROUP.findall((ROOT / "crawler" / "settings.py").read_text(encoding="utf-8")):
        words = " ".join(line.removeprefix("# ") for line in group[0].splitlines())
        rows += [
            f"| `{name}` | `{cell(value)}` | {cell(words)} |"
            for name, value in SETTING.findall(group[1])
            if not value.startswith(("{", "str("))
        ]
    return "\n".join(["| setting | default | what it is |", "|---|---|---|", *rows])


def dedupe() -> str:
    """`--help` of the command and of each of its subcommands."""
    overview = help_text([])
    names = [[], *([name] for name in SUBCOMMAND.findall(overview))]
    return "\n\n".join(
        f"### `{' '.join(['dedupe', *name])}`\n\n```text\n{help_text(name)}\n```" for name in names
    )


def help_text(name: list[str]) -> str:
    """What `dedupe NAME --help` prints, 100 columns wide."""
    done = subprocess.run(
        [sys.executable, "-m", "dedupe", *name, "--help"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "100", "PYTHONUTF8": "1"},
    )
    return done.stdout.strip()


def cleaning_settings() -> str:
    """Each table of the TOML file with its values."""
    from dedupe.settings import DedupeSettings

    return "\n\n".join(tables(DedupeSettings, ""))


def tables(model: type[BaseModel], path: str) -> Iterator[str]:
    """One table for a group of settings, then those of the groups in it."""
    groups = {
        name: field.annotation
        for name, field in model.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
    }
    rows = [
        f"| `{name}` | `{cell(default_of(field))}` | {cell(field.description)} |"
        for name, field in model.model_fields.items()
        if name not in groups
    ]
    if rows:
        title = f"### `[{path}]`\n\n" if path else ""
        yield title + "\n".join(["| name | default | what it is |", "|---|---|---|", *rows])
    for name, group in groups.items():
        yield from tables(group, f"{path}.{name}".lstrip("."))


def default_of(field: FieldInfo) -> str:
    """A default as TOML would write it."""
    value = field.get_default(call_default_factory=True)
    if isinstance(value, bool):
        return str(value).lower()
    return {(): "[]", None: "none"}.get(value, str(value)) if not isinstance(value, dict) else "{}"


def fields_of(name: str) -> Callable[[], str]:
    """The table of a record's fields."""

    def table() -> str:
        from dedupe import models
        from dedupe.report.model import DocumentLine

        model: type[BaseModel] = DocumentLine if name == "DocumentLine" else getattr(models, name)
        schema = model.model_json_schema()
        rows = [
            f"| `{field}` | {cell(type_of(schema['properties'][field], schema))} | {cell(info.description)} |"
            for field, info in model.model_fields.items()
        ]
        return "\n".join(["| field | type | what it is |", "|---|---|---|", *rows])

    return table


def type_of(part: dict[str, object], schema: dict[str, object]) -> str:
    """A JSON schema's type in a few words."""
    if "$ref" in part:
        target = schema["$defs"][str(part["$ref"]).rsplit("/", 1)[1]]  # type: ignore[index]
        values = target.get("enum")
        return " or ".join(f"`{value}`" for value in values) if values else str(target["title"])
    if "anyOf" in part:
        return " or ".join(type_of(option, schema) for option in part["anyOf"])  # type: ignore[attr-defined]
    if part.get("type") == "array":
        items = part.get("items") or {}
        return f"list of {type_of(items, schema)}" if items else "list"  # type: ignore[arg-type]
    return {"date-time": "time (ISO 8601)"}.get(str(part.get("format")), str(part.get("type", "any")))


def cell(text: object) -> str:
    """A value as a cell of a table."""
    return str(text or "").replace("\n", " ").replace("|", "\\|")


def checks() -> str:
    """Each check with what its problem does to an analysis, and what to do."""
    from dedupe.quality import about_checks

    rows = [
        f"| `{about.name}` | {cell(about.title)} | {cell(about.reason)} {cell(about.remedy)} |"
        for about in about_checks()
    ]
    return "\n".join(["| check | finds | why it matters, what to do |", "|---|---|---|", *rows])


PARTS: dict[str, Callable[[], str]] = {
    "arguments": arguments,
    "checks": checks,
    "crawl_settings": crawl_settings,
    "dedupe": dedupe,
    "cleaning_settings": cleaning_settings,
    **{
        name: fields_of(name)
        for name in ("Article", "ManifestRecord", "RemovedRecord", "Finding", "Decision", "DocumentLine")
    },
}


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    raise SystemExit(main())
