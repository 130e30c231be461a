"""MW415."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import preference
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW415",
    "kto-removes-columns",
    "error",
    fix="safe",
    keys=("rl",),
    quotes="Set `remove_unused_columns: False` when using kto",
)
def kto_removes_columns(self: Rule, subject: Subject) -> Iterator[Finding]:
    """KTO without `remove_unused_columns: false`.

    What it checks
        `rl: kto` and `remove_unused_columns` is not written as false.

    Why it matters
        transformers would drop the columns that KTO's collator pads and labels rows by, so Axolotl
        refuses the config.

    Example
        Bad:
            rl: kto

        Good:
            rl: kto
            remove_unused_columns: false

    Fix
        `remove_unused_columns: false`. Safe: KTO runs with nothing else.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:719 (executed)
    """
    plan = subject.plan
    if preference.rl(plan) != "kto" or plan.get("remove_unused_columns") is False:
        return
    message = "rl: kto needs remove_unused_columns: false: Axolotl refuses it otherwise"
    fix = Fix({"remove_unused_columns": False}, "safe", "remove_unused_columns: false")
    yield self.finding(message, "remove_unused_columns", "rl", plan=plan, fix=fix)
