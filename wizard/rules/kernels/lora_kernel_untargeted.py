"""MW546."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import switches
from wizard.domain.finding import Finding, Fix
from wizard.rules.kernels._common import GROUPS, joined, untargeted
from wizard.rules.registry import Rule, Subject, rule


@rule("MW546", "lora-kernel-untargeted", "hint", fix="safe", keys=GROUPS)
def lora_kernel_untargeted(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A fused LoRA kernel for layers that LoRA does not train.

    What it checks
        `lora_qkv_kernel`, `lora_o_kernel` or `lora_mlp_kernel` is true, and the list `lora_target_modules`, without
        `lora_target_linear`, lacks one of the layers it fuses: q, k and v; o; gate, up and down.

    Why it matters
        A kernel replaces its whole group, and only where each layer has an adapter. Otherwise Axolotl says at
        loading "Cannot patch some ..." and the plain path runs: nothing is saved.

    Example
        Bad:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_modules: [q_proj, v_proj]
            lora_qkv_kernel: true
            lora_mlp_kernel: false
            lora_o_kernel: false

        Good:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_modules: [q_proj, k_proj, v_proj]
            lora_qkv_kernel: true
            lora_mlp_kernel: false
            lora_o_kernel: false

    Fix
        The kernel is set to false. Safe: it had no effect. To gain from it, target the whole group.

    Source
        axolotl 0.19.0 monkeypatch/lora_kernels.py:571, :584 and :640 (read)
    """
    plan = subject.plan
    if plan.get("adapter") is None:
        return
    for key in switches.on(plan, GROUPS):
        missing = untargeted(plan, key)
        if missing:
            message = f"{key} has likely no effect: lora_target_modules has no {joined(missing)}"
            fix = Fix({key: False}, "safe", f"{key}: false")
            yield self.finding(message, key, "lora_target_modules", plan=plan, fix=fix)
