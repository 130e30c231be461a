"""MW751."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import evaluation
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW751",
    "val-set-counted-in-preference",
    "error",
    fix="unsafe",
    keys=("rl",),
    crashes="should be either positive and smaller than the number of samples",
)
def val_set_counted_in_preference(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`val_set_size` is a number of rows, and `rl` is set.

    What it checks
        `rl` is set, and `val_set_size` is 1 or more.

    Why it matters
        Axolotl makes every `val_set_size` a float. Supervised fine-tuning turns it back into a number of rows, `rl`
        does not: `datasets` then takes 100.0 for a share, and the run ends with a ValueError after the data are loaded.

    Example
        Bad:
            rl: dpo
            val_set_size: 100

        Good:
            rl: dpo
            val_set_size: 0.05

    Fix
        A twentieth of the rows. Not safe: other rows are trained on.

    Source
        axolotl 0.19.0 utils/schemas/config.py:1103, utils/data/rl.py:63; 0.21.0 utils/data/shared.py:453 (executed)
    """
    plan = subject.plan
    if plan.get("rl") is not None and evaluation.val_set_size(plan) >= 1:
        rows, rl = plan.shown("val_set_size"), plan.shown("rl")
        message = f"val_set_size {rows} is a number of rows, which rl {rl} does not take: "
        message += "the run dies when the data is split"
        fix = Fix({"val_set_size": 0.05}, "unsafe", "val_set_size: 0.05")
        yield self.finding(message, "val_set_size", "rl", plan=plan, fix=fix)
