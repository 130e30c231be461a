"""MW747."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.text import in_yaml
from wizard.domain.values import number
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW747",
    "dpo-beta-renamed",
    "warning",
    fix="safe",
    keys=("dpo_beta",),
    quotes="dpo_beta is deprecated, use rl_beta instead",
)
def dpo_beta_renamed(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`dpo_beta` is `rl_beta` now.

    What it checks
        `dpo_beta` is set.

    Why it matters
        Axolotl still takes it where `rl_beta` is not set, warns, and will stop taking it.

    Example
        Bad:
            rl: dpo
            dpo_beta: 0.1

        Good:
            rl: dpo
            rl_beta: 0.1

    Fix
        The key takes its new name, or goes where the new one is set. Safe: the same happens.

    Source
        axolotl 0.19.0 utils/schemas/deprecated.py:54 and utils/schemas/validation.py:1717 (executed)
    """
    plan = subject.plan
    value = plan.get("dpo_beta")
    changes: dict[str, object] = {"dpo_beta": REMOVE}
    if number(value, 0.0) != 0 and number(plan.get("rl_beta"), 0.0) == 0:
        changes["rl_beta"] = value
    rest = ": Axolotl warns of it"
    if "rl_beta" not in changes and plan.get("rl_beta") is not None:
        rest = f", which is written too and counts ({plan.shown('rl_beta')}): Axolotl warns of it"
    message = f"dpo_beta {plan.shown('dpo_beta')} is rl_beta now{rest}"
    fix = Fix(changes, "safe", f"rl_beta: {in_yaml(changes.get('rl_beta', plan.get('rl_beta')))}")
    yield self.finding(message, "dpo_beta", plan=plan, fix=fix)
