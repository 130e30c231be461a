"""MW873."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import checkpointing, saved_modules
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW873",
    "saved-module-under-kernel",
    "error",
    fix="safe",
    keys=("selective_checkpointing",),
    quotes=("selective_checkpointing.save_modules entry",),
    axolotl_since="0.20",
)
def saved_module_under_kernel(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`selective_checkpointing.save_modules` names what a fused kernel runs.

    What it checks
        An entry of `save_modules` whose last part names a module that a LoRA kernel runs, one that is switched on
        by itself too, or a layer that holds one; or one that `flash_attn_fuse_mlp` runs.

    Why it matters
        Axolotl refuses the file: the kernel calls no hooks, so nothing would be kept, or it writes into what was.

    Example
        Bad:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            gradient_checkpointing: true
            selective_checkpointing: {save_modules: [down_proj]}

        Bad:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            gradient_checkpointing: true
            selective_checkpointing: {save_modules: ["layers.*"]}

        Good:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            gradient_checkpointing: true
            lora_mlp_kernel: false
            selective_checkpointing: {save_modules: [down_proj]}

    Fix
        The entries go. Safe: the gradients are the same.

    Source
        axolotl 0.20.0 utils/schemas/validation.py:2011 (executed)
    """
    plan = subject.plan
    lost = saved_modules.lost(plan, subject.gpus)
    if not lost:
        return
    entry, kernel, around = lost[0]
    verb = "holds what" if around else "is what"
    message = f"selective_checkpointing.save_modules: {entry} {verb} {kernel} runs: Axolotl refuses the file"
    gone = {one.entry for one in lost}
    left = [name for name in checkpointing.saved_modules(plan) if name not in gone]
    fix = Fix(
        {"selective_checkpointing": checkpointing.with_modules(plan, left)}, "safe", f"no {', '.join(sorted(gone))}"
    )
    yield self.finding(message, "selective_checkpointing", kernel, plan=plan, fix=fix)
