"""Full and broken disks, and kills: what stands in a corpus folder is whole, and the same command finishes."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
from pathlib import Path

import pytest

from dedupe.cleaning import clean
from dedupe.corpus import MANIFEST
from dedupe.errors import CorpusFolderError, CorpusLockedError
from dedupe.files import LOCK_NAME, run_lock, sha256_of
from dedupe.models import Article
from tests.dedupe.fictional import BRIDGE, FERRY, FERRY_OTHER
from tests.faults import FailingDisk

ROOT = Path(__file__).parents[2]
ARTICLES = [
    Article(id=f"{number:016x}", text=text) for number, text in enumerate((FERRY, FERRY_OTHER, BRIDGE, FERRY))
]


def files_of(folder: Path) -> dict[str, bytes]:
    """The files of a folder but for the lock's."""
    paths = (path for path in folder.iterdir() if not path.name.startswith(LOCK_NAME))
    return {path.name: path.read_bytes() for path in sorted(paths)}


def assert_whole(folder: Path) -> None:
    """No line is torn, and where there is a manifest, the files are as it says."""
    for path in folder.glob("[!.]*"):
        if path.suffix == ".jsonl":
            assert all(isinstance(json.loads(line), dict) for line in path.read_bytes().splitlines())
            assert path.read_bytes()[-1:] in (b"", b"\n")
    if (folder / MANIFEST).exists():
        for line in (folder / MANIFEST).read_bytes().splitlines():
            record = json.loads(line)
            assert sha256_of(folder / record["file"]) == record["sha256"]


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What an undisturbed run writes."""
    folder = tmp_path_factory.mktemp("undisturbed") / "corpus"
    clean(ARTICLES, folder)
    return files_of(folder)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO], ids=["full", "broken"])
def test_wherever_the_disk_fails_the_corpus_is_whole_and_the_next_run_finishes_it(
    number: int, tmp_path: Path, expected: dict[str, bytes]
):
    """The error says how to go on; after room is made the same command writes the same bytes."""
    folder = tmp_path / "corpus"
    steps = 0
    says: list[str] = []
    while True:
        with pytest.MonkeyPatch.context() as patch:
            disk = FailingDisk(steps, number)
            disk.install(patch.setattr)
            try:
                clean(ARTICLES[steps % 2 :], folder)  # another corpus each time: old files must go
            except CorpusFolderError as error:
                says.append(str(error))
        assert_whole(folder)
        if not disk.failed:
            break
        steps += 3

    (folder / "report.json").unlink()  # of another corpus: the new one would tell what changed since
    clean(ARTICLES, folder)

    assert len(says) > 8
    assert all("cannot be written" in each and "then run the same command again" in each for each in says)
    assert files_of(folder) == expected


@pytest.mark.parametrize("step", [0, 3, 7, 12, 17, 22, 28, 35, 40, 47, 54, 64])
def test_a_kill_at_any_step_leaves_the_old_or_the_new_and_the_next_run_finishes_it(
    step: int, tmp_path: Path, expected: dict[str, bytes]
):
    """Not a byte differs from the corpus of a run that nobody killed."""
    folder = tmp_path / "corpus"
    source = tmp_path / "in.jsonl"
    source.write_text("".join(f"{article.model_dump_json()}\n" for article in ARTICLES), encoding="utf-8")
    script = f"from tests.faults import kill_at; kill_at({step}); import dedupe.cli; raise SystemExit(dedupe.cli.main())"
    command = [sys.executable, "-c", script, "clean", str(source), "-o", str(folder)]

    killed = subprocess.run(command, cwd=ROOT, check=False, capture_output=True)

    assert killed.returncode == -9, killed.stderr
    assert_whole(folder)
    clean(ARTICLES, folder)
    assert files_of(folder) == expected


def test_a_lock_that_leads_elsewhere_is_refused(tmp_path: Path):
    """A folder from somebody else must not make this run write where its links lead."""
    treasure = tmp_path / "treasure"
    treasure.write_text("mine")
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / LOCK_NAME).symlink_to(treasure)

    with pytest.raises(CorpusFolderError, match="cannot be written"), run_lock(folder, "dedupe clean"):
        pass

    assert treasure.read_text() == "mine"


def test_the_holders_name_is_written_beside_a_link_and_not_through_it(tmp_path: Path):
    """The same for the file that says who holds the lock."""
    treasure = tmp_path / "treasure"
    treasure.write_text("mine")
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / f"{LOCK_NAME}.holder").symlink_to(treasure)

    with (
        run_lock(folder, "dedupe clean"),
        pytest.raises(CorpusLockedError, match="in use by `dedupe clean`"),
        run_lock(folder, "another"),
    ):
        pass

    assert treasure.read_text() == "mine"
