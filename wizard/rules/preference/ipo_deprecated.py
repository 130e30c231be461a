"""MW741."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import preference
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule("MW741", "ipo-deprecated", "warning", fix="safe", keys=("rl",), quotes="rl: ipo will soon be deprecated")
def ipo_deprecated(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`rl: ipo` is `rl: dpo` with a loss type now.

    What it checks
        `rl` is "ipo".

    Why it matters
        Axolotl still takes it, warns, and will stop taking it.

    Example
        Bad:
            rl: ipo

        Good:
            rl: dpo
            dpo_loss_type:
              - ipo

    Fix
        `rl: dpo` with `dpo_loss_type: [ipo]`. Safe: it is the same trainer with the same loss.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:778 (executed), core/trainers/dpo/__init__.py:30 (read)
    """
    plan = subject.plan
    if preference.rl(plan) == "ipo":
        changes: dict[str, object] = {"rl": "dpo", "dpo_loss_type": ["ipo"]}
        # label smoothing is ignored for ipo, and taken for dpo
        changes.update({key: REMOVE for key in ("dpo_label_smoothing", "dpo_loss_weights") if key in plan})
        fix = Fix(changes, "safe", "rl: dpo with dpo_loss_type: [ipo]")
        message = "rl: ipo is rl: dpo with dpo_loss_type: [ipo] now: Axolotl warns of it"
        yield self.finding(message, "rl", plan=plan, fix=fix)
