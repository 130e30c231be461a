"""MW798."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import evaluation, preference
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW798",
    "val-set-size-of-one",
    "error",
    keys=("val_set_size",),
    crashes=("test_size=1.0 should be either positive",),
)
def val_set_size_of_one(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`val_set_size: 1`, which is neither a share nor a number of rows.

    What it checks
        `val_set_size` is 1, without `rl`, where every number from 1 on is told of by another rule.

    Why it matters
        Axolotl takes a number above 1 for rows and all others for a share. 1 is the share of all rows: datasets refuses
        to keep all of them aside, "test_size=1.0 should be either positive ...", after they have been tokenized.

    Example
        Bad:
            val_set_size: 1

        Good:
            val_set_size: 0.01

    Fix
        None: a share below 1, or 2 rows and more. Which one is the person's choice.

    Source
        axolotl 0.19.0 and 0.21.0 utils/data/sft.py (0.21.0: :474, executed)
    """
    plan = subject.plan
    if preference.rl(plan) is None and evaluation.val_set_size(plan) == 1:
        message = "val_set_size 1 is the share of all rows, which leaves none to train on: the run stops"
        yield self.finding(message, "val_set_size", plan=plan)
