"""MW713."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import early
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW713",
    "eval-steps-and-evals-per-epoch",
    "error",
    fix="unsafe",
    keys=("evals_per_epoch",),
    quotes="eval_steps and evals_per_epoch are mutually exclusive",
)
def eval_steps_and_evals_per_epoch(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`eval_steps` beside `evals_per_epoch`.

    What it checks
        Both have a value other than 0.

    Why it matters
        Both say when to evaluate, so Axolotl refuses the file.

    Example
        Bad:
            val_set_size: 0.05
            evals_per_epoch: 4
            eval_steps: 50

        Good:
            val_set_size: 0.05
            evals_per_epoch: 4

    Fix
        `evals_per_epoch` goes. Not safe: perhaps the other was meant.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:354 (executed)
    """
    plan = subject.plan
    if early.is_set(plan, "evals_per_epoch") and early.is_set(plan, "eval_steps"):
        message = (
            f"eval_steps {plan.shown('eval_steps')} and evals_per_epoch {plan.shown('evals_per_epoch')} both say when "
            "to evaluate: Axolotl refuses the file"
        )
        fix = Fix({"evals_per_epoch": REMOVE}, "unsafe", "eval_steps alone")
        yield self.finding(message, "evals_per_epoch", "eval_steps", plan=plan, fix=fix)
