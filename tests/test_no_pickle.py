"""Nothing from the disk or the network is unpickled: a pickle runs what stands in it.

Workers get pages and give readings over pipes of their own parent, which made them; those are pickles of
multiprocessing's, and no byte of them comes from outside.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOADS = re.compile(
    r"^\s*(?:import|from)\s+(?:pickle|cPickle|_pickle|marshal|shelve|dill|cloudpickle|joblib)\b"
    r"|allow_pickle\s*=\s*True|read_pickle|torch\.load",
    re.MULTILINE,
)
# Runs a command, and ends it with code 77 where anything but a pipe of multiprocessing's is unpickled.
HOOKED = """
import os, sys, traceback

def hook(event, arguments):
    if event in ("pickle.find_class", "marshal.loads"):
        files = [frame.filename.replace(os.sep, "/") for frame in traceback.extract_stack()]
        ours = any("multiprocessing/" in file or "importlib" in file for file in files)
        if not ours:
            print(event, arguments, *files[-4:], file=sys.stderr)
            os._exit(77)

sys.addaudithook(hook)
"""


@pytest.mark.parametrize("package", ["crawler", "dedupe"])
def test_no_module_loads_pickles(package: str):
    """Neither by name nor through a library that does it on request."""
    found = [
        path for path in (ROOT / package).rglob("*.py") if LOADS.search(path.read_text(encoding="utf-8"))
    ]

    assert found == []


def test_the_pattern_knows_what_loads_pickles():
    """A check that finds nothing anywhere would find nothing here."""
    assert all(
        map(LOADS.search, ("import pickle", "from shelve import open", "np.load(a, allow_pickle=True)"))
    )


@pytest.mark.skipif(sys.platform == "win32", reason="spawned workers unpickle what their parent gives them")
def test_a_crawl_and_its_cleaning_unpickle_nothing_from_outside(tmp_path: Path):
    """The bundled example, from its WARC to its report."""
    script = HOOKED + "from scrapy.cmdline import execute; execute()"
    line = [sys.executable, "-c", script, "crawl", "coverage", "-a", "corpus=story"]
    line += ["-s", f"SEEDBED_CRAWLS={tmp_path / 'crawls'}", "-s", f"SEEDBED_CORPORA={tmp_path / 'seeds'}"]

    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "seeds" / "story" / "report.json").exists()


@pytest.mark.parametrize("setting", ["JOBDIR=job", "HTTPCACHE_ENABLED=1"])
def test_settings_that_would_load_pickles_are_refused(setting: str, tmp_path: Path):
    """Scrapy keeps its own state in pickles; the error says what takes their place."""
    line = [sys.executable, "-m", "scrapy", "crawl", "coverage", "-s", setting]
    line += ["-s", f"SEEDBED_CRAWLS={tmp_path}", "-s", f"SEEDBED_CORPORA={tmp_path}"]

    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert f"scrapy crawl: {setting.partition('=')[0]}: not used here: it keeps pickles" in done.stderr
