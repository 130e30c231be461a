"""MW113."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import batch, early
from wizard.domain.finding import Finding, Fix, Severity
from wizard.domain.plan import Plan
from wizard.rules.registry import Rule, Subject, rule

_FIELDS = ("micro_batch_size", "gradient_accumulation_steps")


@rule(
    "MW113",
    "batch-not-positive",
    "error",
    fix="unsafe",
    keys=(*_FIELDS, "base_model"),
    crashes=(
        "ZeroDivisionError: float division by zero",
        "unsupported operand type(s) for //",
        "warmup_steps must be an integer or a float",
    ),
)
def batch_not_positive(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A batch setting is zero, negative or left blank.

    What it checks
        `micro_batch_size` or `gradient_accumulation_steps` is 0 or less, or its line is there without a
        value. `gradient_accumulation_steps: 0` beside `batch_size` is fine: it is computed then.

    Why it matters
        Axolotl's validation lets it pass. Later, a blank or a zero is multiplied or divided by, and the run dies; of
        less than 0 a warmup is made that transformers refuses, unless `warmup_steps` is written.

    Example
        Bad:
            micro_batch_size: 0
            gradient_accumulation_steps: 4

        Good:
            micro_batch_size: 1
            gradient_accumulation_steps: 4

    Fix
        1, the least that works. Unsafe: it may not be what was meant.

    Source
        axolotl 0.19.0 utils/config/__init__.py:207, accepted by utils/schemas/training.py:71 (executed); 0.21.0
        (trained with on a CPU)
    """
    plan = subject.plan
    for field in _FIELDS:
        if _unusable(plan, field):
            hard = batch.as_written(plan, field) == 0 or not plan.get("warmup_steps")
            said = "is blank" if plan.get(field) is None else f"{plan.shown(field):.20} is no batch"
            comes = "the run dies" if hard else "training likely fails"
            message = f"{field} {said}: Axolotl accepts it, and {comes} at its start"
            severity: Severity = "error" if hard else "warning"
            fix = Fix({field: 1}, "unsafe", f"{field}: 1")
            yield self.finding(message, field, plan=plan, severity=severity, fix=fix)


def _unusable(plan: Plan, field: str) -> bool:
    if field not in plan:
        return False
    value = batch.as_written(plan, field)
    if field == "gradient_accumulation_steps" and early.is_set(plan, "batch_size"):
        return value < 0
    return value <= 0
