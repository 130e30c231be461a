"""MW398."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import early, kernels
from wizard.axolotl.plugins import KERNELS, listed
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW398",
    "sonicmoe-with-quantized-experts",
    "error",
    fix="unsafe",
    keys=("quantize_moe_experts",),
    quotes="use_sonicmoe has no bitsandbytes expert path",
    axolotl_since="0.21",
)
def sonicmoe_with_quantized_experts(self: Rule, subject: Subject) -> Iterator[Finding]:
    """SonicMoE with experts that are quantized.

    What it checks
        With the KernelsPlugin: `quantize_moe_experts` and SonicMoE, by `use_sonicmoe` or `expert_backend:
        sonicmoe`.

    Why it matters
        Axolotl refuses the file: SonicMoE does not read the weights that bitsandbytes packs. ScatterMoE does.

    Example
        Bad:
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            use_kernels: true
            use_sonicmoe: true
            adapter: qlora
            load_in_4bit: true
            quantize_moe_experts: true
            lora_r: 8
            lora_alpha: 16
            lora_target_modules: [q_proj]

        Good:
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            use_kernels: true
            use_scattermoe: true
            adapter: qlora
            load_in_4bit: true
            quantize_moe_experts: true
            lora_r: 8
            lora_alpha: 16
            lora_target_modules: [q_proj]

    Fix
        `use_scattermoe` in its place. Not safe: another kernel computes the experts.

    Source
        axolotl 0.21.0 integrations/kernels/args.py:129 (executed)
    """
    plan, by_name = subject.plan, kernels.expert_backend(subject.plan) == "sonicmoe"
    if not early.is_set(plan, "quantize_moe_experts") or not listed(plan, KERNELS):
        return
    if not by_name and not early.is_set(plan, "use_sonicmoe"):
        return
    if plan.get("nvfp4_merge_aware") is False and plan.get("nvfp4_merge_aware_start_step") is not None:
        return  # that check ends before it comes to this
    key = "expert_backend" if by_name else "use_sonicmoe"
    changes: dict[str, object] = {"expert_backend": "scattermoe"} if by_name else {"use_scattermoe": True}
    if plan.get("use_sonicmoe") is not None:
        changes["use_sonicmoe"] = REMOVE
    message = "SonicMoE with quantize_moe_experts: Axolotl refuses the file"
    yield self.finding(message, "quantize_moe_experts", key, plan=plan, fix=Fix(changes, "unsafe", "ScatterMoE"))
