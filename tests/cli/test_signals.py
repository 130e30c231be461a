"""Signals at random moments: the old content is always in a file, no file is half written, what is said is so."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROUNDS = 125
"""Four times that are the signals of one run of the tests."""


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(4))
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
