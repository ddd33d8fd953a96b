"""The quality checks on documents with planted defects, and what they cost.

A kit is a folder of corpora: `<corpus>/corpus/` with the files, `<corpus>/manifest.jsonl`,
`<corpus>/corpus.json` (languages, window, seeds), and, where it can be scored here, `truth/<corpus>.jsonl`.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks._quality_cost import cost
from dedupe.boilerplate import cut_boilerplate
from dedupe.duplicates import find_duplicates
from dedupe.models import Finding
from dedupe.quality import CorpusFile, CorpusFolder, Listing, assess, assess_corpus
from dedupe.repair import mend, mended_article, taken_out
from dedupe.settings import DedupeSettings

FURNITURE = (
    "nav_lines",
    "newsletter_cta",
    "cookie_consent",
    "caption_lines",
    "related_links",
    "site_boilerplate",
    "comments_block",
    "html_remnants",
    "markdown_remnants",
    "machine_garbage",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this benchmark can be asked besides."""
    parser.add_argument(
        "--sizes",
        default="",
        help="numbers of documents, with commas between, on which the checks are timed beside the duplicates stage",
    )


def run(kit: Path | None, predictions: Path | None, peers: bool, *, sizes: str = "") -> dict[str, float]:
    """Time the checks where sizes are given; assess every corpus of the kit and print its table.

    With peers, the kit's own runner puts the filters of other tools that are installed to the same documents.
    """
    if kit is None and not sizes:
        raise SystemExit("quality: which kit? Pass its folder with --kit; or --sizes 1000,4000 for the cost.")
    timed = cost(sorted(map(int, sizes.split(",")))) if sizes else {}
    if kit is None:
        return timed
    figures = timed | accuracy(kit, predictions)
    if peers:
        beside_others(kit)
    return figures


def accuracy(kit: Path, predictions: Path | None) -> dict[str, float]:
    """Assess every corpus of the kit; write predictions; print the table where the kit has its truth."""
    figures = Figures()
    corpora = sorted(path.parent for path in kit.glob("*/corpus.json"))
    if not corpora:
        raise SystemExit(f"quality: {kit}: holds no corpus (*/corpus.json). Is it a folder inside it?")
    for folder in corpora:
        corpus, settings = read_kit_corpus(folder)
        found = assess_corpus(corpus, settings)
        by_file: defaultdict[str, list[Finding]] = defaultdict(list)
        for finding in found:
            by_file[finding.file].append(finding)
        rows = [prediction(file.name, by_file[file.name]) for file in corpus.files]
        if predictions:
            predictions.mkdir(parents=True, exist_ok=True)
            text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
            (predictions / f"{folder.name}.jsonl").write_text(text, encoding="utf-8")
        truth = kit / "truth" / f"{folder.name}.jsonl"
        if truth.is_file():
            figures.add(folder.name, _jsonl(truth), {row["file"]: row for row in rows})
            figures.add_repairs(corpus, by_file, truth, settings)
    if predictions:
        text = json.dumps(figures.measured(), indent=1, sort_keys=True) + "\n"
        (predictions / "measured.json").write_text(text, encoding="utf-8")
    return figures.printed()


def beside_others(kit: Path) -> None:
    """Print the kit's table: our findings beside what other tools' filters, in their defaults, say of its documents."""
    runner = kit.resolve().parent / "baselines"
    with tempfile.TemporaryDirectory() as folder:
        with redirect_stdout(io.StringIO()):
            accuracy(kit, Path(folder) / "seedbed")
        for script, *arguments in (
            ("run_baselines.py", "--set", kit, "--out", folder),
            ("table.py", "--truth", kit / "truth", "--preds", folder),
        ):
            subprocess.run(
                [sys.executable, runner / script, *arguments], check=True, stderr=subprocess.DEVNULL
            )


def read_kit_corpus(folder: Path) -> tuple[CorpusFolder, DedupeSettings]:
    """A kit's corpus as the checks see one, and the settings that its description asks for."""
    about = json.loads((folder / "corpus.json").read_text(encoding="utf-8"))
    rows = [row for row in _jsonl(folder / "manifest.jsonl") if row.get("file")]
    listings = {
        row["file"]: Listing.model_validate({**row, "rights": _rights(row.get("rights"))}) for row in rows
    }
    texts = {path.name: path.read_bytes() for path in sorted((folder / "corpus").iterdir())}
    names = sorted(set(texts) | set(listings))
    fetched = [date.fromisoformat(row["crawled"][:10]) for row in rows if row.get("crawled")]
    corpus = CorpusFolder(
        name=folder.name,
        files=tuple(CorpusFile(name, texts.get(name), listings.get(name)) for name in names),
        latest=max(fetched, default=None),
        seeds=tuple(about.get("seed_files") or ()),
    )
    articles = [file.article for file in corpus.files if file.article is not None]
    base = DedupeSettings()
    relations = find_duplicates(articles, base).relations
    window = about.get("window") or {}
    quality = base.quality.model_copy(
        update={
            "languages": tuple(about.get("languages") or ()),
            "published_from": _day(window.get("from")),
            "published_to": _day(window.get("to")),
        }
    )
    return replace(corpus, relations=relations), base.model_copy(update={"quality": quality})


