"""MW119."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.values import number
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW119",
    "workers-negative",
    "error",
    fix="unsafe",
    keys=("dataloader_num_workers",),
    crashes="num_workers option should be non-negative",
)
def workers_negative(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`dataloader_num_workers` below 0.

    What it checks
        `dataloader_num_workers` is negative.

    Why it matters
        PyTorch takes no such number: the run dies when training starts. 0 loads data in the training's own process.

    Example
        Bad:
            dataloader_num_workers: -1

        Good:
            dataloader_num_workers: 2

    Fix
        2. Not safe: the order of random numbers may change.

    Source
        torch 2.13.0 utils/data/dataloader.py (executed); axolotl 0.19.0 core/builders/base.py:645
    """
    plan = subject.plan
    workers = number(plan.get("dataloader_num_workers"), 0.0)
    if workers < 0:
        message = f"dataloader_num_workers {workers:g} is below 0: the run dies when training starts"
        fix = Fix({"dataloader_num_workers": 2}, "unsafe", "dataloader_num_workers: 2")
        yield self.finding(message, "dataloader_num_workers", plan=plan, fix=fix)
