"""MW756."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import evaluation
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW756",
    "val-set-of-one",
    "error",
    fix="unsafe",
    keys=("val_set_size",),
    crashes="should be either positive and smaller than the number of samples",
)
def val_set_of_one(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`val_set_size` is 1, or below 0.

    What it checks
        `val_set_size` is 1 (Axolotl makes 1.0 of it: all rows) or negative.

    Why it matters
        Below 1 it is a share, above 1 a number of rows; 1 is the share of all, which leaves none to train on. The run
        dies when the data is split, after it was tokenized: "test_size=1.0 should be either positive ...".

    Example
        Bad:
            val_set_size: 1

        Bad:
            val_set_size: -0.1

        Good:
            val_set_size: 0.1

        Good:
            val_set_size: 100

    Fix
        A twentieth of the rows. Not safe: other rows are trained on.

    Source
        axolotl 0.19.0 utils/schemas/config.py:1103, utils/data/shared.py:432-460 (executed, 0.21.0 the same)
    """
    plan = subject.plan
    size = evaluation.val_set_size(plan)
    if size == 1 or size < 0:
        said = "the share of all rows" if size == 1 else "no share and no number of rows"
        message = f"val_set_size {size:g} is {said}: the run dies when the data is split"
        fix = Fix({"val_set_size": 0.05}, "unsafe", "val_set_size: 0.05")
        yield self.finding(message, "val_set_size", plan=plan, fix=fix)
