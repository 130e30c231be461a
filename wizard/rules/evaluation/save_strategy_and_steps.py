"""MW722."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import early, evaluation
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW722",
    "save-strategy-and-steps",
    "error",
    fix="unsafe",
    keys=("save_steps",),
    quotes="save_strategy and save_steps mismatch",
)
def save_strategy_and_steps(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`save_steps` with a `save_strategy` other than steps.

    What it checks
        `save_steps` is set and `save_strategy` is set to anything but "steps".

    Why it matters
        The two say different times for a checkpoint, so Axolotl refuses the file.

    Example
        Bad:
            save_strategy: epoch
            save_steps: 100

        Good:
            save_strategy: steps
            save_steps: 100

    Fix
        `save_strategy: steps`. Not safe: who wants a checkpoint for each epoch takes out `save_steps` instead.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:306 (executed)
    """
    plan = subject.plan
    strategy = evaluation.save_strategy(plan)
    if strategy and early.is_set(plan, "save_steps") and strategy != "steps":
        message = f"save_strategy is {strategy} but save_steps is {plan.shown('save_steps')}: Axolotl refuses the file"
        fix = Fix({"save_strategy": "steps"}, "unsafe", "save_strategy: steps")
        yield self.finding(message, "save_strategy", "save_steps", plan=plan, fix=fix)
