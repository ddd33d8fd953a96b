"""Copies, relations and clusters: on a kit's folder, and on planted copies beside installed peers."""

from __future__ import annotations

import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from pathlib import Path

from dedupe.duplicates import find_duplicates
from dedupe.duplicates._engine import kernel_name
from dedupe.models import Article, Clusters
from dedupe.settings import DedupeSettings, DuplicateSettings

PLANTED = 3_000  # documents: seconds, and enough that a rate is good to a percent
LIGHT = DuplicateSettings(wanted_similarity=0.7, wanted_recall=0.99, anchors=0)
"""For copies with small edits only: fewer bands, no index of short shingles."""

Pair = tuple[str, str]


def run(kit: Path | None, predictions: Path | None, peers: bool) -> dict[str, float]:
    """Cluster planted copies and, if given, a kit's documents; print and return the figures."""
    print(f"kernel: {kernel_name()}")
    figures = _planted(peers)
    if kit is not None:
        figures |= _kit(kit, predictions)
    for name, value in figures.items():
        print(f"{name:36} {value:.4g}")
    return figures


# ---------------------------------------------------------------------------------------------- kit


def _kit(kit: Path, predictions: Path | None) -> dict[str, float]:
    articles = _articles(kit)
    started = time.process_time()
    found = find_duplicates(articles, DedupeSettings())
    figures = {"documents per cpu second": len(articles) / (time.process_time() - started)}
    if predictions is not None:
        _write(found, predictions)
    if (kit / "truth.jsonl").exists():
        figures |= _scores(found, kit)
    return figures


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def _articles(kit: Path) -> list[Article]:
    """The documents of a kit; ids are texts."""
    return [
        Article(
            id=str(record["id"]),
            text=record["text"],
            url=record.get("url"),
            publisher=record.get("publisher") or record.get("domain"),
            published=record.get("published"),  # type: ignore[arg-type]
        )
        for record in _rows(kit / "docs.jsonl")
    ]


def _write(found: Clusters, predictions: Path) -> None:
    """The files that the kit's scorer reads: clusters, and relations beside them."""
    predictions.parent.mkdir(parents=True, exist_ok=True)
    with predictions.open("w", encoding="utf-8") as out:
        for cluster in found.clusters:
            for member in cluster.members:
                out.write(json.dumps({"id": member, "cluster": cluster.id}) + "\n")
    with predictions.with_name("relations.jsonl").open("w", encoding="utf-8") as out:
        for relation in found.relations:
            out.write(
                json.dumps({"a": relation.a, "b": relation.b, "relation": relation.relation.value}) + "\n"
            )


def _scores(found: Clusters, kit: Path) -> dict[str, float]:
    """Scores against a kit's truth, by the definitions of its README."""
    truth = {str(row["id"]): row["cluster"] for row in _rows(kit / "truth.jsonl")}
    labels: dict[Pair, str] = {
        _pair(row["a"], row["b"]): row["relation"] for row in _rows(kit / "pairs.jsonl")
    }
    merged = Counter(
        labels.get(_pair(a, b), "unrelated") for c in found.clusters for a, b in combinations(c.members, 2)
    )
    right = merged["exact"] + merged["near_duplicate"]
    wrong = merged["unrelated"] + merged["same_event_only"]
    copies = sum(label in ("exact", "near_duplicate") for label in labels.values())
    named = {(relation.a, relation.b): relation.relation.value for relation in found.relations}
    kinds = ("exact", "near_duplicate", "contains", "updated_version", "same_event_only")
    by_kind = [_f1(kind, labels, named) for kind in kinds]
    return {
        "pair F1": 2 * right / max(right + wrong + copies, 1),
        "strict pair F1": 2 * right / max(merged.total() + copies, 1),
        "B-cubed F1": _b_cubed(truth, found),
        "relation macro-F1": sum(by_kind) / len(by_kind),
        "share of merges that are false": wrong / max(merged.total(), 1),
    }


def _pair(a: str, b: str) -> Pair:
    return (a, b) if a < b else (b, a)


def _f1(kind: str, labels: dict[Pair, str], named: dict[Pair, str]) -> float:
    both = sum(label == kind and named.get(pair) == kind for pair, label in labels.items())
    either = sum(label == kind for label in labels.values()) + sum(label == kind for label in named.values())
    return 2 * both / either if either else 1.0


def _b_cubed(truth: dict[str, str], found: Clusters) -> float:
    sizes = Counter(truth.values())
    precision = recall = 0.0
    for cluster in found.clusters:
        for gold, both in Counter(truth[member] for member in cluster.members).items():
            precision += both * both / len(cluster.members)
            recall += both * both / sizes[gold]
    precision, recall = precision / len(truth), recall / len(truth)
    return 2 * precision * recall / (precision + recall)


# ------------------------------------------------------------------------------------------ planted


def _story(rng: random.Random, vocabulary: Sequence[str]) -> list[str]:
    """Paragraphs of a text with the word frequencies of a language."""
    paragraphs = []
    for _ in range(rng.randint(6, 14)):
        ranks = (int(len(vocabulary) ** rng.random()) for _ in range(rng.randint(25, 75)))
        words = [vocabulary[min(rank, len(vocabulary) - 1)] for rank in ranks]
        paragraphs.append(" ".join(words).capitalize() + ".")
    return paragraphs


