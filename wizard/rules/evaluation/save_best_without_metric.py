"""MW724."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import evaluation
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW724",
    "save-best-without-metric",
    "error",
    fix="unsafe",
    keys=("save_strategy",),
    quotes="save_strategy: 'best' requires metric_for_best_model to be set",
)
def save_best_without_metric(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`save_strategy: best` without a metric.

    What it checks
        `save_strategy` is "best" and `metric_for_best_model` is not set.

    Why it matters
        What is best is not said, so Axolotl refuses the file.

    Example
        Bad:
            val_set_size: 0.05
            eval_strategy: epoch
            save_strategy: best

        Good:
            val_set_size: 0.05
            eval_strategy: epoch
            save_strategy: best
            metric_for_best_model: eval_loss

    Fix
        `metric_for_best_model: eval_loss`. Not safe: another metric may be meant.

    Source
        axolotl 0.19.0 utils/schemas/config.py:1782 (executed)
    """
    plan = subject.plan
    if evaluation.save_strategy(plan) == "best" and not plan.get("metric_for_best_model"):
        message = "save_strategy best without metric_for_best_model: Axolotl refuses the file"
        fix = Fix({"metric_for_best_model": "eval_loss"}, "unsafe", "metric_for_best_model: eval_loss")
        yield self.finding(message, "save_strategy", plan=plan, fix=fix)
