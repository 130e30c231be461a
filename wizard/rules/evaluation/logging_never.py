"""MW754."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import number
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW754",
    "logging-never",
    "error",
    fix="safe",
    keys=("logging_steps",),
    crashes="logging strategy IntervalStrategy.STEPS requires non-zero --logging_steps",
)
def logging_never(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`logging_steps: 0`.

    What it checks
        `logging_steps` is 0.

    Why it matters
        transformers refuses it when the trainer is made, after the data is prepared and the model loaded. To log
        seldom, write a large number.

    Example
        Bad:
            logging_steps: 0

        Good:
            logging_steps: 10

    Fix
        Take `logging_steps` out: Axolotl logs every few steps then. Safe: the training is the same.

    Source
        axolotl 0.19.0 core/builders/base.py:261; transformers 5.16.1 training_args.py (executed)
    """
    plan = subject.plan
    if plan.get("logging_steps") is not None and number(plan.get("logging_steps"), 1.0) == 0:
        message = "logging_steps: 0 is refused by transformers: the run dies when the trainer is made"
        fix = Fix({"logging_steps": REMOVE}, "safe", "no logging_steps")
        yield self.finding(message, "logging_steps", plan=plan, fix=fix)
