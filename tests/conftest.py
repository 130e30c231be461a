"""What tests share: a home of their own, and the real Axolotl where it is needed."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parents[1]
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")  # a loaded machine is no fault


# What is started here would inherit ignored ones, as under nohup or behind a shell's "&".
signal.signal(signal.SIGHUP, signal.SIG_DFL)
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_xdist_auto_num_workers() -> int:
    """For `-n auto`: two for each core, since the tests of the screens wait half of their time."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(cores, min(2 * cores, 16))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What the table of faults counts."""
    from scripts.reliability import PAGE, said

    terminalreporter.write_line(said(PAGE.read_text(encoding="utf-8")))


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test sees this person's settings, GPUs, colours or allocator variables, nor the Axolotl that is installed."""
    home = tmp_path_factory.mktemp("home")
    for name in list(os.environ):
        if name.startswith(("XDG_", "PYTORCH_", "CUDA_", "MEMWIZARD_", "HF_")) or name in ("NO_COLOR", "COLORTERM"):
            monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("MEMWIZARD_AXOLOTL", "newest")  # whatever this person has installed
    return home
