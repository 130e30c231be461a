"""MW370."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, early, kernels
from wizard.axolotl.plugins import KERNELS, listed
from wizard.domain.finding import Finding
from wizard.domain.version import Version
from wizard.rules.registry import Rule, Subject, rule

_WARNS = Version(0, 20)
"""From it on it warns where it refused before (0.20.0 integrations/kernels/args.py:140)."""
_SCATTERS = Version(0, 21)
"""From it on it refuses the backend that has no such forward (0.21.0 integrations/kernels/args.py:134)."""


@rule(
    "MW370",
    "merge-aware-needs",
    "error",
    keys=("nvfp4_merge_aware",),
    quotes=(
        "nvfp4_merge_aware requires the sonicmoe expert backend",
        "nvfp4_merge_aware requires the SonicMoE expert backend",
        "nvfp4_merge_aware requires a LoRA adapter",
        "merge-aware training requires a LoRA adapter",
    ),
)
def merge_aware_needs(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`nvfp4_merge_aware` without the backend or the adapter that it works on.

    What it checks
        With the kernels plugin listed: `nvfp4_merge_aware` is on, and the experts don't run on sonicmoe
        (`expert_backend: sonicmoe` or `use_sonicmoe: true`) or `adapter` is not lora. From 0.20 on the backend is
        left to be chosen, and without the adapter Axolotl warns; 0.21 refuses ScatterMoE.

    Why it matters
        Axolotl refuses the file: the setting rounds what sonicmoe computes from an NVFP4 base and a LoRA to the grid
        that the merged model is written in.

    Example
        Bad for 0.19:
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_modules: [q_proj, k_proj, v_proj, o_proj]
            nvfp4_merge_aware: true

        Bad:
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            expert_backend: sonicmoe
            nvfp4_merge_aware: true

        Bad:
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            use_scattermoe: true
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_modules: [q_proj, k_proj, v_proj, o_proj]
            nvfp4_merge_aware: true

        Good:
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            expert_backend: sonicmoe
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_modules: [q_proj, k_proj, v_proj, o_proj]
            nvfp4_merge_aware: true

    Fix
        `expert_backend: sonicmoe` with `adapter: lora`, or no `nvfp4_merge_aware`.

    Source
        axolotl 0.19.0 integrations/kernels/args.py:94 (executed)
    """
    plan = subject.plan
    if not plan.get("nvfp4_merge_aware") or not listed(plan, KERNELS):
        return
    backend = kernels.expert_backend(plan)
    if subject.axolotl >= _SCATTERS and (backend == "scattermoe" or early.is_set(plan, "use_scattermoe")):
        message = "nvfp4_merge_aware with ScatterMoE, which rounds nothing: Axolotl refuses the file"
        yield self.finding(message, "nvfp4_merge_aware", "use_scattermoe", plan=plan)
        return
    if subject.axolotl >= _WARNS:
        if adapters.adapter(plan) not in ("lora", "multilora"):
            message = "nvfp4_merge_aware without adapter lora: Axolotl warns, and switches it off"
            yield self.finding(message, "nvfp4_merge_aware", "adapter", plan=plan, severity="warning")
        return
    lacks = []
    if backend != "sonicmoe" and not plan.get("use_sonicmoe"):
        lacks.append("expert_backend sonicmoe")
    if adapters.adapter(plan) != "lora":
        lacks.append("adapter lora")
    if lacks:
        message = f"nvfp4_merge_aware without {' and '.join(lacks)}: Axolotl refuses the file"
        yield self.finding(message, "nvfp4_merge_aware", "expert_backend", "adapter", plan=plan)
