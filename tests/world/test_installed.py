"""The Axolotl that is installed is told by its metadata."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from wizard.world.installed import installed_axolotl


def put(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).mkdir(parents=True)
    return folder


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What memwizard's own environment has in it."""
    folder = tmp_path / "own"
    monkeypatch.setattr(sys, "path", ["", str(folder), str(tmp_path / "none")])
    return folder


def test_none(own: Path) -> None:
    put(own, "axolotl", "axolotl_contribs-0.1.dist-info", "axolotl-info")
    assert installed_axolotl({}) is None


@pytest.mark.parametrize("name", ["axolotl-0.20.0.dist-info", "axolotl-0.20.0.egg-info"])
def test_in_its_own_environment(own: Path, name: str) -> None:
    put(own, name)
    assert installed_axolotl({}) == installed_axolotl({"VIRTUAL_ENV": " "}) == "0.20.0"


def test_the_active_environment_comes_first(own: Path, tmp_path: Path) -> None:
    put(own, "axolotl-0.20.0.dist-info")
    active = tmp_path / "a[ct]ive"
    assert installed_axolotl({"VIRTUAL_ENV": str(active)}) == "0.20.0"
    put(active / "lib" / "python3.11" / "site-packages", "axolotl-0.19.1.dist-info")
    assert installed_axolotl({"VIRTUAL_ENV": str(active)}) == "0.19.1"
    assert installed_axolotl({"VIRTUAL_ENV": sys.prefix}) == "0.20.0"
