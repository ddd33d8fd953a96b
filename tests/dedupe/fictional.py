"""A small corpus folder of our own invention, written as the cleaning writes one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from dedupe.files import write_records, write_text
from dedupe.models import Article, Gathering, ManifestRecord, Relation, RemovedRecord

FERRY = (
    "The ferry between Port Alder and the island of Skerry stopped running on Tuesday after a crack "
    "was found in its hull, the harbour office said.\n"
    "About four hundred islanders depend on the boat for work, school and post. “We were told to pack"
    " for a week,” said Ines Marlow, who teaches at the island's only school.\n"
    "Engineers will lift the vessel out of the water on Thursday. Until then a fishing boat carries "
    "mail and medicine, and nobody else.\n"
    "The crack runs for two metres along a weld that was renewed last spring. The yard that did the "
    "work, Tarn and Sons, said it would send its own inspector.\n"
    "Mayor Odile Renn called the stop “a hard but right decision” and promised that the town would "
    "pay for rooms on the mainland."
)

FERRY_OTHER = (
    "Islanders on Skerry woke up on Wednesday to a second day without a boat, and to the first empty "
    "shelves in the village shop.\n"
    "The operator of the crossing took its only ferry out of service after divers saw damage below "
    "the waterline.\n"
    "Shopkeeper Tomas Vey said he had bread until Friday. “After that we bake ourselves,” he said, "
    "laughing, though his freezer holds little more than fish.\n"
    "A helicopter brought two patients to the hospital in Alder on Tuesday night. The regional "
    "government has asked the navy whether it can lend a landing craft.\n"
    "Skerry has no bridge. A plan for one was dropped eleven years ago because of its price."
)

BRIDGE = (
    "The council of Lower Tarn voted on Monday to close the iron bridge to lorries from the first of "
    "May.\n"
    "Two lanes will become one, with a signal at either end, and the footpath on the northern side "
    "will be widened for cyclists.\n"
    "Hauliers protested outside the hall. Their speaker, Bram Okell, said that the detour costs each "
    "driver forty minutes a day.\n"
    "The bridge was built in 1911 and last painted before most of the councillors were born, as the "
    "engineer's report drily notes.\n"
    "A new crossing could stand in nine years at the earliest, the council said, if the county shares"
    " the cost."
)

FURNITURE = "Read the Alder Courier every morning: the bulletin brings it to your door."


def ident(url: str) -> str:
    """Id of a document from its address."""
    return hashlib.sha256(url.encode()).hexdigest()[:16]


def make_article(url: str, text: str, **known: object) -> Article:
    """An article as the crawl hands it over."""
    return Article.model_validate({"id": ident(url), "url": url, "text": text, "language": "en", **known})


def fictional_corpus(folder: Path, extra: Mapping[str, Article] | None = None) -> Path:
    """Write three kept documents, one copy, one document too short, and one cut line.

    Args:
        folder: where to; it is made.
        extra: further kept documents, by the relation that the manifest gives.
    """
    folder.mkdir(parents=True, exist_ok=True)
    wire = make_article(
        "https://courier.example/ferry",
        FERRY,
        title="Ferry to Skerry stops after crack is found",
        publisher="Alder Courier",
        published="2031-03-04T08:00:00Z",
        relevance=0.91,
    )
    own = make_article(
        "https://islander.example/shelves",
        FERRY_OTHER,
        title="Second day without a ferry empties Skerry's shelves",
        publisher="The Islander",
        published="2031-03-05T06:30:00Z",
        relevance=0.84,
    )
    bridge = make_article(
        "https://tarnpost.example/bridge",
        BRIDGE,
        title="Lower Tarn bridge closes to lorries",
        publisher="Tarn Post",
        published="2031-03-05",
        relevance=0.55,
    )
    copy = make_article(
        "https://gazette.example/ferry-halted",
        FERRY.replace("said it would send", "said that it will send"),
        title="Skerry ferry halted",
        publisher="Alder Gazette",
        published="2031-03-04T11:20:00Z",
    )
    short = make_article(
        "https://tarnpost.example/soon", "More soon.", title="Breaking", publisher="Tarn Post"
    )
    kept = [("representative", wire), ("independent", own), ("only_copy", bridge), *(extra or {}).items()]
    write_manifest(folder, kept)
    removed = [
        RemovedRecord(
            what="document",
            id=copy.id,
            source=copy.url or "",
            reason="near_duplicate",
            evidence="96 % of its word sequences are the Alder Courier's, which was first.",
            representative=wire.id,
            relation="near_duplicate",
            similarity=0.96,
            text=copy.text,
            article=copy,
        ),
        RemovedRecord(
            what="document",
            id=short.id,
            source=short.url or "",
            reason="empty_or_short",
            evidence="It has 2 words; a document needs 40.",
            text=short.text,
            article=short,
        ),
        RemovedRecord(
            what="block",
            id=wire.id,
            source=wire.url or "",
            line=2,
            reason="newsletter",
            evidence="It asks the reader to subscribe.",
            text=FURNITURE,
        ),
    ]
    a, b = sorted((wire.id, own.id))
    relations = [
        Relation(
            a=a, b=b, relation="same_event_only", similarity=0.04, containment_a=0.08, containment_b=0.07
        )
    ]
    gathering = Gathering(
        discovered=40,
        fetched=20,
        articles=9,
        on_topic=4,
        outcomes={"kept": 4, "off_topic": 5, "listing": 6, "no_article": 5, "robots": 3, "not_fetched": 17},
        topic=("ferry", "skerry", "alder"),
        seeds=(f"000_{wire.id}.txt",),
        threshold=0.3,
    )
    write_records(folder / "removed.jsonl", removed)
    write_records(folder / "relations.jsonl", relations)
    write_text(folder / "gathering.json", gathering.model_dump_json(indent=2) + "\n")
    return folder


def write_manifest(folder: Path, kept: list[tuple[str, Article]]) -> None:
    """Write the seeds and the manifest that names them."""
    records = []
    for number, (relation, article) in enumerate(kept):
        name = f"{number:03d}_{article.id}.txt"
        data = f"{article.text}\n".encode()
        (folder / name).write_bytes(data)
        records.append(
            ManifestRecord(
                file=name,
                id=article.id,
                sha256=hashlib.sha256(data).hexdigest(),
                url=article.url,
                title=article.title,
                published=article.published,
                publisher=article.publisher,
                language=article.language,
                cluster=article.id,
                family=article.id,
                relation=relation,
                relevance=article.relevance,
                rights=article.rights,
                verdict="keep",
            )
        )
    write_records(folder / "manifest.jsonl", records)


def at(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
