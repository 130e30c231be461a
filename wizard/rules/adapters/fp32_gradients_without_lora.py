"""MW391."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW391",
    "fp32-gradients-without-lora",
    "error",
    fix="safe",
    keys=("lora_fp32_gradients",),
    quotes="lora_fp32_gradients requires a LoRA adapter",
    axolotl_since="0.20",
)
def fp32_gradients_without_lora(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`lora_fp32_gradients` without LoRA.

    What it checks
        `lora_fp32_gradients` is on, and the adapter is neither lora, qlora nor multilora.

    Why it matters
        Axolotl refuses the file.

    Example
        Bad:
            lora_fp32_gradients: true

        Good:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            lora_fp32_gradients: true

    Fix
        The switch goes. Safe: there are no such gradients.

    Source
        axolotl 0.20.0 utils/schemas/config.py:1962 (executed)
    """
    plan = subject.plan
    if not plan.get("lora_fp32_gradients") or adapters.adapter(plan) in ("lora", "qlora", "multilora"):
        return
    fix = Fix({"lora_fp32_gradients": REMOVE}, "safe", "no lora_fp32_gradients")
    message = "lora_fp32_gradients without a LoRA adapter: Axolotl refuses the file"
    yield self.finding(message, "lora_fp32_gradients", "adapter", plan=plan, fix=fix)
