"""MW569."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import kernels
from wizard.axolotl.kernels import switches_on
from wizard.axolotl.plugins import KERNELS, listed
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW569",
    "dsv4-mlp-kernel-translated",
    "warning",
    fix="safe",
    keys=("use_dsv4_kernels",),
    quotes="Translated lora_mlp_kernel -> dsv4_shared_mlp_lora_kernel",
)
def dsv4_mlp_kernel_translated(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`lora_mlp_kernel` in a run with the kernels of DeepSeek-V4.

    What it checks
        With the KernelsPlugin: `use_dsv4_kernels` and ScatterMoE or SonicMoE are on, `lora_mlp_kernel` is true or
        would be switched on by Axolotl, and `dsv4_shared_mlp_lora_kernel` has no value.

    Why it matters
        The general kernel does not know this model's clamped activation. Axolotl warns, switches it off and
        takes the model's own kernel in its place.

    Example
        Bad:
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            use_kernels: true
            use_scattermoe: true
            use_dsv4_kernels: true
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_parameters: [experts.gate_up_proj]
            lora_mlp_kernel: true
            lora_qkv_kernel: false
            lora_o_kernel: false

        Bad:
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            use_kernels: true
            use_scattermoe: true
            use_dsv4_kernels: true
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_parameters: [experts.gate_up_proj]

        Good:
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            use_kernels: true
            use_scattermoe: true
            use_dsv4_kernels: true
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_parameters: [experts.gate_up_proj]
            lora_mlp_kernel: false
            lora_qkv_kernel: false
            lora_o_kernel: false
            dsv4_shared_mlp_lora_kernel: true

    Fix
        `dsv4_shared_mlp_lora_kernel: true`, and `lora_mlp_kernel: false` where it is written. Safe: it is what
        Axolotl makes of it.

    Source
        axolotl 0.19.0 integrations/kernels/args.py:373 (executed)
    """
    plan = subject.plan
    if plan.get("use_dsv4_kernels") is not True or plan.get("dsv4_shared_mlp_lora_kernel") is not None:
        return
    if not listed(plan, KERNELS) or not _moe(plan.get("use_scattermoe"), plan.get("use_sonicmoe"), subject):
        return
    written = kernels.lora_mlp_kernel(plan)
    automatic = not kernels.any_written(plan) and switches_on(plan, subject.gpus)
    if written is not True and not automatic:
        return
    message = "lora_mlp_kernel is replaced by dsv4_shared_mlp_lora_kernel under use_dsv4_kernels, and Axolotl warns"
    changes: dict[str, object] = {"dsv4_shared_mlp_lora_kernel": True}
    if written is True:
        changes["lora_mlp_kernel"] = False
    fix = Fix(changes, "safe", "dsv4_shared_mlp_lora_kernel: true")
    yield self.finding(message, "lora_mlp_kernel", "use_dsv4_kernels", plan=plan, fix=fix)


def _moe(scatter: object, sonic: object, subject: Subject) -> bool:
    named = kernels.expert_backend(subject.plan)
    return scatter is True or sonic is True or named in ("scattermoe", "sonicmoe")
