"""One engine, measured in a process of its own: `python -m benchmarks._engines NAME CORPUS COUNT OUT CORES`.

Texts -> clusters. Loaded are the texts, then the clock starts; what the process grows by from there is the engine's
memory. Peers are imported by their functions only, so that another Python, in which a peer is installed and this
project is not, can run this file. Prints one line of JSON; OUT gets a cluster's documents, by number, a line.

Peers with a threshold stand in two ways: with what they do when asked for nothing, and tuned for copies with small
edits (5-word shingles, 128 permutations, similarity .6).
"""

from __future__ import annotations

import gc
import json
import os
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

Groups = Iterable[Sequence[int]]

BATCH = 1_000  # documents whose shingles a peer is given at once, where it takes many


def shingles(text: str) -> list[str]:
    """Runs of five words: the fastest of several ways in plain Python."""
    words = text.lower().split()
    return list(map(" ".join, zip(words, words[1:], words[2:], words[3:], words[4:], strict=False))) or [text]


def joined(pairs: Iterable[tuple[int, int]]) -> Groups:
    """Connected pairs."""
    parent: dict[int, int] = {}

    def find(node: int) -> int:
        root = node
        while parent.setdefault(root, root) != root:
            root = parent[root]
        while parent[node] != root:
            parent[node], node = root, parent[node]
        return root

    for one, other in pairs:
        a, b = find(one), find(other)
        parent[max(a, b)] = min(a, b)
    groups = defaultdict(list)
    for node in parent:
        groups[find(node)].append(node)
    return groups.values()


# ------------------------------------------------------------------------------------------- engines


def ours(texts: list[str], **changes: float) -> Callable[[], Groups]:
    """This project, with settings of the duplicates changed."""
    from dedupe.duplicates import find_duplicates
    from dedupe.models import Article
    from dedupe.settings import DedupeSettings, DuplicateSettings

    articles = [Article(id=f"{number:09}", text=text) for number, text in enumerate(texts)]
    texts.clear()
    settings = DedupeSettings(duplicates=DuplicateSettings(**changes))  # type: ignore[arg-type]

    def run() -> Groups:
        found = find_duplicates(articles, settings)
        return ([int(member) for member in copies] for copies in found.copies)

    return run


def light(texts: list[str]) -> Callable[[], Groups]:
    """This project, for copies with small edits only: fewer bands, no index of short shingles."""
    return ours(texts, wanted_similarity=0.7, wanted_recall=0.99, anchors=0)


def datasketch(texts: list[str], threshold: float = 0.6) -> Callable[[], Groups]:
    """MinHashLSH, each text asked and inserted in turn."""
    from datasketch import MinHash, MinHashLSH

    def run() -> Groups:
        index = MinHashLSH(threshold=threshold, num_perm=128)
        pairs = []
        for number, text in enumerate(texts):
            sketch = MinHash(num_perm=128)
            sketch.update_batch([shingle.encode() for shingle in shingles(text)])
            pairs += [(number, other) for other in index.query(sketch)]
            index.insert(number, sketch)
        return joined(pairs)

    return run


def datasketch_default(texts: list[str]) -> Callable[[], Groups]:
    """Its own threshold of .9."""
    return datasketch(texts, threshold=0.9)


def rensa(texts: list[str]) -> Callable[[], Groups]:
    """RMinHash by batches, and its LSH; pairs of a bucket are held against their signatures."""
    from rensa import RMinHash, RMinHashLSH

    def run() -> Groups:
        index = RMinHashLSH(threshold=0.6, num_perm=128, num_bands=32)
        sketches: list[Any] = []
        for start in range(0, len(texts), BATCH):
            batch = [shingles(text) for text in texts[start : start + BATCH]]
            sketches += RMinHash.from_token_sets(batch, num_perm=128, seed=1)
        index.insert_many(sketches)
        pairs = [
            (number, other)
            for number, sketch in enumerate(sketches)
            for other in index.query(sketch)
            if other < number and sketch.jaccard(sketches[other]) >= 0.6
        ]
        return joined(pairs)

    return run


def gaoya(texts: list[str]) -> Callable[[], Groups]:
    """MinHashStringIndex, which shingles in Rust."""
    from gaoya.minhash import MinHashStringIndex

    def run() -> Groups:
        index = MinHashStringIndex(32, 0.6, 32, 4, None, "word", True, (5, 5), "vec")
        index.par_bulk_insert_docs(list(range(len(texts))), texts)
        found = index.par_bulk_query(texts)
        return joined(
            (number, other) for number, near in enumerate(found) for other in near if other != number
        )

    return run


