"""MW716."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import early, evaluation
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW716",
    "bench-eval-without-data",
    "warning",
    keys=("do_bench_eval",),
    quotes="`do_bench_eval` needs a test dataset to run evals",
)
def bench_eval_without_data(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`do_bench_eval` without rows to evaluate on.

    What it checks
        `do_bench_eval` is on, and there are neither `test_datasets` nor a `val_set_size`.

    Why it matters
        Axolotl adds an empty test set from the hub, so that the evaluation loop starts at all, and warns. There is
        no evaluation loss then, and a machine without network stops there.

    Example
        Bad:
            do_bench_eval: true
            evals_per_epoch: 1

        Good:
            do_bench_eval: true
            evals_per_epoch: 1
            val_set_size: 0.05

    Fix
        `val_set_size` or `test_datasets`. How many rows is the person's choice.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:125 (executed)
    """
    plan = subject.plan
    if plan.get("do_bench_eval") and not evaluation.test_datasets(plan) and not early.is_set(plan, "val_set_size"):
        message = "do_bench_eval without val_set_size or test_datasets: Axolotl adds an empty test set and warns"
        yield self.finding(message, "do_bench_eval", plan=plan)
