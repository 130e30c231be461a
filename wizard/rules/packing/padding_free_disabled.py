"""MW434."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import flag
from wizard.rules.registry import Rule, Subject, rule


@rule("MW434", "padding-free-disabled", "warning", fix="safe", keys=("dpo_padding_free",))
def padding_free_disabled(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`dpo_padding_free` is on and saves nothing.

    What it checks
        `dpo_padding_free` is on.

    Why it matters
        The TRL that Axolotl 0.19 pins (1.9.0) has it switched off: it warns and pads. Without `rl: dpo` or
        `rl: ipo` nothing reads it. Rows likely cost the memory of the longest of the batch.

    Example
        Bad:
            rl: dpo
            dpo_padding_free: true

        Good:
            rl: dpo

    Fix
        Take it out. Safe: it has no effect.

    Source
        axolotl 0.19.0 core/trainers/dpo/__init__.py:39, trl 1.9.0 trainer/dpo_trainer.py:707 (read)
    """
    plan = subject.plan
    if not flag(plan.get("dpo_padding_free")):
        return
    message = "dpo_padding_free likely has no effect: TRL 1.9 switches it off and pads, so count on no savings"
    fix = Fix({"dpo_padding_free": REMOVE}, "safe", "no dpo_padding_free")
    yield self.finding(message, "dpo_padding_free", plan=plan, fix=fix)
