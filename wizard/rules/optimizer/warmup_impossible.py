"""MW529."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import schedule
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import number
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW529",
    "warmup-impossible",
    "error",
    fix="unsafe",
    keys=("warmup_steps", "warmup_ratio"),
    crashes=("warmup_steps must be an integer or a float", "must be less than or equal to total_steps"),
)
def warmup_impossible(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A warmup below 0, or longer than the run.

    What it checks
        `warmup_steps` is negative; or it is above `max_steps`, or `warmup_ratio` above 1.

    Why it matters
        The first dies when the trainer is made, and so does a long one with `lr_scheduler: rex`. With other schedules
        the rate rises to the end of the run and never reaches `learning_rate`: a warning.

    Example
        Bad:
            warmup_steps: -1

        Bad:
            max_steps: 100
            warmup_steps: 500

        Bad:
            warmup_ratio: 3

        Good:
            max_steps: 500
            warmup_steps: 50

    Fix
        Take it out: Axolotl warms up over 3% of the steps, 100 at most. Not safe: it is another training.

    Source
        axolotl 0.19.0 core/builders/base.py:235-262, utils/schedulers.py:37; transformers 5.16.1 training_args.py
        (executed, 0.21.0 the same)
    """
    plan = subject.plan
    steps, share = number(plan.get("warmup_steps"), 0.0), number(plan.get("warmup_ratio"), 0.0)
    most = number(plan.get("max_steps"), 0.0)
    rex = schedule.lr_scheduler(plan) == "rex"
    dies = "the run dies when the trainer is made"
    if steps < 0:
        key, said, hard = "warmup_steps", f"is {steps:g}, below 0: {dies}", True
    elif steps > most > 0:
        key, hard = "warmup_steps", rex
        said = f"{steps:g} is above max_steps {most:g}: {dies if rex else 'the rate never reaches learning_rate'}"
    elif share > 1 and not steps:
        key, hard = "warmup_ratio", rex
        said = f"{share:g} is more than all steps: {dies if rex else 'the rate never reaches learning_rate'}"
    else:
        return
    fix = Fix({key: REMOVE}, "unsafe", f"no {key}")
    yield self.finding(f"{key} {said}", key, plan=plan, severity="error" if hard else "warning", fix=fix)
