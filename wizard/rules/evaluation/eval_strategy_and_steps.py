"""MW711."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import early, evaluation
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW711",
    "eval-strategy-and-steps",
    "error",
    fix="unsafe",
    keys=("eval_steps",),
    quotes="eval_strategy and eval_steps mismatch",
)
def eval_strategy_and_steps(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`eval_steps` with an `eval_strategy` other than steps.

    What it checks
        `eval_steps` is set and `eval_strategy` (or `evaluation_strategy`, its old name) is set to anything but
        "steps".

    Why it matters
        The two say different times for an evaluation, so Axolotl refuses the file.

    Example
        Bad:
            val_set_size: 0.05
            eval_strategy: epoch
            eval_steps: 50

        Good:
            val_set_size: 0.05
            eval_strategy: steps
            eval_steps: 50

    Fix
        `eval_strategy: steps`. Not safe: who wants an evaluation for each epoch takes out `eval_steps` instead.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:334 (executed)
    """
    plan = subject.plan
    strategy = evaluation.eval_strategy(plan)
    if not strategy or not early.is_set(plan, "eval_steps") or strategy == "steps":
        return
    message = f"eval_strategy is {strategy} but eval_steps is {plan.shown('eval_steps')}: Axolotl refuses the file"
    changes: dict[str, object] = {"eval_strategy": "steps"}
    if "evaluation_strategy" in plan:
        changes["evaluation_strategy"] = REMOVE
    fix = Fix(changes, "unsafe", "eval_strategy: steps")
    yield self.finding(message, "eval_strategy", "eval_steps", "evaluation_strategy", plan=plan, fix=fix)
