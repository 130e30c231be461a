"""The command line: rows to a file, or tables of rows that are there."""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.gpu.compare import comparison, read
from benchmarks.gpu.jobs import Job, Unreadable, from_file, from_grid, settled
from benchmarks.gpu.launch import measure, refusal
from benchmarks.gpu.lease import MINUTES, lease
from wizard.domain.units import GIB

ROWS = Path(__file__).parent / "rows.jsonl"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks.gpu", description="Measure the memory of training runs on a GPU.")
    parser.add_argument("configs", nargs="*", type=Path, help="Axolotl configs whose base_model is in the catalogue")
    parser.add_argument("--grid", action="store_true", help="the runs of benchmarks.truth's grid that --out lacks")
    parser.add_argument(
        "--lease",
        nargs="?",
        type=float,
        const=MINUTES,
        metavar="MINUTES",
        help="what a short lease of one card should measure; a run is not begun after so many minutes",
    )
    parser.add_argument("--list", action="store_true", help="print the ids of the runs that are due, and run none")
    parser.add_argument("--only", default="", metavar="TEXT", help="only runs whose id contains this")
    parser.add_argument("--out", type=Path, default=None, help="the JSONL file that rows are added to")
    parser.add_argument("--steps", type=int, default=3, help="optimizer steps")
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda", help="cpu: try the code, measure nothing")
    parser.add_argument("--compare", type=Path, metavar="ROWS", help="print the estimate against these rows")
    return parser


def jobs(options: argparse.Namespace, out: Path | None) -> Iterator[Job]:
    """The runs asked for; of the grid those without a figure. Raises `Unreadable`."""
    done = settled(out) if out else set()
    for path in options.configs:
        yield from_file(path)
    if options.lease is not None:
        yield from (job for job in lease() if job.id not in done)
    if options.grid:
        yield from (job for job in from_grid() if job.id not in done)


def line(row: Mapping[str, Any]) -> str:
    """A row in one line for the person who waits."""
    if "bytes" in row:
        return f"{row['id']}: {row['bytes'] / GIB:.2f} GiB allocated, at the {row['phase']}"
    if row.get("oom"):
        return f"{row['id']}: out of memory at {row['reached_bytes'] / GIB:.2f} GiB allocated"
    for word in ("skipped", "failed"):
        if word in row:
            return f"{row['id']}: {word}: {row[word]}"
    return f"{row['id']}: ran on the CPU, where nothing is measured"


def main(arguments: list[str] | None = None) -> int:
    """The exit code: 0, 1 (a run failed), 2 (nothing can be measured, or a file can't be read) or 130 (stopped)."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        if options.compare:
            print(comparison(read(options.compare)))
            return 0
        if not options.configs and not options.grid and options.lease is None:
            parser.error("name at least one config, or --grid, or --lease, or --compare ROWS")
        out = options.out or (ROWS if options.device == "cuda" else None)
        planned = [job for job in jobs(options, out) if options.only in job.id]
    except Unreadable as error:
        print(error, file=sys.stderr)
        return 2
    if options.list:
        print("\n".join(job.id for job in planned))
        return 0
    reason = refusal(options.device)
    if reason:
        print(reason, file=sys.stderr)
        return 2
    try:
        return _measure_all(planned, options, out)
    except KeyboardInterrupt:
        print("Stopped; the rows so far are kept.", file=sys.stderr)
        return 130


def _measure_all(planned: list[Job], options: argparse.Namespace, out: Path | None) -> int:
    failed = False
    end = math.inf if options.lease is None else time.monotonic() + 60 * options.lease
    for number, job in enumerate(planned):
        if time.monotonic() >= end:
            left = len(planned) - number
            print(f"The time is over; {left} runs are left, and the same command goes on with them.", file=sys.stderr)
            break
        row = measure(job, options.steps, options.device)
        failed = failed or "failed" in row
        print(line(row), file=sys.stderr)
        if out is None:
            print(json.dumps(row))
            continue
        with out.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
    return 1 if failed else 0
