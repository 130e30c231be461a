"""MW312."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, quantization
from wizard.domain.finding import Finding, Fix
from wizard.domain.values import on
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW312",
    "qlora-without-4bit",
    "error",
    fix="unsafe",
    keys=("adapter",),
    quotes="Require cfg.load_in_4bit to be True for qlora",
)
def qlora_without_4bit(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`adapter: qlora` without `load_in_4bit: true`.

    What it checks
        `adapter: qlora`, no `merge_lora`, and `load_in_4bit` not true.

    Why it matters
        Axolotl refuses the file: QLoRA is LoRA on weights of 4 bits, and the adapter's name does not load them so.

    Example
        Bad:
            adapter: qlora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true

        Good:
            adapter: qlora
            load_in_4bit: true
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true

    Fix
        `load_in_4bit: true`, or where the plan loads 8 bits or GPTQ weights `adapter: lora`. Not safe: the weights
        lose precision. `adapter: lora` would keep 16 bits.

    Source
        axolotl 0.19.0 utils/schemas/peft.py:247 (executed)
    """
    plan = subject.plan
    if adapters.adapter(plan) != "qlora" or on(plan.get("merge_lora")) or quantization.load_in_4bit(plan):
        return
    if quantization.load_in_8bit(plan) or quantization.gptq(plan):
        fix = Fix({"adapter": "lora"}, "unsafe", "adapter: lora")
    else:
        fix = Fix({"load_in_4bit": True}, "unsafe", "load_in_4bit: true")
    message = "adapter qlora without load_in_4bit: true: Axolotl refuses the file"
    yield self.finding(message, "load_in_4bit", "adapter", plan=plan, fix=fix)
