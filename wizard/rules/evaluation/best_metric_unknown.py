"""MW780."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import evaluation, plugins, preference
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule

_MEASURED = ("loss", "ppl", "runtime", "samples_per_second", "steps_per_second", "model_preparation_time")


@rule(
    "MW780",
    "best-metric-unknown",
    "error",
    fix="unsafe",
    keys=("metric_for_best_model",),
    crashes=("which is not found in the evaluation metrics",),
)
def best_metric_unknown(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`metric_for_best_model` is nothing that an evaluation measures.

    What it checks
        In supervised training of text that evaluates: `metric_for_best_model` is not the loss, the perplexity (`ppl`)
        or one of the times that transformers measures, with or without `eval_` before it. Nothing is said with plugins
        or a trainer of your own, which may measure more.

    Why it matters
        transformers looks for it after the first evaluation: "KeyError: The `metric_for_best_model` training argument
        is set to 'eval_accuracy', which is not found in the evaluation metrics".

    Example
        Bad:
            val_set_size: 0.05
            eval_steps: 50
            metric_for_best_model: accuracy

        Good:
            val_set_size: 0.05
            eval_steps: 50
            metric_for_best_model: eval_loss

    Fix
        `eval_loss`. Not safe: another checkpoint is the best then.

    Source
        transformers 5.16.1 trainer.py:3177, 5.20.1 :3405; axolotl 0.19.0 and 0.21.0 (executed on a CPU)
    """
    plan = subject.plan
    name = plan.get("metric_for_best_model")
    if not isinstance(name, str) or preference.rl(plan) or plan.get("trainer_cls") or plugins.plugins(plan):
        return
    if preference.reward_model(plan) or preference.process_reward_model(plan) or not evaluation.evaluates(plan):
        return
    if name.removeprefix("eval_") not in _MEASURED:
        fix = Fix({"metric_for_best_model": "eval_loss"}, "unsafe", "metric_for_best_model: eval_loss")
        message = f"metric_for_best_model {name}: no evaluation measures it, and the run dies after the first one"
        yield self.finding(message, "metric_for_best_model", plan=plan, fix=fix)
