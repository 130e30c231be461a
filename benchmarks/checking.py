"""What `memwizard check` costs beside Axolotl's own validator: `python -m benchmarks.checking [FILE...] [--count 250]`.

Both judge the same files in one call each, in this run: those named (say the examples of Axolotl's source
distribution), else generated ones. Prints wall seconds (the least of `--rounds`), CPU seconds and peak memory of
each, the ratios, and what a call with one file takes, most of which is start-up.
Axolotl's validator runs without torch and without plugins (tests/axolotl/judge.py), which flatters it, and in a fork
for each file, which does not: it says some warnings once a process, so one process would miss them.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import yaml

from tests.axolotl.real import HERE, package, python
from tests.conformance.generate import cases
from wizard.knowledge.axolotl.versions import newest


class Cost(NamedTuple):
    """Wall and CPU seconds, and peak MiB."""

    wall: float
    cpu: float
    peak: float


def measured(command: list[str], rounds: int) -> Cost:
    """The least that a command took; the first round fills the caches of the disk."""
    return min(_once(command) for _ in range(rounds + 1))


def _once(command: list[str]) -> Cost:
    start = time.perf_counter()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    env = {**os.environ, "PYTHONPATH": str(package(newest()))}  # the judge's; memwizard needs none of it
    with subprocess.Popen(command, **quiet, env=env) as process:  # type: ignore[call-overload]
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - start
    peak = usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    return Cost(wall, usage.ru_utime + usage.ru_stime, peak)


def generated(folder: str, count: int) -> list[str]:
    """So many configs, as files."""
    files = []
    for number, case in zip(range(count), cases(10**6), strict=False):
        files.append(str(Path(folder) / f"{number}.yml"))
        Path(files[-1]).write_text(yaml.safe_dump(case.config, sort_keys=False), encoding="utf-8")
    return files


def main() -> None:
    """One line each, and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*")
    parser.add_argument("--count", type=int, default=250)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    judge = [str(python()), str(HERE / "judge.py")]
    check = [sys.executable, "-m", "wizard", "check", "--gpu", "h100-80gb"]
    with tempfile.TemporaryDirectory() as folder:
        files = given.files or generated(folder, given.count)
        ours = measured([*check, *files], given.rounds)
        one = measured([*check, files[0]], given.rounds)
        theirs = measured([*judge, *files], given.rounds)
    print(f"{f'{len(files)} files':18}{'seconds':>8}{'CPU':>8}{'peak MiB':>10}")
    for title, cost in (("memwizard check", ours), ("... of one file", one), ("Axolotl", theirs)):
        print(f"{title:18}{cost.wall:8.2f}{cost.cpu:8.2f}{cost.peak:10.0f}")
    print(f"{'ratio':18}{ours.wall / theirs.wall:8.3f}{ours.cpu / theirs.cpu:8.3f}{ours.peak / theirs.peak:10.2f}")


if __name__ == "__main__":
    main()