def _edited(paragraphs: list[str], level: str, rng: random.Random, vocabulary: Sequence[str]) -> list[str]:
    """A copy: `light` has 3 words in 200 changed, `heavy` lost its end, was reordered and got a paragraph."""
    kept = list(paragraphs)
    if level == "heavy":
        kept = kept[: max(3, int(len(kept) * 0.55))]
        rest = kept[1:]
        rng.shuffle(rest)
        kept = [kept[0], *rest, _story(rng, vocabulary)[0]]
    rate = {"exact": 0.0, "light": 0.015, "heavy": 0.03}[level]
    return [
        " ".join(rng.choice(vocabulary) if rng.random() < rate else word for word in paragraph.split())
        for paragraph in kept
    ]


def _corpus(count: int) -> tuple[list[Article], dict[Pair, str]]:
    """Articles, a fifth of them copies, and the level of each planted pair."""
    rng = random.Random(7)
    syllables = [c + v for c in "bcdfghklmnprstvz" for v in "aeiou"]
    vocabulary = ["".join(rng.choice(syllables) for _ in range(rng.randint(1, 4))) for _ in range(40_000)]
    texts: list[list[str]] = []
    planted: dict[Pair, str] = {}
    originals: list[int] = []
    for number in range(count):
        if originals and rng.random() < 0.2:
            source, level = (
                originals.pop(rng.randrange(len(originals))),
                rng.choice(("exact", "light", "heavy")),
            )
            texts.append(_edited(texts[source], level, rng, vocabulary))
            planted[f"{source:07}", f"{number:07}"] = level
        else:
            texts.append(_story(rng, vocabulary))
            originals.append(number)
    return [Article(id=f"{n:07}", text="\n".join(text)) for n, text in enumerate(texts)], planted


def _planted(peers: bool) -> dict[str, float]:
    articles, planted = _corpus(PLANTED)
    figures: dict[str, float] = {}
    rates: dict[str, float] = {}
    engines: dict[str, Callable[[list[Article]], Iterable[Pair]]] = {
        "default": lambda given: _pairs(find_duplicates(given, DedupeSettings())),
        "light": lambda given: _pairs(find_duplicates(given, DedupeSettings(duplicates=LIGHT))),
    }
    engines |= _peers() if peers else {}
    for name, engine in engines.items():
        started = time.process_time()
        found = set(engine(articles))
        rates[name] = len(articles) / (time.process_time() - started)
        for level in ("exact", "light", "heavy"):
            pairs = [pair for pair, kind in planted.items() if kind == level]
            figures[f"{name}: recall, {level}"] = sum(pair in found for pair in pairs) / len(pairs)
        figures[f"{name}: precision"] = sum(pair in planted for pair in found) / max(len(found), 1)
        figures[f"{name}: documents per cpu second"] = rates[name]
    for name in rates:
        if name not in ("default", "light"):
            figures[f"light over {name}"] = rates["light"] / rates[name]
            figures[f"default over {name}"] = rates["default"] / rates[name]
    return figures


def _pairs(found: Clusters) -> Iterable[Pair]:
    """Pairs of members of one cluster."""
    return (pair for cluster in found.clusters for pair in combinations(cluster.members, 2))


def _peers() -> dict[str, Callable[[list[Article]], Iterable[Pair]]]:
    """Other engines that are installed, at the settings that find copies with small edits."""
    engines: dict[str, Callable[[list[Article]], Iterable[Pair]]] = {"datasketch": _datasketch}
    try:
        import rensa  # noqa: F401
    except ImportError:
        print("rensa is not installed")
    else:
        engines["rensa"] = _rensa
    return engines


def _shingles(text: str) -> list[str]:
    words = text.lower().split()
    return [" ".join(words[start : start + 5]) for start in range(max(1, len(words) - 4))]


def _near(known: dict[str, list[str]]) -> set[Pair]:
    return {_pair(one, other) for one, near in known.items() for other in near if one != other}


def _datasketch(articles: list[Article]) -> Iterable[Pair]:
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=0.6, num_perm=128)
    known: defaultdict[str, list[str]] = defaultdict(list)
    for article in articles:
        sketch = MinHash(num_perm=128)
        sketch.update_batch([shingle.encode() for shingle in _shingles(article.text)])
        known[article.id] = index.query(sketch)
        index.insert(article.id, sketch)
    return _near(known)


def _rensa(articles: list[Article]) -> Iterable[Pair]:
    from rensa import RMinHash, RMinHashLSH

    index = RMinHashLSH(threshold=0.6, num_perm=128, num_bands=32)
    known: defaultdict[str, list[str]] = defaultdict(list)
    sketches = []
    for number, article in enumerate(articles):
        sketch = RMinHash(num_perm=128, seed=1)
        sketch.update(_shingles(article.text))
        near = [other for other in index.query(sketch) if sketch.jaccard(sketches[other]) >= 0.6]
        known[article.id] = [articles[other].id for other in near]
        index.insert(number, sketch)
        sketches.append(sketch)
    return _near(known)
