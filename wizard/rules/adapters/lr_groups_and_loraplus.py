"""MW320."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW320",
    "lr-groups-and-loraplus",
    "error",
    fix="unsafe",
    keys=("lr_groups",),
    quotes="lr_groups and loraplus_lr_ratio cannot be used together",
)
def lr_groups_and_loraplus(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`lr_groups` and `loraplus_lr_ratio` together.

    What it checks
        Both are set.

    Why it matters
        Axolotl refuses the file: each divides the parameters into groups with learning rates of their own.

    Example
        Bad:
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            loraplus_lr_ratio: 16
            lr_groups:
              - name: heads
                modules: [o_proj]
                lr: 0.0001

        Good:
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            loraplus_lr_ratio: 16

    Fix
        `loraplus_lr_ratio` goes, since groups written out say more. Not safe: the learning rates change.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:606 (executed)
    """
    plan = subject.plan
    if not plan.get("lr_groups") or not plan.get("loraplus_lr_ratio"):
        return
    message = "lr_groups and loraplus_lr_ratio together: Axolotl refuses the file"
    fix = Fix({"loraplus_lr_ratio": REMOVE}, "unsafe", "lr_groups alone")
    yield self.finding(message, "loraplus_lr_ratio", "lr_groups", plan=plan, fix=fix)
