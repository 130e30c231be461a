"""MW355."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, quantization
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule

_GIB = 1 << 30
_KEPT = ("gptq", "awq", "bnb", "4bit", "4-bit")


@rule("MW355", "lora-in-4bit", "warning", fix="unsafe", keys=("load_in_4bit",))
def lora_in_4bit(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`adapter: lora` with `load_in_4bit: true`, which does not load 4 bits.

    What it checks
        `adapter: lora`, `load_in_4bit` on and `load_in_8bit` not, on a base that is not quantized already.

    Why it matters
        Axolotl quantizes to 4 bits for `adapter: qlora` alone, and says nothing here. The weights are loaded in 16
        bits, and PEFT, told to prepare 4-bit training, likely turns them to 32: eight times the memory that was
        meant (with FSDP or ZeRO-3 they stay in 16).

    Example
        Bad:
            adapter: lora
            load_in_4bit: true
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
        `adapter: qlora`. Not safe: the weights lose precision, as was meant.

    Source
        axolotl 0.19.0 loaders/model.py:801 and :1143, peft 0.20.0 utils/other.py (read); accepted (executed)
    """
    plan, model = subject.plan, subject.model
    if adapters.adapter(plan) != "lora" or not quantization.load_in_4bit(plan):
        return
    if quantization.load_in_8bit(plan) or quantization.gptq(plan) or quantization.model_quantization_config(plan):
        return
    if (model is not None and model.packed) or any(word in str(plan.get("base_model")).lower() for word in _KEPT):
        return
    size = f", {model.linear_parameters * 4 / _GIB:.1f} GiB" if model else ""
    message = (
        f"adapter lora with load_in_4bit does not quantize: the weights load in 16 bits and likely become 32{size}"
    )
    fix = Fix({"adapter": "qlora"}, "unsafe", "adapter: qlora")
    yield self.finding(message, "adapter", "load_in_4bit", plan=plan, fix=fix)
