"""MW939."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import evaluation, preference, schedule
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW939",
    "best-metric-of-preferences",
    "error",
    fix="unsafe",
    keys=("save_strategy",),
    crashes="`args.metric_for_best_model` must be provided when using 'best' save_strategy",
)
def best_metric_of_preferences(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`save_strategy: best` in a training on preferences, whose trainer never hears of the metric.

    What it checks
        `rl` with `save_strategy: best`, without `save_steps` and `lr_scheduler: reduce_lr_on_plateau`, which lead past
        it.

    Why it matters
        Axolotl asks for `metric_for_best_model` and hands it to the trainer of supervised training alone. With `rl` the
        run dies when the trainer is made: "`args.metric_for_best_model` must be provided".

    Example
        Bad:
            rl: dpo
            datasets:
              - path: data.jsonl
                type: chatml.intel
            val_set_size: 0.05
            save_strategy: best
            metric_for_best_model: eval_loss

        Good:
            rl: dpo
            datasets:
              - path: data.jsonl
                type: chatml.intel
            val_set_size: 0.05
            save_strategy: epoch

    Fix
        `save_strategy: epoch`. Unsafe: each epoch is saved.

    Source
        axolotl 0.19.0 and 0.21.0 core/builders/{causal,rl}.py (trained with on a CPU)
    """
    plan = subject.plan
    if preference.rl(plan) is None or evaluation.save_strategy(plan) != "best" or evaluation.save_steps(plan):
        return
    if schedule.lr_scheduler(plan) == "reduce_lr_on_plateau":
        return
    message = (
        f"save_strategy best with rl: {plan.shown('rl')}: Axolotl hands it no metric, and the run dies at its start"
    )
    fix = Fix({"save_strategy": "epoch"}, "unsafe", "save_strategy: epoch")
    yield self.finding(message, "save_strategy", "rl", plan=plan, fix=fix)
