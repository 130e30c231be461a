"""MW119."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import number
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW119",
    "workers-negative",
    "error",
    fix="unsafe",
    keys=("dataloader_num_workers", "dataset_num_proc", "dataset_processes", "dataloader_prefetch_factor"),
    crashes=(
        "num_workers option should be non-negative",
        "num_proc must be >= 0 or None",
        "prefetch_factor must be greater than 0",
        "prefetch_factor option should be non-negative",
    ),
)
def workers_negative(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A number of processes that load or prepare data below 0, or nothing to load ahead.

    What it checks
        `dataloader_num_workers`, `dataset_num_proc` or its old name `dataset_processes` is negative, or
        `dataloader_prefetch_factor` is not above 0 beside workers.

    Why it matters
        PyTorch and datasets take no such number: the run dies when training starts, of `dataset_num_proc` as soon as
        data is prepared. 0 processes are the run's own, and -1 is not all of them.

    Example
        Bad:
            dataloader_num_workers: -1

        Bad:
            dataset_num_proc: -1

        Bad:
            dataloader_num_workers: 2
            dataloader_prefetch_factor: 0

        Good:
            dataloader_num_workers: 2
            dataset_num_proc: 0

    Fix
        2 workers, or as many batches ahead; of `dataset_num_proc` the key goes, and Axolotl counts the cores. Not safe:
        the order of random numbers may change.

    Source
        torch 2.13.0 utils/data/dataloader.py, datasets 4.8.4 and 5.0.1 arrow_dataset.py (executed); axolotl 0.19.0
        core/builders/base.py:645, 0.21.0 utils/data/shared.py:481
    """
    plan = subject.plan
    workers = number(plan.get("dataloader_num_workers"), 0.0)
    if workers < 0:
        message = f"dataloader_num_workers {workers:g} is below 0: the run dies when training starts"
        fix = Fix({"dataloader_num_workers": 2}, "unsafe", "dataloader_num_workers: 2")
        yield self.finding(message, "dataloader_num_workers", plan=plan, fix=fix)
    ahead = number(plan.get("dataloader_prefetch_factor"), 1.0)
    if workers > 0 and ahead <= 0:
        message = f"dataloader_prefetch_factor {ahead:g} beside {workers:g} workers: the run dies when training starts"
        fix = Fix({"dataloader_prefetch_factor": 2}, "unsafe", "dataloader_prefetch_factor: 2")
        yield self.finding(message, "dataloader_prefetch_factor", plan=plan, fix=fix)
    counts = "dataset_processes" if plan.get("dataset_num_proc") is None else "dataset_num_proc"
    processes = number(plan.get(counts), 0.0)
    if processes < 0:
        message = f"{counts} {processes:g} is below 0: the run dies when data is prepared"
        yield self.finding(message, counts, plan=plan, fix=Fix({counts: REMOVE}, "unsafe", f"no {counts}"))
