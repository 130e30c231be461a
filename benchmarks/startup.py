"""How long until the first meaningful frame: `python -m benchmarks.startup [--runs N]`.

Of the wizard, its first figure in GiB; of a plain Textual form of as many fields as a step has (ten), its seventh
label, near the end of the screen. Both start from exec on a terminal of 120x40, in turn. The ratio of the medians is
what counts: machines differ.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import platform
import select
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from benchmarks.wire.terminal import Child, Kind
from benchmarks.wire.tours import CHOICES, FORM, NUMBERS

KIND = Kind(120, 40, truecolor=True)
LIMIT = 1.5
PROGRAMS = {
    "wizard": ([sys.executable, "-m", "wizard"], b"GiB"),
    "wizard, all named": ([sys.executable, "-m", "wizard", "--preset", "qlora-24gb", "--gpu", "24GiB"], b"GiB"),
    "form": (FORM.command, [*NUMBERS, *CHOICES][6].encode()),
}
"""Of each what starts it, and what its first meaningful frame has."""


def first_frame(command: Sequence[str], wanted: bytes, folder: Path, patience: float = 30.0) -> float:
    """Milliseconds from exec to the bytes of that frame. Raises TimeoutError where they do not come."""
    with Child(command, KIND, folder) as child:
        sent, end = b"", child.started + patience
        with contextlib.suppress(OSError):  # it ended
            while wanted not in sent and (left := end - time.perf_counter()) > 0:
                if not select.select([child.line], [], [], left)[0]:
                    break
                sent += os.read(child.line, 65536)
        if wanted not in sent:
            raise TimeoutError(f"{' '.join(command)} never drew {wanted.decode()}, but {sent.decode()[-600:]}")
        return (time.perf_counter() - child.started) * 1000


def main() -> None:
    """Print a median for each program, and how many times the form's it is."""
    parser = argparse.ArgumentParser(prog="benchmarks.startup", description="Time to the first meaningful frame.")
    parser.add_argument("--runs", type=int, default=9)
    options = parser.parse_args()
    taken: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    with tempfile.TemporaryDirectory() as folder:
        for run in range(options.runs + 1):
            for name, (command, wanted) in PROGRAMS.items():
                found = first_frame(command, wanted, Path(folder))
                if run:  # the first of each compiles and warms the disk
                    taken[name].append(found)
    form = statistics.median(taken["form"])
    print(f"Python {platform.python_version()}, Textual {version('textual')}, {os.cpu_count()} cores, 120x40")
    for name, times in taken.items():
        median = statistics.median(times)
        print(f"  {name:20}{median:7.0f} ms  {median / form:5.2f} of the form's (limit {LIMIT})")


if __name__ == "__main__":
    main()
