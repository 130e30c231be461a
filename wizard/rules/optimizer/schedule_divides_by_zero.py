"""MW938."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import schedule
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule

_DIVIDE = ("one_cycle", "polynomial")


@rule(
    "MW938",
    "schedule-divides-by-zero",
    "error",
    fix="unsafe",
    keys=("lr_scheduler",),
    crashes=("ZeroDivisionError: float division by zero", "ZeroDivisionError: division by zero"),
)
def schedule_divides_by_zero(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A warmup that leaves the rest of the schedule without length.

    What it checks
        `lr_scheduler: one_cycle` or `polynomial` with as many `warmup_steps` as `max_steps`, where 1 counts as 2, or
        with `warmup_ratio: 1`.

    Why it matters
        Both divide by the length of what follows the warmup, at the very last step: when all is computed and nothing is
        saved yet.

    Example
        Bad:
            lr_scheduler: one_cycle
            warmup_ratio: 1.0

        Bad:
            lr_scheduler: polynomial
            warmup_steps: 100
            max_steps: 100

        Good:
            lr_scheduler: one_cycle
            warmup_steps: 1
            max_steps: 100

        Good:
            lr_scheduler: polynomial
            warmup_steps: 10
            max_steps: 100

    Fix
        No warmup of its own: three hundredths of all steps are taken. Unsafe: it warms up otherwise.

    Source
        axolotl 0.19.0 and 0.21.0 core/builders/base.py:283-305, core/trainers/mixins/scheduler.py (trained with on a
        CPU, two steps and four)
    """
    plan, name = subject.plan, schedule.lr_scheduler(subject.plan)
    if name not in _DIVIDE or not schedule.all_warmup(plan):
        return
    keys = schedule.warmups(plan)
    named = " and ".join(f"{key}: {plan.get(key)}" for key in keys)
    message = f"{name} with {named}, the whole run: its last step divides by zero"
    fix = Fix(dict.fromkeys(keys, REMOVE), "unsafe", f"no {' and no '.join(keys)}")
    yield self.finding(message, "lr_scheduler", *keys, plan=plan, fix=fix)
