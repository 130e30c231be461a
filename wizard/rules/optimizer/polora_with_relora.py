"""MW534."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW534",
    "polora-with-relora",
    "error",
    keys=("relora_steps",),
    quotes="relora resets optimizer state through Optimizer.state, which polora does not use",
)
def polora_with_relora(self: Rule, subject: Subject) -> Iterator[Finding]:
    """PoLoRA with ReLoRA.

    What it checks
        `optimizer: polora` with `relora_steps`.

    Why it matters
        Axolotl refuses it: ReLoRA starts the optimizer anew after each merge, and cannot reach PoLoRA's momentum.

    Example
        Bad:
            optimizer: polora
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            relora_steps: 100

        Good:
            optimizer: polora
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true

    Fix
        Choose one: no `relora_steps`, or another optimizer.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1005 (executed)
    """
    plan = subject.plan
    if plan.get("optimizer") == "polora" and plan.get("relora_steps"):
        message = "optimizer: polora with relora_steps: Axolotl refuses it, its momentum would survive every merge"
        yield self.finding(message, "optimizer", "relora_steps", plan=plan)
