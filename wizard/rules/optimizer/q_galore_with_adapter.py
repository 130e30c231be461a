"""MW527."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW527",
    "q-galore-with-adapter",
    "error",
    keys=("adapter",),
    quotes="q_galore_adamw8bit operates on full-precision parameters and is incompatible with adapter",
)
def q_galore_with_adapter(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Q-GaLore with an adapter.

    What it checks
        `optimizer: q_galore_adamw8bit` with `adapter`.

    Why it matters
        Axolotl refuses it: Q-GaLore is a way to train all weights with little memory, and an adapter freezes them.

    Example
        Bad:
            optimizer: q_galore_adamw8bit
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true

        Good:
            optimizer: q_galore_adamw8bit

    Fix
        Choose one: no `adapter`, or another optimizer.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1020 (executed)
    """
    plan = subject.plan
    if plan.get("optimizer") != "q_galore_adamw8bit" or not adapters.adapter(plan):
        return
    message = f"optimizer: q_galore_adamw8bit with adapter: {plan.shown('adapter')}: Axolotl refuses it"
    yield self.finding(message, "optimizer", "adapter", plan=plan)
