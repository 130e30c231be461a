"""Signals at random moments: the old content is always in a file, no file is half written, what is said is so."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.picked import picked

ROUNDS = 125
"""Four times that are the signals of all parts."""


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", picked(range(4), 2))
def test_signals_at_random_moments(seed: int, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.cli.signalled", tmp_path, str(ROUNDS), str(seed)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == {"rounds": ROUNDS, "faults": []}


WHILE_IMPORTING = """
import os, signal, sys
class Interrupts:
    def find_spec(self, name, path=None, target=None):
        if name == "click":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Interrupts())
sys.argv = ["memwizard", "--version"]
{before}
from wizard.__main__ import main
main()
"""


def test_ctrl_c_while_the_command_line_is_imported() -> None:
    code = WHILE_IMPORTING.format(before="")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr == "memwizard: stopped; no file was changed\n"


def test_an_ignored_ctrl_c_stays_ignored() -> None:
    before = "signal.signal(signal.SIGINT, signal.SIG_IGN)"
    code = WHILE_IMPORTING.format(before=before)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("memwizard, version")
