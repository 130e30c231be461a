"""MW743."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import preference
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule

_KEYS = ("dpo_loss_type", "dpo_loss_weights")


@rule(
    "MW743",
    "dpo-loss-without-dpo",
    "error",
    fix="unsafe",
    keys=_KEYS,
    quotes="`dpo_loss_type` and `dpo_loss_weights` are for DPO only",
)
def dpo_loss_without_dpo(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`dpo_loss_type` or `dpo_loss_weights` without `rl: dpo`.

    What it checks
        Either key has a value and `rl` is not "dpo".

    Why it matters
        No other trainer reads them, so Axolotl refuses the file.

    Example
        Bad:
            rl: orpo
            dpo_loss_type: [sigmoid]

        Good:
            rl: dpo
            dpo_loss_type: [sigmoid]

    Fix
        The keys go. Not safe: perhaps `rl: dpo` was meant.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:797 (executed)
    """
    plan = subject.plan
    if preference.rl(plan) == "dpo":
        return
    found = [key for key in _KEYS if key in subject.written]
    method = f"rl: {plan.shown('rl')}" if "rl" in subject.written else "no rl"
    message = f"{' and '.join(found)} with {method}: they are for rl: dpo alone, and Axolotl refuses the file"
    fix = Fix(dict.fromkeys(found, REMOVE), "unsafe", f"no {' and no '.join(found)}")
    yield self.finding(message, *found, "rl", plan=plan, fix=fix)
