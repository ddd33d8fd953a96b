"""`dedupe clean | report | check | accept | leave-out | explain`, and the single steps, by command."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TypedDict

from pydantic import BaseModel

from dedupe import models
from dedupe.corpus import corpus_settings
from dedupe.errors import SeedbedError, SettingsError
from dedupe.files import check_not_in_use, run_lock, to_json, written_whole
from dedupe.inputs import Several, place_of, read_articles
from dedupe.progress import WholeRun, on_terminal
from dedupe.settings import DedupeSettings
from dedupe.terminal import as_line, make_logs_safe, say

__all__ = ["main"]

Command = Callable[[argparse.Namespace], int]


class _Given(TypedDict):
    """A decision's reason, days, reviewer and last day."""

    because: str
    days: int
    by: str | None
    until: date | None


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        The exit code: 0 done (`check`: clean), 1 not clean, 2 could not be done, 130 interrupted.
    """
    options = _parser().parse_args(arguments)
    make_logs_safe()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(message)s", stream=sys.stderr)
    command: Command = options.command
    try:
        return command(options)
    except SeedbedError as error:
        say(f"dedupe: {as_line(str(error))}", sys.stderr)
        return error.exit_code
    except BrokenPipeError:  # the reader (`| head`) has seen enough
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        print("dedupe: interrupted; every file is whole, run the same command to go on", file=sys.stderr)
        return 130


# ------------------------------------------------------------------------------------------ commands


def _clean(options: argparse.Namespace) -> int:
    check_not_in_use(options.out)  # told before the rest loads
    from dedupe.cleaning import SHARES, clean
    from dedupe.report.terminal import summary

    settings = _with_engine(_settings(options.settings, options.out), options)
    with WholeRun(SHARES) as progress:
        first, *others = options.input
        articles = Several((first, *others)) if others else first
        report = clean(
            articles,
            options.out,
            settings,
            against=options.against,
            cache=options.cache,
            progress=progress,
        )
    say(summary(report, options.out))
    return 0


def _duplicates(options: argparse.Namespace) -> int:
    settings = _with_engine(_settings(options.settings), options)
    if settings.engine.name == "spark":
        return _duplicates_on_spark(options, settings)
    clusters, given = _clusters(options, settings)
    _write_rows(options.out, _rows_of(clusters.clusters, given))
    if options.relations:
        _write_rows(options.relations, map(_relation_row, clusters.relations))
    if options.syndication:
        edges = (edge for edge in clusters.syndication if edge.carrier in given)
        _write_rows(options.syndication, (edge.model_dump(mode="json") for edge in edges))
    copies = sum(
        len(given.intersection(cluster.members)) - given.issuperset(cluster.members)
        for cluster in clusters.clusters
    )
    say(f"{len(given):,} documents, {len(clusters.clusters):,} clusters, {copies:,} copies: {options.out}")
    return 0


def _duplicates_on_spark(options: argparse.Namespace, settings: DedupeSettings) -> int:
    if options.index or options.against:
        raise SettingsError("--index and --against are read by one machine: leave out --engine spark.")
    from dedupe.engines.spark import SparkDuplicates, articles, by_id, spark_session

    documents, clusters = 0, 0

    def counted(found: Iterable[models.Cluster]) -> Iterator[models.Cluster]:
        nonlocal documents, clusters
        for cluster in found:
            documents += len(cluster.members)
            clusters += 1
            yield cluster

    with spark_session(settings.engine.master) as session:
        found = SparkDuplicates(by_id(articles(session, options.input)), settings.duplicates)
        _write_rows(options.out, _rows_of(counted(found.clusters())))
        if options.relations:
            _write_rows(options.relations, map(_relation_row, found.relations()))
        if options.syndication:
            _write_rows(options.syndication, (edge.model_dump(mode="json") for edge in found.syndication()))
    say(f"{documents:,} documents, {clusters:,} clusters, {documents - clusters:,} copies: {options.out}")
    return 0


def _rows_of(
    clusters: Iterable[models.Cluster], given: Container[str] | None = None
) -> Iterator[dict[str, str]]:
    """A row for each member; `given`: the ids that are asked for, None: all."""
    for cluster in clusters:
        for member in cluster.members:
            if given is None or member in given:
                yield {
                    "id": member,
                    "cluster": cluster.id,
                    "family": cluster.family,
                    "representative": cluster.representative,
                    "reason": cluster.reason,
                }


def _relation_row(relation: models.Relation) -> dict[str, object]:
    keys = {"a", "b", "relation", "similarity", "containment_a", "containment_b"}
    return relation.model_dump(mode="json", include=keys)


def _clusters(options: argparse.Namespace, settings: DedupeSettings) -> tuple[models.Clusters, set[str]]:
    """Clusters, of which documents of an index may be members, and the ids of the input."""
    articles = list(on_terminal(read_articles(options.input), "read"))
    given = {article.id for article in articles}
    folder = options.index or options.against
    if folder is None:
        from dedupe.duplicates import find_duplicates

        return find_duplicates(on_terminal(articles, "relate"), settings), given
    from dedupe.duplicates.against import find_duplicates_against
    from dedupe.duplicates.corpus_index import CorpusIndex

    index = CorpusIndex(folder, settings.duplicates, create=options.index is not None)
    clusters = find_duplicates_against(on_terminal(articles, "relate"), index, settings)
    if options.index is not None:
        index.add(on_terminal(articles, "add"))
    return clusters, given


def _index(options: argparse.Namespace) -> int:
    from dedupe.duplicates.corpus_index import CorpusIndex

    settings = _settings(options.settings).duplicates if options.rebuild else None
    index = CorpusIndex(options.folder, settings, rebuild=options.rebuild)
    if options.remove:
        print(f"{index.remove(options.remove)} documents taken out")
    if options.check:
        index.check()
    layout, segments = index.state.layout, index.state.segments
    size = sum((options.folder / entry.file).stat().st_size for entry in segments)
    say(
        f"{options.folder}: {len(index)} documents in {len(segments)} segments, {size / 1e6:.1f} MB; "
        f"signatures of {layout.slots} slots over {layout.shingle_words}-word shingles, "
        f"{layout.bands} bands of {layout.rows} rows; format {index.state.format}"
        + ("; every byte is as it was written" if options.check else "")
    )
    return 0


def _boilerplate(options: argparse.Namespace) -> int:
    settings = _settings(options.settings)
    from dedupe.boilerplate import cut_boilerplate

    documents, lines = 0, 0

    def rows() -> Iterator[dict[str, object]]:
        nonlocal documents, lines
        for article, cuts in cut_boilerplate(on_terminal(read_articles(options.input), "cut"), settings):
            documents += 1
            lines += len(cuts)
            cut = [{"line": cut.line, "text": cut.text, "reason": cut.reason} for cut in cuts]
            yield {"id": article.id, "text": article.text, "cut": cut}

    _write_rows(options.out, rows())
    say(f"{documents:,} documents, {lines:,} lines cut: {options.out}")
    return 0


def _report(options: argparse.Namespace) -> int:
    from dedupe.report import write_report
    from dedupe.report.terminal import summary

    report = write_report(options.corpus, _settings(options.settings, options.corpus))
    say(summary(report, options.corpus))
    return 0


def _documents(options: argparse.Namespace) -> int:
    from dedupe.report.lookup import Wanted, looked_up

    say(looked_up(options.corpus, Wanted(options.reason, options.finding, options.site), options.page))
    return 0


def _check(options: argparse.Namespace) -> int:
    from dedupe.gate import check

    results = [check(corpus) for corpus in options.corpora]
    for result in results:
        say("\n".join([result.sentence, *(f"  - {broken}" for broken in result.broken)]))
    return max(result.exit_code for result in results)


def _accept(options: argparse.Namespace) -> int:
    from dedupe.decisions import accept
    from dedupe.report import write_report
    from dedupe.report.terminal import summary

    settings = _settings(None, options.corpus)
    with run_lock(options.corpus, "dedupe accept"):
        decisions = accept(options.corpus, options.findings, **_decided(options, settings))
        report = write_report(options.corpus, settings)
    new = {decision.finding for decision in decisions}
    waiting = sum(facts.state == "waiting" and facts.decision.finding in new for facts in report.decisions)
    for decision in decisions:
        say(f"accepted {decision.finding} until {decision.until}: {decision.reason}")
    if waiting:
        say(f"         {waiting} of them left a document out; the next `dedupe clean` takes it up")
    say(summary(report, options.corpus))
    return 0


def _leave_out(options: argparse.Namespace) -> int:
    from dedupe.decisions import leave_out
    from dedupe.explain import document_called
    from dedupe.report import write_report
    from dedupe.report.terminal import summary

    settings = _settings(None, options.corpus)
    with run_lock(options.corpus, "dedupe leave-out"):
        named = [document_called(options.corpus, name) for name in options.documents]
        decisions = leave_out(options.corpus, named, **_decided(options, settings))
        report = write_report(options.corpus, settings)
    for decision in decisions:
        say(f"leaves out {decision.file} until {decision.until}; the next `dedupe clean` does it")
    say(summary(report, options.corpus))
    return 0


def _decided(options: argparse.Namespace, settings: DedupeSettings) -> _Given:
    """What every decision is given."""
    return _Given(
        because=options.because,
        days=settings.quality.gate.decision_days,
        by=options.by,
        until=options.until,
    )


def _export(options: argparse.Namespace) -> int:
    from dedupe.exports import export_corpus

    number = export_corpus(options.corpus, options.out)
    say(f"{number:,} documents: {options.out}")
    return 0


def _explain(options: argparse.Namespace) -> int:
    from dedupe.explain import explain

    say(explain(options.corpus, options.a, options.b, _settings(None, options.corpus)))
    return 0


def _show_settings(options: argparse.Namespace) -> int:  # noqa: ARG001
    for part, group in DedupeSettings():
        _print_table(part, group)
    return 0


def _print_table(part: str, group: BaseModel) -> None:
    """Print a group of settings as a table of TOML, then the groups in it; what is not set is a comment."""
    print(f"[{part}]")
    groups: dict[str, BaseModel] = {}
    for name, field in type(group).model_fields.items():
        value = getattr(group, name)
        if isinstance(value, BaseModel):
            groups[name] = value
            continue
        print(f"# {field.description}")
        print(f"# {name} is not set" if value is None else f"{name} = {json.dumps(value, default=str)}")
    print()
    for name, inner in groups.items():
        _print_table(f"{part}.{name}", inner)


def _schema(options: argparse.Namespace) -> int:
    from dedupe.duplicates.index_state import IndexFile
    from dedupe.report import Report
    from dedupe.report.model import DocumentLine

    records: dict[str, type[BaseModel]] = {
        "articles.jsonl": models.Article,
        "manifest.jsonl": models.ManifestRecord,
        "removed.jsonl": models.RemovedRecord,
        "relations.jsonl": models.Relation,
        "syndication.jsonl": models.Carriage,
        "findings.jsonl": models.Finding,
        "decisions.jsonl": models.Decision,
        "gathering.json": models.Gathering,
        "report.json": Report,
        "documents.jsonl": DocumentLine,
        "index.json": IndexFile,
    }
    if options.file is None:
        print("\n".join(records))
    elif options.file in records:
        print(to_json(records[options.file].model_json_schema()), end="")
    else:
        raise SettingsError(f"{options.file}: no such file; there are {', '.join(records)}.")
    return 0


# ---------------------------------------------------------------------------------------- arguments


def _settings(path: Path | None, corpus: Path | None = None) -> DedupeSettings:
    """Settings from `--settings`, else from the corpus's own seedbed.toml, else the defaults."""
    if path is not None:
        return DedupeSettings.from_toml(path)
    return DedupeSettings() if corpus is None else corpus_settings(corpus)


