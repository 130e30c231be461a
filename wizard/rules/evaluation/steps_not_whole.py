"""MW759."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import evaluation
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule

_LARGEST = 1e12
"""Beyond it a written number is no number of steps: infinity, or a slip."""


@rule(
    "MW759",
    "steps-not-whole",
    "error",
    fix="unsafe",
    keys=("eval_steps", "save_steps"),
    crashes="must be an integer if bigger than 1",
)
def steps_not_whole(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`eval_steps` or `save_steps` above 1 with a fraction.

    What it checks
        `eval_steps`, where something is evaluated, and `save_steps` are whole numbers, or shares of all steps below 1.

    Why it matters
        transformers refuses others when the trainer is made, after the data is prepared and the model loaded.

    Example
        Bad:
            val_set_size: 0.05
            eval_steps: 12.5

        Bad:
            save_steps: 1.5

        Good:
            val_set_size: 0.05
            eval_steps: 0.25

    Fix
        The whole number below it. Not safe: it happens at other steps.

    Source
        transformers 5.16.1 training_args.py (executed); axolotl 0.19.0 core/builders/base.py:454-495
    """
    plan = subject.plan
    for key, asked in (("eval_steps", evaluation.evaluates(plan)), ("save_steps", True)):
        steps = evaluation.per_epoch(plan, key)
        if asked and 1 < steps < _LARGEST and steps != int(steps):
            message = f"{key} {steps:g} is neither whole nor a share below 1: the run dies when the trainer is made"
            yield self.finding(message, key, plan=plan, fix=Fix({key: int(steps)}, "unsafe", f"{key}: {int(steps)}"))
