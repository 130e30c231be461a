"""Many wizards at once; `python -m scripts.crowd --wizards 50` is the whole of it."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from scripts.crowd import WAYS, play, said


@pytest.mark.timeout(900)
def test_many_at_once_leave_nothing_behind(tmp_path: Path) -> None:
    told = play(len(WAYS), tmp_path)
    assert told.wrong == []
    assert len(told.first) == len(told.shares) == len(WAYS)
    assert min(told.shares) > 1
    assert f"{len(WAYS)} wizards at once" in said(told)


def test_what_does_not_end_and_what_it_leaves_behind_is_told(tmp_path: Path) -> None:
    sleeper = "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], start_new_session=True)"
    script = f"import subprocess, sys, time; open('pid', 'w').write(str({sleeper}.pid)); time.sleep(600)"
    try:
        told = play(1, tmp_path, [sys.executable, "-c", script], patience=2.0)
    finally:
        os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)
    assert told.wrong[:2] == ["1 never showed a figure", "Ctrl+Q: exit code None"]
    assert [one.partition(": ")[0] for one in told.wrong[2:]] == ["left running"]