def _with_engine(settings: DedupeSettings, options: argparse.Namespace) -> DedupeSettings:
    """The settings, with the engine that the command line names."""
    asked = {"name": options.engine, "master": options.master}
    named = settings.engine.model_copy(update={key: value for key, value in asked.items() if value})
    return settings.model_copy(update={"engine": named})


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write it as 2031-03-04") from error


def _page(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no page; they are counted from 1")
    return int(text)


def _write_rows(path: Path, rows: Iterable[object]) -> None:
    with written_whole(path) as file:
        file.writelines(f"{json.dumps(row, ensure_ascii=False)}\n".encode() for row in rows)


class _Version(argparse.Action):
    """`--version`: which release, and which kernel runs; looked up when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        say(_version())
        parser.exit()


def _version() -> str:
    from dedupe.kernels import kernel_names

    try:
        number = version("seedbed")
    except PackageNotFoundError:  # run from a checkout that is not installed
        number = "(not installed)"
    return f"seedbed {number}, kernel: {kernel_names()}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dedupe",
        description="Cleans a news corpus: cuts furniture, finds copies, checks quality, reports.",
        epilog="example: dedupe clean articles.jsonl -o seeds/my-story && dedupe check seeds/my-story",
    )
    parser.add_argument(
        "--version", action=_Version, nargs=0, help="show the release and the kernel, and exit"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: Command, text: str, example: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text, epilog=f"example: dedupe {example}")
        sub.set_defaults(command=command)
        return sub

    def add_input(sub: argparse.ArgumentParser, out: str, *, several: bool = False) -> None:
        more = "; of several the articles come one after the other" if several else ""
        sub.add_argument(
            "input",
            type=place_of,
            metavar="IN",
            nargs="+" if several else None,
            help="articles as .jsonl(.gz, .zst) or .parquet, or a folder of such files or of seeds; with "
            f"--engine spark any address that Spark reads (s3a://, hdfs://){more}",
        )
        sub.add_argument("-o", "--out", type=Path, required=True, help=out)
        sub.add_argument(
            "--settings", type=Path, help="TOML file; `dedupe settings` lists what may stand in it"
        )

    def add_engine(sub: argparse.ArgumentParser) -> None:
        sub.add_argument(
            "--engine",
            choices=("local", "spark"),
            help="where the work is done; spark: on a cluster (docs/scale.md)",
        )
        sub.add_argument("--master", metavar="URL", help="Spark's cluster: spark://HOST:7077, yarn, local[4]")

    def add_decision(sub: argparse.ArgumentParser, why: str) -> None:
        sub.add_argument("--because", required=True, metavar="REASON", help=why)
        sub.add_argument("--by", metavar="NAME", help="who decides; shown in the report")
        sub.add_argument(
            "--until",
            type=_day,
            metavar="YYYY-MM-DD",
            help="last day on which the decision holds; else `decision_days` of the settings from now",
        )

    sub = add(
        "clean", _clean, "Write a deduplicated corpus with its report.", "clean IN.jsonl -o seeds/my-story"
    )
    add_input(sub, "folder of the corpus: new, empty, or from an earlier run", several=True)
    add_engine(sub)
    sub.add_argument(
        "--against",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="another corpus: what stands there already is left out of this one; may be given several times",
    )
    sub.add_argument(
        "--cache",
        type=Path,
        metavar="FILE",
        help="keeps what was made of each article; a later run takes from it what has not changed",
    )

    sub = add(
        "duplicates",
        _duplicates,
        "Find copies and how texts relate; write one line a document.",
        "duplicates IN.jsonl -o clusters.jsonl --relations relations.jsonl",
    )
    add_input(sub, "file of clusters (.jsonl)")
    sub.add_argument("--relations", type=Path, help="file of related pairs (.jsonl)")
    sub.add_argument("--syndication", type=Path, help="file of who carried whose text, and when (.jsonl)")
    add_engine(sub)
    stored = sub.add_mutually_exclusive_group()
    stored.add_argument(
        "--index",
        type=Path,
        metavar="DIR",
        help="compare with the documents of this index as well, then add IN to it; made if it is not there",
    )
    stored.add_argument(
        "--against", type=Path, metavar="DIR", help="compare with the documents of this index as well"
    )

    sub = add(
        "index",
        _index,
        "Show an index of documents, take some out, check it, or lay it out anew.",
        "index seen --remove 01ab40c54927a619 --check",
    )
    sub.add_argument("folder", type=Path, metavar="DIR", help="index made by `dedupe duplicates --index DIR`")
    sub.add_argument("--remove", nargs="+", metavar="ID", help="documents to take out, by their ids")
    sub.add_argument("--check", action="store_true", help="read every byte and hold it against its checksum")
    sub.add_argument(
        "--rebuild", action="store_true", help="lay it out for the settings, from the signatures or the texts"
    )
    sub.add_argument(
        "--settings", type=Path, help="TOML file for --rebuild; `dedupe settings` lists what may stand in it"
    )

    sub = add(
        "boilerplate",
        _boilerplate,
        "Cut page furniture; write the text that is left and each line that was cut.",
        "boilerplate IN.jsonl -o cut.jsonl",
    )
    add_input(sub, "file of texts and cuts (.jsonl)")

    sub = add("report", _report, "Write the report of a corpus anew.", "report seeds/my-story")
    sub.add_argument("corpus", type=Path, metavar="DIR")
    sub.add_argument("--settings", type=Path, help="TOML file; else the corpus's own seedbed.toml, if any")

    sub = add(
        "documents",
        _documents,
        "Show the documents that came in, kept or left out, page by page.",
        "documents seeds/my-story --reason exact --page 2",
    )
    sub.add_argument("corpus", type=Path, metavar="DIR", help="with its report")
    sub.add_argument("--reason", help="only those that stay or went for it: only_copy, exact, off_topic, ...")
    sub.add_argument(
        "--finding", metavar="KIND", help="only those with a finding of that kind: pii, truncated, ..."
    )
    sub.add_argument("--site", help="only those of one site or publisher")
    sub.add_argument("--page", type=_page, default=1, metavar="N", help="counted from 1")

    sub = add(
        "check", _check, "Ask the gate: 0 clean, 1 not clean, 2 could not be checked.", "check seeds/my-story"
    )
    sub.add_argument("corpora", type=Path, metavar="DIR", nargs="+", help="of several, the worst counts")

    sub = add(
        "accept",
        _accept,
        "Let findings stand by a reviewer's decision, and write the report anew.",
        "accept seeds/my-story 003:title_mismatch --because 'the headline is a quote'",
    )
    sub.add_argument("corpus", type=Path, metavar="DIR")
    sub.add_argument(
        "findings",
        nargs="+",
        metavar="FINDING",
        help="id of a finding, as `dedupe explain` prints it; DOCUMENT:KIND for all of a kind in a document",
    )
    add_decision(sub, "why it may stand; shown in the report")

    sub = add(
        "leave-out",
        _leave_out,
        "Leave documents out by a reviewer's decision, from the next cleaning on, and write the report anew.",
        "leave-out seeds/my-story 003 --because 'an advertisement of the ferry company'",
    )
    sub.add_argument("corpus", type=Path, metavar="DIR")
    sub.add_argument(
        "documents", nargs="+", metavar="DOCUMENT", help="number, file name, id or address of a document"
    )
    add_decision(sub, "why it must go; shown in the report and in removed.jsonl")

    sub = add(
        "export",
        _export,
        "Write a corpus that passes the gate for other programs: JSONL, Parquet, or a folder for `datasets`.",
        "export seeds/my-story -o my-story.parquet",
    )
    sub.add_argument("corpus", type=Path, metavar="DIR")
    sub.add_argument(
        "-o",
        "--out",
        type=Path,
        required=True,
        help="NAME.jsonl (also .gz, .zst), NAME.parquet, or a folder: data, dataset card, Croissant metadata",
    )

    sub = add(
        "explain",
        _explain,
        "Say why a document was kept, cut or dropped, or how two relate, side by side.",
        "explain seeds/my-story 003 007",
    )
    sub.add_argument("corpus", type=Path, metavar="DIR")
    sub.add_argument("a", metavar="A", help="number, file name, id or address of a document")
    sub.add_argument("b", metavar="B", nargs="?", help="a second one, to compare with")

    add(
        "settings",
        _show_settings,
        "List all settings with their defaults, as TOML.",
        "settings > seedbed.toml",
    )

    sub = add("schema", _schema, "Print the JSON schema of a file of the corpus.", "schema manifest.jsonl")
    sub.add_argument("file", nargs="?", metavar="FILE", help="none: list the files")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
