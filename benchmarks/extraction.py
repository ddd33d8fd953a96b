"""Story text and metadata out of news pages, beside trafilatura and, with --peers, the tools installed.

KIT holds `truth.jsonl` (`{"id", "url", "source", "html", "body" | "must_have" and "must_not", "title",
"authors", "published"}` a line), the pages it names, gzipped, and its scorer `score.py`, which counts here.
The weights of the block model were fitted on labelled pages: on those same pages the figures flatter.
"""

from __future__ import annotations

import gzip
import importlib
import importlib.util
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from crawler.extraction import extract
from dedupe.errors import InputFormatError

Prediction = dict[str, Any]  # a line of the scorer's predictions
Extractor = Callable[[bytes, str], Prediction]

# The scorer's figures that have a goal: name -> part and key.
GOALS = {
    "f1": ("body", "f1"),
    "accuracy": ("body", "accuracy"),
    "worst tenth": ("body", "worst10_f1"),
    "segments f1": ("segments", "f1"),
    "segments all right": ("segments", "pages_all_right"),
    "title": ("title", "exact"),
    "authors": ("authors", "exact"),
    "published": ("published", "exact"),
}


@dataclass(frozen=True)
class Run:
    """What one tool made of all pages, and how fast."""

    predictions: list[Prediction]
    pages_per_second: float  # of CPU time


def run(kit: Path | None, predictions: Path | None, peers: bool) -> dict[str, float]:
    """Score our reading, and the peers' on the same pages; write ours where asked."""
    if kit is None or not (kit / "truth.jsonl").is_file():
        raise InputFormatError(f"--kit {kit}: needs a folder with truth.jsonl, html/ and score.py")
    truth = [json.loads(line) for line in (kit / "truth.jsonl").open(encoding="utf-8") if line.strip()]
    scorer = _scorer(kit)
    ours = _timed(seedbed, kit, truth)
    if predictions:
        predictions.write_text(
            "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in ours.predictions),
            encoding="utf-8",
        )
    figures = _report("seedbed", ours, truth, scorer)
    trafilatura = _timed(by_trafilatura, kit, truth)
    _report("trafilatura", trafilatura, truth, scorer)
    figures["speed beside trafilatura"] = round(ours.pages_per_second / trafilatura.pages_per_second, 3)
    for name, extractor in _installed() if peers else ():
        _report(name, _timed(extractor, kit, truth), truth, scorer)
    print(f"speed beside trafilatura with metadata: {figures['speed beside trafilatura']:.2f}")
    return figures


def _scorer(kit: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("extraction_scorer", kit / "score.py")
    if spec is None or spec.loader is None:
        raise InputFormatError(f"{kit / 'score.py'}: cannot be imported; copy the kit whole")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _timed(extractor: Extractor, kit: Path, truth: list[dict[str, Any]]) -> Run:
    """Run a tool over all pages; the time to unpack them does not count."""
    predictions, spent = [], 0.0
    extractor(b"<html><body><p>warm</p></body></html>", truth[0]["url"])
    for record in truth:
        page = gzip.decompress((kit / record["html"]).read_bytes())
        start = time.process_time()
        predictions.append({"id": record["id"], **extractor(page, record["url"])})
        spent += time.process_time() - start
    return Run(predictions, len(truth) / spent)


def _report(name: str, outcome: Run, truth: list[dict[str, Any]], scorer: ModuleType) -> dict[str, float]:
    """Print the scorer's table for one tool; its figures by source and goal."""
    result = scorer.score(truth, outcome.predictions, rounds=0)
    print(f"\n{name}: {outcome.pages_per_second:.1f} pages per CPU second\n{scorer.table(result)}")
    return {
        f"{source} {goal}": round(part[section][key], 4)
        for source, part in result.items()
        for goal, (section, key) in GOALS.items()
        if section in part
    }


# ------------------------------------------------------------------------------------------- the tools


def seedbed(page: bytes, url: str) -> Prediction:
    """Our own reading."""
    article = extract(page, url)
    if article is None:
        return {"text": ""}
    return {
        "text": article.text,
        "title": article.title,
        "authors": list(article.authors),
        "published": article.published.isoformat() if article.published else None,
    }


def by_trafilatura(page: bytes, url: str) -> Prediction:
    """The best known peer as it comes, metadata included."""
    from trafilatura import bare_extraction

    found = bare_extraction(page, url=url, with_metadata=True, include_comments=False)
    if found is None:
        return {"text": ""}
    authors = [name for name in (found.author or "").split("; ") if name]
    return {"text": found.text or "", "title": found.title, "authors": authors, "published": found.date}


def _installed() -> Iterator[tuple[str, Extractor]]:
    for name, extractor in PEERS.items():
        if importlib.util.find_spec(name.split()[0]):
            yield name, extractor


def _trafilatura_fast(page: bytes, _url: str) -> Prediction:
    return {
        "text": importlib.import_module("trafilatura").extract(page, fast=True, include_comments=False) or ""
    }


def _readability(page: bytes, _url: str) -> Prediction:
    document = importlib.import_module("readability").Document(page.decode("utf-8", "replace"))
    text = importlib.import_module("lxml.html").fromstring(document.summary()).text_content()
    return {"text": text, "title": document.short_title()}


def _resiliparse(page: bytes, _url: str) -> Prediction:
    text = importlib.import_module("resiliparse.extract.html2text").extract_plain_text(
        page.decode("utf-8", "replace"), main_content=True
    )
    return {"text": text}


def _newspaper(page: bytes, url: str) -> Prediction:
    article = importlib.import_module("newspaper").Article(url)
    article.download(input_html=page.decode("utf-8", "replace"))
    article.parse()
    day = article.publish_date.isoformat() if article.publish_date else None
    return {"text": article.text, "title": article.title, "authors": article.authors, "published": day}


PEERS: dict[str, Extractor] = {
    "trafilatura fast": _trafilatura_fast,
    "readability": _readability,
    "resiliparse": _resiliparse,
    "newspaper": _newspaper,
}
