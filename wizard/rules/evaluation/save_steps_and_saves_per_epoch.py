"""MW723."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import early
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW723",
    "save-steps-and-saves-per-epoch",
    "error",
    fix="unsafe",
    keys=("saves_per_epoch",),
    quotes="save_steps and saves_per_epoch are mutually exclusive",
)
def save_steps_and_saves_per_epoch(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`save_steps` beside `saves_per_epoch`.

    What it checks
        Both have a value other than 0.

    Why it matters
        Both say when to save, so Axolotl refuses the file.

    Example
        Bad:
            saves_per_epoch: 1
            save_steps: 100

        Good:
            saves_per_epoch: 1

    Fix
        `saves_per_epoch` goes. Not safe: perhaps the other was meant.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:315 (executed)
    """
    plan = subject.plan
    if early.is_set(plan, "saves_per_epoch") and early.is_set(plan, "save_steps"):
        message = (
            f"save_steps {plan.shown('save_steps')} and saves_per_epoch {plan.shown('saves_per_epoch')} both say when "
            "to save: Axolotl refuses the file"
        )
        fix = Fix({"saves_per_epoch": REMOVE}, "unsafe", "save_steps alone")
        yield self.finding(message, "saves_per_epoch", "save_steps", plan=plan, fix=fix)
