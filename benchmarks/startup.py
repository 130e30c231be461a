"""How long until the first meaningful frame: `python -m benchmarks.startup [--runs N]`.

Of the wizard, its first figure in GiB; of a plain Textual form of ten fields, its seventh label, near the end of the
screen. Both start from exec on a terminal of 120x40, in turn. The ratio of the medians is what counts: machines differ.
"""

from __future__ import annotations

import argparse
import os
import platform
import select
import statistics
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

from benchmarks.wire.terminal import Child, Kind

KIND = Kind(120, 40, truecolor=True)
LIMIT = 1.5
PROGRAMS = {
    "wizard": (["-m", "wizard"], b"GiB"),
    "wizard, all named": (["-m", "wizard", "--preset", "qlora-24gb", "--gpu", "24GiB"], b"GiB"),
    "form": (["-m", "benchmarks.wire.form"], b"Sample packing"),
}
"""Of each what starts it, and what its first meaningful frame has."""


def first_frame(arguments: list[str], wanted: bytes, folder: Path, patience: float = 30.0) -> float:
    """Milliseconds from exec to the bytes of that frame. Raises TimeoutError where they do not come."""
    with Child([sys.executable, *arguments], KIND, folder) as child:
        sent, end = b"", child.started + patience
        while wanted not in sent and (left := end - time.perf_counter()) > 0:
            if not select.select([child.line], [], [], left)[0]:
                break
            sent += os.read(child.line, 65536)
        if wanted not in sent:
            raise TimeoutError(f"{' '.join(arguments)} never drew {wanted.decode()}")
        return (time.perf_counter() - child.started) * 1000


def main() -> None:
    """Print a median for each program, and how many times the form's it is."""
    parser = argparse.ArgumentParser(prog="benchmarks.startup", description="Time to the first meaningful frame.")
    parser.add_argument("--runs", type=int, default=9)
    options = parser.parse_args()
    taken: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    with tempfile.TemporaryDirectory() as folder:
        for run in range(options.runs + 1):
            for name, (arguments, wanted) in PROGRAMS.items():
                found = first_frame(arguments, wanted, Path(folder))
                if run:  # the first of each compiles and warms the disk
                    taken[name].append(found)
    form = statistics.median(taken["form"])
    print(f"Python {platform.python_version()}, Textual {version('textual')}, {os.cpu_count()} cores, 120x40")
    for name, times in taken.items():
        median = statistics.median(times)
        print(f"  {name:20}{median:7.0f} ms  {median / form:5.2f} of the form's (limit {LIMIT})")


if __name__ == "__main__":
    main()