def prediction(name: str, found: Iterable[Finding]) -> dict[str, Any]:
    """The findings of one document in the kit's format: one finding a kind, with all its spans."""
    kinds: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in found:
        kinds[finding.kind].append(finding)
    return {
        "file": name,
        "findings": [
            {
                "kind": kind,
                "severity": int(max(each.severity for each in same)),
                "spans": [list(each.span) for each in same if each.span],
            }
            for kind, same in kinds.items()
        ],
    }


@dataclass
class Figures:
    """Counts over all corpora of a kit."""

    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    planted: Counter[str] = field(default_factory=Counter)
    spans: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0]))
    documents: int = 0
    clean: int = 0
    alarms: Counter[int] = field(
        default_factory=Counter
    )  # documents by the highest severity of their findings
    severe: list[bool] = field(default_factory=list)
    alarm_list: list[str] = field(default_factory=list)
    repaired: defaultdict[str, list[bool]] = field(
        default_factory=lambda: defaultdict(list)
    )  # kind of defect -> of each document with it: is the mended text the one before planting?
    mended: list[bool] = field(default_factory=list)  # the same of every document that can be repaired
    untouched: list[bool] = field(default_factory=list)  # of every clean one: is it as it was?
    cleaned: list[bool] = field(default_factory=list)  # as `mended`, after the cleaning's own mending and cut

    def add_repairs(
        self,
        corpus: CorpusFolder,
        found: Mapping[str, Sequence[Finding]],
        truth: Path,
        settings: DedupeSettings,
    ) -> None:
        """Mend what the findings name, and compare block by block; blanks are not compared.

        A cleaning knows less, for it mends before it has seen the corpus, and cuts more: it takes the headline
        for the title, so a text without its first block is as it was.
        """
        cleaned = _cleaned(corpus, settings)
        bases = truth.with_suffix(".base.jsonl")
        originals = {row["file"]: row["text"] for row in _jsonl(bases)} if bases.is_file() else {}
        for document in _jsonl(truth):
            file = corpus.file(document["file"])
            if file is None or not (document["file"] in originals or not document["defects"]):
                continue
            original = originals.get(document["file"], file.text)
            same = _blocks(mend(file.text, found[document["file"]]).text) == _blocks(original)
            if document["defects"]:
                self.mended.append(same)
                blocks = _blocks(cleaned.get(document["file"], ""))
                self.cleaned.append(blocks in (_blocks(original), _blocks(original)[1:]))
                for kind in {defect["kind"] for defect in document["defects"]}:
                    self.repaired[kind].append(same)
            else:
                self.untouched.append(same)

    def add(self, corpus: str, truth: Iterable[dict[str, Any]], rows: dict[str, dict[str, Any]]) -> None:
        """Hold one corpus's predictions against its truth."""
        for document in truth:
            planted = {defect["kind"]: defect for defect in document["defects"]}
            neutral = set(document.get("neutral", ()))
            if neutral & {"exact_duplicate", "near_duplicate"}:
                neutral |= {"exact_duplicate", "near_duplicate", "duplicate_url"}
            found = {
                each["kind"]: each
                for each in rows.get(document["file"], {"findings": []})["findings"]
                if each["kind"] in planted or each["kind"] not in neutral
            }
            self._count(corpus, document["file"], planted, found)

    def _count(self, corpus: str, name: str, planted: dict[str, Any], found: dict[str, Any]) -> None:
        for kind, defect in planted.items():
            self.planted[kind] += 1
            self.right[kind] += kind in found
            if defect["severity"] == 3:
                self.severe.append(bool(found))
            if defect.get("spans") and kind in found:
                want, got = _characters(defect["spans"]), _characters(found[kind]["spans"])
                counts = self.spans[kind]
                for place, number in enumerate((len(want & got), len(got), len(want))):
                    counts[place] += number
        self.wrong.update(kind for kind in found if kind not in planted)
        self.documents += 1
        if not planted:
            self.clean += 1
            if found:
                self.alarms[max(each["severity"] for each in found.values())] += 1
                self.alarm_list.append(f"{corpus}/{name}: {', '.join(sorted(found))}")

    def measured(self) -> dict[str, dict[str, float]]:
        """What `dedupe/quality/measured.json` holds: each kind's figures, and those of the check for copies."""
        groups = {kind: (kind,) for kind in self.planted}
        if "near_duplicate" in self.planted:
            groups["copies_left"] = ("exact_duplicate", "near_duplicate")
        return {
            name: {
                "planted": sum(self.planted[kind] for kind in kinds),
                "precision": round(_share(self.right, self.wrong, kinds), 3),
                "recall": round(
                    sum(self.right[kind] for kind in kinds) / sum(self.planted[kind] for kind in kinds), 3
                ),
                "false_alarms": round(
                    sum(self.wrong[kind] for kind in kinds)
                    / max(1, self.documents - sum(self.planted[kind] for kind in kinds)),
                    4,
                ),
            }
            for name, kinds in groups.items()
        }

    def printed(self) -> dict[str, float]:
        """Print the table, return the figures."""
        if not self.planted:
            return {}
        print(f"{'kind':22} {'n':>4} {'prec.':>6} {'recall':>6} {'F1':>6}  span prec./recall")
        scores = []
        for kind, n in sorted(self.planted.items()):
            right, wrong = self.right[kind], self.wrong[kind]
            f1 = 2 * right / (right + wrong + n)
            scores.append(f1)
            both, got, want = self.spans[kind]
            spans = f"{both / got:.2f} / {both / want:.2f}" if got and want else "-"
            precision = right / (right + wrong) if right + wrong else 0.0
            print(f"{kind:22} {n:4} {precision:6.2f} {right / n:6.2f} {f1:6.2f}  {spans}")
        both, got, want = (sum(self.spans[kind][place] for kind in FURNITURE) for place in range(3))
        figures = {
            "macro_f1": sum(scores) / len(scores),
            "no_false_alarm": 1 - self.alarms.total() / max(1, self.clean),
            "no_false_alarm_severity_2": 1 - (self.alarms[2] + self.alarms[3]) / max(1, self.clean),
            "severe_caught": sum(self.severe) / max(1, len(self.severe)),
            "furniture_span_precision": both / max(1, got),
            "furniture_span_recall": both / max(1, want),
        }
        if self.mended:
            print(f"{'documents repaired':22} {'n':>4}  to the text before planting")
            for kind, same in sorted(self.repaired.items()):
                print(f"{kind:22} {len(same):4} {sum(same) / len(same):6.2f}")
            figures["repaired"] = sum(self.mended) / len(self.mended)
            figures["cleaned"] = sum(self.cleaned) / len(self.cleaned)
            figures["clean_untouched"] = sum(self.untouched) / max(1, len(self.untouched))
        for alarm in self.alarm_list:
            print(f"false alarm: {alarm}")
        for name, value in figures.items():
            print(f"{name:28} {value:.4f}")
        return figures


