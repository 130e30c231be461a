"""MW530."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule("MW530", "polora-without-lora", "error", keys=("optimizer",), quotes="polora only updates LoRA (A, B) factors")
def polora_without_lora(self: Rule, subject: Subject) -> Iterator[Finding]:
    """PoLoRA without LoRA.

    What it checks
        `optimizer: polora` and `adapter` is neither lora nor qlora.

    Why it matters
        Axolotl refuses it: this optimizer updates the two factors of LoRA and nothing else.

    Example
        Bad:
            optimizer: polora

        Good:
            optimizer: polora
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true

    Fix
        `adapter: lora` or `qlora`, or another optimizer.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:950 (executed)
    """
    plan = subject.plan
    if plan.get("optimizer") == "polora" and adapters.adapter(plan) not in ("lora", "qlora"):
        message = "optimizer: polora without adapter: lora or qlora: Axolotl refuses it"
        yield self.finding(message, "optimizer", "adapter", plan=plan)
