"""MW736."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import preference
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.text import in_yaml
from wizard.domain.values import flag
from wizard.rules.registry import Rule, Subject, rule


@rule("MW736", "worst-is-kept", "warning", fix="unsafe", keys=("greater_is_better",))
def worst_is_kept(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`greater_is_better: true` for a loss.

    What it checks
        `greater_is_better` is true, and `metric_for_best_model` is a loss, or is not written, which means the loss.

    Why it matters
        A checkpoint with a larger loss counts as better then: the worst is kept and loaded at the end, and early
        stopping waits for the loss to rise. Without the key transformers knows that a loss is to fall.

    Example
        Bad:
            metric_for_best_model: eval_loss
            greater_is_better: true

        Good:
            metric_for_best_model: eval_loss

    Fix
        It goes. Not safe: another checkpoint is kept.

    Source
        axolotl 0.19.0 and 0.21.0 core/builders/causal.py; transformers 5.20.1 training_args.py:1555 (read)
    """
    plan = subject.plan
    metric = in_yaml(plan.get("metric_for_best_model") or "loss")
    if flag(plan.get("greater_is_better")) and metric.endswith("loss") and not preference.rl(plan):
        message = f"greater_is_better: true of {metric:.40}: the checkpoint with the largest loss counts as the best"
        fix = Fix({"greater_is_better": REMOVE}, "unsafe", "no greater_is_better: a loss is to fall")
        yield self.finding(message, "greater_is_better", plan=plan, fix=fix)