def _share(right: Counter[str], wrong: Counter[str], kinds: Iterable[str]) -> float:
    found = sum(right[kind] + wrong[kind] for kind in kinds)
    return sum(right[kind] for kind in kinds) / found if found else 0.0


def _cleaned(corpus: CorpusFolder, settings: DedupeSettings) -> dict[str, str]:
    """File -> what a cleaning leaves of it."""
    files = [file for file in corpus.files if file.article is not None]
    articles = [
        file.article.model_copy(update={"text": re.sub(r"\r\n|\r", "\n", file.text)})
        for file in files
        if file.article is not None
    ]
    mended = [mended_article(article, assess(article, settings)) for article in articles]
    left = cut_boilerplate((each.article for each in mended), settings)
    return {
        file.name: taken_out(each, article, cuts)[0].text
        for file, each, (article, cuts) in zip(files, mended, left, strict=True)
    }


def _blocks(text: str) -> list[str]:
    """The lines of a text that are not blank, whatever ends them and however wide their blanks are."""
    lines = (" ".join(line.split()) for line in re.split(r"\r\n|\r|\n", text))
    return [line for line in lines if line]


def _characters(spans: list[list[int]]) -> set[int]:
    return {place for start, end in spans for place in range(start, end)}


def _rights(rights: dict[str, Any] | None) -> tuple[str, ...]:
    """A kit's record of rights signals as `Article.rights` has them."""
    rights = rights or {}
    said = [str(rights[key]) for key in ("x_robots_tag", "license") if rights.get(key)]
    if rights.get("tdm_reservation"):
        said.append("tdm-reservation: 1")
    if rights.get("robots") == "disallow":
        said.append("robots: disallow")
    return tuple(said)


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _jsonl(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_bytes().split(b"\n"):  # str.splitlines would break lines at U+0085 too
        if line.strip():
            yield json.loads(line)
