"""MW938."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import schedule
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import number
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW938",
    "schedule-divides-by-zero",
    "error",
    fix="unsafe",
    keys=("lr_scheduler",),
    crashes=("ZeroDivisionError: float division by zero", "ZeroDivisionError: division by zero"),
)
def schedule_divides_by_zero(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A warmup whose steps leave a part of the schedule without length.

    What it checks
        `lr_scheduler: one_cycle` with `warmup_steps: 1`, and `polynomial` with as many `warmup_steps` as `max_steps`.

    Why it matters
        Both divide by the length of a part that has none then: a cycle as the schedule is made, a polynomial at the
        very last step, when all is computed and nothing is saved yet.

    Example
        Bad:
            lr_scheduler: one_cycle
            warmup_steps: 1

        Bad:
            lr_scheduler: polynomial
            warmup_steps: 100
            max_steps: 100

        Good:
            lr_scheduler: polynomial
            warmup_steps: 10
            max_steps: 100

    Fix
        No `warmup_steps`: three hundredths of all steps are taken. Unsafe: it warms up otherwise.

    Source
        axolotl 0.19.0 and 0.21.0 core/trainers/mixins/scheduler.py (trained with on a CPU)
    """
    plan = subject.plan
    warmup, most = number(plan.get("warmup_steps"), 0.0), number(plan.get("max_steps"), 0.0)
    name = schedule.lr_scheduler(plan)
    if name == "one_cycle" and warmup == 1:
        message = "one_cycle with warmup_steps 1: its first part has no length, and the run dies as it begins"
    elif name == "polynomial" and 0 < most == warmup:
        message = f"polynomial with warmup_steps {warmup:g} of max_steps {most:g}: the last step divides by zero"
    else:
        return
    fix = Fix({"warmup_steps": REMOVE}, "unsafe", "no warmup_steps")
    yield self.finding(message, "lr_scheduler", "warmup_steps", plan=plan, fix=fix)
