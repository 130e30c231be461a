"""MW738."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import evaluation, packing
from wizard.domain.finding import Finding
from wizard.domain.values import flag
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW738", "times-without-data", "hint", keys=("eval_steps", "evals_per_epoch", "eval_strategy", "do_causal_lm_eval")
)
def times_without_data(self: Rule, subject: Subject) -> Iterator[Finding]:
    """It is said when to evaluate, and there is nothing to evaluate on.

    What it checks
        `eval_steps`, `evals_per_epoch`, an `eval_strategy` other than no, or `do_causal_lm_eval`, without
        `val_set_size`, `test_datasets` and `do_bench_eval`. Where `val_set_size` is written as 0 another rule tells.

    Why it matters
        Axolotl evaluates nothing and says nothing of it: no validation loss shows when the model begins to repeat its
        data.

    Example
        Bad:
            evals_per_epoch: 4

        Bad:
            eval_steps: 100

        Good:
            evals_per_epoch: 4
            val_set_size: 0.05

    Fix
        `val_set_size: 0.05` keeps a twentieth of the rows aside. There is none to apply: fewer rows would be trained.

    Source
        axolotl 0.19.0 and 0.21.0 core/builders/base.py (_configure_save_and_eval_strategy: evaluation is off without
        val_set_size and test_datasets) (executed on a CPU)
    """
    plan = subject.plan
    if evaluation.val_set_size(plan) > 0 or evaluation.test_datasets(plan) or flag(plan.get("do_bench_eval")):
        return
    if packing.streams(plan):
        return
    anew = not evaluation.keeps_none(plan)
    asked = {
        "eval_steps": anew and evaluation.eval_steps(plan) > 0,
        "evals_per_epoch": evaluation.evals_per_epoch(plan) > 0,
        "eval_strategy": anew and evaluation.eval_strategy(plan) not in (None, "no"),
        "do_causal_lm_eval": flag(plan.get("do_causal_lm_eval")),
    }
    times = [key for key, is_asked in asked.items() if is_asked]
    if times:
        message = f"{' and '.join(times)} without val_set_size or test_datasets: nothing is evaluated"
        yield self.finding(message, *times, plan=plan)
