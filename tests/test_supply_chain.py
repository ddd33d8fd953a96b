"""What is installed: pinned by hash, of a known licence, and compared with the published advisories."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent
LOCKS = sorted(ROOT.glob("requirements*.lock"))


def script(name: str) -> ModuleType:
    """A program of `.ci/`, which has no ending of a module."""
    loader = importlib.machinery.SourceFileLoader(f"ci_{name}", str(ROOT / ".ci" / name))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_package_of_a_lock_has_a_release_and_hashes(lock: Path):
    """Else somebody who can change the index can change what is installed."""
    entries = re.split(r"^(?=\S)", lock.read_text("utf-8"), flags=re.MULTILINE)

    for entry in filter(str.strip, entries):
        assert re.match(r"[\w.-]+==\S+", entry), entry
        assert "--hash=sha256:" in entry, entry


@pytest.mark.parametrize(
    ("said", "allowed"),
    [
        ("MIT", True),
        ("BSD License", True),
        ("MPL-1.1 OR GPL-2.0-only OR LGPL-2.1-or-later", True),
        ("Apache-2.0 AND (MIT OR GPL-3.0-only)", True),
        ("GPL-3.0-only", False),
        ("MIT AND GPL-3.0-only", False),
        ("GNU Affero General Public License v3", False),
        ("Other/Proprietary License", False),
        ("", False),
    ],
)
def test_a_licence_is_allowed_where_all_or_one_alternative_is_on_the_list(said: str, allowed: bool):
    assert script("licences").is_allowed(said) is allowed


def test_what_is_installed_has_a_licence_of_the_list(capsys: pytest.CaptureFixture[str]):
    """A new dependency is looked at before it comes in."""
    code = script("licences").main(map(str, LOCKS[-2:]))

    assert (code, "NOT ALLOWED" in capsys.readouterr().out) == (0, False)


@pytest.mark.parametrize(
    ("package", "code", "says"),
    [
        ({"name": "fine", "version": "1.0", "vulns": []}, 0, "0 known vulnerabilities in 1 packages"),
        (
            {"name": "old", "version": "1.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"]}]},
            1,
            "KNOWN VULNERABILITY: old 1.0: PYSEC-1; mended in: 1.1",
        ),
        ({"name": "strange", "skip_reason": "not found"}, 0, "NOT AUDITED: 1 packages"),
    ],
    ids=["clean", "vulnerable", "unknown to the service"],
)
def test_an_audit_fails_at_a_known_vulnerability_and_names_what_it_could_not_ask(
    package: dict[str, object], code: int, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """Silence must not pass for safety, and an index that does not answer is no failure of ours."""
    report = tmp_path / "report.json"
    report.write_text(json.dumps({"dependencies": [package], "fixes": []}))

    assert script("advisories").main("some.lock", str(report)) == code
    assert says in capsys.readouterr().out
