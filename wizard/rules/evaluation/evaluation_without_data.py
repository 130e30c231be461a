"""MW712."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import early, evaluation
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW712",
    "evaluation-without-data",
    "error",
    fix="unsafe",
    keys=("val_set_size",),
    quotes="eval_steps and eval_strategy are not supported with val_set_size == 0",
)
def evaluation_without_data(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Evaluation is asked for, and `val_set_size: 0` leaves nothing to evaluate on.

    What it checks
        `val_set_size` is written as 0, there are no `test_datasets`, and `eval_steps` or `eval_strategy` is set to
        something other than "no". `do_bench_eval` brings its own test set.

    Why it matters
        Axolotl refuses the file. Where `val_set_size` is not written at all it says nothing, and evaluates nothing.

    Example
        Bad:
            val_set_size: 0
            eval_strategy: epoch

        Bad:
            val_set_size: 0.0
            eval_steps: 50

        Good:
            val_set_size: 0.05
            eval_strategy: epoch

    Fix
        The evaluation goes, as `val_set_size: 0` says. Not safe: perhaps the 0 was the mistake.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:346 (executed)
    """
    plan = subject.plan
    strategy = evaluation.eval_strategy(plan)
    if (
        not evaluation.keeps_none(plan)
        or evaluation.test_datasets(plan)
        or plan.get("do_bench_eval")
        or strategy == "no"
    ):
        return
    if early.is_set(plan, "eval_steps") or strategy:
        asked = (
            f"eval_steps {plan.shown('eval_steps')}"
            if early.is_set(plan, "eval_steps")
            else f"eval_strategy {strategy}"
        )
        message = f"{asked} with val_set_size 0 and no test_datasets: Axolotl refuses the file"
        keys = [key for key in ("eval_steps", "eval_strategy", "evaluation_strategy") if key in plan]
        fix = Fix(dict.fromkeys(keys, REMOVE), "unsafe", "no evaluation")
        yield self.finding(message, "val_set_size", *keys, plan=plan, fix=fix)
