"""MW353."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, early
from wizard.axolotl.quantization import early_bits
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW353",
    "quantized-experts-alone",
    "error",
    fix="unsafe",
    keys=("quantize_moe_experts",),
    quotes=(
        "quantize_moe_experts requires adapter: lora or qlora",
        "quantize_moe_experts requires load_in_4bit or load_in_8bit",
    ),
)
def quantized_experts_alone(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`quantize_moe_experts` without LoRA or without bits to quantize to.

    What it checks
        `quantize_moe_experts` is on, and `adapter` is neither lora nor qlora, or neither `load_in_4bit` nor
        `load_in_8bit` is on.

    Why it matters
        Axolotl refuses the file: the experts take the bits that the rest of the base model is loaded in, and
        quantized weights can only be trained through an adapter.

    Example
        Bad:
            base_model: Qwen/Qwen3-30B-A3B
            quantize_moe_experts: true

        Bad:
            base_model: Qwen/Qwen3-30B-A3B
            adapter: lora
            quantize_moe_experts: true
            lora_r: 16
            lora_alpha: 32
            lora_target_modules: [q_proj, k_proj, v_proj, o_proj]

        Good:
            base_model: Qwen/Qwen3-30B-A3B
            adapter: qlora
            load_in_4bit: true
            quantize_moe_experts: true
            lora_r: 16
            lora_alpha: 32
            lora_target_modules: [q_proj, k_proj, v_proj, o_proj]

    Fix
        With LoRA `adapter: qlora` and `load_in_4bit: true`, without an adapter the key goes. Not safe: the weights
        lose precision, or stay large.

    Source
        axolotl 0.19.0 utils/schemas/config.py:1958 (executed)
    """
    plan = subject.plan
    if not early.is_set(plan, "quantize_moe_experts"):
        return
    lora = adapters.adapter(plan) in ("lora", "qlora")
    if lora and early_bits(plan):
        return
    if lora:
        fix = Fix({"adapter": "qlora", "load_in_4bit": True}, "unsafe", "adapter: qlora, load_in_4bit: true")
        lacks = "load_in_4bit or load_in_8bit"
    else:
        fix = Fix({"quantize_moe_experts": REMOVE}, "unsafe", "no quantize_moe_experts")
        lacks = "adapter lora or qlora"
    message = f"quantize_moe_experts without {lacks}: Axolotl refuses the file"
    yield self.finding(message, "quantize_moe_experts", "adapter", plan=plan, fix=fix)
