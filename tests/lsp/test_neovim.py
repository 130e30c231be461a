"""Neovim without a screen, set up as docs/editor.md says: it shows findings, takes a fix, completes an inner key."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.configs import GOOD

ROOT = Path(__file__).parents[2]
BESIDE = str(Path(sys.executable).parent)
NEOVIM = os.environ.get("MEMWIZARD_NEOVIM") or shutil.which("nvim", path=BESIDE) or shutil.which("nvim")


def new_enough() -> bool:
    """Whether there is one that has `vim.lsp.config`: 0.11 and later."""
    if NEOVIM is None:
        return False
    said = subprocess.run([NEOVIM, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"NVIM v(\d+)\.(\d+)", said)
    return found is not None and (int(found[1]), int(found[2])) >= (0, 11)


@pytest.mark.timeout(200)
def test_neovim_shows_mends_and_completes(tmp_path: Path) -> None:
    if not new_enough():
        pytest.skip("no Neovim of 0.11 or later: MEMWIZARD_NEOVIM names one")
    (setup,) = re.findall(r"```lua\n(.*?)```", (ROOT / "docs" / "editor.md").read_text(encoding="utf-8"), re.DOTALL)
    command = f'cmd = {{ "{sys.executable}", "-m", "wizard", "lsp" }}'
    (tmp_path / "setup.lua").write_text(setup.replace('cmd = { "memwizard", "lsp" }', command), encoding="utf-8")
    (tmp_path / "my.yml").write_text(GOOD + "eval_batch_size: 8\n", encoding="utf-8")
    told = subprocess.run(
        [str(NEOVIM), "--headless", "-u", "NONE", "-l", str(Path(__file__).parent / "neovim.lua")],
        capture_output=True,
        text=True,
        check=True,
        timeout=150,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "SETUP": str(tmp_path / "setup.lua"),
            "FILE": str(tmp_path / "my.yml"),
        },
    )
    row = json.loads(told.stdout)
    assert "MW102" in row["found"]
    assert "eval_batch_size: 1" in row["text"]
    assert "num_generations" in row["completed"]
    assert "eval_batch_size: 1" in row["saved"]
