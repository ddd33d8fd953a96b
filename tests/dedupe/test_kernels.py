"""A kernel that was built from other code is not used."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from dedupe import kernels


@pytest.fixture
def stale(monkeypatch: pytest.MonkeyPatch) -> None:
    """A compiled kernel of the checks from before its functions had a number."""
    monkeypatch.setitem(sys.modules, "dedupe.quality._kernel", ModuleType("dedupe.quality._kernel"))


@pytest.mark.usefixtures("stale")
def test_a_stale_kernel_is_named_and_not_used():
    with pytest.warns(
        UserWarning, match=r"kernel of quality was built from other code.*install Seedbed again"
    ):
        assert kernels.load("quality") is None


@pytest.mark.usefixtures("stale")
def test_the_version_says_which_stages_run_without_a_kernel():
    with pytest.warns(UserWarning, match="quality"):
        assert kernels.kernel_names().endswith("numpy for quality") or kernels.load("duplicates") is None


def test_numpy_can_be_asked_for(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SEEDBED_KERNEL", "numpy")
    assert kernels.load("duplicates") is None
    assert kernels.kernel_names() == "numpy"
