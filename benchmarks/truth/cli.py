"""The command line: one row a config, or the error against known rows."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

import yaml

from .assumptions import Assumptions
from .config import from_axolotl
from .few import Planned, few
from .grid import grid, hybrids, mixtures, unseen
from .images.grid import drawn as images_drawn
from .images.grid import grid as images_grid
from .mambas import mambas
from .ranks.grid import drawn as ranks_drawn
from .ranks.grid import grid as ranks_grid
from .report import comparison, row, where
from .rollouts import drawn as rollouts_drawn
from .rollouts import grid as rollouts_grid
from .rows import simulate_planned, simulate_row
from .simulate import simulate

_Job = TypeVar("_Job")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks.truth", description="Simulate the memory of a training run.")
    parser.add_argument("configs", nargs="*", type=Path, help="Axolotl configs")
    parser.add_argument("--model", type=Path, help="folder with a config.json; default: base_model, beside the config")
    parser.add_argument("--where", nargs="?", const="", metavar="PHASE", help="print what is live at the peak")
    parser.add_argument("--rows", type=Path, help="a JSONL file of known rows to compare with")
    parser.add_argument("--only", default="", help="with --rows, --grid or --images: only rows whose id contains this")
    parser.add_argument("--jobs", type=int, default=1, help="with --rows, --grid or --images: processes")
    parser.add_argument("--grid", type=Path, help="simulate the grid's runs that this JSONL file lacks, into it")
    parser.add_argument("--unseen", type=Path, help="the same for runs drawn anew, by --seed")
    parser.add_argument("--hybrids", type=Path, help="the same for models with delta-nets or convolutions")
    parser.add_argument("--mambas", type=Path, help="the same for models with Mamba layers")
    parser.add_argument("--mixtures", type=Path, help="the same for mixtures of experts")
    parser.add_argument(
        "--seed", default="1", help="with --unseen, --hybrids, --mambas, --mixtures, --few or --drawn-*"
    )
    parser.add_argument("--images", type=Path, help="the same for the grid of runs with images")
    parser.add_argument("--rollouts", type=Path, help="the same for the grid of runs that make answers")
    parser.add_argument("--ranks", type=Path, help="the same for the grid of runs on several GPUs")
    parser.add_argument("--few", type=Path, help="the same for models with a few of their layers, drawn anew")
    parser.add_argument("--drawn-images", type=Path, help="the same for runs with images, drawn anew")
    parser.add_argument("--drawn-rollouts", type=Path, help="the same for runs that make answers, drawn anew")
    parser.add_argument("--drawn-ranks", type=Path, help="the same for runs on several GPUs, drawn anew")
    parser.add_argument("--steps", type=int, default=2, help="optimizer steps")
    parser.add_argument("--assume", action="append", default=[], metavar="NAME", help="a field of Assumptions")
    return parser


def _compare(path: Path, only: str, jobs: int, options: Mapping[str, Any]) -> None:
    rows = [r for r in map(json.loads, path.read_text().splitlines()) if only in r["id"]]
    with ProcessPoolExecutor(jobs) as pool:
        waiting = [pool.submit(simulate_row, r, path.parent, options) for r in rows]
        print(comparison((r, w.result()) for r, w in zip(rows, waiting, strict=True)))


def _known(path: Path) -> set[str]:
    return {json.loads(line)["id"] for line in path.read_text().splitlines()} if path.exists() else set()


def _append(path: Path, work: Callable[[_Job], list[dict[str, Any]]], missing: list[_Job], jobs: int) -> None:
    """The rows of each job, as soon as they are there."""
    with get_context("spawn").Pool(jobs, maxtasksperchild=4) as pool, path.open("a") as out:
        for done in pool.imap_unordered(work, missing):
            out.writelines(json.dumps(row) + "\n" for row in done)
            out.flush()


def _fill(
    path: Path, planned: Iterable[tuple[str, Mapping[str, Any]]], only: str, jobs: int, options: Mapping[str, Any]
) -> None:
    known = _known(path)
    missing = [(name, config, options) for name, config in planned if only in name and name not in known]
    _append(path, _planned, missing, jobs)


def _planned(job: tuple[str, Mapping[str, Any], Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [simulate_planned(*job)]


def _fill_few(path: Path, planned: Iterable[Planned], only: str, jobs: int, options: Mapping[str, Any]) -> None:
    known = _known(path)
    missing = [(one, options) for one in planned if only in one.id and one.id not in known]
    _append(path, _few, missing, jobs)


def _few(job: tuple[Planned, Mapping[str, Any]]) -> list[dict[str, Any]]:
    one, options = job
    if not one.ranks:
        return [simulate_planned(one.id, one.config, options, one.layers)]
    return _ranks((one.id, one.ranks, options["steps"], one.config, one.layers))[-1:]


def _fill_ranks(
    path: Path, planned: Iterable[tuple[str, int, bool, Mapping[str, Any]]], only: str, jobs: int, steps: int
) -> None:
    known = path.read_text() if path.exists() else ""
    missing = [
        (name, ranks, steps if trained else 0, config, None)
        for name, ranks, trained, config in planned
        if only in name and f'"{name}' not in known
    ]
    _append(path, _ranks, missing, jobs)


def _ranks(job: tuple[str, int, int, Mapping[str, Any], int | None]) -> list[dict[str, Any]]:
    from .ranks.rows import simulate_ranks  # noqa: PLC0415 - it needs Axolotl

    return simulate_ranks(*job)


def _single(path: Path, model: Path | None, phase: str | None, options: Mapping[str, Any]) -> Iterator[str]:
    config = yaml.safe_load(path.read_text())
    settings = from_axolotl(config)
    run = simulate(settings, model or path.parent / settings.base_model, scopes=phase is not None, **options)
    yield json.dumps(row(run, path.stem, config))
    if phase is not None:
        yield where(run, phase or None)


def _planned_runs(args: argparse.Namespace) -> list[tuple[Path | None, Iterable[tuple[str, Mapping[str, Any]]]]]:
    """Each file that may be asked for, with the runs on one GPU that belong into it."""
    return [
        (args.grid, grid()),
        (args.unseen, unseen(args.seed)),
        (args.hybrids, hybrids(args.seed)),
        (args.mambas, mambas(args.seed)),
        (args.mixtures, mixtures(args.seed)),
        (args.images, images_grid()),
        (args.rollouts, rollouts_grid()),
        (args.drawn_images, images_drawn(args.seed)),
        (args.drawn_rollouts, rollouts_drawn(args.seed)),
    ]


def main(arguments: list[str] | None = None) -> int:
    """Returns the exit code; prints one JSON row a config, or the error table."""
    args = _parser().parse_args(arguments)
    options = {"steps": args.steps, "assumptions": Assumptions(**dict.fromkeys(args.assume, True))}
    for path, planned in _planned_runs(args):
        if path:
            _fill(path, planned, args.only, args.jobs, options)
    for path, on_ranks in ((args.ranks, ranks_grid()), (args.drawn_ranks, ranks_drawn(args.seed))):
        if path:
            _fill_ranks(path, on_ranks, args.only, args.jobs, args.steps)
    if args.few:
        _fill_few(args.few, few(args.seed), args.only, args.jobs, options)
    if args.rows:
        _compare(args.rows, args.only, args.jobs, options)
    for path in args.configs:
        for text in _single(path, args.model, args.where, options):
            print(text)
    return 0
