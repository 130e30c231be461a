"""MW371."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import switches
from wizard.axolotl.kernels import FUSED
from wizard.axolotl.plugins import KERNELS, listed
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW371",
    "merge-aware-fused-kernels",
    "error",
    fix="unsafe",
    keys=("nvfp4_merge_aware",),
    quotes="nvfp4_merge_aware is incompatible with",
    axolotl_until="0.19",
)
def merge_aware_fused_kernels(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`nvfp4_merge_aware` with Axolotl's fused LoRA kernels.

    What it checks
        With the kernels plugin listed: `nvfp4_merge_aware` is on and one of `lora_mlp_kernel`, `lora_qkv_kernel` and
        `lora_o_kernel` is written as true.

    Why it matters
        Axolotl refuses the file: the fused kernels go past the place where the sum of weight and adapter is rounded.
        Left unset they stay off.

    Example
        Bad:
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            expert_backend: sonicmoe
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_modules: [q_proj, k_proj, v_proj, o_proj]
            nvfp4_merge_aware: true
            lora_qkv_kernel: true

        Good:
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            expert_backend: sonicmoe
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_modules: [q_proj, k_proj, v_proj, o_proj]
            nvfp4_merge_aware: true

    Fix
        The kernels' keys go. Not safe: a merge that erases the adapter is the other price.

    Source
        axolotl 0.19.0 integrations/kernels/args.py:111 (executed)
    """
    plan = subject.plan
    fused = switches.on(plan, FUSED)
    if not fused or not plan.get("nvfp4_merge_aware") or not listed(plan, KERNELS):
        return
    message = f"nvfp4_merge_aware with {' and '.join(fused)}: Axolotl refuses the file"
    fix = Fix(dict.fromkeys(fused, REMOVE), "unsafe", "no fused LoRA kernels")
    yield self.finding(message, *fused, "nvfp4_merge_aware", plan=plan, fix=fix)
