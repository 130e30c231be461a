"""What is on this machine of what a run needs."""

from __future__ import annotations

from pathlib import Path

import pytest

from wizard.world import there
from wizard.world.installed import installed


def test_a_package_is_found_by_its_metadata_however_it_is_spelled(tmp_path: Path) -> None:
    packages = tmp_path / "lib" / "python3.11" / "site-packages"
    (packages / "cut_cross_entropy-25.1.dist-info").mkdir(parents=True)
    (packages / "flash_attn-2.8.3+cu12.dist-info").mkdir()
    (packages / "Flask-3.0.dist-info").mkdir()
    environment = {"VIRTUAL_ENV": str(tmp_path)}
    assert installed("cut-cross-entropy", environment) == "25.1"
    assert installed("flash-attn", environment) == "2.8.3+cu12"
    assert installed("flask", environment) == "3.0"
    assert installed("flash", environment) is None


def test_a_token_is_looked_for_and_never_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.delenv("HF_TOKEN_PATH", raising=False)
    monkeypatch.delenv("HF_HUB_CACHE", raising=False)
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    assert not there.logged_in()
    (tmp_path / "token").touch(mode=0o000)
    assert there.logged_in()
    (tmp_path / "token").unlink()
    monkeypatch.setenv("HF_TOKEN", "secret")
    assert there.logged_in()


def test_free_disk_of_what_is_not_there_yet_is_that_of_the_folder_above(tmp_path: Path) -> None:
    assert there.free_disk(str(tmp_path / "a" / "b")) == pytest.approx(there.free_disk(str(tmp_path)), rel=0.1)
    assert not there.exists("\0")
    assert not there.cached("\0")


def test_a_model_is_there_with_its_weights_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    snapshot = tmp_path / "models--owner--name" / "snapshots" / "abc"
    snapshot.mkdir(parents=True)
    (snapshot / "config.json").write_text("{}")
    assert there.cache_folder() == str(tmp_path)
    assert not there.cached("owner/name")
    (snapshot / "model.safetensors").touch()
    assert there.cached("owner/name")
    assert there.cached(str(tmp_path))
