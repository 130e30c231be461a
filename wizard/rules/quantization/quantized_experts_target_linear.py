"""MW352."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, early
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule

_ATTENTION = ["q_proj", "k_proj", "v_proj", "o_proj"]


@rule(
    "MW352",
    "quantized-experts-target-linear",
    "error",
    fix="unsafe",
    keys=("quantize_moe_experts",),
    quotes="lora_target_linear is not compatible with quantize_moe_experts",
)
def quantized_experts_target_linear(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`quantize_moe_experts` with `lora_target_linear`.

    What it checks
        Both are on.

    Why it matters
        Axolotl refuses the file. Quantized experts are adapted by `lora_target_parameters`, the other layers by
        their names.

    Example
        Bad:
            base_model: Qwen/Qwen3-30B-A3B
            adapter: qlora
            load_in_4bit: true
            quantize_moe_experts: true
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true

        Good:
            base_model: Qwen/Qwen3-30B-A3B
            adapter: qlora
            load_in_4bit: true
            quantize_moe_experts: true
            lora_r: 16
            lora_alpha: 32
            lora_target_modules: [q_proj, k_proj, v_proj, o_proj]

    Fix
        `lora_target_modules` in its place: those written, or the attention projections. Not safe: fewer layers may
        be trained.

    Source
        axolotl 0.19.0 utils/schemas/config.py:1953 (executed)
    """
    plan, model = subject.plan, subject.model
    if not early.is_set(plan, "quantize_moe_experts") or not early.is_set(plan, "lora_target_linear"):
        return
    names = list(adapters.all_target_texts(plan))
    if not names:
        names = [name for name in _ATTENTION if model is None or name in model.linear_names] or _ATTENTION
    message = "quantize_moe_experts with lora_target_linear: Axolotl refuses the file"
    changes: dict[str, object] = {"lora_target_linear": REMOVE, "lora_target_modules": names}
    fix = Fix(changes, "unsafe", f"lora_target_modules: {', '.join(names)}")
    yield self.finding(message, "lora_target_linear", "quantize_moe_experts", plan=plan, fix=fix)
