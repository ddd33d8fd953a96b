"""Metadata of an export in Croissant, the vocabulary that dataset searches and loaders share.

Croissant 1.0 (MLCommons, 2024), https://docs.mlcommons.org/croissant/docs/croissant-spec.html, with its
vocabulary for responsible AI, https://docs.mlcommons.org/croissant/docs/croissant-rai-spec.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from dedupe.exports.card import FEATURES, days_of, languages_of
from dedupe.exports.rows import Row
from dedupe.report.model import Coverage, Report
from dedupe.report.words import counted

__all__ = ["croissant_of"]

CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
TYPES = {
    "string": "sc:Text",
    "list": "sc:Text",
    "float64": "sc:Float",
    "timestamp[us, tz=UTC]": "sc:DateTime",
}
VERSION = "1.0.0"  # of the metadata; which state of the corpus it is of, the digest says
NOT_A_NAME = re.compile(r"[^\w-]+")


def croissant_of(report: Report, data: str, sha256: str, size: int) -> dict[str, Any]:
    """The metadata as JSON-LD.

    Args:
        report: of the corpus.
        data: path of the data file, from the metadata.
        sha256: of the data file.
        size: of the data file, in bytes.
    """
    days = days_of(report)
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": [
            "http://mlcommons.org/croissant/1.0",
            "http://mlcommons.org/croissant/RAI/1.0",
        ],
        "name": NOT_A_NAME.sub("-", report.corpus).strip("-") or "corpus",
        "description": report.verdict.sentence,
        "identifier": report.corpus_digest,
        "version": VERSION,
        "inLanguage": languages_of(report),
        "keywords": ["news", *report.topic],
        **({"temporalCoverage": "/".join(days)} if days else {}),
        "license": "The texts belong to their publishers; this collection gives no licence to them.",
        **_responsible(report),
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": data,
                "name": data,
                "contentUrl": data,
                "contentSize": f"{size} B",
                "encodingFormat": "application/jsonlines",
                "sha256": sha256,
            }
        ],
        "recordSet": [
            {
                "@type": "cr:RecordSet",
                "@id": "documents",
                "name": "documents",
                "description": "One record a news article.",
                "key": {"@id": "documents/id"},
                "field": [_field(name, data) for name in FEATURES],
            }
        ],
    }


def _field(name: str, data: str) -> dict[str, Any]:
    return {
        "@type": "cr:Field",
        "@id": f"documents/{name}",
        "name": name,
        "description": Row.model_fields[name].description,
        "dataType": "sc:URL" if name == "url" else TYPES[FEATURES[name]],
        **({"repeated": True} if FEATURES[name] == "list" else {}),
        "source": {"fileObject": {"@id": data}, "extract": {"column": name}},
    }


def _responsible(report: Report) -> dict[str, str]:
    """How the data came about and what speaks against it, from the report."""
    kept = [document for document in report.documents if document.kept]
    lines = sum(site.lines for site in report.furniture)
    personal = sum(any(finding.kind == "pii" for finding in document.findings) for document in kept)
    return {
        "rai:dataCollection": " ".join(f"{step.title}: {step.count:,}." for step in report.funnel.steps),
        "rai:dataCollectionType": "Web Scraping",
        "rai:dataPreprocessingProtocol": (
            f"{counted(lines, 'line')} of page furniture cut; of {counted(len(report.documents), 'article')} "
            f"{len(report.documents) - len(kept):,} left out as copies, versions, off topic or unusable."
        ),
        "rai:dataBiases": "; ".join(_biases(report.coverage)),
        "rai:personalSensitiveInformation": (
            f"News names people. Contact data of private persons found in {counted(personal, 'article')}."
        ),
    }


def _biases(coverage: Coverage) -> Iterator[str]:
    """Whose voices the articles are, as far as it is known."""
    if coverage.publisher_count:
        yield (
            f"The largest of {counted(coverage.publisher_count, 'publisher')} has {coverage.top_share:.0%} "
            f"of the articles that name one"
        )
        yield f"they are as varied as {coverage.effective_publishers:.1f} equal ones"
    if coverage.unnamed:
        yield f"the publisher is not known of {counted(coverage.unnamed, 'article')}"
    yield f"{coverage.agency_share:.0%} credit an agency."
