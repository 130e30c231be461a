"""`python -m benchmarks.wire`."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from importlib.metadata import version

from benchmarks.wire.figures import FIRST_RATIO, HEAD, KEY_P95, Sample, chapter, figures
from benchmarks.wire.terminal import QUIET, Kind
from benchmarks.wire.tours import FORM, WIZARD, run, run_more, start

KINDS = (Kind(80, 24, truecolor=False), Kind(120, 40, truecolor=True))
NOTES = f"""\
bytes: median. ms: from the key to the last byte of its answer, median and 95th percentile; the first screen from exec.
Limits hold at 80x24 with 256 colours. ms limit: the first screen's median may be {FIRST_RATIO} times the plain form's,
the p95 of a key {KEY_P95:.0f} ms. digit: 204 to 2048, in a box on which every price hangs; fit flips: 2048 to 2048x,
which no longer fits: every price of the page changes its word and its colour, and the finding's line, which appears
below the box, moves all that stands under it by one row, so that this can't be as small as a digit. Tab goes through
the step's fields, the page scrolling with it. The screens from F8 on: on eight GPUs, with a file of conversations."""


def main(arguments: list[str] | None = None) -> None:
    """Drive both programs on both terminals, in turn, and print one table."""
    parser = argparse.ArgumentParser(prog="benchmarks.wire", description="Bytes and time of the wizard's answers.")
    parser.add_argument("--runs", type=int, default=2, help="how often each program is driven (default 2)")
    parser.add_argument("--idle", type=float, default=5.0, help="idle seconds in each run; 0 leaves them out")
    parser.add_argument(
        "--quiet", type=float, default=QUIET,
        help=f"seconds without a byte after which an answer is whole (default {QUIET}); more where the machine is busy",
    )  # fmt: skip
    options = parser.parse_args(arguments)
    taken: dict[tuple[Kind, str], list[Sample]] = {(kind, one.name): [] for kind in KINDS for one in (WIZARD, FORM)}
    for program in (WIZARD, FORM):
        start(program, KINDS[0])
    for number in range(options.runs):
        for kind in KINDS:
            for program in (WIZARD, FORM):
                print(f"run {number + 1} of {options.runs}: {program.name}, {kind.name}", file=sys.stderr)
                taken[kind, program.name] += run(program, kind, options.idle, options.quiet)
            print(f"run {number + 1} of {options.runs}: other screens, {kind.name}", file=sys.stderr)
            taken[kind, WIZARD.name] += run_more(kind, options.quiet)
    print(
        f"Python {platform.python_version()}, Textual {version('textual')}, {os.cpu_count()} cores, "
        f"{options.runs} runs, {options.idle:g} idle seconds in each\n"
    )
    print("\n".join(HEAD))
    for kind in KINDS:
        own, form = figures(taken[kind, WIZARD.name]), figures(taken[kind, FORM.name])
        print("\n".join(chapter(kind.name, own, form, limits=kind == KINDS[0])))
    print(f"\n{NOTES}")


if __name__ == "__main__":
    main()
