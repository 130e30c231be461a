"""Style, types and layers hold."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent


@pytest.mark.timeout(600)  # mypy from nothing, on a slow machine
@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
        ["lint-imports"],
    ],
    ids=["style", "format", "types", "layers"],
)
def test_holds(command: list[str]) -> None:
    done = subprocess.run([str(BIN / command[0]), *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]


def test_no_path_of_one_machine_in_the_project() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    bad = []
    for name in tracked:
        if name.endswith((".py", ".toml", ".md", ".yml", ".json")) and name != "tests/test_quality.py":
            text = (ROOT / name).read_text(encoding="utf-8")
            bad += [f"{name}: {word}" for word in ("/root/", "/work/", "/home/") if word in text]
    assert not bad
