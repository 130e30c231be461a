"""What `memwizard check` costs beside Axolotl's own validator: `python -m benchmarks.checking [--count 250]`.

Both judge the same files in one call each, in this run; prints wall seconds and peak memory of each, and the ratio.
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

import yaml

from tests.axolotl.real import HERE, python
from tests.conformance.generate import cases


def measured(command: list[str]) -> tuple[float, float]:
    """Wall seconds and peak MiB of a command."""
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - start
    return seconds, usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def main() -> None:
    """One line each, and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=250)
    count = parser.parse_args().count
    judge = [str(python()), str(HERE / "judge.py")]
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for number, case in zip(range(count), cases(10**6), strict=False):
            files.append(str(Path(folder) / f"{number}.yml"))
            Path(files[-1]).write_text(yaml.safe_dump(case.config, sort_keys=False), encoding="utf-8")
        ours = measured([sys.executable, "-m", "wizard", "check", *files, "--gpu", "h100-80gb"])
        theirs = measured([*judge, *files])
    print(f"{count} files       seconds   peak MiB")
    print(f"memwizard check  {ours[0]:8.2f}  {ours[1]:9.0f}")
    print(f"Axolotl          {theirs[0]:8.2f}  {theirs[1]:9.0f}")
    print(f"ratio            {ours[0] / theirs[0]:8.3f}  {ours[1] / theirs[1]:9.2f}")


if __name__ == "__main__":
    main()
