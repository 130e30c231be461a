"""MW715."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import early
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW715",
    "bench-eval-without-times",
    "error",
    keys=("do_bench_eval",),
    quotes="do_bench_eval requires evals_per_epoch or eval_steps to be set",
)
def bench_eval_without_times(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`do_bench_eval` without a time to evaluate.

    What it checks
        `do_bench_eval` is on, and neither `evals_per_epoch` nor `eval_steps` is set.

    Why it matters
        The benchmark runs with the evaluations, and there are none. Axolotl refuses the file.

    Example
        Bad:
            do_bench_eval: true
            val_set_size: 0.05

        Good:
            do_bench_eval: true
            val_set_size: 0.05
            evals_per_epoch: 1

    Fix
        `evals_per_epoch` or `eval_steps`. How often is the person's choice.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:367 (executed)
    """
    plan = subject.plan
    if plan.get("do_bench_eval") and not early.is_set(plan, "evals_per_epoch") and not early.is_set(plan, "eval_steps"):
        message = "do_bench_eval without evals_per_epoch or eval_steps: Axolotl refuses the file"
        yield self.finding(message, "do_bench_eval", plan=plan)
