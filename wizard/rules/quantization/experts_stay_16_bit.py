"""MW354."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.rules.quantization._common import rounded_experts
from wizard.rules.registry import Rule, Subject, rule

_GIB = 1 << 30


@rule("MW354", "experts-stay-16-bit", "warning", fix="unsafe", keys=("load_in_4bit", "load_in_8bit"))
def experts_stay_16_bit(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A mixture loaded in 4 or 8 bits whose experts are not.

    What it checks
        QLoRA or 8-bit LoRA on a model with stacked experts, without `quantize_moe_experts`. The model must be known.

    Why it matters
        transformers 5 stacks the experts in plain tensors, and bitsandbytes quantizes only linear layers: the
        experts, nearly all of a mixture, stay in 16 bits, and where PEFT prepares the model for training (not with
        FSDP or ZeRO-3) it may turn them to 32. Nothing is said of it.

    Example
        Bad:
            base_model: Qwen/Qwen3-30B-A3B
            adapter: qlora
            load_in_4bit: true
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
        `quantize_moe_experts: true`, with `lora_target_modules` in place of `lora_target_linear`, which it does not
        go with. Not safe: the experts lose precision.

    Source
        axolotl 0.19.0 loaders/model.py:801 and :1143, peft 0.20.0 utils/other.py (read); transformers 5 stacks them
        (executed)
    """
    plan, model, settings = subject.plan, subject.model, subject.effective
    if model is None or settings.quantization == "none" or settings.quantize_experts:
        return
    if plan.get("llama4_linearized_experts"):
        return  # they are linear layers then
    experts = sum(tensor.total for tensor in model.tensors if tensor.kind == "experts")
    if not experts:
        return
    bits = 4 if settings.quantization == "nf4" else 8
    message = (
        f"the experts are likely not loaded in {bits} bits without quantize_moe_experts: {experts * 2 / _GIB:.1f} GiB "
        f"in 16 bits, in {bits} about {experts * bits / 8 / _GIB:.1f} GiB"
    )
    fix = Fix(rounded_experts(plan, model), "unsafe", "quantize_moe_experts: true")
    yield self.finding(message, "quantize_moe_experts", "load_in_4bit", "load_in_8bit", plan=plan, fix=fix)
