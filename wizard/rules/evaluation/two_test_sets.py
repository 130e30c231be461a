"""MW710."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import early, evaluation
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW710",
    "two-test-sets",
    "error",
    fix="unsafe",
    keys=("test_datasets",),
    quotes="non-zero val_set_size should not be used with test_datasets",
)
def two_test_sets(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`test_datasets` beside `val_set_size`.

    What it checks
        Both have a value, and `val_set_size` is not 0.

    Why it matters
        Both say what to evaluate on, so Axolotl refuses the file.

    Example
        Bad:
            val_set_size: 0.05
            test_datasets:
              - path: mhenrichsen/alpaca_2k_test
                type: alpaca
                split: train

        Good:
            val_set_size: 0
            test_datasets:
              - path: mhenrichsen/alpaca_2k_test
                type: alpaca
                split: train

    Fix
        `val_set_size: 0`, which keeps the named test sets. Not safe: those rows are then trained on.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:116 (executed)
    """
    plan = subject.plan
    if evaluation.test_datasets(plan) and early.is_set(plan, "val_set_size"):
        message = f"val_set_size {plan.shown('val_set_size')} beside test_datasets: Axolotl refuses the file"
        fix = Fix({"val_set_size": 0}, "unsafe", "val_set_size: 0")
        yield self.finding(message, "val_set_size", "test_datasets", plan=plan, fix=fix)
