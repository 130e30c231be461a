"""Played runs, with an allocator that keeps what it took: a leak is forecast, and nothing else is called one."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.player import MIB, Played, said
from tests.cli.test_run import ROOT, STANDIN, words

GIB = 1 << 30
KINDS: dict[str, dict[str, object]] = {
    "full rows": {},
    "rows of their own lengths": {"lengths": (0.2, 1.0)},
    "short rows and a few long ones": {"lengths": (0.05, 1.0)},
    "with evaluations": {"lengths": (0.5, 1.0), "evals": 25},
    "collected now and then": {"lengths": (0.8, 1.0), "collects": 40},
}


def clean(number: int) -> tuple[Played, float]:
    """A run that leaks nothing, and seconds a step."""
    dice = random.Random(number)
    kind = [*KINDS.values()][number % len(KINDS)]
    run = Played(number, dice.choice([100, 200, 400]), int(dice.uniform(4, 60) * GIB), **kind)  # type: ignore[arg-type]
    return run, dice.choice([0.3, 1.0, 3.0])


def test_of_200_clean_runs_at_most_one_in_a_hundred_is_called_a_leak(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a GPU with a third more than each ever reserved."""
    called = []
    for number in range(200):
        run, seconds = clean(number)
        limits = {"gpu": int(1.33 * max(one.reserved for one in run.held())), "host": 8 * GIB}
        if said(run, limits, monkeypatch, seconds=seconds, logs=number % 2 == 0):
            called.append(number)
    assert len(called) <= 2, called


@pytest.mark.parametrize("logs", [False, True], ids=["by NVML", "by Axolotl's lines"])
@pytest.mark.parametrize("seconds", [0.4, 1.0, 2.5])
def test_at_a_third_of_the_way_the_last_step_is_known_within_a_tenth(
    monkeypatch: pytest.MonkeyPatch, seconds: float, logs: bool
) -> None:
    for seed in range(12):
        dice = random.Random(f"{seed} {seconds}")
        base, last = int(dice.uniform(8, 40) * GIB), dice.choice([200, 293, 412])
        run = Played(seed, 10 * last, base, int(base * dice.uniform(0.5, 3) / last))
        limit = next(one.active if logs else one.reserved + 500 * MIB for one in run.held() if one.step == last)
        lines = said(run, {"gpu": limit}, monkeypatch, seconds=seconds, logs=logs, until=last // 3)
        assert lines, seed
        found = re.search(r"memory of the GPU grows by .* a step: .* step (\d+) of \d+ will be the last", lines[-1])
        assert found, lines
        assert int(found[1]) == pytest.approx(last, rel=0.1), seed


NVML = """
import os
from types import SimpleNamespace
class NVMLError(Exception): value = 3
class NVMLLibraryMismatchError(Exception): pass
def nvmlInit(): pass
def nvmlDeviceGetCount(): return 1
def nvmlDeviceGetHandleByIndex(index): return index
def nvmlDeviceGetUUID(index): return "GPU-0"
def nvmlDeviceGetMemoryInfo(index, version=None): return SimpleNamespace(total=24 << 30, used=10 << 30, free=14 << 30)
def nvmlDeviceGetGraphicsRunningProcesses(index): return []
def nvmlDeviceGetComputeRunningProcesses(index):
    with open(os.environ["HELD"] + ".asked", "a") as target:
        target.write(".")
    try:
        pid, held = open(os.environ["HELD"]).read().split()
    except OSError:
        return []
    return [SimpleNamespace(pid=int(pid), usedGpuMemory=int(held))]
"""
"""A driver for which a process holds what it says in a file."""
OFTEN = """
import sys
from importlib import import_module
from wizard.cli import standing
from wizard.world import gauge, launched
standing._SECONDS, launched._TICK, import_module("wizard.cli.watch")._PAUSE = 0.01, 0.02, 0.02
gauge.Gauge.__init__.__defaults__ = (0.01, None)
sys.argv[0] = "memwizard"
from wizard.cli import main
sys.exit(main())
"""
"""memwizard with a clock that goes as fast as the run's."""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "pynvml.py").write_text(NVML, encoding="utf-8")
    return {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}", "HELD": str(tmp_path / "held")}


def told(text: str) -> list[tuple[int, int]]:
    """Each forecast of the last step, and the step after which it was made."""
    found = re.findall(
        r"grows by .* MiB a step: .* step (\d+) of 3000 will be the last \(seen after step (\d+)\)", text
    )
    return [(int(last), int(at)) for last, at in found]


def judged(found: list[tuple[int, int]]) -> None:
    """By a third of the way there is a forecast, and the last one until then is within a tenth."""
    last = (23.5 - 10) * 1024 / 40  # of the 24 GiB of that card 0.5 can't be had, by the catalogue
    early = [one for one, at in found if at <= last / 3]
    assert early, found
    assert early[-1] == pytest.approx(last, rel=0.1)


def test_a_child_that_leaks_is_forecast_by_the_driver_alone(environment: dict[str, str]) -> None:
    run = [sys.executable, "-c", OFTEN, *words("plays")[3:]]
    done = subprocess.run(run, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    judged(told(done.stderr))
    assert "out of GPU memory" in done.stderr


def test_one_that_was_started_otherwise_too(environment: dict[str, str], tmp_path: Path) -> None:
    log = tmp_path / "train.log"
    with log.open("wb") as target:
        child = subprocess.Popen([sys.executable, str(STANDIN), "plays"], env=environment, stdout=target, stderr=target)
        watch = ["watch", str(child.pid), "--log", str(log), "--gpu", "rtx-4090", "--config", words("plays")[4]]
        command = [sys.executable, "-c", OFTEN, *watch]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        child.wait()
    judged(told(done.stderr))
