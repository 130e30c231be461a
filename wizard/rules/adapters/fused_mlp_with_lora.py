"""MW321."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters
from wizard.axolotl.adapters import BUILT_IN
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import on
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW321",
    "fused-mlp-with-lora",
    "error",
    fix="safe",
    keys=("flash_attn_fuse_mlp",),
    quotes="Fused modules are not supported with LoRA/QLoRA",
)
def fused_mlp_with_lora(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`flash_attn_fuse_mlp` with LoRA or QLoRA.

    What it checks
        `flash_attn_fuse_mlp` is on and `adapter` is lora or qlora.

    Why it matters
        Axolotl refuses the file: the fused feed-forward has no gate_proj and up_proj for LoRA to adapt.

    Example
        Bad:
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            flash_attn_fuse_mlp: true

        Good:
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true

    Fix
        The key goes. Safe: fusing changes no results. `lora_mlp_kernel` is the fused way for LoRA.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:634 (executed)
    """
    plan = subject.plan
    if adapters.adapter(plan) not in BUILT_IN or not on(plan.get("flash_attn_fuse_mlp")):
        return
    message = f"flash_attn_fuse_mlp with adapter {plan.shown('adapter')}: Axolotl refuses the file"
    fix = Fix({"flash_attn_fuse_mlp": REMOVE}, "safe", "no flash_attn_fuse_mlp")
    yield self.finding(message, "flash_attn_fuse_mlp", "adapter", plan=plan, fix=fix)
