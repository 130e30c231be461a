"""Files that others own, link to, write at the same moment, or left half written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import run
from wizard.domain.errors import InputError
from wizard.world import atomic, sharing
from wizard.world.ledger import LEDGER

ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
_WRITER = """
import sys
from pathlib import Path
from wizard.world import atomic
for turn in range(8):
    atomic.write(Path(sys.argv[1]), f"{sys.argv[2]} {turn}\\n", sync=False)
"""


@pytest.mark.skipif(not ROOT, reason="only root may give a file away")
def test_a_file_stays_its_owners(tmp_path: Path) -> None:
    file = tmp_path / "my.yml"
    file.write_text("a: 1\n")
    os.chown(file, 1234, 4321)
    file.chmod(0o640)
    atomic.write(file, "a: 2\n")
    state = file.stat()
    assert (state.st_uid, state.st_gid, state.st_mode & 0o777) == (1234, 4321, 0o640)


def test_a_hard_link_is_told(tmp_path: Path) -> None:
    file, other = tmp_path / "my.yml", tmp_path / "other.yml"
    file.write_text("base_model: Qwen/Qwen3-8B\nload_in_4bit: true\nload_in_4bit: true\n")
    os.link(file, other)
    done = run("generate", "--preset", "qlora-24gb", "--gpu", "rtx-4090", "-o", file, "--overwrite")
    assert f"{file} had another name (a hard link), under which the old content stays" in done.err
    assert other.read_text().startswith("base_model: Qwen/Qwen3-8B\n")
    assert "hard link" not in run("generate", "--preset", "qlora-12gb", "-o", file, "--overwrite").err


@pytest.mark.parametrize("length", [240, 251, 255])
def test_a_name_may_be_as_long_as_a_name_can(tmp_path: Path, length: int) -> None:
    file = tmp_path / ("n" * (length - 4) + ".yml")
    file.write_text("old")
    backup = atomic.write(file, "new")
    assert backup is not None
    assert (file.read_text(), backup.read_text(), len(os.listdir(tmp_path))) == ("new", "old", 2)
    again = atomic.write(file, "newer")
    assert again is not None
    assert again.read_text() == "new"


def test_every_version_of_eight_writers_is_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "my.yml"
    file.write_text("start\n")
    writers = [subprocess.Popen([sys.executable, "-c", _WRITER, str(file), str(one)]) for one in range(8)]
    assert [writer.wait() for writer in writers] == [0] * 8
    kept = sorted(one.read_text() for one in tmp_path.iterdir())
    assert kept == sorted(["start\n", *(f"{one} {turn}\n" for one in range(8) for turn in range(8))])


def test_what_killed_writers_left_is_swept_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "_swept", {})
    left = [tmp_path / name for name in (".my.yml.0123abcd.tmp", ".my.yml.0123abcd.bak")]
    kept = [tmp_path / n for n in (".gone.yml.0123abcd.tmp", ".my.yml.tmp", "my.yml.bak1", ".my.yml.0123abce.tmp")]
    for one in (*left, *kept):
        one.write_text("")
        if one is not kept[-1]:
            os.utime(one, (1, 1))
    atomic.write(tmp_path / "my.yml", "a: 1\n")
    assert set(os.listdir(tmp_path)) == {"my.yml", *(one.name for one in kept)}


def test_a_backup_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a file system knows no second names, the old content is copied; an error in that leaves no half backup."""
    file = tmp_path / "my.yml"
    file.write_text("old")

    def no_links(*_: object) -> None:
        raise PermissionError(1, "no links here")

    monkeypatch.setattr(os, "link", no_links)
    backup = atomic.write(file, "new")
    assert backup is not None
    assert backup.read_text() == "old"
    monkeypatch.setattr(os, "replace", no_links)
    LEDGER.clear()
    with pytest.raises(InputError, match="can't be written"):
        atomic.write(file, "newer")
    assert sorted(os.listdir(tmp_path)) == ["my.yml", "my.yml.bak1"]
    assert file.read_text() == "new"
