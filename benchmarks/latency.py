"""What one review costs: `python -m benchmarks.latency`.

Prints milliseconds (median and 95th percentile of many) beside a yardstick measured in the same run: parsing the
same config with PyYAML.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from functools import partial

import yaml

from wizard.domain.machine import Machine
from wizard.domain.model import Model
from wizard.domain.plan import Plan
from wizard.knowledge.gpus import named_machine
from wizard.knowledge.models.catalogue import built, find
from wizard.memory import estimate
from wizard.output.yaml import document
from wizard.review import review
from wizard.world.presets import shipped

ROUNDS = 200


def cost(call: Callable[[], object]) -> tuple[float, float]:
    """Median and 95th percentile, in milliseconds."""
    call()
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        call()
        times.append((time.perf_counter() - start) * 1000)
    times.sort()
    return statistics.median(times), times[int(0.95 * ROUNDS)]


def shown(plan: Plan, model: Model, machine: Machine) -> int:
    """A review whose fixes are all looked at: those on memory are looked for only then."""
    return sum(one.fix is not None for one in review(plan, model, machine).findings)


def throughput() -> float:
    """Estimates a second in one process: each preset at 6 lengths and 4 batches."""
    cases = []
    for preset in shipped():
        row = find(str(preset.model))
        assert row is not None
        for length in (512, 1024, 2048, 4096, 8192, 16384):
            for batch in (1, 2, 4, 8):
                plan = preset.plan.changed({"sequence_len": length, "micro_batch_size": batch})
                cases.append((plan, built(row.id)))
    best = float("inf")
    for _ in range(20):
        start = time.perf_counter()
        for plan, model in cases:
            estimate(plan, model)
        best = min(best, time.perf_counter() - start)
    return len(cases) / best


def main() -> None:
    """One line a preset, and the estimates a second."""
    heads = " ".join(f"{name:>16}" for name in ("estimate", "review", "with fixes", "yaml.load"))
    print(f"{'preset':20} {heads}   review / yaml.load   (ms: median, p95)")
    for preset in shipped():
        known = find(str(preset.model))
        assert known is not None
        model, machine = built(known.id), named_machine(str(preset.gpu))
        text = document(review(preset.plan, model, machine))
        cells = [
            cost(partial(estimate, preset.plan, model, machine)),
            cost(partial(review, preset.plan, model, machine)),
            cost(partial(shown, preset.plan, model, machine)),
            cost(partial(yaml.safe_load, text)),
        ]
        row = " ".join(f"{median:8.3f} {high:7.3f}" for median, high in cells)
        print(f"{preset.name:20} {row}   {cells[1][0] / cells[3][0]:10.2f}")
    print(f"{throughput():,.0f} estimates a second")


if __name__ == "__main__":
    main()
