"""MW508."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, checkpointing, kernels
from wizard.axolotl.checkpointing import selective_checkpointing
from wizard.domain.finding import Finding, Fix
from wizard.domain.version import Version
from wizard.rules.registry import Rule, Subject, rule

_WITH_KERNELS = Version(0, 20)
"""From it on the adapter alone is no hindrance, but a fused LoRA kernel is (0.20.0 validation.py:1990)."""
_MATMULS = ("aten::mm", "aten::addmm", "aten::matmul", "aten::bmm")


@rule(
    "MW508",
    "selective-saves-matmul-with-adapter",
    "error",
    fix="safe",
    keys=("selective_checkpointing",),
    quotes=(
        "match matmul ops, which cannot be saved",
        "selective_checkpointing.save_matmul_min_k saves the base matmul",
    ),
)
def selective_saves_matmul_with_adapter(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Selective checkpointing is to keep matrix products under an adapter.

    What it checks
        An entry of `selective_checkpointing.save` that is part of the name of one of torch's matrix products
        (aten::mm, aten::addmm, aten::matmul, aten::bmm), with an `adapter`. From 0.20 on only beside a fused LoRA
        kernel, and `selective_checkpointing.save_matmul_min_k` counts too.

    Why it matters
        Axolotl refuses it: PEFT adds the adapter's output to the product in place, and what was kept would be wrong.

    Example
        Bad:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            gradient_checkpointing: true
            selective_checkpointing: {save: [attention, "aten::mm"]}

        Bad:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            gradient_checkpointing: true
            selective_checkpointing: {save_matmul_min_k: 4096}

        Good:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            gradient_checkpointing: true
            selective_checkpointing: {save: [attention]}

    Fix
        Such entries are taken out; attention stays. Safe: the gradients are the same.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1623 (executed)
    """
    plan = subject.plan
    listed = selective_checkpointing(plan) or ()
    bad = [item for item in listed if item != "attention" and any(item in name for name in _MATMULS)]
    wide = subject.axolotl >= _WITH_KERNELS and checkpointing.saves_wide_products(plan)
    now = kernels.lora_kernels(plan, subject.gpus)
    fused = now.mlp or now.qkv or now.o
    if not adapters.adapter(plan) or not (bad or wide) or (subject.axolotl >= _WITH_KERNELS and not fused):
        return
    kept = [item for item in listed if item not in bad] or ["attention"]
    if not bad:
        message = "selective_checkpointing.save_matmul_min_k beside a fused LoRA kernel: Axolotl refuses the file"
        block = {key: one for key, one in checkpointing.with_saves(plan, kept).items() if key != "save_matmul_min_k"}
        fix = Fix({"selective_checkpointing": block}, "safe", "no save_matmul_min_k")
        yield self.finding(message, "selective_checkpointing", "adapter", plan=plan, fix=fix)
        return
    message = (
        f"selective_checkpointing.save has {', '.join(bad)}: Axolotl refuses to keep matrix products under an adapter"
    )
    block = checkpointing.with_saves(plan, kept)
    fix = Fix({"selective_checkpointing": block}, "safe", f"save: [{', '.join(kept)}]")
    yield self.finding(message, "selective_checkpointing", "adapter", plan=plan, fix=fix)
