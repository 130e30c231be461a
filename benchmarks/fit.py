"""What the search and the map cost: `python -m benchmarks.fit`.

Milliseconds of one search for a model, after start-up, the first time a process asks for it and again; and of the map
of 60 models, 4 methods and 6 lengths. Beside them a yardstick of the same run: parsing a preset with PyYAML.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from functools import partial

import yaml

from wizard.fit.adapt import adapt
from wizard.fit.answer import answer
from wizard.fit.map import survey
from wizard.fit.search import PREFERENCES, Prefer, usual
from wizard.knowledge.gpus import named_machine
from wizard.knowledge.models.catalogue import built, catalogue
from wizard.output.yaml import document
from wizard.review import acceptance, review
from wizard.world.presets import preset

MODELS = 60
LENGTHS = (512, 1024, 2048, 4096, 8192, 16384)
LIMITS = {"search": 300.0, "map": 1000.0}
"""Milliseconds."""


def milliseconds(call: Callable[[], object]) -> float:
    """Of one call."""
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


def searches(gpu: str, prefer: Prefer) -> tuple[list[float], list[float]]:
    """Of each of 60 models: the first search, and the same again."""
    machine, plan = named_machine(gpu), preset("qlora-24gb").plan
    first, again = [], []
    for name in list(catalogue())[:MODELS]:
        model = built(name)
        own = adapt(plan.changed({"base_model": name}), model, machine)
        want = usual(model, ("full", "lora", "qlora"), prefer)
        call = partial(answer, own, model, machine, want, acceptance)
        first.append(milliseconds(call))
        again.append(milliseconds(call))
    return first, again


def row(name: str, times: list[float], yard: float, limit: float | None = None) -> str:
    """Median, worst, and how many times the yardstick the median is."""
    middle, worst = statistics.median(times), max(times)
    told = "" if limit is None else f"{limit:>8.0f}{'  over' if worst > limit else ''}"
    return f"  {name:34}{middle:>9.1f}{worst:>9.1f}{middle / yard:>10.1f}{told}"


def main() -> None:
    """One line a case."""
    text = document(review(preset("qlora-24gb").plan, built("Qwen/Qwen3-8B"), named_machine("rtx-4090")))
    yard = statistics.median(milliseconds(partial(yaml.safe_load, text)) for _ in range(50))
    print(f"yardstick: yaml.safe_load of a preset, {yard:.1f} ms\n")
    print(f"  {'':34}{'median':>9}{'worst':>9}{'× yaml':>10}{'limit':>8}   (ms)")
    for gpu in ("rtx-4090", "8xh100-80gb"):
        for prefer in PREFERENCES:
            first, again = searches(gpu, prefer)
            print(row(f"search, {gpu}, {prefer}", first, yard, LIMITS["search"]))
            print(row("the same again", again, yard))
    models = [built(name) for name in list(catalogue())[:MODELS]]
    call = partial(
        survey,
        preset("qlora-24gb").plan,
        models,
        [named_machine("a100-80gb")],
        ("full", "lora", "lora8", "qlora"),
        LENGTHS,
    )
    print(row(f"map, {MODELS} models × 4 × {len(LENGTHS)}, first", [milliseconds(call)], yard, LIMITS["map"]))
    print(row("the same again", [milliseconds(call)], yard))


if __name__ == "__main__":
    main()
