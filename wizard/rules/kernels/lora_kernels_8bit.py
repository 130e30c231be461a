"""MW540."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, early
from wizard.axolotl.early import which
from wizard.axolotl.kernels import FUSED
from wizard.domain.finding import Finding, Fix
from wizard.rules.kernels._common import joined, removed
from wizard.rules.registry import Rule, Subject, rule


@rule("MW540", "lora-kernels-8bit", "error", fix="safe", keys=FUSED, quotes="compatible with 8-bit LoRA")
def lora_kernels_8bit(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Fused LoRA kernels beside an 8-bit base.

    What it checks
        `lora_mlp_kernel`, `lora_qkv_kernel` or `lora_o_kernel` is on while `adapter: lora` and `load_in_8bit` are.

    Why it matters
        The kernels read a base in 4 or 16 bits only. Axolotl refuses the config.

    Example
        Bad:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            load_in_8bit: true
            lora_mlp_kernel: true

        Good:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            load_in_8bit: true

    Fix
        The kernels' keys go. Safe: the kernels compute the same as the plain layers.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:666 (executed)
    """
    plan = subject.plan
    on = which(plan, FUSED)
    if not on or adapters.adapter(plan) != "lora" or not early.is_set(plan, "load_in_8bit"):
        return
    message = f"{joined(on)} can't be used with load_in_8bit: Axolotl refuses the config"
    fix = Fix(removed(on), "safe", f"no {joined(on)}")
    yield self.finding(message, *on, "load_in_8bit", plan=plan, fix=fix)
