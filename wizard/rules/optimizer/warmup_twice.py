"""MW581."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW581",
    "warmup-twice",
    "error",
    fix="unsafe",
    keys=("warmup_steps", "warmup_ratio"),
    quotes="warmup_steps and warmup_ratio are mutually exclusive",
)
def warmup_twice(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`warmup_steps` and `warmup_ratio` in one file.

    What it checks
        Both are set, and neither is 0.

    Why it matters
        They say the same in steps and as a share of all steps. Axolotl refuses the file.

    Example
        Bad:
            warmup_steps: 10
            warmup_ratio: 0.1

        Good:
            warmup_steps: 10

        Good:
            warmup_steps: 0
            warmup_ratio: 0.1

    Fix
        Take `warmup_steps` out: the share goes with the length of the run. Not safe: the other one may be meant.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:301, 0.21.0 utils/schemas/validation.py (executed)
    """
    plan = subject.plan
    if plan.get("warmup_steps") and plan.get("warmup_ratio"):
        message = "warmup_steps and warmup_ratio say the same thing twice: Axolotl refuses the file"
        fix = Fix({"warmup_steps": REMOVE}, "unsafe", "no warmup_steps")
        yield self.finding(message, "warmup_steps", "warmup_ratio", plan=plan, fix=fix)