def text_dedup(texts: list[str]) -> Callable[[], Groups]:
    """text-dedup's minhash with its defaults, on one process."""
    import datasets
    from text_dedup import minhash

    folder = TemporaryDirectory()
    data = Path(folder.name, "data")
    datasets.Dataset.from_dict({"id": list(range(len(texts))), "text": texts}).save_to_disk(data)

    def run() -> Groups:
        out = str(Path(folder.name, "out"))
        given = ["--path", str(data), "--local", "--output", out, "--column", "text", "--num_proc", "1"]
        minhash.uf = minhash.UnionFind()  # it keeps one for all runs of a process
        minhash.main.main([*given, "--idx_column", "id"], standalone_mode=False)
        parent = {node: minhash.uf.find(node) for node in minhash.uf.parent}
        folder.cleanup()
        return joined(parent.items())

    return run


def datatrove(texts: list[str]) -> Callable[[], Groups]:
    """Datatrove's four stages with their defaults, on one local task."""
    import numpy as np
    from datatrove.data import Document
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.dedup import MinhashDedupBuckets, MinhashDedupCluster, MinhashDedupSignature
    from datatrove.pipeline.dedup.minhash import MinhashConfig

    def run() -> Groups:
        with TemporaryDirectory() as folder:
            config = MinhashConfig()
            read = [Document(text=text, id=str(number)) for number, text in enumerate(texts)]
            stages = [
                [read, MinhashDedupSignature(f"{folder}/signatures", config=config)],
                [MinhashDedupBuckets(f"{folder}/signatures", f"{folder}/buckets", config=config)],
                [
                    MinhashDedupCluster(
                        f"{folder}/buckets", f"{folder}/out", config=config, save_cluster_id=True
                    )
                ],
            ]
            for number, stage in enumerate(stages):
                tasks = config.num_buckets if number == 1 else 1
                LocalPipelineExecutor(
                    stage, tasks=tasks, workers=1, logging_dir=f"{folder}/log{number}"
                ).run()
            raw = b"".join(path.read_bytes() for path in Path(folder, "out").glob("*.clusters"))
            pairs = np.frombuffer(raw, np.uint32).reshape(-1, 2)
            groups = defaultdict(list)
            for document, cluster in pairs.tolist():
                groups[cluster].append(document)
            return list(groups.values())

    return run


ENGINES: dict[str, Callable[[list[str]], Callable[[], Groups]]] = {
    "default": ours,
    "light": light,
    "datasketch": datasketch,
    "datasketch default": datasketch_default,
    "rensa": rensa,
    "gaoya": gaoya,
    "text-dedup": text_dedup,
    "datatrove": datatrove,
}


# ----------------------------------------------------------------------------------------- measuring


def _texts(corpus: Path, count: int) -> Iterator[str]:
    with corpus.open(encoding="utf-8") as lines:
        for _, line in zip(range(count), lines, strict=False):
            yield json.loads(line)["text"]


def _resident() -> float:
    """MB that the process has in memory now; where the system does not say, the most it ever had."""
    return _status("VmRSS") or _most()


def _most() -> float:
    """MB that the process had in memory at most. Linux's `ru_maxrss` also counts the parent's, hence its own file."""
    unit = 1 if sys.platform == "darwin" else 1024
    return _status("VmHWM") or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def _status(name: str) -> float | None:
    """A line of /proc/self/status, in MB; None where there is no such file."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith(name)), None)


def _cpu() -> float:
    """Seconds of this process and of those that it started and that ended."""
    used = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def main(name: str, corpus: str, count: str, out: str, cores: str) -> None:
    """Measure one engine; no documents: only see whether it is installed."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: int(cores)])
    with redirect_stdout(sys.stderr):
        ENGINES[name](["The engine and what it imports are loaded before the texts are. " * 3] * 2)()
        if not int(count):
            return
        texts = list(_texts(Path(corpus), int(count)))
        run = ENGINES[name](texts)
        gc.collect()
        before = _resident()
        wall, cpu = time.perf_counter(), _cpu()
        groups = run()
        wall, cpu = time.perf_counter() - wall, _cpu() - cpu
        most = _most()
    with Path(out).open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(list(group)) + "\n" for group in groups)
    print(json.dumps({"documents": int(count), "cpu": cpu, "wall": wall, "memory": most - before}))


if __name__ == "__main__":
    main(*sys.argv[1:])
