"""MW322."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters
from wizard.axolotl.adapters import BUILT_IN
from wizard.domain.finding import Finding
from wizard.domain.values import on
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW322",
    "onebit-with-lora",
    "error",
    keys=("use_onebitllms",),
    quotes="LoRA/QLoRA is not supported with use_onebitllms",
)
def onebit_with_lora(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`use_onebitllms` with LoRA or QLoRA.

    What it checks
        `use_onebitllms` is on and `adapter` is lora or qlora.

    Why it matters
        Axolotl refuses the file: 1.58-bit training is a full fine-tune whose weights are made ternary at each step.

    Example
        Bad:
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            use_onebitllms: true

        Good:
            use_onebitllms: true

    Fix
        Take out one of the two: they are different trainings.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:640 (executed)
    """
    plan = subject.plan
    if adapters.adapter(plan) not in BUILT_IN or not on(plan.get("use_onebitllms")):
        return
    message = (
        f"use_onebitllms with adapter {plan.shown('adapter')}: Axolotl refuses the file, it is for full fine-tunes"
    )
    yield self.finding(message, "use_onebitllms", "adapter", plan=plan)
