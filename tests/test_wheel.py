"""The built wheel holds all that it needs, in an environment with nothing else, and two builds of it are the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from wizard.cli import COMMANDS

ROOT = Path(__file__).parents[1]


def built(folder: Path) -> Path:
    """The wheel, as of one moment."""
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(ROOT)],
        check=True,
        capture_output=True,
        env={**os.environ, "SOURCE_DATE_EPOCH": "1750000000"},
    )
    return next(folder.glob("memwizard-*.whl"))


@pytest.mark.timeout(900)  # installs a whole environment
@pytest.mark.xdist_group("slow")
def test_wheel_alone_starts_every_command(tmp_path: Path) -> None:
    wheel = built(tmp_path / "one")
    assert wheel.read_bytes() == built(tmp_path / "two").read_bytes()
    venv.create(tmp_path / "empty", with_pip=True)
    python = tmp_path / "empty" / "bin" / "python"
    subprocess.run([str(python), "-m", "pip", "install", "--quiet", str(wheel)], check=True, capture_output=True)
    command = [str(tmp_path / "empty" / "bin" / "memwizard")]
    listed = subprocess.run([*command, "presets", "--json"], check=True, capture_output=True, text=True, cwd=tmp_path)
    names = [json.loads(line)["name"] for line in listed.stdout.splitlines()]
    shipped = sorted(path.stem for path in (ROOT / "presets").glob("*.yml"))
    assert sorted(names) == shipped
    made = subprocess.run(
        [*command, "generate", "--preset", "qlora-24gb", "--gpu", "rtx-4090"],
        check=True,
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert "adapter: qlora" in made.stdout
    asks = "from wizard.world.rulepages import rule_page; print(rule_page('MW102').file)"
    page = subprocess.run([str(python), "-c", asks], check=True, capture_output=True, text=True, cwd=tmp_path).stdout
    assert Path(page.strip()).is_relative_to(tmp_path / "empty")
    for name in COMMANDS:
        told = subprocess.run([*command, name, "--help"], capture_output=True, text=True, cwd=tmp_path, check=False)
        assert (told.returncode, told.stderr) == (0, ""), name
        assert told.stdout.startswith(f"Usage: memwizard {name}")
